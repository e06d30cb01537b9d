"""Search: bounded JQL, pages by token, no total; and the bulk reads beside it.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
"""

import base64
import json
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.errors import Refusal
from sandbox.jira.jql import Query, parse
from sandbox.jira.records import Issue, Json

ID_PAGE = 5000
_found: OrderedDict[tuple[int, str, str, int], list[int]] = OrderedDict()
"""Results of recent queries, good for one version of one state: pages of a walk share them."""


def search(call: Call) -> Reply:
    asked = _asked(call)
    jql = str(asked["jql"] or "")
    fields = asked["fields"] or ["id"]
    bare = set(fields) <= {"id", "key"}
    size = min(asked["maxResults"] or 50, ID_PAGE if bare else call.state.options.page_cap)
    start = _start(asked["nextPageToken"], jql)
    ids = _ids(call, jql, asked["reconcileIssues"])
    page = [call.state.issues[i] for i in ids[start : start + size]]
    rows = [call.view.issue(i, fields, expand=asked["expand"], properties=asked["properties"]) for i in page]
    answer: Json = {"issues": rows, "isLast": start + size >= len(ids)}
    if not answer["isLast"]:
        answer["nextPageToken"] = _token(start + size, jql)
    return Reply(answer)


def _asked(call: Call) -> dict[str, Any]:
    if call.request.method == "POST":
        body = call.body()
        unknown = body.keys() - {
            *("jql", "nextPageToken", "maxResults", "fields", "expand", "properties", "fieldsByKeys", "reconcileIssues")
        }
        if unknown:
            raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
        given: Mapping[str, Any] = body
        lists = {name: list(body.get(name) or []) for name in ("fields", "properties", "reconcileIssues")}
        most = body.get("maxResults")
    else:
        given = call.request.args
        lists = {name: call.texts(name) for name in ("fields", "properties", "reconcileIssues")}
        most = call.number("maxResults", 50, ID_PAGE)
    if not (isinstance(most, int) or most is None) or (isinstance(most, int) and not 0 <= most <= ID_PAGE):
        raise Refusal(400, f"The maxResults parameter must be between 1 and {ID_PAGE}.")
    if len(lists["properties"]) > 5:
        raise Refusal(400, "The properties parameter takes at most 5 keys.")
    if len(lists["reconcileIssues"]) > 50:
        raise Refusal(400, "The reconcileIssues parameter takes at most 50 ids.")
    return {
        "jql": given.get("jql"),
        "nextPageToken": given.get("nextPageToken"),
        "maxResults": most,
        "expand": str(given.get("expand") or ""),
        **lists,
    }


def _token(offset: int, jql: str) -> str:
    return base64.urlsafe_b64encode(json.dumps({"o": offset, "q": hash(jql)}).encode()).decode()


def _start(token: str | None, jql: str) -> int:
    if not token:
        return 0
    try:
        value = json.loads(base64.urlsafe_b64decode(token))
        if value["q"] != hash(jql):
            raise ValueError
        return int(value["o"])
    except (ValueError, KeyError, TypeError):
        raise Refusal(400, "The provided next page token is invalid or expired.") from None


def _ids(call: Call, jql: str, reconcile: list[Any]) -> list[int]:
    state = call.state
    if state.options.index_lag:
        return _run(call, _query(call, jql, reconcile))
    key = (id(state), call.view.account.token, jql, state.version)
    if key not in _found:
        _found[key] = _run(call, _query(call, jql, reconcile))
        while len(_found) > 16:
            _found.popitem(last=False)
    return _found[key]


def _query(call: Call, jql: str, reconcile: list[Any]) -> Query:
    state, fresh = call.state, {int(i) for i in reconcile}

    def indexed(issue: Issue) -> str:
        """What the index thinks ``updated`` is; nothing for an issue it has not met."""
        age = state.clock.now().timestamp() - issue.touched
        if issue.id in fresh or not issue.touched or age >= state.options.index_lag:
            return str(issue.fields.get("updated") or "")
        return issue.indexed_updated

    return parse(jql, state, call.view.person.zone, indexed)


def _run(call: Call, query: Query) -> list[int]:
    state = call.state
    lag, now = state.options.index_lag, state.clock.now().timestamp()
    hits = [
        issue
        for issue in state.issues.values()
        if query.test(issue)
        and call.view.sees(issue)
        and not (lag and not issue.indexed_updated and now - issue.touched < lag)
    ]
    hits.sort(key=lambda i: i.id, reverse=True)
    for field, descending in reversed(query.order or (("created", True),)):
        hits.sort(key=lambda issue: _sort_key(issue, field), reverse=descending)
    return [issue.id for issue in hits]


def _sort_key(issue: Issue, field: str) -> Any:
    if field == "key":
        return (issue.project, issue.number)
    value = issue.fields.get(field)
    return json.dumps(value) if isinstance(value, dict | list) else str(value or "")


def approximate_count(call: Call) -> Reply:
    return Reply({"count": len(_ids(call, str(call.body().get("jql") or ""), []))})


def gone(call: Call) -> Reply:
    raise Refusal(
        410,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration "
        "guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046",
    )


def bulk_fetch(call: Call) -> Reply:
    body = call.body()
    names = [str(name) for name in body.get("issueIdsOrKeys") or []]
    if not 0 < len(names) <= 100:
        raise Refusal(400, "issueIdsOrKeys must hold between 1 and 100 ids or keys.")
    found = {i.id: i for name in names if (i := call.state.issue(name)) is not None and call.view.sees(i)}
    fields = list(body.get("fields") or ["*navigable"])
    rows = [call.view.issue(found[i], fields, properties=body.get("properties") or ()) for i in sorted(found)]
    return Reply({"issues": rows, "issueErrors": []})


def bulk_changelogs(call: Call) -> Reply:
    body = call.body()
    names = [str(name) for name in body.get("issueIdsOrKeys") or []]
    if not 0 < len(names) <= 1000:
        raise Refusal(400, "issueIdsOrKeys must hold between 1 and 1000 ids or keys.")
    wanted = set(body.get("fieldIds") or ())
    logs = []
    for issue in (i for name in names if (i := call.state.issue(name)) is not None and call.view.sees(i)):
        changes = [
            {**call.view.history(c), "items": items}
            for c in issue.changes
            if (items := [i for i in c["items"] if not wanted or i.get("fieldId") in wanted])
        ]
        if changes:
            logs.append({"issueId": str(issue.id), "changeHistories": changes})
    return Reply({"issueChangeLogs": logs})


ROUTES: tuple[Route, ...] = (
    ("GET", "/search/jql", search),
    ("POST", "/search/jql", search),
    ("GET", "/search", gone),
    ("POST", "/search", gone),
    ("POST", "/search/approximate-count", approximate_count),
    ("POST", "/issue/bulkfetch", bulk_fetch),
    ("POST", "/changelog/bulkfetch", bulk_changelogs),
)
