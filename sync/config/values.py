"""Kinds of values that a setting can have, each checked where it is read.

A validator's message says what is allowed; the file, line and setting are put before it.
"""

import re
from datetime import time, timedelta
from functools import cache
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

from sync.config.calendars import check_code
from sync.config.words import Unfit, nearest

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"([1-9]\d*)([mhd])")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"((?:[01]\d|2[0-3]):[0-5]\d)-((?:[01]\d|2[0-3]):[0-5]\d)")
_CADENCE = rf"daily|weekly:(?:{'|'.join(DAYS)})(?:,(?:{'|'.join(DAYS)}))*"


def _check_store(url: str) -> str:
    if urlsplit(url).password is not None:
        raise ValueError("a password does not belong in this file; set the whole URL as CROSSTIE_STORE__URL")
    if not re.match(r"sqlite:///|postgresql(\+psycopg)?://", url):
        raise ValueError('must be "sqlite:///FILE" or "postgresql+psycopg://USER@HOST/DATABASE"')
    return url


@cache
def _zones() -> frozenset[str]:
    """Read from disk by the library each time it is asked, which takes longer than all the rest of a config."""
    return frozenset(available_timezones())


def _check_zone(name: str) -> str:
    known = _zones()
    if name not in known:
        raise Unfit("must be a time zone such as Europe/Berlin or UTC", nearest(name, known))
    return name


def _check_regex(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        at = f" at character {error.pos + 1}" if error.pos is not None else ""
        raise ValueError(f"must be a regular expression; this one is broken{at}: {error.msg}") from None
    return pattern


def _duration(value: object) -> object:
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if isinstance(value, timedelta):
        return value
    if not found:
        raise ValueError('must be a time such as "30m", "6h" or "1d"')
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


def _written(value: timedelta) -> str:
    minutes = round(value.total_seconds() / 60)
    for unit, size in (("d", 24 * 60), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"


def _check_cadence(text: str) -> str:
    if text and not re.fullmatch(_CADENCE, text):
        raise ValueError('must be "daily" or days of the week such as "weekly:tue" or "weekly:mon,thu"')
    return text


def _check_label(text: str) -> str:
    if len(text) > 50 or re.search(r"[\s,]", text):
        raise ValueError("must be one word of at most 50 characters: Jira takes no spaces in labels, GitHub no more")
    return text


def quiet_hours(text: str) -> tuple[time, time]:
    """``18:00-08:00`` as from and until. Raises ValueError."""
    found = _HOURS.fullmatch(text)
    if found is None:
        raise ValueError('must be two times of day such as "18:00-08:00"')
    begin, end = time.fromisoformat(found[1]), time.fromisoformat(found[2])
    if begin == end:
        raise ValueError("must leave some of the day in which people may be called; from and until are the same")
    return begin, end


def _check_quiet_hours(text: str) -> str:
    if text:
        quiet_hours(text)
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
TrackerName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$")]
GroupName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
StoreUrl = Annotated[str, AfterValidator(_check_store)]
Zone = Annotated[str, AfterValidator(_check_zone)]
HolidayCode = Annotated[str, AfterValidator(check_code)]
Regex = Annotated[str, AfterValidator(_check_regex), Field(json_schema_extra={"format": "regex"})]
Cadence = Annotated[str, AfterValidator(_check_cadence), Field(json_schema_extra={"pattern": f"^({_CADENCE})?$"})]
QuietHours = Annotated[
    str, AfterValidator(_check_quiet_hours), Field(json_schema_extra={"pattern": f"^({_HOURS.pattern})?$"})
]
Label = Annotated[str, AfterValidator(_check_label)]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(_written),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION.pattern}$"}),
]
