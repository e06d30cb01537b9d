"""The store: what trackers said, what was judged of it, and what was written back.

Every method that writes is one transaction, so a process killed at any instant leaves either all of
it or nothing. No method reads the clock.
"""

from types import TracebackType
from typing import Self

from sync.store.base import Busy, StoreError
from sync.store.cases import CaseStore
from sync.store.digests import DigestStore
from sync.store.facts import FactStore
from sync.store.notes import NoteStore
from sync.store.notifications import NotificationStore
from sync.store.opening import open_engine
from sync.store.outbox import OutboxStore
from sync.store.pull import PullStore, Saved
from sync.store.runs import Lease, PastRun, RunRow, RunStore
from sync.store.statements import Heard

__all__ = ["Busy", "Heard", "Lease", "PastRun", "RunRow", "Saved", "Store", "StoreError"]


class Store(PullStore, FactStore, CaseStore, NoteStore, NotificationStore, DigestStore, OutboxStore, RunStore):
    """One database, by URL."""

    @classmethod
    def open(cls, url: str) -> Self:
        """Open it, making and migrating it as needed. Raises StoreError."""
        return cls(*open_engine(url))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
