"""What a digest says of cases: those not said on the tickets, the new and the worse, and those that are over. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from model.calendar import Calendar
from model.document import Day
from model.snapshot import Issue
from rules.base import Place
from rules.wording import line, titled
from sync.base import Case, CaseEvent, EventKind
from sync.digest.matter import Matter, Untold, by_urgency, latest
from sync.fragments import of_message, of_settled, of_step
from sync.gate import Entry, Fragment

Events = Sequence[tuple[datetime, CaseEvent]]
CHANGES: Mapping[EventKind, str] = {"opened": "New", "reopened": "Back", "worsened": "Worse"}


@dataclass(frozen=True, slots=True)
class _At:
    """A case and the end at which it is told, with what there is to say before its next step."""

    case: Case
    issue: Issue
    place: Place
    remark: Fragment | None = None


def untold(matter: Matter, teams: frozenset[str]) -> tuple[list[Entry], dict[str, str]]:
    """Steps of these teams that nobody was called for; and by case, why."""
    found: dict[str, _At] = {}
    why: dict[str, str] = {}
    for step in matter.untold:
        at = _at(matter, step, teams)
        if at is not None and step.case not in found:
            found[step.case], why[step.case] = at, step.why
    return _by_issue(found.values()), why


def news(
    matter: Matter, teams: frozenset[str], events: Events, calendar: Calendar, without: Collection[str]
) -> list[Entry]:
    """What opened, came back or got worse and stands; ``without`` these cases, which are told elsewhere."""
    found = []
    for moment, event in latest(events).values():
        case = matter.cases.get(event.case.id)
        if case is None or case.state == "cleared" or event.kind not in CHANGES or case.id in without:
            continue
        if (end := matter.end(case, teams)) is not None:
            said = line(f"{CHANGES[event.kind]} on ", Day(calendar.today(moment)), ".")
            found.append(_At(case, *end, Fragment(said, case.finding.inputs)))
    return _by_issue(found)


def settled(matter: Matter, teams: frozenset[str], events: Events) -> list[Entry]:
    """What cleared, and has not come back: good news."""
    found: dict[str, tuple[Issue, list[Case]]] = {}
    over = [event.case for _, event in latest(events).values() if event.kind == "cleared"]
    for case in sorted(over, key=by_urgency):
        now = matter.cases.get(case.id, case)
        end = matter.end(case, teams) if now.state == "cleared" else None
        if end is not None:
            found.setdefault(end[0].uid, (end[0], []))[1].append(now)
    return [
        Entry(lead=_lead(issue), verdicts=tuple(of_settled(case, issue, matter.snapshot) for case in cases))
        for issue, cases in found.values()
    ]


def _at(matter: Matter, step: Untold, teams: frozenset[str]) -> _At | None:
    case = matter.cases.get(step.case)
    place = matter.place(case, step.uid) if case is not None else None
    if case is None or place is None or place[0].team not in teams:
        return None
    return _At(case, *place)


def _by_issue(found: Iterable[_At]) -> list[Entry]:
    """An entry for each issue of the team's, with all that there is to say of it; the most urgent first."""
    issues: dict[str, list[_At]] = {}
    for at in sorted(found, key=lambda at: by_urgency(at.case)):
        issues.setdefault(at.issue.uid, []).append(at)
    return [
        Entry(
            lead=_lead(here[0].issue),
            verdicts=tuple(_verdict(at) for at in here),
            below=tuple(of_step(at.case, at.place) for at in here),
        )
        for here in issues.values()
    ]


def _verdict(at: _At) -> Fragment:
    message = of_message(at.case)
    return message.then(Fragment(line(" "), ())).then(at.remark) if at.remark is not None else message


def _lead(issue: Issue) -> Fragment:
    return Fragment(titled(issue), {issue.audience})
