"""Whose issue it is: the most specific pattern wins, and a tie between two owners is nobody's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase
from functools import cached_property

from model.calendar import Calendar
from model.facts import Component, IssueFact, Ref
from model.policy import Owns, Policy

Components = Mapping[tuple[str, str], Component]
"""By (tracker, ``PROJECT/name``); whoever leads one answers for its issues that are assigned to nobody."""
_NONE: Components = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """``tied`` names the owners between which the patterns do not decide; then nobody owns it."""

    team: str = ""
    party: str = ""
    tied: tuple[str, ...] = ()


def in_force(policy: Policy, now: datetime) -> Policy:
    """The policy with those patterns only that hold on the day of ``now`` (aware): a team's own, else in UTC."""

    def holding(patterns: Iterable[Owns], calendar: str = "") -> tuple[Owns, ...]:
        today = policy.calendars.get(calendar, Calendar()).today(now)
        return tuple(owns for owns in patterns if owns.holds(today))

    teams = {n: replace(team, owns=holding(team.owns, team.calendar)) for n, team in policy.teams.items()}
    parties = {n: replace(party, owns=holding(party.owns)) for n, party in policy.parties.items()}
    forums = {n: replace(forum, owns=holding(forum.owns)) for n, forum in policy.forums.items()}
    return replace(policy, teams=teams, parties=parties, forums=forums)


class Ownership:
    """The patterns of a policy, sorted so that an issue meets only those that could match."""

    def __init__(self, policy: Policy, components: Components = _NONE) -> None:
        self._policy = policy
        self._components = components

    @cached_property
    def _owners(self) -> "_Patterns":
        teams = [(o, team.name) for team in self._policy.teams.values() for o in team.owns]
        parties = [(o, party.name) for party in self._policy.parties.values() for o in party.owns]
        return _Patterns(teams + parties)

    @cached_property
    def _forums(self) -> "_Patterns":
        return _Patterns((o, forum.name) for forum in self._policy.forums.values() for o in forum.owns)

    def owner(self, ref: Ref, fact: IssueFact | None) -> Owner:
        """Of an issue; of a stub (``fact`` None) only as far as its key tells."""
        names = _best(self._owners.near(ref), ref, fact, self._components)
        if len(names) != 1:
            return Owner(tied=names)
        if names[0] in self._policy.teams:
            return Owner(team=names[0])
        return Owner(party=names[0])

    def forums(self, ref: Ref, fact: IssueFact | None) -> tuple[str, ...]:
        """Every forum that owns the issue: one roadmap item may be looked after by two."""
        candidates = self._forums.near(ref)
        return tuple(sorted({name for owns, name in candidates if specificity(owns, ref, fact, self._components)}))


class _Patterns:
    """Patterns with whose they are, by the scopes that they match and by the one issue that they name.

    Hundreds of teams have thousands of patterns, and millions of issues live in few scopes.
    """

    def __init__(self, pairs: Iterable[tuple[Owns, str]]) -> None:
        self._all: dict[str, list[tuple[Owns, str]]] = {}
        self._named: dict[tuple[str, str], list[tuple[Owns, str]]] = {}
        self._in_scope: dict[tuple[str, str], list[tuple[Owns, str]]] = {}
        for owns, name in pairs:
            self._all.setdefault(owns.tracker, []).append((owns, name))
            self._named.setdefault((owns.tracker, owns.scope.casefold()), []).append((owns, name))

    def near(self, ref: Ref) -> list[tuple[Owns, str]]:
        """Those that match the issue as far as its key tells, and maybe some twice."""
        if ref.tracker not in self._all:
            return []
        at = (ref.tracker, ref.scope)
        if at not in self._in_scope:
            scope = ref.scope.casefold()
            patterns = self._all[ref.tracker]
            self._in_scope[at] = [(o, n) for o, n in patterns if fnmatchcase(scope, o.scope.casefold())]
        named = self._named.get((ref.tracker, ref.key.casefold()))
        return self._in_scope[at] + named if named else self._in_scope[at]


def _best(
    candidates: Iterable[tuple[Owns, str]], ref: Ref, fact: IssueFact | None, components: Components
) -> tuple[str, ...]:
    ranked = [(specificity(owns, ref, fact, components), name) for owns, name in candidates]
    top = max((rank for rank, _ in ranked), default=0)
    return tuple(sorted({name for rank, name in ranked if rank == top})) if top else ()


def specificity(owns: Owns, ref: Ref, fact: IssueFact | None, components: Components = _NONE) -> int:
    """0: does not match. Then glob < scope < glob with facet < scope with facet < person < the very issue."""
    key, pattern = ref.key.casefold(), owns.scope.casefold()
    if key == pattern:
        return 7
    if not fnmatchcase(ref.scope.casefold(), pattern):
        return 0
    exact = "*" not in pattern
    if not owns.facet:
        return 2 if exact else 1
    if fact is None or not any(
        fnmatchcase(v.casefold(), owns.value.casefold()) for v in _facet(owns, fact, components)
    ):
        return 0
    if owns.facet == "person":
        return 6
    return 4 if exact else 3


def _facet(owns: Owns, fact: IssueFact, components: Components) -> tuple[str, ...]:
    match owns.facet:
        case "component":
            return fact.components
        case "label":
            return fact.labels
        case "team":
            return (fact.team,) if fact.team else ()
        case "person":
            return tuple(person.id for person in fact.assignees) or _leads(fact, components)
    return ()


def _leads(fact: IssueFact, components: Components) -> tuple[str, ...]:
    known = (components.get((fact.tracker, f"{fact.ref.scope}/{name}")) for name in fact.components)
    return tuple(component.lead.id for component in known if component and component.lead)
