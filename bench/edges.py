"""Snapshots with as many dependencies as one likes, seeded: what the rules judge, without a pull before it.

Shares are those of ``bench.figures`` where someone has counted them. What nobody has counted is a guess, marked as
such below; of what costs time (open dependencies, dates, moves) the guesses hold more than the counted trackers do.
"""

import math
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from bench.edges_home import FORUMS, Place, calendars, forum_of, places
from bench.figures import DEPENDENCIES_ACROSS, EPICS, IN_EPIC, LATE, Dice
from model.facts import Ref
from model.interpret import state_of
from model.policy import PUBLIC
from model.snapshot import Coverage, DateClaim, Dependency, End, Evidence, Issue, Move, Progress, Reach, Snapshot

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TODAY = NOW.date()

WAITING = (689, 83, 41)
"""Issues of TiDev that wait for one, two, three or more others."""
WAITS_MOST = 16
ISSUES = 2.0
"""Guessed, as all below: issues for each dependency, those that neither wait nor are waited for included."""
OLD, OVER, ANEW = 0.45, 0.95, 0.1
"""Share of issues that are old; of those that are over; and of the newer ones that are."""
UNOWNED, UNREADABLE, STUB, INCOMPLETE = 0.03, 0.01, 0.02, 0.005
STATED = 0.045
"""Share of dependencies that only a sentence speaks of; counted, as 47 of 1,049 in TiDev."""
PROMISED = {"jira": 0.55, "github": 0.12}
"""Share of issues with a day: dated versions (counted: 48 %) or milestones (4.4 %), due dates, sprints, boards."""
ASKED, DERIVED, CLASH = 0.03, 0.15, 0.1
"""Dependencies with a day in a sentence; with one of the consumer's own; days that clash with the promise."""
MOVED, AGREED = 0.2, 0.6
NEAR = 0.04
"""How far back in its project's issues a provider is found, in the mean."""
CIRCLES = 1 / 5000
"""For each dependency. In TiDev there is none."""
_WHERE = {"jira": ("release", "due", "sprint"), "github": ("milestone", "due", "sprint")}


class Plan(NamedTuple):
    """A promise before it is a claim on an edge."""

    day: date
    source: str
    name: str


class Crowd:
    """Issues in the order in which they were made; each waits for older ones only, but for the circles."""

    def __init__(self, dependencies: int, seed: int) -> None:
        self._dice = Dice(seed)
        self._wanted = dependencies
        count = int(dependencies * ISSUES)
        self._places = places(count)
        self._weights = [place.share for place in self._places]
        self._at: list[list[int]] = [[] for _ in self._places]
        self._epics: list[list[str]] = [[] for _ in self._places]
        self._home: list[int] = self._dice.choices(range(len(self._places)), self._weights, k=count)
        self.issues: list[Issue] = []
        self.plans: list[Plan | None] = []
        self.edges: dict[tuple[str, str], Dependency] = {}
        self.children: dict[str, list[str]] = {}

    def snapshot(self) -> Snapshot:
        # A little more than is needed for each issue, so that the last ones are not the only ones to wait.
        mean = (WAITING[0] + 2 * WAITING[1] + 5 * WAITING[2]) / sum(WAITING)
        share = self._wanted * (1 - CIRCLES) / len(self._home) / mean * 1.1
        for number, home in enumerate(self._home):
            room = self._wanted - len(self.edges)
            others = self._others(home) if room and number > 20 and self._dice.chance(share) else []
            self._add(number, home, others[:room])
        self._close_circles()
        return Snapshot(
            now=NOW,
            issues={issue.uid: issue for issue in self.issues},
            dependencies=tuple(self.edges[key] for key in sorted(self.edges)),
            unreadable=(("jira", "VAULT", 12), ("github", "acme/vault", 3)),
            children={parent: tuple(found) for parent, found in self.children.items()},
            forums={f"forum-{n}": TODAY - timedelta(days=n % 7) for n in range(FORUMS)},
            teams=calendars(),
        )

    def _others(self, home: int) -> list[int]:
        """Older issues, near in time, a third of them in other projects; most wait for nobody themselves."""
        dice = self._dice
        number = dice.choices((1, 2, 3), WAITING)[0]
        number = number if number < 3 else min(WAITS_MOST, int(3 * dice.paretovariate(1.8)))
        found: set[int] = set()
        for _ in range(number):
            place = (
                dice.choices(range(len(self._places)), self._weights)[0] if dice.chance(DEPENDENCIES_ACROSS) else home
            )
            at = self._at[place]
            if at:
                back = min(len(at), 1 + int(dice.expovariate(1 / (1 + NEAR * len(at)))))
                # One in ten is a round number: an issue that many wait for.
                found.add(at[(len(at) - back) // 40 * 40 if dice.chance(0.1) else len(at) - back])
        return sorted(found)

    def _add(self, number: int, home: int, others: list[int]) -> None:
        dice, place = self._dice, self._places[home]
        providers = [self.issues[other] for other in others]
        issue = self._issue(number, place, home, self._progress(number, providers))
        self._at[home].append(number)
        self.issues.append(issue)
        self.plans.append(self._plan(place, issue))
        for other, provider in zip(others, providers, strict=True):
            if issue.end == "read" or provider.end == "read":
                edge = self._edge(issue, provider, self.plans[other])
                self.edges[edge.key] = edge
        if issue.parent:
            self.children.setdefault(issue.parent, []).append(issue.uid)
        if dice.chance(EPICS):
            self._epics[home].append(issue.uid)

    def _progress(self, number: int, providers: list[Issue]) -> Progress:
        dice = self._dice
        if any(provider.progress in ("open", "started") for provider in providers):
            return dice.choices(("open", "started", "done"), (90, 8, 2))[0]
        over = OVER if number < OLD * len(self._home) else ANEW
        if dice.chance(over):
            return "dropped" if dice.chance(0.1) else "done"
        return "started" if dice.chance(0.3) else "open"

    def _issue(self, number: int, place: Place, home: int, progress: Progress) -> Issue:
        dice = self._dice
        key = place.key(len(self._at[home]) + 1)
        end: End = dice.choices(("unreadable", "stub", "read"), (UNREADABLE, STUB, 1 - UNREADABLE - STUB))[0]
        created = NOW - timedelta(days=425 * (1 - number / len(self._home)) + 1)
        owned = not dice.chance(UNOWNED)
        epics = self._epics[home]
        return Issue(
            uid=f"{place.tracker}:{key}",
            ref=Ref(place.tracker, key),
            end=end,
            kind="pull_request" if place.tracker == "github" and dice.chance(0.1) else "issue",
            title=f"Let {place.name} take what number {number} hands over",
            url=place.url(key),
            status=progress.capitalize(),
            progress="unknown" if end == "unreadable" else progress,
            team=place.team if owned and not place.party else "",
            party=place.party if owned else "",
            assigned=dice.chance(0.7),
            audience=place.audience,
            parent=epics[-1 - int(dice.random() * min(len(epics), 5))] if epics and dice.chance(IN_EPIC) else "",
            forum=forum_of(place.team) if dice.chance(0.5) else "",
            planned=dice.chance(0.6),
            created=created,
            resolved=min(NOW, created + timedelta(days=20)) if progress in ("done", "dropped") else None,
            active=max(created, NOW - timedelta(days=dice.lognormvariate(2.0, 1.0))),
            reopened=progress in ("open", "started") and dice.chance(0.02),
            labels=("team/one", "later") if dice.chance(0.3) else (),
            complete=end == "read" and not dice.chance(INCOMPLETE),
        )

    def _plan(self, place: Place, issue: Issue) -> Plan | None:
        dice = self._dice
        if issue.end != "read" or not dice.chance(PROMISED[place.tracker]):
            return None
        source = dice.choices(_WHERE[place.tracker], (5, 2, 3))[0]
        ahead = -dice.days_late() if dice.chance(LATE) else int(dice.expovariate(1 / 40)) + 1
        name = "" if source == "due" else f"{place.name} {TODAY.year}.{(ahead + 400) // 14}"
        return Plan(TODAY + timedelta(days=ahead), source, name)

    def _edge(self, consumer: Issue, provider: Issue, plan: Plan | None) -> Dependency:
        dice = self._dice
        promised = DateClaim(day=plan.day, source=plan.source, of=provider.uid, name=plan.name) if plan else None
        needed, explicit = self._need(consumer, plan)
        reach = _reach(consumer, provider)
        home, other = forum_of(consumer.team), forum_of(provider.team)
        covered = None if reach == "unknown" else dice.chance(AGREED)
        return Dependency(
            consumer=consumer,
            provider=provider,
            evidence=tuple(self._evidence(consumer, provider)),
            state=state_of(consumer, provider, promised),
            reach=reach,
            needed=needed,
            needed_explicit=explicit,
            promised=promised,
            since=consumer.created,
            moves=tuple(self._moves(plan)) if plan and dice.chance(MOVED) else (),
            coverage=Coverage(covered=covered, by=f"forum {home}" if covered else "", inputs=frozenset()),
            shared_forums=(home,) if reach == "cross_team" and home == other else (),
            inputs=frozenset((consumer.audience, provider.audience)) - {PUBLIC},
        )

    def _need(self, consumer: Issue, plan: Plan | None) -> tuple[DateClaim | None, bool]:
        dice = self._dice
        explicit = dice.chance(ASKED)
        if not explicit and not dice.chance(DERIVED):
            return None, False
        base = plan.day if plan else TODAY + timedelta(days=30)
        away = -dice.days_late() if dice.chance(CLASH if plan else LATE) else int(dice.expovariate(1 / 20))
        source = "text" if explicit else "start" if dice.chance(0.5) else "due"
        return DateClaim(day=base + timedelta(days=away), source=source, of=consumer.uid), explicit

    def _evidence(self, consumer: Issue, provider: Issue) -> Iterator[Evidence]:
        dice, link = self._dice, not self._dice.chance(STATED)
        if link:
            yield Evidence(
                strength="declared",
                kind="link",
                at=consumer.uid,
                phrase="is blocked by",
                place="links",
                audience=consumer.audience,
            )
        if not link or dice.chance(0.05):
            yield Evidence(
                strength="stated",
                kind="text",
                at=consumer.uid,
                phrase=f"Blocked by {provider.ref.key}.",
                place="body" if dice.chance(0.5) else f"comment:{dice.randrange(10**6)}",
                author="Mira",
                written=consumer.created,
                audience=consumer.audience,
            )

    def _moves(self, plan: Plan) -> Iterator[Move]:
        """To where the plan is now, mostly from earlier days."""
        days = sorted(self._dice.randrange(-30, 5) for _ in range(1 + min(3, int(self._dice.expovariate(1)))))
        stops = [plan.day + timedelta(days=n) for n in days if n] + [plan.day]
        for number, (before, after) in enumerate(pairwise(stops)):
            if before != after:
                yield Move(at=NOW - timedelta(days=7 * (len(stops) - number)), before=before, after=after)

    def _close_circles(self) -> None:
        """Edges back along those that are there, each of two issues, or three where the provider waits as well."""
        waiting = {d.consumer.uid: d for d in self.edges.values() if d.is_open}
        steps = sorted(waiting.values(), key=lambda d: d.key)
        for first in self._dice.sample(steps, min(len(steps), math.ceil(self._wanted * CIRCLES))):
            last = waiting.get(first.provider.uid, first)
            edge = self._edge(last.provider, first.consumer, None)
            self.edges.setdefault(edge.key, edge)


def _reach(consumer: Issue, provider: Issue) -> Reach:
    if consumer.party or provider.party:
        return "external"
    if not consumer.team or not provider.team:
        return "unknown"
    return "internal" if consumer.team == provider.team else "cross_team"


def snapshot(dependencies: int, seed: int = 1) -> Snapshot:
    """About so many, never more than one in a hundred fewer."""
    return Crowd(dependencies, seed).snapshot()
