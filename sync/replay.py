"""The past once more: every run of the store judged by a config of today, or by its own.

Facts are taken as they stood at each run, so a replay by the configs that were active ends in the
very cases that were recorded. One snapshot is held at a time.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from model.audience import may_read
from model.calendar import Calendar, working_days
from model.snapshot import Issue
from sync.base import Case, CaseEvent, Mute
from sync.config import Config
from sync.judge import Judgement, conclude
from sync.notes import Desk
from sync.past import facts_at
from sync.planning import baseline, desk_of
from sync.preview import NOBODY
from sync.run import policy_of
from sync.store import PastRun, Store
from sync.store.cases import REOPENS_FOR

BY_ITSELF = 2
"""Working days within which a case that clears needed nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    run: PastRun
    judgement: Judgement


def replay(store: Store, runs: Iterable[PastRun], config_of: Callable[[PastRun], Config]) -> Iterator[Replayed]:
    """Judge these runs again, oldest first, from no cases at all. Nothing is kept."""
    known: dict[str, Case] = {}
    for run in runs:
        config = config_of(run)
        standing = [case for _, case in sorted(known.items()) if _may_matter(case, run)]
        facts = facts_at(store, run)
        judgement = conclude(facts, config, policy_of(config, store), standing, run.judged, store.new_case_id)
        known |= {event.case.id: event.case for event in judgement.events}
        yield Replayed(run=run, judgement=judgement)


def _may_matter(case: Case, run: PastRun) -> bool:
    return case.cleared is None or case.cleared >= run.judged - REOPENS_FOR


def last_of_each_day(runs: Sequence[PastRun]) -> list[PastRun]:
    """One run a day is enough to see what would have been said."""
    return list({run.judged.date(): run for run in runs}.values())


@dataclass(slots=True, kw_only=True)
class Fired:
    """What one rule would have found."""

    opened: int = 0
    by_itself: int = 0
    """Cleared within ``BY_ITSELF`` working days."""
    standing: int = 0
    """Still there at the end."""


@dataclass(slots=True)
class Tally:
    """What a replay would have said, as it goes on."""

    config: Config
    rules: dict[str, Fired] = field(default_factory=dict)
    told: dict[str, Counter[date]] = field(default_factory=dict)
    """By team: notifying notes of each day."""
    silent: int = 0
    """Lines of the first day, which a baseline would have kept silent."""
    days: list[date] = field(default_factory=list)
    _mutes: list[Mute] = field(default_factory=list)
    _levels: dict[tuple[str, str], int] = field(default_factory=dict)
    """By (uid, case id): the level that was told there."""

    def add(self, step: Replayed) -> None:
        if not self.days:
            self._open(step)
        self.days.append(step.run.judged.date())
        for event in step.judgement.events:
            self._count(event)
        for fired in self.rules.values():
            fired.standing = 0
        for case in step.judgement.cases:
            self._of(case.rule).standing += 1
        self._tell(step)

    def _open(self, step: Replayed) -> None:
        """The first day is the one on which writing begins."""
        scopes = {f"{issue.ref.tracker}:{issue.ref.scope}" for issue in step.judgement.snapshot.issues.values()}
        new = frozenset((rule, scope) for rule in self.config.rules for scope in scopes)
        self._mutes = baseline(self.config, step.judgement.snapshot, step.judgement.cases, new, step.run.judged)
        self.silent = len(self._mutes)

    def _of(self, rule: str) -> Fired:
        return self.rules.setdefault(rule, Fired())

    def _count(self, event: CaseEvent) -> None:
        case = event.case
        if event.kind in ("opened", "reopened"):
            self._of(case.rule).opened += 1
        elif event.kind == "cleared" and case.cleared is not None:
            took = working_days(case.opened.date(), case.cleared.date(), (Calendar(),))
            self._of(case.rule).by_itself += took <= BY_ITSELF

    def _tell(self, step: Replayed) -> None:
        desk = self._desk(step)
        told: dict[str, str] = {}
        for case in step.judgement.cases:
            for place in case.finding.places:
                issue = step.judgement.snapshot.issues.get(place.uid)
                if issue is not None and _may_tell(desk, case, issue) and self._is_news(case, place.uid):
                    self._levels[place.uid, case.id] = case.level
                    told[place.uid] = issue.team or NOBODY
        for team in told.values():
            self.told.setdefault(team, Counter())[step.run.judged.date()] += 1

    def _is_news(self, case: Case, uid: str) -> bool:
        return case.level > self._levels.get((uid, case.id), 0)

    def _desk(self, step: Replayed) -> Desk:
        """As if everything might be written to where the config names nothing yet: that is what one wants to know."""
        desk = desk_of(self.config, step.judgement.snapshot, self._mutes)
        if desk.write_to:
            return desk
        return Desk(snapshot=desk.snapshot, rules=desk.rules, write_to=("*",), mutes=desk.mutes)

    @property
    def working_days(self) -> int:
        """Days of the replay, weekends left out."""
        return working_days(self.days[0], self.days[-1], (Calendar(),)) + 1 if self.days else 0

    def per_team(self) -> Mapping[str, tuple[int, float, date, int]]:
        """By team: notifications in all, per working day, the worst day and how many on it."""
        found = {}
        for team, days in sorted(self.told.items()):
            worst = max(sorted(days), key=lambda day: days[day])
            found[team] = (days.total(), days.total() / max(1, self.working_days), worst, days[worst])
        return found


def _may_tell(desk: Desk, case: Case, issue: Issue) -> bool:
    open_to = desk.writable(issue) and desk.mode(case, issue) == "comment" and not desk.muted(case, issue.uid)
    return open_to and may_read(issue.audience, case.finding.inputs)
