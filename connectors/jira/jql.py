"""What changed since the cursors, as JQL: bounded, and open towards now."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from connectors.jira.catalog import Catalog
from connectors.jira.search import quoted

OVERLAP = timedelta(minutes=6)
"""Read again before a cursor: a minute of JQL's granularity and five of index lag."""


def since(cursors: Mapping[str, str], catalog: Catalog, zone: str, *, besides: str = "") -> str:
    """Issues of each project that changed since its cursor, and those of which ``besides`` is true."""
    by_cursor: dict[str, list[str]] = {}
    for key, cursor in cursors.items():
        by_cursor.setdefault(cursor, []).append(key)
    parts = [_part(keys, cursor, catalog, zone, besides) for cursor, keys in by_cursor.items()]
    return parts[0] if len(parts) == 1 else " OR ".join(f"({part})" for part in parts)


def _part(keys: Iterable[str], cursor: str, catalog: Catalog, zone: str, besides: str) -> str:
    changed = f"updated >= {stamp(cursor)}"
    if not catalog.takes_milliseconds:
        changed = f'updated >= "{jql_minute(int(stamp(cursor)), zone)}"'
    projects = f"project in ({quoted(list(keys))})"
    return f"{projects} AND ({changed} OR {besides})" if besides else f"{projects} AND {changed}"


def in_open_sprints(catalog: Catalog) -> str:
    """Issues of sprints whose dates may still move."""
    if not catalog.sprint_jql:
        return "statusCategory != Done"
    fields = [f"cf[{i.removeprefix('customfield_')}]" for i in catalog.custom.get("sprint", ())]
    return " OR ".join(f"{f} in {which}()" for f in fields for which in ("openSprints", "futureSprints"))


def stamp(cursor: str) -> str:
    """Epoch milliseconds, the overlap taken off."""
    return str(max(0, int(cursor) - int(OVERLAP.total_seconds() * 1000)))


def jql_minute(at: int, zone: str) -> str:
    """``2026/10/25 02:30`` in ``zone`` for epoch milliseconds: JQL's own form, which knows minutes only.

    In the hour that a zone goes through twice, an hour earlier, because JQL cannot say which one is meant.
    https://support.atlassian.com/jira-software-cloud/docs/jql-fields/#Updated
    """
    place: tzinfo
    try:
        place = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        place = timezone(timedelta(hours=-12))  # the furthest behind of all: reads too much and never too little
    local = datetime.fromtimestamp(at / 1000, UTC).astimezone(place)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        local -= timedelta(hours=1)
    return local.strftime("%Y/%m/%d %H:%M")
