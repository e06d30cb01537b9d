"""The snapshot: everything known at one moment, frozen, including what could not be read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from model.calendar import Calendar, Shared, shared
from model.facts import Ref
from model.policy import PUBLIC
from model.statements import Statement

End = Literal["read", "stub", "unreadable", "gone"]
"""Read in full; known only by what another issue's link embeds; refused; no longer there."""
Progress = Literal["open", "started", "done", "dropped", "unknown"]
State = Literal["requested", "committed", "delivered", "dropped", "moot", "unknown"]
Strength = Literal["hinted", "stated", "declared"]
Reach = Literal["internal", "cross_team", "external", "unknown"]

WAITED: tuple[State, ...] = ("requested", "committed")
"""States in which the provider is waited for."""
STRENGTHS: tuple[Strength, ...] = ("hinted", "stated", "declared")


@dataclass(frozen=True, slots=True, kw_only=True)
class DateClaim:
    """A day and where it stands."""

    day: date
    source: str
    """``due``, ``target_end``, ``sprint``, ``release``, ``milestone``, ``text``, ``start`` or ``command``."""
    of: str
    """Uid of the issue it was read on."""
    name: str = ""
    """The sprint's, release's or milestone's name."""
    grace_days: int = 0
    """Days by which the tracker's own record of it is uncertain (a milestone not at Pacific midnight)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A promised day that became another one."""

    at: datetime
    before: date
    after: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One end of dependencies, as the policy sees it."""

    uid: str
    ref: Ref
    end: End
    kind: Literal["issue", "pull_request"] = "issue"
    title: str = ""
    url: str = ""
    status: str = ""
    progress: Progress = "unknown"
    team: str = ""
    party: str = ""
    assigned: bool = False
    audience: str = PUBLIC
    """Who may read it: ``public``, a group of ``[audiences]``, or the one scope or issue itself."""
    parent: str = ""
    """Uid of its parent."""
    forum: str = ""
    """The forum that owns it or the nearest ancestor that a forum owns."""
    due: date | None = None
    sprint: str = ""
    """Name of the sprint or iteration it is planned in; empty when it is in none."""
    planned: bool = False
    """Whether it stands in a sprint, iteration, release or milestone that is not over, or has a date of its own."""
    created: datetime | None = None
    resolved: datetime | None = None
    active: datetime | None = None
    """When a person last did something on it, at the latest that it may have been; None: not known."""
    active_in: str = ""
    """Audience of the restricted comment that this was; empty where all who read the issue can see it."""
    reopened: bool = False
    """It was closed once and is open again."""
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    type_name: str = ""
    complete: bool = True
    """False when its scope, or it itself, could not be read in full: then absence proves nothing."""

    @property
    def over(self) -> bool:
        return self.progress in ("done", "dropped")

    @property
    def certainly_open(self) -> bool:
        """Not over, as a link embeds it or as it was read in full."""
        return self.progress in ("open", "started") and (self.end == "stub" or (self.end == "read" and self.complete))


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    strength: Strength
    kind: Literal["link", "text"]
    at: str
    """Uid of the issue on which it was read."""
    phrase: str
    """``is blocked by``, or the sentence that said so."""
    place: str = ""
    """``links``, ``title``, ``body``, ``branch`` or ``comment:ID``."""
    author: str = ""
    written: datetime | None = None
    audience: str = PUBLIC


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Whether the two teams have an agreement on record. ``covered`` is None while nothing is configured to tell."""

    covered: bool | None
    by: str = ""
    """``forum platform-sos``, ``label agreed``, ``link Governed by``, ``reference ADR-12``."""
    inputs: frozenset[str] = frozenset()
    """Audiences of all that the answer was read from, ancestors included, ``public`` left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """The consumer needs the provider; one edge, however often and on whichever end it is recorded."""

    consumer: Issue
    provider: Issue
    evidence: tuple[Evidence, ...]
    """Strongest first; never empty."""
    state: State
    reach: Reach
    needed: DateClaim | None = None
    """Explicit if anyone said a day, else derived from the consumer's start or due date."""
    needed_explicit: bool = False
    promised: DateClaim | None = None
    since: datetime | None = None
    """When it was first known; None: not before now."""
    moves: tuple[Move, ...] = ()
    """How the promised day moved, oldest first."""
    coverage: Coverage = field(default_factory=lambda: Coverage(covered=None))
    shared_forums: tuple[str, ...] = ()
    """Forums in which both teams sit."""
    inputs: frozenset[str] = frozenset()
    """Audiences of everything this was derived from, ``public`` left out: who reads less may not read this."""
    acknowledged: datetime | None = None
    """When the provider's side said by command that it knows of it."""

    @property
    def key(self) -> tuple[str, str]:
        return (self.consumer.uid, self.provider.uid)

    @property
    def strength(self) -> Strength:
        return self.evidence[0].strength

    @property
    def since_inputs(self) -> frozenset[str]:
        """Audiences of what tells since when: the words of that very moment; else, when we first saw it, of all that we
        may have seen then, for a restricted comment may have stood alone once."""
        said = {e.audience for e in self.evidence if e.written == self.since and e.strength != "hinted"}
        seen = said or {e.audience for e in self.evidence if e.strength != "hinted"}
        ends = {PUBLIC, self.consumer.audience, self.provider.audience}
        return frozenset() if said & ends else frozenset(seen - ends)

    @property
    def is_open(self) -> bool:
        """Whether the consumer certainly still waits and the provider certainly has not delivered."""
        return (
            self.state in WAITED
            and self.consumer.certainly_open
            and self.provider.certainly_open
            and self.consumer.uid != self.provider.uid
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A scope that could not be read in full, and why."""

    tracker: str
    scope: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Snapshot:
    """Facts under a policy on a day."""

    now: datetime
    """The moment of judging, aware. Rules use it only through ``today``."""
    issues: Mapping[str, Issue]
    dependencies: tuple[Dependency, ...]
    """Sorted by key; hints alone make none."""
    missing: tuple[Missing, ...] = ()
    unreadable: tuple[tuple[str, str, int], ...] = ()
    """(tracker, scope, number of linked issues there) of what our account may not read."""
    children: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By uid of a parent: its children, as far as they are known."""
    forums: Mapping[str, date] = field(default_factory=dict)
    """Forum -> the day of its last meeting, for those whose cadence is known."""
    teams: Mapping[str, Calendar] = field(default_factory=dict)
    rejected: Mapping[tuple[str, str], Statement] = field(default_factory=dict)
    """By (consumer uid, provider uid): what would be a dependency, had people not said that it is none."""
    generations: Mapping[str, int] = field(default_factory=dict)

    def calendars(self, *teams: str) -> tuple[Calendar, ...]:
        return tuple(self.teams.get(team, Calendar()) for team in teams)

    def today(self, dependency: Dependency) -> date:
        """The day it is for both teams: a date is past only when it is past where either of them works."""
        days, elsewhere = self._todays
        return min(days.get(dependency.consumer.team, elsewhere), days.get(dependency.provider.team, elsewhere))

    def working_days(self, dependency: Dependency, start: date, end: date) -> int:
        """Signed number of days from ``start`` to ``end`` on which both teams work."""
        teams = (dependency.consumer.team, dependency.provider.team)
        both = self._shared.get(teams)
        if both is None:
            both = self._shared[teams] = shared(*self.calendars(*teams))
        return both.number(start, end)

    @cached_property
    def _todays(self) -> tuple[Mapping[str, date], date]:
        """By team, and for those who have no calendar of their own."""
        return {team: own.today(self.now) for team, own in self.teams.items()}, Calendar().today(self.now)

    @cached_property
    def _shared(self) -> dict[tuple[str, str], Shared]:
        """By the teams of a consumer and a provider, as they are asked for."""
        return {}

    @cached_property
    def open(self) -> tuple[Dependency, ...]:
        """The dependencies that somebody certainly waits on."""
        return tuple(d for d in self.dependencies if d.state in WAITED and d.is_open)

    @cached_property
    def by_key(self) -> Mapping[tuple[str, str], Dependency]:
        return {dependency.key: dependency for dependency in self.dependencies}

    def audiences(self, uids: Iterable[str]) -> frozenset[str]:
        """Audiences of these issues, ``public`` left out."""
        return frozenset(self.issues[uid].audience for uid in uids) - {PUBLIC}
