"""One client's connection, kept alive: reads a request, lets faults strike, has it answered, logs it.

A request is logged before its answer goes out, so that who has the answer finds it in the log.
"""

import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from socket import IPPROTO_TCP, SHUT_RDWR, TCP_NODELAY

from werkzeug.http import http_date
from werkzeug.test import create_environ
from werkzeug.wrappers import Request, Response

from sandbox import control
from sandbox.answers import is_read
from sandbox.base import Fault, Site
from sandbox.world import World

LARGEST_BODY = 32 * 1024 * 1024
BODYLESS = (204, 304)
WEB_PAGE = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to continue</body></html>"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Delivery:
    """What goes down the line. Without a response the connection ends there and then."""

    response: Response | None
    cut: bool = False
    """Half the body, then the end of the connection."""
    kept: bool = False
    """It had been kept from an earlier request."""

    def sent(self, method: str) -> bytes:
        if self.response is None or self.response.status_code in BODYLESS or method == "HEAD":
            return b""
        body = self.response.get_data()
        return body[: len(body) // 2] if self.cut else body

    @property
    def status(self) -> int:
        return self.response.status_code if self.response else 0


def connection_to(world: World, site: Site) -> type["Connection"]:
    """What a server makes for each client."""
    return type("Connection", (Connection,), {"world": world, "site": site})


class Connection(BaseHTTPRequestHandler):
    world: World
    site: Site
    protocol_version = "HTTP/1.1"
    timeout = 120

    def setup(self) -> None:
        super().setup()
        # headers and body are two writes: with Nagle's delay a kept connection takes 40 ms for each answer
        self.connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the log is the world's."""

    def _serve(self) -> None:
        arrived = time.monotonic()
        length = self._length()
        if length is None:
            return
        body = self.rfile.read(length)
        if len(body) < length:
            self.close_connection = True  # the client hung up in the middle
            return
        request = self._request(body)
        if request.path.startswith(control.PREFIX):
            self._deliver(_Delivery(response=control.answer(self.world, request)))
        else:
            self._answer(request, body, arrived)

    def _length(self) -> int | None:
        """Bytes of the request's body; None when it was refused for them."""
        given = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not given.isdecimal():
            self._refuse(Response("Length Required", 411))
        elif int(given) > LARGEST_BODY:
            self._refuse(Response("Payload Too Large", 413))
        else:
            return int(given)
        return None

    def _refuse(self, response: Response) -> None:
        """Answer before the body was read: what follows on this connection could not be told from it."""
        response.headers["Connection"] = "close"
        self._deliver(_Delivery(response=response))
        self.close_connection = True

    def _request(self, body: bytes) -> Request:
        path, _, query = self.path.partition("?")
        environ = create_environ(
            path=path if path.startswith("/") else "/",
            query_string=query,
            base_url=self.world.urls[self.site.name],
            method=self.command,
            headers=list(self.headers.items()),
            data=body,
        )
        return Request(environ)

    def _answer(self, request: Request, body: bytes, arrived: float) -> None:
        text = body.decode("utf-8", "replace")
        faults = self.world.strike(self.site.name, self.command, request.path, text)
        if delay := sum(fault.seconds for fault in faults if fault.kind == "latency"):
            time.sleep(delay)
        fault = next((fault for fault in faults if fault.kind != "latency"), None)
        delivery = self._carry_out(request, fault)
        took = time.monotonic() - arrived
        self.world.record(
            site=self.site.name,
            method=self.command,
            path=request.path,
            query=request.query_string.decode("ascii", "replace"),
            status=delivery.status,
            size=len(delivery.sent(self.command)),
            fault=" ".join(fault.kind for fault in faults),
            note=_note(request.path, text),
            client=request.headers.get("User-Agent", ""),
            kept=delivery.kept,
            took=round(took, 6),
        )
        time.sleep(max(0.0, arrived + self.world.latency - time.monotonic()))
        self._deliver(delivery)

    def _carry_out(self, request: Request, fault: Fault | None) -> _Delivery:
        if fault is None:
            response, kept = self._respond(request)
            return _Delivery(response=response, kept=kept)
        if fault.kind == "drop_before":
            return _Delivery(response=None)
        if fault.kind == "status":
            struck = Response(fault.text, fault.status, dict(fault.headers), content_type="application/json")
            return _Delivery(response=struck)
        response, kept = self._respond(request)
        if fault.kind == "drop_after":
            return _Delivery(response=None)
        if fault.kind == "html":
            response = Response(WEB_PAGE, 200, content_type="text/html; charset=utf-8")
        return _Delivery(response=response, cut=fault.kind == "truncate", kept=kept)

    def _respond(self, request: Request) -> tuple[Response, bool]:
        """What the site answers, and whether that had been kept from an earlier request."""
        answers = self.world.answers
        key = answers.key(self.site.name, request)
        response = answers.get(key) if key is not None else None
        if response is not None:
            return response, True
        response = self._ask(request)
        if key is not None:
            answers.keep(key, response)
        elif not is_read(request):
            answers.forget()
        return response, False

    def _ask(self, request: Request) -> Response:
        """A defect of the sandbox must not look like a dropped connection, nor pass unseen."""
        try:
            return self.site.respond(request)
        except Exception as error:
            print(f"sandbox: {self.command} {self.path} failed; this is a defect of the sandbox", file=sys.stderr)
            traceback.print_exc()
            return Response(f"the sandbox failed: {type(error).__name__}: {error}", 500, content_type="text/plain")

    def _deliver(self, delivery: _Delivery) -> None:
        response = delivery.response
        if response is None:
            self._cut()
            return
        self.send_response_only(response.status_code)
        for name, value in response.headers.items():
            if name.lower() != "content-length":
                self.send_header(name, value)
        if "Date" not in response.headers:  # both trackers send it, and clients reckon resets by it
            self.send_header("Date", http_date(self.world.clock.now()))
        if response.status_code not in BODYLESS:
            self.send_header("Content-Length", str(len(response.get_data())))
        self.end_headers()
        self.wfile.write(delivery.sent(self.command))
        if delivery.cut:
            self._cut()

    def _cut(self) -> None:
        self.close_connection = True
        try:
            self.connection.shutdown(SHUT_RDWR)
        except OSError:
            return  # the client was quicker


def _note(path: str, body: str) -> str:
    """What tells one GraphQL request from another in the log."""
    if not path.endswith("graphql"):
        return ""
    found = body.find('"query"')
    return " ".join(body[found + 8 : found + 128].replace("\\n", " ").split()) if found >= 0 else ""
