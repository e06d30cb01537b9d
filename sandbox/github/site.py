"""The sandbox GitHub as the sandbox's core runs it."""

from collections.abc import Callable, Iterable, Mapping
from threading import RLock
from time import monotonic
from typing import Any
from uuid import uuid4

from werkzeug.wrappers import Request, Response

from sandbox.base import BadAct, Clock, Notice, Site
from sandbox.github import graphql, rest
from sandbox.github.access import DEFAULT_LOGIN, DEFAULT_TOKEN, identify
from sandbox.github.acts import perform
from sandbox.github.errors import Refusal
from sandbox.github.limits import UnderWay
from sandbox.github.load import load
from sandbox.github.repositories import ensure_token
from sandbox.github.scenario import Writer
from sandbox.github.state import State

_ENTERPRISE, _ENTERPRISE_GRAPHQL = "/api/v3", "/api/graphql"
_WEB_PAGE = "<!DOCTYPE html><html><head><title>Page not found</title></head><body>Not here.</body></html>"


class GitHubSite(Site):
    """api.github.com on loopback; also under ``/api/v3`` and ``/api/graphql``, as an Enterprise Server has it."""

    name = "github"

    def __init__(self, clock: Clock, base_url: Callable[[], str]) -> None:
        super().__init__(clock, base_url)
        self.state = State(clock)
        self._under_way = UnderWay()
        self._lock = RLock()
        ensure_token(self.state, DEFAULT_TOKEN, DEFAULT_LOGIN)

    def writer(self) -> Writer:
        """For who sets a scene; see ``sandbox.github``."""
        return Writer(self.state)

    def respond(self, request: Request) -> Response:
        with self._lock:
            response = self._respond(request)
        if self.state.tables.options.enterprise is not None:
            response.headers["X-GitHub-Enterprise-Version"] = self.state.tables.options.enterprise
        request_id = uuid4().hex.upper()
        response.headers["X-GitHub-Request-Id"] = f"{request_id[:4]}:{request_id[4:10]}:{request_id[10:17]}"
        response.headers["X-GitHub-Media-Type"] = "github.v3; format=json"
        response.headers["X-GitHub-Api-Version-Selected"] = request.headers.get("X-GitHub-Api-Version", "2022-11-28")
        response.headers["Server"] = "github.com"
        return response

    def _respond(self, request: Request) -> Response:
        path, root = request.path, self.base_url().rstrip("/")
        under = path == _ENTERPRISE or path.startswith(_ENTERPRISE + "/")
        if self.state.tables.options.enterprise is not None and not under and path != _ENTERPRISE_GRAPHQL:
            return Response(_WEB_PAGE, 404, content_type="text/html; charset=utf-8")
        if under:
            path, root = path[len(_ENTERPRISE) :] or "/", root + _ENTERPRISE
        if not request.headers.get("User-Agent"):
            return rest.refuse(Refusal(403, "Request forbidden by administrative rules. A User-Agent is needed."), None)
        try:
            self._under_way.enter(self.state.tables.options, monotonic())
            caller = identify(self.state, request.headers.get("Authorization", ""), root, path)
        except Refusal as refusal:
            return rest.refuse(refusal, None)
        if path in ("/graphql", _ENTERPRISE_GRAPHQL):
            return graphql.answer(caller, request)
        return rest.answer(caller, request, path)

    def dump(self) -> dict[str, Any]:
        with self._lock:
            return self.state.dump()

    def restore(self, state: Mapping[str, Any]) -> None:
        with self._lock:
            self.state.restore(state)

    def act(self, do: str, args: Mapping[str, Any]) -> dict[str, Any]:
        with self._lock:
            try:
                return perform(self.state, do, args)
            except (Refusal, ValueError) as refusal:
                details = getattr(refusal, "errors", None)
                raise BadAct(f"github {do}: {refusal}{f' {details}' if details else ''}") from refusal

    def set_options(self, options: Mapping[str, Any]) -> None:
        """Those of ``sandbox.github.options.Options``."""
        self.act("options", options)

    @property
    def notices(self) -> list[Notice]:
        return self.state.notices

    def load_rows(self, rows: Iterable[Mapping[str, Any]]) -> int:
        with self._lock:
            return load(self.state, rows)
