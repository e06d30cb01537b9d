"""Webhooks over real sockets: what is sent, what is tried again, and the URL that nobody sees."""

import json
import logging
import socket
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest

from connectors.limits import Clock, Limits
from sync.digest.base import Lost, NotSent
from sync.digest.plain import as_json
from sync.digest.slack import render_slack
from sync.digest.teams import render_teams
from sync.digest.webhook import Kind, WebhookDestination
from tests.sync.digest_world import PAGE, letter

SECRET = "T0S3CR3T"
Answer = tuple[int, dict[str, str], bytes]
OK: Answer = (200, {}, b"ok")


@dataclass
class Hook:
    """A server that answers as told, and keeps what it was sent."""

    answers: list[Answer | str] = field(default_factory=list)
    """In order, the last one for good; ``drop``: the connection is closed without a word."""
    got: list[dict[str, Any]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    port: int = 0

    def destination(self, kind: Kind = "slack") -> WebhookDestination:
        return WebhookDestination(
            kind=kind,
            url=f"http://127.0.0.1:{self.port}/services/{SECRET}/x",
            variable="CROSSTIE_DIGESTS__PAY__URL",
            clock=Clock(sleep=self.slept.append),
            limits=Limits(attempts=4, seconds=60, connect_timeout=2, read_timeout=0.3, max_bytes=4096),
        )

    def send(self, kind: Kind = "slack") -> None:
        self.destination(kind).send(letter(), PAGE, "")


@pytest.fixture
def hook() -> Iterator[Hook]:
    made = Hook()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.got.append({"path": self.path, "type": self.headers["Content-Type"], "body": json.loads(body)})
            answer = made.answers.pop(0) if len(made.answers) > 1 else (made.answers or [OK])[0]
            if isinstance(answer, str):
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            status, headers, text = answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(text)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_port
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(("kind", "body"), [("slack", render_slack), ("teams", render_teams), ("json", None)])
def test_each_kind_gets_its_own_body(hook: Hook, kind: Kind, body: Any) -> None:
    hook.answers = [(202, {}, b"")]
    hook.send(kind)
    (got,) = hook.got
    assert got["path"] == f"/services/{SECRET}/x"
    assert got["type"] == "application/json; charset=utf-8"
    assert got["body"] == (body(letter(), PAGE) if body else as_json(letter()))


def test_what_was_turned_away_at_the_door_is_tried_again_as_long_as_it_was_asked_to_wait(hook: Hook) -> None:
    hook.answers = [(429, {"Retry-After": "7"}, b""), (503, {"Retry-After": "2"}, b""), OK]
    hook.send()
    assert len(hook.got) == 3
    assert [round(seconds) >= least for seconds, least in zip(hook.slept, (7, 2), strict=False)] == [True, True]


def test_one_who_asks_for_too_much_patience_is_left_to_the_next_run(hook: Hook) -> None:
    hook.answers = [(429, {"Retry-After": "3600"}, b"")]
    with pytest.raises(NotSent, match="asks us to wait") as error:
        hook.send()
    assert not isinstance(error.value, Lost)
    assert len(hook.got) == 1


@pytest.mark.parametrize("answer", ["drop", (500, {}, b""), (502, {}, b"<html>bad gateway"), (504, {}, b"")])
def test_what_may_have_arrived_is_never_sent_again(hook: Hook, answer: Answer | str) -> None:
    hook.answers = [answer, OK]
    with pytest.raises(Lost, match="may have arrived"):
        hook.send()
    assert len(hook.got) == 1


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            (404, {}, b"no_service"),
            r"knows no such webhook \(404 no_service\); make a new one and set CROSSTIE_DIGESTS",
        ),
        ((410, {}, b"channel_is_archived"), r"\(410 channel_is_archived\)"),
        ((403, {}, b"action_prohibited"), r"does not take the message \(403 action_prohibited\)"),
        ((400, {}, b"invalid_blocks"), r"\(400 invalid_blocks\)"),
        ((401, {}, f"Bearer {SECRET}".encode()), r"does not take the message \(401\)"),
        ((302, {"Location": f"https://evil.example/{SECRET}"}, b""), r"does not take the message \(302\)"),
        ((200, {}, b"x" * 9000), "Slack"),
    ],
)
def test_a_refusal_is_said_in_plain_words(hook: Hook, answer: Answer, said: str) -> None:
    hook.answers = [answer]
    with pytest.raises(NotSent, match=said) as error:
        hook.send()
    assert SECRET not in "".join(traceback.format_exception(error.value))


def test_a_server_that_is_not_there_is_tried_a_few_times(hook: Hook) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        hook.port = taken.getsockname()[1]
        with pytest.raises(NotSent, match="cannot be reached") as error:
            hook.send()
    assert not isinstance(error.value, Lost)
    assert len(hook.slept) == 3


def test_the_url_is_in_no_log_no_error_and_no_repr(hook: Hook, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    hook.answers = [OK, "drop", (404, {}, b"")]
    hook.send()
    said = [repr(hook.destination()), str(hook.destination()), hook.destination().where]
    for _ in range(2):
        with pytest.raises(NotSent) as error:
            hook.send()
        said += [*traceback.format_exception(error.value), repr(error.value)]
    assert SECRET not in "\n".join([*said, caplog.text])
    assert not logging.getLogger("urllib3.connectionpool").disabled
