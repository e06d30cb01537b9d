"""Rules about what one end has become: when their cases clear, what they may be read by, and that they stand still."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.calendar import Calendar
from model.document import plain
from model.snapshot import Dependency, Issue, Missing, Snapshot
from rules.base import Finding
from rules.engine import judge, load, run, undecided
from rules.examples import depends, issue, link, moment, text, world
from rules.recent import start_of_last

NOW = moment("2026-12-02")
PAY = issue("PAY-1", "payments", "started", title="Pay by invoice")
DROPPED = issue("PLAT-8", "platform", "dropped")
DONE = issue("PLAT-6", "platform", "done", resolved="2026-12-01")
LOST = issue("PLAT-99", "platform", "unknown", end="gone")
QUIET = issue("PLAT-7", "platform", "started", active="2026-10-01")
OWNERLESS = issue("OLD-2")


def only(rule: str, snapshot: Snapshot) -> Finding:
    (finding,) = run(load()[rule], snapshot, load()[rule].settings())
    return finding


def stood(rule: str) -> Finding:
    """The finding on PAY-1 as it was made."""
    providers = {
        "broken-promise": DROPPED,
        "unblocked": DONE,
        "dangling": LOST,
        "silent-provider": QUIET,
        "unowned": OWNERLESS,
    }
    return only(rule, world(depends(PAY, providers[rule]), now=NOW))


def seen(*edges: Dependency, now: datetime = NOW, missing: tuple[Missing, ...] = ()) -> Snapshot:
    """As interpreting has it: an end that is not known makes the state unknown."""
    return world(*(_as_read(edge) for edge in edges), now=now, missing=missing)


def _as_read(edge: Dependency) -> Dependency:
    dark = (end.progress == "unknown" or end.end in ("unreadable", "gone") for end in (edge.consumer, edge.provider))
    return replace(edge, state="unknown") if any(dark) else edge


DARK: Mapping[str, Issue] = {
    "unreadable": replace(PAY, end="unreadable", progress="unknown"),
    "not read in full": replace(PAY, complete=False),
    "of unknown progress": replace(PAY, progress="unknown"),
    "no longer pulled": replace(PAY, end="stub"),
}


@pytest.mark.parametrize("rule", ["broken-promise", "unblocked", "dangling"])
@pytest.mark.parametrize("how", sorted(DARK))
def test_a_provider_that_is_over_or_gone_does_not_clear_a_case_whose_consumer_is_dark(rule: str, how: str) -> None:
    finding = stood(rule)
    provider = {"broken-promise": DROPPED, "unblocked": DONE, "dangling": LOST}[rule]
    dark = seen(depends(DARK[how], provider, link(PAY)))
    assert undecided(dark, finding)


@pytest.mark.parametrize("rule", ["broken-promise", "unblocked", "dangling", "silent-provider", "unowned"])
@pytest.mark.parametrize("progress", ["done", "dropped"])
def test_nobody_waits_any_more(rule: str, progress: str) -> None:
    finding = stood(rule)
    provider = replace(issue(finding.provider.partition(":")[2]), progress="unknown", end="unreadable")
    over = replace(PAY, progress="done" if progress == "done" else "dropped")
    assert undecided(seen(depends(over, provider)), finding) == ""


class TestBrokenPromise:
    def test_what_was_dropped_and_is_delivered_after_all_clears_it(self) -> None:
        delivered = replace(DROPPED, progress="done")
        assert undecided(seen(depends(DARK["unreadable"], delivered)), stood("broken-promise")) == ""

    def test_what_was_dropped_and_is_open_again_is_less_bad(self) -> None:
        again = only("broken-promise", world(depends(PAY, replace(DROPPED, progress="open", reopened=True)), now=NOW))
        assert again.level < stood("broken-promise").level

    def test_what_only_a_sentence_says_is_cleared_by_its_rewording(self) -> None:
        finding = only("broken-promise", world(depends(PAY, DROPPED, text(PAY, "needs PLAT-8")), now=NOW))
        assert plain(finding.places[0].step).endswith("or reword the sentence that says so.")

    def test_the_day_of_closing_is_that_of_the_team_that_closed(self) -> None:
        closed = replace(DROPPED, resolved=datetime(2026, 11, 30, 23, 30, tzinfo=UTC))
        berlin = {"platform": Calendar(timezone="Europe/Berlin")}
        finding = only("broken-promise", world(depends(PAY, closed), now=NOW, calendars=berlin))
        assert "closed on Tue 1 Dec 2026" in plain(finding.message)


class TestUnblocked:
    def test_it_goes_by_itself_when_its_days_have_passed_whatever_is_dark(self) -> None:
        later = moment("2026-12-09")
        assert undecided(seen(depends(DARK["unreadable"], DONE), now=later), stood("unblocked")) == ""

    def test_another_wait_that_becomes_dark_leaves_it_undecided(self) -> None:
        dark = issue("SEC-4", "security", "unknown", end="unreadable")
        other = issue("QA-1", "qa", "started")
        assert undecided(seen(depends(PAY, DONE), depends(PAY, dark)), stood("unblocked")) == (
            "whether jira:PAY-1 waits for anything else cannot be told"
        )
        assert undecided(seen(depends(PAY, DONE), depends(PAY, other)), stood("unblocked")) == ""

    def test_a_delivery_of_unknown_day_leaves_it_undecided(self) -> None:
        assert "is not known" in undecided(seen(depends(PAY, replace(DONE, resolved=None))), stood("unblocked"))

    def test_only_those_who_may_read_all_that_was_waited_for_may_read_it(self) -> None:
        secret = issue("SEC-1", "security", "done", audience="jira:SEC", resolved="2026-06-01")
        finding = only("unblocked", world(depends(PAY, DONE), depends(PAY, secret), now=NOW))
        assert finding.subject.members == (PAY.uid, DONE.uid)
        assert finding.inputs == {"jira:SEC"}

    def test_the_consumer_is_told_and_the_provider_only_where_wanted(self) -> None:
        rule, snapshot = load()["unblocked"], world(depends(PAY, DONE), now=NOW)
        both = rule.settings.model_validate({"notify": "both"})
        assert [place.role for place in stood("unblocked").places] == ["consumer"]
        (finding,) = run(rule, snapshot, both)
        assert [place.role for place in finding.places] == ["consumer", "provider"]

    def test_what_was_delivered_at_once_is_one_piece_of_news(self) -> None:
        deliveries = [issue(f"PLAT-{n}", "platform", "done", resolved="2026-12-01") for n in range(9)]
        found = run(
            load()["unblocked"],
            world(*(depends(PAY, one) for one in deliveries), now=NOW),
            load()["unblocked"].settings(),
        )
        assert len(list(found)) == 1


class TestDangling:
    def test_it_clears_when_the_issue_is_found(self) -> None:
        found = issue("PLAT-99", "platform")
        assert undecided(seen(depends(DARK["unreadable"], found)), stood("dangling")) == ""

    def test_it_clears_when_the_reference_is_gone(self) -> None:
        assert undecided(world(now=NOW, issues=[PAY]), stood("dangling")) == ""
        theirs = depends(PAY, LOST, link(LOST, "blocks"))
        assert undecided(seen(theirs), stood("dangling")) == ""

    def test_it_stands_while_the_project_can_not_be_read(self) -> None:
        hole = Missing(tracker="jira", scope="PLAT", reason="503")
        dark = seen(depends(PAY, replace(LOST, end="unreadable")), missing=(hole,))
        assert undecided(dark, stood("dangling")) == "jira:PLAT could not be read in full: 503"

    def test_a_private_sentence_marks_what_quotes_it(self) -> None:
        said = text(PAY, "needs PLAT-99", "comment:3", audience="only jira:PAY-1 comment:3")
        assert only("dangling", world(depends(PAY, LOST, said), now=NOW)).inputs == {"only jira:PAY-1 comment:3"}

    def test_of_two_sentences_the_one_that_readers_may_read_is_quoted(self) -> None:
        private = text(PAY, "a needs PLAT-99, says the lawyer", "title", audience="only jira:PAY-1")
        finding = only("dangling", world(depends(PAY, LOST, private, text(PAY, "needs PLAT-99")), now=NOW))
        assert finding.inputs == frozenset()
        assert "lawyer" not in plain(finding.places[0].line + finding.places[0].step)

    def test_neither_page_nor_title_of_what_is_gone_is_shown(self) -> None:
        known = replace(LOST, title="Fire them all", url="https://jira.example/browse/PLAT-99")
        finding = only("dangling", world(depends(PAY, known), now=NOW))
        assert "Fire" not in repr(finding)
        assert known.url not in repr(finding)


class TestSilentProvider:
    def test_not_knowing_any_more_when_a_person_was_active_clears_nothing(self) -> None:
        assert undecided(seen(depends(PAY, replace(QUIET, active=None))), stood("silent-provider")) == (
            "when a person was last active on jira:PLAT-7 is not known"
        )
        assert undecided(seen(depends(PAY, replace(QUIET, active=NOW))), stood("silent-provider")) == ""

    def test_a_word_from_a_person_clears_it_whoever_owns_it(self) -> None:
        rule, everywhere = load()["silent-provider"], {"inside_teams": True}
        settings = rule.settings.model_validate(everywhere)
        (finding,) = run(rule, world(depends(PAY, replace(QUIET, team="")), now=NOW), settings)
        spoke = replace(QUIET, team="", active=NOW)
        assert undecided(seen(depends(PAY, spoke)), finding) == ""
        still = replace(QUIET, team="", active=QUIET.active)
        assert "jira:PLAT-7" in undecided(seen(depends(PAY, still)), finding)

    def test_the_night_on_which_clocks_are_put_forward_loses_no_day(self) -> None:
        rule = load()["silent-provider"]
        always = Calendar(timezone="Europe/Berlin", weekend=frozenset())
        late = replace(QUIET, active=datetime(2027, 3, 27, 22, 59, tzinfo=UTC))
        night = world(depends(PAY, late), now=datetime(2027, 3, 28, 22, 1, tzinfo=UTC), calendars={"platform": always})
        assert list(run(rule, night, rule.settings.model_validate({"days": 1})))

    def test_its_words_stand_still_at_both_levels(self) -> None:
        first = only("silent-provider", world(depends(PAY, QUIET), now=moment("2026-10-30")))
        then = only("silent-provider", world(depends(PAY, QUIET), now=moment("2028-10-30")))
        assert (first.level, then.level) == (1, 2)
        assert (first.message, first.places) == (then.message, then.places)

    def test_limits_must_rise(self) -> None:
        with pytest.raises(ValueError, match="level_2_after must not be below days"):
            load()["silent-provider"].settings.model_validate({"days": 10, "level_2_after": 9})


def test_an_issue_without_owner_that_is_no_longer_pulled_is_undecided() -> None:
    assert undecided(seen(depends(PAY, replace(OWNERLESS, end="stub"))), stood("unowned")) == (
        "jira:OLD-2 is no longer pulled"
    )


def test_reopened_delivered_and_open_again_is_said_by_one_rule_at_a_time() -> None:
    """An issue that is delivered breaks no promise, and one that is open again is no good news."""
    both = {"broken-promise", "unblocked"}
    for provider in (DONE, replace(DONE, reopened=True), replace(DONE, progress="open", reopened=True), DROPPED):
        found = {f.rule for f in judge(world(depends(PAY, provider), now=NOW), {})}
        assert len(found & both) == 1


moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))
calendars = st.builds(
    Calendar,
    timezone=st.sampled_from(("UTC", "Europe/Berlin", "Pacific/Kiritimati", "America/Santiago")),
    weekend=st.sampled_from((frozenset({5, 6}), frozenset({4, 5}), frozenset[int]())),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=20),
)


@given(calendars, moments, st.integers(0, 30))
def test_the_last_days_are_those_one_would_count_back(calendar: Calendar, now: datetime, days: int) -> None:
    day, passed = calendar.today(now), 0
    while (passed := passed + calendar.works(day)) <= days:
        day -= timedelta(days=1)
    start = start_of_last(calendar, now, days)
    assert calendar.today(start) == day
    assert calendar.today(start - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_where_nobody_ever_works_no_day_has_come() -> None:
    never = Calendar(timezone="Pacific/Kiritimati", weekend=frozenset(range(7)))
    assert start_of_last(never, NOW, 5).astimezone(ZoneInfo("Pacific/Kiritimati")).year == 1970
