"""What rules about days share: the dates of an edge by their weight, and the days that lie close ahead."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache

from model.calendar import Calendar, working_days
from model.snapshot import DateClaim, Dependency, Snapshot


def claims(dependency: Dependency) -> Iterator[DateClaim]:
    """The strongest first: explicit need, promise, derived need."""
    if dependency.needed and dependency.needed_explicit:
        yield dependency.needed
    if dependency.promised:
        yield dependency.promised
    if dependency.needed and not dependency.needed_explicit:
        yield dependency.needed


def ahead(snapshot: Snapshot, dependency: Dependency, days: int) -> tuple[date, date]:
    """Today, and the last day that lies at most ``days`` days ahead on which both teams work."""
    consumer, provider = snapshot.calendars(dependency.consumer.team, dependency.provider.team)
    return _ahead(consumer, provider, snapshot.now, days)


@lru_cache(maxsize=4096)
def _ahead(consumer: Calendar, provider: Calendar, now: datetime, days: int) -> tuple[date, date]:
    # The same for every edge between two teams, and judging has a million edges to look at.
    both = (consumer, provider)
    today = min(calendar.today(now) for calendar in both)
    low, high = today.toordinal(), date.max.toordinal()
    while low < high:
        middle = (low + high + 1) // 2
        if working_days(today, date.fromordinal(middle), both) <= days:
            low = middle
        else:
            high = middle - 1
    return today, date.fromordinal(low)
