"""Which part of Jira a refusal concerns: the whole site, one endpoint, or one issue.

Cloud says it in ``RateLimit-Reason``: a quota (``jira-quota-*``, and ``jira-cost-based`` before)
holds for all that we do there; a burst for one method of one path; writes to one issue for that
issue only. Data Center has one bucket of tokens a user and node, and no such header.
https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

import re

from connectors.http import Call, Raw, limited_by_headers
from connectors.limits import Hold, Rate

_WORD = re.compile(r"[a-z][A-Za-z_-]*")
_ISSUE = re.compile(r"issue/([^/]+)(?:/|$)")


def limited(call: Call, raw: Raw, now: float) -> Hold | None:
    """What to hold back after an answer; ``now`` is epoch seconds."""
    hold = limited_by_headers(call, raw, now)
    if hold is None:
        return None
    reason = raw.headers.get("ratelimit-reason", "")
    if reason == "jira-burst-based":
        return Hold(seconds=hold.seconds, where=_endpoint(call), why=f"too many calls of {_endpoint(call)}")
    if reason == "jira-per-issue-on-write" and (issues := _written(call)):
        return Hold(seconds=hold.seconds, where=issues[0], why=f"too many writes to {issues[0]}")
    return Hold(seconds=hold.seconds, why="its quota is used up" if reason else "it limits us")


def concerns(call: Call) -> tuple[str, ...]:
    """The endpoint, and the issues that a call writes to."""
    return (_endpoint(call), *_written(call))


def rates(call: Call, write: bool) -> tuple[Rate, ...]:
    """Of Cloud: what one issue takes in two seconds and in thirty, and what an endpoint takes in one; a little less."""
    if not write:
        return ()
    often = 45 if call.method in ("PUT", "DELETE") else 90
    endpoint = Rate(where=_endpoint(call), most=often, seconds=1, why=f"so many {_endpoint(call)} a second")
    return (endpoint, *(rate for issue in _written(call) for rate in _of_issue(issue)))


def _of_issue(issue: str) -> tuple[Rate, Rate]:
    why = f"so many writes to {issue}"
    return Rate(where=issue, most=18, seconds=2, why=why), Rate(where=issue, most=90, seconds=30, why=why)


def _endpoint(call: Call) -> str:
    """Method and path, with ids and keys left open: ``PUT issue/*/comment/*``."""
    words = (word if not word or _WORD.fullmatch(word) else "*" for word in call.path.split("/"))
    return f"{call.method} {'/'.join(words)}"


def _written(call: Call) -> tuple[str, ...]:
    if call.method == "GET":
        return ()
    if call.path == "issueLink" and isinstance(call.body, dict):
        ends = (call.body.get(name) for name in ("outwardIssue", "inwardIssue"))
        return tuple(f"issue {end.get('id')}" for end in ends if isinstance(end, dict))
    found = _ISSUE.match(call.path)
    return (f"issue {found[1]}",) if found else ()
