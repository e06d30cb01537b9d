"""What is asked, about what, and whether this person may."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.facts import Person
from model.policy import Party
from model.statements import Statement
from rules.base import Subject
from sync.base import Case
from sync.commands.verbs import COMMANDS
from tests.model.build import NOW, team
from tests.sync.build import case, finding
from tests.sync.commands.town import ADMINS, DEVI, EARLY, LEO, MIRA, OTTO, POLICY, comment, heard, member, town

PAY, PLAT, WEB = "jira:PAY-1", "jira:PLAT-1", "github:acme/web#7"


def one(words: str, by: Person = MIRA, on: str = "PAY_1", cases: tuple[Case, ...] = (), **fields: Any) -> Statement:
    (statement,) = heard(town(**{on: [comment(words, by, **fields)]}), cases)
    return statement


def edge_case(id: str = "k3f9q", ends: tuple[str, str] = (PAY, PLAT), **fields: Any) -> Case:
    return case(id, finding=finding(ends=ends, **fields))


@pytest.mark.parametrize("name", ["PLAT-1", "plat-1", "jira:PLAT-1", "(PLAT-1),"])
@pytest.mark.parametrize("verb", ["ack", "mute", "reject", "declare", "why"])
def test_a_dependency_is_named_by_its_other_issue(verb: str, name: str) -> None:
    said = one(f"{verb} {name}")
    assert (said.verb, said.edge, said.role, said.answer) == (verb, (PAY, PLAT), "consumer", "")
    assert said.state == ("waiting" if verb == "declare" else "done")
    assert said.said == f"{verb} {name}"


@pytest.mark.parametrize("name", ["acme/web#7", "https://github.com/acme/web/issues/7", "github:acme/web#7"])
def test_so_it_is_across_trackers(name: str) -> None:
    assert one(f"need {name} 2026-12-01").edge == (PAY, WEB)


def test_an_issue_does_not_wait_for_itself() -> None:
    assert one("mute #7", by=Person(id="wim"), on="WEB_7").state == "refused"
    assert one("ack #7", by=Person(id="wim"), on="WEB_7").words == "#7"
    assert one("ack PAY-1", by=Person(id="wim"), on="WEB_7").role == "provider"


def test_the_target_is_left_out_where_one_thing_matches() -> None:
    assert one("need 2026-12-01", on="PAY_2").edge == ("jira:PAY-2", PLAT)
    several = one("need 2026-12-01")
    assert (several.state, several.day) == ("refused", None)
    assert "Name the issue" in several.answer
    assert "PLAT" not in several.answer
    assert one("ack").state == "refused"
    assert one("ack", cases=(edge_case(),)).case == "k3f9q"
    assert one("ack", cases=(edge_case(), edge_case("abcde", level=2))).state == "refused"
    assert one("ack", on="PAY_9").answer == "crosstie knows of nothing here that this could be about."


def test_a_case_is_named_by_its_id_on_its_own_issues_only() -> None:
    known = (edge_case(), edge_case("abcde", (PAY, WEB)))
    said = one("ack ABCDE for a while", cases=known)
    assert (said.case, said.edge, said.level, said.words) == ("abcde", (PAY, WEB), 1, "for a while")
    assert one("mute k3f9q", on="PAY_2", cases=known).state == "refused"
    assert one("mute k3f9z", on="PAY_2", cases=known).state == "refused"
    assert one("ack later", on="PAY_2").words == "later"


def test_what_was_rejected_is_no_choice_but_for_taking_that_back() -> None:
    known = town(PAY_1=[comment("reject PLAT-1")])
    after = replace(known, statements=tuple(heard(known)))
    issue = after.issues[PAY]
    later = tuple(
        comment(words, id=str(n)) for n, words in enumerate(["need 2026-12-01", "reject off", "ack PLAT-1", "reject"])
    )
    said = heard(replace(after, issues={**after.issues, PAY: replace(issue, comments=later)}))
    assert [(one.verb, one.off, one.edge) for one in said] == [
        ("need", False, (PAY, WEB)),
        ("reject", True, (PAY, PLAT)),
        ("ack", False, (PAY, PLAT)),
        ("reject", False, (PAY, WEB)),
    ]


def test_in_public_that_there_is_more_is_told_of_public_things_alone() -> None:
    def answered(*shown: str, words: str = "need 2026-12-01") -> Statement:
        known = town(PAY_1=[comment(words)])
        scopes = (replace(scope, public=str(scope) in shown) for scope in known.scopes)
        (said,) = heard(replace(known, scopes=tuple(scopes)))
        return said

    assert answered("jira:PAY", "github:acme/web").edge == (PAY, WEB), "the one that the public knows of"
    assert answered("jira:PAY").answer == "crosstie knows of nothing here that this could be about."
    assert answered("jira:PAY", words="need PLAT-1 2026-12-01").edge == (PAY, PLAT)
    assert "Several things" in answered("jira:PAY", "jira:PLAT", "github:acme/web").answer
    assert "Several things" in answered().answer


def test_an_answer_to_a_circle_from_a_third_issue_commits_nobody_to_the_dependency_it_names() -> None:
    found = finding("cycle", ends=(PAY, PLAT), subject=Subject("cycle", (PAY, PLAT, "jira:PAY-2")))
    (said,) = heard(town(PAY_2=[comment("ack k3f9q")]), (case("k3f9q", finding=found),))
    assert (said.state, said.case, said.edge, said.role) == ("done", "k3f9q", (PAY, PLAT), "")
    away = town(PAY_2=[comment("reject k3f9q", OTTO, owner=True)])
    assert heard(away, (case("k3f9q", finding=found),))[0].state == "refused"


def test_a_cleared_case_is_none_to_speak_of_but_by_name() -> None:
    gone = replace(edge_case(), state="cleared", cleared=NOW)
    assert one("ack", on="PLAT_1", by=DEVI, cases=(gone,)).state == "refused"
    assert one("ack k3f9q", on="PLAT_1", by=DEVI, cases=(gone,)).case == "k3f9q"


# who may


@pytest.mark.parametrize("command", COMMANDS.values(), ids=str)
def test_strangers_and_machines_get_silence(command: Any) -> None:
    words = f"{command.verb} PLAT-1 2026-12-01"
    bot = Person(id="u-mira", bot=True)
    for by in (OTTO, bot):
        assert heard(town(PAY_1=[comment(words, by)])) == []
    assert heard(town(PAY_1=[replace(comment(words), author=None)])) == []
    assert heard(town(PAY_1=[comment(words, ours=True)])) == []


@pytest.mark.parametrize("words", ["approve PLAT-1", "", "2026-12-01", "ACKNOWLEDGE"])
def test_unknown_verbs_get_silence(words: str) -> None:
    assert heard(town(PAY_1=[comment(words)])) == []


@pytest.mark.parametrize("command", COMMANDS.values(), ids=str)
def test_who_belongs_to_that_end_may_and_another_team_hears_why_not(command: Any) -> None:
    words = f"{command.verb} PLAT-1 {'' if command.takes == '' else '2026-12-01'}"
    allowed = {"here": {"u-mira"}, "consumer": {"u-mira"}, "provider": {"u-devi"}, "either": {"u-mira", "u-devi"}}
    for who in ("u-mira", "u-devi", "u-wim", "u-leo"):
        said = one(words, by=Person(id=who))
        if who in allowed[command.who] or who == "u-leo":
            assert said.state != "refused", said
        else:
            assert said.state == "refused"
            assert said.answer.startswith("Only members of ")
            assert "platform" not in said.answer  # its name is not for the readers of payments' issue
            assert (said.day, said.words, said.links) == (None, "", ())


def test_its_own_team_is_named() -> None:
    assert one("promise PAY-1 2026-12-01", on="PLAT_1").answer == "Only members of platform can promise a date here."


def test_the_owner_of_a_repository_speaks_for_its_issues_and_for_no_others() -> None:
    for words in ("ack PAY-1", "promise PAY-1 2026-12-01", "reject PAY-1"):
        assert one(words, by=OTTO, on="WEB_7", owner=True).state == "done"
    assert one("need PAY-1 2026-12-01", by=OTTO, on="WEB_7", owner=True).state == "refused"


def test_the_contact_of_a_vendor_speaks_for_it() -> None:
    policy = replace(
        POLICY,
        teams={n: t for n, t in POLICY.teams.items() if n != "platform"},
        parties={"Cloud": Party(name="Cloud", contact="web", owns=team("x", "jira:PLAT").owns)},
    )
    words = comment("promise PAY-1 2026-12-01", by=Person(id="u-wim"))
    (said,) = heard(town(PLAT_1=[words]), policy=policy)
    assert said.day == date(2026, 12, 1)


def test_nobody_owns_it() -> None:
    policy = replace(POLICY, teams={n: t for n, t in POLICY.teams.items() if n != "platform"})
    (said,) = heard(town(PLAT_1=[comment("ack PAY-1")]), policy=policy)
    assert said.answer == "No team owns this issue yet, so only admins can say that here."
    (said,) = heard(town(PLAT_1=[comment("ack PAY-1", by=LEO)]), policy=policy)
    assert said.state == "done"


# arguments


@pytest.mark.parametrize("day", ["1.12.2026", "12/01/2026", "tomorrow", "2026-02-30", "", "2026-1-1", "0000-00-00"])
def test_a_day_is_iso_or_the_form_is_shown(day: str) -> None:
    said = one(f"promise PAY-1 {day}", by=DEVI, on="PLAT_1")
    assert said.state == "refused"
    assert "`/crosstie promise 2026-12-01`" in said.answer


def test_a_day_may_stand_before_the_target() -> None:
    said = one("promise 2026-12-01 PAY-1 when the tests are green", by=DEVI, on="PLAT_1")
    assert (said.edge, said.day, said.words) == ((PAY, PLAT), date(2026, 12, 1), "when the tests are green")


def test_a_day_that_was_over_is_a_slip_of_the_pen() -> None:
    assert one("promise PAY-1 2025-12-01", by=DEVI, on="PLAT_1").state == "refused"


@pytest.mark.parametrize(
    ("span", "over"),
    [
        ("5d", date(2026, 3, 6)),
        ("1d", date(2026, 3, 2)),
        ("2w", date(2026, 3, 14)),
        ("0d", EARLY.date()),
        ("2026-12-01", date(2026, 12, 1)),
    ],
)
def test_a_snooze_ends_after_working_days_or_weeks_or_on_a_day(span: str, over: date) -> None:
    assert EARLY.date() == date(2026, 2, 28)
    said = one(f"snooze PLAT-1 {span}")
    assert said.day == over


@pytest.mark.parametrize("span", ["", "5", "5 days", "400d", "99w", "soon"])
def test_what_is_no_length_is_refused(span: str) -> None:
    assert one(f"snooze PLAT-1 {span}").state == "refused"


def test_an_agreement_is_named_last() -> None:
    said = one("agree PLAT-1 ADR-12")
    assert (said.edge, said.words) == ((PAY, PLAT), "ADR-12")
    assert one("agree ADR-12", on="PAY_2").words == "ADR-12"
    assert one("agree", on="PAY_2").answer == "Name the agreement: `/crosstie agree ADR-12`."


@pytest.mark.parametrize("verb", sorted(v for v, c in COMMANDS.items() if c.off))
def test_what_was_said_can_be_taken_back(verb: str) -> None:
    by, on, target = (DEVI, "PLAT_1", "PAY-1") if verb == "promise" else (MIRA, "PAY_1", "PLAT-1")
    said = one(f"{verb} {target} off", by=by, on=on)
    assert (said.off, said.state, said.day, said.words) == (True, "done", None, "")


@pytest.mark.parametrize("off", ["off", "OFF", "off.", "`off`"])
def test_off_is_off_in_capitals_and_before_a_full_stop(off: str) -> None:
    known = town(PAY_1=[comment(f"mute PLAT-1 {off}\nreject PLAT-1")])
    after = replace(known, statements=tuple(heard(known)))
    assert after.statements[0].off
    later = (comment(f"reject {off}", id="10"), comment("reject PLAT-1 on my day off", id="11"))
    said = heard(replace(after, issues={**after.issues, PAY: replace(after.issues[PAY], comments=later)}))
    assert [(one.off, one.edge, one.words) for one in said] == [
        (True, (PAY, PLAT), ""),
        (False, (PAY, PLAT), "on my day off"),
    ]


@pytest.mark.parametrize("words", ["mute off k3f9q", "ack off PLAT-1", "need off PLAT-1", "reject off PLAT-1"])
def test_off_may_stand_before_the_target(words: str) -> None:
    said = one(words, cases=(edge_case(),))
    assert (said.off, said.edge, said.words) == (True, (PAY, PLAT), "")


def test_a_reason_that_ends_in_off_takes_nothing_back() -> None:
    known = town(PAY_1=[comment("reject PLAT-1")])
    after = replace(known, statements=tuple(heard(known)))
    later = (comment("reject it is our day off", id="10"),)
    (said,) = heard(replace(after, issues={**after.issues, PAY: replace(after.issues[PAY], comments=later)}))
    assert (said.off, said.edge) == (False, (PAY, WEB)), "the one that still stands"


def test_a_reject_knows_the_links_that_stood() -> None:
    assert one("reject PLAT-1").links == ("L-1-PAY-1+PLAT-1",)
    assert one("reject acme/web#7").links == ()


# hearing once


def test_what_was_heard_is_not_heard_again_and_a_change_is_something_new() -> None:
    first = comment("ack PLAT-1\nmute PLAT-1")
    known = town(PAY_1=[first])
    said = heard(known)
    assert [s.id for s in said] == ["jira:9:0", "jira:9:1"]
    assert {s.at for s in said} == {EARLY}
    assert heard(replace(known, statements=tuple(said))) == []

    later = EARLY + timedelta(hours=2)
    edited = replace(comment("snooze PLAT-1 5d\nmute PLAT-1"), updated=later)
    after = replace(town(PAY_1=[edited]), statements=tuple(said))
    (changed,) = heard(after)
    assert (changed.id, changed.verb, changed.at) == ("jira:9:0~2", "snooze", later)
    assert heard(replace(after, statements=(*said, changed))) == []

    back = replace(town(PAY_1=[replace(first, updated=later)]), statements=(*said, changed))
    (again,) = heard(back)
    assert (again.id, again.verb) == ("jira:9:0~3", "ack")


def test_a_command_that_an_edit_only_moves_down_was_said_when_it_was_said() -> None:
    """Or adding a line to an old comment would say all of it again, against what was said since."""
    said = heard(town(PAY_1=[comment("mute PLAT-1")]))
    edited = comment("ack PLAT-1\nmute PLAT-1", updated=EARLY + timedelta(hours=2))
    changed = heard(replace(town(PAY_1=[edited]), statements=tuple(said)))
    assert [(one.id, one.verb, one.at - EARLY) for one in changed] == [
        ("jira:9:0~2", "ack", timedelta(hours=2)),
        ("jira:9:1", "mute", timedelta(0)),
    ]


def test_a_comment_that_came_along_with_its_issue_is_heard_where_it_stands_now() -> None:
    first = [comment("reject PLAT-1")]
    (said,) = heard(town(PAY_1=first))
    both = replace(town(PAY_1=first, PAY_2=first), statements=(said,))
    assert heard(both) == [], "not while the issue that it was heard on is there"
    moved = replace(both, absent={PAY: "gone"})
    (again,) = heard(moved)
    assert (again.id, again.uid, again.edge, again.at) == ("jira:9:0~2", "jira:PAY-2", ("jira:PAY-2", PLAT), said.at)
    assert heard(replace(moved, statements=(said, again))) == []


def test_a_restricted_comment_makes_a_restricted_statement() -> None:
    assert one("ack PLAT-1", restricted=True).restricted
    assert not one("ack PLAT-1").restricted


WORDS = st.lists(
    st.sampled_from([*COMMANDS, "PLAT-1", "PAY-1", "k3f9q", "2026-12-01", "5d", "off", "ADR-1", "#7", "…", "x" * 60]),
    max_size=5,
).map(" ".join)


@settings(max_examples=60)
@given(words=WORDS | st.text(max_size=40), by=st.sampled_from([MIRA, DEVI, OTTO, LEO]))
def test_whatever_is_said_is_understood_refused_or_nothing(words: str, by: Person) -> None:
    said = heard(town(PAY_1=[comment(" ".join(words.split()) or "ack", by)]), (edge_case(),))
    for statement in said:
        assert by is not OTTO
        assert (statement.state == "refused") == bool(statement.answer)
        assert statement.state == "refused" or statement.case or statement.edge
        assert not any(name in statement.answer for name in ("PLAT-1", "PAY-1", "acme/web", "platform", "Title"))


def test_admins_are_no_members() -> None:
    assert not any(m in t.members for t in POLICY.teams.values() for m in (*ADMINS, member("u-otto")))
