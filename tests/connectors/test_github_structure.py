"""What deltas cannot see, over real sockets: told by events, or found by a sweep."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.github.structure import EVERY, SMALL
from tests.connectors.github_pulls import Caller, by_key, census, links, many, missing
from tests.connectors.github_world import GitHub

BOTH = ("acme/web", "acme/api")
NEXT_DAY = EVERY + timedelta(minutes=1)


@pytest.fixture
def world() -> Iterator[GitHub]:
    """``acme/web`` is too large to be swept each time, ``acme/api`` is not."""
    world = GitHub.start()
    many(world, SMALL + 20)
    yield world
    world.running.close()


@pytest.fixture
def caller(world: GitHub) -> Caller:
    """After a full pull and the first look at the structure."""
    caller = Caller(world, BOTH)
    caller.pull()
    assert set(census(caller.pull(structure=True))) == set(BOTH)
    assert caller.requests == 1 + 1 + 1 + 2  # boards, the delta, where the events begin, a sweep of both
    return caller


def test_nothing_happened(caller: Caller) -> None:
    pages = caller.pull(structure=True)
    assert caller.requests == 1 + 1 + 1 + 1  # boards, the delta, unchanged events, a sweep of the small one
    assert set(census(pages)) == {"acme/api"}
    assert {key for key in by_key(pages) if key.startswith("acme/web")} <= {"acme/web#1", "acme/web#2"}  # overlap


def test_links_added_and_removed_are_told_by_events(world: GitHub, caller: Caller) -> None:
    world.act("unblock", issue="acme/web#1", blocker="acme/api#1")
    world.act("block", issue="acme/web#12", blocker="acme/web#13")
    pages = caller.pull(structure=True)
    found = by_key(pages)
    assert not links(found["acme/web#1"], "blocked_by")
    assert not links(found["acme/api#1"], "blocked_by")
    assert [link.phrase for link in links(found["acme/web#12"], "blocked_by")] == ["is blocked by"]
    assert [link.phrase for link in links(found["acme/web#13"], "blocked_by")] == ["blocks"]
    assert caller.requests == 1 + 1 + 1 + 1 + 1
    assert set(census(pages)) == {"acme/api"}
    assert "acme/web#12" not in by_key(caller.pull(structure=True))
    assert "acme/web#12" not in by_key(caller.pull(structure=True, later=NEXT_DAY))


def test_a_link_removed_from_the_other_side(world: GitHub, caller: Caller) -> None:
    """The small repository is swept, the large one's events tell its end."""
    world.act("block", issue="acme/api#1", blocker="acme/web#20")
    found = by_key(caller.pull(structure=True))
    assert {"acme/api#1", "acme/web#20"} <= found.keys()
    world.act("unblock", issue="acme/api#1", blocker="acme/web#20")
    found = by_key(caller.pull(structure=True))
    assert "acme/web#20" not in {link.other.key for link in found["acme/api#1"].links}
    assert not found["acme/web#20"].links


def test_a_parent_that_moved(world: GitHub, caller: Caller) -> None:
    world.act("parent", issue="acme/web#14", parent="acme/web#15")
    assert (parent := by_key(caller.pull(structure=True))["acme/web#14"].parent)
    assert parent.key == "acme/web#15"
    world.act("parent", issue="acme/web#14", parent="acme/web#16")
    found = by_key(caller.pull(structure=True))
    assert (parent := found["acme/web#14"].parent)
    assert parent.key == "acme/web#16"


def test_a_deleted_issue_is_missed_by_every_census(world: GitHub, caller: Caller) -> None:
    gone = world.address("acme/web#30").native_id
    world.act("delete", issue="acme/web#30")
    assert "acme/web" not in census(caller.pull(structure=True))
    for days in (1, 2):
        pages = caller.pull(structure=True, later=days * NEXT_DAY)
        assert len(census(pages)["acme/web"]) == SMALL + 21
        assert gone not in census(pages)["acme/web"]


def test_a_blocker_deleted_without_a_word_is_found_by_the_next_sweep(world: GitHub, caller: Caller) -> None:
    world.act("block", issue="acme/web#12", blocker="acme/web#13")
    caller.pull(structure=True)
    world.act("delete", issue="acme/web#13")
    caller.pull(structure=True)
    caller.pull(structure=True, later=NEXT_DAY)
    assert not links(caller.facts["acme/web#12"], "blocked_by")


@pytest.mark.parametrize("trouble", ["events too short", "events refused", "first event deleted"])
def test_where_events_do_not_reach_back_a_sweep_does(world: GitHub, caller: Caller, trouble: str) -> None:
    for n in range(30, 35):
        world.act("block", issue=f"acme/web#{n}", blocker="acme/web#13")
    match trouble:
        case "events too short":
            world.site.set_options({"events_kept": 3})
        case "events refused":
            world.fault(kind="status", status=404, path="/issues/events", count=-1)
        case _:
            world.act("delete", issue="acme/web#1")  # and with it the event seen last
    found = by_key(caller.pull(structure=True))
    assert {f"acme/web#{n}" for n in (*range(30, 35), 13)} <= found.keys()


def test_the_other_end_of_a_link_to_a_repository_that_is_not_pulled_is_looked_at_again(world: GitHub) -> None:
    caller = Caller(world, ("acme/web",))
    caller.pull()
    caller.pull(structure=True)
    world.act("close", issue="acme/api#1")
    caller.pull(structure=True)
    (blocker,) = links(caller.facts["acme/web#1"], "blocked_by")
    assert blocker.other.phase == "done"
    assert caller.requests == 1 + 1 + 1 + 1


def test_transferred_here_it_is_read_under_its_new_name(world: GitHub, caller: Caller) -> None:
    world.act("transfer", issue="acme/api#1", to="acme/web")
    titles = {fact.title: key for key, fact in by_key(caller.pull(structure=True)).items()}
    assert titles["Give out tokens"].startswith("acme/web#")


def test_a_first_look_after_an_older_version_sweeps(world: GitHub, caller: Caller) -> None:
    caller.catalog = '{"names":{},"globs":{},"structure":{}}'
    pages = caller.pull(structure=True)
    assert set(census(pages)) == set(BOTH)
    assert not missing(pages)


def test_many_quiet_repositories_share_the_requests_of_a_sweep(world: GitHub) -> None:
    names = [f"acme/part-{n}" for n in range(24)]
    for name in names:
        world.write.repository(name)
        many(world, 1, name)
    caller = Caller(world, tuple(names))
    caller.pull()
    assert set(census(caller.pull(structure=True))) == set(names)
    assert caller.requests == 1 + 3 + 3
