"""Carries out the outbox, row by row, below the limits that trackers set.

A row is marked ``sent`` before its call and finished in one transaction with what is then known to
stand. Writes to one issue go in the order planned, and what follows one that came to nothing waits
for the next plan. How one write is carried out is in ``sync.carry``; what a run that was killed
left open is settled in ``sync.recover``.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from connectors.base import Connector, ConnectorError, Gone, Receipt, Refused, Stop, TryLater
from sync.base import Mute, NoteRow, OutboxRow, Write
from sync.carry import MARKER, Carrier, address, standing_of, without_note
from sync.pace import DOING, Pace
from sync.refused import refusal, turned_away
from sync.store import Store

SILENCES = 3
"""Writes in a row that come to nothing, after which a tracker is left alone for this run."""


@dataclass(slots=True)
class Written:
    """What came of the writes."""

    created: int = 0
    edited: int = 0
    cleared: int = 0
    labels: int = 0
    merged: int = 0
    """Issues on which several notes of ours became one."""
    links: int = 0
    removed: int = 0
    failed: int = 0
    left: int = 0
    """Left for the next run: their turn did not come, or what they follow came to nothing."""
    errors: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)
    """Why some are left: a sentence for each tracker that asked for a rest."""
    refused: list[str] = field(default_factory=list)
    """What is not tried again, because it would be turned away as before: a sentence for each reason."""


class Applier:
    """Applies rows in order; a tracker that stops answering stops only its own rows."""

    def __init__(
        self,
        store: Store,
        connectors: Mapping[str, Connector],
        now: Callable[[], datetime],
        marks: Mapping[str, str] | None = None,
    ) -> None:
        """``marks``: by uid, what tells that an issue has changed since a tracker turned us away there."""
        self._store, self._connectors, self._now, self._marks = store, connectors, now, marks or {}
        self._carrier = Carrier(store, connectors)
        self._resting: dict[str, str] = {}
        """Trackers that are written to no more, and why."""
        self._blocked: set[str] = set()
        """Issues of which an earlier write came to nothing, or may yet have come to something."""
        self._silent: Counter[str] = Counter()
        self._left: Counter[str] = Counter()
        self._away: dict[tuple[str, str], list[str]] = defaultdict(list)
        """By tracker and reason: issues on which it turned us away."""
        self.written = Written()

    def apply(self, rows: Sequence[OutboxRow], progress: Callable[[str, int, int], None] = lambda *_: None) -> Written:
        own = {row.id for row in rows}
        self._blocked |= {row.write.uid for row in self._store.unfinished() if row.id not in own}
        pace = Pace(self._now, len(rows))
        for done, row in enumerate(rows):
            progress(pace.saying(done), done, len(rows))
            if self._waits(row.write):
                self._leave(row)
            else:
                self._store.mark_sent(row.id)
                self._one(row)
        progress(DOING, len(rows), len(rows))
        self._tell()
        return self.written

    def _waits(self, write: Write) -> bool:
        if write.tracker not in self._connectors:
            self._resting.setdefault(write.tracker, f"{write.tracker} is not among the trackers of the config")
        return write.tracker in self._resting or write.uid in self._blocked

    def _leave(self, row: OutboxRow) -> None:
        self._store.drop(row.id)
        self.written.left += 1
        if row.write.tracker in self._resting:
            self._left[row.write.tracker] += 1

    def _one(self, row: OutboxRow) -> None:
        write = row.write
        try:
            self._count(write, self._carrier.carry_out(row))
            self._silent[write.tracker] = 0
            return
        except Gone:
            self._vanished(row)
        except Refused as error:
            self._refused(row, error)
        except TryLater as error:
            self._later(row, error)
        except ConnectorError as error:
            if isinstance(error, Stop):
                self._resting[write.tracker] = str(error)
            self._fail(row, str(error))
        self._blocked.add(write.uid)

    def _count(self, write: Write, receipt: Receipt | None) -> None:
        if receipt is None:
            counted = {"labels": "labels", "merge": "merged", "link": "links", "remove": "removed"}[write.kind]
        elif write.folded:
            counted = "cleared"
        else:
            counted = "created" if receipt.done in ("created", "adopted") and write.reason == "new" else "edited"
        setattr(self.written, counted, getattr(self.written, counted) + 1)
        if receipt is not None and receipt.left:
            self._say(receipt.left)

    # what did not work

    def _vanished(self, row: OutboxRow) -> None:
        """The note, or its whole issue, is gone: a person's hand if we had seen the note stand, else start anew."""
        write, connector = row.write, self._connectors[row.write.tracker]
        try:
            there = connector.look(address(write)) is not None
            ours = [note for note in connector.notes(address(write)) if note.marker == MARKER] if there else []
        except ConnectorError as error:
            self._fail(row, str(error))
            return
        standing = self._store.note(write.uid)
        if not there:
            self._store.forget_note(write.uid)
        elif standing is not None and ours:  # merged by another installation, into one that stood longer
            self._store.save_note(replace(standing, id=ours[0].id, digest=ours[0].digest, doubles=()))
        elif standing is not None and standing.read_back:
            self._store.save_mutes(hand_mutes(standing, "note deleted", self._now()))
            self._store.save_note(without_note(standing))
        elif standing is not None:
            self._store.save_note(replace(standing, id="", digest=""))
        self._store.drop(row.id)

    def _refused(self, row: OutboxRow, error: Refused) -> None:
        """Remembered, and told when it is news."""
        write = row.write
        standing = standing_of(self._store, write)
        if write.kind not in ("note", "labels"):
            self._fail(row, str(error))
            return
        refused = refusal(write, error, self._marks.get(write.uid, ""), self._now())
        known = standing.refusal is not None and standing.refusal.why == refused.why
        self._store.save_note(replace(standing, refusal=refused))
        self._store.fail(row.id, str(error))
        if not known:
            self.written.failed += 1
            self._away[write.tracker, refused.why].append(write.key)

    def _later(self, row: OutboxRow, error: TryLater) -> None:
        """One that asks for a rest gets it; one that does not answer is soon left alone."""
        tracker = row.write.tracker
        if error.after is not None and not error.sent:
            self._resting[tracker] = str(error)
            self._leave(row)
            return
        self._silent[tracker] += 1
        if self._silent[tracker] >= SILENCES:
            self._resting[tracker] = str(error)
        self._fail(row, str(error), unknown=error.sent)

    def _fail(self, row: OutboxRow, error: str, *, unknown: bool = False) -> None:
        """``unknown``: it may have been carried out; the row stays ``sent`` and the next run looks after it."""
        if not unknown:
            self._store.fail(row.id, error)
        self.written.failed += 1
        self._say(error)

    def _say(self, error: str) -> None:
        if error not in self.written.errors:
            self.written.errors.append(error)

    def _tell(self) -> None:
        for (tracker, why), keys in self._away.items():
            self._say(turned_away(tracker, why, keys))
        for tracker, count in self._left.items():
            writes = "1 write is" if count == 1 else f"{count} writes are"
            self.written.waits.append(f"{writes} left for the next run: {self._resting[tracker]}")


def hand_mutes(row: NoteRow, why: Literal["note deleted", "label removed"], at: datetime) -> list[Mute]:
    """A person's hand is final: every case that the note showed is muted at that end. A settled note shows none."""
    cases = () if why == "note deleted" and row.folded else row.cases
    return [Mute(uid=row.uid, case=case, why=why, at=at) for case in cases]
