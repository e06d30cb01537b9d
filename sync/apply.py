"""Carries out the outbox, row by row, and finishes what a killed run left open.

A row is marked ``sent`` before its call and finished in one transaction with what is then
known to stand. A create whose answer is lost is never repeated blindly: our notes on that
issue are looked up and one is adopted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from connectors.base import Address, Connector, ConnectorError, Denied, Gone, Receipt, Stop, TryLater
from sync.base import Mute, NoteRow, OutboxRow, Write
from sync.commands.links import make_link
from sync.store import Store

MARKER = "note"
"""There is one note of ours per issue, so one marker tells it; whose it is, its author tells."""
LOOKS = 2
"""How often a write with a lost answer is looked after within the run; later runs look again."""


@dataclass(slots=True)
class Written:
    """What came of the writes."""

    created: int = 0
    edited: int = 0
    cleared: int = 0
    labels: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)


class Applier:
    """Applies rows in order; a tracker that stops answering stops only its own rows."""

    def __init__(self, store: Store, connectors: Mapping[str, Connector], now: Callable[[], datetime]) -> None:
        self._store, self._connectors, self._now = store, connectors, now
        self._stopped: set[str] = set()
        self.written = Written()

    def apply(self, rows: Sequence[OutboxRow], progress: Callable[[int, int], None] = lambda *_: None) -> Written:
        for done, row in enumerate(rows):
            progress(done, len(rows))
            if row.write.tracker in self._stopped or row.write.tracker not in self._connectors:
                self._fail(row, f"{row.write.tracker} was not written to")
                continue
            self._store.mark_sent(row.id)
            self._one(row)
        progress(len(rows), len(rows))
        return self.written

    def _one(self, row: OutboxRow) -> None:
        try:
            if row.write.kind == "note":
                self._note(row)
            elif row.write.kind == "link":
                make_link(self._store, self._connectors[row.write.tracker], row)
            else:
                self._labels(row)
        except Gone:
            self._vanished(row)
        except Stop as error:
            self._stopped.add(row.write.tracker)
            self._fail(row, str(error))
        except TryLater as error:
            self._fail(row, str(error), unknown=error.sent)
        except ConnectorError as error:
            self._fail(row, str(error))

    def _note(self, row: OutboxRow) -> None:
        write = row.write
        receipt = self._ensure(write)
        standing = self._store.note(write.uid) or NoteRow(uid=write.uid, tracker=write.tracker, id="", digest="")
        note = replace(
            standing,
            id=receipt.id,
            digest=write.document.digest if write.document else "",
            cases=() if write.folded else write.cases,
            settled=() if write.folded else write.settled,
            folded=write.folded,
            called=bool(write.document and write.document.call),
            read_back=standing.read_back and standing.id == receipt.id,
        )
        self._store.finish(row.id, note=note, notifies=write.notifies)
        self._count(write, receipt)

    def _ensure(self, write: Write) -> Receipt:
        """The call, and after a lost answer the look that tells what became of it."""
        if write.document is None:
            raise ValueError("a note without a document")
        known = write.known
        for left in range(LOOKS, -1, -1):
            try:
                return self._connectors[write.tracker].ensure_note(
                    address(write), write.document, marker=MARKER, known=known, quiet=write.quiet, folded=write.folded
                )
            except TryLater as error:
                if not (error.sent and left):
                    raise
        raise AssertionError("unreachable")

    def _labels(self, row: OutboxRow) -> None:
        write = row.write
        self._connectors[write.tracker].ensure_labels(address(write), add=write.add, remove=write.remove)
        standing = self._store.note(write.uid) or NoteRow(uid=write.uid, tracker=write.tracker, id="", digest="")
        labels = tuple(sorted((set(standing.labels) | set(write.add)) - set(write.remove)))
        cases = write.cases or standing.cases
        self._store.finish(row.id, note=replace(standing, labels=labels, labels_read_back=False, cases=cases))
        self.written.labels += 1

    def _vanished(self, row: OutboxRow) -> None:
        """The note, or its whole issue, is gone: a person's hand if we had seen the note stand, else start anew."""
        write = row.write
        try:
            there = self._connectors[write.tracker].look(address(write)) is not None
        except Denied as error:
            self._fail(row, str(error))
            return
        except ConnectorError as error:
            self._fail(row, str(error))
            return
        standing = self._store.note(write.uid)
        if not there:
            self._store.forget_note(write.uid)
        elif standing is not None and standing.read_back:
            self._store.save_mutes(hand_mutes(standing, "note deleted", self._now()))
            self._store.save_note(replace(standing, id="", digest="", cases=(), read_back=False))
        elif standing is not None:
            self._store.save_note(replace(standing, id="", digest=""))
        self._store.drop(row.id)

    def recover(self) -> None:
        """Settle rows of a run that was killed: those never sent are dropped, those sent are looked after."""
        for row in self._store.unfinished():
            if row.status == "waiting" or row.write.kind == "link":
                # A link that was asked for is planned again, and making it twice is as once.
                self._store.drop(row.id)
            elif row.write.tracker in self._connectors:
                if row.write.kind == "note":
                    self._look_after(row)
                else:
                    self._look_after_labels(row)

    def _look_after(self, row: OutboxRow) -> None:
        write = row.write
        try:
            found = self._connectors[write.tracker].notes(address(write))
        except Gone:
            found = ()
        ours = [note for note in found if note.marker == MARKER]
        if not ours:
            self._store.drop(row.id)
            return
        standing = self._store.note(write.uid) or NoteRow(uid=write.uid, tracker=write.tracker, id="", digest="")
        arrived = write.document is not None and ours[0].digest == write.document.digest
        # A text does not show whether its note was folded or opened as well: without a digest that is done again.
        as_it_looks = write.folded == standing.folded
        note = replace(
            standing,
            id=ours[0].id,
            digest=ours[0].digest if as_it_looks else "",
            cases=write.cases if arrived else standing.cases,
            settled=write.settled if arrived else standing.settled,
        )
        self._store.finish(row.id, note=note, notifies=write.notifies if arrived else ())

    def _look_after_labels(self, row: OutboxRow) -> None:
        """Ours are those that we had or were adding, as far as they are there."""
        write = row.write
        there = self._connectors[write.tracker].look(address(write))
        if there is None:
            self._store.drop(row.id)
            return
        standing = self._store.note(write.uid) or NoteRow(uid=write.uid, tracker=write.tracker, id="", digest="")
        labels = tuple(sorted({*standing.labels, *write.add} & set(there.labels)))
        cases = write.cases or standing.cases
        self._store.finish(row.id, note=replace(standing, labels=labels, labels_read_back=False, cases=cases))

    def _count(self, write: Write, receipt: Receipt) -> None:
        if write.folded:
            self.written.cleared += 1
        elif receipt.done in ("created", "adopted") and write.reason == "new":
            self.written.created += 1
        else:
            self.written.edited += 1

    def _fail(self, row: OutboxRow, error: str, *, unknown: bool = False) -> None:
        """``unknown``: it may have been carried out; the row stays ``sent`` and the next run looks after it."""
        if not unknown:
            self._store.fail(row.id, error)
        self.written.failed += 1
        if error not in self.written.errors:
            self.written.errors.append(error)


def address(write: Write) -> Address:
    return Address(native_id=write.native_id, key=write.key)


def hand_mutes(row: NoteRow, why: Literal["note deleted", "label removed"], at: datetime) -> list[Mute]:
    """A person's hand is final: every case that the note showed is muted at that end."""
    return [Mute(uid=row.uid, case=case, why=why, at=at) for case in row.cases]
