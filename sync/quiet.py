"""Whom a note may call now. Pure.

A *step* is what would notify somebody: a first note on an issue, or one whose case is at a level
above the highest that was told at this end of it. It belongs to the team that owns the issue. Of a
team's steps the most urgent are told, as many as its budget has left for its working day; in its
quiet hours, and on days on which it does not work, none is. What is held back stays untold, so it
is a candidate again in the next run.

Where an edit could address nobody, because the team has no representative on that tracker, there is
no step: the edit is silent, costs nothing, and counts as told only once somebody can be called.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from model.calendar import Calendar
from model.document import Code, Day, Line, Mention, Piece, Words
from model.policy import Team
from model.snapshot import Issue
from rules.base import SEVERITIES
from sync.base import Case, Held, NoteRow, Notification
from sync.notes import Wanted

How = Literal["created", "mention", "repost"]
Why = Literal["budget", "quiet hours", "cap"]
EVERY: frozenset[Why] = frozenset(get_args(Why))
NAMED = 8
"""Cases that a call names, at most; the note below it has them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """All that decides whether somebody is called now."""

    at: datetime
    cases: Mapping[str, Case]
    told: Sequence[Notification] = ()
    """Every step so far, with those that were sent and whose answer is not known."""
    teams: Mapping[str, Team] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    """Tracker -> kind, by which a representative is known."""
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    """By team."""
    budget: int
    most_new: int
    """First notes at most, over all teams."""
    repost: bool = False
    barred: frozenset[str] = frozenset()
    """Uids of issues on which the tracker would turn a note away again: what is not written takes nobody's budget."""
    within: frozenset[Why] = EVERY
    """What may hold a step back; a preview asks what it would come to without."""

    def calendar(self, team: str) -> Calendar:
        return self.calendars.get(team) or Calendar()

    def today(self, team: str) -> date:
        return self.calendar(team).today(self.at)

    def representative(self, issue: Issue) -> Mention | None:
        team = self.teams.get(issue.team)
        kind = self.kinds.get(issue.ref.tracker, "")
        person = team.representative.ids.get(kind, "") if team is not None and team.representative else ""
        return Mention(person, person if kind == "github" else f"{issue.team} representative") if person else None


class Heard:
    """What was told so far, looked up by end and by team."""

    def __init__(self, bell: Bell) -> None:
        self._cases = bell.cases
        self._levels: dict[tuple[str, str], int] = {}
        self._recorded: set[str] = set()
        """Cases with any record. One without is from before records were kept: both ends heard of its level."""
        writes: set[tuple[str, date, str, datetime]] = set()
        for step in bell.told:
            writes.add((step.team, step.day, step.uid, step.at))
            case = bell.cases.get(step.case)
            # A case that comes back long after it cleared has its id of old and is told anew.
            if case is not None and step.at >= case.opened:
                self._recorded.add(step.case)
                end = (step.uid, step.case)
                self._levels[end] = max(self._levels.get(end, 0), step.level)
        self.spent = Counter((team, day) for team, day, _, _ in writes)
        """Writes that notified, by team and working day."""

    def level(self, uid: str, case_id: str) -> int:
        """The highest level of a case that was told at this end; 0: none."""
        case = self._cases.get(case_id)
        unrecorded = case.notified if case is not None and case_id not in self._recorded else 0
        return self._levels.get((uid, case_id), unrecorded)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one issue's note has to tell that notifies."""

    uid: str
    team: str
    how: How
    levels: Mapping[str, int]
    """Case -> level; the most urgent first."""
    urgency: tuple[int, bool, str, str]
    """Sorts: the severity, what got worse before a first note, the oldest, the issue."""
    call: Line = ()

    def held(self, why: Why) -> tuple[Held, ...]:
        return tuple(
            Held(team=self.team, uid=self.uid, case=case, level=level, why=why) for case, level in self.levels.items()
        )

    def told(self, shown: Mapping[str, int], bell: Bell) -> tuple[Notification, ...]:
        """The record of it, when it is told. A first note tells all that it shows."""
        levels = {**self.levels, **shown} if self.how == "created" else self.levels
        day = bell.today(self.team)
        return tuple(
            Notification(at=bell.at, team=self.team, day=day, uid=self.uid, case=case, level=level, how=self.how)
            for case, level in levels.items()
        )


def step_of(wanted: Wanted, row: NoteRow | None, issue: Issue, heard: Heard, bell: Bell) -> Step | None:
    """The step that an issue's note is about to take; None when it has nothing to say that calls for anybody."""
    stands = row is not None and bool(row.id)
    loud = [bell.cases[case] for case in wanted.cases if case not in wanted.quiet_cases]
    news = [case for case in loud if case.level > heard.level(wanted.uid, case.id)] if stands else loud
    person = bell.representative(issue) if stands else None
    if wanted.document is None or not news or (stands and person is None and not bell.repost):
        return None
    news.sort(key=_order)
    return Step(
        uid=wanted.uid,
        team=issue.team,
        how=("repost" if bell.repost else "mention") if stands else "created",
        levels={case.id: case.level for case in news},
        urgency=(_order(news[0])[0], not stands, min(case.opened for case in news).isoformat(), wanted.uid),
        call=_call(person, news, heard, wanted.uid, bell.today(issue.team)) if person is not None else (),
    )


def hold_back(steps: Iterable[Step], heard: Heard, bell: Bell) -> dict[str, Why]:
    """By uid: the steps that are not told now, and why. The most urgent have the budget."""
    spent, new = Counter(heard.spent), 0
    held: dict[str, Why] = {}
    for step in sorted((step for step in steps if step.uid not in bell.barred), key=lambda step: step.urgency):
        account = (step.team, bell.today(step.team))
        why = _why(step, spent[account], new, bell)
        if why is not None:
            held[step.uid] = why
            continue
        spent[account] += 1
        new += step.how == "created"
    return held


def _why(step: Step, spent: int, new: int, bell: Bell) -> Why | None:
    reasons: dict[Why, bool] = {
        "quiet hours": bell.calendar(step.team).is_quiet(bell.at),
        "budget": spent >= bell.budget,
        "cap": step.how == "created" and new >= bell.most_new,
    }
    return next((why for why, holds in reasons.items() if holds and why in bell.within), None)


def _order(case: Case) -> tuple[int, str, str]:
    return (-SEVERITIES.index(case.severity), case.opened.isoformat(), case.id)


def _call(person: Mention, news: Sequence[Case], heard: Heard, uid: str, day: date) -> Line:
    """``@mira: worse as of Tue 1 Dec 2026: k3f9q, m2x7p``"""
    worse = [case.id for case in news if heard.level(uid, case.id)]
    fresh = [case.id for case in news if case.id not in worse]
    pieces: list[Piece] = [person, Words(f": {'new' if fresh else 'worse'} as of "), Day(day), Words(": ")]
    pieces += _named(fresh or worse)
    if fresh and worse:
        pieces += [Words("; worse: "), *_named(worse)]
    return (*pieces, Words("."))


def _named(ids: Sequence[str]) -> list[Piece]:
    pieces: list[Piece] = []
    for id_ in ids[:NAMED]:
        pieces += [Words(", "), Code(id_)] if pieces else [Code(id_)]
    return [*pieces, Words(f" and {len(ids) - NAMED} more")] if len(ids) > NAMED else pieces
