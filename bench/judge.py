"""``python -m bench judge``: how long judging takes and what it holds, by number of dependencies.

Imports nothing that is measured: what this process holds would count as its children's memory.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bench.child import last_line, measure

ROOT = Path(__file__).parent.parent
PATIENCE = 3600
"""Seconds that one measurement may take."""
MILLION = 1_000_000
SECONDS_MOST, MEGABYTES_MOST = 60, 6000
"""For a million dependencies, judged by all rules on one core."""
BENT = 1.5
"""How much more a dependency may take in the largest snapshot than in the smallest."""

Row = Mapping[str, Any]
"""What ``bench.judged`` prints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    judged: Sequence[Row]
    interpreted: Sequence[Row]


def rows(judge: Sequence[int], interpret: Sequence[int], seed: int) -> Measured:
    """Smallest first. Raises RuntimeError for a measurement that fails."""
    return Measured(
        judged=[_measured("judge", size, seed) for size in sorted(judge)],
        interpreted=[_measured("interpret", size, seed) for size in sorted(interpret)],
    )


def _measured(what: str, size: int, seed: int) -> Row:
    print(f"{time.strftime('%H:%M:%S')} {what} {size:,} dependencies", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.judged", what, str(size), str(seed)]
        used = measure(command, {"PYTHONPATH": str(ROOT)}, Path(folder), PATIENCE)
    if used.code:
        raise RuntimeError(f"{what} {size:,}: {last_line(used.errors) or f'exit code {used.code}'}")
    row: Row = msgspec.json.decode(used.output)
    return row


def table(measured: Measured) -> str:
    """For people; times are seconds of CPU, memory in megabytes."""
    return "\n".join([*_judged(measured.judged), "", *_interpreted(measured.interpreted)]).strip()


def _judged(rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    yield passes(rows)
    yield "dependencies     issues   open found on   findings   judge s  s/million  snapshot MB  peak MB  bytes each"
    for r in rows:
        shares = f"{r['open'] / r['dependencies']:>6.0%} {r['found_on'] / r['dependencies']:>8.0%}"
        times = f"{r['seconds']:>9.2f} {per_million(r):>10.1f}"
        memory = f"{r['held'] - r['idle']:>12.0f} {r['peak']:>8.0f} {bytes_each(r):>11,.0f}"
        yield f"{r['dependencies']:>12,} {r['issues']:>10,} {shares} {r['findings']:>10,} {times} {memory}"
    yield ""
    most = rows[-1]
    sizes = " ".join(f"{r['dependencies']:>11,}" for r in rows)
    yield f"{'seconds a rule':<18} {sizes}   findings"
    for rule in sorted(most["rules"], key=lambda name: -most["rules"][name]):
        times = " ".join(f"{r['rules'][rule]:>11.3f}" for r in rows)
        yield f"{rule:<18} {times} {most['counts'][rule]:>10,}"
    # Rules are timed after the whole: on a machine that got busier in between, nothing is left for what they share.
    left = (r["seconds"] - sum(r["rules"].values()) for r in rows)
    shared = " ".join(f"{rest:>11.3f}" if rest > 0 else f"{'?':>11}" for rest in left)
    yield f"{'shared, sorting':<18} {shared}"


def _interpreted(rows: Sequence[Row]) -> Iterator[str]:
    if rows:
        yield passes(rows)
        yield "dependencies     issues  interpret s  s/million  facts MB  peak MB"
    for r in rows:
        times = f"{r['seconds']:>12.2f} {per_million(r):>10.1f}"
        yield f"{r['dependencies']:>12,} {r['issues']:>10,} {times} {r['held'] - r['idle']:>9.0f} {r['peak']:>8.0f}"


def passes(rows: Sequence[Row]) -> str:
    """How often each size was measured, for a figure from one pass is not one from three."""
    sizes = ", ".join(f"{r['passes']} of {r['dependencies']:,}" for r in rows)
    return f"quickest of as many passes: {sizes}"


def per_million(row: Row) -> float:
    return float(row["seconds"]) / int(row["dependencies"]) * MILLION


def bytes_each(row: Row) -> float:
    """Of a dependency: its snapshot, and its findings while all are there."""
    return float(row["peak"] - row["idle"]) * 1e6 / int(row["dependencies"])


def criteria(measured: Measured) -> Iterator[str]:
    """What is promised of judging, each beginning with "yes" or "NO"."""
    for row in measured.judged:
        if row["dependencies"] >= MILLION * 0.98:
            held = f"{row['peak']:,.0f} MB, at most {MEGABYTES_MOST:,}"
            fits = row["seconds"] < SECONDS_MOST and row["peak"] < MEGABYTES_MOST
            yield _verdict(fits, f"a million: {row['seconds']:.1f} s, at most {SECONDS_MOST}; {held}")
    for what, rows in (("judging", measured.judged), ("interpreting", measured.interpreted)):
        if len(rows) > 1:
            times = per_million(rows[-1]) / per_million(rows[0])
            yield _verdict(times <= BENT, f"{what}, seconds a dependency: {times:.2f} x, at most {BENT}")
    if len(measured.judged) > 1:
        memory = bytes_each(measured.judged[-1]) / bytes_each(measured.judged[0])
        yield _verdict(memory <= BENT, f"judging, memory a dependency: {memory:.2f} x, at most {BENT}")


def _verdict(holds: bool, what: str) -> str:
    return f"{'yes ' if holds else 'NO  '} {what}"
