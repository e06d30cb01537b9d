"""When a digest is due: working days, late runs, clocks that change."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.calendar import Calendar
from model.policy import Forum, Policy, Team
from sync.digest.due import calendar_of, day_before, due_day, next_day, start_of, teams_of
from tests.sync.digest_world import digest

BERLIN = Calendar(timezone="Europe/Berlin", holidays=frozenset({date(2026, 5, 1), date(2026, 4, 6)}))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_daily_means_each_working_day_where_the_team_is() -> None:
    daily = digest()
    assert due_day(daily, BERLIN, at("2026-03-03 11:00")) == date(2026, 3, 3)
    assert due_day(daily, BERLIN, at("2026-03-03 23:30")) == date(2026, 3, 4), "it is Wednesday there already"
    assert due_day(daily, BERLIN, at("2026-03-07 11:00")) is None, "Saturday"
    assert due_day(daily, BERLIN, at("2026-05-01 11:00")) is None, "a holiday"
    assert day_before(daily, BERLIN, date(2026, 3, 9)) == date(2026, 3, 6)
    assert next_day(daily, BERLIN, date(2026, 4, 30)) == date(2026, 5, 4)


def test_weekly_means_the_first_working_day_from_then_on() -> None:
    weekly = digest(when="weekly:mon")
    assert due_day(weekly, BERLIN, at("2026-03-30 11:00")) == date(2026, 3, 30)
    assert due_day(weekly, BERLIN, at("2026-04-06 11:00")) is None, "Easter Monday"
    assert due_day(weekly, BERLIN, at("2026-04-07 11:00")) == date(2026, 4, 7)
    assert due_day(weekly, BERLIN, at("2026-04-09 11:00")) == date(2026, 4, 7), "late: no run came by till Thursday"
    assert day_before(weekly, BERLIN, date(2026, 4, 7)) == date(2026, 3, 30)
    assert next_day(weekly, BERLIN, date(2026, 3, 30)) == date(2026, 4, 7)


def test_after_the_last_day_of_all_there_is_none() -> None:
    assert next_day(digest(), BERLIN, date.max) is None
    assert next_day(digest(), BERLIN, date(9999, 12, 29)) == date(9999, 12, 30)


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-03-27 06:59", None),
        ("2026-03-27 07:00", date(2026, 3, 27)),  # 08:00 in winter time
        ("2026-03-30 05:59", None),
        ("2026-03-30 06:00", date(2026, 3, 30)),  # 08:00 in summer time
        ("2026-10-26 06:59", None),
        ("2026-10-26 07:00", date(2026, 10, 26)),
    ],
)
def test_a_time_of_day_is_the_clock_on_the_wall(moment: str, due: date | None) -> None:
    assert due_day(digest(after="08:00"), BERLIN, at(moment)) == due


def test_an_hour_that_the_clock_leaps_over_has_passed_when_it_has() -> None:
    """On 29 March 2026 there is no 02:30 in Berlin; that Sunday is made a working day."""
    every_day = Calendar(timezone="Europe/Berlin", weekend=frozenset())
    assert due_day(digest(after="02:30"), every_day, at("2026-03-29 00:59")) is None
    assert due_day(digest(after="02:30"), every_day, at("2026-03-29 01:00")) == date(2026, 3, 29)


def test_a_forum_goes_by_the_calendar_that_most_of_its_teams_share() -> None:
    teams = {name: Team(name=name, calendar=own) for name, own in (("a", "x"), ("b", "berlin"), ("c", "berlin"))}
    forum = Forum(name="sos", teams=("a", "b", "c"))
    policy = Policy(teams=teams, forums={"sos": forum}, calendars={"berlin": BERLIN, "x": Calendar()})
    of_forum = digest(team="", forum="sos")
    assert calendar_of(of_forum, policy) == BERLIN
    assert teams_of(of_forum, policy) == {"a", "b", "c"}
    assert calendar_of(digest(team="a"), policy) == Calendar()
    assert calendar_of(digest(team="unheard-of"), policy) == Calendar()


@given(
    start=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    when=st.sampled_from(["daily", "weekly:mon", "weekly:wed", "weekly:sun"]),
    zone=st.sampled_from(["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/New_York"]),
    off=st.sets(st.integers(0, 20)),
)
def test_each_day_that_is_due_is_a_working_day_and_they_follow_each_other(
    start: date, when: str, zone: str, off: set[int]
) -> None:
    calendar = Calendar(timezone=zone, holidays=frozenset(start + timedelta(days=n) for n in off))
    table = digest(when=when)
    noon = datetime(start.year, start.month, start.day, 12, tzinfo=ZoneInfo(zone))
    days = [due_day(table, calendar, noon + timedelta(days=n)) for n in range(40)]
    found = [day for day in days if day is not None]
    assert all(calendar.works(day) for day in found)
    assert found == sorted(found)
    for before, after in zip(dict.fromkeys(found), list(dict.fromkeys(found))[1:], strict=False):
        assert day_before(table, calendar, after) == before
        assert next_day(table, calendar, before) == after
    assert all(start_of(day, calendar).astimezone(ZoneInfo(zone)).date() == day for day in found)
