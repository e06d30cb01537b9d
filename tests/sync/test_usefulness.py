"""Whether notes are acted on: counted from what happened to cases after they were first noted."""

from datetime import UTC, datetime, timedelta

import pytest

from sync.base import EventKind, Happening
from sync.settle import BY_ITSELF
from sync.store import Store
from sync.usefulness import Usefulness, changed_configs, usefulness
from tests.sync.stores import NOON, case, event, later, write

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AFTER = MONDAY + timedelta(days=60)


def after(days: int) -> datetime:
    return MONDAY + timedelta(days=days)


def happened(
    kind: EventKind, days: int, *, case: str = "k3f9q", why: str = "", run: str = "r", rule: str = "overdue"
) -> Happening:
    why = why or (BY_ITSELF if kind == "cleared" else "")
    return Happening(case=case, rule=rule, run=run, at=after(days), kind=kind, why=why, level=1)


def told(*story: Happening, now: datetime = LONG_AFTER, noted: int | None = 0, **options: object) -> Usefulness:
    first = {"k3f9q": after(noted)} if noted is not None else {}
    return usefulness((happened("opened", 0), *story), first, now, **options)["overdue"]  # type: ignore[arg-type]  # keywords of usefulness


def counts(found: Usefulness) -> tuple[int, int, int, int, int]:
    return (found.noted, found.acted_on, found.ignored, found.young, found.excused)


@pytest.mark.parametrize(
    ("story", "expected"),
    [
        ((happened("cleared", 4),), (1, 1, 0, 0, 0)),
        ((happened("cleared", 14),), (1, 1, 0, 0, 0)),
        ((happened("cleared", 15),), (1, 0, 1, 0, 0)),
        ((happened("eased", 3), happened("cleared", 40)), (1, 1, 0, 0, 0)),
        ((happened("worsened", 7), happened("changed", 8)), (1, 0, 1, 0, 0)),
        ((happened("cleared", 4, why="exempt until 2026-12-01: a spike"),), (1, 0, 0, 0, 1)),
        ((happened("unknown", 4), happened("known", 5), happened("cleared", 6)), (1, 1, 0, 0, 0)),
        ((), (1, 0, 1, 0, 0)),
    ],
)
def test_a_noted_case_is_acted_on_ignored_or_taken_away(story: tuple[Happening, ...], expected: object) -> None:
    """Ten working days from Monday 2 March end on Monday 16 March."""
    assert counts(told(*story)) == expected


def test_ten_working_days_have_to_pass_before_it_counts_as_ignored() -> None:
    assert counts(told(now=after(14))) == (1, 0, 0, 1, 0)
    assert counts(told(now=after(15))) == (1, 0, 1, 0, 0)
    assert counts(told(now=after(14), within=3)) == (1, 0, 1, 0, 0)


def test_the_days_count_from_the_first_note_and_not_from_the_case() -> None:
    assert counts(told(happened("cleared", 30), noted=28)) == (1, 1, 0, 0, 0)
    assert counts(told(happened("eased", 3), noted=28)) == (1, 0, 1, 0, 0)


def test_what_a_changed_config_clears_nobody_acted_on(store: Store) -> None:
    story = happened("cleared", 4, run="r7")
    assert counts(told(story, reconfigured=frozenset({"r7"}))) == (1, 0, 0, 0, 1)
    for number, config in enumerate("aabba"):
        store.begin_run(f"r{number}", after(number), config)
        store.save_events(f"r{number}", after(number), [], {})
    assert changed_configs(store.past_runs()) == {"r2", "r4"}


@pytest.mark.parametrize(("days", "why", "quick"), [(1, "", 1), (2, "", 1), (3, "", 0), (1, "its rule is off", 0)])
def test_what_clears_by_itself_within_two_working_days_needed_no_note(days: int, why: str, quick: int) -> None:
    found = told(happened("cleared", days, why=why), noted=None)
    assert (found.opened, found.quick, found.noted) == (1, quick, 0)


def test_a_weekend_is_no_working_time() -> None:
    friday = Happening(case="k3f9q", rule="overdue", run="r", at=after(4), kind="opened", why="", level=1)
    found = usefulness((friday, happened("cleared", 8)), {}, LONG_AFTER)["overdue"]
    assert found.quick == 1


@pytest.mark.parametrize(
    ("acted_on", "ignored", "proposed"), [(5, 15, True), (6, 14, False), (0, 19, False), (0, 20, True), (29, 71, True)]
)
def test_a_rule_below_the_floor_is_proposed_to_be_quietened(acted_on: int, ignored: int, proposed: bool) -> None:
    found = Usefulness(noted=acted_on + ignored, acted_on=acted_on, ignored=ignored)
    assert ('consider mode = "observe"' in found.proposal) is proposed


def test_rules_are_told_apart() -> None:
    other = happened("opened", 0, case="aaaaa", rule="cycle")
    found = usefulness((happened("opened", 0), other), {"aaaaa": MONDAY}, LONG_AFTER)
    assert {rule: (f.opened, f.noted) for rule, f in found.items()} == {"cycle": (1, 1), "overdue": (1, 0)}


def test_the_store_tells_what_happened_and_when_it_was_first_noted(store: Store) -> None:
    for number, run in enumerate(("r1", "r2", "r3")):
        store.begin_run(run, later(number), "c")
    store.save_events("r1", NOON, [event(case()), event(case("abcde"))])
    store.save_events("r2", later(1), [event(case(level=2), "worsened")])
    (first,) = store.enqueue("r2", [write()])
    store.finish(first.id, note=None)
    (again,) = store.enqueue("r3", [write()])
    store.finish(again.id, note=None)
    assert [(h.case, h.kind, h.level, h.run) for h in store.happenings()] == [
        ("k3f9q", "opened", 1, "r1"),
        ("abcde", "opened", 1, "r1"),
        ("k3f9q", "worsened", 2, "r2"),
    ]
    assert store.first_noted() == {"k3f9q": later(1)}


def test_a_note_that_was_not_written_is_no_note(store: Store) -> None:
    store.begin_run("r1", NOON, "c")
    store.save_events("r1", NOON, [event(case())])
    (row,) = store.enqueue("r1", [write()])
    store.fail(row.id, "403")
    assert store.first_noted() == {}
