"""Requests that nobody has answered for a while, on both sides. Pure.

A request is a dependency without a promised day and without an acknowledgement. Nothing here
counts teams against each other: each part is a list of issues, by the day they are needed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from model.calendar import Calendar
from model.document import Day, Line
from model.snapshot import Dependency, Issue
from rules.wording import key, line, name, titled
from sync.digest.matter import Matter
from sync.gate import Entry, Fragment


@dataclass(frozen=True, slots=True)
class Waiting:
    ours: tuple[Entry, ...] = ()
    """What these teams wait for, by the issue that they wait for."""
    theirs: tuple[Entry, ...] = ()
    """What waits for these teams, by their own issue."""
    between: tuple[Entry, ...] = ()
    """Of a forum: what its teams wait for among themselves."""


def waiting(matter: Matter, teams: frozenset[str], days: int, calendar: Calendar) -> Waiting:
    """``days``: working days, of both teams, from which on a request counts as waiting."""
    open_ = [dep for dep in matter.snapshot.dependencies if _unanswered(dep, matter, days)]
    asks = [dep for dep in open_ if dep.consumer.team in teams and dep.provider.team not in teams]
    asked = [dep for dep in open_ if dep.provider.team in teams and dep.consumer.team not in teams]
    both = [dep for dep in open_ if dep.provider.team in teams and dep.consumer.team in teams]
    return Waiting(
        ours=_entries(asks, lambda dep: _line(dep, calendar, key(dep.consumer), " has waited")),
        theirs=_entries(asked, lambda dep: _line(dep, calendar, *name(dep.consumer), " has waited")),
        between=_entries(both, lambda dep: _line(dep, calendar, *name(dep.consumer), " has waited")),
    )


def _unanswered(dep: Dependency, matter: Matter, days: int) -> bool:
    if dep.state != "requested" or not dep.is_open or dep.since is None or dep.consumer.team == dep.provider.team:
        return False
    today = matter.snapshot.today(dep)
    return matter.snapshot.working_days(dep, dep.since.date(), today) >= days


def _entries(found: Iterable[Dependency], said: Callable[[Dependency], Line]) -> tuple[Entry, ...]:
    """By the issue that is waited for; what is needed first stands first."""
    issues: dict[str, tuple[Issue, list[Dependency]]] = {}
    for dep in sorted(found, key=_by_need):
        issues.setdefault(dep.provider.uid, (dep.provider, []))[1].append(dep)
    return tuple(
        Entry(lead=Fragment(titled(issue), {issue.audience}), verdicts=tuple(_fragment(dep, said(dep)) for dep in deps))
        for issue, deps in issues.values()
    )


def _by_need(dep: Dependency) -> tuple[date, date, tuple[str, str]]:
    return dep.needed.day if dep.needed else date.max, dep.since.date() if dep.since else date.max, dep.key


def _fragment(dep: Dependency, said: Line) -> Fragment:
    needs = dep.inputs | dep.since_inputs | {dep.consumer.audience, dep.provider.audience}
    return Fragment(said, needs, case=" ".join(dep.key))


def _line(dep: Dependency, calendar: Calendar, *consumer: object) -> Line:
    since = line(" since ", Day(calendar.today(dep.since))) if dep.since else ()
    need = line(", needed by ", Day(dep.needed.day)) if dep.needed else ()
    return line(*consumer, since, need)  # type: ignore[arg-type]
