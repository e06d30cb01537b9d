"""The gate over real sockets: what requests and urllib3 make of connections that die."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest

from connectors.base import Refused, Stop, TrackerSettings, TryLater
from connectors.http import Call, Gate, Moved
from connectors.jira.client import open_send
from connectors.limits import Clock, Limits

CALL = Call(method="POST", path="search/jql", params={"a": "b"}, body={"jql": "x"})
GOOD = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 12\r\n\r\n{"ok": true}'


@contextmanager
def served(*answers: bytes | None) -> Iterator[tuple[str, list[bytes]]]:
    """A server that gives each connection one answer: these bytes and then the end, or nothing until the caller
    hangs up (None). Yields its URL and the requests it has read."""
    read: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def run() -> None:
            for answer in answers:
                connection, _ = listener.accept()
                with connection:
                    read.append(connection.recv(65536))
                    if answer is None:
                        connection.recv(1)
                    else:
                        with suppress(OSError):  # the caller may hang up before it has read all
                            connection.sendall(answer)

        thread = Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", read


def gate_to(url: str, **limits: float) -> Gate:
    settings = TrackerSettings(name="jira", kind="jira", url=url, user="bot@acme.example", scopes=(), token="t0ken")
    bounds = Limits(attempts=2, read_timeout=0.5, max_bytes=int(limits.get("max_bytes", 1000)))
    return Gate("jira", open_send(settings, "t0ken", bounds), limits=bounds, clock=Clock(sleep=lambda _: None))


BROKEN = {
    "closed without a word": b"",
    "cut in the headers": GOOD[:30],
    "cut in the body": GOOD[:-5],
    "cut in a chunk": b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1",
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n",
    "broken compression": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n"
    b"Connection: close\r\n\r\nabcd",  # whole, so that the connection would be used again, and it is gone
    "silence": None,
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_read_survives_a_broken_answer(broken: bytes | None) -> None:
    with served(broken, GOOD) as (url, read):
        gate = gate_to(url)
        assert gate.read(CALL).data == {"ok": True}
        assert gate.traffic.requests == len(read) == 2


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_a_write_with_a_broken_answer_is_sent_once_and_may_have_arrived(broken: bytes | None) -> None:
    with served(broken) as (url, read):
        with pytest.raises(TryLater) as caught:
            gate_to(url).write(CALL)
        assert caught.value.sent
        assert len(read) == 1
        assert "t0ken" not in str(caught.value)


def test_a_write_to_a_closed_port_was_never_sent() -> None:
    with served() as (url, _):
        pass
    with pytest.raises(TryLater, match="no connection") as caught:
        gate_to(url).write(CALL)
    assert not caught.value.sent


@pytest.mark.parametrize("url", ["acme.atlassian.net", "ftp://acme.atlassian.net", "https://a b"])
def test_a_url_that_is_none_stops(url: str) -> None:
    with pytest.raises(Stop, match="check the tracker's url"):
        gate_to(url).read(CALL)


def test_a_redirect_is_not_followed() -> None:
    moved = b"HTTP/1.1 302 Found\r\nLocation: https://id.example/login\r\nContent-Length: 0\r\n\r\n"
    with served(moved) as (url, read):
        with pytest.raises(Moved) as caught:
            gate_to(url).read(CALL)
        assert caught.value.location == "https://id.example/login"
        assert len(read) == 1


def test_a_body_too_large_is_not_read_to_its_end() -> None:
    large = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n" + b"[" * 100_000
    with served(large) as (url, _), pytest.raises(Refused, match="1,000 bytes"):
        gate_to(url).read(CALL)


def test_credentials_and_query_are_sent_as_given() -> None:
    with served(GOOD) as (url, read):
        gate_to(url).read(CALL)
    head = read[0].decode().lower()
    assert head.startswith("post /rest/api/3/search/jql?a=b ")
    assert "authorization: basic " in head
    assert "content-type: application/json" in head
