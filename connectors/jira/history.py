"""What Jira remembers of an issue: moves of its dates, and whether it was ever linked to a page elsewhere.

Cloud embeds the newest 40 histories in a search and Data Center all; ``changelog/bulkfetch`` has
the rest, a thousand issues to a request. A remote link leaves an item without ``fieldId``, so only the
whole history tells which issues can have one.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-changelog-bulkfetch-post
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from connectors.http import Call, Json
from connectors.jira.catalog import Catalog
from connectors.jira.client import JiraClient
from connectors.jira.values import moment, person, rows_of, table, text
from model.facts import Change, ChangeField

TOGETHER = 1000
MOST = 10_000
"""Histories of one answer of ``changelog/bulkfetch``."""
REMOTE = frozenset({"RemoteIssueLink", "RemoteWorkItemLink"})
KINDS: Mapping[str, ChangeField] = {
    "duedate": "due",
    "fixVersions": "release",
    "Fix Version": "release",
    "status": "status",
    "resolution": "resolution",
}


def histories(row: Json) -> list[Json] | None:
    """Those that a row embeds; None when it says nothing of any."""
    log = table(row).get("changelog")
    return rows_of(table(log).get("histories")) if isinstance(log, dict) else None


def is_cut(row: Json) -> bool:
    """Whether the row embeds fewer histories than there are."""
    log = table(table(row).get("changelog"))
    total = log.get("total")
    return isinstance(total, int) and total > len(rows_of(log.get("histories")))


def completed(row: Json, found: Sequence[Json]) -> Json:
    """The row with its whole history, unless more of it came with the row itself."""
    if len(found) <= len(histories(row) or ()):
        return row
    return {**row, "changelog": {"histories": list(found), "total": len(found)}}


def bulk(client: JiraClient, ids: Sequence[str]) -> dict[str, list[Json]]:
    """Issue id -> all its histories. About one request for a thousand issues, on Cloud only."""
    found: dict[str, list[Json]] = {issue_id: [] for issue_id in ids}
    for start in range(0, len(ids), TOGETHER):
        body: dict[str, Json] = {"issueIdsOrKeys": list(ids[start : start + TOGETHER]), "maxResults": MOST}
        seen = set[str]()
        while True:
            call = Call(method="POST", path="changelog/bulkfetch", body=body)
            page = client.checked(call.path, client.gate.read(call).data, dict)
            for log in client.rows(call.path, page, "issueChangeLogs"):
                found.setdefault(str(table(log).get("issueId")), []).extend(rows_of(table(log).get("changeHistories")))
            token = page.get("nextPageToken") or ""
            if not token or token in seen:
                break
            seen.add(token)
            body["nextPageToken"] = token
    return found


def may_have_remote_links(row: Json) -> bool:
    return any(text(table(item).get("field")) in REMOTE for _, item in _items(histories(row) or ()))


def changes(row: Json, catalog: Catalog) -> tuple[Change, ...] | None:
    """Oldest first; None when Jira told no history."""
    found = histories(row)
    if found is None:
        return None
    kinds = dict(KINDS)
    for kind in ("start", "target_end", "sprint"):
        ids = catalog.custom.get(kind, ())
        # Data Center tells a changed field by its name alone.
        kinds |= dict.fromkeys((*ids, *(catalog.names[i] for i in ids if i in catalog.names)), kind)
    made = [_change(entry, item, kinds) for entry, item in _items(found)]
    return tuple(sorted((c for c in made if c is not None), key=lambda c: (c.at, c.field, c.after)))


def _items(found: Iterable[Json]) -> Iterator[tuple[dict[str, Json], dict[str, Json]]]:
    for entry in map(table, found):
        for item in map(table, rows_of(entry.get("items"))):
            yield entry, item


def _change(entry: Mapping[str, Json], item: Mapping[str, Json], kinds: Mapping[str, ChangeField]) -> Change | None:
    field = kinds.get(text(item.get("fieldId"))) or kinds.get(text(item.get("field")))
    at = _created(entry.get("created"))
    if field is None or at is None:
        return None
    before, after = (_value(field, item, end) for end in ("from", "to"))
    return Change(at=at, field=field, before=before, after=after, author=person(entry.get("author")))


def _created(value: Json) -> datetime | None:
    """Text as everywhere, or a number as ``changelog/bulkfetch`` gives it: epoch seconds or milliseconds."""
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime.fromtimestamp(value / 1000 if value > 10**11 else value, UTC)
    return moment(value)


def _value(field: ChangeField, item: Mapping[str, Json], end: str) -> str:
    named = text(item.get(f"{end}String"))
    if field not in ("start", "due", "target_end"):
        # Several sprints come in one text, and a name may hold what stands between them.
        several = field == "sprint" and "," in text(item.get(end))
        return named.rpartition(", ")[2] if several else named
    for value in (text(item.get(end)), named):
        try:
            return date.fromisoformat(value[:10]).isoformat()
        except ValueError:
            continue
    return ""
