"""Both sites on loopback sockets, with connections that can be dropped and answers that can be cut short.

The standard library's server is used rather than werkzeug's own: that one closes every connection after one
answer, and a tracker that keeps none alive would hide how clients behave on a connection that dies.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import IPPROTO_TCP, SHUT_RDWR, TCP_NODELAY
from threading import Thread

from werkzeug.test import create_environ
from werkzeug.wrappers import Request, Response

from sandbox import control
from sandbox.base import Fault, Site, World

HOST = "127.0.0.1"
LARGEST_BODY = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Running:
    """A served world; ``close`` frees its ports."""

    world: World
    servers: tuple[ThreadingHTTPServer, ...]

    @property
    def urls(self) -> dict[str, str]:
        return dict(self.world.urls)

    def close(self) -> None:
        for server in self.servers:
            server.shutdown()
            server.server_close()


def serve(world: World, jira_port: int = 0, github_port: int = 0) -> Running:
    """Serve in threads; port 0 takes a free one. Raises OSError when a port is taken."""
    ports = {"jira": jira_port, "github": github_port}
    servers = []
    for name, site in world.sites.items():
        server = _Server((HOST, ports[name]), _handler(world, site))
        world.urls[name] = f"http://{HOST}:{server.server_port}"
        servers.append(server)
    for server in servers:
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return Running(world, tuple(servers))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


def _handler(world: World, site: Site) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        pass

    Handler.world, Handler.site = world, site
    return Handler


class _Handler(BaseHTTPRequestHandler):
    """One connection, kept alive."""

    world: World
    site: Site
    protocol_version = "HTTP/1.1"
    timeout = 120

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)

    def __getattr__(self, name: str) -> Callable[[], None]:
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the log is the world's."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self._send(Response("Payload Too Large", 413), close=True)
            return
        body = self.rfile.read(length)
        request = self._request(body)
        if request.path.startswith(control.PREFIX):
            self._send(control.answer(self.world, request))
            return
        self._answer(request, body.decode("utf-8", "replace"))

    def _request(self, body: bytes) -> Request:
        environ = create_environ(
            path=self.path,
            base_url=self.world.urls[self.site.name],
            method=self.command,
            headers=list(self.headers.items()),
            data=body,
        )
        return Request(environ)

    def _answer(self, request: Request, body: str) -> None:
        faults = self.world.strike(self.site.name, self.command, request.path, body)
        for fault in faults:
            if fault.kind == "latency":
                time.sleep(fault.seconds)
        struck = next((fault for fault in faults if fault.kind != "latency"), None)
        status, size = self._carry_out(request, struck)
        self.world.record(
            site=self.site.name,
            method=self.command,
            path=request.path,
            query=request.query_string.decode("ascii", "replace"),
            status=status,
            size=size,
            fault=struck.kind if struck else "",
            note=_note(request.path, body),
        )

    def _carry_out(self, request: Request, fault: Fault | None) -> tuple[int, int]:
        """The status and the bytes sent; status 0 when the connection was dropped."""
        kind = fault.kind if fault else ""
        if kind == "drop_before":
            return self._drop()
        if fault is not None and kind == "status":
            return self._send(Response(fault.text, fault.status, dict(fault.headers), content_type="application/json"))
        response = self.site.respond(request)
        if kind == "drop_after":
            return self._drop()
        if kind == "html":
            response = Response("<html><body>Sign in to continue</body></html>", 200, content_type="text/html")
        return self._send(response, cut=kind == "truncate")

    def _drop(self) -> tuple[int, int]:
        self.close_connection = True
        self.connection.shutdown(SHUT_RDWR)
        return 0, 0

    def _send(self, response: Response, *, cut: bool = False, close: bool = False) -> tuple[int, int]:
        body = response.get_data()
        self.send_response_only(response.status_code)
        for name, value in response.headers.items():
            if name.lower() not in ("content-length", "connection"):
                self.send_header(name, value)
        bare = response.status_code in (204, 304) or self.command == "HEAD"
        if response.status_code not in (204, 304):
            self.send_header("Content-Length", str(len(body)))
        if close:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        sent = b"" if bare else body[: len(body) // 2] if cut else body
        self.wfile.write(sent)
        if cut:
            self.wfile.flush()
            self._drop()
        return response.status_code, len(sent)


def _note(path: str, body: str) -> str:
    """What tells one GraphQL request from another in the log."""
    if not path.endswith("graphql"):
        return ""
    found = body.find('"query"')
    return " ".join(body[found + 8 : found + 128].replace("\\n", " ").split()) if found >= 0 else ""
