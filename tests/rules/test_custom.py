"""Rules of one's own and ``when`` on any rule: real rules, three-valued, inert on the ticket."""

from dataclasses import replace
from typing import Any

import pytest
from msgspec import structs
from pydantic import ValidationError

from model.document import Day, IssueLink, Quoted, Words, plain
from model.policy import PUBLIC
from model.snapshot import Coverage, Dependency, Missing, Snapshot
from rules.base import Finding, RuleSettings, TeamSettings
from rules.custom import CustomSettings, custom_rule
from rules.engine import judge, load, run, undecided, weigh
from rules.examples import depends, issue, moment, text, world
from rules.expression_faults import Refused
from rules.expression_tree import Fault
from rules.manual import page
from rules.overdue import OverdueSettings
from rules.templates import template

PAY = issue("PAY-1", "payments", title="Pay by invoice")
MAIL = issue("PLAT-7", "platform", "started", title="Mail @all **now**", party="CloudMail")
EDGE = depends(PAY, MAIL, promised="2026-12-01 due", covered=False)
VENDOR = CustomSettings(
    name="vendor-without-contract",
    when="has(provider.party) && !dependency.agreed",
    message="{provider.party} delivers this without a contract on record",
)


def day(*edges: Dependency, **more: Any) -> Snapshot:
    return world(*edges, now=moment("2026-12-02"), **more)


def found(settings: CustomSettings, *edges: Dependency) -> tuple[Finding, ...]:
    snapshot = day(*edges)
    return tuple(finding for finding in judge(snapshot, {settings.name: settings}) if finding.rule == settings.name)


def ours(**settings: object) -> CustomSettings:
    return CustomSettings.model_validate({"name": "ours", "when": "true", "message": "said", **settings})


def overdue(when: str) -> dict[str, RuleSettings]:
    quiet = {name: RuleSettings(mode="off") for name in load()}
    return {**quiet, "overdue": OverdueSettings(when=when)}


def test_a_rule_of_ones_own_finds_and_says_what_it_was_told_to() -> None:
    (finding,) = found(VENDOR, EDGE)
    assert (finding.subject.kind, finding.subject.members, finding.level) == ("edge", EDGE.key, 1)
    assert (finding.consumer, finding.provider, finding.severity) == (PAY.uid, MAIL.uid, "warning")
    assert plain(finding.message) == (
        "jira:PAY-1 (payments) waits for jira:PLAT-7 (platform): CloudMail delivers this without a contract on record"
    )
    verdict = "CloudMail delivers this without a contract on record."
    assert [(place.role, plain(place.line), plain(place.step)) for place in finding.places] == [
        ("consumer", verdict, "Agree with platform on how to go on."),
        ("provider", verdict, "Agree with payments on how to go on."),
    ]
    about = dict(finding.about)
    assert (about["when"], about["provider.party"], about["dependency.agreed"]) == (VENDOR.when, "CloudMail", "no")


def test_it_takes_the_settings_of_every_rule() -> None:
    assert VENDOR.mode == "observe"
    assert found(VENDOR.model_copy(update={"mode": "off"}), EDGE) == ()
    (finding,) = found(ours(severity="error", notify="provider", advice="Ask {provider.party}!"), EDGE)
    assert finding.severity == "error"
    assert [(place.role, plain(place.step)) for place in finding.places] == [("provider", "Ask CloudMail!")]
    mine = ours(teams={"payments": TeamSettings(mode="off")})
    assert [place.role for place in found(mine, EDGE)[0].places] == ["provider"]


def test_a_name_and_a_misspelt_setting_are_refused() -> None:
    for wrong in ({"name": "Vendor X"}, {"wehn": "true"}, {"when": ""}, {"message": ""}, {"strength": "strong"}):
        with pytest.raises(ValidationError):
            ours(**wrong)


@pytest.mark.parametrize("rule_id", sorted(load()))
def test_a_rule_there_is_cannot_be_taken_over(rule_id: str) -> None:
    with pytest.raises(LookupError, match=f"{rule_id}: there is a rule of that name"):
        judge(day(EDGE), {rule_id: ours(name=rule_id)})


def test_what_it_looks_at_is_said_by_edges_and_strength() -> None:
    done = depends(PAY, replace(MAIL, progress="done"))
    said = depends(PAY, MAIL, text(PAY, "blocked by PLAT-7"))
    refused = depends(PAY, issue("SEC-4", end="unreadable"))
    stale = depends(PAY, replace(MAIL, complete=False))
    itself = depends(PAY, PAY)
    for edge, by_default, of_all in (
        (EDGE, 1, 1),
        (done, 0, 1),
        (said, 0, 0),
        (refused, 0, 1),
        (stale, 0, 0),
        (itself, 0, 0),
    ):
        assert len(found(ours(), edge)) == by_default
        assert len(found(ours(edges="all"), edge)) == of_all
    assert len(found(ours(strength="stated"), said)) == 1


def test_what_cannot_be_told_is_no_finding_and_no_clearing() -> None:
    (stood,) = found(VENDOR, EDGE)
    settings = {VENDOR.name: VENDOR}
    unsure = day(replace(EDGE, coverage=Coverage(covered=None)))
    assert [f for f in judge(unsure, settings) if f.rule == VENDOR.name] == []
    assert undecided(unsure, stood, settings) == ("whether `when` holds cannot be told: dependency.agreed is not known")
    agreed = day(replace(EDGE, coverage=Coverage(covered=True, by="label agreed")))
    assert undecided(agreed, stood, settings) == ""
    unread = day(
        replace(EDGE, provider=replace(MAIL, complete=False)),
        missing=(Missing(tracker="jira", scope="PLAT", reason="503"),),
    )
    assert "could not be read in full" in undecided(unread, stood, settings)


def test_what_is_over_is_cleared_for_rules_about_what_is_open_only() -> None:
    done = day(depends(PAY, replace(MAIL, progress="done", party="")))
    opened, always = ours(), ours(when="!dependency.agreed", edges="all")
    for settings, doubt in ((opened, False), (always, True)):
        (stood,) = found(settings, EDGE)
        assert bool(undecided(done, stood, {settings.name: settings})) is doubt


def test_when_decides_which_findings_of_a_rule_count() -> None:
    snapshot = day(EDGE)
    (stood,) = judge(snapshot, overdue("consumer.team == 'payments'"))
    assert dict(stood.about)["setting when"] == "consumer.team == 'payments'"
    verdict = weigh(snapshot, overdue("consumer.team != 'payments'"))
    assert (verdict.findings, verdict.withheld) == ((), {})


def test_when_that_cannot_be_told_withholds_a_finding_and_its_clearing() -> None:
    settings = overdue("provider.due > today")
    verdict = weigh(day(EDGE), settings)
    assert verdict.findings == ()
    (stood,) = judge(day(EDGE), overdue(""))
    why = undecided(day(EDGE), stood, settings, verdict.withheld)
    assert why == "whether `when` holds cannot be told: provider.due is not known"


def test_when_does_not_hold_back_what_is_good_news_anyway() -> None:
    settings = overdue("provider.due > today")
    (stood,) = judge(day(EDGE), overdue(""))
    later = day(depends(PAY, MAIL, promised="2026-12-20 due"))
    assert undecided(later, stood, settings, weigh(later, settings).withheld) == ""


def test_when_works_on_rules_about_other_things_than_edges() -> None:
    back = depends(MAIL, PAY)
    off = {name: RuleSettings(mode="off") for name in load()}
    cycle = load()["cycle"].settings

    def cycles(when: str) -> tuple[int, list[str]]:
        verdict = weigh(day(EDGE, back), {**off, "cycle": cycle(when=when)})
        return len(verdict.findings), list(verdict.withheld.values())

    assert cycles("consumer.tracker == 'jira'") == (1, [])
    assert cycles("consumer.tracker == 'github'") == (0, [])
    assert cycles("consumer.due < today") == (0, ["whether `when` holds cannot be told: consumer.due is not known"])
    (stood,) = judge(day(EDGE, back), {**off, "cycle": cycle()})
    wider = structs.replace(
        stood, subject=structs.replace(stood.subject, members=(*stood.subject.members, "jira:PAY-9"))
    )
    withheld = weigh(day(EDGE, back), {**off, "cycle": cycle(when="consumer.due < today")}).withheld
    assert undecided(day(EDGE, back), wider, {}, withheld)

    unreadable = load()["unreadable"].settings
    refused = day(unreadable=(("jira", "SEC", 3),))
    for when, count in (("scope.key == 'SEC'", 1), ("scope.key == 'PAY'", 0)):
        assert len(judge(refused, {**off, "unreadable": unreadable(when=when)})) == count


def test_readers_of_a_finding_may_read_what_its_expression_asked() -> None:
    secret = depends(PAY, replace(MAIL, audience="vault"))
    covered = replace(secret, coverage=Coverage(covered=False, inputs=frozenset({"board"})))
    (finding,) = found(VENDOR, covered)
    assert finding.inputs == {"vault", "board"}
    (late,) = judge(day(replace(covered, promised=EDGE.promised)), overdue("!dependency.agreed"))
    assert late.inputs >= {"vault", "board"}
    assert PUBLIC not in late.inputs
    (unasked,) = found(ours(), covered)
    assert unasked.inputs == {"vault"}


def test_an_ancestor_that_is_named_counts_among_what_was_read() -> None:
    epic = issue("PLAT-1", "platform", audience="vault", parent="PLAT-1")
    edge = depends(PAY, replace(MAIL, parent=epic.uid, forum="sos"))
    for settings, inputs in (
        (ours(), set()),
        (ours(message="part of {provider.parent}"), {"vault"}),
        (ours(when="provider.forum == 'sos'"), {"vault"}),
        (ours(advice="Ask {provider.forum}"), {"vault"}),
    ):
        snapshot = day(edge, issues=(epic,))
        (finding,) = (f for f in judge(snapshot, {"ours": settings}) if f.rule == "ours")
        assert finding.inputs == inputs


def test_a_broken_expression_does_not_reach_the_judge_silently() -> None:
    with pytest.raises(Refused, match="there is no field"):
        judge(day(EDGE), {"ours": ours(when="provider.tem == 'x'")})


def test_its_page_says_what_it_is() -> None:
    written = page(custom_rule(VENDOR))
    assert f"Dependencies for which `{VENDOR.when}` holds." in written
    assert "### Examples" not in written


def test_the_order_of_input_never_matters() -> None:
    other = depends(issue("PAY-2", "payments"), MAIL, covered=False)
    settings = {VENDOR.name: VENDOR}
    assert judge(day(EDGE, other), settings) == judge(day(other, EDGE), settings)
    assert list(run(custom_rule(VENDOR), day(other, EDGE), VENDOR)) == list(found(VENDOR, EDGE, other))


def test_a_message_is_made_of_inert_pieces() -> None:
    labelled = replace(MAIL, labels=("a", "b @x", "c"), status="", assigned=True)
    edge = replace(EDGE, provider=labelled)
    said = (
        "{{{provider.key}}} {provider.title} {provider.labels} {dependency.promised} {provider.assigned} "
        "{consumer.status} {dependency.slack} {provider.components}"
    )
    (finding,) = found(ours(message=said), edge)
    line = finding.message[finding.message.index(IssueLink("jira", "PLAT-7", MAIL.url)) :]
    assert Quoted("Mail @all **now**") in line
    assert Quoted("b @x") in line
    assert any(isinstance(piece, Day) for piece in line)
    words = "".join(piece.text for piece in line if isinstance(piece, Words))
    assert "@" not in words
    assert "*" not in words
    assert plain(finding.message).endswith(
        "{jira:PLAT-7} “Mail @all **now**” a, b @x and c Tue 1 Dec 2026 yes unknown unknown none"
    )


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("{provider.prty} x", Fault(message='there is no field "provider.prty"', near="provider.party", column=2)),
        ("x {provder.party}", Fault(message='there is no field "provder.party"', near="provider.party", column=4)),
        ("{issue.key}", Fault(message='there is no field "issue.key"', near="consumer.key", column=2)),
        ("{", Fault(message="a { alone; write {{ for the sign itself", column=1)),
        ("x }", Fault(message="a } alone; write }} for the sign itself", column=3)),
        ("{today}", Fault(message="today would change the message every day; leave it out", column=1)),
        ("x" * 501, Fault(message="is 501 characters long; 500 is the limit")),
    ],
)
def test_a_message_with_a_mistake_is_refused(message: str, fault: Fault) -> None:
    with pytest.raises(Refused) as refused:
        template(message, "edge")
    assert refused.value.faults[0].message.startswith(fault.message)
    assert refused.value.faults[0].column == fault.column


@pytest.mark.parametrize(
    "inside", ["", "provider", " provider.team ", "provider.team!r", "provider.team:>9", "0", "a.b.c"]
)
def test_only_a_field_may_stand_between_braces(inside: str) -> None:
    with pytest.raises(Refused, match="there is no field"):
        template(f"x {{{inside}}}", "edge")
