"""What a config would change: the same facts judged by it and by the one that was run with last. Pure.

Nothing is asked of a tracker and nothing is kept. That the days have moved on since the last run is
taken out first, so that what is left is the config's doing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from model.facts import Facts
from model.policy import Policy
from model.snapshot import Snapshot
from sync.base import Case, CaseEvent, EventKind, Mute, NoteRow, Notification, Reason, Write
from sync.config import Config
from sync.judge import conclude, count_by_rule
from sync.plan import Plan
from sync.planning import Opened, baseline, desk_of, newly_open, plan_notes
from sync.settle import NewId

NOBODY = "no team"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the store holds."""

    facts: Facts
    cases: Sequence[Case]
    notes: Mapping[str, NoteRow]
    mutes: Sequence[Mute]
    opened: Opened
    whole: frozenset[str]
    """Scopes that were read to their end, ``tracker:scope``."""
    told: Sequence[Notification] = ()
    """Every step that somebody was notified of."""
    cleared: Sequence[Case] = ()
    """Cases that the notes name as settled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What the issues of one team would get from the next run."""

    new: int = 0
    """Issues with their first note."""
    worse: int = 0
    """Issues whose note would get a line, or one that is worse than what was told."""
    silent: int = 0
    """Issues that would notify if what stands were not the baseline."""

    @property
    def total(self) -> int:
        return self.new + self.worse


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    before: Mapping[str, int]
    """Standing cases by rule, judged today by the config that was run with last."""
    after: Mapping[str, int]
    events: tuple[CaseEvent, ...]
    """What the config itself would make of them."""
    plan: Plan
    """What the next run would write, within its limits."""
    whole: Plan
    """The same without a limit: what the next runs would come to if nothing else happened."""
    left: int
    """New notes that the teams' budgets and the cap would leave for later runs, whatever the hour."""
    teams: Mapping[str, Notices]
    """Of the whole."""
    begins: tuple[str, ...]
    """Scopes on which notes would become possible, or possible for one rule more."""
    silent: int
    """Lines that stand there already and would stay unsaid until they worsen."""

    @property
    def counts(self) -> Mapping[tuple[str, EventKind], int]:
        """By rule and kind of event. What the day alone would clear and the config keeps counts as opened."""
        return Counter((event.case.rule, opened_or(event.kind)) for event in self.events)


def preview(
    standing: Standing,
    config: Config,
    policy: Policy,
    active: tuple[Config, Policy] | None,
    now: datetime,
    new_id: NewId,
) -> Preview:
    """``active``: the config that was run with last, None when there is none that can be read."""
    cases = list(standing.cases)
    if active is not None:
        then = conclude(standing.facts, *active, cases, now, new_id)
        cases = [*({case.id: case for case in cases} | {e.case.id: e.case for e in then.events}).values()]
    after = conclude(standing.facts, config, policy, cases, now, new_id)
    new = newly_open(desk_of(config, after.snapshot), standing.whole, standing.opened)
    silenced = baseline(config, after.snapshot, after.cases, new, now)
    planned = partial(plan_notes, after, config, standing.facts, notes=standing.notes, at=now, told=standing.told)
    planned = partial(planned, cleared=standing.cleared)
    mutes = (*silenced, *standing.mutes)
    whole = planned(mutes=mutes, released=True, within=())
    loud = planned(mutes=standing.mutes, released=True, within=())
    return Preview(
        before=count_by_rule(case for case in cases if case.state != "cleared"),
        after=count_by_rule(after.cases),
        events=after.events,
        plan=planned(mutes=mutes),
        whole=whole,
        left=planned(mutes=mutes, released=True, within=("budget", "cap")).suppressed,
        teams=notices(whole.writes, loud.writes, after.snapshot),
        begins=tuple(sorted({scope for _, scope in new})),
        silent=len(silenced),
    )


def opened_or(kind: EventKind) -> EventKind:
    return "opened" if kind == "reopened" else kind


def notices(writes: Iterable[Write], loud: Iterable[Write], snapshot: Snapshot) -> dict[str, Notices]:
    """By team: what of these writes would notify somebody, a note counting once. ``loud``: without the baseline."""
    told, all_told = _news(writes, snapshot), _news(loud, snapshot)
    new = Counter(team for team, reason in told.values() if reason == "new")
    worse = Counter(team for team, reason in told.values() if reason != "new")
    silent = Counter(team for uid, (team, _) in all_told.items() if uid not in told)
    return {
        team: Notices(new=new[team], worse=worse[team], silent=silent[team])
        for team in sorted(new.keys() | worse.keys() | silent.keys())
    }


def _news(writes: Iterable[Write], snapshot: Snapshot) -> dict[str, tuple[str, Reason]]:
    """By uid: whose issue it is, and why its note would notify."""
    return {write.uid: (snapshot.issues[write.uid].team or NOBODY, write.reason) for write in writes if write.notifies}
