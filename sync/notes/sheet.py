"""What each issue's note should say, from the standing cases and what people said of them. Pure.

A sheet gathers what is to be told on one issue; the gate makes the document of it, for the
readers of that issue.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from model.document import Code, Day, Line, Words
from model.policy import PUBLIC
from model.snapshot import Dependency, Issue
from rules.base import OF_ISSUES, SEVERITIES, Place, Severity
from sync import fragments
from sync.base import Case
from sync.gate import Entry, Few, Fragment, Gate, Listed, Part
from sync.notes.answers import Answers, Said, lines
from sync.notes.base import Desk, Wanted

HEADINGS: Mapping[str, str] = {"consumer": "Waiting for", "provider": "Waited for by"}
MOST_ITEMS = 20
MOST_EVIDENCE = 2
MOST_STEPS = 2
MOST_SETTLED = 10
KEPT_SETTLED = 50
"""Of so many a note knows that they settled: those that are not shown are counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """A case as it stands at one end."""

    case: Case
    place: Place
    severity: Severity
    """At this end: in this order cases are told."""
    answers: Answers

    @property
    def order(self) -> tuple[int, str, str]:
        return _order(self.case, self.severity)

    @property
    def about(self) -> tuple[str, ...]:
        """What it shares an item with: the other cases of its dependency."""
        edge = self.case.subject.kind == "edge"
        return (self.place.role, *(self.case.subject.members if edge else (self.case.id,)))


@dataclass(slots=True)
class _Sheet:
    """One issue's note while it is being put together."""

    here: Issue
    told: list[_Told] = field(default_factory=list)
    labelled: list[Case] = field(default_factory=list)


def wanted_notes(cases: Iterable[Case], desk: Desk, as_of: date) -> dict[str, Wanted]:
    """By uid. Cases that became unknown keep their last line."""
    said = Said(desk.statements, desk.snapshot, as_of)
    sheets: dict[str, _Sheet] = {}
    for case in cases:
        if case.state != "cleared":
            for place in case.finding.places:
                _lay(sheets, case, place, desk, said)
    wanted = (_wanted(sheet, desk, said, as_of) for _, sheet in sorted(sheets.items()))
    return {one.uid: one for one in wanted if one is not None}


def _lay(sheets: dict[str, _Sheet], case: Case, place: Place, desk: Desk, said: Said) -> None:
    here = desk.snapshot.issues.get(place.uid)
    if here is None or not desk.writable(here) or desk.muted(case, place.uid):
        return
    if here.audience == PUBLIC and not Gate(PUBLIC).reads(case.finding.inputs):
        # Not even the order of what else is told may tell the public that there is more.
        return
    mode = desk.mode(case, here)
    sheet = sheets.setdefault(place.uid, _Sheet(here))
    if mode == "label" and Gate(here.audience).reads(case.finding.inputs):
        sheet.labelled.append(case)
    elif mode == "comment":
        severity = desk.severity(case, here)
        sheet.told.append(_Told(case=case, place=place, severity=severity, answers=said.of(case, here)))


def _wanted(sheet: _Sheet, desk: Desk, said: Said, as_of: date) -> Wanted | None:
    """None where nothing of it is for the readers of the issue."""
    here = sheet.here
    settled = _settled(desk, here)
    told = Gate(here.audience).document(_Pages(sheet, desk, said).parts(settled), _footer(as_of, desk.commands))
    noted = [one for one in sheet.told if one.case.id in told.cases]
    shown = [*(one.case for one in noted), *sheet.labelled]
    if not shown:
        return None
    return Wanted(
        uid=here.uid,
        document=told.document if noted else None,
        team=here.team,
        cases={case.id: case.level for case in sorted(shown, key=lambda case: case.id)},
        settled=tuple(case.id for case in settled),
        label=True,
        quiet_cases=frozenset(case.id for case in sheet.labelled)
        | frozenset(one.case.id for one in noted if one.answers.quiet),
        urgency=min(_order(case, case.severity)[:2] for case in shown),
    )


def _settled(desk: Desk, here: Issue) -> list[Case]:
    """What cleared while the note stood, the newest first. No day counts by itself, or the text would change by it."""
    cases = {case.id: case for case in desk.settled.get(here.uid, ()) if _is_there(case, desk, here)}
    cleared = {case.id: (case.cleared, case.id) for case in cases.values() if case.cleared is not None}
    return [cases[case] for case in sorted(cleared, key=cleared.__getitem__, reverse=True)][:KEPT_SETTLED]


def _is_there(case: Case, desk: Desk, here: Issue) -> bool:
    """A case on an issue that was deleted, or goes by another name now, did not settle; nor one whose rule is off."""
    issues = [desk.snapshot.issues.get(uid) for uid in case.subject.members if case.subject.kind in OF_ISSUES]
    there = all(issue is not None and issue.end != "gone" for issue in issues)
    return there and desk.mode(case, here) == "comment"


@dataclass(frozen=True, slots=True)
class _Pages:
    """The parts of a note."""

    sheet: _Sheet
    desk: Desk
    said: Said

    def parts(self, settled: Iterable[Case]) -> Iterator[Part]:
        here, snapshot = self.sheet.here, self.desk.snapshot
        open_ = [one for one in self.sheet.told if one.answers.folded_by is None]
        for role, heading in HEADINGS.items():
            entries = [self._entry(several) for several in _items([one for one in open_ if one.place.role == role])]
            yield Part(heading=heading, entries=tuple(entries), most=MOST_ITEMS)
        told = sorted(self.sheet.told, key=lambda one: one.order) if self.said.anything else []
        yield Part(heading="Snoozed", lines=tuple(self._snoozed(told)), folded=True, most=MOST_ITEMS)
        answers = tuple(fragments.of_answer(one, snapshot) for one in self.said.told_of_none(here))
        yield Part(heading="Answers", lines=answers)
        for one in told:
            if self.said.asked_why(one.case, here):
                yield Part(heading=f"Why {one.case.id}", lines=fragments.of_inputs(one.case), folded=True, most=40)
        ended = tuple(fragments.of_settled(one, here, snapshot, also) for one, *also in self._together(settled))
        yield Part(heading="Settled", lines=ended, folded=True, most=MOST_SETTLED)

    def _together(self, settled: Iterable[Case]) -> list[list[Case]]:
        """Of one dependency, what went on the same day and may be read by the same people."""
        alike: dict[tuple[object, ...], list[Case]] = {}
        for case in settled:
            day = fragments.local_day(case.cleared or case.changed, self.sheet.here, self.desk.snapshot)
            edge = case.subject if case.subject.kind == "edge" else case.id
            alike.setdefault((day, edge, case.finding.inputs), []).append(case)
        return [sorted(cases, key=lambda case: (case.rule, case.id)) for cases in alike.values()]

    def _entry(self, several: list[_Told]) -> Entry:
        first = several[0]
        verdicts = tuple(fragments.of_verdict(one.case, one.place, self.sheet.here) for one in several)
        answers = tuple(self._answers(several))
        open_ = [one for one in several if not one.answers.quiet]
        of = tuple(fragments.of_step(one.case, one.place, self.sheet.here) for one in open_)
        steps = Few(of=of, most=MOST_STEPS)
        if first.case.subject.kind != "edge":
            return Entry(lead=verdicts[0], below=(steps, *answers))
        evidence = tuple(self._evidence(several)) if open_ else ()
        return Entry(lead=self._lead(several), verdicts=verdicts, below=(*evidence, steps, *answers))

    def _lead(self, several: list[_Told]) -> Fragment:
        here, snapshot = self.sheet.here, self.desk.snapshot
        lead, told = fragments.of_other_end(several[0].case, here, snapshot), [one.place for one in several]
        dependency = self._dependency(several)
        if dependency is None:
            return lead
        if several[0].place.role == "consumer":
            opened = fragments.local_day(min(one.case.opened for one in several), here, snapshot)
            return lead.then(fragments.of_since(dependency, snapshot, here, opened, told))
        return lead.then(fragments.of_need(dependency, told))

    def _evidence(self, several: list[_Told]) -> Iterator[Listed]:
        dependency = self._dependency(several)
        if dependency is not None:
            here, snapshot, told = self.sheet.here, self.desk.snapshot, [one.place for one in several]
            of = tuple(fragments.of_evidence(each, here, snapshot, told) for each in dependency.evidence)
            yield Listed(opening="Seen in: ", of=of, most=MOST_EVIDENCE)

    def _dependency(self, several: list[_Told]) -> Dependency | None:
        finding = several[0].case.finding
        return self.desk.snapshot.by_key.get((finding.consumer, finding.provider))

    def _answers(self, several: list[_Told]) -> Iterator[Fragment]:
        snapshot = self.desk.snapshot
        yield from lines([(one.case, one.answers) for one in several], snapshot)
        for statement in self.said.told((one.case for one in several), self.sheet.here):
            yield fragments.of_answer(statement, snapshot)

    def _snoozed(self, told: Iterable[_Told]) -> Iterator[Fragment]:
        for one in told:
            if one.answers.folded_by is not None:
                here, snapshot = self.sheet.here, self.desk.snapshot
                yield fragments.of_snoozed(one.case, one.answers.folded_by, here, snapshot)


def _items(told: list[_Told]) -> list[list[_Told]]:
    """What concerns the same dependency stands together; the most urgent first, what was answered last."""
    first: dict[tuple[str, ...], tuple[bool, tuple[int, str, str]]] = {}
    for one in told:
        rank = (one.answers.quiet, one.order)
        first[one.about] = min(first.get(one.about, rank), rank)
    ordered = sorted(told, key=lambda one: (first[one.about], one.answers.quiet, one.order))
    return [list(several) for _, several in groupby(ordered, key=lambda one: one.about)]


def _order(case: Case, severity: Severity) -> tuple[int, str, str]:
    return (-SEVERITIES.index(severity), case.opened.isoformat(), f"{case.rule} {case.id}")


def _footer(as_of: date, commands: bool) -> Line:
    day: Line = (Words("crosstie, from what the trackers said on "), Day(as_of), Words("."))
    if not commands:
        return day
    ways: Line = (Code("/crosstie ack"), Words(", "), Code("snooze 5d"), Words(", "), Code("mute"), Words(" or "))
    return (*day, Words(" Answer in a comment: "), *ways, Code("why"), Words(", each with the id of a case."))
