"""One search on either face of Jira, page by page, and small questions beside it.

Cloud pages by token, hands back at most 100 issues at a time and says nothing of the total.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/

Data Center pages by offset. An offset moves when an issue before it goes away: unless a page begins with the
very next key, it is asked for once more together with the last rows before it. And since no offset reaches
beyond 10,000 rows on OpenSearch, a long walk is made of several searches (``ranges``).
https://confluence.atlassian.com/jirakb/search-limit-exceeded-error-1540718428.html
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.base import Refused, TryLater
from connectors.http import Call, Json
from connectors.jira.client import JiraClient

PAGE = 100
"""Rows of a page on Cloud, when more than ids are asked for."""
ID_PAGE = 5000
SERVER_PAGE = 1000
"""What Data Center hands back at most, unless its admin says otherwise: the answer names its own limit."""
SHIFT = 10
"""Rows that may go away between two pages on Data Center."""
COMMENT_PAGE = 100


class JqlRefused(Refused):
    """Jira does not take a query. ``said`` is its own text, to be searched and not shown."""

    def __init__(self, tracker: str, said: str) -> None:
        super().__init__(tracker, "Jira refuses the search (400)")
        self.said = said


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """A bounded search."""

    where: str
    fields: Sequence[str]
    history: bool = False
    """Whether the changelogs come along, as far as Jira embeds them."""

    @property
    def only_keys(self) -> bool:
        return set(self.fields) <= {"id", "key"}


def search(client: JiraClient, ask: Ask) -> Iterator[list[Json]]:
    """Pages of rows as they come, by key. Raises JqlRefused."""
    return _by_token(client, ask) if client.face == "cloud" else _by_offset(client, ask)


def _by_token(client: JiraClient, ask: Ask) -> Iterator[list[Json]]:
    """The server decides how long a page is: the walk ends where no token for a next page comes."""
    token, seen = "", set[str]()
    body: dict[str, Json] = {"jql": f"{ask.where} ORDER BY key ASC", "fields": list(ask.fields)}
    body["maxResults"] = ID_PAGE if ask.only_keys else PAGE
    if ask.history:
        body["expand"] = "changelog"
    while True:
        data = _asked(client, "search/jql", body | ({"nextPageToken": token} if token else {}))
        yield client.rows("search/jql", data, "issues")
        token = data.get("nextPageToken") or ""
        if not token and data.get("isLast") is False:
            raise TryLater(client.tracker, "the search broke off: more issues are there, and no page token came")
        if not token or data.get("isLast") is True:
            return
        if token in seen:
            raise TryLater(client.tracker, "the search went round in a circle: the same page token came twice")
        seen.add(token)


def _by_offset(client: JiraClient, ask: Ask) -> Iterator[list[Json]]:
    body: dict[str, Json] = {"jql": f"{ask.where} ORDER BY key ASC", "fields": list(ask.fields)}
    body["maxResults"] = SERVER_PAGE
    if ask.history:
        body["expand"] = ["changelog"]
    start, end, before = 0, 0, list[Json]()
    while True:
        data = _asked(client, "search", {**body, "startAt": start})
        rows = client.rows("search", data, "issues")
        known = frozenset(map(_id, before))
        if start == end and before and not (rows and _follows(before[-1], rows[0])):
            start = end - len(before)
            continue
        if start < end and rows and _id(rows[0]) not in known:
            raise TryLater(client.tracker, "too many issues went away while they were listed")
        yield (fresh := [row for row in rows if _id(row) not in known])
        start = end = start + len(rows)
        if not fresh or end >= total_of(data):
            return
        before = rows[-SHIFT:]


def _follows(last: Json, row: Json) -> bool:
    """Whether no key can lie between two rows."""
    (project, number), (other, next_number) = place_of(last), place_of(row)
    return project == other and next_number == number + 1


def _asked(client: JiraClient, path: str, body: Json) -> dict[str, Json]:
    answer = client.gate.read(Call(method="POST", path=path, body=body, accept=frozenset({400})))
    if answer.status == 400:
        said = answer.data if isinstance(answer.data, dict) else {}
        raise JqlRefused(client.tracker, f"{said.get('errorMessages')} {said.get('errors')}")
    return client.checked(path, answer.data, dict)


def count(client: JiraClient, where: str) -> int:
    """How many issues there are; only Data Center says it. One request."""
    data = _asked(client, "search", {"jql": where, "fields": ["key"], "maxResults": 1, "startAt": 0})
    return int(min(total_of(data), 10**9))


def greatest_number(client: JiraClient, project: str) -> int:
    """The number in the project's greatest key; 0 when it has no issues. One request."""
    path = "search/jql" if client.face == "cloud" else "search"
    body = {"jql": f'project = "{project}" ORDER BY key DESC', "fields": ["key"], "maxResults": 1}
    rows = client.rows(path, _asked(client, path, body), "issues")
    return place_of(rows[0])[1] if rows else 0


def issue(client: JiraClient, issue_id: str, fields: Sequence[str]) -> dict[str, Json]:
    return client.get(f"issue/{issue_id}", fields=",".join(fields), expand="changelog")


def comments(client: JiraClient, issue_id: str) -> list[Json]:
    """All comments of an issue, oldest first."""
    path = f"issue/{issue_id}/comment"
    rows: dict[str, Json] = {}
    start = 0
    while True:
        page = client.get(path, startAt=start, maxResults=COMMENT_PAGE, orderBy="created")
        came = client.rows(path, page, "comments")
        before = len(rows)
        rows |= {str(row["id"]): row for row in came if isinstance(row, dict) and "id" in row}
        start += len(came)
        if len(rows) == before or start >= total_of(page):
            return list(rows.values())


def quoted(keys: Sequence[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)


def place_of(row: Json) -> tuple[str, int]:
    """Project and number of the row's key; 0 for a row without one."""
    project, _, number = str(row.get("key") or "").rpartition("-") if isinstance(row, dict) else ("", "", "")
    return project, int(number) if number.isdecimal() else 0


def total_of(page: dict[str, Json]) -> float:
    """How many rows there are; without a word on it, as many as come."""
    total = page.get("total")
    return total if isinstance(total, int) else math.inf


def _id(row: Json) -> str:
    return str(row.get("id")) if isinstance(row, dict) else ""
