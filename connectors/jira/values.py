"""Values in Jira's JSON, read without trusting their shape."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from connectors.http import Json
from connectors.jira.client import person_id
from model.facts import Person


def moment(value: Json) -> datetime | None:
    """``2026-01-31T10:00:00.000+0100`` as an aware datetime; None for what is none."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(value: Json) -> date | None:
    """A calendar date, never moved by a zone: of a date and time, the date where it was written."""
    try:
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError):
        return None


def table(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def rows_of(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def text(value: Json) -> str:
    """Text without NUL, which PostgreSQL refuses to keep."""
    return value.replace("\0", "") if isinstance(value, str) else ""


def id_of(row: Mapping[str, Json]) -> str:
    """Jira writes its ids as text; where a number comes instead, it is the same id."""
    value = row.get("id")
    return str(value) if type(value) is int else text(value)


def name_of(value: Json) -> str:
    return text(table(value).get("name"))


def person(value: Json) -> Person | None:
    row = table(value)
    identity = person_id(row)
    if not identity:
        return None
    return Person(id=text(identity), name=text(row.get("displayName")), bot=row.get("accountType") == "app")
