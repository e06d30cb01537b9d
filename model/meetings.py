"""When a forum last met, by its cadence."""

from collections.abc import Mapping
from datetime import date, timedelta

from model.policy import Forum

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def last_meetings(forums: Mapping[str, Forum], today: date) -> dict[str, date]:
    """Forum -> the day of its last meeting before ``today``; those without a cadence are left out."""
    found = ((forum.name, _last(forum.cadence, today)) for forum in forums.values())
    return {name: day for name, day in found if day is not None}


def _last(cadence: str, today: date) -> date | None:
    kind, _, days = cadence.partition(":")
    if kind == "daily":
        return today - timedelta(days=1)
    if kind != "weekly":
        return None
    wanted = {DAYS.index(day) for day in days.split(",")}
    return next(day for day in (today - timedelta(days=n) for n in range(1, 8)) if day.weekday() in wanted)
