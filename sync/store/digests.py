"""Digests: a row for each name and day, before anything goes out and after; and what happened since one."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, func, select

from sync.base import CaseEvent
from sync.store.base import Database, upsert
from sync.store.cases import EVENT
from sync.store.codec import FORMAT, Codec, encode
from sync.store.tables import case_events, digests

DigestState = Literal["sending", "sent", "empty", "failed", "lost", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestRow:
    """What became of one digest of one day."""

    name: str
    day: date
    state: DigestState
    """``sending``: it began to go out, and what came of it is not known. ``empty``: there was nothing to say.
    ``failed``: it certainly did not go out. ``lost``: it may have, and is not sent again by itself. ``left``: a person
    took its comment away."""
    at: datetime
    seen: int = 0
    """The last case event that it could tell of."""
    said: str = ""
    """Digest of the document, to know the same page again."""
    to: str = ""
    """Where it goes, as configured."""
    place: str = ""
    """The id of the comment where it stands; empty where it goes to no issue."""
    uid: str = ""
    """The issue of that comment."""
    error: str = ""
    """Why it did not go out, in a sentence without secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rest:
    """What of a row has no column."""

    seen: int = 0
    said: str = ""
    to: str = ""
    place: str = ""
    uid: str = ""
    error: str = ""


_REST = Codec[_Rest](_Rest, "digest")


class DigestStore(Database):
    def digests(self, name: str) -> list[DigestRow]:
        """Every row of one digest, the newest day first."""
        query = select(digests).where(digests.c.name == name).order_by(digests.c.day.desc())
        with self.reading() as conn:
            return [_read(row) for row in conn.execute(query)]

    def standing_digests(self) -> list[DigestRow]:
        """Of each digest and each issue that it ever stood on, the newest row, where it still stands."""
        newest: dict[tuple[str, str], DigestRow] = {}
        with self.reading() as conn:
            for row in conn.execute(select(digests).order_by(digests.c.name, digests.c.day)):
                found = _read(row)
                newest[found.name, found.to] = found
        return [row for row in newest.values() if row.place]

    def save_digest(self, digest: DigestRow) -> None:
        rest = _Rest(**{name: getattr(digest, name) for name in _Rest.__slots__})
        row = {
            "name": digest.name,
            "day": digest.day,
            "state": digest.state,
            "at": digest.at,
            "format": FORMAT,
            "doc": encode(rest),
        }
        with self.writing() as conn:
            upsert(conn, digests, [row])

    def newest_event(self) -> int:
        """The number of the last thing that happened to any case; 0 before the first."""
        with self.reading() as conn:
            return conn.execute(select(func.max(case_events.c.seq))).scalar() or 0

    def events_after(self, number: int) -> list[tuple[datetime, CaseEvent]]:
        """What happened to cases since the event of that number, oldest first."""
        return self._events(case_events.c.seq > number)

    def events_since(self, moment: datetime) -> list[tuple[datetime, CaseEvent]]:
        """What happened to cases from a moment on, oldest first."""
        return self._events(case_events.c.at >= moment)

    def _events(self, which: ColumnElement[bool]) -> list[tuple[datetime, CaseEvent]]:
        query = select(case_events.c.at, case_events.c.doc, case_events.c.format).where(which)
        with self.reading() as conn:
            rows = conn.execute(query.order_by(case_events.c.seq))
            return [(row.at, EVENT.decode(row.doc, row.format)) for row in rows]


def _read(row: Row[Any]) -> DigestRow:
    rest = _REST.decode(row.doc, row.format)
    more = {name: getattr(rest, name) for name in _Rest.__slots__}
    return DigestRow(name=row.name, day=row.day, state=row.state, at=row.at, **more)
