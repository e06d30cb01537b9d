"""What a digest says of cases: those not said on the tickets, the new and the worse, and those that are over. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from model.calendar import Calendar
from model.document import Code, Day
from model.snapshot import Issue
from rules.base import Place, Subject
from rules.wording import line, titled
from sync.base import Case, CaseEvent, EventKind
from sync.digest.matter import Matter, Untold, by_urgency, latest
from sync.fragments import of_message, of_settled, of_step
from sync.gate import NOTHING, Entry, Fragment, Gate

Events = Sequence[tuple[datetime, CaseEvent]]
CHANGES: Mapping[EventKind, str] = {"opened": "", "reopened": "back", "worsened": "worse"}


@dataclass(frozen=True, slots=True)
class At:
    """A case and the end at which it is told."""

    case: Case
    issue: Issue
    place: Place
    since: Fragment = NOTHING
    """Since when it is worse, or back."""


def untold(matter: Matter, teams: frozenset[str]) -> tuple[list[At], dict[str, str]]:
    """Steps of these teams that nobody was called for; and by case, why."""
    found: dict[str, At] = {}
    why: dict[str, str] = {}
    for step in matter.untold:
        at = _at(matter, step, teams)
        if at is not None and step.case not in found:
            found[step.case], why[step.case] = at, step.why
    return list(found.values()), why


def news(
    matter: Matter, teams: frozenset[str], events: Events, calendar: Calendar, without: Collection[str]
) -> list[At]:
    """What opened, came back or got worse and stands; ``without`` these cases, which are told elsewhere."""
    found = []
    for moment, event in latest(events).values():
        case = matter.cases.get(event.case.id)
        if case is None or case.state == "cleared" or event.kind not in CHANGES or case.id in without:
            continue
        if (end := matter.end(case, teams)) is not None:
            said = CHANGES[event.kind]
            since = line(f" ({said} since ", Day(calendar.today(moment)), ")") if said else ()
            found.append(At(case, *end, Fragment(since, case.finding.inputs)))
    return found


def settled(matter: Matter, teams: frozenset[str], events: Events, *, owned: bool) -> list[Entry]:
    """What cleared, and has not come back: good news."""
    found: dict[str, tuple[Issue, list[Case]]] = {}
    over = [event.case for _, event in latest(events).values() if event.kind == "cleared"]
    for case in sorted(over, key=by_urgency):
        now = matter.cases.get(case.id, case)
        end = matter.end(case, teams) if now.state == "cleared" else None
        if end is not None:
            found.setdefault(end[0].uid, (end[0], []))[1].append(now)
    return [
        Entry(lead=_lead(issue, owned), verdicts=tuple(of_settled(case, issue, matter.snapshot) for case in cases))
        for issue, cases in found.values()
    ]


def entries(found: Iterable[At], gate: Gate, *, owned: bool) -> tuple[list[Entry], frozenset[str]]:
    """An entry for each issue, with what there is to say of it, the most urgent first; and the cases in them.

    ``owned``: whether it has to be said whose the issues are.
    """
    issues: dict[str, list[At]] = {}
    withheld = []
    for at in sorted(found, key=lambda at: by_urgency(at.case)):
        if gate.reads((*at.case.finding.inputs, at.issue.audience)):
            issues.setdefault(at.issue.uid, []).append(at)
        else:
            withheld.append(Entry(lead=_lead(at.issue, owned), verdicts=(of_message(at.case),)))
    told = frozenset(at.case.id for here in issues.values() for at in here)
    return [*(_entry(here, owned) for here in issues.values()), *withheld], told


def _at(matter: Matter, step: Untold, teams: frozenset[str]) -> At | None:
    case = matter.cases.get(step.case)
    place = matter.place(case, step.uid) if case is not None else None
    if case is None or place is None or place[0].team not in teams:
        return None
    return At(case, *place)


def _entry(here: Sequence[At], owned: bool) -> Entry:
    """Of a dependency, the most urgent case in a sentence and the others by name; and what to do first."""
    subjects: dict[Subject, list[At]] = {}
    for at in here:
        subjects.setdefault(at.case.subject, []).append(at)
    said = [line for ats in subjects.values() for line in (_verdict(ats[0]), *_also(ats[1:]))]
    return Entry(lead=_lead(here[0].issue, owned), verdicts=tuple(said), below=(of_step(here[0].case, here[0].place),))


def _verdict(at: At) -> Fragment:
    return of_message(at.case).then(at.since)


def _also(others: Sequence[At]) -> list[Fragment]:
    """Other rules on what the line above has named, in one line."""
    if not others:
        return []
    said = line("Also ", *(piece for at in others for piece in (f"{at.case.rule} ", Code(at.case.id), ", ")))[:-1]
    needs = frozenset[str]().union(*(at.case.finding.inputs for at in others))
    return [Fragment(said, needs, case=others[0].case.id)]


def _lead(issue: Issue, owned: bool) -> Fragment:
    return Fragment(titled(issue if owned else replace(issue, team="", party="")), {issue.audience})
