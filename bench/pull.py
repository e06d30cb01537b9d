"""``python -m bench pull``: crosstie and its peers pull the same crowds from the same sandbox, side by side.

Each run is a process of its own, measured from outside. It is made twice from the same beginning: once without
latency, so that the sandbox has every answer ready, and once for the figures, with the latency and nothing else to
wait for. Requests and bytes are counted by the sandbox.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from bench.changes import change
from bench.child import Usage, last_line, measure
from bench.clients import CHANGED, CLIENTS, FULL, STRUCTURE, UNCHANGED, Client
from bench.report import Row
from bench.served import Served, Tally, served

SHORTEST_REFRESH = 61
"""Seconds until crosstie's structure counts as old, by the shortest setting there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What argv asks for."""

    trackers: Sequence[str]
    sizes: Sequence[int]
    latency_ms: float
    concurrency: Sequence[int]
    only: Sequence[str]
    """Names of clients; empty: all."""
    peers_up_to: int
    """Issues above which only crosstie is measured: most others take a request for each issue."""
    patience: float
    """Seconds that a run may take; one that would take longer is reckoned instead of waited for."""
    seed: int = 1
    structure: bool = True
    """Whether crosstie's structural refresh is measured: that waits until a minute after its full pull."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """A client, with a folder that keeps what it knows from run to run."""

    client: Client
    concurrency: int
    folder: Path


def rows(asked: Asked) -> Iterator[Row]:
    """As they come; a crowd's are together. Raises RuntimeError for a sandbox that fails."""
    for tracker in asked.trackers:
        for size in asked.sizes:
            _say(f"{tracker}, {size:,} issues: getting the crowd ready")
            with served(tracker, size, asked.seed) as site, tempfile.TemporaryDirectory() as folder:
                yield from Match(asked, site, Path(folder)).rows()


class Match:
    """All contenders on one crowd."""

    def __init__(self, asked: Asked, site: Served, folder: Path) -> None:
        self._asked, self._site, self._folder = asked, site, folder
        self._changed: set[str] = set()
        self._due = time.monotonic()
        """When the last full pull was over."""

    def rows(self) -> Iterator[Row]:
        standing: list[Contender] = []
        for contender in self._contenders():
            if not contender.client.installed:
                yield self._row(contender, FULL, note=f"{contender.client.needs} is not installed; see `make bench`")
                continue
            for mode in (FULL, UNCHANGED):
                if mode in contender.client.modes:
                    yield (row := self._run(contender, mode))
                    if row.note:
                        break
            else:
                standing.append(contender)
        self._changed = change(self._site, self._asked.seed)
        for mode in (CHANGED, STRUCTURE) if self._asked.structure else (CHANGED,):
            yield from (self._run(c, mode) for c in standing if mode in c.client.modes)

    def _contenders(self) -> Iterator[Contender]:
        asked, site = self._asked, self._site
        for client in CLIENTS:
            peer = bool(client.script)
            unwanted = client.tracker != site.tracker or (asked.only and client.name not in asked.only)
            if unwanted or (peer and site.terms.total > asked.peers_up_to):
                continue
            for concurrency in asked.concurrency if client.concurrent else (1,):
                folder = self._folder / f"{client.name}-{concurrency}"
                yield Contender(client=client, concurrency=concurrency, folder=folder)

    def _run(self, contender: Contender, mode: str) -> Row:
        terms, folder = self._site.terms, contender.folder
        if mode == STRUCTURE:
            time.sleep(max(0.0, self._due + SHORTEST_REFRESH - time.monotonic()))
        contender.client.prepare(
            folder, self._site.url, terms, concurrency=contender.concurrency, structure=mode == STRUCTURE
        )
        before = self._folder / "before"
        shutil.copytree(folder, before)
        self._site.forget()
        warm, counted = self._once(contender, mode, latency_ms=0)
        if warm.code:
            shutil.rmtree(before)
            return self._row(contender, mode, counted, warm, note=_why(warm, counted))
        reckoned = warm.wall + counted.requests * self._asked.latency_ms / 1000 / contender.concurrency
        if reckoned > self._asked.patience:
            shutil.rmtree(before)
            return structs.replace(self._row(contender, mode, counted, warm), wall=reckoned, reckoned=True)
        shutil.rmtree(folder)
        before.rename(folder)
        used, counted = self._once(contender, mode, latency_ms=self._asked.latency_ms)
        self._due = time.monotonic() if mode == FULL else self._due
        return self._row(contender, mode, counted, used, note=_why(used, counted) if used.code else "")

    def _once(self, contender: Contender, mode: str, *, latency_ms: float) -> tuple[Usage, Tally]:
        site, client = self._site, contender.client
        what = f"{client.name} at {contender.concurrency}" if client.concurrent else client.name
        _say(f"{site.tracker}, {site.terms.total:,} issues: {what}, {mode}{'' if latency_ms else ' (warming up)'}")
        site.serving(latency_ms=latency_ms)
        site.call("DELETE", "log")
        used = measure(client.command(site.url), client.variables(), contender.folder, self._asked.patience * 2)
        counted = site.tally(latency_ms)
        _say(f"    {counted.requests:,} requests, {used.wall:.1f} s, {used.cpu:.1f} s of CPU, {used.peak:.0f} MB")
        return used, counted

    def _row(
        self, contender: Contender, mode: str, counted: Tally | None = None, used: Usage | None = None, note: str = ""
    ) -> Row:
        terms = self._site.terms
        return Row(
            tracker=terms.tracker,
            issues=terms.total,
            idle=terms.idle,
            client=contender.client.name,
            about=contender.client.about,
            mode=mode,
            concurrency=contender.concurrency,
            latency_ms=self._asked.latency_ms,
            fewest=terms.full() if mode == FULL else terms.changed(self._changed if mode == CHANGED else ()),
            requests=counted.requests if counted else 0,
            bytes=counted.bytes if counted else 0,
            kept=counted.kept if counted else 0,
            late=counted.late if counted else 0,
            wall=used.wall if used else 0.0,
            cpu=used.cpu if used else 0.0,
            peak=used.peak if used else 0.0,
            note=note,
        )


def _why(used: Usage, counted: Tally) -> str:
    """A process that failed, in a line: its own last words, and what the tracker had refused."""
    said = last_line(used.errors) or last_line(used.output) or f"exit code {used.code}"
    refused = "; ".join(f"{what} ({times}x)" for what, times in list(counted.refusals.items())[:2])
    return f"failed: {said[:120]}" + (f" [{refused}]" if refused else "")


def _say(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)
