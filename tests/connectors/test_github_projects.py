"""Dates on project boards and cross references, over real sockets."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from connectors.base import Request
from connectors.github import catalog
from connectors.github.catalog import Boards
from connectors.github.projects import MOST, names_of
from model.facts import LinkType, ProjectDate
from model.link_types import known_meaning
from sandbox.github.scenario import iteration, text
from tests.connectors.github_pulls import Caller, by_key, links, many, missing
from tests.connectors.github_world import GitHub

BOTH = ("acme/web", "acme/api")
DAY = date(2026, 12, 1)


@pytest.fixture
def world() -> Iterator[GitHub]:
    world = GitHub.start()
    world.write.project_values("acme/web#1", "Roadmap", {"Target date": DAY, "Size": "L", "Points": 3.0})
    world.write.project_values("acme/web#2", "Roadmap", {"Sprint": iteration("Sprint 7", date(2026, 11, 2), 14)})
    yield world
    world.running.close()


def knowing(world: GitHub, *fields: str) -> Caller:
    """Somebody who has looked up the boards before."""
    known = catalog.Catalog(boards={"acme": Boards(fields=fields or ("Sprint", "Target date"))})
    return Caller(world, BOTH, catalog=known.dump())


def boards_listed(world: GitHub, *boards: dict[str, Any], closed: bool = False) -> None:
    """What the owner's boards answer from now on: by title, the names and kinds of their fields."""
    nodes = [{"closed": closed, "fields": {"nodes": [fields, {}, None]}} for fields in boards]
    answer = {"data": {"o0": {"projectsV2": {"nodes": nodes}}}}
    world.fault(kind="status", status=200, path="graphql", body="projectsV2", text=json.dumps(answer), count=-1)


def points_used(world: GitHub) -> int:
    return max(quota.used for quota in world.site.state.tables.quotas.values())


def pulled(caller: Caller) -> Caller:
    assert not missing(caller.pull())
    return caller


# Boards


def test_dates_and_iterations_come_with_the_issues(world: GitHub) -> None:
    world.write.project_values("acme/api#2", "Launch", {"target DATE": DAY, "Notes": text("2026-12-24")})
    caller = pulled(knowing(world))
    assert caller.requests == 1
    assert caller.facts["acme/web#1"].project_dates == (ProjectDate(project="Roadmap", field="Target date", day=DAY),)
    assert caller.facts["acme/web#2"].project_dates == (
        ProjectDate(
            project="Roadmap", field="Sprint", day=date(2026, 11, 15), start=date(2026, 11, 2), iteration="Sprint 7"
        ),
    )
    assert [d.project for d in caller.facts["acme/api#2"].project_dates] == ["Launch"]
    assert caller.facts["acme/api#1"].project_dates == ()


def test_names_are_those_of_open_boards_with_dates(world: GitHub) -> None:
    boards_listed(world, {"name": "Target date", "dataType": "DATE"}, {"name": "Size", "dataType": "SINGLE_SELECT"})
    known = catalog.load(pulled(Caller(world, BOTH)).catalog)
    assert known.boards == {"acme": Boards(fields=("Target date",))}
    world.running.world.clear_faults()
    boards_listed(world, {"name": "Target date", "dataType": "DATE"}, closed=True)
    assert catalog.load(pulled(Caller(world, BOTH)).catalog).boards == {"acme": Boards()}


def test_archived_items_say_nothing(world: GitHub) -> None:
    world.write.project_values("acme/web#1", "Roadmap", {}, archived=True)
    assert pulled(knowing(world)).facts["acme/web#1"].project_dates == ()


def test_an_issue_on_many_boards_is_followed(world: GitHub) -> None:
    for n in range(25):
        world.write.project_values("acme/web#1", f"Board {n}", {"Target date": DAY + timedelta(days=n)})
    caller = pulled(knowing(world))
    assert len(caller.facts["acme/web#1"].project_dates) == 26
    assert caller.requests == 2


def test_a_date_moved_on_a_board_is_found_by_the_sweep(world: GitHub) -> None:
    boards_listed(world, {"name": "Target date", "dataType": "DATE"}, {"name": "Sprint", "dataType": "ITERATION"})
    many(world, 1)
    caller = pulled(Caller(world, BOTH))
    caller.pull(structure=True)
    world.write.project_values("acme/web#3", "Roadmap", {"Target date": DAY})
    assert [d.day for d in by_key(caller.pull(structure=True))["acme/web#3"].project_dates] == [DAY]
    assert caller.requests == 1 + 1 + 1 + 1  # boards, the delta, a sweep, what moved
    caller.pull(structure=True)
    assert caller.requests == 1 + 1 + 1


def test_without_the_scope_for_projects_the_issues_come_all_the_same(world: GitHub) -> None:
    world.site.set_options({"no_project_scope": True})
    caller = Caller(world, BOTH)
    assert not missing(caller.pull())
    assert caller.facts["acme/web#1"].project_dates == ()
    assert caller.facts["acme/web#1"].partial == ""
    assert catalog.load(caller.catalog).boards["acme"].why


def test_dates_that_were_known_do_not_vanish_without_a_word_when_the_scope_is_lost(world: GitHub) -> None:
    """Once it is met a second time, there are no boards any more as far as we know."""
    caller = knowing(world)
    world.site.set_options({"no_project_scope": True})
    assert not missing(caller.pull(structure=True))
    assert "boards" in caller.facts["acme/web#1"].partial
    caller.pull(structure=True, full=True)
    assert caller.facts["acme/web#1"].partial == ""
    assert caller.requests == 2


def test_a_direct_look_reads_the_same(world: GitHub) -> None:
    caller = knowing(world)
    github = caller.connector()
    pages = list(github.pull(Request(catalog=caller.catalog, structure=False)))
    assert github.look(world.address("acme/web#1")) == by_key(pages)["acme/web#1"]


def test_no_more_names_are_asked_for_than_a_page_can_bear() -> None:
    many = Boards(fields=tuple(f"Date {n:02}" for n in range(30)))
    assert names_of([many, Boards(fields=("date 29", "Due"))]) == (
        *(f"Date {n:02}" for n in range(MOST - 2)),
        "Date 29",
        "Due",
    )
    assert names_of([Boards(why="not visible")]) == ()


@pytest.mark.parametrize(("fields", "points"), [((), 12), (("Target date",), 14), (("A", "B", "C"), 14)])
def test_what_a_page_costs(world: GitHub, fields: tuple[str, ...], points: int) -> None:
    known = catalog.Catalog(boards={"acme": Boards(fields=fields)})
    caller = Caller(world, ("acme/web",), catalog=known.dump())
    caller.pull()
    assert points_used(world) == 1 + points  # the account, and a page


# Cross references


def test_who_mentions_an_issue_is_a_link_that_makes_no_dependency(world: GitHub) -> None:
    world.write.repository("other/lib")
    outside = world.write.issue("other/lib", "Upgrade", by="zoe", body="See acme/web#2 and acme/web#2 again")
    pull = world.write.pull("acme/web", "Rotate", by="mira", head="r", body="Part of #2")
    caller = pulled(Caller(world, BOTH))
    found = links(caller.facts["acme/web#2"], "mentioned")
    assert [(link.phrase, link.forward, link.other.key) for link in found] == [
        ("is mentioned by", False, outside),
        ("is mentioned by", False, pull),
    ]
    assert (found[0].other.title, found[0].other.phase, found[1].other.phase) == ("Upgrade", "open", "started")
    kind = LinkType(
        tracker="github", id="mentioned", name="cross reference", outward="mentions", inward=found[0].phrase
    )
    assert known_meaning(kind) == "relates"
    assert {link.native_id for link in found} == {
        f"mentioned:{world.address(key).native_id}:{world.address('acme/web#2').native_id}" for key in (outside, pull)
    }


def test_our_own_notes_mention_nothing(world: GitHub) -> None:
    world.write.comment("acme/api#2", "<!-- ours --> see acme/web#2", by="crosstie-bot")
    assert links(pulled(Caller(world, BOTH)).facts["acme/web#2"], "mentioned") == []


def test_mentions_from_where_we_may_not_read_are_left_out(world: GitHub) -> None:
    world.write.repository("acme/secret", visibility="private", token="none")
    world.write.issue("acme/secret", "Hush", by="zoe", body="acme/web#2")
    fact = pulled(Caller(world, BOTH)).facts["acme/web#2"]
    assert links(fact, "mentioned") == []
    assert fact.partial == ""


def test_many_mentions_are_followed(world: GitHub) -> None:
    for n in range(130):
        world.write.issue("acme/api", f"Issue {n}", by="zoe", body="acme/web#2")
    caller = pulled(Caller(world, ("acme/web",)))
    assert len(links(caller.facts["acme/web#2"], "mentioned")) == 130
    assert caller.requests == 1 + 1 + 2
