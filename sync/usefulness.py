"""Whether a rule's notes are acted on: from what happened to its cases after they were first noted. Pure.

It is told by rule, never by team or person, and changes nothing by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from model.calendar import Calendar, working_days
from sync.base import Happening
from sync.settle import BY_ITSELF
from sync.store.runs import PastRun

WITHIN = 10
"""Working days, Monday to Friday, in which a note is acted on or ignored."""
QUICK = 2
"""Working days within which a case that clears needed no note."""
FLOOR_CASES, FLOOR_PERCENT = 20, 30
"""Where at least so many noted cases tell, and fewer of them were acted on, it is proposed to quieten the rule."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usefulness:
    """What became of one rule's cases."""

    opened: int = 0
    """Cases that the rule ever opened, noted or not."""
    quick: int = 0
    """Of those: cleared by themselves within two working days."""
    noted: int = 0
    acted_on: int = 0
    """Of the noted: cleared, or eased to a lower level, in time after the first note."""
    ignored: int = 0
    young: int = 0
    """Too young to say."""
    excused: int = 0
    """Taken away by an exemption, a changed config or a scope that is no longer read before anyone could act."""

    @property
    def percent(self) -> int | None:
        """Of the noted cases that tell, how many were acted on; None while none tells."""
        told = self.acted_on + self.ignored
        return round(100 * self.acted_on / told) if told else None

    @property
    def proposal(self) -> str:
        """What to consider, as a sentence; "" when nothing speaks for it."""
        told = self.acted_on + self.ignored
        if told < FLOOR_CASES or 100 * self.acted_on >= FLOOR_PERCENT * told:
            return ""
        return f'consider mode = "observe": of {told} noted cases {self.acted_on} were acted on'


def usefulness(
    happenings: Iterable[Happening],
    noted: Mapping[str, datetime],
    now: datetime,
    *,
    within: int = WITHIN,
    reconfigured: AbstractSet[str] = frozenset(),
) -> dict[str, Usefulness]:
    """By rule. ``noted``: case id -> when it was first noted; ``happenings`` in their order.

    ``reconfigured``: runs that were the first by another config: what cleared or eased there, nobody acted on.
    """
    stories: dict[str, list[Happening]] = {}
    for happening in happenings:
        stories.setdefault(happening.case, []).append(happening)
    tally: dict[str, dict[str, int]] = {}
    for case, story in stories.items():
        counts = tally.setdefault(story[0].rule, dict.fromkeys(Usefulness.__dataclass_fields__, 0))
        counts["opened"] += 1
        counts["quick"] += _was_quick(story, reconfigured)
        if case in noted:
            counts["noted"] += 1
            counts[_fate(story, noted[case], now, within, reconfigured)] += 1
    return {rule: Usefulness(**counts) for rule, counts in sorted(tally.items())}


def _was_quick(story: Sequence[Happening], reconfigured: AbstractSet[str]) -> bool:
    """Whether it cleared the first time by itself, and so soon that it need not have been noted."""
    first = next((h for h in story if h.kind == "cleared"), None)
    if first is None or first.why != BY_ITSELF or first.run in reconfigured:
        return False
    return _days(story[0].at, first.at) <= QUICK


def _fate(
    story: Sequence[Happening], told: datetime, now: datetime, within: int, reconfigured: AbstractSet[str]
) -> str:
    for happening in story:
        if happening.at <= told or _days(told, happening.at) > within:
            continue
        if happening.kind == "cleared" and (happening.why != BY_ITSELF or happening.run in reconfigured):
            return "excused"
        if happening.kind == "cleared" or (happening.kind == "eased" and happening.run not in reconfigured):
            return "acted_on"
    return "ignored" if _days(told, now) > within else "young"


def _days(start: datetime, end: datetime) -> int:
    return working_days(start.date(), end.date(), (Calendar(),))


def changed_configs(runs: Sequence[PastRun]) -> frozenset[str]:
    """Runs that judged by another config than the one before them."""
    return frozenset(after.id for before, after in pairwise(runs) if before.config != after.config)
