"""What people said by command: a row for each statement, and for each that was refused. None is ever taken out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import delete, select

from model.statements import Statement, StatementState
from sync.base import Mute
from sync.store.base import Database, upsert
from sync.store.codec import FORMAT, Codec, encode
from sync.store.tables import mutes, statements

BY_COMMAND = "muted by command"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A statement, and the run that first read it."""

    run: str
    at: datetime
    """The moment that this run judged at."""
    statement: Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    run: str
    statement: Statement


_KEPT = Codec[_Kept](_Kept, "statement")


class StatementStore(Database):
    def heard(self) -> tuple[Heard, ...]:
        """All of them, oldest first by when they were said."""
        with self.reading() as conn:
            rows = conn.execute(select(statements)).all()
        kept = [(_KEPT.decode(row.doc, row.format), row.read_at) for row in rows]
        found = (Heard(run=one.run, at=at, statement=one.statement) for one, at in kept)
        return tuple(sorted(found, key=lambda one: (one.statement.at, one.statement.id)))

    def statements(self) -> tuple[Statement, ...]:
        """The same, without who read them when."""
        return tuple(one.statement for one in self.heard())

    def save_statements(self, said: Iterable[Statement], run: str, now: datetime) -> None:
        """Add these, as read by ``run``, which judges at ``now``; one that is there stays as it is."""
        rows = [
            {
                "id": statement.id,
                "uid": statement.uid,
                "read_at": now,
                "format": FORMAT,
                "doc": encode(_Kept(run=run, statement=statement)),
            }
            for statement in said
        ]
        with self.writing() as conn:
            upsert(conn, statements, rows, keep=True)

    def settle_statement(self, id_: str, state: StatementState, answer: str) -> None:
        """What came of one that asked for a write. One that is not there is no error."""
        with self.writing() as conn:
            row = conn.execute(select(statements).where(statements.c.id == id_)).first()
            if row is not None:
                kept = _KEPT.decode(row.doc, row.format)
                settled = replace(kept, statement=replace(kept.statement, state=state, answer=answer))
                change = statements.update().where(statements.c.id == id_)
                conn.execute(change.values(format=FORMAT, doc=encode(settled)))

    def keep_muted(self, muted: Sequence[Mute], lifted: Mapping[tuple[str, str], datetime]) -> None:
        """These are muted by command, and no others. ``lifted``, by (uid, case id): since when people want to hear of
        it again, whatever had muted it before."""
        with self.writing() as conn:
            ours = delete(mutes).where(mutes.c.why == BY_COMMAND)
            conn.execute(ours)
            for uid, case_id in (*((mute.uid, mute.case) for mute in muted), *lifted):
                same = (mutes.c.uid == uid, mutes.c.case_id == case_id)
                moment = lifted.get((uid, case_id))
                older = mutes.c.why == "baseline" if moment is None else mutes.c.at <= moment
                conn.execute(delete(mutes).where(*same, older))
            rows = [
                {"uid": mute.uid, "case_id": mute.case, "why": mute.why, "at": mute.at, "level": mute.level}
                for mute in muted
            ]
            upsert(conn, mutes, rows, keep=True)
