"""What a run that was killed left open, settled before anything else is done.

Rows that were never sent are dropped: the next plan says what is wanted. Those that were sent are
looked after on the tracker, and what arrived counts as done, with all that it told. What cannot be
looked at now stays open, and nothing is written to its issue until it can.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connectors.base import Connector, ConnectorError, Gone, Refused, StandingNote
from sync.base import NoteRow, OutboxRow
from sync.carry import MARKER, address, arrived, labelled, noted, standing_of, without
from sync.refused import shortened
from sync.store import Store

LOOKED_AFTER = frozenset({"note", "labels", "remove"})
"""Kinds of which it matters whether they arrived; any other is planned again, and twice is as once."""


def recover(store: Store, connectors: Mapping[str, Connector]) -> dict[str, str]:
    """By tracker, why what was sent to it could not be looked after."""
    unsettled: dict[str, str] = {}
    for row in store.unfinished():
        write = row.write
        if row.status == "waiting" or write.kind not in LOOKED_AFTER:
            store.drop(row.id)
        elif write.tracker in connectors and write.tracker not in unsettled:
            try:
                _look_after(store, connectors[write.tracker], row)
            except Gone:
                store.drop(row.id)
            except Refused:
                continue  # it may not be seen now; that issue waits until it can
            except ConnectorError as error:
                unsettled[write.tracker] = str(error)
    return unsettled


def _look_after(store: Store, connector: Connector, row: OutboxRow) -> None:
    looks = {"note": _note, "labels": _labels, "remove": _removed}
    looks[row.write.kind](store, connector, row)


def _note(store: Store, connector: Connector, row: OutboxRow) -> None:
    write = row.write
    ours = [note for note in connector.notes(address(write)) if note.marker == MARKER]
    if not ours:
        store.drop(row.id)
        return
    standing = standing_of(store, write)
    made = _made(row, ours)
    if made is None:
        kept = next((note for note in ours if note.id == standing.id), ours[0])
        store.finish(row.id, note=_with_doubles(replace(standing, id=kept.id, digest=kept.digest), ours))
        return
    note = noted(standing, write, made.id, write.document.digest if write.document else "")
    if write.folded != standing.folded:
        # A text does not show whether its note was folded or opened as well: without a digest that is done again.
        note = replace(note, digest="", folded=standing.folded)
    store.finish(row.id, note=_with_doubles(note, ours), notifies=write.notifies)


def _made(row: OutboxRow, ours: Sequence[StandingNote]) -> StandingNote | None:
    """What the write made: after a repost the newest, else the one that stands longest."""
    write = row.write
    if write.document is None:
        return None
    texts = (write.document, shortened(write.document))
    made = [note for note in ours if any(arrived(note, write, text) for text in texts)]
    return made[-1 if write.repost else 0] if made else None


def _removed(store: Store, connector: Connector, row: OutboxRow) -> None:
    """A note that we took away ourselves is no person's hand."""
    write = row.write
    if any(note.id == write.known for note in connector.notes(address(write))):
        store.drop(row.id)
    else:
        store.finish(row.id, note=without(standing_of(store, write), write.known))


def _labels(store: Store, connector: Connector, row: OutboxRow) -> None:
    """Ours are those that we had or were adding, as far as they are there."""
    write = row.write
    there = connector.look(address(write))
    if there is None:
        store.drop(row.id)
        return
    standing = standing_of(store, write)
    store.finish(row.id, note=labelled(standing, write, {*standing.labels, *write.add} & set(there.labels)))


def _with_doubles(note: NoteRow, ours: Sequence[StandingNote]) -> NoteRow:
    return replace(note, doubles=tuple(one.id for one in ours if one.id != note.id))
