"""Findings against standing cases: what opened, worsened, eased, cleared, or can no longer be judged. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from model.calendar import Calendar, working_days
from rules.base import Finding, Subject
from sync.base import Case, CaseEvent, EventKind

REOPENS_WITHIN = 5
"""Working days within which a cleared case that comes back goes on with its history."""

BY_ITSELF = "its conditions no longer hold"
"""Why a case cleared that nothing but the facts took away."""

NewId = Callable[[str, Subject], str]
Undecided = Callable[[Finding], str]


def settle(
    findings: Iterable[Finding],
    standing: Sequence[Case],
    *,
    now: datetime,
    new_id: NewId,
    undecided: Undecided,
    excused: Mapping[tuple[str, Subject], str],
) -> list[CaseEvent]:
    """Events for every case that changed; none for one that stands as it stood.

    ``undecided`` says why an absent finding proves nothing ("" when it does); ``excused`` holds
    the reasons of findings that an exemption or a rule turned off has taken away.
    """
    matcher = _Matcher(standing)
    events = [event for finding in findings for event in _met(finding, matcher.take(finding, now), now, new_id)]
    for case in matcher.left():
        why = excused.get((case.rule, case.subject), "")
        events.extend(_unmet(case, "" if why else undecided(case.finding), why, now))
    return events


class _Matcher:
    """Finds the case a finding belongs to: the same subject, or for a cycle one that shares a member."""

    def __init__(self, standing: Sequence[Case]) -> None:
        self._left = {case.id: case for case in standing}
        self._exact = {(case.rule, case.subject): case.id for case in standing}

    def take(self, finding: Finding, now: datetime) -> Case | None:
        case_id = self._exact.get((finding.rule, finding.subject))
        if case_id not in self._left and finding.subject.kind == "cycle":
            case_id = next(self._sharing(finding), None)
        case = self._left.pop(case_id, None) if case_id else None
        if case is not None and case.state == "cleared" and _long_ago(case, now):
            return None
        return case

    def _sharing(self, finding: Finding) -> Iterator[str]:
        members = set(finding.subject.members)
        candidates = sorted(self._left.values(), key=lambda c: (c.state == "cleared", c.opened, c.id))
        yield from (c.id for c in candidates if c.rule == finding.rule and members & set(c.subject.members))

    def left(self) -> list[Case]:
        return [case for case in self._left.values() if case.state != "cleared"]


def _long_ago(case: Case, now: datetime) -> bool:
    return case.cleared is not None and working_days(case.cleared.date(), now.date(), (Calendar(),)) > REOPENS_WITHIN


def _met(finding: Finding, case: Case | None, now: datetime, new_id: NewId) -> Iterator[CaseEvent]:
    if case is None:
        opened = Case(
            id=new_id(finding.rule, finding.subject),
            rule=finding.rule,
            subject=finding.subject,
            state="open",
            level=finding.level,
            opened=now,
            changed=now,
            risen=(now,) * finding.level,
            finding=finding,
        )
        yield CaseEvent(case=opened, kind="opened")
        return
    kind = _kind(finding, case)
    if kind is None:
        return
    after = replace(
        case,
        subject=finding.subject,
        state="open",
        level=finding.level,
        changed=now,
        cleared=None,
        risen=(*case.risen, *((now,) * (finding.level - len(case.risen)))),
        finding=finding,
    )
    yield CaseEvent(case=after, kind=kind, why=_moved(case.finding, finding))


def _kind(finding: Finding, case: Case) -> EventKind | None:
    if case.state == "cleared":
        return "reopened"
    if finding.level != case.level:
        return "worsened" if finding.level > case.level else "eased"
    if case.state == "unknown":
        return "known"
    return "changed" if finding != case.finding else None


def _moved(before: Finding, after: Finding) -> str:
    """Which inputs are not what they were."""
    old, new = dict(before.about), dict(after.about)
    names = sorted(name for name in old.keys() | new.keys() if old.get(name) != new.get(name))
    return "; ".join(f"{name}: {old.get(name, 'none')} -> {new.get(name, 'none')}" for name in names)


def _unmet(case: Case, unknown: str, why: str, now: datetime) -> Iterator[CaseEvent]:
    if not unknown:
        cleared = replace(case, state="cleared", changed=now, cleared=now)
        yield CaseEvent(case=cleared, kind="cleared", why=why or BY_ITSELF)
    elif case.state != "unknown":
        yield CaseEvent(case=replace(case, state="unknown", changed=now), kind="unknown", why=unknown)
