"""Jira's REST API as calls, on the ``jira`` library's authenticated session.

Everything that differs between Jira Cloud and Jira Data Center is in this file: paths,
paging, body formats. What comes back is JSON as Jira sent it.
"""

import json
import math
from collections.abc import Iterator, Sequence
from functools import partial
from typing import TypeVar

import requests

from connectors.base import Denied, Gone, Refused, Stop, TrackerSettings, TryLater
from connectors.http import Answer, Call, Gate, Json, Moved, Raw, Send, read_body
from connectors.limits import Clock, Limits

Shape = TypeVar("Shape")
PAGE = 100
"""Rows of a search page: Cloud hands back no more of them when it is asked for more than ids."""
CENSUS_PAGE = 5000
COMMENT_PAGE = 100
COMMENT_LIST = 1000
"""https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-comment-list-post"""
QUIET = {"notifyUsers": "false"}
INTERNAL: Json = {"key": "sd.public.comment", "value": {"internal": True}}
"""Keeps a comment of a service desk project from its customers; a property like any other elsewhere.
https://github.com/pycontribs/jira/issues/313"""


def open_send(settings: TrackerSettings, token: str, limits: Limits) -> Send:
    """A ``Send`` on a session of the ``jira`` library: Basic for ``user`` and token, else Bearer."""
    from jira import JIRA  # here: it takes a third of a second to import, and most commands ask no tracker

    client = JIRA(
        server=settings.url,
        options={"rest_api_version": "3"},
        basic_auth=(settings.user, token) if settings.user else None,
        token_auth=None if settings.user else token,
        get_server_info=False,
        max_retries=0,
    )
    session, url_of = client._session, client._get_url

    def send(call: Call) -> Raw:
        # Session.request and not the library's own: that one retries writes after a lost
        # answer, crashes on a Retry-After date, and puts headers and body into its errors.
        response = requests.Session.request(
            session,
            call.method,
            settings.url.rstrip("/") + call.path if call.path.startswith("/") else url_of(call.path),
            params=dict(call.params),
            data=None if call.body is None else json.dumps(call.body),
            headers=dict(call.headers),
            timeout=(limits.connect_timeout, limits.read_timeout),
            allow_redirects=False,
            stream=True,
        )
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Raw(status=response.status_code, headers=headers, body=read_body(response, limits.max_bytes))

    return send


class JiraClient:
    """One credential on one Jira Cloud site. Not thread-safe."""

    def __init__(self, settings: TrackerSettings, token: str, *, limits: Limits, clock: Clock) -> None:
        self._tracker = settings.name
        self.gate = Gate(
            settings.name,
            open_send(settings, token, limits),
            limits=limits,
            clock=clock,
            on_401="check user and token: it may have expired or been revoked; a token with scopes, or of a service "
            "account, works only with url = https://api.atlassian.com/ex/jira/<cloudId>",
        )

    def server_info(self) -> Json:
        """Raises Stop when this is no Jira, or not a Jira Cloud. The one call that every Jira has under version 2."""
        try:
            info = self._server_info()
        except (Gone, Moved) as error:
            raise Stop(self._tracker, f"no Jira answers at its url ({error}): check url") from error
        except Denied as error:
            raise Stop(self._tracker, f"Jira lets us read nothing at all ({error})") from error
        kind = info.get("deploymentType")
        if kind != "Cloud":
            found = "Jira Data Center" if kind == "Server" else "not a Jira that is known here"
            raise Stop(self._tracker, f"the server is {found}; only Jira Cloud can be read so far")
        return info

    def _server_info(self) -> Json:
        try:
            return self._get("/rest/api/2/serverInfo")
        except Gone:
            return self._get("serverInfo")  # in case a gateway lets only the current version through

    def myself(self) -> Json:
        try:
            return self._get("myself")
        except Denied as error:
            raise Stop(self._tracker, f"Jira does not let this account in ({error})") from error

    def fields(self) -> list[Json]:
        return self._checked("field", self._read("field"), list)

    def link_types(self) -> Json:
        return self._get("issueLinkType")

    def project_keys(self) -> Iterator[str]:
        """Of every project our account can see."""
        start, seen = 0, set[str]()
        while True:
            page = self._get("project/search", startAt=start, maxResults=PAGE, orderBy="key")
            rows = self._rows("project/search", page, "values")
            fresh = {str(row["key"]) for row in rows if isinstance(row, dict) and "key" in row} - seen
            yield from sorted(fresh)
            seen |= fresh
            start += len(rows)
            if not fresh or page.get("isLast") is True or start >= _total(page):
                return

    def sees_project(self, key: str) -> bool:
        try:
            self._get(f"project/{key}")
        except Gone:
            return False
        return True

    def search(self, jql: str, fields: Sequence[str], *, page: int = PAGE) -> Iterator[list[Json]]:
        """Pages of rows as they come. Raises JqlRefused when Jira does not take ``jql``.

        The server decides how long a page is, and says nothing of the total: the walk ends
        where no token for a next page comes.
        https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
        """
        token, seen = "", set[str]()
        while True:
            body: dict[str, Json] = {"jql": jql, "fields": list(fields), "maxResults": page}
            if token:
                body["nextPageToken"] = token
            call = Call(method="POST", path="search/jql", body=body, accept=frozenset({400}))
            answer = self.gate.read(call)
            self._raise_if_refused(answer)
            data = self._checked("search/jql", answer.data, dict)
            yield self._rows("search/jql", data, "issues")
            token = data.get("nextPageToken") or ""
            if not token and data.get("isLast") is False:
                raise TryLater(self._tracker, "the search broke off: more issues are there, and no page token came")
            if not token or data.get("isLast") is True:
                return
            if token in seen:
                raise TryLater(self._tracker, "the search went round in a circle: the same page token came twice")
            seen.add(token)

    def _raise_if_refused(self, answer: Answer) -> None:
        if answer.status == 400:
            said = answer.data if isinstance(answer.data, dict) else {}
            raise JqlRefused(self._tracker, f"{said.get('errorMessages')} {said.get('errors')}")

    def issue(self, issue_id: str, fields: Sequence[str]) -> Json:
        return self._get(f"issue/{issue_id}", fields=",".join(fields))

    def comments(self, issue_id: str) -> list[Json]:
        """All comments of an issue, oldest first."""
        rows: dict[str, Json] = {}
        start = 0
        while True:
            page = self._get(f"issue/{issue_id}/comment", startAt=start, maxResults=COMMENT_PAGE, orderBy="created")
            came = self._rows(f"issue/{issue_id}/comment", page, "comments")
            before = len(rows)
            rows |= {str(row["id"]): row for row in came if isinstance(row, dict) and "id" in row}
            start += len(came)
            if len(rows) == before or start >= _total(page):
                return list(rows.values())

    def comments_with_properties(self, ids: Sequence[str]) -> list[Json]:
        """These comments, of any issues; those that are gone are left out."""
        rows: list[Json] = []
        for start in range(0, len(ids), COMMENT_LIST):
            some = [int(i) for i in ids[start : start + COMMENT_LIST]]
            call = Call(method="POST", path="comment/list", params={"expand": "properties"}, body={"ids": some})
            rows += self._rows(call.path, self._checked(call.path, self.gate.read(call).data, dict), "values")
        return rows

    def create_comment(self, issue_id: str, body: Json, properties: Sequence[Json]) -> str:
        """The new comment's id. Its properties are set with it, so that no comment of ours ever stands unmarked."""
        call = Call(
            method="POST",
            path=f"issue/{issue_id}/comment",
            body={"body": body, "properties": [*properties, INTERNAL]},
        )
        made = self.gate.write(call).data
        if not isinstance(made, dict) or not made.get("id"):
            raise TryLater(self._tracker, f"{call} answered without the new comment's id", sent=True)
        return str(made["id"])

    def edit_comment(
        self, issue_id: str, comment_id: str, body: Json, properties: Sequence[Json], *, quiet: bool
    ) -> None:
        self.gate.write(
            Call(
                method="PUT",
                path=f"issue/{issue_id}/comment/{comment_id}",
                params=QUIET if quiet else {},
                body={"body": body, "properties": [*properties, INTERNAL]},
            )
        )

    def delete_comment(self, issue_id: str, comment_id: str) -> None:
        self.gate.write(Call(method="DELETE", path=f"issue/{issue_id}/comment/{comment_id}"))

    def edit_labels(self, issue_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Adds and removes by name, never the whole list; a clash with somebody's edit (409) is tried once more."""
        labels = [*({"add": name} for name in add), *({"remove": name} for name in remove)]
        call = partial(Call, method="PUT", path=f"issue/{issue_id}", body={"update": {"labels": labels}})
        if self.gate.write(call(accept=frozenset({409}))).status == 409:
            self.gate.write(call())

    def _get(self, path: str, **params: str | int) -> dict[str, Json]:
        return self._checked(path, self._read(path, **params), dict)

    def _read(self, path: str, **params: str | int) -> Json:
        return self.gate.read(Call(method="GET", path=path, params=params)).data

    def _checked(self, path: str, data: Json, shape: type[Shape]) -> Shape:
        """An answer of another shape is no answer: taken as an empty one it would make issues seem gone."""
        if not isinstance(data, shape):
            raise TryLater(self._tracker, f"{path} answered with something else than Jira does")
        return data

    def _rows(self, path: str, page: dict[str, Json], name: str) -> list[Json]:
        return self._checked(path, page.get(name), list)


def _total(page: dict[str, Json]) -> float:
    """How many rows there are; without a word on it, as many as come."""
    total = page.get("total")
    return total if isinstance(total, int) else math.inf


class JqlRefused(Refused):
    """Jira does not take a query. ``said`` is its own text, to be searched and not shown."""

    def __init__(self, tracker: str, said: str) -> None:
        super().__init__(tracker, "Jira refuses the search (400)")
        self.said = said
