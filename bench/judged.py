"""``python -m bench.judged judge|interpret DEPENDENCIES SEED``: one measurement, in a process of its own, as JSON.

Seconds are of CPU, and of the quickest of three passes: whatever else a machine does makes a pass slower, never
quicker. From a million dependencies on there is one pass, which lasts long enough. Memory is that of the first.
"""

import gc
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from resource import RUSAGE_SELF, getrusage
from typing import TypeVar

import msgspec

from bench.edges import NOW, snapshot
from bench.edges_facts import facts, policy
from model.facts import Facts
from model.interpret import interpret
from model.policy import Policy
from model.snapshot import Snapshot
from rules.base import AnyRule
from rules.engine import judge, load, run

T = TypeVar("T")
PASSES = 3
LARGE = 980_000
"""Dependencies from which on one pass is enough: a million, less what falls together."""


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    dependencies: int
    issues: int
    passes: int
    open: int
    """Dependencies that somebody certainly waits on."""
    findings: int
    found_on: int
    """Dependencies with a finding of their own."""
    seconds: float
    """Of ``rules.engine.judge``."""
    wall: float
    rules: dict[str, float]
    """Seconds of each rule alone, when what rules share (who waits for whom) is already there."""
    counts: dict[str, int]
    """Findings of each."""
    idle: float
    """Megabytes (10^6 bytes) of resident memory before there was a snapshot."""
    held: float
    """With the snapshot."""
    peak: float
    """While all findings were there as well."""


class Interpreted(msgspec.Struct, frozen=True, kw_only=True):
    dependencies: int
    issues: int
    passes: int
    seconds: float
    idle: float
    held: float
    """Megabytes with the facts, and with what they were made from."""
    peak: float


def measure_judge(dependencies: int, seed: int) -> Judged:
    rules, idle = load(), peak()
    made = snapshot(dependencies, seed)
    gc.collect()
    held, began = resident(), time.monotonic()
    found, seconds = timed(lambda: judge(made, {}))
    wall, high = time.monotonic() - began, peak()
    ends = {f.subject.members for f in found if f.subject.kind == "edge"}
    counts = Counter(f.rule for f in found)
    del found
    # Rules share what is kept on a snapshot, so each pass has a copy of its own.
    again = [timed(partial(judge, replace(made), {}))[1] for _ in range(1, passes(dependencies))]
    return Judged(
        dependencies=len(made.dependencies),
        issues=len(made.issues),
        passes=1 + len(again),
        open=len(made.open),
        findings=counts.total(),
        found_on=len(ends),
        seconds=min([seconds, *again]),
        wall=wall,
        rules={name: least(partial(count, rule, made), 1 + len(again)) for name, rule in rules.items()},
        counts={name: counts[name] for name in rules},
        idle=idle,
        held=held,
        peak=high,
    )


def measure_interpret(dependencies: int, seed: int) -> Interpreted:
    idle = peak()
    known, terms = facts_and_policy(dependencies, seed)
    gc.collect()
    held = resident()
    made, seconds = timed(lambda: interpret(known, terms, NOW))
    high = peak()
    again = [timed(lambda: interpret(known, terms, NOW))[1] for _ in range(1, passes(dependencies))]
    return Interpreted(
        dependencies=len(made.dependencies),
        issues=len(made.issues),
        passes=1 + len(again),
        seconds=min([seconds, *again]),
        idle=idle,
        held=held,
        peak=high,
    )


def facts_and_policy(dependencies: int, seed: int) -> tuple[Facts, Policy]:
    made = snapshot(dependencies, seed)
    return facts(made), policy(len(made.issues))


def count(rule: AnyRule, made: Snapshot) -> int:
    return sum(1 for _ in run(rule, made, rule.settings()))


def passes(dependencies: int) -> int:
    return 1 if dependencies >= LARGE else PASSES


def least(work: Callable[[], object], passes: int) -> float:
    """Seconds of the quickest of several passes."""
    return min(timed(work)[1] for _ in range(passes))


def timed(work: Callable[[], T]) -> tuple[T, float]:
    began = time.process_time()
    return work(), time.process_time() - began


def peak() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss * 1024 / 1e6


def resident() -> float:
    """Now. Linux only, as the rest of the bench."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096 / 1e6


if __name__ == "__main__":
    what = measure_judge if sys.argv[1] == "judge" else measure_interpret
    print(msgspec.json.encode(what(int(sys.argv[2]), int(sys.argv[3]))).decode())
