"""What a replay would have said: how often each rule, how much of it passed by itself, and to whom. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from model.audience import may_read
from model.calendar import Calendar, working_days
from model.snapshot import Issue
from sync.base import Case, CaseEvent, Mute
from sync.config import Config
from sync.notes import Desk
from sync.planning import Opened, baseline, desk_of, newly_open
from sync.preview import NOBODY
from sync.replay import Replayed
from sync.settle import BY_ITSELF

SOON = 2
"""Working days, Monday to Friday, within which a case that clears needed nobody."""


@dataclass(slots=True, kw_only=True)
class Fired:
    """What one rule would have found."""

    at_start: int = 0
    """Stood already in the first run, nobody knows since when."""
    opened: int = 0
    """Came up later; each time counts."""
    by_itself: int = 0
    """Of those: the facts cleared it within ``SOON`` working days."""
    too_new: int = 0
    """Of those: still there, and not older than that at the end."""
    standing: int = 0
    """Still there at the end, whenever it came."""

    @property
    def share(self) -> float | None:
        """Of what came up long enough ago to tell, how much passed by itself; None when nothing did."""
        told = self.opened - self.too_new
        return self.by_itself / told if told else None


@dataclass(slots=True)
class Tally:
    """Takes the steps of a replay one by one."""

    config: Config
    told: dict[str, Counter[date]] = field(default_factory=dict)
    """By team: issues on which a note would have been new, or had a line that is new or worse, by day."""
    silent: int = 0
    """Lines that a baseline would have kept silent."""
    runs: int = 0
    days: list[date] = field(default_factory=list)
    """On which it was judged, oldest first."""
    _fired: dict[str, Fired] = field(default_factory=dict)
    _since: dict[str, date] = field(default_factory=dict)
    """By id of a standing case that came up after the first run: when."""
    _standing: tuple[Case, ...] = ()
    _opened: Opened = frozenset()
    _mutes: dict[tuple[str, str], Mute] = field(default_factory=dict)
    _levels: dict[str, dict[str, int]] = field(default_factory=dict)
    """By case id: the level that was told, by uid."""

    def add(self, step: Replayed) -> None:
        today = step.run.judged.date()
        for event in step.judgement.events:
            self._count(event, today)
        self._standing = step.judgement.cases
        self.runs += 1
        if today not in self.days[-1:]:
            self.days.append(today)
        desk = self._desk(step)
        self._take_baseline(step, desk)
        self._tell(step, desk, today)

    @property
    def rules(self) -> Mapping[str, Fired]:
        """By rule, as it is after the last step."""
        for fired in self._fired.values():
            fired.standing = fired.too_new = 0
        for case in self._standing:
            fired = self._of(case.rule)
            fired.standing += 1
            since = self._since.get(case.id)
            fired.too_new += since is not None and _took(since, self.days[-1]) <= SOON
        return dict(sorted(self._fired.items()))

    def _of(self, rule: str) -> Fired:
        return self._fired.setdefault(rule, Fired())

    def _count(self, event: CaseEvent, today: date) -> None:
        case, fired = event.case, self._of(event.case.rule)
        if event.kind == "opened":
            self._levels.pop(case.id, None)
        if event.kind in ("opened", "reopened"):
            if self.runs:
                fired.opened += 1
                self._since[case.id] = today
            else:
                fired.at_start += 1
        elif event.kind == "cleared":
            since = self._since.pop(case.id, None)
            fired.by_itself += since is not None and event.why == BY_ITSELF and _took(since, today) <= SOON

    def _take_baseline(self, step: Replayed, desk: Desk) -> None:
        """As a run does, for what it may write to for the first time; on the first day that is everything."""
        whole = {str(scope) for scope in step.facts.scopes if not scope.missing}
        new = newly_open(desk, whole, self._opened)
        self._opened |= new
        silent = baseline(self.config, desk.snapshot, step.judgement.cases, new, step.run.judged) if new else []
        self.silent += len(silent)
        self._mutes |= {(mute.uid, mute.case): mute for mute in silent}

    def _tell(self, step: Replayed, desk: Desk, today: date) -> None:
        told: dict[str, str] = {}
        for case in step.judgement.cases:
            for place in case.finding.places:
                issue = desk.snapshot.issues.get(place.uid)
                if issue is None or not self._is_news(case, place.uid) or not _may_tell(desk, case, issue):
                    continue
                self._levels.setdefault(case.id, {})[place.uid] = case.level
                told[place.uid] = issue.team or NOBODY
        for team in told.values():
            self.told.setdefault(team, Counter())[today] += 1

    def _is_news(self, case: Case, uid: str) -> bool:
        return case.level > self._levels.get(case.id, {}).get(uid, 0)

    def _desk(self, step: Replayed) -> Desk:
        """As if everything might be written to where the config names nothing yet: that is what one wants to know."""
        desk = desk_of(self.config, step.judgement.snapshot)
        return Desk(snapshot=desk.snapshot, rules=desk.rules, write_to=desk.write_to or ("*",), mutes=self._mutes)

    @property
    def working_days(self) -> int:
        """From the first day of the replay to its last, weekends left out; at least one."""
        return max(1, _took(self.days[0] - timedelta(days=1), self.days[-1])) if self.days else 1

    def per_team(self) -> Mapping[str, tuple[int, float, date, int]]:
        """By team: notifications in all, per working day, the worst day and how many on it."""
        found = {}
        for team, days in sorted(self.told.items()):
            worst = max(sorted(days), key=lambda day: days[day])
            found[team] = (days.total(), days.total() / self.working_days, worst, days[worst])
        return found


def _took(start: date, end: date) -> int:
    return working_days(start, end, (Calendar(),))


def _may_tell(desk: Desk, case: Case, issue: Issue) -> bool:
    open_to = desk.writable(issue) and desk.mode(case, issue) == "comment" and not desk.muted(case, issue.uid)
    return open_to and may_read(issue.audience, case.finding.inputs)
