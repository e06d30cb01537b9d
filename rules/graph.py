"""The graph of who waits for whom, for rules that look further than one dependency.

Built once per snapshot and strength, however many rules ask, and gone with its snapshot.
"""

import weakref
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from operator import attrgetter
from typing import Any, TypeVar

import rustworkx

from model.snapshot import STRENGTHS, WAITED, Dependency, Issue, Snapshot, Strength
from rules.known import Wait, settled

T = TypeVar("T")

PEELS = 3
"""Times that loose ends are taken off before circles are looked for; most graphs are gone by then."""
_CONSUMER, _PROVIDER = attrgetter("consumer.uid"), attrgetter("provider.uid")
_KEPT: dict[int, dict[object, Any]] = {}
"""By id of a snapshot that is alive: what was made of it."""


class Waits:
    """Who waits for whom over some dependencies. Nodes are numbered in the order in which these name them."""

    def __init__(self, dependencies: Iterable[Dependency]) -> None:
        self.graph: rustworkx.PyDiGraph[Issue, Dependency] = rustworkx.PyDiGraph()
        self.node: dict[str, int] = {}
        self.edges: list[tuple[int, int, Dependency]] = []
        """(consumer, provider, dependency) in the order in which they came."""
        issues: list[Issue] = []
        for dependency in dependencies:
            consumer, provider = dependency.consumer, dependency.provider
            first = self.node.setdefault(consumer.uid, len(issues))
            if first == len(issues):
                issues.append(consumer)
            second = self.node.setdefault(provider.uid, len(issues))
            if second == len(issues):
                issues.append(provider)
            self.edges.append((first, second, dependency))
        self.graph.add_nodes_from(issues)
        self.graph.add_edges_from(self.edges)
        self.uids = list(self.node)

    @cached_property
    def components(self) -> list[list[int]]:
        """Issues that wait for each other in a circle, or one alone; those that are waited for before those who wait.

        rustworkx finds them by Kosaraju's algorithm, which yields them in this order; a law among the tests holds it.
        """
        return rustworkx.strongly_connected_components(self.graph)

    def from_consumers(self, node: int) -> list[Dependency]:
        """The dependencies of those that wait for this issue, sorted by key."""
        return sorted((found for _, _, found in self.graph.in_edges(node)), key=_CONSUMER)

    def to_providers(self, node: int) -> list[Dependency]:
        """The dependencies of this issue on those it waits for, sorted by key."""
        return sorted((found for _, _, found in self.graph.out_edges(node)), key=_PROVIDER)


def waits(snapshot: Snapshot, strength: Strength) -> Waits:
    """Who certainly waits for whom, on evidence of at least ``strength``."""
    enough = STRENGTHS[STRENGTHS.index(strength) :]
    return _kept(snapshot, strength, lambda: Waits(d for d in snapshot.open if d.strength in enough))


def tangled(snapshot: Snapshot) -> Mapping[str, int]:
    """Issues that stand in a circle of waiting, as far as cannot be ruled out: uid -> number of their circle.

    A wait whose state cannot be told counts, whatever its evidence, so that knowing less never breaks a circle.
    """
    return _kept(snapshot, "tangled", lambda: _tangled(_maybe_open(snapshot)))


def _maybe_open(snapshot: Snapshot) -> list[Wait]:
    """Those between issues that wait and are waited for: the others, which are most, stand in no circle."""
    consumers, providers = [], []
    for d in snapshot.dependencies:
        state = d.state
        # Of all other states both ends are known.
        if state in WAITED or (state == "unknown" and not settled(d.consumer) and not settled(d.provider)):
            consumers.append(d.consumer.uid)
            providers.append(d.provider.uid)
    both = set(consumers).intersection(providers)
    waits = zip(consumers, providers, strict=True)
    return [wait for wait in waits if wait[0] in both and wait[1] in both and wait[0] != wait[1]]


def _tangled(edges: list[Wait]) -> dict[str, int]:
    graph, node = _plain(_peeled(edges))
    circles = (circle for circle in rustworkx.strongly_connected_components(graph) if len(circle) > 1)
    number = {at: n for n, circle in enumerate(circles) for at in circle}
    return {uid: number[at] for uid, at in node.items() if at in number}


def _peeled(edges: list[Wait]) -> list[Wait]:
    """Without most of those that lead into no circle: at one end nobody waits, or that end waits for nobody."""
    for _ in range(PEELS):
        consumers, providers = {edge[0] for edge in edges}, {edge[1] for edge in edges}
        both = consumers & providers
        edges = [edge for edge in edges if edge[0] in both and edge[1] in both]
    return edges


def _plain(edges: Iterable[Wait]) -> tuple[rustworkx.PyDiGraph[None, None], dict[str, int]]:
    """A graph of bare numbers, and the number of each uid."""
    node: dict[str, int] = {}
    pairs = [(node.setdefault(a, len(node)), node.setdefault(b, len(node))) for a, b in edges]
    graph: rustworkx.PyDiGraph[None, None] = rustworkx.PyDiGraph()
    graph.add_nodes_from([None] * len(node))
    graph.add_edges_from_no_data(pairs)
    return graph, node


def _kept(snapshot: Snapshot, name: object, make: Callable[[], T]) -> T:
    if id(snapshot) not in _KEPT:
        _KEPT[id(snapshot)] = {}
        weakref.finalize(snapshot, _KEPT.pop, id(snapshot), None).atexit = False
    kept = _KEPT[id(snapshot)]
    if name not in kept:
        kept[name] = make()
    found: T = kept[name]
    return found


def in_a_circle(edges: Iterable[Wait]) -> bool:
    """Whether anything can be followed back to itself."""
    return not rustworkx.is_directed_acyclic_graph(_plain(edges)[0])
