"""Every way in which GitHub limits us: waited for as long as it says, and only by what it concerns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import responses

from connectors.base import Denied, TrackerSettings, TryLater
from connectors.github.client import Client
from connectors.limits import CUSHION, Clock, Limits

API = "https://api.github.com:443"
NOW = 1_790_000_000.0
RESET = str(int(NOW + 90))
SECONDARY = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
PRIMARY = {"message": "API rate limit exceeded for user ID 1."}
ANSWERS = {"core": [], "graphql": {"data": {"x": 1}}}


@dataclass
class Time:
    """A clock that only sleeping moves."""

    at: float = NOW
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.at += seconds


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def client(time: Time, told: list[str]) -> Client:
    """Asks a second time."""
    return open_client(time, told, attempts=2)


@pytest.fixture
def impatient(time: Time) -> Client:
    """Does not wait for what it has just been refused."""
    return open_client(time, [], attempts=1)


def open_client(time: Time, told: list[str], *, attempts: int) -> Client:
    settings = TrackerSettings(name="github", kind="github", url="https://api.github.com", scopes=(), token="s3cret")
    clock = Clock(now=lambda: time.at, sleep=time.sleep)
    return Client(settings, "s3cret", limits=Limits(attempts=attempts), clock=clock, tell=told.append)


ASK: dict[str, Callable[[Client], object]] = {
    "core": lambda client: client.get("/user"),
    "graphql": lambda client: client.graphql("query { x }", {}),
}


def answer(mock: responses.RequestsMock, kind: str, **said: Any) -> None:
    """Answers the next call of a kind; then all is well again."""
    method, path = ("GET", "/user") if kind == "core" else ("POST", "/graphql")
    for answer in (said, {"json": ANSWERS[kind]}):
        mock.add(method, f"{API}{path}", **answer)


def used_up(resource: str) -> dict[str, str]:
    return {"x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET, "x-ratelimit-resource": resource}


LIMITED = {"errors": [{"type": "RATE_LIMITED", "message": "API rate limit exceeded"}]}
SLOW_DOWN = {"errors": [{"message": SECONDARY["message"]}], "data": None}

PARTLY: list[tuple[str, dict[str, Any], float]] = [
    ("core", {"status": 403, "json": PRIMARY, "headers": used_up("core")}, 90),
    ("core", {"status": 429, "json": PRIMARY, "headers": used_up("core")}, 90),
    ("core", {"status": 403, "json": PRIMARY, "headers": {**used_up(""), "date": "x"}}, 90),
    ("graphql", {"json": LIMITED, "headers": used_up("graphql")}, 90),
    ("graphql", {"json": {**LIMITED, "data": None}}, 60),
    ("graphql", {"status": 403, "json": PRIMARY, "headers": used_up("graphql")}, 90),
]
"""A primary limit: whom it concerns, how it is said, seconds asked for."""
WHOLLY: list[tuple[str, dict[str, Any], float]] = [
    ("core", {"status": 403, "json": SECONDARY, "headers": {"retry-after": "7"}}, 7),
    ("core", {"status": 429, "json": SECONDARY, "headers": {"retry-after": "7", **used_up("core")}}, 7),
    ("core", {"status": 403, "json": SECONDARY}, 60),
    ("core", {"status": 429, "body": ""}, 60),
    ("core", {"status": 403, "json": SECONDARY, "headers": {"x-ratelimit-remaining": "4000"}}, 60),
    ("graphql", {"json": SLOW_DOWN, "headers": {"retry-after": "7"}}, 7),
    ("graphql", {"json": SLOW_DOWN}, 60),
    ("graphql", {"status": 403, "json": SECONDARY, "headers": {"retry-after": "7"}}, 7),
]
"""A secondary limit, which is of all that the account does."""


@pytest.mark.parametrize(("kind", "said", "seconds"), [*PARTLY, *WHOLLY])
def test_the_wait_is_what_was_asked_for(
    mock: responses.RequestsMock, client: Client, time: Time, told: list[str], kind: str, said: Any, seconds: float
) -> None:
    answer(mock, kind, **said)
    ASK[kind](client)
    assert time.slept == [seconds + CUSHION]
    assert len(told) == 1
    assert "github: waiting" in told[0]
    assert client.gate.traffic.retries == 1


@pytest.mark.parametrize(("kind", "said", "seconds"), PARTLY)
def test_a_primary_limit_holds_back_its_own_kind_only(
    mock: responses.RequestsMock, impatient: Client, time: Time, kind: str, said: Any, seconds: float
) -> None:
    other = "graphql" if kind == "core" else "core"
    hold_back(mock, impatient, kind, said)
    answer(mock, other, json=ANSWERS[other])
    ASK[other](impatient.twin())
    assert time.slept == []
    ASK[kind](impatient.twin())
    assert time.slept in ([seconds], [seconds + CUSHION])


@pytest.mark.parametrize(("kind", "said", "seconds"), WHOLLY)
def test_a_secondary_limit_holds_back_everything(
    mock: responses.RequestsMock, impatient: Client, time: Time, kind: str, said: Any, seconds: float
) -> None:
    other = "graphql" if kind == "core" else "core"
    hold_back(mock, impatient, kind, said)
    answer(mock, other, json=ANSWERS[other])
    ASK[other](impatient.twin())
    assert time.slept in ([seconds], [seconds + CUSHION])


def hold_back(mock: responses.RequestsMock, client: Client, kind: str, said: Any) -> None:
    answer(mock, kind, **said)
    with pytest.raises(TryLater):
        ASK[kind](client)


def test_the_last_of_an_allowance_holds_back_what_draws_on_it(
    mock: responses.RequestsMock, client: Client, time: Time
) -> None:
    answer(mock, "core", json=[], headers=used_up("core"))
    answer(mock, "graphql", json=ANSWERS["graphql"])
    mock.get(f"{API}/rate_limit", json={})
    for _ in range(2):
        ASK["graphql"](client)
    ASK["core"](client)
    ASK["graphql"](client)
    client.get("/rate_limit")
    assert time.slept == [], "it is free to ask what is left"
    ASK["core"](client)
    assert time.slept == [90 + CUSHION]


def test_what_is_no_limit_waits_for_nothing(mock: responses.RequestsMock, client: Client, time: Time) -> None:
    mock.get(f"{API}/user", status=403, json={"message": "Resource not accessible by integration"})
    with pytest.raises(Denied):
        client.get("/user")
    page = {"data": {"issues": [{"body": 'says "RATE_LIMITED", and: secondary rate limit'}]}}
    mock.post(f"{API}/graphql", json=page)
    assert client.graphql("query { x }", {}).data == page["data"]
    assert time.slept == []


def test_a_wait_that_is_too_long_is_left_to_the_next_run(
    mock: responses.RequestsMock, client: Client, time: Time
) -> None:
    headers = {**used_up("core"), "x-ratelimit-reset": str(int(NOW + 3000))}
    mock.get(f"{API}/user", status=403, json=PRIMARY, headers=headers)
    for _ in range(2):
        with pytest.raises(TryLater, match=r"3000 s.*its hourly limit of REST is used up") as caught:
            client.get("/user")
        assert caught.value.after is not None
        assert caught.value.after >= 3000
    assert client.gate.traffic.requests == 1, "known without asking again"
    assert time.slept == []
