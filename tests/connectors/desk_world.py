"""Desk, the made-up tracker of docs/adding.md: a small server, and people who use it."""

import json
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

from werkzeug.routing import Map, Rule
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Request, Response

from connectors.base import Address, Connector, TrackerSettings
from connectors.limits import Clock, Limits
from tests.connectors.contract import Trouble, World

TOKEN = "desk-token"
PAGE = 2
BOT, LEE = {"id": "bot", "name": "crosstie"}, {"id": "lee", "name": "Lee"}
ROUTES = Map(
    [
        Rule(path, methods=[method], endpoint=name)
        for method, path, name in (
            ("GET", "/me", "me"),
            ("GET", "/queues", "queues"),
            ("GET", "/issues", "issues"),
            ("GET", "/ids", "ids"),
            ("GET", "/issues/<int:id_>", "issue"),
            ("POST", "/issues/<int:id_>/comments", "new_comment"),
            ("POST", "/issues/<int:id_>/labels", "change_labels"),
            ("PUT", "/comments/<int:id_>", "edit"),
            ("DELETE", "/comments/<int:id_>", "delete"),
        )
    ]
)


class Absent(Exception):
    pass


@dataclass
class Desk:
    """Its state, and its answers."""

    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    queues: tuple[str, ...] = ("OPS", "NET")
    requests: int = 0
    trouble: str = ""
    moment: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC)
    last: int = 0

    def now(self) -> str:
        self.moment += timedelta(seconds=1)
        return self.moment.isoformat()

    def number(self) -> int:
        self.last += 1
        return self.last

    def add(self, key: str, title: str, text: str = "") -> int:
        at, id_ = self.now(), self.number()
        base = {
            "id": id_,
            "key": key,
            "title": title,
            "text": text,
            "state": "open",
            "by": LEE,
            "url": f"http://d/{key}",
        }
        self.rows[id_] = {**base, "labels": [], "created": at, "updated": at, "needs": [], "comments": []}
        return id_

    def remark(self, id_: int, by: dict[str, str], text: str, note: Any = None) -> int:
        at, number = self.now(), self.number()
        row = self._row(id_)
        made = {"id": number, "by": by, "text": text, "created": at, "updated": at, "note": note, "edited_by": None}
        row["comments"].append(made)
        row["updated"] = at
        return number

    def _row(self, id_: int) -> dict[str, Any]:
        if id_ not in self.rows:
            raise Absent
        return self.rows[id_]

    def comment(self, id_: int) -> tuple[dict[str, Any], dict[str, Any]]:
        for row in self.rows.values():
            for comment in row["comments"]:
                if comment["id"] == id_:
                    return row, comment
        raise Absent

    # the API

    def __call__(self, environ: Any, start: Any) -> Any:
        self.requests += 1
        return self._respond(Request(environ))(environ, start)

    def _respond(self, request: Request) -> Response:
        troubled = self._troubled()
        if troubled is not None:
            return troubled
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return Response(status=401)
        name, args = ROUTES.bind("desk").match(request.path, method=request.method)
        try:
            value = getattr(self, f"do_{name}")(request, **args)
        except Absent:
            return Response(status=404)
        if self.trouble == "lost answer" and request.method != "GET":
            self.trouble = ""
            return Response("not json", 200, content_type="application/json")
        return Response(json.dumps(value), 200, content_type="application/json")

    def _troubled(self) -> Response | None:
        match self.trouble:
            case "down":
                return Response(status=503)
            case "limited":
                self.trouble = ""
                return Response(status=429, headers={"Retry-After": "1"})
            case "web page":
                self.trouble = ""
                return Response("<html>", 200, content_type="text/html")
        return None

    def do_me(self, _: Request) -> Any:
        return BOT

    def do_queues(self, _: Request) -> Any:
        return {"queues": [{"key": key, "public": False} for key in self.queues]}

    def do_issues(self, request: Request) -> Any:
        page, since = int(request.args["page"]), request.args.get("since", "")
        mine = [r for r in self._in(request.args["queue"]) if r["updated"] >= since]
        mine.sort(key=lambda r: (r["updated"], r["id"]))
        rows = mine[(page - 1) * PAGE : page * PAGE]
        return {"issues": rows, "next": page + 1 if page * PAGE < len(mine) else None}

    def do_ids(self, request: Request) -> Any:
        return {"ids": [row["id"] for row in self._in(request.args["queue"])]}

    def _in(self, queue: str) -> list[dict[str, Any]]:
        return [row for row in self.rows.values() if row["key"].startswith(f"{queue}-")]

    def do_issue(self, _: Request, id_: int) -> Any:
        return self._row(id_)

    def do_new_comment(self, request: Request, id_: int) -> Any:
        body = request.get_json()
        return {"id": self.remark(id_, BOT, body["text"], body["note"])}

    def do_change_labels(self, request: Request, id_: int) -> Any:
        row, body = self._row(id_), request.get_json()
        left = [label for label in row["labels"] if label not in body["remove"]]
        row["labels"] = left + [label for label in body["add"] if label not in left]
        return {}

    def do_edit(self, request: Request, id_: int) -> Any:
        row, comment = self.comment(id_)
        comment |= {**request.get_json(), "edited_by": BOT["id"], "updated": self.now()}
        row["updated"] = comment["updated"]
        return {}

    def do_delete(self, _: Request, id_: int) -> Any:
        row, comment = self.comment(id_)
        row["comments"].remove(comment)
        return {}


class DeskWorld(World):
    """Two queues with a few issues, one of which waits for another."""

    scope, other_scope, absent_scope = "OPS", "NET", "NIL"

    def __init__(self, connector: type[Connector]) -> None:
        self._kind = connector
        self.desk = Desk()
        ids = {key: self.desk.add(key, f"Work on {key}") for key in ("OPS-1", "OPS-2", "OPS-3", "NET-1")}
        other = self.desk.rows[ids["NET-1"]]
        self.desk.rows[ids["OPS-2"]]["needs"] = [{k: other[k] for k in ("id", "key", "title", "state")}]
        self.issue = Address(native_id=str(ids["OPS-1"]), key="OPS-1")
        self.absent_issue = Address(native_id="999", key="OPS-999")
        self._server: BaseWSGIServer = make_server("127.0.0.1", 0, self.desk)
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def connector(self, *scopes: str, token: str = "", patient: bool = False) -> Connector:
        settings = TrackerSettings(name="desk", kind="desk", url=self.url, scopes=scopes, token=token or TOKEN)
        limits = Limits() if patient else Limits(attempts=2)
        return self._kind(settings, limits=limits, clock=Clock(sleep=lambda _: None))  # type: ignore[call-arg]  # as all of ours do

    def comments(self, address: Address) -> Sequence[tuple[str, str]]:
        return [(str(c["id"]), c["text"]) for c in self._row(address)["comments"]]

    def labels(self, address: Address) -> frozenset[str]:
        return frozenset(self._row(address)["labels"])

    def add_comment(self, address: Address, text: str) -> str:
        return str(self.desk.remark(int(address.native_id), LEE, text))

    def copy_comment(self, address: Address, comment_id: str) -> str:
        return self.add_comment(address, self.desk.comment(int(comment_id))[1]["text"])

    def edit_comment(self, address: Address, comment_id: str, text: str) -> None:
        self.desk.comment(int(comment_id))[1].update(text=text, edited_by=LEE["id"])

    def delete_comment(self, address: Address, comment_id: str) -> None:
        row, comment = self.desk.comment(int(comment_id))
        row["comments"].remove(comment)

    def add_label(self, address: Address, label: str) -> None:
        self._row(address)["labels"].append(label)

    def trouble(self, kind: Trouble) -> AbstractContextManager[None]:
        return self._trouble(kind)

    @contextmanager
    def _trouble(self, kind: Trouble) -> Iterator[None]:
        self.desk.trouble = kind
        try:
            yield
        finally:
            self.desk.trouble = ""

    def requests_seen(self) -> int:
        return self.desk.requests

    def _row(self, address: Address) -> dict[str, Any]:
        return self.desk.rows[int(address.native_id)]
