"""The outbox: every write is a row before it is a call.

    waiting -> sent -> done
       |        `----> failed
       `-> dropped, when a later plan replaces it or it is no longer wanted

``sent`` is written before the call and ``done`` together with what the call achieved, so a row
found ``sent`` after a kill says: look whether it arrived.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from sync.base import NoteRow, Notification, OutboxRow, Write, WriteStatus
from sync.store.base import Database, StoreError
from sync.store.cases import raise_notified
from sync.store.codec import FORMAT, Codec, encode
from sync.store.notes import put_notes
from sync.store.notifications import levels_of, put_notifications
from sync.store.tables import outbox, runs

WRITE = Codec[Write](Write, "write of the outbox")


class OutboxStore(Database):
    def enqueue(self, run: str, writes: Sequence[Write]) -> list[OutboxRow]:
        """Put a run's plan down, in order; what earlier runs planned and never began is dropped."""
        earlier = update(outbox).where(outbox.c.status == "waiting", outbox.c.run != run)
        rows = []
        with self.writing() as conn:
            conn.execute(earlier.values(status="dropped"))
            for write in writes:
                row = {"run": run, "status": "waiting", "error": "", "format": FORMAT, "doc": encode(write)}
                number = conn.execute(insert(outbox).values(row).returning(outbox.c.id)).scalar_one()
                rows.append(OutboxRow(id=number, run=run, write=write, status="waiting"))
        return rows

    def unfinished(self) -> list[OutboxRow]:
        """Rows that are waiting or sent, of any run, in the order they were planned."""
        query = select(outbox).where(outbox.c.status.in_(("waiting", "sent"))).order_by(outbox.c.id)
        with self.reading() as conn:
            return [
                OutboxRow(
                    id=row.id,
                    run=row.run,
                    write=WRITE.decode(row.doc, row.format),
                    status=row.status,
                    error=row.error,
                )
                for row in conn.execute(query)
            ]

    def made_since(self, since: datetime, now: datetime) -> dict[str, list[datetime]]:
        """By tracker, a moment for each comment, label and link that runs made after ``since``: late rather than early.

        When a run was killed is not known: what it made counts as made when the next one began.
        """
        query = select(runs.c.id, runs.c.ended).where(runs.c.started <= now).order_by(runs.c.seq.desc())
        ends: dict[str, datetime] = {}
        later = now
        with self.reading() as conn:
            for run in conn.execute(query.add_columns(runs.c.started)):
                if (run.ended or later) <= since:
                    break
                ends[run.id], later = run.ended or later, run.started
            query = select(outbox).where(outbox.c.run.in_(ends), outbox.c.status.in_(("sent", "done", "failed")))
            made: dict[str, list[datetime]] = {}
            for row in conn.execute(query):
                write = WRITE.decode(row.doc, row.format)
                made.setdefault(write.tracker, []).extend([ends[row.run]] * _makes(write))
        return made

    def first_noted(self) -> dict[str, datetime]:
        """By case id: when the run began that first wrote a note which shows it."""
        told = select(outbox.c.doc, outbox.c.format, runs.c.started).join(runs, runs.c.id == outbox.c.run)
        found: dict[str, datetime] = {}
        with self.reading() as conn:
            for row in conn.execute(told.where(outbox.c.status == "done").order_by(runs.c.seq, outbox.c.id)):
                write = WRITE.decode(row.doc, row.format)
                if write.kind == "note" and not write.folded:
                    found.update((case, row.started) for case in write.cases if case not in found)
        return found

    def mark_sent(self, row_id: int) -> None:
        """Before the call begins."""
        self._turn(row_id, "sent")

    def finish(self, row_id: int, *, note: NoteRow | None, notifies: Sequence[Notification] = ()) -> None:
        """The call is known to have worked: the row, our standing note and the steps it told, at once."""
        self._turn(row_id, "done", note=note, notifies=notifies)

    def fail(self, row_id: int, error: str) -> None:
        """The call is known not to have worked. ``error`` is a sentence without secrets."""
        self._turn(row_id, "failed", error=error)

    def drop(self, row_id: int) -> None:
        """It is no longer wanted."""
        self._turn(row_id, "dropped")

    def _turn(
        self,
        row_id: int,
        status: WriteStatus,
        *,
        error: str = "",
        note: NoteRow | None = None,
        notifies: Sequence[Notification] = (),
    ) -> None:
        change = update(outbox).where(outbox.c.id == row_id).values(status=status, error=error)
        with self.writing() as conn:
            run = conn.execute(change.returning(outbox.c.run)).scalar()
            if run is None:
                raise StoreError(f"store {self.name}: the outbox has no row {row_id}")
            put_notes(conn, [note] if note else [])
            put_notifications(conn, run, notifies)
            raise_notified(conn, levels_of(notifies))


def _makes(write: Write) -> int:
    """How much is new once this is carried out."""
    if write.kind == "note":
        return int(write.repost or not write.known)
    return int(bool(write.add)) if write.kind == "labels" else int(write.kind == "link")
