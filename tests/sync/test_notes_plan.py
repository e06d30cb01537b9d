"""Which note each issue should carry."""

from collections.abc import Iterable
from dataclasses import replace

from msgspec import structs

from model.document import Document, Words, plain
from rules.base import Finding, RuleSettings, TeamSettings
from sync.base import Case, Mute
from sync.notes import Desk, Wanted, wanted_notes
from tests.sync.build import NOW, PAY, PLAT, case, finding, issue, snapshot

DAY = NOW.date()


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
    """Headings, lines and leads as they stand; what is below a lead is indented."""
    found: list[str] = []
    for section in document.sections if document is not None else ():
        found += [section.heading, *map(plain, section.lines)]
        found += [line for i in section.items for line in (plain(i.lead), *(f"  {plain(b)}" for b in i.below))]
    return [line for line in found if line]


def wanted(cases: Iterable[Case], at: Desk) -> dict[str, Wanted]:
    return wanted_notes(cases, at, DAY)


def found(**fields: object) -> Finding:
    return structs.replace(finding(), **fields)


class TestWanted:
    def test_each_end_is_told_its_own_part_under_the_same_case(self) -> None:
        notes = wanted([case()], desk())
        assert text(notes[PAY].document) == ["Waiting for", "jira:PLAT-2", "  It is late. k3f9q"]
        assert text(notes[PLAT].document) == ["Waited for by", "jira:PAY-1", "  It waits. k3f9q"]

    def test_two_rules_on_one_edge_make_one_item(self) -> None:
        late, uncovered = finding("overdue"), finding("point-to-point")
        rules = {"overdue": RuleSettings(), "point-to-point": RuleSettings()}
        cases = [case("bbbbb", finding=uncovered), case("aaaaa", finding=late)]
        note = wanted(cases, replace(desk(), rules=rules))[PAY].document
        assert text(note) == ["Waiting for", "jira:PLAT-2", "  It is late. aaaaa", "  It is late. bbbbb"]

    def test_a_teams_own_severity_decides_what_its_notes_say_first_and_nothing_else(self) -> None:
        other = structs.replace(finding("undeclared", ends=(PAY, "jira:PLAT-9")), severity="error")
        cases = [case("aaaaa"), case("bbbbb", finding=other)]
        central = {"overdue": RuleSettings(), "undeclared": RuleSettings()}
        own = {"overdue": TeamSettings(severity="error"), "undeclared": TeamSettings(severity="info")}
        of_team = {rule: RuleSettings(teams={"payments": settings}) for rule, settings in own.items()}
        ours = snapshot(issue(PAY, team="payments"), issue(PLAT, team="platform"))
        first = [wanted(cases, replace(desk(), snapshot=ours, rules=rules))[PAY] for rules in (central, of_team)]
        assert [text(note.document)[2][-5:] for note in first] == ["bbbbb", "aaaaa"]
        assert first[0].urgency == first[1].urgency, "what a cap lets through first is for all teams alike"

    def test_nothing_is_wanted_where_nothing_may_be_written(self) -> None:
        assert wanted([case()], desk(write_to=())) == {}
        assert set(wanted([case()], desk(write_to=("jira:PAY",)))) == {PAY}

    def test_an_unknown_case_keeps_its_line_and_a_cleared_one_does_not(self) -> None:
        assert PAY in wanted([case(state="unknown")], desk())
        assert wanted([case(state="cleared")], desk()) == {}

    def test_where_not_all_of_it_is_for_every_reader_a_veiled_line_stands_in_its_place(self) -> None:
        places = tuple(structs.replace(place, veiled=(Words("Part of a circle of 3."),)) for place in finding().places)
        secret = case(finding=found(places=places, inputs=frozenset({"jira:SEC"})))
        assert text(wanted([secret], desk())[PAY].document) == [
            "Waiting for",
            "jira:PLAT-2",
            "  Part of a circle of 3. k3f9q",
        ]
        assert wanted([secret], desk(pay="public", plat="public")) == {}
        labels = replace(desk(), rules={"overdue": RuleSettings(mode="label")})
        assert wanted([secret], labels) == {}
        open_to_all = case(finding=found(places=places))
        assert text(wanted([open_to_all], desk())[PAY].document)[-1] == "  It is late. k3f9q"

    def test_what_a_reader_may_not_know_is_withheld(self) -> None:
        secret, open_case = case(finding=found(inputs=frozenset({"jira:SECRET"}))), case("m2x7p")
        assert wanted([secret], desk()) == {}
        assert text(wanted([secret, open_case], desk())[PAY].document)[-1].startswith("1 more thing noted here")
        public = wanted([secret, open_case], desk(pay="public", plat="public"))[PAY].document
        assert text(public) == ["Waiting for", "jira:PLAT-2", "  It is late. m2x7p"]

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
