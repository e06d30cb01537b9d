"""Which note each issue should carry, and the fewest writes that bring that about."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from model.document import Document, Words, plain
from rules.base import Finding, RuleSettings, TeamSettings
from sync.base import Case, Mute, NoteRow
from sync.notes import SETTLED, Desk, Wanted, wanted_notes
from sync.plan import Limits, Plan, plan
from tests.sync.build import NOW, PAY, PLAT, case, finding, issue, snapshot

DAY = NOW.date()
LIMITS = Limits(max_new_per_run=50, brake_percent=10, label="crosstie")


def desk(*, mutes: Iterable[Mute] = (), write_to: tuple[str, ...] = ("jira:*",), **audiences: str) -> Desk:
    issues = snapshot(
        issue(PAY, audience=audiences.get("pay", "internal")), issue(PLAT, audience=audiences.get("plat", "internal"))
    )
    return Desk(
        snapshot=issues,
        rules={"overdue": RuleSettings()},
        write_to=write_to,
        mutes={(m.uid, m.case): m for m in mutes},
    )


def text(document: Document | None) -> list[str]:
    assert document is not None
    return [line for s in document.sections for line in (s.heading, *map(plain, s.lines)) if line]


def wanted(cases: Iterable[Case], at: Desk) -> dict[str, Wanted]:
    return wanted_notes(cases, at, DAY)


def found(**fields: object) -> Finding:
    return replace(finding(), **fields)  # type: ignore[arg-type]


class TestWanted:
    def test_each_end_is_told_its_own_part_under_the_same_case(self) -> None:
        notes = wanted([case()], desk())
        assert text(notes[PAY].document) == ["Waiting for", "jira:PLAT-2 is late. (k3f9q)"]
        assert text(notes[PLAT].document) == ["Waited for by", "jira:PAY-1 waits. (k3f9q)"]

    def test_two_rules_on_one_edge_make_one_line(self) -> None:
        late, uncovered = finding("overdue"), finding("point-to-point")
        rules = {"overdue": RuleSettings(), "point-to-point": RuleSettings()}
        cases = [case("bbbbb", finding=uncovered), case("aaaaa", finding=late)]
        note = wanted(cases, replace(desk(), rules=rules))[PAY].document
        assert text(note) == ["Waiting for", "jira:PLAT-2 is late. (aaaaa) jira:PLAT-2 is late. (bbbbb)"]

    def test_a_teams_own_severity_decides_what_its_notes_say_first_and_nothing_else(self) -> None:
        other = replace(finding("undeclared", ends=(PAY, "jira:PLAT-9")), severity="error")
        cases = [case("aaaaa"), case("bbbbb", finding=other)]
        central = {"overdue": RuleSettings(), "undeclared": RuleSettings()}
        own = {"overdue": TeamSettings(severity="error"), "undeclared": TeamSettings(severity="info")}
        of_team = {rule: RuleSettings(teams={"payments": settings}) for rule, settings in own.items()}
        ours = snapshot(issue(PAY, team="payments"), issue(PLAT, team="platform"))
        first = [wanted(cases, replace(desk(), snapshot=ours, rules=rules))[PAY] for rules in (central, of_team)]
        assert [text(note.document)[1][-6:] for note in first] == ["bbbbb)", "aaaaa)"]
        assert first[0].urgency == first[1].urgency, "what a cap lets through first is for all teams alike"

    def test_nothing_is_wanted_where_nothing_may_be_written(self) -> None:
        assert wanted([case()], desk(write_to=())) == {}
        assert set(wanted([case()], desk(write_to=("jira:PAY",)))) == {PAY}

    def test_an_unknown_case_keeps_its_line_and_a_cleared_one_does_not(self) -> None:
        assert PAY in wanted([case(state="unknown")], desk())
        assert wanted([case(state="cleared")], desk()) == {}

    def test_where_not_all_of_it_is_for_every_reader_a_veiled_line_stands_in_its_place(self) -> None:
        places = tuple(replace(place, veiled=(Words("Part of a circle of 3."),)) for place in finding().places)
        secret = case(finding=found(places=places, inputs=frozenset({"jira:SEC"})))
        assert text(wanted([secret], desk())[PAY].document) == ["Waiting for", "Part of a circle of 3. (k3f9q)"]
        assert wanted([secret], desk(pay="public", plat="public")) == {}
        labels = replace(desk(), rules={"overdue": RuleSettings(mode="label")})
        assert wanted([secret], labels) == {}
        open_to_all = case(finding=found(places=places))
        assert text(wanted([open_to_all], desk())[PAY].document) == ["Waiting for", "jira:PLAT-2 is late. (k3f9q)"]

    def test_what_a_reader_may_not_know_is_withheld(self) -> None:
        secret, open_case = case(finding=found(inputs=frozenset({"jira:SECRET"}))), case("m2x7p")
        assert wanted([secret], desk()) == {}
        assert text(wanted([secret, open_case], desk())[PAY].document)[-1].startswith("1 more thing noted here")
        public = wanted([secret, open_case], desk(pay="public"))[PAY].document
        assert text(public) == ["Waiting for", "jira:PLAT-2 is late. (m2x7p)"]

    def test_a_persons_mute_is_final_and_a_baseline_ends_when_worse(self) -> None:
        hand = Mute(uid=PAY, case="k3f9q", why="note deleted", at=NOW, level=1)
        baseline = replace(hand, why="baseline")
        worse = case(level=2)
        assert set(wanted([worse], desk(mutes=[hand]))) == {PLAT}
        assert set(wanted([case()], desk(mutes=[baseline]))) == {PLAT}
        assert set(wanted([worse], desk(mutes=[baseline]))) == {PAY, PLAT}

    def test_the_day_is_no_reason_to_edit(self) -> None:
        today = wanted_notes([case()], desk(), DAY)[PAY].document
        later = wanted_notes([case()], desk(), DAY.replace(day=9))[PAY].document
        assert today is not None
        assert later is not None
        assert today.digest == later.digest
        assert plain(today.footer) != plain(later.footer)


def planned(
    notes: dict[str, Wanted], *standing: NoteRow, limits: Limits = LIMITS, uids: tuple[str, ...] = (PAY, PLAT)
) -> Plan:
    issues = {uid: issue(uid) for uid in uids}
    return plan(notes, {r.uid: r for r in standing}, issues, dict.fromkeys(issues, "1"), frozenset(issues), limits)


def row(uid: str, wanted: Wanted | None = None, **fields: object) -> NoteRow:
    digest = (wanted.document if wanted and wanted.document else SETTLED).digest
    base = NoteRow(uid=uid, tracker="jira", id="c1", digest=digest, labels=("crosstie",))
    return replace(base, **fields)  # type: ignore[arg-type]


class TestPlan:
    def test_new_notes_and_their_labels(self) -> None:
        plan = planned(wanted([case()], desk()))
        assert [(w.uid, w.kind, w.reason) for w in plan.writes] == [
            (PAY, "note", "new"),
            (PAY, "labels", "changed"),
            (PLAT, "note", "new"),
            (PLAT, "labels", "changed"),
        ]

    def test_what_stands_as_wanted_costs_nothing(self) -> None:
        notes = wanted([case()], desk())
        plan = planned(notes, row(PAY, notes[PAY]), row(PLAT, notes[PLAT]))
        assert (plan.writes, plan.unchanged) == ((), 2)

    def test_other_text_is_an_edit_in_place(self) -> None:
        notes = wanted([case()], desk())
        (write,) = planned(notes, row(PAY, notes[PAY], digest="old"), row(PLAT, notes[PLAT])).writes
        assert (write.uid, write.reason, write.known, write.quiet) == (PAY, "changed", "c1", True)

    def test_a_cleared_note_becomes_one_line_once(self) -> None:
        note, label = planned({}, row(PAY, digest="old"), uids=(PAY,)).writes
        assert (note.document, note.folded, note.reason) == (SETTLED, True, "cleared")
        assert (label.remove, label.reason) == (("crosstie",), "cleared")
        assert planned({}, row(PAY, labels=()), uids=(PAY,)).writes == ()

    def test_a_cap_lets_the_most_urgent_through(self) -> None:
        urgent = case("aaaaa", finding=found(severity="error"))
        other = case("bbbbb", finding=replace(finding(ends=("jira:PAY-7", "jira:PLAT-8")), severity="warning"))
        uids = (PAY, PLAT, "jira:PAY-7", "jira:PLAT-8")
        at = replace(desk(), snapshot=snapshot(*map(issue, uids)))
        plan = planned(wanted([urgent, other], at), limits=replace(LIMITS, max_new_per_run=2), uids=uids)
        assert {w.uid for w in plan.writes} == {PAY, PLAT}
        assert plan.suppressed == 2

    @pytest.mark.parametrize(("released", "writes"), [(False, 0), (True, 44)])
    def test_the_brake_stops_before_the_first_write(self, released: bool, writes: int) -> None:
        ends = [(f"jira:PAY-{n}", f"jira:PLAT-{n}") for n in range(11)]
        uids = tuple(uid for pair in ends for uid in pair) + tuple(f"jira:PAY-{n}" for n in range(100, 150))
        cases = [case(f"c{n}", finding=finding(ends=pair)) for n, pair in enumerate(ends)]
        at = replace(desk(), snapshot=snapshot(*map(issue, uids)))
        plan = planned(wanted(cases, at), limits=replace(LIMITS, released=released), uids=uids)
        assert len(plan.writes) == writes
        assert bool(plan.braked) is not released
        if plan.braked:
            assert "22 of 72 issues" in plan.braked
