"""The clock, and which request a fault hits."""

from datetime import UTC, date, datetime, timedelta, timezone
from itertools import pairwise
from typing import Any

import pytest

from sandbox.base import Clock, Fault
from sandbox.world import World


def test_the_clock_never_gives_the_same_millisecond_twice() -> None:
    clock = Clock()
    moments = [clock.now() for _ in range(500)]
    assert all(later - earlier >= timedelta(milliseconds=1) for earlier, later in pairwise(moments))
    assert all(moment.microsecond % 1000 == 0 and moment.tzinfo is UTC for moment in moments)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (date(2026, 3, 2), datetime(2026, 3, 2, 9, tzinfo=UTC)),
        (datetime(2026, 3, 2, 12, tzinfo=timezone(timedelta(hours=5))), datetime(2026, 3, 2, 7, tzinfo=UTC)),
        (datetime(2026, 3, 2, 12), datetime(2026, 3, 2, 12, tzinfo=UTC)),  # noqa: DTZ001  # no zone is the case
    ],
)
def test_the_clock_goes_on_from_where_it_was_set(given: date | datetime, expected: datetime) -> None:
    clock = Clock()
    clock.set(given)
    first, second = clock.now(), clock.now()
    assert expected <= first < second < expected + timedelta(seconds=5)


def test_the_clock_can_be_set_back() -> None:
    clock = Clock()
    before = clock.now()
    clock.set(before - timedelta(days=30))
    assert clock.now() < before - timedelta(days=29)


@pytest.mark.parametrize(
    ("fault", "hit"),
    [
        (Fault(kind="html"), True),
        (Fault(kind="html", site="jira", method="post", path="/comment$"), True),
        (Fault(kind="html", site="github"), False),
        (Fault(kind="html", method="GET"), False),
        (Fault(kind="html", path="^/comment"), False),
        (Fault(kind="html", body='"marker"'), True),
        (Fault(kind="html", body="nothing of it"), False),
    ],
)
def test_a_fault_hits_what_matches_it(fault: Fault, hit: bool) -> None:
    world = World()
    world.add_fault(fault)
    assert bool(world.strike("jira", "POST", "/rest/api/3/issue/1/comment", '{"marker": 1}')) is hit


def test_a_fault_lets_some_pass_then_hits_its_count() -> None:
    world = World()
    world.add_fault(Fault(kind="drop_after", skip=2, count=3))
    hits = [bool(world.strike("jira", "GET", "/", "")) for _ in range(7)]
    assert hits == [False, False, True, True, True, False, False]


def test_a_fault_for_ever_never_wears_out() -> None:
    world = World()
    world.add_fault(Fault(kind="drop_before", count=-1))
    assert all(world.strike("jira", "GET", "/", "") for _ in range(50))


def test_chance_is_the_same_for_the_same_seed() -> None:
    def hits(seed: int) -> list[bool]:
        world = World(seed)
        world.add_fault(Fault(kind="html", count=-1, probability=0.5))
        return [bool(world.strike("jira", "GET", "/", "")) for _ in range(64)]

    assert hits(1) == hits(1)
    assert hits(1) != hits(2)
    assert 10 < sum(hits(1)) < 54


def test_latency_goes_together_with_one_other_and_the_rest_wait_their_turn() -> None:
    world = World()
    for kind in ("latency", "html", "truncate", "latency"):
        world.add_fault(Fault(kind=kind))
    assert [fault.kind for fault in world.strike("jira", "GET", "/", "")] == ["latency", "html", "latency"]
    assert [fault.kind for fault in world.strike("jira", "GET", "/", "")] == ["truncate"]
    assert world.strike("jira", "GET", "/", "") == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"kind": "explode"}, "latency, status"),
        ({"kind": "html", "path": "("}, "path"),
        ({"kind": "html", "body": "["}, "body"),
        ({"kind": "status", "status": 42}, "42"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_when_it_is_made(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        Fault(**wrong)
