"""Chains of waiting at whose far end a promise lies after a day that must be kept at the near end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Generic, NamedTuple, TypeVar

from model.snapshot import DateClaim, Dependency, Issue, Snapshot, Strength
from rules.edges import earliest, latest
from rules.graph import Waits, tangled, waits

N = TypeVar("N")
"""What names an issue: its uid, or its number."""
LONGEST = 100
"""Waits through which a day is followed: what it costs to tell a chain is bounded by it."""


class Arrival(NamedTuple, Generic[N]):
    """The latest day that anything an issue waits for, directly or through others, is promised for."""

    day: date
    root: N
    """Whose promise it is."""
    through: N
    """The provider it arrives through: the root itself, or one that waits for it."""
    steps: int = 1
    """Waits between the issue and the root."""


def arrivals(
    order: Iterable[N], providers: Mapping[N, Sequence[tuple[N, date | None]]], longest: int
) -> dict[N, Arrival[N]]:
    """By issue, where any such day is known. One step per wait; there must be no circle.

    ``order``: the issues, those that are waited for first. ``providers``: of each issue, whom it waits for and the
    day promised to it; None pushes nothing, but what lies behind still arrives. Of equal days the first counts.
    A day is passed on through at most ``longest`` waits.
    """
    found: dict[N, Arrival[N]] = {}
    for consumer in order:
        best: Arrival[N] | None = None
        for provider, promised in providers.get(consumer, ()):
            if promised is not None and (best is None or promised > best.day):
                best = Arrival(promised, provider, provider)
            behind = found.get(provider)
            if behind is not None and behind.steps < longest and (best is None or behind.day > best.day):
                best = Arrival(behind.day, behind.root, provider, behind.steps + 1)
        if best is not None:
            found[consumer] = best
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """From an issue with a day to keep up to the promise that lies after it: two waits or more."""

    path: tuple[Dependency, ...]
    due: DateClaim
    """The day that is at risk: when the first in the path is needed, or what its consumer promised others itself."""
    promised_to: Dependency | None = None
    """Where ``due`` is the consumer's own promise: the dependency it was given on."""
    gap: int = 0
    """Working days by which the promise lies after the day; 0: only because the promise has passed unkept."""
    now: int = 0
    """The same, a promise that has passed counting as today."""

    @property
    def issue(self) -> Issue:
        return self.path[0].consumer

    @property
    def root(self) -> Issue:
        return self.path[-1].provider


def at_risk(snapshot: Snapshot, strength: Strength) -> Iterator[list[Chain]]:
    """Of each issue at risk all that puts it there: at most two chains for each of its own waits."""
    knots, graph = tangled(snapshot), waits(snapshot, strength)
    tied = {graph.node[uid] for uid in knots if uid in graph.node}
    edges = [edge for edge in graph.edges if edge[0] not in tied and edge[1] not in tied] if tied else graph.edges
    far = _far(graph, edges)
    ahead = (edge for edge in edges if edge[1] in far)
    for consumer, found in groupby(ahead, key=itemgetter(0)):
        own = _own(graph, consumer)
        chains = [chain for _, _, d in found for chain in _chains(snapshot, graph, d, own, far)]
        if chains:
            yield chains


def _far(graph: Waits, edges: Sequence[tuple[int, int, Dependency]]) -> dict[int, Arrival[int]]:
    """What arrives at each issue that is waited for itself: only from there can it arrive further down."""
    between = {consumer for consumer, _, _ in edges}.intersection([provider for _, provider, _ in edges])
    pushed: dict[int, list[tuple[int, date | None]]] = {}
    for consumer, provider, d in edges:
        if consumer in between:
            day = earliest(d.promised) if d.promised else None
            pushed.setdefault(consumer, []).append((provider, day))
    order = (node for component in graph.components for node in component if node in between)
    return arrivals(order, pushed, LONGEST)


def _own(graph: Waits, node: int) -> Dependency | None:
    """Where the issue itself is promised to others: the first of these days to keep."""
    given = (d for d in graph.from_consumers(node) if d.promised)
    return min(given, key=lambda d: latest(d.promised) if d.promised else date.max, default=None)


def _chains(
    snapshot: Snapshot, graph: Waits, first: Dependency, own: Dependency | None, far: Mapping[int, Arrival[int]]
) -> Iterator[Chain]:
    """What lies behind ``first`` against the day it is needed and against the consumer's own promise."""
    day, tomorrow = far[graph.node[first.provider.uid]].day, snapshot.now.date() + timedelta(days=1)
    for due, to in ((first.needed, None), (own.promised if own else None, own)):
        # A day that is not over anywhere is endangered by a later one only.
        if due is None or not (due.day < day or due.day < tomorrow):
            continue
        path = _path(graph, first, far)
        root, today = path[-1].promised, snapshot.today(first)
        gap = _gap(snapshot, first, due, day)
        passed = root is not None and today > latest(root)
        now = max(gap, _gap(snapshot, first, due, today)) if passed else gap
        if now:
            yield Chain(path=path, due=due, promised_to=to, gap=gap, now=now)


def _gap(snapshot: Snapshot, first: Dependency, due: DateClaim, day: date) -> int:
    """Days from ``due`` to ``day`` on which both teams work; 0 when it comes no later."""
    return max(snapshot.working_days(first, latest(due), day), 0)


def _path(graph: Waits, first: Dependency, far: Mapping[int, Arrival[int]]) -> tuple[Dependency, ...]:
    path, here = [first], graph.node[first.provider.uid]
    while True:
        arrival = far[here]
        path.append(graph.graph.get_edge_data(here, arrival.through))
        if arrival.through == arrival.root:
            return tuple(path)
        here = arrival.through
