"""Days as a team has them: its own today, its weekend, its public holidays."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

SATURDAY_SUNDAY = frozenset({5, 6})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    timezone: str = "UTC"
    weekend: frozenset[int] = SATURDAY_SUNDAY
    """Weekday numbers as ``date.weekday`` has them: Monday 0 to Sunday 6."""
    holidays: frozenset[date] = frozenset()

    def today(self, now: datetime) -> date:
        """The date where this calendar's people are; ``now`` must be aware."""
        return now.astimezone(ZoneInfo(self.timezone)).date()

    def works(self, day: date) -> bool:
        return day.weekday() not in self.weekend and day not in self.holidays


def working_days(start: date, end: date, calendars: Iterable[Calendar]) -> int:
    """Days after ``start`` up to and including ``end`` on which all of ``calendars`` work.

    Negative when ``end`` lies before ``start``: from Friday to Monday is 1, from Monday to
    Friday before is -1. Same day is 0.
    """
    if end < start:
        return -working_days(end, start, calendars)
    shared = tuple(calendars)
    weekend = frozenset[int]().union(*(c.weekend for c in shared))
    holidays = frozenset[date]().union(*(c.holidays for c in shared))
    weeks, rest = divmod((end - start).days, 7)
    # Counted by weeks, not by walking: placeholders such as 9999-12-31 stand in real trackers.
    days = weeks * (7 - len(weekend)) + sum((start.weekday() + n) % 7 not in weekend for n in range(1, rest + 1))
    return days - sum(start < day <= end and day.weekday() not in weekend for day in holidays)
