"""PyGithub as authenticated transport, with our gate around it: raw JSON in, raw JSON out.

PyGithub brings the credentials, the URLs (also GitHub Enterprise Server's) and the API version.
Its retries, throttling and redirects stay out of the way, because they are not safe for us: a
comment POST is repeated after a lost answer, a 301 drops the query string (read from
``github/Requester.py`` 2.10.0), every GraphQL query counts as a write and waits a second, and
usable data beside a GraphQL error is thrown away. Our own connection (``wire``) sends exactly
one request per call and keeps the answer; ``connectors.http`` judges it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import github
import requests

from connectors.base import Refused, Stop, TrackerSettings, TryLater
from connectors.github.app import Installation
from connectors.github.limits import concerns, limited, rates
from connectors.github.problems import Problem as Problem
from connectors.github.problems import problems_of
from connectors.github.wire import Line
from connectors.http import Answer, Call, Gate, Json, Moved
from connectors.limits import Clock, Limits, date_of, pacer_of

PUBLIC_API = "api.github.com"
RESIDENT = ".ghe.com"
"""How the hosts of Enterprise Cloud with data residency end."""
HOPS = 3
TOO_SLOW = frozenset({502, 504})
"""How GitHub answers a query that ran over its ten seconds."""
NOT_ACCEPTED = 401


class TooSlow(Exception):
    """The server could not answer a query of this size: ask for less at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    data: Mapping[str, Json]
    problems: tuple[Problem, ...] = ()
    at: datetime | None = None
    """When the server says that it answered, to the second."""


class QueryRefused(Refused):
    """The server has GraphQL and did not take this query."""

    def __init__(self, tracker: str, problems: tuple[Problem, ...]) -> None:
        said = "; ".join(dict.fromkeys(str(p) for p in problems)) or "an answer without data"
        super().__init__(tracker, f"GraphQL query refused: {said}")
        self.problems = problems


class Client:
    """One credential's traffic with one GitHub. Not thread-safe: each thread has its ``twin``.

    Without a ``token`` the credential is the installation of the GitHub App that the settings name.
    """

    def __init__(
        self,
        settings: TrackerSettings,
        token: str,
        *,
        limits: Limits | None = None,
        clock: Clock | None = None,
        tell: Callable[[str], None] = lambda waiting_for: None,
    ) -> None:
        if not token and not settings.app_id:
            raise Stop(settings.name, "no token: set it as a secret in the environment, or name a token_file")
        self.tracker = settings.name
        self._settings, self._clock = settings, clock or Clock()
        githubs = _is_githubs(settings.url)
        self._limits = limits or Limits(write_spacing=1.0 if githubs else 0.0, paced=githubs)
        self.installation = None if token else Installation(settings, limits=self._limits, clock=self._clock)
        self._auth = self.installation.auth if self.installation else github.Auth.Token(token)
        self._line = Line(settings, self._auth, self._limits)
        self.gate = Gate(
            settings.name,
            self._line.send,
            limits=self._limits,
            clock=self._clock,
            limited=limited,
            concerns=concerns,
            rates=rates if self._limits.paced else lambda call, write: (),
            pacer=pacer_of(
                settings.url,
                token or f"{settings.app_id}/{settings.installation_id}",
                self._clock,
                write_spacing=self._limits.write_spacing,
            ),
            tell=tell,
        )
        if self.installation:
            self.installation.use(self.gate)

    def twin(self) -> "Client":
        """The same credential with a connection of its own, for another thread; limits and counts are shared."""
        other = copy(self)
        other._line = Line(self._settings, self._auth, self._limits)
        other.gate = self.gate.beside(other._line.send)
        return other

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now(), UTC)

    @property
    def base_url(self) -> str:
        return self._line.base_url

    def get(self, path: str, params: Mapping[str, Any] | None = None, *, accept: Iterable[int] = ()) -> Answer:
        """Read, following the redirects of renamed repositories and transferred issues with the query kept."""
        call = Call(method="GET", path=path, params=params or {}, accept=frozenset(accept))
        for _ in range(HOPS):
            try:
                return self._ask(self.gate.read, call)
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

    def write(self, method: str, path: str, body: Json = None, *, accept: Iterable[int] = ()) -> Answer:
        """Send a change once; a redirect was not carried out, so its new place is tried."""
        call = Call(method=method, path=path, body=body, accept=frozenset(accept))
        for _ in range(HOPS):
            try:
                return self._ask(self.gate.write, call)
            except Moved as moved:
                call = self._follow(call, moved)
        raise Refused(self.tracker, f"{method} {path} was redirected more than {HOPS} times")

    def graphql(self, query: str, variables: Mapping[str, Json], *, divisible: bool = False) -> Reply:
        """Ask; data is returned even where errors stand beside it.

        With ``divisible``, TooSlow is raised at once when the server could not answer a query
        of this size; without, such an answer is tried again like any other outage.
        """
        accept = TOO_SLOW if divisible else frozenset()
        answer = self._ask(self.gate.read, self._graphql_call(query, variables, accept))
        if answer.status in TOO_SLOW:
            raise TooSlow
        return replace(self._reply(answer.data, divisible=divisible), at=date_of(answer.headers))

    def mutate(self, query: str, variables: Mapping[str, Json]) -> Reply:
        call = self._graphql_call(query, variables, frozenset())
        return self._reply(self._ask(self.gate.write, call).data, divisible=False)

    def _ask(self, ask: Callable[[Call], Answer], call: Call) -> Answer:
        """An installation's token may be taken back before its time: then the call goes once more with a new one."""
        if self.installation is None:
            return ask(call)
        grant = self.installation.grant()
        answer = ask(replace(call, accept=call.accept | {NOT_ACCEPTED}))
        if answer.status != NOT_ACCEPTED:
            return answer
        self.installation.drop(grant)
        return ask(call)

    def _graphql_call(self, query: str, variables: Mapping[str, Json], accept: frozenset[int]) -> Call:
        body = {"query": query, "variables": dict(variables)}
        return Call(method="POST", path=self._line.graphql_path, body=body, accept=accept)

    def _reply(self, answer: Json, *, divisible: bool) -> Reply:
        answer = answer if isinstance(answer, dict) else {}
        data, problems = answer.get("data"), problems_of(answer)
        if any(problem.about_size for problem in problems):
            if divisible:
                raise TooSlow
            raise TryLater(self.tracker, "a GraphQL query could not be answered in time")
        if not isinstance(data, dict):
            raise QueryRefused(self.tracker, problems)
        return Reply(data=data, problems=problems)

    def _follow(self, call: Call, moved: Moved) -> Call:
        """The same call at its new place, on the same server only: the token goes nowhere else."""
        if urlsplit(moved.location).hostname not in (None, self._line.host):
            raise moved
        path, params = self._place(moved.location)
        return replace(call, path=path, params={**call.params, **params})

    def _place(self, url: str) -> tuple[str, dict[str, str]]:
        """A URL as the server gave it, as a path under the API's base and a query."""
        parts = urlsplit(url)
        return parts.path.removeprefix(self._line.prefix), dict(parse_qsl(parts.query, keep_blank_values=True))


def _is_githubs(url: str) -> bool:
    """Where content may be created about 80 times a minute, one at a time; a server of one's own sets no such limit."""
    host = (urlsplit(url).hostname or "").lower()
    return host == PUBLIC_API or host.endswith(RESIDENT)


def next_link(header: str) -> str:
    """The ``rel="next"`` URL of a Link header; empty on the last page."""
    for link in requests.utils.parse_header_links(header):
        if link.get("rel") == "next":
            return str(link.get("url", ""))
    return ""
