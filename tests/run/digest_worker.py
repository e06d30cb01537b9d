"""``python -m tests.run.digest_worker``: sends digests in child processes that kill themselves at a given moment.

Each line on stdin is a folder, a moment of the clock and a moment to die at, as JSON. For each, a child is forked that
sends what is due; the answer is ``killed``, or ``done``. Only this process pays for the imports, and only once.
"""

import json
import os
import signal
import sys
import traceback
from datetime import datetime
from pathlib import Path

from connectors.limits import Clock
from sandbox.base import Clock as WorldClock
from sync.config import load_config
from sync.digest.deliver import Post
from sync.store import Store
from sync.store.digests import DigestRow
from tests.run.worlds import SECRETS, open_connectors

MOMENTS = ("before sending", "after sending", "before sent", "after sent")
"""Between the two in the middle lies the call."""


class MortalStore(Store):
    moment = ""

    def save_digest(self, digest: DigestRow) -> None:
        self._come_to(f"before {digest.state}")
        super().save_digest(digest)
        self._come_to(f"after {digest.state}")

    def _come_to(self, moment: str) -> None:
        if moment == self.moment:
            os.kill(os.getpid(), signal.SIGKILL)


def send(folder: Path, now: datetime, moment: str, secrets: dict[str, str]) -> None:
    clock = WorldClock()
    clock.set(now)
    config = load_config(folder / "crosstie.toml", environ={**SECRETS, **secrets})
    with MortalStore.open(config.store_url) as store:
        store.moment = moment
        Post(config, store, open_connectors(config, Clock()), clock.now).send_due(now)


def in_a_child(folder: str, now: str, moment: str, secrets: dict[str, str]) -> str:
    child = os.fork()
    if not child:
        try:
            send(Path(folder), datetime.fromisoformat(now), moment, secrets)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return "killed" if killed else "done" if not status else "broken"


if __name__ == "__main__":
    for order in sys.stdin:
        print(in_a_child(*json.loads(order)), flush=True)
