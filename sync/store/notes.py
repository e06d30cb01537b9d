"""Our notes as we know them to stand, what people do not want to hear, and what stood before we spoke."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from sync.base import Mute, NoteRow
from sync.store.base import Database, upsert
from sync.store.codec import FORMAT, Codec, encode
from sync.store.tables import baselines, cases, issues, mutes, notes

NOTE = Codec[NoteRow](NoteRow, "note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an issue lives, whether or not anything else is known of it."""

    tracker: str
    scope: str
    native_id: str
    key: str

    @property
    def name(self) -> str:
        """``jira:PAY``."""
        return f"{self.tracker}:{self.scope}"


class NoteStore(Database):
    def notes(self) -> dict[str, NoteRow]:
        """By uid of the issue they stand on."""
        with self.reading() as conn:
            rows = conn.execute(select(notes).order_by(notes.c.uid))
            return {row.uid: NOTE.decode(row.doc, row.format) for row in rows}

    def note(self, uid: str) -> NoteRow | None:
        """The one on this issue."""
        with self.reading() as conn:
            row = conn.execute(select(notes).where(notes.c.uid == uid)).first()
        return NOTE.decode(row.doc, row.format) if row else None

    def note_places(self) -> dict[str, Place]:
        """By uid: where each issue is that has a row here."""
        query = select(issues).join(notes, notes.c.uid == issues.c.uid)
        with self.reading() as conn:
            return {
                row.uid: Place(tracker=row.tracker, scope=row.scope, native_id=row.native_id, key=row.key)
                for row in conn.execute(query)
            }

    def save_note(self, note: NoteRow) -> None:
        with self.writing() as conn:
            put_notes(conn, [note])

    def forget_note(self, uid: str) -> None:
        """For an issue that is gone: nothing of ours stands there any more."""
        with self.writing() as conn:
            conn.execute(delete(notes).where(notes.c.uid == uid))

    def mutes(self) -> list[Mute]:
        """Every wish not to hear of a case at one of its ends, sorted."""
        with self.reading() as conn:
            rows = conn.execute(select(mutes).order_by(mutes.c.uid, mutes.c.case_id))
            return [Mute(uid=row.uid, case=row.case_id, why=row.why, at=row.at, level=row.level) for row in rows]

    def save_mutes(self, wishes: Sequence[Mute]) -> None:
        """Add these; one that stands already stays as it is, but a person's hand takes the place of a baseline."""
        rows = [
            {"uid": wish.uid, "case_id": wish.case, "why": wish.why, "at": wish.at, "level": wish.level}
            for wish in wishes
        ]
        hands = [(wish.uid, wish.case) for wish in wishes if wish.why != "baseline"]
        with self.writing() as conn:
            for uid, case_id in hands:
                same = (mutes.c.uid == uid, mutes.c.case_id == case_id, mutes.c.why == "baseline")
                conn.execute(delete(mutes).where(*same))
            upsert(conn, mutes, rows, keep=True)

    def baselines(self) -> frozenset[tuple[str, str]]:
        """(rule, scope) that have once been writable: what stood then was the baseline."""
        with self.reading() as conn:
            return frozenset((row.rule, row.scope) for row in conn.execute(select(baselines)))

    def save_baselines(self, taken: AbstractSet[tuple[str, str]], now: datetime) -> None:
        """Add these; one that was taken before keeps its moment."""
        rows = [{"rule": rule, "scope": scope, "at": now} for rule, scope in sorted(taken)]
        with self.writing() as conn:
            upsert(conn, baselines, rows, keep=True)

    def forget_baselines(self, taken: AbstractSet[tuple[str, str]]) -> None:
        """(rule, scope) that nothing is written of any more: what is silent by them goes too."""
        with self.writing() as conn:
            for rule, scope in sorted(taken):
                conn.execute(delete(baselines).where(baselines.c.rule == rule, baselines.c.scope == scope))
                tracker, _, key = scope.partition(":")
                there = select(issues.c.uid).where(issues.c.tracker == tracker, issues.c.scope == key)
                of_rule = select(cases.c.id).where(cases.c.rule == rule)
                silent = (mutes.c.why == "baseline", mutes.c.uid.in_(there), mutes.c.case_id.in_(of_rule))
                conn.execute(delete(mutes).where(*silent))


def put_notes(conn: Connection, standing: Iterable[NoteRow]) -> None:
    rows = [{"uid": note.uid, "tracker": note.tracker, "format": FORMAT, "doc": encode(note)} for note in standing]
    upsert(conn, notes, rows)
