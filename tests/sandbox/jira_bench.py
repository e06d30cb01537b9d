"""A Jira of the sandbox with a small scene, spoken to without sockets."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.test import Client
from werkzeug.wrappers import Request, Response

from sandbox.base import Clock
from sandbox.jira.scenario import Writer
from sandbox.jira.site import JiraSite

BOT = ("bot@acme.example", "sandbox-jira-token")
ADMIN = ("admin@acme.example", "sandbox-jira-admin")
MARCH = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = MARCH - timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Headers
    data: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.data)

    @property
    def said(self) -> str:
        """Every message of a refusal in Jira's own shape."""
        body = self.json
        assert body.keys() == {"errorMessages", "errors"}
        return " ".join([*body["errorMessages"], *body["errors"].values()])


class Bench:
    """On 2 March 2026, 09:00 UTC, which is 10:00 for the bot: PAY and PLAT, and SEC that the bot may not browse."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.clock.set(MARCH)
        self.site = JiraSite(self.clock, lambda: "http://127.0.0.1:8080")
        self.write: Writer = self.site.writer()
        self.write.person("Mira")
        for key, hidden in (("PAY", False), ("PLAT", False), ("SEC", True)):
            self.write.project(key, f"{key} things", hidden_from_bot=hidden)
        self.write.version("PAY", "2026.3", date(2026, 3, 31))
        self.issue("PAY-1", "Pay by invoice", labels=["checkout"], due=date(2026, 3, 20))
        self.issue("PAY-2", "Refund in parts", status="Done")
        self.issue("PLAT-1", "Ledger API")
        self.issue("SEC-1", "Rotate the keys")
        self.client = Client(self._wsgi, Response)

    def issue(self, key: str, title: str = "A step", **fields: Any) -> None:
        self.write.issue(key, title, **{"created": LONG_AGO, "reporter": "Mira", **fields})

    def _wsgi(self, environ: Any, start_response: Any) -> Any:
        return self.site.respond(Request(environ))(environ, start_response)

    def ask(
        self, method: str, path: str, body: Any = None, *, auth: tuple[str, str] | None = BOT, version: str = "3"
    ) -> Answer:
        got = self.client.open(f"/rest/api/{version}/{path}", method=method, json=body, auth=auth)
        return Answer(got.status_code, got.headers, got.data)

    def get(self, path: str, **options: Any) -> Any:
        answer = self.ask("GET", path, **options)
        assert answer.status == 200, answer.data
        return answer.json

    def search(self, jql: str, *, auth: tuple[str, str] = BOT, **asked: Any) -> Answer:
        return self.ask("POST", "search/jql", {"jql": jql, "fields": ["key"], **asked}, auth=auth)

    def keys(self, jql: str, **asked: Any) -> list[str]:
        answer = self.search(jql, **asked)
        assert answer.status == 200, answer.data
        return [row["key"] for row in answer.json["issues"]]

    def fields(self, key: str) -> Any:
        return self.get(f"issue/{key}")["fields"]

    def updated(self, key: str) -> str:
        return str(self.fields(key)["updated"])

    def act(self, verb: str, **args: Any) -> dict[str, Any]:
        return self.site.act(verb, {"by": "Mira", **args})


def document(*texts: str) -> dict[str, Any]:
    paragraphs = [{"type": "paragraph", "content": [{"type": "text", "text": text}]} for text in texts]
    return {"version": 1, "type": "doc", "content": paragraphs}
