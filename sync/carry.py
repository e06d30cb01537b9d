"""Carries out one write of the outbox, kind by kind. A write whose answer is lost is looked after, never repeated
blindly: what arrived is adopted, and what did not is sent once more."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from connectors.base import Address, Connector, Gone, Receipt, Refused, StandingNote, TooLong, TryLater
from connectors.said import says
from model.document import Document
from sync.base import NoteRow, OutboxRow, Write
from sync.commands.links import make_link
from sync.refused import shortened
from sync.store import Store

MARKER = "note"
"""There is one note of ours per issue, so one marker tells it; whose it is, its author tells."""
LOOKS = 2
"""How often a write with a lost answer is looked after within the run; later runs look again."""


def address(write: Write) -> Address:
    return Address(native_id=write.native_id, key=write.key)


def standing_of(store: Store, write: Write) -> NoteRow:
    return store.note(write.uid) or NoteRow(uid=write.uid, tracker=write.tracker, id="", digest="")


def noted(standing: NoteRow, write: Write, identity: str, digest: str) -> NoteRow:
    """Our note as it stands once ``write`` has arrived."""
    return replace(
        standing,
        id=identity,
        digest=digest,
        cases=write.cases,
        settled=() if write.folded else write.settled,
        folded=write.folded,
        called=bool(write.document and write.document.call),
        read_back=standing.read_back and standing.id == identity,
        refusal=None,
    )


def labelled(standing: NoteRow, write: Write, labels: set[str]) -> NoteRow:
    """Our labels as they stand."""
    barred = standing.refusal if standing.refusal and standing.refusal.kind == "note" else None
    cases = write.cases or standing.cases
    return replace(standing, labels=tuple(sorted(labels)), labels_read_back=False, cases=cases, refusal=barred)


def without_note(row: NoteRow) -> NoteRow:
    """Our note is not there any more. Cases of which a settled one said nothing are the label's."""
    return replace(row, id="", digest="", cases=row.cases if row.folded else (), read_back=False)


def without(row: NoteRow, identity: str) -> NoteRow:
    """One of our notes there is taken away."""
    kept = without_note(row) if row.id == identity else row
    return replace(kept, doubles=tuple(number for number in row.doubles if number != identity))


class Carrier:
    """Each kind of write makes its calls, and then finishes its row together with what is known to stand."""

    def __init__(self, store: Store, connectors: Mapping[str, Connector]) -> None:
        self._store, self._connectors = store, connectors
        self._kinds: Mapping[str, Callable[[OutboxRow], Receipt | None]] = {
            "note": self._note,
            "labels": self._labels,
            "merge": self._merge,
            "link": self._link,
            "remove": self._remove,
        }

    def carry_out(self, row: OutboxRow) -> Receipt | None:
        """What became of a note. Raises ConnectorError; the row is then not finished."""
        return self._kinds[row.write.kind](row)

    def _note(self, row: OutboxRow) -> Receipt:
        write = row.write
        if write.document is None:
            raise ValueError("a note without a document")
        try:
            receipt = self._ensure(write, write.document)
        except TooLong:
            shorter = shortened(write.document)
            if shorter == write.document:
                raise
            receipt = self._ensure(write, shorter)
        note = noted(standing_of(self._store, write), write, receipt.id, write.document.digest)
        if receipt.left and write.repost:
            note = replace(note, others=tuple({*note.others, write.known} - {receipt.id}))
        self._store.finish(row.id, note=note, notifies=write.notifies)
        return receipt

    def _ensure(self, write: Write, document: Document) -> Receipt:
        """The call, and after a lost answer the look that tells what became of it."""
        connector, quiet = self._connectors[write.tracker], write.quiet
        for left in range(LOOKS, -1, -1):
            try:
                return connector.ensure_note(
                    address(write),
                    document,
                    marker=MARKER,
                    known=write.known,
                    quiet=quiet,
                    folded=write.folded,
                    repost=write.repost,
                )
            except TryLater as error:
                if not (error.sent and left):
                    raise
                standing = self._look(write, error)
                there = next((note.id for note in reversed(standing) if arrived(note, write, document)), "")
                if there and len(standing) == 1 and not self._folds(write):
                    return Receipt(id=there, done="edited" if write.known else "adopted")
                quiet = quiet or bool(there)  # it was told: what is left to do is not told again
        raise AssertionError("unreachable")

    def _look(self, write: Write, lost: TryLater) -> list[StandingNote]:
        """Raises ``lost`` again when nothing can be seen."""
        try:
            found = self._connectors[write.tracker].notes(address(write))
        except TryLater:
            raise lost from None
        return [note for note in found if note.marker == MARKER]

    def _folds(self, write: Write) -> bool:
        """Whether it is to be folded or opened too, which its text does not tell."""
        return write.folded or standing_of(self._store, write).folded

    def _labels(self, row: OutboxRow) -> None:
        write, connector = row.write, self._connectors[row.write.tracker]
        add, remove = set(write.add), set(write.remove)
        for left in range(LOOKS, -1, -1):
            try:
                if add or remove:
                    connector.ensure_labels(address(write), add=sorted(add), remove=sorted(remove))
                break
            except TryLater as error:
                if not (error.sent and left):
                    raise
                there = self._labels_there(write, error)
                add, remove = add - there, remove & there
        standing = standing_of(self._store, write)
        labels = (set(standing.labels) | set(write.add)) - set(write.remove)
        self._store.finish(row.id, note=labelled(standing, write, labels))

    def _labels_there(self, write: Write, lost: TryLater) -> set[str]:
        try:
            there = self._connectors[write.tracker].look(address(write))
        except TryLater:
            raise lost from None
        if there is None:
            raise Gone(write.tracker, f"{write.key} is not there any more")
        return set(there.labels)

    def _link(self, row: OutboxRow) -> None:
        insist(lambda: make_link(self._store, self._connectors[row.write.tracker], row))

    def _remove(self, row: OutboxRow) -> None:
        write = row.write
        insist(lambda: self._connectors[write.tracker].ensure_no_note(address(write), known=write.known))
        self._store.finish(row.id, note=without(standing_of(self._store, write), write.known))

    def _merge(self, row: OutboxRow) -> None:
        """Doubles of ours go, and the one that is kept stays as it is. Those that may not go are left alone."""
        write, connector = row.write, self._connectors[row.write.tracker]
        standing = standing_of(self._store, write)
        try:
            insist(lambda: connector.merge_notes(address(write), marker=MARKER, keep=write.known))
        except Refused as error:
            if not isinstance(error, Gone):
                self._store.save_note(replace(standing, doubles=(), others=(*standing.others, *standing.doubles)))
            raise
        self._store.finish(row.id, note=replace(standing, doubles=()))


def insist(change: Callable[[], None]) -> None:
    """Do it, and again after a lost answer: for what looks before it acts, or does nothing the second time."""
    for left in range(LOOKS, -1, -1):
        try:
            change()
            break
        except TryLater as error:
            if not (error.sent and left):
                raise


def arrived(note: StandingNote, write: Write, document: Document) -> bool:
    """Whether this is what ``write`` was to make."""
    return says(note, document) and not (write.repost and note.id == write.known)
