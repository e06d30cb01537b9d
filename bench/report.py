"""What a bench found: rows, a table of them, and whether what is promised of crosstie holds."""

import math
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import msgspec

from bench.clients import FULL, MODES, STRUCTURE, UNCHANGED

FULL_ROOM, CHANGED_ROOM, WALL_ROOM, FLAT = 1.05, 1.2, 1.3, 1.1
UNCHANGED_MOST = 5
"""Requests of an unchanged run, and one more for each ten idle repositories."""
HEAD = "client     at once mode        requests fewest  ratio      MB  wall s ideal s   cpu s peak MB  kept"


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One client in one mode on one crowd. Without requests it did not run at all, and ``note`` says why."""

    tracker: str
    issues: int
    """Pull requests too."""
    idle: int
    client: str
    about: str
    mode: str
    concurrency: int
    latency_ms: float
    fewest: int
    """Requests, by the formula."""
    requests: int
    bytes: int
    kept: int
    """Answers that the sandbox had kept: it worked on none of them."""
    late: int
    """Answers that took the sandbox longer than the latency."""
    wall: float
    cpu: float
    """Seconds."""
    peak: float
    """Megabytes."""
    reckoned: bool = False
    """``wall`` is what a run without latency took and the latency of its requests: nobody waited for it."""
    note: str = ""

    @property
    def ideal(self) -> float:
        """Seconds: the latency of all requests, as many at once as may be."""
        return self.requests * self.latency_ms / 1000 / self.concurrency


def in_order(rows: Iterable[Row]) -> list[Row]:
    """Crowd by crowd, client by client, mode by mode; each in the order of its first appearance."""
    found = list(rows)
    seen = {key: n for n, key in enumerate(dict.fromkeys((r.tracker, r.issues) for r in found))}
    clients = {key: n for n, key in enumerate(dict.fromkeys((r.client, r.concurrency) for r in found))}
    modes = {mode: n for n, mode in enumerate((*MODES, STRUCTURE))}
    return sorted(found, key=lambda r: (seen[r.tracker, r.issues], clients[r.client, r.concurrency], modes[r.mode]))


def table(rows: Sequence[Row]) -> str:
    """For people, within 100 columns; what could not be measured is told under it."""
    lines: list[str] = []
    for (tracker, issues, latency), some in groupby(rows, lambda r: (r.tracker, r.issues, r.latency_ms)):
        group = list(some)
        lines += ["", f"{tracker}, {issues:,} issues, {latency:g} ms a request", HEAD]
        lines += [_line(row) for row in group if not row.note]
        for row in group:
            lines += _wrapped(f"{row.client}, {row.mode}: {row.note}") if row.note else ()
        for name, about in {row.client: row.about for row in group}.items():
            lines += _wrapped(f"{name}: {about}")
        if any(row.reckoned for row in group):
            lines.append("  ~ reckoned: a run without latency, and the latency of its requests")
    return "\n".join(lines).lstrip()


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, 98, initial_indent="  ", subsequent_indent="    ")


def _line(row: Row) -> str:
    wall = f"{'~' if row.reckoned else ''}{row.wall:.{0 if row.wall >= 1000 else 1}f}"
    kept = f"{row.kept / row.requests:.0%}" if row.requests else "-"
    counts = f"{row.requests:>8} {row.fewest:>6} {row.requests / row.fewest:>6.2f} {row.bytes / 1e6:>7.2f}"
    times = f"{wall:>7} {row.ideal:>7.1f} {row.cpu:>7.1f} {row.peak:>7.0f} {kept:>5}"
    return f"{row.client:<10} {row.concurrency:>7} {row.mode:<11} {counts} {times}"


def criteria(rows: Sequence[Row]) -> Iterator[str]:
    """A line for each promise, on each crowd: the figure, what it may be, and whether it holds."""
    ours = [row for row in rows if row.client == "crosstie"]
    for row in ours:
        where = f"{row.tracker} {row.issues:,} at {row.concurrency}"
        if row.note:
            yield f"NO   {where}, {row.mode}: {row.note}"
        elif row.mode == STRUCTURE:
            yield f"--   {where}, structural refresh: {row.requests} requests (counted apart)"
        else:
            yield from _judged(row, where)
    yield from _memory(ours)


def _judged(row: Row, where: str) -> Iterator[str]:
    if row.mode == UNCHANGED:
        most = UNCHANGED_MOST + math.ceil(row.idle / 10)
        yield _verdict(row.requests <= most, f"{where}, unchanged: {row.requests} requests, at most {most}")
        return
    room = FULL_ROOM if row.mode == FULL else CHANGED_ROOM
    ratio = f"{row.requests} requests, {row.requests / row.fewest:.2f} x {row.fewest}, at most {room}"
    yield _verdict(row.requests <= room * row.fewest, f"{where}, {row.mode}: {ratio}")
    if row.mode == FULL and row.ideal:
        wall = f"{row.wall:.1f} s, {row.wall / row.ideal:.2f} x {row.ideal:.1f} s, at most {WALL_ROOM}"
        yield _verdict(row.wall <= WALL_ROOM * row.ideal, f"{where}, {row.mode}: {wall} (cpu {row.cpu:.1f} s)")
    if row.late:
        yield f"--   {where}, {row.mode}: {row.late} answers took the sandbox longer than the latency"


def _memory(rows: Sequence[Row]) -> Iterator[str]:
    """Flat in the number of issues: peak of the largest crowd beside that of the smallest."""
    full = [row for row in rows if row.mode == FULL and not row.note]
    for tracker, concurrency in dict.fromkeys((row.tracker, row.concurrency) for row in full):
        some = sorted((r for r in full if (r.tracker, r.concurrency) == (tracker, concurrency)), key=lambda r: r.issues)
        least, most = some[0], some[-1]
        if least.issues == most.issues:
            continue
        figures = f"{least.peak:.0f} MB for {least.issues:,}, {most.peak:.0f} MB for {most.issues:,} issues"
        more = f"{most.peak - least.peak:+.0f} MB, {most.peak / least.peak:.2f} x, at most {FLAT}"
        yield _verdict(most.peak <= FLAT * least.peak, f"{tracker} at {concurrency}, memory: {figures}: {more}")


def _verdict(holds: bool, what: str) -> str:
    return f"{'yes ' if holds else 'NO  '} {what}"
