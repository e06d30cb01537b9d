"""PyGithub as authenticated transport, with our gate around it: raw JSON in, raw JSON out.

PyGithub brings the credentials, the URLs (also GitHub Enterprise Server's) and the API version.
Its retries, throttling and redirects stay out of the way, because they are not safe for us: a
comment POST is repeated after a lost answer, a 301 drops the query string (read from
``github/Requester.py`` 2.10.0), every GraphQL query counts as a write and waits a second, and
usable data beside a GraphQL error is thrown away. Our own connection (``wire``) sends exactly
one request per call and keeps the answer; ``connectors.http`` judges it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import github
import requests

from connectors.base import Refused, Stop, TrackerSettings, TryLater
from connectors.github.wire import connect
from connectors.http import Answer, Call, Gate, Json, Moved, Raw, decode, limited_by_headers
from connectors.limits import Clock, Hold, Limits, remaining, told_to_wait

API_VERSION = "2022-11-28"
PUBLIC_API = "https://api.github.com"
SECONDARY_WAIT = 60.0
"""Seconds to wait when a secondary limit names none (docs.github.com, "Rate limits for the REST API")."""
HOPS = 3
GRAPHQL = "graphql"
"""How GitHub calls the quota of GraphQL (``x-ratelimit-resource``); that of REST is ``core``."""
TOO_BIG = frozenset({"MAX_NODE_LIMIT_EXCEEDED", "RESOURCE_LIMITS_EXCEEDED", "EXCESSIVE_PAGINATION"})
TOO_SLOW = frozenset({502, 504})
"""How GitHub answers a query that ran over its ten seconds."""


class TooSlow(Exception):
    """The server could not answer a query of this size: ask for less at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One entry of a GraphQL answer's ``errors``."""

    type: str
    message: str
    path: tuple[str | int, ...] = ()

    def __str__(self) -> str:
        known = {"NOT_FOUND": "not there, or not visible to our account", "FORBIDDEN": "our account may not read it"}
        return known.get(self.type) or self.message or self.type


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    data: Mapping[str, Json]
    problems: tuple[Problem, ...] = ()


class Client:
    """One credential's traffic with one GitHub. Not thread-safe: PyGithub's connection is shared state (its #2052)."""

    def __init__(
        self, settings: TrackerSettings, token: str, *, limits: Limits | None = None, clock: Clock | None = None
    ) -> None:
        if not token:
            raise Stop(settings.name, "no token: set it as a secret in the environment, or name a token_file")
        self.tracker = settings.name
        self._clock = clock or Clock()
        # Content creation is limited to about 80 a minute and one at a time; a server of one's own has no such limit.
        spacing = 1.0 if settings.url.rstrip("/") == PUBLIC_API else 0.0
        self._limits = limits or Limits(write_spacing=spacing)
        self._requester = github.Github(
            auth=github.Auth.Token(token),
            base_url=settings.url.rstrip("/"),
            user_agent="crosstie",
            api_version=API_VERSION,
            retry=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
            lazy=True,
        ).requester
        self._prefix = urlsplit(self._requester.base_url).path
        self._graphql_path = urlsplit(self._requester.graphql_url).path
        self._wire = connect(
            self._requester.scheme, self._requester.hostname, urlsplit(settings.url).port, self._limits
        )
        self.gate = Gate(settings.name, self._send, limits=self._limits, clock=self._clock, limited=limited)

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)

    @property
    def base_url(self) -> str:
        return self._requester.base_url

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, accept: Iterable[int] = ()) -> Answer:
        """Read, following the redirects of renamed repositories and transferred issues with the query kept."""
        call = Call(method="GET", path=path, params=params or {}, accept=frozenset(accept))
        for _ in range(HOPS):
            try:
                return self.gate.read(call)
            except Moved as moved:
                call = self._follow(call, moved)
        raise Refused(self.tracker, f"GET {path} was redirected more than {HOPS} times")

    def rows(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[list[dict[str, Any]]]:
        """All pages of a list; the ``next`` link is followed as it stands, for it may hold a cursor."""
        answer = self.get(path, {"per_page": 100, **(params or {})})
        seen = set[str]()
        while True:
            yield answer.data if isinstance(answer.data, list) else []
            following = next_link(answer.headers.get("link", ""))
            if not following:
                return
            if following in seen:
                raise TryLater(self.tracker, f"GET {path} went round in a circle: the same page came twice")
            seen.add(following)
            place, query = self._place(following)
            answer = self.get(place or path, query)

    def write(self, method: str, path: str, body: Json = None) -> Answer:
        """Send a change once; a redirect was not carried out, so its new place is tried."""
        call = Call(method=method, path=path, body=body)
        for _ in range(HOPS):
            try:
                return self.gate.write(call)
            except Moved as moved:
                call = self._follow(call, moved)
        raise Refused(self.tracker, f"{method} {path} was redirected more than {HOPS} times")

    def graphql(self, query: str, variables: Mapping[str, Json], *, divisible: bool = False) -> Reply:
        """Ask; data is returned even where errors stand beside it.

        With ``divisible``, TooSlow is raised at once when the server could not answer a query
        of this size; without, such an answer is tried again like any other outage.
        """
        accept = TOO_SLOW if divisible else frozenset()
        answer = self.gate.read(self._graphql_call(query, variables, accept))
        if answer.status in TOO_SLOW:
            raise TooSlow
        return self._reply(answer.data, divisible=divisible)

    def mutate(self, query: str, variables: Mapping[str, Json]) -> Reply:
        return self._reply(self.gate.write(self._graphql_call(query, variables, frozenset())).data, divisible=False)

    def _graphql_call(self, query: str, variables: Mapping[str, Json], accept: frozenset[int]) -> Call:
        body = {"query": query, "variables": dict(variables)}
        return Call(method="POST", path=self._graphql_path, body=body, accept=accept)

    def _reply(self, answer: Json, *, divisible: bool) -> Reply:
        answer = answer if isinstance(answer, dict) else {}
        data, problems = answer.get("data"), _problems(answer)
        if any(_is_about_size(problem) for problem in problems):
            if divisible:
                raise TooSlow
            raise TryLater(self.tracker, "a GraphQL query could not be answered in time")
        if not isinstance(data, dict):
            said = "; ".join(dict.fromkeys(str(p) for p in problems)) or "an answer without data"
            raise Refused(self.tracker, f"GraphQL query refused: {said}")
        return Reply(data=data, problems=problems)

    def _follow(self, call: Call, moved: Moved) -> Call:
        """The same call at its new place, on the same server only: the token goes nowhere else."""
        if urlsplit(moved.location).hostname not in (None, self._requester.hostname):
            raise moved
        path, params = self._place(moved.location)
        return replace(call, path=path, params={**call.params, **params})

    def _place(self, url: str) -> tuple[str, dict[str, str]]:
        """A URL as the server gave it, as a path under the API's base and a query."""
        parts = urlsplit(url)
        return parts.path.removeprefix(self._prefix), dict(parse_qsl(parts.query, keep_blank_values=True))

    def _send(self, call: Call) -> Raw:
        path = self._requester.graphql_url if call.path == self._graphql_path else call.path
        wire = cast(Any, self._wire)  # one of PyGithub's two connection classes
        self._requester.requestJson(call.method, path, dict(call.params), dict(call.headers), call.body, cnx=wire)
        return self._wire.take()


def _is_about_size(problem: Problem) -> bool:
    """A query that ran out of time may also say so with status 200, or only that something went wrong."""
    said = problem.message.lower()
    return problem.type in TOO_BIG or "timeout" in said or "something went wrong while executing your query" in said


def next_link(header: str) -> str:
    """The ``rel="next"`` URL of a Link header; empty on the last page."""
    for link in requests.utils.parse_header_links(header):
        if link.get("rel") == "next":
            return str(link.get("url", ""))
    return ""


def limited(call: Call, raw: Raw, now: float) -> Hold | None:
    """What to hold back when GitHub limits us, by any of its ways; None when it does not.

    A primary limit names its reset in headers, a secondary one may name nothing; GraphQL says
    either with status 200 and an error of type RATE_LIMITED (or RATE_LIMIT). Only a primary limit
    is of one resource (REST, GraphQL); a secondary one is of all that the account does.
    """
    if raw.status == 200:
        if not _limited_query(raw.body):
            return None
        seconds = told_to_wait(raw.headers, now)
        return Hold(seconds=seconds or SECONDARY_WAIT, where=GRAPHQL if seconds else "", why="its limit for GraphQL")
    hold = limited_by_headers(call, raw, now)
    if hold is None and (raw.status == 429 or (raw.status == 403 and b"rate limit" in raw.body[:2000].lower())):
        return Hold(seconds=SECONDARY_WAIT, why="its secondary limit")
    if hold is not None and remaining(raw.headers) != 0:
        return replace(hold, where="", why="its secondary limit")
    return hold


def _limited_query(body: bytes) -> bool:
    if b'"RATE_LIMIT' not in body:
        return False
    try:
        answer = decode(body)
    except ValueError:
        return False
    return isinstance(answer, dict) and any(p.type.startswith("RATE_LIMIT") for p in _problems(answer))


def _problems(answer: Mapping[str, Json]) -> tuple[Problem, ...]:
    entries = answer.get("errors")
    entries = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    return tuple(
        Problem(
            type=str(entry.get("type") or ""),
            message=" ".join(str(entry.get("message") or "").split())[:200],
            path=tuple(step for step in entry.get("path") or () if isinstance(step, str | int)),
        )
        for entry in entries
    )
