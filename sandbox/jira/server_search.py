"""Search on Data Center: pages by offset with a total, all comments and the whole history inline.

https://docs.atlassian.com/software/jira/docs/api/REST/9.12.0/#api/2/search
On OpenSearch no page reaches beyond the first 10,000 rows.
https://confluence.atlassian.com/jirakb/search-limit-exceeded-error-1540718428.html
"""

from collections.abc import Mapping
from typing import Any

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.errors import Refusal
from sandbox.jira.search import found

ASKABLE = frozenset({"jql", "startAt", "maxResults", "validateQuery", "fields", "expand"})
ABSENT = frozenset(
    {
        "/search/jql",
        "/search/approximate-count",
        "/issue/bulkfetch",
        "/changelog/bulkfetch",
        "/comment/list",
        "/project/search",
        "/project/<project>/component",
        "/issue/<issue>/changelog",
    }
)
"""What only Cloud has."""
LENIENT: Mapping[str, bool] = {"true": False, "strict": False, "false": True, "warn": True, "none": True}
"""``validateQuery`` -> whether values that the site does not have are let through, equal to nothing."""


def search(call: Call) -> Reply:
    options = call.state.options
    given = _given(call)
    start, size = _number(given, "startAt", 0), min(_number(given, "maxResults", 50), options.server_page)
    ids = found(call, str(given.get("jql") or ""), again=start > 0, lenient=_lenient(given))
    if options.server_window and start + size > options.server_window:
        raise Refusal(500, "Search limit exceeded")
    fields, expand = _texts(given, "fields") or ["*navigable", "-comment"], ",".join(_texts(given, "expand"))
    rows = [call.view.issue(call.state.issues[i], fields, expand=expand) for i in ids[start : start + size]]
    page = {"startAt": start, "maxResults": size, "total": len(ids), "issues": rows}
    return Reply({"expand": "schema,names", **page})


def _given(call: Call) -> Mapping[str, Any]:
    if call.request.method == "GET":
        return {**call.request.args, "fields": call.texts("fields"), "expand": call.texts("expand")}
    body = call.body()
    if unknown := sorted(body.keys() - ASKABLE):
        raise Refusal(400, f'Unrecognized field "{unknown[0]}", not marked as ignorable')
    return body


def _lenient(given: Mapping[str, Any]) -> bool:
    told = str(given.get("validateQuery", True)).lower()
    if told not in LENIENT:
        raise Refusal(400, f"validateQuery: '{told}' is none of {', '.join(LENIENT)}")
    return LENIENT[told]


def _number(given: Mapping[str, Any], name: str, default: int) -> int:
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not str(value).lstrip("-").isdecimal():
        raise Refusal(400, f"{name}: '{value}' is not a number")
    return max(0, int(value))


def _texts(given: Mapping[str, Any], name: str) -> list[str]:
    value = given.get(name) or []
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Refusal(400, f"{name} must be a list of texts")
    return value


def absent(call: Call) -> Reply:
    raise Refusal(404, "null for uri: " + call.request.path)


ROUTES: tuple[Route, ...] = (
    ("GET", "/search", search),
    ("POST", "/search", search),
    ("POST", "/issue/bulkfetch", absent),  # else it would be an issue of that name, and a wrong method
)
