"""A tracker written by somebody else: a plain HTTP server that gives the answers a test lays out."""

import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Literal
from urllib.parse import parse_qsl, urlsplit

Wire = Literal["plain", "chunked", "gzip", "HTTP/1.0"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    body: Any = None
    """None sends no byte of it."""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Route = Callable[[Asked], Reply]


@dataclass(slots=True)
class Stranger:
    """``routes`` by ``METHOD path``. Sends no header beyond what HTTP needs, and 501 for what it does not know."""

    wire: Wire = "plain"
    routes: dict[str, Route] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def says(self, call: str, body: Any = None, status: int = 200, **headers: str) -> None:
        self.routes[call] = lambda _: Reply(body, status, headers)

    def answer(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        route = self.routes.get(f"{asked.method} {asked.path}")
        return route(asked) if route else Reply({"message": "unknown here"}, 501)

    def paths(self) -> list[str]:
        return [f"{asked.method} {asked.path}" for asked in self.asked]


@contextmanager
def serving(stranger: Stranger) -> Iterator[Stranger]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.0" if stranger.wire == "HTTP/1.0" else "HTTP/1.1"

        def handle_any(self) -> None:
            target = urlsplit(self.path)
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            reply = stranger.answer(
                Asked(
                    method=self.command,
                    path=target.path,
                    query=dict(parse_qsl(target.query)),
                    body=json.loads(sent) if sent else None,
                    headers=dict(self.headers),
                )
            )
            _send(self, stranger.wire, reply)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any  # noqa: N815  # names that http.server looks for

        def log_message(self, format: str, *args: Any) -> None:
            """Keeps quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        stranger.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield stranger
        finally:
            server.shutdown()


def _send(handler: BaseHTTPRequestHandler, wire: Wire, reply: Reply) -> None:
    data = b"" if reply.body is None else json.dumps(reply.body).encode()
    handler.send_response_only(reply.status)
    handler.send_header("Content-Type", "application/json")
    for name, value in reply.headers.items():
        handler.send_header(name, value)
    match wire:
        case "chunked":
            handler.send_header("Transfer-Encoding", "chunked")
            parts = [data[i : i + 700] for i in range(0, len(data), 700)] + [b""]
            data = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in parts)
        case "gzip":
            data = gzip.compress(data)
            handler.send_header("Content-Encoding", "gzip")
            handler.send_header("Content-Length", str(len(data)))
        case "plain":
            handler.send_header("Content-Length", str(len(data)))
        case _:
            handler.close_connection = True
    handler.end_headers()
    handler.wfile.write(data)
