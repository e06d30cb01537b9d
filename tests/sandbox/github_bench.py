"""A GitHub of the sandbox with a small scene, spoken to without sockets."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from sandbox.base import Clock
from sandbox.github.scenario import Writer
from sandbox.github.site import GitHubSite

TOKEN = "sandbox-github-token"
BASE = "http://127.0.0.1:8080"
MAY = datetime(2026, 5, 1, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Answer:
    status_code: int
    headers: Headers
    data: bytes

    @property
    def text(self) -> str:
        return self.data.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.data)


class Bench:
    """``acme/web`` writable, ``acme/api`` public and readable, ``acme/vault`` private and out of sight."""

    def __init__(self) -> None:
        self.site = GitHubSite(Clock(), lambda: BASE)
        self.gh: Writer = self.site.writer()
        self.gh.repository("acme/web")
        self.gh.repository("acme/api", token="none")
        self.gh.repository("acme/vault", visibility="private", token="none")
        self.gh.person("mira", acme="MEMBER")
        self.client = Client(self._wsgi, Response)

    def _wsgi(self, environ: Any, start_response: Any) -> Any:
        return self.site.respond(Request(environ))(environ, start_response)

    def ask(self, method: str, path: str, body: Any = None, *, token: str = TOKEN, **headers: str) -> Answer:
        sent = {"User-Agent": "test", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        got = self.client.open(path, method=method, json=body, headers=sent)
        return Answer(got.status_code, got.headers, got.data)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, **headers)

    def rows(self, path: str) -> list[dict[str, Any]]:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        rows: list[dict[str, Any]] = answer.json
        return rows

    def query(self, text: str, **variables: Any) -> dict[str, Any]:
        answer = self.ask("POST", "/graphql", {"query": text, "variables": variables})
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json
        return body

    def act(self, verb: str, **args: Any) -> dict[str, Any]:
        return self.site.act(verb, {"by": "mira", **args})

    def issue(self, repository: str = "acme/web", title: str = "An issue", **fields: Any) -> str:
        return self.gh.issue(repository, title, by="mira", **fields)
