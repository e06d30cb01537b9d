"""What each issue's note should say, from the standing cases. Pure.

One gate: a line is shown on an issue only when every reader of that issue may read all that
the line was derived from (``model.audience``). What is withheld leaves no trace on a public
issue, and elsewhere what a rule says in its place (``Place.veiled``) or a bare count.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from fnmatch import fnmatchcase
from itertools import groupby

from model.audience import may_read
from model.document import Code, Day, Document, Line, Piece, Section, Words
from model.policy import PUBLIC
from model.snapshot import Issue, Snapshot
from rules.base import SEVERITIES, Mode, Place, RuleSettings, Severity
from rules.engine import mode_for
from sync.base import Case, Mute

HEADINGS: Mapping[str, str] = {"consumer": "Waiting for", "provider": "Waited for by"}
SETTLED = Document((Section("", ((Words("crosstie has nothing to note here any more."),),)),))
"""What remains of a note when all its cases have cleared: one quiet line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """The note one issue should carry; ``document`` None: labels only."""

    uid: str
    document: Document | None
    cases: Mapping[str, int] = field(default_factory=dict)
    """Case id -> level shown."""
    label: bool = False
    quiet_cases: frozenset[str] = frozenset()
    """Ids of those for which nobody is called, as they are now: answered, or shown by the label alone."""
    urgency: tuple[int, str] = (0, "")
    """Sorts what a cap lets through first, over all teams: the central severity, then the oldest case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """All that decides where a case may be told."""

    snapshot: Snapshot
    rules: Mapping[str, RuleSettings]
    write_to: Sequence[str]
    mutes: Mapping[tuple[str, str], Mute]
    """By (uid, case id)."""

    def writable(self, issue: Issue) -> bool:
        """Whether ``write_to`` names the issue's scope; an issue we do not read in full is never written to."""
        return issue.end == "read" and bool(self.scopes((f"{issue.ref.tracker}:{issue.ref.scope}",)))

    def scopes(self, among: Iterable[str]) -> frozenset[str]:
        """Those of ``tracker:scope`` that ``write_to`` names."""
        return frozenset(s for s in among if any(fnmatchcase(s.casefold(), p.casefold()) for p in self.write_to))

    def mode(self, case: Case, issue: Issue) -> Mode:
        settings = self.rules.get(case.rule)
        return mode_for(settings, issue.team) if settings is not None else "off"

    def severity(self, case: Case, issue: Issue) -> Severity:
        """The case's own, unless the issue's team sees it differently."""
        teams = self.rules[case.rule].teams if case.rule in self.rules else {}
        return (teams[issue.team].severity if issue.team in teams else None) or case.severity

    def muted(self, case: Case, uid: str) -> bool:
        mute = self.mutes.get((uid, case.id))
        return mute is not None and not (mute.why == "baseline" and case.level > mute.level)


@dataclass(slots=True)
class _Sheet:
    """One issue's note while it is being put together."""

    issue: Issue
    told: list[tuple[Case, Place]] = field(default_factory=list)
    severities: dict[str, Severity] = field(default_factory=dict)
    """By case id, at this end: in this order they are told."""
    labelled: list[Case] = field(default_factory=list)
    withheld: int = 0


def wanted_notes(cases: Iterable[Case], desk: Desk, as_of: date) -> dict[str, Wanted]:
    """By uid. Cases that became unknown keep their last line."""
    sheets: dict[str, _Sheet] = {}
    for case in cases:
        if case.state != "cleared":
            for place in case.finding.places:
                _lay(sheets, case, place, desk)
    return {uid: _wanted(sheet, as_of) for uid, sheet in sorted(sheets.items()) if sheet.told or sheet.labelled}


def _lay(sheets: dict[str, _Sheet], case: Case, place: Place, desk: Desk) -> None:
    issue = desk.snapshot.issues.get(place.uid)
    if issue is None or not desk.writable(issue) or desk.muted(case, place.uid):
        return
    mode = desk.mode(case, issue)
    if mode not in ("label", "comment"):
        return
    sheet = sheets.setdefault(place.uid, _Sheet(issue))
    readable = may_read(issue.audience, case.finding.inputs)
    if mode == "label":
        sheet.labelled.extend([case] if readable else [])
    elif shown := place if readable else _veiled(place, issue):
        sheet.told.append((case, shown))
        sheet.severities[case.id] = desk.severity(case, issue)
    else:
        sheet.withheld += 1


def _veiled(place: Place, issue: Issue) -> Place | None:
    """The place as those may read it who may not read all of it; None where that leaves nothing, and in public."""
    return replace(place, line=place.veiled) if place.veiled and issue.audience != PUBLIC else None


def _wanted(sheet: _Sheet, as_of: date) -> Wanted:
    told = _by_counterpart(sheet)
    shown = [*(case for case, _ in told), *sheet.labelled]
    return Wanted(
        uid=sheet.issue.uid,
        document=_document(told, sheet, as_of) if told else None,
        cases={case.id: case.level for case in shown},
        label=True,
        quiet_cases=frozenset(case.id for case in sheet.labelled),
        urgency=min(_order(case, case.severity)[:2] for case in shown),
    )


def _by_counterpart(sheet: _Sheet) -> list[tuple[Case, Place]]:
    """What concerns the same other issue stands together; the most urgent issue first."""

    def other(case: Case) -> tuple[str, ...]:
        return tuple(uid for uid in case.subject.members if uid != sheet.issue.uid)

    def here(case: Case) -> tuple[int, str, str]:
        return _order(case, sheet.severities[case.id])

    urgent: dict[tuple[str, ...], tuple[int, str, str]] = {}
    for case, _ in sheet.told:
        urgent[other(case)] = min(urgent.get(other(case), here(case)), here(case))
    return sorted(sheet.told, key=lambda told: (urgent[other(told[0])], here(told[0])))


def _order(case: Case, severity: Severity) -> tuple[int, str, str]:
    return (-SEVERITIES.index(severity), case.opened.isoformat(), f"{case.rule} {case.id}")


def _document(told: Sequence[tuple[Case, Place]], sheet: _Sheet, as_of: date) -> Document:
    sections = []
    for role, heading in HEADINGS.items():
        ours = [(case, place) for case, place in told if place.role == role]
        edges = groupby(ours, key=lambda pair: pair[0].subject)
        lines = tuple(_line(list(of_edge)) for _, of_edge in edges)
        if lines:
            sections.append(Section(heading, lines))
    if sheet.withheld and sheet.issue.audience != PUBLIC:
        sections.append(Section("", (_withheld(sheet.withheld),)))
    footer: Line = (Words("crosstie, from what the trackers said on "), Day(as_of), Words("."))
    return Document(tuple(sections), footer)


def _line(of_edge: Sequence[tuple[Case, Place]]) -> Line:
    """One line per edge, however many rules speak of it; each with its case."""
    pieces: list[Piece] = []
    for case, place in of_edge:
        pieces += [*((Words(" "),) if pieces else ()), *place.line, Words(" ("), Code(case.id), Words(")")]
    return tuple(pieces)


def _withheld(count: int) -> Line:
    things = "1 more thing" if count == 1 else f"{count} more things"
    return (Words(f"{things} noted here rest on issues that not every reader of this one may see."),)
