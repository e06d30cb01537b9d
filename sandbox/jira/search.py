"""Search: bounded JQL, pages by token, no total; and the bulk reads beside it.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/
"""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.errors import Refusal
from sandbox.jira.jql import Query, parse
from sandbox.jira.jql_reach import within
from sandbox.jira.records import Issue, Json

ID_PAGE = 5000
WALKS = 16
"""How many walks' results are kept."""
LISTS = ("fields", "properties", "reconcileIssues")
ASKABLE = frozenset({"jql", "nextPageToken", "maxResults", "expand", "fieldsByKeys", *LISTS})
STALE = "The provided next page token is invalid or expired."


def search(call: Call) -> Reply:
    asked = _asked(call)
    jql = str(asked["jql"] or "")
    fields = asked["fields"] or ["id"]
    bare = set(fields) <= {"id", "key"}
    size = min(asked["maxResults"] or 50, ID_PAGE if bare else call.state.options.page_cap)
    start = _start(call, asked["nextPageToken"], jql)
    ids = found(call, jql, asked["reconcileIssues"], again=start > 0)
    page = [call.state.issues[i] for i in ids[start : start + size]]
    rows = [call.view.issue(i, fields, expand=asked["expand"], properties=asked["properties"]) for i in page]
    answer: Json = {"issues": rows, "isLast": start + size >= len(ids)}
    if not answer["isLast"]:
        answer["nextPageToken"] = _token(call, start + size, jql)
    return Reply(answer)


def _asked(call: Call) -> dict[str, Any]:
    if call.request.method == "POST":
        body = call.body()
        if body.keys() - ASKABLE:
            raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
        given: Mapping[str, Any] = body
        lists = {name: _listed(body, name) for name in LISTS}
    else:
        given = {**call.request.args, "maxResults": call.number("maxResults", 50, 10**9)}
        lists = {name: call.texts(name) for name in LISTS}
    most = given.get("maxResults")
    if most is not None and (isinstance(most, bool) or not isinstance(most, int) or not 0 <= most <= ID_PAGE):
        raise Refusal(400, f"The maxResults parameter must be between 1 and {ID_PAGE}.")
    if len(lists["properties"]) > 5:
        raise Refusal(400, "The properties parameter takes at most 5 keys.")
    if len(lists["reconcileIssues"]) > 50 or not all(str(i).isdecimal() for i in lists["reconcileIssues"]):
        raise Refusal(400, "The reconcileIssues parameter takes at most 50 numeric ids.")
    texts = {name: str(given.get(name) or "") for name in ("jql", "nextPageToken", "expand")}
    return {**texts, "maxResults": most, **lists}


def _listed(body: Json, name: str) -> list[Any]:
    value = body.get(name)
    if value is not None and (not isinstance(value, list) or not all(isinstance(v, str | int) for v in value)):
        raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return value or []


def _token(call: Call, offset: int, jql: str) -> str:
    born = int(call.state.clock.now().timestamp())
    return base64.urlsafe_b64encode(json.dumps([offset, zlib.crc32(jql.encode()), born]).encode()).decode()


def _start(call: Call, token: str, jql: str) -> int:
    if not token:
        return 0
    try:
        offset, query, born = (int(part) for part in json.loads(base64.urlsafe_b64decode(token)))
    except (ValueError, TypeError):
        raise Refusal(400, STALE) from None
    life = call.state.options.token_life
    if query != zlib.crc32(jql.encode()) or offset < 0 or (life and call.state.clock.now().timestamp() - born > life):
        raise Refusal(400, STALE)
    return offset


def found(call: Call, jql: str, reconcile: Sequence[Any] = (), *, again: bool, lenient: bool = False) -> list[int]:
    """The ids of all hits.

    ``again``: a further page, for which the first one's result will do while nothing has changed.
    """
    state, walks = call.state, call.state.walks
    key = (call.view.account.token, jql, lenient, state.version)
    if not again or key not in walks or state.options.index_lag:
        walks[key] = _run(call, _query(call, jql, reconcile, lenient))
        while len(walks) > WALKS:
            walks.popitem(last=False)
    return walks[key]


def _query(call: Call, jql: str, reconcile: Sequence[Any], lenient: bool) -> Query:
    lag, fresh = call.state.options.index_lag, {int(i) for i in reconcile}
    now = call.state.clock.now().timestamp()

    def indexed(issue: Issue) -> str:
        """What the index thinks ``updated`` is; nothing for an issue it has not met."""
        if not lag or issue.id in fresh or not issue.touched or now - issue.touched >= lag:
            return str(issue.fields.get("updated") or "")
        return issue.indexed_updated

    return parse(jql, call.view, indexed, lenient=lenient)


def _run(call: Call, query: Query) -> list[int]:
    state = call.state
    lag, now = state.options.index_lag, state.clock.now().timestamp()
    hits = [
        issue
        for issue in within(state, query.reach)
        if query.test(issue)
        and call.view.finds(issue)
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
    return Reply({"count": len(found(call, str(call.body().get("jql") or ""), again=False))})


def gone(call: Call) -> Reply:
    raise Refusal(
        410,
        "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration "
        "guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046",
    )


def bulk_fetch(call: Call) -> Reply:
    body = call.body()
    names = [str(name) for name in _listed(body, "issueIdsOrKeys")]
    if not 0 < len(names) <= 100:
        raise Refusal(400, "issueIdsOrKeys must hold between 1 and 100 ids or keys.")
    seen = {i.id: i for name in names if (i := call.state.issue(name)) is not None and call.view.sees(i)}
    fields = _listed(body, "fields") or ["*navigable"]
    rows = [call.view.issue(seen[i], fields, properties=_listed(body, "properties")) for i in sorted(seen)]
    return Reply({"issues": rows, "issueErrors": []})


ROUTES: tuple[Route, ...] = (
    ("GET", "/search/jql", search),
    ("POST", "/search/jql", search),
    ("GET", "/search", gone),
    ("POST", "/search", gone),
    ("POST", "/search/approximate-count", approximate_count),
    ("POST", "/issue/bulkfetch", bulk_fetch),
)
