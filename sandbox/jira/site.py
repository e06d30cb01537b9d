"""The sandbox Jira as the sandbox's core runs it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from threading import RLock
from typing import Any

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from sandbox.base import BadAct, Clock, Notice, Site
from sandbox.jira import agile, changelogs, comments, issues, links, meta, permissions, search, server_search
from sandbox.jira.acts import perform
from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.door import Way, account_of
from sandbox.jira.errors import Refusal
from sandbox.jira.limits import WRITES, Limits
from sandbox.jira.load import load_rows
from sandbox.jira.records import Account, Options
from sandbox.jira.scenario import Writer
from sandbox.jira.state import State
from sandbox.jira.view import View

_ROOMS = (search, issues, changelogs, comments, links, meta, permissions)


def _map(versions: str, routes: Iterable[Route]) -> Map:
    below = f"/rest/api/<any({versions}):version>"
    rules = [Rule(f"{below}{path}", methods=[method], endpoint=handler) for method, path, handler in routes]
    rules += [Rule(f"/rest/agile/1.0{path}", methods=[method], endpoint=do) for method, path, do in agile.ROUTES]
    return Map(rules, strict_slashes=False)


_ALL = [route for room in _ROOMS for route in room.ROUTES]
_ABSENT = server_search.ABSENT | {path for _, path, _ in server_search.ROUTES}
_MAPS = {
    "Cloud": _map("'2','3','latest'", _ALL),
    "Server": _map("'2','latest'", [*server_search.ROUTES, *(r for r in _ALL if r[1] not in _ABSENT)]),
}
CLOUD_ID = "11223344-a1b2-3b33-c444-def123456789"
GATEWAY = f"/ex/jira/{CLOUD_ID}"
"""Below this everything is there once more, as on https://api.atlassian.com."""
_ANONYMOUS = Account(email="", token="", person="")


class JiraSite(Site):
    """A Jira Cloud site on loopback; people see it under ``state.base_url``."""

    name = "jira"

    def __init__(self, clock: Clock, base_url: Callable[[], str]) -> None:
        super().__init__(clock, base_url)
        self.state = State(clock)
        self._lock = RLock()
        self._limits = Limits(self.state)

    def writer(self) -> Writer:
        """For who sets a scene; see ``sandbox.jira``."""
        return Writer(self.state)

    def respond(self, request: Request) -> Response:
        with self._lock:
            try:
                response = self._answer(request)
            except Refusal as refusal:
                response = refusal.response()
        self._limits.tell(response)
        response.headers["X-AREQUESTID"] = f"sandbox-{self.state.last_id}"
        return response

    def _answer(self, request: Request) -> Response:
        if request.path == "/_edge/tenant_info" and not self.state.server:
            return _respond(Reply({"cloudId": CLOUD_ID}))
        self._limits.request()
        way = self._way(request)
        path = request.path.removeprefix(GATEWAY) if way == "gateway" else request.path
        try:
            handler, args = _MAPS[self.state.options.deployment].bind("sandbox").match(path, method=request.method)
        except HTTPException as error:
            raise Refusal(error.code or 404, "null for uri: " + request.path) from None
        args = dict(args)
        version = args.pop("version", "latest")
        account = self._account(request, way)
        headers = self._limits.take(account.person)
        if request.method in WRITES and "issue" in args:
            named = self.state.issue(args["issue"])
            self._limits.write(named.id if named else 0)
        base_url = f"https://api.atlassian.com{GATEWAY}" if way == "gateway" else self.base_url()
        view = View(self.state, account, base_url, "2" if version == "latest" else version)
        response = _respond(handler(Call(view, request, args)))
        response.headers.update(headers)
        return response

    def _way(self, request: Request) -> Way:
        if self.state.server:
            return "server"
        return "gateway" if request.path.startswith(f"{GATEWAY}/") else "site"

    def _account(self, request: Request, way: Way) -> Account:
        found = account_of(self.state, request, way)
        if found is not None:
            return found
        if request.path.endswith("/serverInfo") and way != "gateway":
            return _ANONYMOUS
        raise Refusal(401, headers={"X-Seraph-LoginReason": "AUTHENTICATED_FAILED"} if self.state.server else {})

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
        if options.get("deployment", "Cloud") not in _MAPS:
            raise BadAct(f"deployment: there is {', '.join(_MAPS)}, and no {options['deployment']}")
        for name, value in options.items():
            setattr(self.state.options, name, value)
        self.state.version += 1

    def dump(self) -> dict[str, Any]:
        with self._lock:
            return self.state.dump()

    def restore(self, state: Mapping[str, Any]) -> None:
        with self._lock:
            self.state.restore(state)

    @property
    def notices(self) -> list[Notice]:
        return self.state.notices

    def load_rows(self, rows: Iterable[Mapping[str, Any]]) -> int:
        with self._lock:
            return load_rows(self.state, rows)


def _respond(reply: Reply) -> Response:
    if reply.value is None:
        return Response(status=reply.status)
    body = json.dumps(reply.value, separators=(",", ":"))
    return Response(body, reply.status, content_type="application/json;charset=UTF-8")
