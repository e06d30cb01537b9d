"""GitHub limiting us, in all its ways, and what each of them concerns.

A *primary* limit is an allowance by the hour, one for REST (``core``) and one for GraphQL, each of
which goes on while the other is used up. It names its reset in headers; GraphQL says it with
status 200. A *secondary* limit is about the pace of all that an account does: it may name a wait
(``Retry-After``), or nothing, and then a minute is asked for.
https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from connectors.github.problems import Problem, problems_of
from connectors.http import Call, Raw, decode
from connectors.limits import Hold, Rate, remaining, told_to_wait

CORE, GRAPHQL = "core", "graphql"
"""How GitHub calls the two allowances (``x-ratelimit-resource``)."""
SECONDARY_WAIT = 60.0
"""Seconds to wait when a limit names none."""
LONGEST_REFUSAL = 8_000
"""Bytes; an answer of more holds data."""

CONTENT = "content"
"""What is created: comments, labels, links. About 80 a minute and 500 an hour are let through, by whatever way they
come, a person's clicks with the same account included: a little is left to those."""
_RATES = (
    Rate(where=CONTENT, most=75, seconds=60, why="it takes about 80 new comments, labels and links a minute"),
    Rate(where=CONTENT, most=480, seconds=3600, why="it takes about 500 new comments, labels and links an hour"),
)


def rates(call: Call, write: bool) -> tuple[Rate, ...]:
    """The secondary limits that a call counts towards."""
    if call.path.endswith("/graphql"):
        return ()
    points = Rate(where="points", most=870, seconds=60, cost=5 if write else 1, why="its pace of 900 points a minute")
    return (points, *_RATES) if write and call.method == "POST" else (points,)


def concerns(call: Call) -> tuple[str, ...]:
    """The allowance that a call draws on; asking what is left of them draws on none, and an app has its own."""
    if call.path.endswith("/graphql"):
        return (GRAPHQL,)
    if call.path == "/rate_limit" or call.path.startswith("/app") or call.path.endswith("/installation"):
        return ()
    return (CORE,)


def limited(call: Call, raw: Raw, now: float) -> Hold | None:
    """What to hold back after an answer; None when it does not limit us. ``now`` is epoch seconds."""
    if raw.status == 200:
        return _limited_query(raw, now)
    if raw.status not in (403, 429):
        return _unavailable(raw, now)
    return _limited_call(call, raw, now)


def _limited_call(call: Call, raw: Raw, now: float) -> Hold | None:
    seconds = told_to_wait(raw.headers, now)
    said = raw.body[:2000].lower()
    if seconds is None and raw.status == 403 and b"rate limit" not in said:
        return None
    if _is_primary(raw) and b"secondary" not in said:
        where = raw.headers.get("x-ratelimit-resource") or next(iter(concerns(call)), "")
        return _used_up(seconds, where)
    return _too_fast(seconds)


def _unavailable(raw: Raw, now: float) -> Hold | None:
    """A server that is down for a while may say for how long."""
    seconds = told_to_wait(raw.headers, now) if raw.status == 503 and "retry-after" in raw.headers else None
    return None if seconds is None else Hold(seconds=seconds, why="it is not available")


def _limited_query(raw: Raw, now: float) -> Hold | None:
    said = next((str(p.message).lower() for p in _refusals(raw.body) if _is_limit(p)), None)
    if said is None:
        return None
    seconds = told_to_wait(raw.headers, now)
    if "secondary" in said or "retry-after" in raw.headers:
        return _too_fast(seconds)
    return _used_up(seconds, GRAPHQL)


def _is_limit(problem: Problem) -> bool:
    """The type is RATE_LIMITED, or RATE_LIMIT (yanyongyu/githubkit#271); a secondary limit may have none."""
    return problem.type.startswith("RATE_LIMIT") or "secondary rate limit" in problem.message.lower()


def _refusals(body: bytes) -> tuple[Problem, ...]:
    if b'"RATE_LIMIT' not in body and (len(body) > LONGEST_REFUSAL or b"rate limit" not in body):
        return ()
    try:
        answer = decode(body)
    except ValueError:
        return ()
    return problems_of(answer) if isinstance(answer, dict) else ()


def _is_primary(raw: Raw) -> bool:
    return remaining(raw.headers) == 0 and "retry-after" not in raw.headers


def _used_up(seconds: float | None, where: str) -> Hold:
    kind = {CORE: "of REST ", GRAPHQL: "of GraphQL "}.get(where, "")
    seconds = SECONDARY_WAIT if seconds is None else seconds
    return Hold(seconds=seconds, where=where, why=f"its hourly limit {kind}is used up")


def _too_fast(seconds: float | None) -> Hold:
    return Hold(seconds=SECONDARY_WAIT if seconds is None else seconds, why="its secondary limit")
