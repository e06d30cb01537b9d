"""The engine: what it loads, what settings do to findings, what it says when it cannot judge."""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

import pytest
from pydantic import ValidationError

from model.calendar import Calendar
from model.snapshot import Dependency, Issue, Missing, Snapshot
from rules.base import Finding, Mode, Rule, RuleError, RuleSettings, Subject, TeamSettings
from rules.engine import by_id, judge, load, mode_for, severity_for, undecided
from rules.examples import Example, depends, issue, moment, text, world
from rules.overdue import Overdue, OverdueSettings
from rules.point_to_point import PointToPoint

PAY = issue("PAY-1", "payments")
PLAT = issue("PLAT-7", "platform", "started")
NOW = moment("2026-12-02")


def late(consumer: Issue = PAY, provider: Issue = PLAT) -> Dependency:
    return depends(consumer, provider, promised="2026-12-01 due")


def only(snapshot: Snapshot, rule: str, settings: RuleSettings | None = None) -> Finding:
    findings = judge(snapshot, {rule: settings} if settings else {})
    (finding,) = (finding for finding in findings if finding.rule == rule)
    return finding


def test_rules_are_found_by_walking_the_folder() -> None:
    assert list(load()) == sorted(load())
    assert {"cycle", "dangling", "overdue", "unblocked", "unreadable"} <= load().keys()


@pytest.mark.parametrize("rule_id", sorted(load()))
def test_a_rule_lives_in_a_file_of_its_name(rule_id: str) -> None:
    assert type(load()[rule_id]).__module__ == f"rules.{rule_id.replace('-', '_')}"


def test_load_hands_out_a_copy() -> None:
    load().clear()
    assert load()


class Silent(Rule[RuleSettings]):
    """What it finds: nothing.

    Why it matters: it does not.

    How to clear it: no need.
    """

    id = "silent"
    subject = "issue"
    levels = ("none",)
    examples: ClassVar[tuple[Example, ...]] = (Example(name="Empty", because="there is nothing"),)

    def judge(self, snapshot: Snapshot, settings: RuleSettings) -> Iterator[Finding]:
        yield from ()


class Mute(Silent):
    """What it finds: nothing. Why it matters: it does not."""

    id = "mute"


class Untried(Silent):
    """What it finds: nothing. Why it matters: it does not. How to clear it: no need."""

    id = "untried"
    examples = ()


class Undocumented(Silent):
    id = "undocumented"


def test_a_complete_rule_is_taken() -> None:
    assert list(by_id([Silent(), Overdue()])) == ["overdue", "silent"]


def test_two_rules_of_one_name_are_refused() -> None:
    with pytest.raises(TypeError, match="two rules are called silent"):
        by_id([Silent(), Overdue(), Silent()])


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        (Mute(), "docstring of rule mute must say, in this order: What it finds; Why it matters; How to clear it"),
        (Undocumented(), "docstring of rule undocumented"),
        (Untried(), "rule untried has no examples"),
    ],
)
def test_a_rule_without_manual_or_examples_is_refused(rule: Silent, complaint: str) -> None:
    with pytest.raises(TypeError, match=complaint):
        by_id([rule])


def test_findings_are_ordered_by_rule_and_subject() -> None:
    edges = [late(), late(issue("PAY-2", "payments")), depends(issue("PAY-3", "payments"), PLAT, covered=False)]
    findings = judge(world(*reversed(edges), now=NOW), {})
    assert [(f.rule, f.subject.members) for f in findings if f.rule in ("overdue", "point-to-point")] == [
        ("overdue", ("jira:PAY-1", "jira:PLAT-7")),
        ("overdue", ("jira:PAY-2", "jira:PLAT-7")),
        ("point-to-point", ("jira:PAY-3", "jira:PLAT-7")),
    ]


def test_a_rule_that_is_off_is_not_judged() -> None:
    assert judge(world(late(), now=NOW), {"overdue": OverdueSettings(mode="off")}) == ()


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        (OverdueSettings(), ["consumer", "provider"]),
        (OverdueSettings(mode="observe"), ["consumer", "provider"]),
        (OverdueSettings(notify="consumer"), ["consumer"]),
        (OverdueSettings(notify="provider"), ["provider"]),
        (OverdueSettings(teams={"platform": TeamSettings(mode="off")}), ["consumer"]),
        (OverdueSettings(teams={"payments": TeamSettings(mode="off")}, notify="consumer"), []),
        (OverdueSettings(teams={"platform": TeamSettings(notify="consumer")}), ["consumer"]),
        (OverdueSettings(teams={"payments": TeamSettings(notify="consumer")}), ["consumer", "provider"]),
        (OverdueSettings(teams={"payments": TeamSettings(notify="both")}, notify="provider"), ["provider"]),
        (OverdueSettings(teams={"payments": TeamSettings(notify="consumer")}, notify="provider"), ["provider"]),
        (OverdueSettings(teams={"someone-else": TeamSettings(mode="off")}), ["consumer", "provider"]),
    ],
)
def test_ends_that_are_not_to_be_told_are_left_out(settings: OverdueSettings, told: list[str]) -> None:
    finding = only(world(late(), now=NOW), "overdue", settings)
    assert [place.role for place in finding.places] == told


def test_an_end_that_is_known_by_a_link_only_carries_no_line() -> None:
    stub = issue("OPS-9", "ops", "started", end="stub")
    edge = depends(PAY, stub, needed="2026-12-01 text")
    assert [place.uid for place in only(world(edge, now=NOW), "overdue").places] == [PAY.uid]


def test_severity_is_the_rules_own_and_not_a_teams() -> None:
    settings = OverdueSettings(severity="error", teams={"payments": TeamSettings(severity="info")})
    assert only(world(late(), now=NOW), "overdue", settings).severity == "error"
    assert severity_for(settings, "payments") == "info"
    assert severity_for(settings, "platform") == "error"


def test_severity_can_rise_with_the_level() -> None:
    settings = OverdueSettings.model_validate({"severity": "info", "severity_from": {"2": "warning", "3": "error"}})
    assert [severity_for(settings, level=level) for level in (1, 2, 3, 4)] == ["info", "warning", "error", "error"]
    assert only(world(late(), now=moment("2026-12-14")), "overdue", settings).severity == "warning"


@pytest.mark.parametrize(
    ("central", "team", "expected"),
    [
        ("comment", None, "comment"),
        ("comment", "observe", "observe"),
        ("comment", "off", "off"),
        ("observe", "comment", "observe"),
        ("off", "comment", "off"),
        ("label", "label", "label"),
    ],
)
def test_a_team_can_ask_for_less_and_never_for_more(central: Mode, team: Mode | None, expected: Mode) -> None:
    settings = RuleSettings(mode=central, teams={"payments": TeamSettings(mode=team)})
    assert mode_for(settings, "payments") == expected
    assert mode_for(settings, "platform") == central
    assert mode_for(settings) == central


def test_settings_of_an_unknown_rule_are_refused_by_name() -> None:
    with pytest.raises(LookupError, match=r"no rule is called overdoo; there are .*cycle, .*overdue"):
        judge(world(now=NOW), {"overdoo": RuleSettings()})


def test_levels_of_overdue_must_rise() -> None:
    with pytest.raises(ValidationError, match="level_3_after must not be below level_2_after"):
        OverdueSettings(level_2_after=10, level_3_after=4)


def test_a_broken_rule_is_named_with_what_it_broke_on() -> None:
    nowhere = {"payments": Calendar(timezone="Atlantis/Harbour")}
    with pytest.raises(RuleError, match=r"rule overdue on jira:PAY-1 -> jira:PLAT-7: .*Atlantis") as caught:
        judge(world(late(), now=NOW, calendars=nowhere), {})
    assert caught.value.rule == "overdue"
    assert caught.value.subject == Subject("edge", ("jira:PAY-1", "jira:PLAT-7"))


def test_settings_of_another_rule_break_it_by_name() -> None:
    with pytest.raises(RuleError, match="rule overdue"):
        judge(world(late(), now=NOW), {"overdue": RuleSettings()})


def test_one_subject_is_found_once_and_at_its_worst() -> None:
    twice = replace(
        world(now=moment("2026-12-14")), dependencies=(late(), depends(PAY, PLAT, promised="2026-12-11 due"))
    )
    twice = replace(twice, issues={PAY.uid: PAY, PLAT.uid: PLAT})
    assert only(twice, "overdue").level == 2


@pytest.mark.parametrize(
    "edge",
    [
        replace(late(), state="unknown"),
        replace(late(), state="moot"),
        replace(late(), provider=replace(PLAT, complete=False)),
        replace(late(), consumer=replace(PAY, complete=False)),
        replace(late(), provider=replace(PLAT, end="unreadable")),
        replace(late(), provider=replace(PLAT, end="gone")),
        replace(late(), provider=replace(PLAT, progress="unknown")),
        replace(late(), consumer=replace(PAY, progress="done")),
    ],
)
def test_state_and_ends_must_both_be_known(edge: Dependency) -> None:
    """Each alone is enough to say nothing of the wait, even where the other does not show it."""
    assert [f for f in judge(world(edge, now=NOW), {}) if f.rule != "dangling"] == []


class TestUndecided:
    """A finding that stood on PAY-1 -> PLAT-7 is gone. Is that good news?"""

    FINDING = only(world(late(), now=NOW), "overdue")

    @pytest.mark.parametrize(
        ("consumer", "provider", "why"),
        [
            (PAY, PLAT, ""),
            (PAY, issue("PLAT-7", "platform", "done"), ""),
            (PAY, issue("PLAT-7", "platform", "unknown", end="gone"), ""),
            (PAY, issue("PLAT-7", "platform", "done", end="stub", complete=False), ""),
            (PAY, issue("PLAT-7", "", "done", end="unreadable"), "jira:PLAT-7 could not be read in full"),
            (PAY, issue("PLAT-7", "platform", complete=False), "jira:PLAT-7 could not be read in full"),
            (PAY, issue("PLAT-7", "platform", "unknown"), "how far jira:PLAT-7 is cannot be told"),
            (PAY, issue("PLAT-7", "platform", "started", end="stub"), "jira:PLAT-7 is no longer pulled"),
            (
                PAY,
                issue("PLAT-7", "", "unknown", end="unreadable"),
                "jira:PLAT-7 could not be read in full",
            ),
            (issue("PAY-1", "payments", "done"), issue("PLAT-7", "", "unknown", end="unreadable"), ""),
            (
                issue("PAY-1", "payments", "done", complete=False),
                PLAT,
                "jira:PAY-1 could not be read in full",
            ),
        ],
    )
    def test_by_what_its_ends_have_become(self, consumer: Issue, provider: Issue, why: str) -> None:
        assert undecided(world(depends(consumer, provider), now=NOW), self.FINDING) == why

    def test_the_link_was_removed_and_both_ends_were_read(self) -> None:
        snapshot = replace(world(now=NOW), issues={PAY.uid: PAY, PLAT.uid: PLAT})
        assert undecided(snapshot, self.FINDING) == ""

    def test_an_end_is_missing_because_its_project_is(self) -> None:
        snapshot = replace(
            world(now=NOW, missing=[Missing(tracker="jira", scope="PLAT", reason="503 from the search")]),
            issues={PAY.uid: PAY},
        )
        assert undecided(snapshot, self.FINDING) == (
            "jira:PLAT could not be read in full: 503 from the search, so jira:PLAT-7 is not known"
        )

    def test_an_end_is_missing_from_a_project_that_was_read(self) -> None:
        missing = [
            Missing(tracker="jira", scope="WEB", reason="403"),
            Missing(tracker="other", scope="PLAT", reason=""),
        ]
        snapshot = replace(world(now=NOW, missing=missing), issues={PAY.uid: PAY})
        assert undecided(snapshot, self.FINDING) == ""

    def test_the_reason_of_an_incomplete_project_is_told(self) -> None:
        edge = depends(PAY, issue("PLAT-7", "platform", complete=False))
        snapshot = world(edge, now=NOW, missing=[Missing(tracker="jira", scope="PLAT", reason="timed out")])
        assert undecided(snapshot, self.FINDING) == "jira:PLAT could not be read in full: timed out"

    def test_what_was_judged_on_a_stub_can_be_cleared_on_a_stub(self) -> None:
        stub = issue("OPS-9", "ops", "started", end="stub")
        finding = only(world(depends(PAY, stub, needed="2026-12-01 text"), now=NOW), "overdue")
        assert undecided(world(depends(PAY, stub, needed="2026-12-20 text"), now=NOW), finding) == ""

    def test_coverage_that_became_unknown_settles_no_point_to_point(self) -> None:
        finding = only(world(depends(PAY, PLAT, covered=False), now=NOW), PointToPoint.id)
        unknown = world(depends(PAY, PLAT, covered=None), now=NOW)
        assert undecided(unknown, finding) == "whether an agreement covers it is not known"
        assert undecided(world(depends(PAY, PLAT, covered=True), now=NOW), finding) == ""

    def test_an_owner_that_became_unknown_settles_no_rule_about_two_teams(self) -> None:
        finding = only(world(depends(PAY, PLAT, text(PAY, "needs PLAT-7")), now=NOW), "undeclared")
        orphan = depends(PAY, issue("PLAT-7", "", "started"), text(PAY, "needs PLAT-7"))
        assert "jira:PLAT-7" in undecided(world(orphan, now=NOW), finding)

    def test_a_circle_is_not_broken_by_a_member_we_cannot_read(self) -> None:
        finding = only(world(depends(PAY, PLAT), depends(PLAT, PAY), now=NOW), "cycle")
        dark = issue("PLAT-7", "platform", "unknown", end="unreadable")
        assert undecided(world(depends(PAY, dark), depends(dark, PAY), now=NOW), finding)
        assert undecided(world(depends(PAY, PLAT), now=NOW), finding) == ""

    def test_a_scope_that_is_down_is_not_readable_again(self) -> None:
        finding = only(world(now=NOW, unreadable=[("jira", "SEC", 2)]), "unreadable")
        assert undecided(world(now=NOW), finding) == ""
        down = world(now=NOW, missing=[Missing(tracker="jira", scope="SEC", reason="503")])
        assert undecided(down, finding) == "jira:SEC could not be read in full: 503"
