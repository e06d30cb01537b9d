"""Histories: of one issue, and of a thousand at once.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/#api-rest-api-3-changelog-bulkfetch-post
"""

import base64
from collections.abc import Iterator
from typing import Any

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.errors import Refusal
from sandbox.jira.records import Issue, Json
from sandbox.jira.state import moment

MOST = 10_000
ASKABLE = frozenset({"issueIdsOrKeys", "fieldIds", "maxResults", "nextPageToken"})
Told = tuple[int, int, Json, list[Json]]
"""When in epoch milliseconds, the issue's id, the history, and those of its items that were asked for."""


def changelog(call: Call) -> Reply:
    """Oldest first, where ``expand=changelog`` has the newest first."""
    changes = call.issue().changes
    return Reply(call.page([call.view.history(c) for c in changes], most=100))


def bulk(call: Call) -> Reply:
    """``maxResults`` counts histories, of whatever issues; an issue without any is left out."""
    body = call.body()
    if body.keys() - ASKABLE:
        raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    names = [str(name) for name in _listed(body, "issueIdsOrKeys")]
    if not 0 < len(names) <= 1000:
        raise Refusal(400, "issueIdsOrKeys must hold between 1 and 1000 ids or keys.")
    wanted, size = frozenset(_listed(body, "fieldIds")), _size(body)
    if len(wanted) > 10:
        raise Refusal(400, "fieldIds must hold at most 10 ids.")
    told = _told(call, names, wanted)
    start = _offset(str(body.get("nextPageToken") or ""))
    logs: dict[int, list[Json]] = {}
    for created, issue, change, items in told[start : start + size]:
        shown = {**call.view.history(change), "items": items, "created": created}
        logs.setdefault(issue, []).append(shown)
    more = {"nextPageToken": _token(start + size)} if start + size < len(told) else {}
    return Reply({"issueChangeLogs": [{"issueId": str(i), "changeHistories": log} for i, log in logs.items()], **more})


def _told(call: Call, names: list[str], wanted: frozenset[Any]) -> list[Told]:
    """By date and then by issue, so that the history of one may lie on many pages."""
    issues = {i.id: i for name in names if (i := call.state.issue(name)) is not None and call.view.sees(i)}
    told = [row for issue in issues.values() for row in _of(issue, wanted)]
    return sorted(told, key=lambda row: row[:2])


def _of(issue: Issue, wanted: frozenset[Any]) -> Iterator[Told]:
    """What has no fieldId, as links, no filter can name. Moments are epoch milliseconds here."""
    for change in issue.changes:
        items = [item for item in change["items"] if not wanted or item.get("fieldId") in wanted]
        if items:
            yield round(moment(change["created"]).timestamp() * 1000), issue.id, change, items


def _listed(body: Json, name: str) -> list[Any]:
    value = body.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str | int) for one in value):
        raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return value


def _size(body: Json) -> int:
    size = body.get("maxResults")
    if size is None:
        return 1000
    if isinstance(size, bool) or not isinstance(size, int) or not 0 < size <= MOST:
        raise Refusal(400, f"The maxResults parameter must be between 1 and {MOST}.")
    return size


def _token(offset: int) -> str:
    return base64.urlsafe_b64encode(f"from {offset}".encode()).decode()


def _offset(token: str) -> int:
    try:
        return int(base64.urlsafe_b64decode(token).decode().removeprefix("from ")) if token else 0
    except ValueError:
        raise Refusal(400, "The provided next page token is invalid or expired.") from None


ROUTES: tuple[Route, ...] = (
    ("GET", "/issue/<issue>/changelog", changelog),
    ("POST", "/changelog/bulkfetch", bulk),
)
