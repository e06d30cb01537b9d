"""The graph of who waits for whom, for rules that look further than one dependency.

Built once per snapshot and strength, however many rules ask, and gone with its snapshot.
"""

import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, TypeVar

import rustworkx

from model.snapshot import STRENGTHS, Dependency, Issue, Snapshot, Strength
from rules.known import Wait, settled

T = TypeVar("T")

_KEPT: dict[int, dict[object, Any]] = {}
"""By id of a snapshot that is alive: what was made of it."""


class Waits:
    """Who waits for whom over some dependencies. Nodes are numbered in the order in which these name them."""

    def __init__(self, dependencies: Iterable[Dependency]) -> None:
        self.graph: rustworkx.PyDiGraph[Issue, Dependency] = rustworkx.PyDiGraph()
        self.node: dict[str, int] = {}
        issues: list[Issue] = []
        edges: list[tuple[int, int, Dependency]] = []
        for dependency in dependencies:
            for end in (dependency.consumer, dependency.provider):
                if end.uid not in self.node:
                    self.node[end.uid] = len(issues)
                    issues.append(end)
            edges.append((self.node[dependency.consumer.uid], self.node[dependency.provider.uid], dependency))
        self.graph.add_nodes_from(issues)
        self.graph.add_edges_from(edges)

    @cached_property
    def components(self) -> list[list[int]]:
        """Issues that wait for each other in a circle, or one alone; those that are waited for before those who wait.

        rustworkx finds them by Kosaraju's algorithm, which yields them in this order; a law among the tests holds it.
        """
        return rustworkx.strongly_connected_components(self.graph)

    def from_consumers(self, node: int) -> list[Dependency]:
        """The dependencies of those that wait for this issue, sorted by key."""
        return sorted((found for _, _, found in self.graph.in_edges(node)), key=_key)

    def to_providers(self, node: int) -> list[Dependency]:
        """The dependencies of this issue on those it waits for, sorted by key."""
        return sorted((found for _, _, found in self.graph.out_edges(node)), key=_key)


def waits(snapshot: Snapshot, strength: Strength) -> Waits:
    """Who certainly waits for whom, on evidence of at least ``strength``."""
    enough = STRENGTHS[STRENGTHS.index(strength) :]
    return _kept(snapshot, strength, lambda: Waits(d for d in snapshot.open if d.strength in enough))


def tangled(snapshot: Snapshot) -> Mapping[str, int]:
    """Issues that stand in a circle of waiting, as far as cannot be ruled out: uid -> number of their circle.

    A wait whose state cannot be told counts, whatever its evidence, so that knowing less never breaks a circle.
    """
    return _kept(snapshot, "tangled", lambda: _tangled(Waits(_maybe_open(snapshot))))


def _tangled(graph: Waits) -> dict[str, int]:
    circles = (circle for circle in graph.components if len(circle) > 1)
    return {graph.graph[node].uid: number for number, circle in enumerate(circles) for node in circle}


def _maybe_open(snapshot: Snapshot) -> Iterator[Dependency]:
    for d in snapshot.dependencies:
        over = d.state in ("moot", "delivered", "dropped") or d.consumer.uid == d.provider.uid
        if not over and not settled(d.consumer) and not settled(d.provider):
            yield d


def _kept(snapshot: Snapshot, name: object, make: Callable[[], T]) -> T:
    if id(snapshot) not in _KEPT:
        _KEPT[id(snapshot)] = {}
        weakref.finalize(snapshot, _KEPT.pop, id(snapshot), None).atexit = False
    kept = _KEPT[id(snapshot)]
    if name not in kept:
        kept[name] = make()
    found: T = kept[name]
    return found


def _key(dependency: Dependency) -> Wait:
    return dependency.key


def in_a_circle(edges: Iterable[Wait]) -> bool:
    """Whether anything can be followed back to itself."""
    graph: rustworkx.PyDiGraph[str, None] = rustworkx.PyDiGraph()
    node: dict[str, int] = {}
    for edge in edges:
        for uid in edge:
            if uid not in node:
                node[uid] = graph.add_node(uid)
        graph.add_edge(node[edge[0]], node[edge[1]], None)
    return not rustworkx.is_directed_acyclic_graph(graph)
