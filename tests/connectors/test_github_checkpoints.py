"""Full walks that break off, several hands at once, and whether all that is counted came, over real sockets."""

import json
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from connectors.base import Request
from connectors.github import catalog
from connectors.github.pull import CHECKPOINT, read_mark
from tests.connectors.github_pulls import LONG_AGO, Caller, census, many, missing
from tests.connectors.github_world import GitHub

ISSUES = 110
PULLS = 35
WEB = "acme/web"


@pytest.fixture
def world() -> Iterator[GitHub]:
    """Answers hold six rows of each list: more is too slow for it."""
    world = GitHub.start()
    many(world, ISSUES - 2)
    for n in range(PULLS):
        moment = LONG_AGO + timedelta(hours=n)
        world.write.pull(WEB, f"Pull {n}", by="mira", head=f"b{n}", at=LONG_AGO, updated=moment)
    world.site.set_options({"slow_above_nodes": 2_500})
    yield world
    world.running.close()


@pytest.fixture
def whole(world: GitHub) -> Caller:
    """Somebody whose pull was not broken off."""
    caller = Caller(world, (WEB,))
    assert set(census(caller.pull())) == {WEB}
    return caller


def goes_down(world: GitHub, after: int) -> None:
    world.fault(kind="status", status=503, path="graphql", body="IssueFields|PullFields", count=-1, skip=after)


def broken_off(world: GitHub) -> Caller:
    caller = Caller(world, (WEB,))
    goes_down(world, after=10)
    caller.pull()
    world.running.world.clear_faults()
    assert caller.gave_up
    assert 20 < len(caller.facts) < ISSUES
    return caller


def rows(pages: list[Any]) -> int:
    return sum(len(page.issues) for page in pages)


def test_a_walk_broken_off_by_an_outage_goes_on_where_it_stopped(world: GitHub, whole: Caller) -> None:
    caller = broken_off(world)
    came = len(caller.facts)
    world.act("edit", issue="acme/web#3", title="Changed meanwhile")
    pages = caller.pull()
    assert rows(pages) == ISSUES + PULLS - came + 1
    assert caller.facts.keys() == whole.facts.keys()
    assert caller.facts["acme/web#3"].title == "Changed meanwhile"
    assert (census(pages), missing(pages)) == ({}, {})
    assert catalog.load(caller.catalog).checkpoints == {}
    assert rows(caller.pull()) < 10
    assert set(census(caller.pull(structure=True))) == {WEB}


def test_killed_it_goes_on_from_the_last_checkpoint(world: GitHub, whole: Caller) -> None:
    caller = Caller(world, (WEB,))
    caller.pull(most=CHECKPOINT + 3)
    assert set(catalog.load(caller.catalog).checkpoints) == {WEB}
    came = len(caller.facts)
    pages = caller.pull()
    assert ISSUES + PULLS - came <= rows(pages) < ISSUES + PULLS
    assert caller.facts == whole.facts
    assert _moments(caller) == _moments(whole)


def _moments(caller: Caller) -> tuple[str, str]:
    """Where its next delta begins. What it need not read again is less after a walk that was broken off."""
    mark = read_mark(caller.cursors[WEB])
    assert mark is not None
    return mark.issues, mark.pull_requests


def test_a_pull_in_full_begins_anew(world: GitHub) -> None:
    caller = broken_off(world)
    pages = caller.pull(full=True)
    assert rows(pages) == ISSUES + PULLS
    assert set(census(pages)) == {WEB}


@pytest.mark.parametrize("how", ["odd cursor", "another repository", "whole query refused"])
def test_a_checkpoint_that_the_server_does_not_take_is_left(world: GitHub, whole: Caller, how: str) -> None:
    caller = broken_off(world)
    known = catalog.load(caller.catalog)
    left = known.checkpoints[WEB]
    if how == "another repository":
        left.repository = "R_other"
    elif how == "odd cursor":
        left.lanes = {name: msgspec.structs.replace(stop, after="odd") for name, stop in left.lanes.items()}
    else:
        text = json.dumps({"data": None, "errors": [{"type": "INVALID_CURSOR_ARGUMENTS", "message": "odd"}]})
        world.fault(kind="status", status=200, path="graphql", body="IssueFields", text=text)
    caller.catalog = known.dump()
    pages = caller.pull()
    unfinished = [name for name, stop in left.lanes.items() if not stop.done or how == "another repository"]
    assert rows(pages) == sum({"issues": ISSUES, "pullRequests": PULLS}[name] for name in unfinished)
    assert caller.facts == whole.facts
    assert not missing(pages)


def test_a_repository_that_was_left_out_meanwhile_begins_anew(world: GitHub) -> None:
    caller = broken_off(world)
    caller.scopes = ("acme/api",)
    caller.pull()
    caller.scopes = (WEB,)
    caller.cursors.clear()
    assert rows(caller.pull()) == ISSUES + PULLS


def test_what_moves_meanwhile_is_read_by_the_resumed_walk(world: GitHub) -> None:
    caller = broken_off(world)
    world.act("close", issue="acme/web#58")
    new = world.act("create", repository=WEB, title="New meanwhile")["issue"]
    caller.pull()
    assert caller.facts["acme/web#58"].phase == "done"
    assert new in caller.facts


# Several hands


@pytest.mark.parametrize("concurrency", [2, 3, 8])
def test_several_hands_read_the_same(world: GitHub, concurrency: int) -> None:
    for n in range(5):
        name = f"acme/part-{n}"
        world.write.repository(name)
        many(world, 3, name)
        world.write.pull(name, "A pull", by="mira", head="b")
    one, several = (Caller(world, ("acme/*",), concurrency=c) for c in (1, concurrency))
    for structure in (False, True, True):
        expected, pages = one.pull(structure=structure), several.pull(structure=structure)
        assert census(pages) == census(expected)
        assert not missing(pages)
    assert several.facts == one.facts
    assert several.cursors == one.cursors


def test_several_hands_broken_off_and_resumed(world: GitHub, whole: Caller) -> None:
    caller = Caller(world, (WEB,), concurrency=3)
    goes_down(world, after=12)
    caller.pull()
    assert caller.gave_up
    world.running.world.clear_faults()
    caller.pull()
    assert caller.facts == whole.facts
    assert _moments(caller) == _moments(whole)


def test_the_next_page_is_asked_for_while_the_last_is_worked_on(world: GitHub) -> None:
    pages = Caller(world, (WEB,)).connector().pull(Request())
    while not next(pages).issues:
        pass
    asked = world.requests_seen()
    until = time.monotonic() + 5
    while world.requests_seen() == asked and time.monotonic() < until:
        time.sleep(0.01)
    assert world.requests_seen() > asked


# All that is counted


def listed(number: int, counted: int) -> dict[str, Any]:
    """An answer with one row of ``counted``."""
    end = {"hasNextPage": False, "endCursor": None}
    row = {"id": f"I_{number}", "number": number, "updatedAt": "2026-01-01T00:00:00Z"}
    row["repository"] = {"nameWithOwner": WEB}
    issues = {"totalCount": counted, "nodes": [row], "pageInfo": end}
    pulls = {"totalCount": 0, "nodes": [], "pageInfo": end}
    shown = {"id": "R_1", "nameWithOwner": WEB, "isPrivate": False, "issues": issues, "pullRequests": pulls}
    text = json.dumps({"data": {"r0": shown}})
    return {"kind": "status", "status": 200, "path": "graphql", "body": "pullRequests", "text": text}


def test_fewer_than_counted_leave_the_scope_incomplete_until_it_is_met_twice(world: GitHub) -> None:
    caller = Caller(world, (WEB,))
    world.fault(**listed(1, counted=3))
    pages = caller.pull()
    assert missing(pages) == {WEB: "3 issues and pull requests are there, and only 1 of them came"}
    assert (caller.cursors, census(pages)) == ({}, {})
    world.fault(**listed(1, counted=3))
    pages = caller.pull()
    assert missing(pages) == {}
    assert set(census(pages)) == set(caller.cursors) == {WEB}


def test_a_sweep_that_brought_too_few_counts_nobody_out(world: GitHub, whole: Caller) -> None:
    world.fault(**listed(1, counted=3) | {"body": "CREATED_AT"})
    pages = whole.pull(structure=True)
    assert "only 1 of them" in missing(pages)[WEB]
    assert census(pages) == {}
