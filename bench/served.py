"""One tracker with a crowd on it, served by a sandbox in a process of its own."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import requests

from bench.days import MORNING
from bench.terms import Terms

HERE = Path(__file__).parent
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(HERE.parent)}
"""For processes of ours, wherever they are started: the code that stands beside this file."""
CACHE = Path(".bench")
"""Crowds that were built before; safe to delete."""
PLENTY = 100_000_000
"""GitHub's points an hour: what clients wait for is the latency alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """What the sandbox counted of one run."""

    requests: int
    bytes: int
    """Of the answers' bodies."""
    refused: int
    """Answers of 400 and above."""
    kept: int
    """Answers that had been kept."""
    late: int
    """Answers on which the sandbox worked longer than the latency."""
    refusals: Mapping[str, int]
    """``GET /path: 410`` -> how often, for the report."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    tracker: str
    url: str
    terms: Terms

    def call(self, method: str, what: str, body: object = None) -> Any:
        """The control API. Raises RuntimeError with what it complains of."""
        answer = requests.request(method, f"{self.url}/_sandbox/{what}", json=body, timeout=600)
        if not answer.ok:
            raise RuntimeError(f"the sandbox refused {method} {what}: {answer.text}")
        return answer.json()

    def serving(self, *, latency_ms: float) -> None:
        self.call("PUT", "serving", {"latency_ms": latency_ms, "keep_answers": True})

    def forget(self) -> None:
        """Kept answers: no client shall have another's."""
        self.call("PUT", "options", {self.tracker: {}})

    def act(self, do: str, **arguments: object) -> None:
        self.call("POST", "act", {"site": self.tracker, "do": do, "by": "person-1", **arguments})

    def tally(self, latency_ms: float) -> Tally:
        """Of everything since the last time, which is forgotten."""
        entries = self.call("GET", "log")
        self.call("DELETE", "log")
        refusals: dict[str, int] = {}
        for entry in entries:
            if entry["status"] >= 400 or entry["status"] == 0:
                refusal = f"{entry['method']} {entry['path']}: {entry['status']}"
                refusals[refusal] = refusals.get(refusal, 0) + 1
        return Tally(
            requests=len(entries),
            bytes=sum(entry["size"] for entry in entries),
            refused=sum(refusals.values()),
            kept=sum(entry["kept"] for entry in entries),
            late=sum(entry["took"] * 1000 > latency_ms for entry in entries),
            refusals=refusals,
        )


@contextmanager
def served(tracker: str, issues: int, seed: int) -> Iterator[Served]:
    """Builds the crowd if there is none yet. Raises RuntimeError when the sandbox does not start."""
    path = crowd(tracker, issues, seed)
    command = [sys.executable, "-m", "sandbox", "--state", str(path)]
    with subprocess.Popen(  # noqa: S603  # our own sandbox
        command, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None  # noqa: S101  # asked for by PIPE
            line = process.stdout.readline()
            if not line:
                raise RuntimeError(f"the sandbox did not start on {path}; what it said stands above")
            terms = msgspec.json.decode(path.with_suffix(".terms.json").read_bytes(), type=Terms)
            site = Served(tracker=tracker, url=json.loads(line)[tracker], terms=terms)
            site.call("PUT", "clock", {"now": MORNING.isoformat()})
            if tracker == "github":
                site.call("PUT", "options", {"github": {"primary_limit": PLENTY}})
            yield site
        finally:
            process.terminate()


def crowd(tracker: str, issues: int, seed: int) -> Path:
    """The state file, built in a process of its own: what it takes must not count as anyone's memory."""
    path = CACHE / f"{tracker}-{issues}-{seed}-{_version()}.json"
    if not path.exists():
        command = [sys.executable, "-m", "bench.crowd", tracker, str(issues), str(seed), str(path)]
        subprocess.run(command, env=ENVIRONMENT, check=True)  # noqa: S603  # a module of ours
    return path


def _version() -> str:
    """Of everything that has a say in what a crowd looks like."""
    names = ("figures", "prose", "matching", "days", "terms", "crowd", "crowd_jira", "crowd_github")
    files = [HERE / f"{name}.py" for name in names] + sorted((HERE.parent / "sandbox").rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:8]
