"""A case's life: opened, worsened, eased, unknown, cleared, reopened."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec import structs

from rules.base import Finding, Subject
from sync.base import Case, CaseEvent
from sync.settle import settle
from tests.sync.build import NOW, case, finding


def settled(
    found: Sequence[Finding], standing: Sequence[Case], *, unknown: str = "", **excused: str
) -> list[CaseEvent]:
    ids = iter(f"new{n}" for n in range(9))
    return settle(
        found,
        standing,
        now=NOW,
        new_id=lambda rule, subject: next(ids),
        undecided=lambda _: unknown,
        excused={(rule, case().subject): why for rule, why in excused.items()},
    )


def test_a_new_finding_opens_a_case_and_a_standing_one_that_did_not_change_is_no_event() -> None:
    (opened,) = settled([finding()], [])
    assert (opened.kind, opened.case.id, opened.case.state) == ("opened", "new0", "open")
    assert settled([finding()], [opened.case]) == []


@pytest.mark.parametrize(("before", "after", "kind"), [(1, 2, "worsened"), (3, 2, "eased")])
def test_levels_tell_worse_from_better(before: int, after: int, kind: str) -> None:
    (event,) = settled([finding(level=after)], [case(level=before)])
    assert (event.kind, event.case.level, event.case.id) == (kind, after, "k3f9q")


def test_a_case_knows_since_when_it_reached_each_level() -> None:
    before = NOW - timedelta(days=3)
    (opened,) = settled([finding(level=2)], [])
    assert opened.case.risen == (NOW, NOW)
    (worse,) = settled([finding(level=3)], [case(level=1, risen=(before,))])
    assert worse.case.risen == (before, NOW, NOW)
    (eased,) = settled([finding(level=1)], [worse.case])
    assert eased.case.risen == worse.case.risen, "once reached is reached"


def test_what_moved_is_said() -> None:
    old, new = finding(about=(("promised", "2026-03-01"),)), finding(about=(("promised", "2026-03-09"),))
    (event,) = settled([new], [case(finding=old)])
    assert (event.kind, event.why) == ("changed", "promised: 2026-03-01 -> 2026-03-09")


def test_absence_clears_only_when_it_is_knowledge() -> None:
    (cleared,) = settled([], [case()])
    (unknown,) = settled([], [case()], unknown="jira:PLAT could not be read")
    assert (cleared.kind, cleared.case.state, cleared.case.cleared) == ("cleared", "cleared", NOW)
    assert (unknown.kind, unknown.why) == ("unknown", "jira:PLAT could not be read")
    assert unknown.case.finding == case().finding
    assert settled([], [unknown.case], unknown="still") == []


def test_known_again_with_the_same_finding_goes_on() -> None:
    (event,) = settled([finding()], [case(state="unknown")])
    assert (event.kind, event.case.state) == ("known", "open")


def test_an_excuse_clears_even_what_could_not_be_judged() -> None:
    (event,) = settled([], [case()], unknown="unreadable", overdue="its rule is off")
    assert (event.kind, event.why) == ("cleared", "its rule is off")


@pytest.mark.parametrize(("days", "kind"), [(7, "reopened"), (8, "opened")])
def test_a_case_goes_on_when_it_reopens_within_five_working_days(days: int, kind: str) -> None:
    past = case(state="cleared", cleared=NOW - timedelta(days=days), notified=1)
    (event,) = settled([finding()], [past])
    assert event.kind == kind
    assert event.case.notified == (1 if kind == "reopened" else 0)


def test_a_cycle_goes_on_while_its_members_intersect() -> None:
    loop = finding("cycle", subject=Subject("cycle", ("a", "b", "c")))
    other = finding("cycle", subject=Subject("cycle", ("x", "y")))
    standing = case(finding=loop)
    moved = structs.replace(loop, subject=Subject("cycle", ("b", "c", "d")))
    (event,) = settled([moved], [standing])
    assert (event.case.id, event.case.subject.members) == ("k3f9q", ("b", "c", "d"))
    opened, cleared = settled([other], [standing])
    assert (opened.kind, cleared.kind) == ("opened", "cleared")
