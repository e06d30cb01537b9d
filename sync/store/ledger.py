"""What only watching tells: since when a dependency is known, and how the dates on it moved."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import select

from model.facts import Promise
from sync.store.base import Database, upsert
from sync.store.tables import edges, promises


class LedgerStore(Database):
    def edges_since(self) -> dict[tuple[str, str], datetime]:
        """By (consumer, provider): when it was first known."""
        with self.reading() as conn:
            return {(row.consumer, row.provider): row.since for row in conn.execute(select(edges))}

    def promises(self) -> dict[str, tuple[Promise, ...]]:
        """By uid of the provider, oldest first."""
        found: dict[str, list[Promise]] = {}
        with self.reading() as conn:
            for row in conn.execute(select(promises).order_by(promises.c.uid, promises.c.at)):
                found.setdefault(row.uid, []).append(Promise(at=row.at, day=row.day, source=row.source))
        return {uid: tuple(rows) for uid, rows in found.items()}

    def save_ledger(self, new_edges: Iterable[tuple[str, str]], moved: Mapping[str, Promise], now: datetime) -> None:
        """Dependencies met for the first time, and promises that are not what they were. Saving twice is as once."""
        with self.writing() as conn:
            rows = [{"consumer": one, "provider": other, "since": now} for one, other in sorted(new_edges)]
            upsert(conn, edges, rows, keep=True)
            dated = [
                {"uid": uid, "at": promise.at, "day": promise.day, "source": promise.source}
                for uid, promise in sorted(moved.items())
            ]
            upsert(conn, promises, dated)
