"""Rules that look ahead or back by working days, against a walk from day to day."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from model.calendar import Calendar
from model.document import Quoted, plain
from model.snapshot import Dependency, Evidence
from rules.base import AnyRule, Finding, RuleSettings
from rules.due_soon import DueSoon, DueSoonSettings
from rules.engine import judge, run, undecided
from rules.examples import depends, issue, link, moment, world
from rules.overdue import Overdue
from rules.slipped import Slipped
from rules.started_early import StartedEarly
from rules.unanswered import Unanswered, UnansweredSettings
from rules.undated import Undated

PAY = issue("PAY-1", "payments")
PLAT = issue("PLAT-7", "platform")
FIRST = date(2026, 10, 19)

days = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))
calendars = st.builds(
    Calendar,
    timezone=st.sampled_from(("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin")),
    weekend=st.sampled_from((frozenset({5, 6}), frozenset({4, 5}), frozenset[int]())),
    holidays=st.frozensets(days, max_size=5),
)
nows = st.integers(0, 31 * 24).map(lambda n: datetime(2026, 10, 20, tzinfo=UTC) + timedelta(hours=n))


def found(rule: AnyRule, edge: Dependency) -> Finding:
    (finding,) = run(rule, world(edge, now=moment("2026-12-02")), rule.settings())
    return finding


@given(days, calendars, calendars, nows)
def test_a_date_is_due_soon_when_a_walk_comes_to_it(
    promised: date, payments: Calendar, platform: Calendar, now: datetime
) -> None:
    edge = depends(PAY, PLAT, promised=f"{promised} due")
    snapshot = world(edge, now=now, calendars={"payments": payments, "platform": platform})
    today = min(payments.today(now), platform.today(now))
    walk = (today + timedelta(days=n) for n in range(1, (promised - today).days + 1))
    left = sum(_both(payments, platform, day) for day in walk)
    levels = [finding.level for finding in run(DueSoon(), snapshot, DueSoonSettings())]
    assert levels == ([] if promised < today or left > 5 else [2] if left <= 2 else [1])


def _both(one: Calendar, other: Calendar, day: date) -> bool:
    return one.works(day) and other.works(day)


@given(days, days, calendars, calendars, nows, st.sampled_from(("text", "start", "due")))
def test_what_is_overdue_is_not_due_soon(
    needed: date, promised: date, payments: Calendar, platform: Calendar, now: datetime, source: str
) -> None:
    for edge in (
        depends(PAY, PLAT, needed=f"{needed} {source}"),
        depends(PAY, PLAT, promised=f"{promised} milestone Spring +1"),
    ):
        snapshot = world(edge, now=now, calendars={"payments": payments, "platform": platform})
        late, soon = (list(run(rule, snapshot, rule.settings())) for rule in (Overdue(), DueSoon()))
        assert not (late and soon)


@given(days, st.integers(1, 14), calendars, nows)
def test_a_date_that_comes_closer_never_eases(promised: date, later: int, calendar: Calendar, now: datetime) -> None:
    edge = depends(PAY, PLAT, promised=f"{promised} due")
    snapshot = world(edge, now=now, calendars={"payments": calendar})
    then = replace(snapshot, now=now + timedelta(days=later))
    before, after = (list(run(DueSoon(), world, DueSoonSettings())) for world in (snapshot, then))
    if before and snapshot.today(edge) + timedelta(days=later) <= promised:
        assert after[0].level >= before[0].level


@given(nows, st.integers(0, 40), calendars, calendars)
def test_a_request_is_unanswered_when_a_walk_has_passed_its_days(
    since: datetime, later: int, payments: Calendar, platform: Calendar
) -> None:
    edge = replace(depends(PAY, PLAT), since=since)
    snapshot = world(edge, now=since + timedelta(days=later), calendars={"payments": payments, "platform": platform})
    start = max(payments.today(since), platform.today(since))
    walk = (start + timedelta(days=n) for n in range(1, (snapshot.today(edge) - start).days + 1))
    waited = sum(_both(payments, platform, day) for day in walk)
    levels = [finding.level for finding in run(Unanswered(), snapshot, UnansweredSettings())]
    assert levels == ([2] if waited > 20 else [1] if waited > 10 else [])


@pytest.mark.parametrize(
    ("settings", "values", "complaint"),
    [
        (DueSoonSettings, {"days": 1}, "level_2_within must not be above days"),
        (UnansweredSettings, {"days": 30}, "level_2_after must not be below days"),
    ],
)
def test_levels_must_be_in_order(settings: type[RuleSettings], values: dict[str, int], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        settings.model_validate(values)


def test_a_done_consumer_clears_nothing_while_its_provider_cannot_be_read() -> None:
    done = issue("PAY-2", "payments", "done")
    finding = found(StartedEarly(), depends(done, PLAT))
    dark = depends(done, issue("PLAT-7", "platform", "unknown", end="unreadable"))
    assert undecided(world(dark, now=moment("2026-12-02")), finding) == "jira:PLAT-7 could not be read in full"
    over = depends(done, issue("PLAT-7", "platform", "done"))
    assert undecided(world(over, now=moment("2026-12-02")), finding) == ""


def test_a_need_that_rests_on_a_private_comment_is_as_private_as_that() -> None:
    private = Evidence(
        strength="stated", kind="text", at=PAY.uid, phrase="needs it", written=moment("2026-11-02"), audience="jira:PAY"
    )
    edge = depends(PAY, PLAT, link(PAY), private, since="2026-11-02")
    assert found(Unanswered(), edge).inputs == {"jira:PAY"}
    known = replace(private, audience="public", place="body")
    assert found(Unanswered(), depends(PAY, PLAT, link(PAY), private, known, since="2026-11-02")).inputs == frozenset()


def test_a_sprint_without_an_end_is_named_in_quotes() -> None:
    finding = found(Undated(), depends(PAY, issue("PLAT-7", "platform", sprint="@all /crosstie mute")))
    pieces = [piece for place in finding.places for piece in place.line]
    assert [piece for piece in pieces if "@all" in repr(piece)] == [Quoted("@all /crosstie mute")] * 2


def test_what_is_said_of_a_promise_that_moved_past_the_need() -> None:
    edge = depends(
        *(PAY, PLAT),
        needed="2026-12-08 text",
        promised="2026-12-11 due",
        moves=("2026-11-10: 2026-12-04 -> 2026-12-11",),
    )
    finding = found(Slipped(), edge)
    assert [plain(place.line) for place in finding.places] == [
        "Its promise has moved once to a later day, from Fri 4 Dec 2026 to Fri 11 Dec 2026 (due date); this issue needs"
        " it by Tue 8 Dec 2026 (as written here).",
        "The promise of this issue has moved once to a later day, from Fri 4 Dec 2026 to Fri 11 Dec 2026 (due date); it"
        " needs this issue by Tue 8 Dec 2026 (as written there).",
    ]
    assert dict(finding.about)["moves"] == "2026-11-10: 2026-12-04 -> 2026-12-11"


def test_the_calm_ones_are_only_listed_until_an_admin_asks_for_more() -> None:
    quiet = {type(rule): rule.settings().mode for rule in (Undated(), Unanswered(), StartedEarly())}
    assert set(quiet.values()) == {"observe"}
    assert {DueSoon().settings().mode, Slipped().settings().mode} == {"comment"}
    ranks = [rule.settings().severity for rule in (DueSoon(), Undated(), Unanswered(), StartedEarly(), Slipped())]
    assert ranks == ["info"] * 4 + ["warning"]


def test_rules_that_miss_a_date_advise_the_same_so_that_a_note_says_it_once() -> None:
    edge = depends(replace(PAY, planned=True), PLAT, link(PAY), since="2026-10-01")
    findings = {f.rule: f for f in judge(world(edge, now=moment("2026-12-02")), {})}
    steps = {tuple(place.step for place in findings[rule].places) for rule in ("undated", "unanswered", "unplanned")}
    assert [plain(step) for steps_of in steps for step in steps_of] == [
        "Ask platform when it can come, or plan this issue without it.",
        "Give this issue a date that payments can plan with, even a rough one, or say that it will not come.",
    ]


def test_rules_that_doubt_a_date_advise_the_same_so_that_a_note_says_it_once() -> None:
    edge = depends(
        *(PAY, PLAT),
        needed="2026-11-20 text",
        promised="2026-11-27 due",
        moves=("2026-11-10: 2026-11-18 -> 2026-11-27",),
    )
    for now in ("2026-11-24", "2026-12-02"):
        findings = {f.rule: f for f in judge(world(edge, now=moment(now)), {})}
        steps = {tuple(place.step for place in findings[r].places) for r in ("overdue", "slipped", "order-conflict")}
        assert [plain(step) for steps_of in steps for step in steps_of] == [
            "Agree with platform on a date that holds for both issues, or on what can come first.",
            "Agree with payments on a date that holds for both issues, or on what can come first.",
        ]
