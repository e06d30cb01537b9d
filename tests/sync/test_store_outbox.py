"""The outbox: in order, nothing lost, and done only together with what was achieved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sync.base import NoteRow, OutboxRow
from sync.store import Store, StoreError
from tests.sync.stores import NOON, case, event, told, write

NOTE = NoteRow(uid="jira:PAY-1", tracker="jira", id="77", digest="d1", cases=("k3f9q",))


def statuses(store: Store) -> list[tuple[int, str]]:
    return [(row.id, row.status) for row in store.unfinished()]


def test_rows_come_back_whole_and_in_order(store: Store) -> None:
    rows = store.enqueue("r1", [write("jira:PAY-2"), write("jira:PAY-1")])
    assert [row.write.uid for row in rows] == ["jira:PAY-2", "jira:PAY-1"]
    assert store.unfinished() == rows
    assert rows[0] == OutboxRow(id=rows[0].id, run="r1", write=write("jira:PAY-2"), status="waiting")


def test_a_row_goes_from_waiting_over_sent_to_its_end(store: Store) -> None:
    first, second, third, fourth = (row.id for row in store.enqueue("r1", [write()] * 4))
    for row_id in (first, second):
        store.mark_sent(row_id)
    assert statuses(store) == [(first, "sent"), (second, "sent"), (third, "waiting"), (fourth, "waiting")]
    store.finish(first, note=None)
    store.fail(second, "jira: PAY-1 is locked")
    store.drop(third)
    assert statuses(store) == [(fourth, "waiting")]


def test_a_new_plan_drops_what_earlier_runs_never_began(store: Store) -> None:
    waiting, sent = (row.id for row in store.enqueue("r1", [write(), write()]))
    store.mark_sent(sent)
    new = [row.id for row in store.enqueue("r2", [write()]) + store.enqueue("r2", [write()])]
    assert statuses(store) == [(sent, "sent"), *((row_id, "waiting") for row_id in new)]
    assert waiting not in new
    store.enqueue("r3", [])
    assert statuses(store) == [(sent, "sent")]


def test_finishing_keeps_the_note_and_the_levels_with_the_row(store: Store) -> None:
    store.save_events("r1", NOON, [event(case())])
    (row,) = store.enqueue("r1", [write()])
    store.mark_sent(row.id)
    store.finish(row.id, note=NOTE, notifies=[told()])
    assert store.unfinished() == []
    assert store.notes() == {"jira:PAY-1": NOTE}
    assert [one.notified for one in store.cases()] == [1]
    assert store.notifications() == [told()]


def test_a_row_that_is_not_there_changes_nothing(store: Store) -> None:
    store.save_events("r1", NOON, [event(case())])
    with pytest.raises(StoreError, match="no row 404"):
        store.finish(404, note=NOTE, notifies=[told()])
    assert store.notes() == {}
    assert [one.notified for one in store.cases()] == [0]
    assert store.notifications() == []


def test_what_was_made_within_the_hour_is_known_by_tracker(store: Store) -> None:
    """Rather late than early: as if all of a run was made at its end, and all of a killed one when the next began."""
    new, edit, label = write(), replace(write(), known="77"), replace(write(), kind="labels", add=("crosstie",))
    again = replace(edit, repost=True)
    for number, (run, began, ended) in enumerate((("r1", 120, 100), ("r2", 50, 40), ("r3", 30, None), ("r4", 20, 15))):
        store.begin_run(run, NOON - timedelta(minutes=began), "c")
        rows = store.enqueue(run, [new, edit, label, again, new])
        for row in rows[:4]:
            store.mark_sent(row.id)
            store.finish(row.id, note=None)
        assert len(store.unfinished()) == 1, number
        store.drop(rows[4].id)
        if ended is not None:
            store.end_run(run, NOON - timedelta(minutes=ended), {})
    made = store.made_since(NOON - timedelta(hours=1), NOON)
    assert made == {"jira": [NOON - timedelta(minutes=m) for m in (40, 40, 40, 20, 20, 20, 15, 15, 15)]}
