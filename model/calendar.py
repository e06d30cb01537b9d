"""Days as a team has them: its own today, its weekend, its public holidays."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

SATURDAY_SUNDAY = frozenset({5, 6})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    timezone: str = "UTC"
    weekend: frozenset[int] = SATURDAY_SUNDAY
    """Weekday numbers as ``date.weekday`` has them: Monday 0 to Sunday 6."""
    holidays: frozenset[date] = frozenset()
    quiet_hours: tuple[time, time] | None = None
    """From and until, by the clock there; from later than until goes past midnight. Within them nobody is called."""

    def today(self, now: datetime) -> date:
        """The date where this calendar's people are; ``now`` must be aware."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def works(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays

    def is_quiet(self, now: datetime) -> bool:
        """Whether nobody there is to be called: on a day without work, or within quiet hours. ``now`` is aware."""
        there = now.astimezone(ZoneInfo(self.timezone))
        if not self.works(there.date()) or self.quiet_hours is None:
            return not self.works(there.date())
        begin, end = self.quiet_hours
        clock = there.time()
        return begin <= clock < end if begin < end else clock >= begin or clock < end


class Shared:
    """The days on which all of some calendars work."""

    __slots__ = ("_begun", "_off", "_week")

    def __init__(self, calendars: Iterable[Calendar]) -> None:
        shared = tuple(calendars)
        weekend = frozenset[int]().union(*(c.weekend for c in shared))
        works = [weekday not in weekend for weekday in range(7)]
        self._week = sum(works)
        self._begun = [sum(works[:days]) for days in range(7)]
        holidays = frozenset[date]().union(*(c.holidays for c in shared))
        self._off = sorted(day.toordinal() for day in holidays if works[day.weekday()])

    def number(self, start: date, end: date) -> int:
        """As ``working_days``."""
        return self._until(end.toordinal()) - self._until(start.toordinal())

    def _until(self, ordinal: int) -> int:
        """Working days from 1 January 0001, a Monday, on. Counted, not walked: 9999-12-31 stands in real trackers."""
        weeks, rest = divmod(ordinal, 7)
        return weeks * self._week + self._begun[rest] - bisect_right(self._off, ordinal)


@lru_cache(maxsize=4096)
def shared(*calendars: Calendar) -> Shared:
    """Made once for calendars that are alike: judging asks for every dependency, and teams share few."""
    return Shared(calendars)


def working_days(start: date, end: date, calendars: Iterable[Calendar]) -> int:
    """Days after ``start`` up to and including ``end`` on which all of ``calendars`` work.

    Negative when ``end`` lies before ``start``: from Friday to Monday is 1, from Monday to
    Friday before is -1. Same day is 0.
    """
    return shared(*calendars).number(start, end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """The days from one to another, counted; ``start`` lies before ``end`` or on it."""

    start: date
    end: date
    working: int
    """Days after ``start`` up to and including ``end`` on which all work."""
    weekend: tuple[date, ...] = ()
    """Days of that stretch that are the weekend of at least one of them."""
    holidays: tuple[tuple[date, tuple[str, ...]], ...] = ()
    """Other days on which at least one of them does not work, and whose they are."""
    listed: bool = True
    """False when the stretch is too long for its days to be listed."""


LONGEST_LISTED = 400
"""Days of a stretch that are looked at one by one."""


def stretch(start: date, end: date, calendars: Mapping[str, Calendar]) -> Stretch:
    """How ``working_days`` comes to its number; ``calendars`` by the name of whom they are of."""
    start, end = min(start, end), max(start, end)
    working = working_days(start, end, calendars.values())
    if (end - start).days > LONGEST_LISTED:
        return Stretch(start=start, end=end, working=working, listed=False)
    days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    weekend = frozenset[int]().union(*(c.weekend for c in calendars.values()))
    off = ((day, tuple(sorted(n for n, c in calendars.items() if day in c.holidays))) for day in days)
    return Stretch(
        start=start,
        end=end,
        working=working,
        weekend=tuple(day for day in days if day.weekday() in weekend),
        holidays=tuple((day, whose) for day, whose in off if whose and day.weekday() not in weekend),
    )
