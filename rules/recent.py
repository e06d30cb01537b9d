"""The working days that lie close behind, for rules about what has just happened, or long not."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from zoneinfo import ZoneInfo

from model.calendar import Calendar, working_days

_BEFORE_ANY_TRACKER = date(1970, 1, 2).toordinal()


@lru_cache(maxsize=4096)
def start_of_last(calendar: Calendar, now: datetime, days: int) -> datetime:
    """When the earliest day began, where the calendar's people are, after which at most ``days`` of their working days
    have come, the present one counted in; in UTC.

    One moment for all issues of a team, so that each of them costs one comparison. Where nobody ever works, no working
    day has come since 1970.
    """
    today = calendar.today(now)
    low, high = min(_BEFORE_ANY_TRACKER, today.toordinal()), today.toordinal()
    while low < high:
        middle = (low + high) // 2
        if working_days(date.fromordinal(middle), today, (calendar,)) <= days:
            high = middle
        else:
            low = middle + 1
    return datetime.combine(date.fromordinal(low), time.min, ZoneInfo(calendar.timezone)).astimezone(UTC)
