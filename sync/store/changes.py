"""Facts in versions: what stands, and everything that stood before, by generation of its tracker.

One transaction makes at most one generation, and only when something really differs. What stood at
a generation is then, for each thing, its newest row in the history up to that generation.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, delete, func, insert, select, tuple_, update

from sync.store.base import chunks, upsert
from sync.store.codec import FORMAT
from sync.store.tables import facts, history, trackers

Kind = Literal[
    "issue",
    "alias",
    "scope",
    "link_type",
    "project",
    "absent",
    "retraction",
    "release",
    "sprint",
    "component",
]
Found = tuple[str, Kind, str, int, str]
"""tracker, kind, id, format, doc."""


def ensure_tracker(conn: Connection, tracker: str) -> None:
    upsert(conn, trackers, [{"name": tracker, "generation": 0, "catalog": ""}], keep=True)


class Changes:
    """What one transaction does to one tracker's facts. Nothing of it is written before ``flush``."""

    def __init__(self, conn: Connection, tracker: str, now: datetime) -> None:
        self.conn = conn
        self.tracker = tracker
        self.now = now
        self._stored: dict[tuple[Kind, str], str | None] = {}
        self._staged: dict[tuple[Kind, str], str | None] = {}
        self._quiet: dict[tuple[Kind, str], str] = {}
        ensure_tracker(conn, tracker)
        # On PostgreSQL this keeps a second writer of the same tracker waiting; SQLite has one writer anyway.
        conn.execute(select(trackers.c.name).where(trackers.c.name == tracker).with_for_update())

    def load(self, kind: Kind, ids: Iterable[str]) -> None:
        """Read these at once, so that asking for each is free."""
        wanted = [id_ for id_ in dict.fromkeys(ids) if (kind, id_) not in self._stored]
        for piece in chunks(wanted):
            self._stored |= dict.fromkeys((kind, id_) for id_ in piece)
            self._read(kind, facts.c.id.in_(piece))

    def load_all(self, kind: Kind) -> list[str]:
        """Read every thing of a kind (not of one that there are many of); their ids."""
        self._read(kind)
        return sorted(id_ for at, id_ in self._stored if at == kind and self.get(kind, id_) is not None)

    def _read(self, kind: Kind, *which: ColumnElement[bool]) -> None:
        own = (facts.c.tracker == self.tracker, facts.c.kind == kind)
        for row in self.conn.execute(select(facts.c.id, facts.c.doc).where(*own, *which)):
            self._stored[kind, row.id] = row.doc

    def get(self, kind: Kind, id_: str) -> str | None:
        """The document as it will stand after ``flush``."""
        at = (kind, id_)
        if at in self._staged:
            return self._staged[at]
        if at in self._quiet:
            return self._quiet[at]
        self.load(kind, [id_])
        return self._stored[at]

    def put(self, kind: Kind, id_: str, doc: str | None) -> None:
        """Make it stand so, or (None) not at all. The same document as before is no change."""
        if self.get(kind, id_) == doc:
            return
        self._quiet.pop((kind, id_), None)
        self._staged[kind, id_] = doc
        if self._stored[kind, id_] == doc:
            del self._staged[kind, id_]

    def freshen(self, kind: Kind, id_: str, doc: str) -> None:
        """Rewrite what stands without a new version: for what says only how fresh it is."""
        if self.get(kind, id_) == doc:
            return
        if (kind, id_) in self._staged:
            self._staged[kind, id_] = doc
        else:
            self._quiet[kind, id_] = doc

    def flush(self) -> None:
        own = facts.c.tracker == self.tracker
        for (kind, id_), doc in self._quiet.items():
            self.conn.execute(update(facts).where(own, facts.c.kind == kind, facts.c.id == id_).values(doc=doc))
        if not self._staged:
            return
        generation = self._next_generation()
        rows = [
            {
                "tracker": self.tracker,
                "kind": kind,
                "id": id_,
                "generation": generation,
                "format": FORMAT,
                "doc": doc,
                "at": self.now,
            }
            for (kind, id_), doc in self._staged.items()
        ]
        self.conn.execute(insert(history), rows)
        upsert(self.conn, facts, [row for row in rows if row["doc"] is not None])
        gone = [(row["kind"], row["id"]) for row in rows if row["doc"] is None]
        for piece in chunks(gone):
            self.conn.execute(delete(facts).where(own, tuple_(facts.c.kind, facts.c.id).in_(piece)))

    def _next_generation(self) -> int:
        own = trackers.c.name == self.tracker
        self.conn.execute(update(trackers).where(own).values(generation=trackers.c.generation + 1))
        generation: int = self.conn.execute(select(trackers.c.generation).where(own)).scalar_one()
        return generation


def generations(conn: Connection) -> dict[str, int]:
    return {row.name: row.generation for row in conn.execute(select(trackers.c.name, trackers.c.generation))}


def standing(conn: Connection) -> Iterator[Found]:
    """Everything as it stands, sorted, read as it is asked for."""
    query = select(facts.c.tracker, facts.c.kind, facts.c.id, facts.c.format, facts.c.doc)
    yield from _streamed(conn, query.order_by(facts.c.tracker, facts.c.kind, facts.c.id))


def past(conn: Connection, at: Mapping[str, int]) -> Iterator[Found]:
    """Everything as it stood at these generations; a tracker that is not named had none."""
    for tracker in sorted(at):
        newest = (
            select(history.c.kind, history.c.id, func.max(history.c.generation).label("generation"))
            .where(history.c.tracker == tracker, history.c.generation <= at[tracker])
            .group_by(history.c.kind, history.c.id)
            .subquery()
        )
        same = and_(*(history.c[name] == newest.c[name] for name in ("kind", "id", "generation")))
        query = (
            select(history.c.tracker, history.c.kind, history.c.id, history.c.format, history.c.doc)
            .join(newest, same)
            .where(history.c.tracker == tracker, history.c.doc.is_not(None))
            .order_by(history.c.kind, history.c.id)
        )
        yield from _streamed(conn, query)


def _streamed(conn: Connection, query: Select[Any]) -> Iterator[Found]:
    for row in conn.execute(query, execution_options={"yield_per": 1000}):
        yield row.tracker, row.kind, row.id, row.format, row.doc
