"""A world: both sites, one clock, the faults to come and the log of every request."""

import random
from threading import RLock
from typing import Any

from sandbox.answers import Answers
from sandbox.base import Clock, Entry, Fault, Site
from sandbox.github.site import GitHubSite
from sandbox.jira.site import JiraSite


class World:
    """Both sites, one clock, faults and the log."""

    def __init__(self, seed: int = 0) -> None:
        self.clock = Clock()
        self.urls: dict[str, str] = {}
        self.sites: dict[str, Site] = {
            "jira": JiraSite(self.clock, lambda: self.urls.get("jira", "http://127.0.0.1")),
            "github": GitHubSite(self.clock, lambda: self.urls.get("github", "http://127.0.0.1")),
        }
        self.latency = 0.0
        """Seconds after its arrival before which no request is answered; the sandbox's own work counts into it."""
        self.answers = Answers()
        self._faults: list[Fault] = []
        self._log: list[Entry] = []
        self._random = random.Random(seed)
        self._lock = RLock()

    def add_fault(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def clear_faults(self) -> None:
        with self._lock:
            self._faults.clear()

    @property
    def faults(self) -> tuple[Fault, ...]:
        return tuple(self._faults)

    def strike(self, site: str, method: str, path: str, body: str) -> list[Fault]:
        """The faults that hit this request: all latencies, and at most one of the others."""
        with self._lock:
            hits: list[Fault] = []
            for fault in self._faults:
                taken = fault.kind != "latency" and any(hit.kind != "latency" for hit in hits)
                if not taken and fault.count != 0 and fault.matches(site, method, path, body) and self._due(fault):
                    hits.append(fault)
            return hits

    def _due(self, fault: Fault) -> bool:
        if fault.skip > 0:
            fault.skip -= 1
            return False
        if self._random.random() >= fault.probability:
            return False
        fault.count -= fault.count > 0
        return True

    def record(self, **entry: Any) -> None:
        with self._lock:
            self._log.append(Entry(n=len(self._log) + 1, **entry))

    def log(self, site: str = "", since: int = 0) -> list[Entry]:
        with self._lock:
            return [e for e in self._log[since:] if site in ("", e.site)]

    def clear_log(self) -> None:
        with self._lock:
            self._log.clear()
