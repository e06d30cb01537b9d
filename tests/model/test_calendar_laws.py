"""Working days against a walk from day to day, for calendars of every kind."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from model.calendar import Calendar, stretch, working_days
from rules.examples import depends, issue, world

LEAP = date(2028, 2, 29)
NEVER = date.max
ZONES = ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu")
WEEKENDS = ({5, 6}, {4, 5}, {6}, {0, 1, 2, 3}, set(range(7)), set[int]())

near = st.dates(date(2027, 11, 1), date(2029, 4, 1))
edges_of_time = st.one_of(
    near, st.dates(), st.sampled_from((date.min, LEAP, date(2100, 2, 28), date(9999, 12, 24), NEVER))
)
calendars = st.builds(
    Calendar,
    timezone=st.sampled_from(ZONES),
    weekend=st.sampled_from(WEEKENDS).map(frozenset),
    holidays=st.frozensets(st.one_of(near, edges_of_time), max_size=30),
)
some = st.lists(calendars, max_size=3)


def walked(start: date, end: date, shared: list[Calendar]) -> int:
    if end < start:
        return -walked(end, start, shared)
    return sum(all(calendar.works(day) for calendar in shared) for day in _days(start, end))


def _days(start: date, end: date) -> Iterator[date]:
    for number in range(1, (end - start).days + 1):
        yield start + timedelta(days=number)


@given(near, near, some)
@example(LEAP - timedelta(days=1), LEAP, [Calendar(holidays=frozenset({LEAP}))])
@example(LEAP, LEAP + timedelta(days=1), [])
@example(LEAP, LEAP, [Calendar()])
def test_near_days_are_those_of_a_walk(start: date, end: date, shared: list[Calendar]) -> None:
    assert working_days(start, end, shared) == walked(start, end, shared)


@given(st.integers(0, 900), st.integers(0, 900), some)
def test_so_are_the_last_days_there_are(start: int, end: int, shared: list[Calendar]) -> None:
    first, last = NEVER - timedelta(days=start), NEVER - timedelta(days=end)
    assert working_days(first, last, shared) == walked(first, last, shared)


@given(st.integers(0, 900), st.integers(0, 900), some)
def test_and_the_first(start: int, end: int, shared: list[Calendar]) -> None:
    first, last = date.min + timedelta(days=start), date.min + timedelta(days=end)
    assert working_days(first, last, shared) == walked(first, last, shared)


@given(edges_of_time, edges_of_time, edges_of_time, some)
@example(date.min, LEAP, NEVER, [Calendar()])
def test_long_spans_are_the_sum_of_shorter_ones(one: date, other: date, third: date, shared: list[Calendar]) -> None:
    through = working_days(one, other, shared) + working_days(other, third, shared)
    assert working_days(one, third, shared) == through
    assert working_days(third, one, shared) == -through


def test_four_centuries_are_counted_as_they_are_walked() -> None:
    shared = [Calendar(holidays=frozenset(date(year, 12, 25) for year in range(1900, 2400)))]
    assert working_days(date(1950, 1, 1), date(2350, 1, 1), shared) == walked(
        date(1950, 1, 1), date(2350, 1, 1), shared
    )


@given(edges_of_time, edges_of_time, some)
def test_whose_calendar_comes_first_never_matters(start: date, end: date, shared: list[Calendar]) -> None:
    assert working_days(start, end, shared[::-1]) == working_days(start, end, shared)
    assert working_days(start, end, [*shared, *shared]) == working_days(start, end, shared)


@given(near, near, calendars, calendars)
def test_what_is_shown_is_what_is_counted(start: date, end: date, one: Calendar, other: Calendar) -> None:
    shown = stretch(start, end, {"payments": one, "platform": other})
    assert shown.working == abs(working_days(start, end, (one, other)))
    if shown.listed:
        days = set(_days(shown.start, shown.end))
        off = {*shown.weekend, *(day for day, _ in shown.holidays)}
        assert len(days) - len(off) == shown.working
        assert off <= days


@given(
    edges_of_time,
    edges_of_time,
    st.dictionaries(st.sampled_from(("payments", "platform")), calendars),
    st.sampled_from(("", "payments", "platform")),
    st.sampled_from(("payments", "platform", "web")),
    st.integers(0, 47),
)
def test_a_snapshot_knows_the_days_of_both_teams(
    start: date, end: date, teams: dict[str, Calendar], consumer: str, provider: str, hour: int
) -> None:
    edge = depends(issue("PAY-1", consumer), issue("PLAT-1", provider))
    now = datetime(2028, 2, 28, tzinfo=UTC) + timedelta(hours=hour)
    snapshot = world(edge, now=now, calendars=teams)
    both = [teams.get(team, Calendar()) for team in (consumer, provider)]
    for _ in range(2):
        assert snapshot.working_days(edge, start, end) == working_days(start, end, both)
        assert snapshot.today(edge) == min(calendar.today(now) for calendar in both)
