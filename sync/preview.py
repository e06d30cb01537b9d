"""What a config would change: the same facts judged by it and by the one that was run with last. Pure.

Nothing is asked of a tracker and nothing is kept. That the days have moved on since the last run is
taken out first, so that what is left is the config's doing.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from model.facts import Facts
from model.policy import Policy
from sync.base import Case, CaseEvent, EventKind, Mute, NoteRow, Write
from sync.config import Config
from sync.judge import Judgement, conclude, count_by_rule
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """What the issues of one team would get from the next run."""

    new: int = 0
    """Issues with their first note."""
    worse: int = 0
    """Issues whose note would tell of something that got worse."""

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
    """What the next run would write."""
    teams: Mapping[str, Notices]
    begins: tuple[str, ...]
    """Scopes on which notes would become possible, or possible for one rule more."""
    silent: int
    """Lines that stand there already and would stay unsaid until they worsen."""

    def count(self, kind: EventKind, rule: str) -> int:
        return sum(event.kind == kind and event.case.rule == rule for event in self.events)


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
    plan = plan_notes(after, config, standing.facts, (*silenced, *standing.mutes), standing.notes, now)
    return Preview(
        before=count_by_rule(case for case in cases if case.state != "cleared"),
        after=count_by_rule(after.cases),
        events=after.events,
        plan=plan,
        teams=notices(plan.writes, after),
        begins=tuple(sorted({scope for _, scope in new})),
        silent=len(silenced),
    )


def notices(writes: Iterable[Write], judgement: Judgement) -> dict[str, Notices]:
    """By team: what of these writes would notify somebody, a note counting once."""
    cases = {case.id: case for case in judgement.cases}
    new: Counter[str] = Counter()
    worse: Counter[str] = Counter()
    for write in writes:
        team = judgement.snapshot.issues[write.uid].team or NOBODY
        if write.kind != "note" or write.reason == "cleared":
            continue
        if write.reason == "new":
            new[team] += 1
        elif any(case_id in cases and cases[case_id].level > cases[case_id].notified for case_id in write.cases):
            worse[team] += 1
    return {team: Notices(new=new[team], worse=worse[team]) for team in sorted(new.keys() | worse.keys())}
