"""Walks of Jira in pieces: side by side, over bounds that are gone, broken off and gone on with."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import Page, Request, TrackerSettings, TryLater
from connectors.jira import JiraConnector
from connectors.jira.client import JiraClient
from connectors.jira.cut import cut
from connectors.jira.ranges import Part, Piece, read
from connectors.jira.search import place_of
from connectors.limits import Clock, Limits
from model.facts import IssueFact
from sandbox.base import Fault
from tests.connectors.contract import after, issues, walk
from tests.connectors.jira_rows import BLOCKS, ROBOT
from tests.connectors.jira_world import PAST, TOKEN, USER, Jira, JiraServer
from tests.connectors.stranger import Asked, Reply, Stranger, serving

API = "/rest/api/3"


@pytest.fixture(params=[Jira, JiraServer], ids=["cloud", "server"])
def jira(request: pytest.FixtureRequest) -> Iterator[Jira]:
    """60 issues in PAY and 12 in PLAT."""
    world: Jira = request.param.start()
    write = world.site.writer()
    for project, count in (("PAY", 60), ("PLAT", 12)):
        for number in range(3, count + 1):
            write.issue(f"{project}-{number}", "Refund", created=PAST + timedelta(minutes=number))
    yield world
    world.running.close()


def connector(url: str, *, hands: int = 1) -> JiraConnector:
    settings = TrackerSettings(
        name="jira", kind="jira", url=url, user=USER, scopes=("PAY", "PLAT"), token=TOKEN, concurrency=hands
    )
    return JiraConnector(settings, limits=Limits(attempts=2), clock=Clock(sleep=lambda _: None))


def client(jira: Jira) -> JiraClient:
    settings = TrackerSettings(name="jira", kind="jira", url=jira.url, user=USER, scopes=(), token=TOKEN)
    return JiraClient(settings, TOKEN, limits=Limits(), clock=Clock())


def keys(parts: list[Part]) -> list[str]:
    return [str(row["key"]) for part in parts for row in part.rows]


def small_pages(jira: Jira, size: int) -> None:
    jira.site.set_options({"page_cap": size, "server_page": size})


# Pieces


def test_a_range_begins_where_its_first_issue_is_and_ends_where_it_should(jira: Jira) -> None:
    small_pages(jira, 15)
    for number in (19, 20, 21, 40):
        jira.act("delete", issue=f"PAY-{number}")
    wanted = [f"PAY-{n}" for n in range(20, 41) if n not in (20, 21, 40)]
    assert keys(list(read(client(jira), Piece(projects=("PAY",), low=20, high=40), ["key"]))) == wanted


def test_a_bound_that_was_moved_away_hides_nothing(jira: Jira) -> None:
    """Jira takes its old key for its new place, where no issue of the range is."""
    jira.act("move", issue="PAY-20", project="PLAT")
    assert keys(list(read(client(jira), Piece(projects=("PAY",), low=20), ["key"])))[:2] == ["PAY-21", "PAY-22"]
    together = keys(list(read(client(jira), Piece(projects=("PAY", "PLAT"), low=20), ["key"])))
    assert (together[0], len(together)) == ("PAY-21", 40 + 13)


@pytest.mark.parametrize("strict", [True, False])
def test_what_is_left_of_a_piece_is_all_that_did_not_come_yet(jira: Jira, strict: bool) -> None:
    jira.site.set_options({"strict_keys": strict})
    small_pages(jira, 16)
    parts = list(read(client(jira), Piece(projects=("PLAT", "PAY")), ["key"]))
    everything = keys(parts)
    assert len(everything) == len(set(everything)) == 72
    for number, part in enumerate(parts[:-1], 1):
        assert part.rest is not None
        so_far = keys(parts[:number])
        again = keys(list(read(client(jira), part.rest, ["key"])))
        assert set(so_far) | set(again) == set(everything)
        assert len(set(so_far) & set(again)) == 1, "the last one, which shows that the bound is good"


def test_issues_that_go_away_while_a_walk_pages_hide_no_other(jira: Jira) -> None:
    small_pages(jira, 15)
    parts = read(client(jira), Piece(projects=("PAY",)), ["key"])
    first = next(parts)
    for row in first.rows[:8]:
        jira.act("delete", issue=row["key"])
    assert len(set(keys([first, *parts]))) == 60


def test_a_walk_longer_than_a_window_is_several_searches() -> None:
    world = JiraServer.start()
    try:
        world.site.set_options({"server_page": 20, "server_window": 60})
        write = world.site.writer()
        for number in range(3, 131):
            write.issue(f"PAY-{number}", "Refund", created=PAST)
        piece = Piece(projects=("PAY", "PLAT"))
        found = keys(list(read(client(world), piece, ["key"], window=40)))
        assert len(set(found)) == 132
        changed = keys(list(read(client(world), piece, ["key"], window=40, also='project = "PAY" AND updated >= 0')))
        assert len(set(changed)) == 130
    finally:
        world.running.close()


def test_a_page_token_that_grew_too_old_costs_a_search_and_no_issue() -> None:
    world = Jira.start()
    try:
        world.site.set_options({"page_cap": 1, "token_life": 60})
        parts = read(client(world), Piece(projects=("PAY", "PLAT")), ["key"])
        first = next(parts)
        world.running.world.clock.set(world.running.world.clock.now() + timedelta(hours=1))
        assert set(keys([first, *parts])) == {"PAY-1", "PAY-2", "PLAT-1", "PLAT-2"}
    finally:
        world.running.close()


def test_pieces_are_about_equal_and_nobody_is_asked_for_the_key_of_a_small_project() -> None:
    sizes = {"A": 9000, "B": 3000, "C": 2500, "D": 400, "E": 100}
    asked: list[str] = []

    def greatest(key: str) -> int:
        asked.append(key)
        return 2 * sizes[key]

    found = cut(["A", "B", "C", "D", "E", "NEW"], sizes, 4, greatest)
    assert asked == ["A"]
    assert found[0] == Piece(projects=("NEW",))
    ranges = sorted((p for p in found if p.projects == ("A",)), key=lambda p: p.low)
    assert [(p.low, p.high) for p in ranges] == [(0, 9000), (9001, 0)]
    assert sorted(key for p in found if p not in ranges for key in p.projects) == ["B", "C", "D", "E", "NEW"]
    assert cut(["D", "E"], sizes, 4, greatest) == ()


# Side by side, against a Jira of somebody else's


def somebody_elses(stranger: Stranger, numbers: list[int], *, heeds: bool = True, ordered: bool = True) -> None:
    """It says that it has 4,000 issues, which is worth cutting, and has but these."""

    def search(asked: Asked) -> Reply:
        jql = str(asked.body["jql"])
        down = jql.endswith("DESC")
        low = re.search(r'key >= "PAY-(\d+)"', jql)
        rows = [n for n in numbers if not low or not heeds or n >= int(low[1])]
        rows.sort(reverse=down or not ordered)
        time.sleep(0.05)
        return Reply({"issues": [row(n) for n in rows[: asked.body["maxResults"]]], "isLast": True})

    stranger.says("GET /rest/api/2/serverInfo", {"baseUrl": "https://acme.example", "deploymentType": "Cloud"})
    stranger.says(f"GET {API}/myself", ROBOT)
    stranger.says(f"GET {API}/field", [])
    stranger.says(f"GET {API}/issueLinkType", {"issueLinkTypes": [BLOCKS]})
    projects = [{"id": "1", "key": "PAY", "insight": {"totalIssueCount": 4000}}]
    stranger.says(f"GET {API}/project/search", {"values": projects, "isLast": True})
    for what in ("versions", "components"):
        stranger.says(f"GET {API}/project/PAY/{what}", [])
    stranger.routes[f"POST {API}/search/jql"] = search


def row(number: int) -> dict[str, Any]:
    return {"id": str(number), "key": f"PAY-{number}", "fields": {"summary": "Refund"}}


def queries(stranger: Stranger) -> list[str]:
    return [str(a.body["jql"]).partition(" ORDER")[0] for a in stranger.asked if a.path.endswith("/search/jql")]


def test_ranges_are_read_side_by_side() -> None:
    with serving(Stranger()) as stranger:
        somebody_elses(stranger, [*range(1, 5), *range(11, 41)])
        started = time.monotonic()
        found = issues(walk(connector(stranger.url, hands=4)))
        assert len(found) == 34
        assert queries(stranger)[0] == 'project = "PAY"', "its greatest key"
        bounds = {'project in ("PAY")', *(f'project = "PAY" AND key >= "PAY-{low}"' for low in (11, 21, 31))}
        assert set(queries(stranger)[1:]) == bounds
        assert time.monotonic() - started < 5 * 0.05 + 2


@pytest.mark.parametrize("how", [{"heeds": False}, {"ordered": False}])
def test_a_jira_that_ignores_ranges_or_order_is_read_in_one_piece(how: dict[str, bool]) -> None:
    with serving(Stranger()) as stranger:
        somebody_elses(stranger, list(range(1, 41)), **how)
        pages = walk(connector(stranger.url, hands=2))
        assert len(issues(pages)) == 40
        assert queries(stranger)[-1] == 'project in ("PAY")'
        assert pages[-1].census == {"PAY": frozenset(map(str, range(1, 41)))}


# Broken off


def broken_off(jira: Jira, request: Request, skip: int) -> list[Page]:
    """The pages of a pull that ends when the tracker goes down after ``skip`` pages of issues."""
    pages: list[Page] = []
    jira.fault(Fault(kind="status", status=503, count=-1, skip=skip, path="/[23]/search"))
    with pytest.raises(TryLater):
        pages += connector(jira.url).pull(request)
    jira.running.world.clear_faults()
    return pages


def test_a_pull_goes_on_where_it_was_broken_off(jira: Jira) -> None:
    small_pages(jira, 15)
    whole: dict[str, IssueFact] = issues(walk(connector(jira.url)))
    first = broken_off(jira, Request(), 3)
    assert not any(page.cursors or page.census or page.scopes for page in first)
    jira.act("edit", issue="PAY-1", title="Changed meanwhile, and read already")
    second = walk(connector(jira.url), after(first))
    assert set(issues([*first, *second])) == set(whole)
    assert len(issues(first)) >= 25
    assert len(issues(second)) == 72 - len(issues(first)) + 1, "the last issue shows where to go on"
    assert all(page.census is None for page in second), "nobody knows who was there all the while"
    assert sorted(key for page in second for key in page.cursors) == ["PAY", "PLAT"]
    third = walk(connector(jira.url), after([*first, *second]))
    assert [i.title for i in issues(third).values() if i.key == "PAY-1"] == ["Changed meanwhile, and read already"]
    assert len(issues(third)) < 72, "and the rest was not, whatever part of the walk had it"


def test_a_pull_that_is_broken_off_again_and_again_ends(jira: Jira) -> None:
    small_pages(jira, 12)
    pages = broken_off(jira, Request(), 2)
    for _ in range(3):
        pages += broken_off(jira, after(pages), 1)
    pages += walk(connector(jira.url), after(pages))
    assert len(issues(pages)) == 72


def test_a_full_pull_that_is_asked_for_begins_anew(jira: Jira) -> None:
    small_pages(jira, 12)
    first = broken_off(jira, Request(), 3)
    again = walk(connector(jira.url), Request(catalog=after(first).catalog, resume=False))
    assert len(issues(again)) == 72
    assert any(page.census for page in again)


def test_where_a_pull_stopped_may_be_gone_when_it_goes_on(jira: Jira) -> None:
    small_pages(jira, 12)
    first = broken_off(jira, Request(), 3)
    last = max((f for f in issues(first).values() if f.key.startswith("PAY")), key=lambda f: place_of({"key": f.key}))
    jira.act("move", issue=last.key, project="PLAT")
    second = walk(connector(jira.url), after(first))
    assert len(issues([*first, *second])) == 72
