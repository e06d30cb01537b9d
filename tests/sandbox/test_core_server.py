"""Real sockets: keep-alive, what each fault does to an answer and to the state, the log, closing."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from sandbox.base import Fault
from sandbox.github.site import GitHubSite
from sandbox.server import Running, serve
from sandbox.world import World

HEADERS = {"Authorization": "Bearer sandbox-github-token", "User-Agent": "a-test"}
ISSUES = "/repos/acme/web/issues"


@pytest.fixture
def running() -> Iterator[Running]:
    running = serve(World())
    site(running).writer().repository("acme/web")
    yield running
    running.close()


def site(running: Running) -> GitHubSite:
    found = running.world.sites["github"]
    assert isinstance(found, GitHubSite)
    return found


def ask(running: Running, method: str, path: str, **body: Any) -> requests.Response:
    url = running.urls["github"] + path
    return requests.request(method, url, headers=HEADERS, json=body or None, timeout=5)


def titles(running: Running) -> list[str]:
    return [issue.title for issue in site(running).state.tables.issues.values()]


def test_one_connection_serves_many_requests_without_delay(running: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", int(running.urls["github"].rpartition(":")[2]))
    connection.connect()
    line, started = connection.sock, time.monotonic()
    for n in range(20):
        connection.request("POST", ISSUES, json.dumps({"title": f"No. {n}"}), HEADERS)
        answer = connection.getresponse()
        assert (answer.status, answer.version) == (201, 11)
        answer.read()
        assert connection.sock is line
    assert time.monotonic() - started < 20 * 0.04, "Nagle's algorithm delays every answer"
    connection.close()


def test_answers_carry_the_world_s_date(running: Running) -> None:
    running.world.clock.set(parsedate_to_datetime("Mon, 02 Mar 2026 09:00:00 GMT"))
    assert ask(running, "GET", "/user").headers["Date"] == "Mon, 02 Mar 2026 09:00:00 GMT"


@pytest.mark.parametrize(("kind", "kept"), [("drop_before", []), ("drop_after", ["Rotate keys"])])
def test_a_dropped_connection_gives_no_answer(running: Running, kind: Any, kept: list[str]) -> None:
    running.world.add_fault(Fault(kind=kind, method="POST"))
    with pytest.raises(requests.ConnectionError):
        ask(running, "POST", ISSUES, title="Rotate keys")
    assert titles(running) == kept
    assert [(entry.status, entry.size, entry.fault) for entry in running.world.log()] == [(0, 0, kind)]
    assert ask(running, "GET", ISSUES).status_code == 200


def test_a_status_is_answered_in_place_of_the_tracker(running: Running) -> None:
    running.world.add_fault(
        Fault(kind="status", status=429, headers={"Retry-After": "7"}, text='{"message": "slow down"}')
    )
    answer = ask(running, "POST", ISSUES, title="Rotate keys")
    assert (answer.status_code, answer.headers["Retry-After"], answer.json()) == (429, "7", {"message": "slow down"})
    assert titles(running) == []


def test_a_truncated_answer_promises_more_than_it_sends(running: Running) -> None:
    running.world.add_fault(Fault(kind="truncate"))
    connection = http.client.HTTPConnection("127.0.0.1", int(running.urls["github"].rpartition(":")[2]))
    connection.request("GET", "/user", headers=HEADERS)
    answer = connection.getresponse()
    with pytest.raises(http.client.IncompleteRead) as cut:
        answer.read()
    promised = int(answer.headers["Content-Length"])
    assert len(cut.value.partial) == promised // 2 == running.world.log()[0].size
    connection.close()


def test_a_web_page_in_place_of_json(running: Running) -> None:
    running.world.add_fault(Fault(kind="html"))
    answer = ask(running, "GET", "/user")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "<html>" in answer.text


def test_latency_delays_and_nothing_else(running: Running) -> None:
    running.world.add_fault(Fault(kind="latency", seconds=0.2))
    started = time.monotonic()
    assert ask(running, "GET", "/user").status_code == 200
    assert time.monotonic() - started >= 0.2


def test_an_answered_request_stands_in_the_log_already(running: Running) -> None:
    for n in range(1, 30):
        size = len(ask(running, "GET", f"{ISSUES}?per_page={n}").content)
        last = running.world.log("github")[-1]
        assert (last.n, last.query, last.size, last.client) == (n, f"per_page={n}", size, "a-test")
    assert len(running.world.log(since=20)) == 9
    assert running.world.log("jira") == []


@pytest.mark.parametrize("headers", [{"Transfer-Encoding": "chunked"}, {"Content-Length": "many"}])
def test_a_body_of_unknown_length_is_refused_and_the_connection_ended(
    running: Running, headers: dict[str, str]
) -> None:
    lines = [f"POST {ISSUES} HTTP/1.1", "Host: x", *(f"{k}: {v}" for k, v in headers.items()), "", ""]
    assert raw(running, "\r\n".join(lines)).startswith(b"HTTP/1.1 411 ")


def test_a_client_that_hangs_up_in_the_middle_of_a_body_does_nothing(
    running: Running, capfd: pytest.CaptureFixture[str]
) -> None:
    raw(running, f'POST {ISSUES} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{{"title": "Half"')
    assert ask(running, "GET", ISSUES).json() == []
    assert (len(running.world.log()), capfd.readouterr().err) == (1, "")


def raw(running: Running, text: str) -> bytes:
    """What comes back until the other side hangs up."""
    with socket.create_connection(("127.0.0.1", int(running.urls["github"].rpartition(":")[2])), timeout=5) as line:
        line.sendall(text.encode())
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_a_defect_of_the_sandbox_is_loud(running: Running, capfd: pytest.CaptureFixture[str]) -> None:
    site(running).state = None  # type: ignore[assignment]  # breaks the site as a defect would
    assert ask(running, "GET", "/user").status_code == 500
    assert "a defect of the sandbox" in capfd.readouterr().err


def test_closing_ends_connections_that_are_kept_alive(running: Running) -> None:
    with requests.Session() as session:
        url = running.urls["github"] + "/user"
        assert session.get(url, headers=HEADERS, timeout=5).status_code == 200
        running.close()
        with pytest.raises(requests.ConnectionError):
            session.get(url, headers=HEADERS, timeout=5)


def test_a_port_that_is_taken_is_said_and_takes_no_other(running: Running) -> None:
    taken = int(running.urls["github"].rpartition(":")[2])
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        jira_port = free.getsockname()[1]
    with pytest.raises(OSError, match="in use"):
        serve(World(), jira_port=jira_port, github_port=taken)
    serve(World(), jira_port=jira_port).close()


def test_only_loopback_is_listened_on(running: Running) -> None:
    assert all(server.server_address[0] == "127.0.0.1" for server in running.servers)
