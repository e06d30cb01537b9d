"""Runs, the lease that keeps them apart, and the configs they ran with."""

import os
import socket
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, insert, select, update

from sync.store.base import Busy, Database, upsert
from sync.store.codec import encode
from sync.store.tables import configs, leases, runs

PROCESS = uuid.uuid4().hex
"""Tells this process from an earlier one that had the same pid, as the first process of a container has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRow:
    id: str
    started: datetime
    ended: datetime | None
    """None: it is running, or was killed."""
    config: str
    """Digest of the config it ran with."""
    outcome: dict[str, Any] | None
    """What ``end_run`` was given."""
    basis: str = ""
    """Of what it judged; empty when something was left to do after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """What a run judged."""

    id: str
    started: datetime
    judged: datetime
    """The moment that it judged at."""
    generations: Mapping[str, int]
    """By tracker: the facts that it judged."""
    config: str
    """Digest of the config that it judged by."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigRow:
    digest: str
    text: str
    at: datetime
    who: str
    """Who first ran with it."""
    tree: str = ""
    """As it was understood, in JSON; empty in versions kept before crosstie noted that."""


class Lease:
    """The right to run, as long as it is renewed before it expires."""

    def __init__(self, database: Database, token: str, minutes: int) -> None:
        self._database = database
        self._token = token
        self._length = timedelta(minutes=minutes)

    def renew(self, now: datetime) -> None:
        """Raises Busy when it expired and another run has taken it over: then stop writing at once."""
        change = update(leases).where(leases.c.token == self._token).values(until=now + self._length)
        with self._database.writing() as conn:
            if not conn.execute(change).rowcount:
                taker = conn.execute(select(leases)).first()
                raise Busy(taker.holder if taker else "", taker.since if taker and taker.since else now)


class RunStore(Database):
    @contextmanager
    def lease(self, holder: str, *, now: datetime, minutes: int = 30) -> Iterator[Lease]:
        """Be the one run. Raises Busy while another live one is at work.

        A lease is free when it was given back, when it has expired, and when the process that
        took it on this host is dead.
        """
        token = f"{PROCESS}:{uuid.uuid4().hex}"
        mine = {
            "token": token,
            "holder": holder,
            "host": _host(),
            "pid": os.getpid(),
            "since": now,
            "until": now + timedelta(minutes=minutes),
        }
        with self.writing() as conn:
            nobody = {"name": "run", "token": "", "holder": "", "host": "", "pid": 0}
            upsert(conn, leases, [nobody], keep=True)
            row = conn.execute(select(leases).with_for_update()).one()
            if not _is_free(row, now):
                raise Busy(row.holder, row.since)
            conn.execute(update(leases).values(mine))
        try:
            yield Lease(self, token, minutes)
        finally:
            with self.writing() as conn:
                conn.execute(update(leases).where(leases.c.token == token).values(token=""))

    def begin_run(self, run: str, now: datetime, config: str) -> None:
        """``config`` is the digest that ``record_config`` was given."""
        with self.writing() as conn:
            conn.execute(insert(runs).values(id=run, started=now, config=config))

    def end_run(self, run: str, now: datetime, outcome: dict[str, Any], basis: str = "") -> None:
        """``outcome`` is plain JSON data; ``basis``: of what it judged, when nothing was left to do after it."""
        with self.writing() as conn:
            ended = {"ended": now, "outcome": encode(outcome), "basis": basis}
            conn.execute(update(runs).where(runs.c.id == run).values(ended))

    def past_runs(self, since: datetime | None = None) -> list[PastRun]:
        """Every run that judged and kept what it found, oldest first; with ``since`` those that judged no earlier."""
        query = select(runs).where(runs.c.judged.is_not(None)).order_by(runs.c.seq)
        if since is not None:
            query = query.where(runs.c.judged >= since)
        with self.reading() as conn:
            return [
                PastRun(
                    id=row.id,
                    started=row.started,
                    judged=row.judged,
                    generations=msgspec.json.decode(row.generations, type=dict[str, int]),
                    config=row.config,
                )
                for row in conn.execute(query)
            ]

    def last_run(self, *, ended: bool = True) -> RunRow | None:
        """The newest run that came to its end; with ``ended=False`` the newest that began."""
        query = select(runs).order_by(runs.c.seq.desc()).limit(1)
        if ended:
            query = query.where(runs.c.ended.is_not(None))
        with self.reading() as conn:
            row = conn.execute(query).first()
        if row is None:
            return None
        outcome = msgspec.json.decode(row.outcome) if row.outcome else None
        return RunRow(
            id=row.id,
            started=row.started,
            ended=row.ended,
            config=row.config,
            outcome=outcome,
            basis=row.basis or "",
        )

    def record_config(self, digest: str, text: str, now: datetime, who: str, tree: str = "") -> None:
        """Keep a version of the config, without its secrets; one that was seen before stays as it was.

        ``tree``: as it was understood, in JSON (``Config.tree``).
        """
        row = {"digest": digest, "text": text, "at": now, "who": who, "tree": tree}
        with self.writing() as conn:
            upsert(conn, configs, [row], keep=True)
            conn.execute(update(configs).where(configs.c.digest == digest, configs.c.tree.is_(None)).values(tree=tree))

    def configs(self) -> list[ConfigRow]:
        """Every config that was run with, in the order of their first use."""
        with self.reading() as conn:
            rows = conn.execute(select(configs).order_by(configs.c.at, configs.c.digest))
            return [
                ConfigRow(digest=row.digest, text=row.text, at=row.at, who=row.who, tree=row.tree or "") for row in rows
            ]


def _is_free(row: Row[Any], now: datetime) -> bool:
    if not row.token or row.until is None or row.until <= now:
        return True
    if row.host != _host():
        return False
    if row.pid == os.getpid():
        return not row.token.startswith(PROCESS)
    return not _is_alive(row.pid)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _host() -> str:
    """Where pids mean the same: two containers may share a host name and yet not their processes."""
    space = ""
    with suppress(OSError):
        space = os.readlink("/proc/self/ns/pid")
    return f"{socket.gethostname()} {space}".strip()
