"""When nobody is to be called, by the clock of those who would be."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.calendar import Calendar

NIGHT = (time(18), time(8))
BERLIN = Calendar(timezone="Europe/Berlin", holidays=frozenset({date(2026, 3, 3)}), quiet_hours=NIGHT)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "quiet"),
    [
        ("2026-03-02T06:59", True),  # 07:59 in Berlin
        ("2026-03-02T07:00", False),
        ("2026-03-02T16:59", False),
        ("2026-03-02T17:00", True),
        ("2026-03-02T23:30", True),  # half past midnight of a holiday
        ("2026-03-03T11:00", True),  # the holiday
        ("2026-03-07T11:00", True),  # a Saturday
        ("2026-03-06T23:30", True),  # a Saturday there already
        ("2026-03-30T06:00", False),  # 08:00 there since the clocks went forward
    ],
)
def test_nights_weekends_and_holidays_are_quiet(moment: str, quiet: bool) -> None:
    assert BERLIN.is_quiet(at(moment)) is quiet


def test_without_quiet_hours_only_days_without_work_are_quiet() -> None:
    assert not Calendar().is_quiet(at("2026-03-02T03:00"))
    assert Calendar().is_quiet(at("2026-03-01T12:00"))


def test_quiet_hours_may_lie_within_a_day() -> None:
    lunch = Calendar(quiet_hours=(time(12), time(13)))
    quiet = [lunch.is_quiet(at(f"2026-03-02T{clock}")) for clock in ("11:59", "12:00", "12:59", "13:00")]
    assert quiet == [False, True, True, False]


HOURS = st.tuples(st.times(), st.times()).filter(lambda hours: hours[0] != hours[1])
MOMENTS = st.integers(0, 365 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=n))


@settings(max_examples=50)
@given(HOURS, MOMENTS, st.sampled_from(["Pacific/Kiritimati", "Europe/Berlin", "Pacific/Pago_Pago", "Asia/Kolkata"]))
def test_on_a_working_day_it_is_quiet_by_its_hours_or_by_their_opposite(
    hours: tuple[time, time], moment: datetime, zone: str
) -> None:
    one = Calendar(timezone=zone, weekend=frozenset(), quiet_hours=hours)
    other = Calendar(timezone=zone, weekend=frozenset(), quiet_hours=(hours[1], hours[0]))
    assert one.is_quiet(moment) is not other.is_quiet(moment)
    off = Calendar(timezone=zone, weekend=frozenset(), quiet_hours=hours, holidays=frozenset({_day(moment, zone)}))
    assert off.is_quiet(moment)


@settings(max_examples=50)
@given(HOURS, MOMENTS)
def test_everybody_can_be_called_within_a_week(hours: tuple[time, time], moment: datetime) -> None:
    calendar = Calendar(quiet_hours=hours)
    ends = datetime.combine(moment.date(), hours[1], tzinfo=UTC)
    assert any(not calendar.is_quiet(ends + timedelta(days=n)) for n in range(7))


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
