"""Both sites on loopback sockets.

The standard library's server is used rather than werkzeug's own: that one closes every connection after one
answer, and a tracker that keeps none alive would hide how clients behave on a connection that dies.
"""

import sys
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from threading import Lock, Thread
from typing import Any

from sandbox.base import Site
from sandbox.connection import connection_to
from sandbox.world import World

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Running:
    """A served world; ``close`` frees its ports and cuts what is still connected."""

    world: World
    servers: tuple["Server", ...]

    @property
    def urls(self) -> dict[str, str]:
        return dict(self.world.urls)

    def close(self) -> None:
        for server in self.servers:
            server.stop()


def serve(world: World, jira_port: int = 0, github_port: int = 0) -> Running:
    """Serve in threads; port 0 takes a free one. Raises OSError when a port is taken."""
    ports = {"jira": jira_port, "github": github_port}
    servers: list[Server] = []
    try:
        for name, site in world.sites.items():
            servers.append(Server(world, site, ports[name]))
    except OSError:
        for server in servers:
            server.server_close()
        raise
    for server in servers:
        world.urls[server.site.name] = f"http://{HOST}:{server.server_port}"
        Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    return Running(world, tuple(servers))


class Server(ThreadingHTTPServer):
    """One site on its port, a thread for each connection."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, world: World, site: Site, port: int) -> None:
        self.site = site
        self._connected: set[socket] = set()
        self._lock = Lock()
        super().__init__((HOST, port), connection_to(world, site))

    def stop(self) -> None:
        """As a server that goes down: connections that are kept alive end too."""
        self.shutdown()
        self.server_close()
        with self._lock:
            connected = list(self._connected)
        for connection in connected:
            try:
                connection.shutdown(SHUT_RDWR)
            except OSError:
                continue  # the client was quicker

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connected.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connected.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is no news."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)
