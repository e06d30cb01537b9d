"""What people did to our notes and labels since we wrote them, and what other installations of ours did.

A note counts as deleted by a person only when we have seen it stand, a complete reading of the
issue's comments lacks it, and a direct look lacks it too: an index that lags is never taken for
a hand. The same goes for a label.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from connectors.base import Address, Connector, ConnectorError, StandingNote
from model.facts import Facts, IssueFact
from sync.apply import hand_mutes
from sync.base import Mute, NoteRow, Write
from sync.carry import MARKER, without_note
from sync.store import Store


def read_back(store: Store, facts: Facts, connectors: Mapping[str, Connector], now: datetime) -> bool:
    """Compare standing notes with what was read; remember what still stands, mute what a person took away.

    False when a direct look failed: what was found wanting is still to be looked at.
    """
    for uid in store.notes().keys() & {uid for uid, why in facts.absent.items() if why == "gone"}:
        store.forget_note(uid)
    mutes: list[Mute] = []
    settled = True
    for row, fact in _standing(store, facts):
        seen = _seen(row, fact)
        if seen != row:
            store.save_note(seen)
        connector = connectors.get(row.tracker)
        if connector is not None and (_suspect(seen, fact) or _beside(seen, fact)):
            found = _look(store, seen, fact, connector, now)
            settled = settled and found is not None
            mutes.extend(found or ())
    if mutes:
        store.save_mutes(mutes)
    return settled


def merges(notes: Mapping[str, NoteRow], facts: Facts, writable: Callable[[str], bool]) -> tuple[Write, ...]:
    """The writes that make several notes on one issue one again."""
    return tuple(
        Write(
            uid=uid,
            tracker=row.tracker,
            native_id=fact.native_id,
            key=fact.key,
            kind="merge",
            reason="changed",
            known=row.id,
        )
        for uid, row in notes.items()
        if row.doubles and (fact := facts.issues.get(uid)) is not None and uid not in facts.absent and writable(uid)
    )


def _standing(store: Store, facts: Facts) -> Iterator[tuple[NoteRow, IssueFact]]:
    for uid, row in store.notes().items():
        fact = facts.issues.get(uid)
        if fact is not None and not fact.partial and uid not in facts.absent:
            yield row, fact


def _seen(row: NoteRow, fact: IssueFact) -> NoteRow:
    there = {comment.id for comment in fact.comments}
    labels = row.labels_read_back or (bool(row.labels) and not _lacking(row, fact.labels))
    return replace(
        row,
        read_back=row.read_back or row.id in there,
        labels_read_back=labels,
        doubles=tuple(number for number in row.doubles if number in there),
        others=tuple(number for number in row.others if number in there),
    )


def _suspect(row: NoteRow, fact: IssueFact) -> bool:
    note_gone = row.id and row.read_back and all(comment.id != row.id for comment in fact.comments)
    label_gone = row.labels_read_back and _lacking(row, fact.labels)
    return bool(note_gone or label_gone)


def _lacking(row: NoteRow, there: Iterable[str]) -> set[str]:
    """Labels of ours that are not there; GitHub may spell one as somebody else did before."""
    names = {label.casefold() for label in there}
    return {label for label in row.labels if label.casefold() not in names}


def _beside(row: NoteRow, fact: IssueFact) -> set[str]:
    """Comments by our account that may be notes too and were not looked at yet."""
    own = {comment.id for comment in fact.comments if comment.ours}
    return own - {row.id, *row.doubles, *row.others} if row.id else set()


def _look(store: Store, row: NoteRow, fact: IssueFact, connector: Connector, now: datetime) -> list[Mute] | None:
    """The direct look; None when it failed. An issue that is gone or cannot be read now tells nothing."""
    address = Address(native_id=fact.native_id, key=fact.key)
    try:
        there = connector.look(address)
        notes = connector.notes(address) if there is not None else ()
    except ConnectorError:
        return None
    if there is None:
        return []
    one = _as_one(row, fact, [note for note in notes if note.marker == MARKER])
    seen = {comment.id for comment in there.comments} | {note.id for note in notes}
    after, mutes = _found_gone(one, seen, set(there.labels), now)
    if after != row:
        store.save_note(after)
    return mutes


def _as_one(row: NoteRow, fact: IssueFact, notes: Sequence[StandingNote]) -> NoteRow:
    """The note that stands longest is the one; any other is to go, and what is no note is not looked at again."""
    notes = [note for note in notes if note.id == row.id or note.id not in row.others]
    ids = [note.id for note in notes]
    others = tuple(sorted({*row.others, *(_beside(row, fact) - set(ids))}))
    doubles = tuple(ids[1:])
    if not ids or (row.id in row.others):
        return replace(row, others=others)
    if ids[0] == row.id:
        return replace(row, doubles=doubles, others=others)
    return replace(row, id=ids[0], digest=notes[0].digest, doubles=doubles, others=others)


def _found_gone(row: NoteRow, seen: set[str], labels: set[str], now: datetime) -> tuple[NoteRow, list[Mute]]:
    """What a person took away. A note by the account of a former token is ``seen`` although it is none of ours now."""
    mutes: list[Mute] = []
    after = row
    if row.id and row.read_back and row.id not in seen:
        mutes += hand_mutes(row, "note deleted", now)
        after = without_note(after)
    if row.labels_read_back and (gone := _lacking(row, labels)):
        mutes += hand_mutes(row, "label removed", now)
        after = replace(after, labels=tuple(sorted(set(row.labels) - gone)), labels_read_back=False)
    return after, mutes
