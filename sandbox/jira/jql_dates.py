"""Dates in JQL: in the zone of the account's profile and to the minute, relative to now, or epoch milliseconds.

https://support.atlassian.com/jira-software-cloud/docs/jql-fields/
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sandbox.jira.errors import Refusal

RELATIVE = re.compile(r"([+-]?)((?:\d{1,6}[wdhm]\s*)+)")
UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
FORMS = ("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")


def read_moment(text: str, field: str, *, zone: ZoneInfo, now: datetime, epoch: bool) -> datetime:
    """``epoch``: whether a whole number is milliseconds. Raises Refusal(400) as Jira words it."""
    try:
        if (found := _relative(text, zone, now)) is not None:
            return found
        if epoch and text.isdecimal():
            return datetime.fromtimestamp(int(text) / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        text = f"{text[:20]}…"
    for form in FORMS:
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    raise Refusal(
        400,
        f"Date value '{text}' for field '{field}' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', "
        "'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.",
    )


def _relative(text: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """``-90m``, ``4w 2d``, ``now()``, ``startOfDay()``: none of them needs a zone but the last."""
    if text.lower() == "now()":
        return now
    if text.lower() == "startofday()":
        return now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    found = RELATIVE.fullmatch(text)
    if found is None:
        return None
    parts = re.findall(r"(\d+)([wdhm])", found[2])
    span = sum((timedelta(**{UNITS[unit]: int(count)}) for count, unit in parts), timedelta())
    return now - span if found[1] == "-" else now + span
