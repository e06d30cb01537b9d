"""What people did to our notes and labels since we wrote them.

A note counts as deleted by a person only when we have seen it stand, a complete reading of the
issue's comments lacks it, and a direct look lacks it too: an index that lags is never taken for
a hand. The same goes for a label.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from connectors.base import Address, Connector, ConnectorError
from model.facts import Facts, IssueFact
from sync.apply import hand_mutes
from sync.base import Mute, NoteRow
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
        if connector is not None and _suspect(seen, fact):
            found = _look(store, seen, fact, connector, now)
            settled = settled and found is not None
            mutes.extend(found or ())
    if mutes:
        store.save_mutes(mutes)
    return settled


def _standing(store: Store, facts: Facts) -> Iterator[tuple[NoteRow, IssueFact]]:
    for uid, row in store.notes().items():
        fact = facts.issues.get(uid)
        if fact is not None and not fact.partial and uid not in facts.absent:
            yield row, fact


def _seen(row: NoteRow, fact: IssueFact) -> NoteRow:
    note = row.read_back or any(comment.id == row.id for comment in fact.comments)
    labels = row.labels_read_back or (bool(row.labels) and set(row.labels) <= set(fact.labels))
    return replace(row, read_back=note, labels_read_back=labels)


def _suspect(row: NoteRow, fact: IssueFact) -> bool:
    note_gone = row.id and row.read_back and all(comment.id != row.id for comment in fact.comments)
    label_gone = row.labels_read_back and not set(row.labels) <= set(fact.labels)
    return bool(note_gone or label_gone)


def _look(store: Store, row: NoteRow, fact: IssueFact, connector: Connector, now: datetime) -> list[Mute] | None:
    """The direct look; None when it failed. An issue that is gone or cannot be read now tells nothing."""
    address = Address(native_id=fact.native_id, key=fact.key)
    try:
        there = connector.look(address)
        notes = connector.notes(address) if there is not None else ()
    except ConnectorError:
        return None
    return _found_gone(store, row, {note.id for note in notes}, set(there.labels), now) if there is not None else []


def _found_gone(store: Store, row: NoteRow, notes: set[str], labels: set[str], now: datetime) -> list[Mute]:
    mutes: list[Mute] = []
    after = row
    if row.id and row.id not in notes:
        mutes += hand_mutes(row, "note deleted", now)
        after = replace(after, id="", digest="", cases=(), read_back=False)
    if row.labels_read_back and not set(row.labels) <= labels:
        mutes += hand_mutes(row, "label removed", now)
        after = replace(after, labels=tuple(sorted(set(row.labels) & labels)), labels_read_back=False)
    if after != row:
        store.save_note(after)
    return mutes
