"""Which issues a query can find at all, told from the keys and projects it names: the others are not looked at.

Without this every one of a hundred ranges of keys would cost a look at the whole site.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sandbox.jira.records import Issue, Project
from sandbox.jira.state import State

KEY = re.compile(r"([A-Za-z][A-Za-z0-9_]*)-([1-9]\d{0,17})")


@dataclass(frozen=True, slots=True)
class Span:
    """The keys of one project from ``low`` to ``high``, both of them inside."""

    project: str
    low: int
    high: int


Reach = tuple[Span, ...] | None
"""Keys outside of which nothing can be found; None: anywhere. It may hold keys that no issue has."""


def reach_of(state: State, field: str, op: str, values: Sequence[str]) -> Reach:
    """Of ``field op value``, with ``=`` for any of several values."""
    if field == "project" and op == "=":
        wanted = {value.lower() for value in values}
        return tuple(Span(p.key, 0, p.next_number) for p in state.projects.values() if wanted & {*names(p)})
    if field == "key" and op in ("=", ">", ">=", "<", "<="):
        return tuple(span for value in values for span in _from_key(state, op, value))
    return None


def _from_key(state: State, op: str, text: str) -> Iterable[Span]:
    """By where the issue is now: an old key names it as well."""
    found, key = state.issue(text), KEY.fullmatch(text)
    if found is None and key is None:
        return
    project, number = (found.project, found.number) if found else (key[1].upper(), int(key[2])) if key else ("", 0)
    known = state.projects.get(project)
    top = known.next_number if known else 0
    low = {"<": 0, "<=": 0, ">": number + 1}.get(op, number)
    high = {">": top, ">=": top, "<": number - 1}.get(op, number)
    yield Span(project, low, min(high, top))


def meet(reaches: Iterable[Reach]) -> Reach:
    """Where all of them reach."""
    both: Reach = None
    for reach in reaches:
        if reach is None or both is None:
            both = reach if both is None else both
        else:
            both = tuple(
                Span(a.project, max(a.low, b.low), min(a.high, b.high))
                for a in both
                for b in reach
                if a.project == b.project and max(a.low, b.low) <= min(a.high, b.high)
            )
    return both


def within(state: State, reach: Reach) -> Iterable[Issue]:
    """Every issue that a query of this reach may find, once; others may be among them."""
    if reach is None or sum(max(0, span.high - span.low + 1) for span in reach) > len(state.issues) + 100:
        return state.issues.values()
    keys = (f"{span.project}-{number}" for span in reach for number in range(span.low, span.high + 1))
    found = {number: state.issues[number] for key in keys if (number := state.keys.get(key)) is not None}
    return found.values()


def names(project: Project) -> tuple[str, ...]:
    """By what JQL knows a project, in lower case."""
    return (project.key.lower(), project.name.lower(), str(project.id), *map(str.lower, project.old_keys))
