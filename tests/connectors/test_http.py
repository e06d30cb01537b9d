"""The gate: what is tried again, what is sent once, what each answer means, and how long we wait."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import requests
import urllib3

from connectors.base import ConnectorError, Denied, Gone, Refused, Stop, TryLater
from connectors.http import Call, Gate, Moved, Raw, TooLarge, decode, sum_of
from connectors.limits import CUSHION, Clock, Limits, told_to_wait

READ = Call(method="GET", path="issue/1", params={"token": "in-the-query"})
WRITE = Call(method="POST", path="issue/1/comment", body={"body": "a secret plan"})
START = 1_800_000_000.0

Step = Raw | Exception


def answer(status: int = 200, body: object = None, **headers: str) -> Raw:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, bytes) else json.dumps({"ok": True} if body is None else body).encode()
    return Raw(status=status, headers={"content-type": "application/json", **named}, body=text)


@dataclass
class Wire:
    """A transport that plays ``steps`` and a clock that moves only when somebody sleeps."""

    steps: list[Step]
    limits: Limits = field(default_factory=Limits)
    now: float = START
    slept: list[float] = field(default_factory=list)
    sent: list[Call] = field(default_factory=list)

    def send(self, call: Call) -> Raw:
        self.sent.append(call)
        step = self.steps.pop(0)
        if isinstance(step, Exception):
            raise step
        return step

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def gate(self) -> Gate:
        return Gate("jira", self.send, limits=self.limits, clock=Clock(now=lambda: self.now, sleep=self.sleep))


def unreachable() -> requests.ConnectionError:
    pool = urllib3.HTTPConnectionPool("jira.example")
    refused = urllib3.exceptions.NewConnectionError(urllib3.connection.HTTPConnection("jira.example"), "refused")
    return requests.ConnectionError(urllib3.exceptions.MaxRetryError(pool, "/", refused))


PASSING: dict[str, Callable[[], Step]] = {
    "429 without a word": lambda: answer(429),
    "429 with seconds": lambda: answer(429, retry_after="7"),
    "500": lambda: answer(500),
    "502 as a web page": lambda: answer(502, b"<html>", content_type="text/html"),
    "503": lambda: answer(503),
    "504": lambda: answer(504),
    "connection broken": lambda: requests.ConnectionError("reset"),
    "no connection": unreachable,
    "timeout": lambda: requests.ReadTimeout("slow"),
    "cut short": lambda: requests.exceptions.ChunkedEncodingError("cut"),
    "web page with 200": lambda: answer(200, b"<html>log in</html>", content_type="text/html"),
    "half a document": lambda: answer(200, b'{"issues": [{"id"'),
    "nothing": lambda: answer(200, b""),
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
def test_a_read_is_tried_again(trouble: Callable[[], Step]) -> None:
    wire = Wire([trouble(), trouble(), answer()])
    assert wire.gate().read(READ).data == {"ok": True}
    assert len(wire.sent) == 3
    assert all(seconds > 0 for seconds in wire.slept)


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING.keys())
def test_a_read_gives_up_within_its_budget(trouble: Callable[[], Step]) -> None:
    wire = Wire([trouble() for _ in range(9)], limits=Limits(attempts=4))
    with pytest.raises(TryLater) as caught:
        wire.gate().read(READ)
    assert len(wire.sent) == 4
    assert not caught.value.sent
    assert str(caught.value).startswith("jira: GET issue/1 ")
    assert "in-the-query" not in str(caught.value)


MAYBE_CARRIED_OUT = {
    "500",
    "502 as a web page",
    "503",
    "504",
    "connection broken",
    "timeout",
    "cut short",
    "web page with 200",
    "half a document",
    "nothing",
}


@pytest.mark.parametrize("name", PASSING)
def test_a_write_is_sent_again_only_when_it_was_not_carried_out(name: str) -> None:
    wire = Wire([PASSING[name](), answer(201)])
    gate = wire.gate()
    if name in MAYBE_CARRIED_OUT:
        with pytest.raises(TryLater) as caught:
            gate.write(WRITE)
        assert caught.value.sent
        assert len(wire.sent) == 1
        assert "secret plan" not in str(caught.value)
    else:
        assert gate.write(WRITE).status == 201
        assert len(wire.sent) == 2


def test_a_write_turned_away_with_503_and_a_wait_is_sent_again() -> None:
    wire = Wire([answer(503, retry_after="3"), answer(204, b"")])
    assert wire.gate().write(WRITE).data is None
    assert sum(wire.slept) >= 3


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "40"}, 40),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "Fri, 15 Jan 2027 08:00:30 GMT"}, 30),
        # Our clock is an hour wrong: the server's own date counts.
        ({"retry-after": "Fri, 15 Jan 2027 09:00:30 GMT", "date": "Fri, 15 Jan 2027 09:00:00 GMT"}, 30),
        ({"retry-after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0),
        ({"retry-after": "soon"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1800000060"}, 60),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "2027-01-15T08:01:00Z"}, 60),
        ({"x-ratelimit-remaining": "12", "x-ratelimit-reset": "1800000060"}, None),
        ({"x-ratelimit-remaining": "0"}, None),
        ({}, None),
    ],
)
def test_what_we_are_told_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert told_to_wait(headers, START) == seconds


@pytest.mark.parametrize("after", ["40", "Fri, 15 Jan 2027 08:00:40 GMT"])
def test_never_asks_again_earlier_than_told(after: str) -> None:
    wire = Wire([answer(429, retry_after=after), answer()])
    wire.gate().read(READ)
    assert 40 <= sum(wire.slept) <= 40 + 2 * CUSHION


def test_a_wait_beyond_the_budget_is_said_and_holds_the_next_call_back() -> None:
    wire = Wire([answer(429, retry_after="1847")])
    gate = wire.gate()
    with pytest.raises(TryLater) as caught:
        gate.read(READ)
    assert caught.value.after == 1847
    with pytest.raises(TryLater) as again:
        gate.write(WRITE)
    assert not again.value.sent
    assert len(wire.sent) == 1, "the second call must not go out while we were asked to wait"
    assert wire.slept == []


def test_an_empty_quota_holds_the_next_call_back() -> None:
    wire = Wire([answer(x_ratelimit_remaining="0", x_ratelimit_reset=str(START + 20)), answer()])
    gate = wire.gate()
    gate.read(READ)
    gate.read(READ)
    assert 20 <= sum(wire.slept) <= 21
    assert gate.traffic.remaining == 0


def test_403_with_an_empty_quota_is_a_limit_and_without_one_a_refusal() -> None:
    wire = Wire([answer(403, x_ratelimit_remaining="0", x_ratelimit_reset=str(START + 9)), answer(), answer(403)])
    gate = wire.gate()
    gate.read(READ)
    with pytest.raises(Denied):
        gate.read(READ)


def test_writes_keep_their_distance() -> None:
    wire = Wire([answer(), answer(), answer()], limits=Limits(write_spacing=1.0))
    gate = wire.gate()
    gate.write(WRITE)
    gate.read(READ)
    assert wire.slept == []
    gate.write(WRITE)
    assert sum(wire.slept) == 1.0


@pytest.mark.parametrize(
    ("status", "family"),
    [
        (400, Refused),
        (401, Stop),
        (403, Denied),
        (404, Gone),
        (410, Gone),
        (301, Moved),
        (302, Moved),
        (409, Refused),
        (413, Refused),
        (422, Refused),
    ],
)
@pytest.mark.parametrize("write", [False, True])
def test_a_definite_answer_is_not_asked_twice(status: int, family: type[ConnectorError], write: bool) -> None:
    wire = Wire([answer(status, {"errorMessages": ["private words"]}, location="https://elsewhere.example/x?a=1")])
    gate = wire.gate()
    with pytest.raises(family) as caught:
        gate.write(WRITE) if write else gate.read(READ)
    assert type(caught.value) is family
    assert len(wire.sent) == 1
    assert str(status) in str(caught.value)
    assert "private words" not in str(caught.value)


def test_an_accepted_refusal_is_handed_back() -> None:
    wire = Wire([answer(400, {"errorMessages": ["no such project"]}), answer(304, b"")])
    gate = wire.gate()
    refused = gate.read(Call(method="POST", path="search/jql", accept=frozenset({400})))
    assert (refused.status, refused.data["errorMessages"]) == (400, ["no such project"])
    assert gate.read(Call(method="GET", path="issues", accept=frozenset({304}))).data is None


def test_an_untrusted_certificate_stops_at_once() -> None:
    import ssl

    wrong = urllib3.exceptions.SSLError(ssl.SSLCertVerificationError("self-signed"))
    error = urllib3.exceptions.MaxRetryError(urllib3.HTTPConnectionPool("jira.example"), "/", wrong)
    wire = Wire([requests.exceptions.SSLError(error)])
    with pytest.raises(Stop, match="certificate"):
        wire.gate().read(READ)


def test_a_body_over_the_limit_is_refused() -> None:
    wire = Wire([answer(200, b'"' + b"x" * 2000 + b'"'), TooLarge()], limits=Limits(max_bytes=1000))
    gate = wire.gate()
    for _ in range(2):
        with pytest.raises(Refused, match="1,000 bytes"):
            gate.read(READ)


def test_traffic_counts_what_went_over_the_wire() -> None:
    wire = Wire([answer(503), answer(body=[1]), answer(201)])
    gate = wire.gate()
    gate.read(READ)
    gate.write(WRITE)
    traffic = gate.traffic
    assert (traffic.requests, traffic.writes, traffic.retries) == (3, 1, 1)
    assert traffic.bytes_read == len(b'{"ok": true}') * 2 + len(b"[1]")
    assert traffic.waited == sum(wire.slept) > 0
    assert sum_of([gate, Wire([]).gate()]) == traffic


def test_json_with_half_a_surrogate_pair_can_be_kept() -> None:
    assert decode(rb'{"summary": "half \ud83d of it", "n": [1, {"a": "\ud83d\ude00"}]}') == {
        "summary": "half \ufffd of it",
        "n": [1, {"a": "\N{GRINNING FACE}"}],
    }


def test_json_nested_too_deep_is_an_error_and_no_crash() -> None:
    with pytest.raises(ValueError, match="deep"):
        decode(b"[" * 100_000 + b"]" * 100_000)
