"""Which day's digest is due. Pure: settings, a calendar and a moment."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from model.calendar import Calendar
from model.policy import Policy
from sync.config.digests import DigestTable

LONGEST_BREAK = 60
"""Days without work in a row that are looked over for the next working day."""


def teams_of(digest: DigestTable, policy: Policy) -> frozenset[str]:
    """Whose issues it is about."""
    if digest.team:
        return frozenset({digest.team})
    forum = policy.forums.get(digest.forum)
    return frozenset(forum.teams if forum is not None else ())


def calendar_of(digest: DigestTable, policy: Policy) -> Calendar:
    """The team's; of a forum that which most of its teams share, the first named where several do."""
    named = [digest.team] if digest.team else list(forum.teams if (forum := policy.forums.get(digest.forum)) else ())
    shared = Counter(policy.teams[name].calendar for name in named if name in policy.teams)
    (most, _), *_ = shared.most_common(1) or [("", 0)]
    return policy.calendars.get(most, Calendar())


def due_day(digest: DigestTable, calendar: Calendar, now: datetime) -> date | None:
    """The day whose digest should be out by ``now``; None: none today.

    A weekly one whose day, and the days after, passed without a run is due on the next working day.
    """
    today = calendar.today(now)
    if not calendar.works(today):
        return None
    day = today if digest.weekday is None else _latest(digest.weekday, calendar, today)
    if day == today and digest.after:
        # The clock on the wall there, so that it holds across changes of summer time.
        there = now.astimezone(ZoneInfo(calendar.timezone)).time()
        return day if there >= time.fromisoformat(digest.after) else None
    return day


def next_day(digest: DigestTable, calendar: Calendar, today: date) -> date | None:
    """The first day after ``today`` that has a digest."""
    for ahead in range(1, min(LONGEST_BREAK, (date.max - today).days + 1)):
        day = today + timedelta(days=ahead)
        if calendar.works(day) and (digest.weekday is None or _latest(digest.weekday, calendar, day) == day):
            return day
    return None


def day_before(digest: DigestTable, calendar: Calendar, day: date) -> date:
    """The day that the digest before ``day``'s was for."""
    if digest.weekday is not None:
        return _latest(digest.weekday, calendar, day - timedelta(days=1)) or day - timedelta(days=7)
    back = (day - timedelta(days=n) for n in range(1, LONGEST_BREAK))
    return next((before for before in back if calendar.works(before)), day - timedelta(days=1))


def start_of(day: date, calendar: Calendar) -> datetime:
    """The moment that a day begins where the calendar's people are."""
    return datetime.combine(day, time(), ZoneInfo(calendar.timezone))


def _latest(weekday: int, calendar: Calendar, today: date) -> date | None:
    """The newest day not after ``today`` that is the first working day on or after that weekday."""
    nominal = today - timedelta(days=(today.weekday() - weekday) % 7)
    for week in range(LONGEST_BREAK // 7):
        begin = nominal - timedelta(days=7 * week)
        ahead = (begin + timedelta(days=n) for n in range((today - begin).days + 1))
        day = next((day for day in ahead if calendar.works(day)), None)
        if day is not None:
            return day
    return None
