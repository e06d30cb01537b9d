"""``python -m tests.run.worker``: normal runs in child processes that kill themselves at a given moment.

Each line on stdin is an ``Order`` as JSON. For each, a child is forked that opens everything in the folder and dies by
SIGKILL the n-th time that it comes to the moment; the answer is ``killed``, or ``done`` when it never came to that.
Only this process pays for the imports, and only once.
"""

import json
import os
import re
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import requests

from connectors.limits import Clock
from sandbox.base import Clock as WorldClock
from sync.base import NoteRow, Notification, OutboxRow, Write
from sync.config import load_config
from sync.run import Options, Runner
from sync.store import Store
from tests.run.worlds import MORNING, SECRETS, open_connectors

MOMENTS = (
    "before enqueue",
    "after enqueue",
    "before mark_sent",
    "after mark_sent",
    "before call",
    "after call",
    "before finish",
    "after finish",
)
"""Between ``mark_sent`` and ``finish`` lies the call, or lie several: each request that changes something. ``after
call`` the tracker has carried it out and its answer was not read."""
READS = re.compile(r"/search/jql$|/comment/list$")
"""POST requests that change nothing; of those to ``/graphql`` only mutations do."""


@dataclass
class Fate:
    """When the process dies."""

    moment: str = ""
    left: int = 0

    def come_to(self, moment: str) -> None:
        self.left -= moment == self.moment
        if moment == self.moment and not self.left:
            os.kill(os.getpid(), signal.SIGKILL)


FATE = Fate()


class MortalStore(Store):
    """A store whose process dies at a moment of the outbox."""

    def _come_to(self, moment: str) -> None:
        FATE.come_to(moment)

    def enqueue(self, run: str, writes: Sequence[Write]) -> list[OutboxRow]:
        self._come_to("before enqueue")
        rows = super().enqueue(run, writes)
        self._come_to("after enqueue")
        return rows

    def mark_sent(self, row_id: int) -> None:
        self._come_to("before mark_sent")
        super().mark_sent(row_id)
        self._come_to("after mark_sent")

    def finish(self, row_id: int, *, note: NoteRow | None, notifies: Sequence[Notification] = ()) -> None:
        self._come_to("before finish")
        super().finish(row_id, note=note, notifies=notifies)
        self._come_to("after finish")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One run, and when it is to die."""

    folder: str
    now: str
    """ISO, where its clock begins."""
    moment: str
    number: int

    def line(self) -> str:
        return json.dumps(asdict(self)) + "\n"


def watch_calls() -> None:
    """Die around a request, down in the library that sends it."""
    send = requests.Session.send

    def watched(session: requests.Session, request: requests.PreparedRequest, **more: Any) -> requests.Response:
        if not _changes(request):
            return send(session, request, **more)
        FATE.come_to("before call")
        response = send(session, request, **more)
        FATE.come_to("after call")
        return response

    requests.Session.send = watched  # type: ignore[method-assign, assignment]  # theirs, in a process that is killed


def _changes(request: requests.PreparedRequest) -> bool:
    path = urlsplit(request.url or "").path
    if path.endswith("/graphql"):
        return b"mutation" in (request.body if isinstance(request.body, bytes) else str(request.body).encode())
    return request.method != "GET" and not READS.search(path)


class Nursery:
    """What all children are born with: a store whose statements are compiled already, which takes longer than a run."""

    def __init__(self, folder: Path) -> None:
        self._place = folder / "crosstie.db"
        self._store: MortalStore | None = None

    def store(self, order: Order) -> MortalStore:
        """On the order's own file. It has no open connection."""
        file = Path(order.folder) / "crosstie.db"
        if self._store is None:
            shutil.copyfile(file, self._place)
            self._store = MortalStore.open(f"sqlite:///{self._place}")
            _run(order, self._store, Options(dry_run=True))
            for left in self._place.parent.iterdir():
                left.unlink()
        self._place.unlink(missing_ok=True)
        self._place.symlink_to(file)
        return self._store


def main() -> None:
    watch_calls()
    with TemporaryDirectory() as folder:
        nursery = Nursery(Path(folder))
        for line in sys.stdin:
            order = Order(**json.loads(line))
            store = nursery.store(order)
            child = os.fork()
            if not child:
                FATE.moment, FATE.left = order.moment, order.number
                os._exit(_run(order, store, Options()))
            _, status = os.waitpid(child, 0)
            print("killed" if os.WIFSIGNALED(status) else "done" if status == 0 else "failed", flush=True)


def _run(order: Order, store: MortalStore, options: Options) -> int:
    clock = WorldClock()
    clock.set(datetime.fromisoformat(order.now))
    config = load_config(Path(order.folder) / "crosstie.toml", environ=SECRETS, today=MORNING.date())
    connectors = open_connectors(config, Clock(now=time.time, sleep=lambda _: None))
    try:
        Runner(config, store, connectors, clock.now).run(options)
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        store.close()
    return 0


if __name__ == "__main__":
    main()
