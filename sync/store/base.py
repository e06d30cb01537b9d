"""The store's floor: its errors, its transactions, and one way to upsert on both databases.

    StoreError      nothing works until a person acts; ``str()`` is a sentence that says what to do
    `-- Busy        another live run holds the lease; wait for it

SQLite has one writer: a writing transaction begins with ``BEGIN IMMEDIATE``, so it waits for
its turn at its first statement and never fails half-way for being late. Reading transactions
see one state of the whole store, however many statements they take.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, DateTime, Dialect, Engine, Table, TypeDecorator
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

T = TypeVar("T")
Row = dict[str, Any]

READ = {"sqlite": {"begin": "BEGIN"}, "postgresql": {"isolation_level": "REPEATABLE READ"}}
WRITE = {"sqlite": {"begin": "BEGIN IMMEDIATE"}, "postgresql": {}}
"""Execution options of the two kinds of transaction; ``begin`` is what ``opening`` listens for."""

WAYS_OUT = {
    "locked": "another program is writing to it; try again when that has ended",
    "readonly": "it may not be written to; mend its permissions or name another file in store.url",
    "disk is full": "its disk is full; make room and run again",
    "not a database": "the file is not a crosstie store; move it away or name another file in store.url",
    "malformed": "the file is damaged; restore it from a backup, or move it away and pull everything again",
}


class StoreError(Exception):
    """The store cannot do it. Names the store, never its password."""


class Busy(StoreError):
    """Another live run holds the lease."""

    def __init__(self, holder: str, since: datetime) -> None:
        super().__init__(
            f"another run ({holder}) has been at work since {since:%Y-%m-%d %H:%M} UTC; wait until it ends"
        )
        self.holder = holder
        self.since = since


class Utc(TypeDecorator[datetime]):
    """An aware moment, kept in UTC. SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("the store takes aware datetimes only")
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """An open database of the present schema. The parts of ``Store`` build on this."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self.name = name
        """The URL without its password, for messages."""

    def reading(self) -> AbstractContextManager[Connection]:
        return self._transaction(READ)

    def writing(self) -> AbstractContextManager[Connection]:
        """Commits at the end of the block; rolls back when it raises, and when the process dies."""
        return self._transaction(WRITE)

    @contextmanager
    def _transaction(self, options: dict[str, dict[str, str]]) -> Iterator[Connection]:
        try:
            with self._engine.connect().execution_options(**options[self._engine.dialect.name]) as conn, conn.begin():
                yield conn
        except DBAPIError as error:
            raise failure(self.name, error) from error

    def close(self) -> None:
        self._engine.dispose()


def failure(name: str, error: DBAPIError) -> StoreError:
    """What a driver's error means to a person."""
    said = str(error.orig).strip()
    way_out = next((text for sign, text in WAYS_OUT.items() if sign in said), said)
    return StoreError(f"store {name}: {way_out}")


def upsert(conn: Connection, table: Table, rows: Sequence[Row], *, keep: bool = False) -> None:
    """Insert ``rows``, all of the same columns; a row that is there is overwritten in those, or left with ``keep``."""
    if not rows:
        return
    make = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    key = [column.name for column in table.primary_key]
    insert = make(table)
    values = {name: insert.excluded[name] for name in rows[0] if name not in key}
    if keep or not values:
        conn.execute(insert.on_conflict_do_nothing(index_elements=key), rows)
    else:
        conn.execute(insert.on_conflict_do_update(index_elements=key, set_=values), rows)


def chunks(values: Iterable[T], size: int = 500) -> Iterator[list[T]]:
    """Pieces small enough for one ``IN (...)`` on any database."""
    rest = iter(values)
    while piece := list(islice(rest, size)):
        yield piece
