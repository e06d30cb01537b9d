"""Kinds of values that a setting can have, each checked where it is read.

A validator's message says what is allowed; the file, line and setting are put before it.
"""

import ipaddress
import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import SplitResult, urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema

from sync.config.calendars import check_code
from sync.config.words import Unfit, nearest

_UNITS = {"m": "minutes", "h": "hours", "d": "days"}
_DURATION = re.compile(r"([1-9]\d*)([mhd])")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CADENCE = rf"daily|weekly:(?:{'|'.join(DAYS)})(?:,(?:{'|'.join(DAYS)}))*"


def _check_url(url: str) -> str:
    """Scheme, host and path alone, without a slash at the end. Never says the URL: it may hold a password."""
    parts = _split(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError(
            "a URL must not hold a user name or password; the user is a setting of its own, and the token comes from "
            "the environment"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a URL such as https://acme.atlassian.net")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("plain http would send the token readable to everyone on the way; use https")
    if parts.query or parts.fragment:
        raise ValueError("a URL must end before ? and #")
    return url.rstrip("/")


def _check_store(url: str) -> str:
    if urlsplit(url).password is not None:
        raise ValueError("a password does not belong in this file; set the whole URL as CROSSTIE_STORE__URL")
    if not re.match(r"sqlite:///|postgresql(\+psycopg)?://", url):
        raise ValueError('must be "sqlite:///FILE" or "postgresql+psycopg://USER@HOST/DATABASE"')
    return url


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port, parts.hostname
    except ValueError:
        raise ValueError("must be a URL such as https://acme.atlassian.net") from None
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _check_jira(url: str) -> str:
    parts = urlsplit(url)
    if (parts.hostname or "").endswith(".atlassian.net") and parts.path:
        raise ValueError(f"must be the site alone: https://{parts.hostname}")
    return url


def _check_github(url: str) -> str:
    if urlsplit(url).hostname in ("github.com", "www.github.com"):
        raise ValueError("must be the base of the API, which for github.com is https://api.github.com")
    return url


def _check_zone(name: str) -> str:
    known = available_timezones()
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


def _check_project(key: str) -> str:
    if not re.fullmatch(r"[A-Z*][A-Z0-9_*]*", key):
        hint = key.upper() if re.fullmatch(r"[A-Za-z*][A-Za-z0-9_*]*", key) else ""
        raise Unfit("must be a project key such as PAY", hint)
    return key


def _check_repository(name: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._*-]+", name):
        raise ValueError("must be OWNER/NAME such as acme/web, or OWNER/PATTERN such as acme/api-*")
    return name


def _check_label(text: str) -> str:
    if len(text) > 50 or re.search(r"[\s,]", text):
        raise ValueError("must be one word of at most 50 characters: Jira takes no spaces in labels, GitHub no more")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
TrackerName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(?:[_-][a-z0-9]+)*$")]
GroupName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")]
Url = Annotated[str, AfterValidator(_check_url)]
StoreUrl = Annotated[str, AfterValidator(_check_store)]
JiraUrl = Annotated[Url, AfterValidator(_check_jira)]
GithubUrl = Annotated[Url, AfterValidator(_check_github)]
Project = Annotated[str, AfterValidator(_check_project), Field(examples=["PAY"])]
Repository = Annotated[str, AfterValidator(_check_repository), Field(examples=["acme/web", "acme/api-*"])]
Zone = Annotated[str, AfterValidator(_check_zone)]
HolidayCode = Annotated[str, AfterValidator(check_code)]
Identifier = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    StringConstraints(pattern=r"^[A-Za-z0-9._-]*$"),
    Field(examples=["123456"]),
]
Regex = Annotated[str, AfterValidator(_check_regex), Field(json_schema_extra={"format": "regex"})]
Cadence = Annotated[str, AfterValidator(_check_cadence), Field(json_schema_extra={"pattern": f"^({_CADENCE})?$"})]
Label = Annotated[str, AfterValidator(_check_label)]
Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(_written),
    WithJsonSchema({"type": "string", "pattern": f"^{_DURATION.pattern}$"}),
]
