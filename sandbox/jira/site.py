"""The sandbox Jira as the sandbox's core runs it."""

import base64
import json
import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import timedelta
from threading import RLock
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox.base import BadAct, Clock, Site
from sandbox.jira import comments, issues, links, meta, search
from sandbox.jira.acts import perform
from sandbox.jira.call import Call, Reply
from sandbox.jira.errors import Refusal
from sandbox.jira.load import load_rows
from sandbox.jira.records import Account, Options
from sandbox.jira.scenario import Writer
from sandbox.jira.state import State
from sandbox.jira.view import View

_ROOMS = (search, issues, comments, links, meta)
_MAP = Map(
    [
        Rule(f"/rest/api/<any('2','3','latest'):version>{path}", methods=[method], endpoint=handler)
        for room in _ROOMS
        for method, path, handler in room.ROUTES
    ],
    strict_slashes=False,
)
CLOUD_ID = "11223344-a1b2-3b33-c444-def123456789"
_ANONYMOUS = Account(email="", token="", person="")


class JiraSite(Site):
    """A Jira Cloud site on loopback; people see it under ``state.base_url``."""

    name = "jira"

    def __init__(self, clock: Clock, base_url: Callable[[], str]) -> None:
        super().__init__(clock, base_url)
        self.state = State(clock)
        self._lock = RLock()
        self._recent: deque[float] = deque()
        self._writes: dict[int, deque[float]] = {}

    def writer(self) -> Writer:
        """For who sets a scene; see ``sandbox.jira``."""
        return Writer(self.state)

    def respond(self, request: Request) -> Response:
        with self._lock:
            try:
                response = self._answer(request)
            except Refusal as refusal:
                response = refusal.response()
        self._say_limits(response)
        response.headers["X-AREQUESTID"] = f"sandbox-{self.state.last_id}"
        return response

    def _say_limits(self, response: Response) -> None:
        """Without the option, limits are those that the real one names, and never come near."""
        limit = self.state.options.rate_limit or 100
        left = max(0, limit - len(self._recent)) if self.state.options.rate_limit else limit - 1
        response.headers["X-RateLimit-Limit"] = str(limit)
        response.headers.setdefault("X-RateLimit-Remaining", str(left))
        if response.status_code == 429:
            response.headers["X-RateLimit-Reset"] = (
                f"{self.state.clock.now() + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
            )
        if left < limit / 5:
            response.headers["X-RateLimit-NearLimit"] = "true"

    def _answer(self, request: Request) -> Response:
        if request.path == "/_edge/tenant_info":
            return _respond(Reply({"cloudId": CLOUD_ID}))
        self._limit(self._recent, self.state.options.rate_limit, 1.0, "jira-burst-based")
        try:
            handler, args = _MAP.bind("sandbox").match(request.path, method=request.method)
        except HTTPException as error:
            raise Refusal(error.code or 404, "null for uri: " + request.path) from None
        args = dict(args)
        version = args.pop("version")
        open_to_all = request.path.endswith("/serverInfo")
        account = self._account(request) or (_ANONYMOUS if open_to_all else None)
        if account is None:
            raise Refusal(401)
        if request.method in ("POST", "PUT", "DELETE") and "issue" in args:
            named = self.state.issue(args["issue"])
            recent = self._writes.setdefault(named.id if named else 0, deque())
            self._limit(recent, self.state.options.issue_burst, 2.0, "jira-per-issue-on-write")
        view = View(self.state, account, self.base_url(), "2" if version == "latest" else version)
        return _respond(handler(Call(view, request, args)))

    def _account(self, request: Request) -> Account | None:
        scheme, _, value = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            email, _, token = base64.b64decode(value).decode().partition(":")
        except ValueError:
            return None
        account = self.state.accounts.get(token)
        return account if account is not None and account.email == email else None

    def _limit(self, recent: deque[float], limit: int, seconds: float, reason: str) -> None:
        now = self.clock.now().timestamp()
        while recent and not 0 <= now - recent[0] <= seconds:  # less than 0: the clock was set back
            recent.popleft()
        if limit and len(recent) >= limit:
            headers = {"Retry-After": str(math.ceil(seconds)), "RateLimit-Reason": reason, "X-RateLimit-Remaining": "0"}
            raise Refusal(429, "Rate limit exceeded.", headers=headers)
        recent.append(now)

    def act(self, do: str, args: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            try:
                return perform(self.state, do, args)
            except (Refusal, KeyError, ValueError) as error:
                raise BadAct(f"jira {do}: {error}") from error

    def set_options(self, options: Mapping[str, Any]) -> None:
        known = {f.name for f in fields(Options)}
        unknown = options.keys() - known
        if unknown:
            raise BadAct(f"jira has no options {', '.join(sorted(unknown))}; it has {', '.join(sorted(known))}")
        for name, value in options.items():
            setattr(self.state.options, name, value)
        self.state.version += 1

    def dump(self) -> dict[str, Any]:
        with self._lock:
            return self.state.dump()

    def restore(self, state: Mapping[str, Any]) -> None:
        with self._lock:
            self.state.restore(state)

    def load_rows(self, rows: Iterable[Mapping[str, Any]]) -> int:
        with self._lock:
            return load_rows(self.state, rows)


def _respond(reply: Reply) -> Response:
    if reply.value is None:
        return Response(status=reply.status)
    body = json.dumps(reply.value, separators=(",", ":"))
    return Response(body, reply.status, content_type="application/json;charset=UTF-8")
