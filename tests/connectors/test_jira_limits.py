"""What Jira limits holds back that part and no other."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
import responses

from connectors.base import Address, TrackerSettings, TryLater
from connectors.http import Call
from connectors.jira import JiraConnector
from connectors.jira.client import JiraClient
from connectors.jira.limits import concerns
from connectors.limits import Clock, Limits

SITE = "https://acme.atlassian.net"
API = f"{SITE}/rest/api/3"


@dataclass
class Slept:
    """A clock on which sleeping is all that takes time."""

    now: float = 1_795_000_000.0
    naps: list[float] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.naps.append(seconds)

    def take(self) -> float:
        """Seconds slept since the last time."""
        total, self.naps = sum(self.naps), []
        return total


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        mock.assert_all_requests_are_fired = False
        mock.get(f"{SITE}/rest/api/2/serverInfo", json={"baseUrl": SITE, "deploymentType": "Cloud"})
        for path in ("field", "myself", "issue/1", "issue/2"):
            mock.get(f"{API}/{path}", json={})
        mock.put(f"{API}/issue/1", status=204)
        mock.put(f"{API}/issue/2", status=204)
        mock.put(f"{API}/issue/1/comment/7", json={})
        yield mock


@pytest.fixture
def slept() -> Slept:
    return Slept()


@pytest.fixture
def client(mock: responses.RequestsMock, slept: Slept) -> JiraClient:
    settings = TrackerSettings(name="jira", kind="jira", url=SITE, user="bot@acme.example", scopes=(), token="t0ken")
    clock = Clock(now=lambda: slept.now, sleep=slept.sleep)
    client = JiraClient(settings, "t0ken", limits=Limits(attempts=1), clock=clock, tell=slept.told.append)
    client.server_info()
    return client


def refuse(mock: responses.RequestsMock, method: str, path: str, **headers: str) -> None:
    mock.replace(
        method, f"{API}/{path}", status=429, json={}, headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


def fail(client: JiraClient, method: str, path: str) -> None:
    call = Call(method=method, path=path)
    with pytest.raises(TryLater):
        client.gate.read(call) if method == "GET" else client.gate.write(call)


@pytest.mark.parametrize("reason", ["jira-quota-global-based", "jira-quota-tenant-based", "jira-cost-based", ""])
def test_a_quota_holds_back_everything(
    mock: responses.RequestsMock, client: JiraClient, slept: Slept, reason: str
) -> None:
    refuse(mock, "GET", "issue/1", Retry_After="40", RateLimit_Reason=reason, X_RateLimit_Remaining="0")
    fail(client, "GET", "issue/1")
    assert slept.take() == 0
    client.get("field")
    assert slept.take() >= 40
    assert "waiting 40 s" in slept.told[-1]
    assert "jira: " in slept.told[-1]


def test_a_burst_holds_back_its_endpoint_only(mock: responses.RequestsMock, client: JiraClient, slept: Slept) -> None:
    refuse(mock, "GET", "issue/1", Retry_After="40", RateLimit_Reason="jira-burst-based", X_RateLimit_Remaining="0")
    fail(client, "GET", "issue/1")
    client.get("field")
    client.gate.write(Call(method="PUT", path="issue/1"))
    assert slept.take() == 0
    client.get("issue/2")
    assert slept.take() >= 40
    assert "GET issue/*" in slept.told[-1]


def test_writes_to_one_issue_hold_back_writes_to_that_issue_only(
    mock: responses.RequestsMock, client: JiraClient, slept: Slept
) -> None:
    refuse(mock, "PUT", "issue/1", Retry_After="2", RateLimit_Reason="jira-per-issue-on-write")
    fail(client, "PUT", "issue/1")
    client.get("issue/1")
    client.gate.write(Call(method="PUT", path="issue/2"))
    assert slept.take() == 0
    client.gate.write(Call(method="PUT", path="issue/1/comment/7"))
    assert slept.take() >= 2
    assert "issue 1" in slept.told[-1]


def test_a_hold_is_shared_with_connections_beside_it(
    mock: responses.RequestsMock, client: JiraClient, slept: Slept
) -> None:
    twin = client.twin()
    refuse(mock, "GET", "issue/1", Retry_After="5", RateLimit_Reason="jira-quota-tenant-based")
    fail(twin, "GET", "issue/1")
    client.get("field")
    assert slept.take() >= 5
    assert client.gate.traffic == twin.gate.traffic
    assert client.gate.traffic.requests == 3


def test_an_empty_bucket_of_data_center_is_left_to_fill(
    mock: responses.RequestsMock, client: JiraClient, slept: Slept
) -> None:
    """https://confluence.atlassian.com/adminjiraserver/adjusting-your-code-for-rate-limiting-987143384.html"""
    bucket = {"X-RateLimit-Limit": "10", "X-RateLimit-FillRate": "2", "X-RateLimit-Interval-Seconds": "3"}
    mock.replace("GET", f"{API}/issue/1", json={}, headers={**bucket, "X-RateLimit-Remaining": "0"})
    client.get("issue/1")
    client.get("field")
    assert slept.take() >= 3
    mock.replace("GET", f"{API}/issue/1", status=429, json={}, headers={**bucket, "X-RateLimit-Remaining": "0"})
    fail(client, "GET", "issue/1")
    client.get("field")
    assert slept.take() >= 3
    headers = {**bucket, "X-RateLimit-Remaining": "0", "Retry-After": "9"}
    mock.replace("GET", f"{API}/issue/1", status=429, json={}, headers=headers)
    fail(client, "GET", "issue/1")
    client.get("field")
    assert slept.take() >= 9


def test_a_wait_beyond_what_a_call_may_cost_is_put_off(
    mock: responses.RequestsMock, client: JiraClient, slept: Slept
) -> None:
    refuse(mock, "GET", "issue/1", Retry_After="1847", RateLimit_Reason="jira-quota-global-based")
    fail(client, "GET", "issue/1")
    with pytest.raises(TryLater, match="1847 s more") as caught:
        client.get("field")
    assert caught.value.after is not None
    assert slept.take() == 0


@pytest.mark.parametrize(
    ("call", "parts"),
    [
        (Call(method="GET", path="issue/10001/comment"), ("GET issue/*/comment",)),
        (Call(method="PUT", path="issue/10001/comment/77"), ("PUT issue/*/comment/*", "issue 10001")),
        (Call(method="POST", path="search/jql"), ("POST search/jql",)),
        (Call(method="GET", path="project/PAY/versions"), ("GET project/*/versions",)),
        (Call(method="GET", path="/rest/agile/1.0/board/7/sprint"), ("GET /rest/agile/*/board/*/sprint",)),
        (
            Call(method="POST", path="issueLink", body={"inwardIssue": {"id": "1"}, "outwardIssue": {"id": "2"}}),
            ("POST issueLink", "issue 2", "issue 1"),
        ),
    ],
)
def test_what_a_call_concerns(call: Call, parts: tuple[str, ...]) -> None:
    assert concerns(call) == parts


def test_who_listens_to_the_connector_hears_of_waits(mock: responses.RequestsMock, slept: Slept) -> None:
    settings = TrackerSettings(name="jira", kind="jira", url=SITE, scopes=(), token="t0ken", write_token="wr1te")
    clock = Clock(now=lambda: slept.now, sleep=slept.sleep)
    connector = JiraConnector(settings, limits=Limits(attempts=2), clock=clock)
    connector.tell = slept.told.append
    limited = {"Retry-After": "7", "RateLimit-Reason": "jira-quota-tenant-based"}
    mock.upsert("GET", f"{API}/myself", status=429, json={}, headers=limited)
    with pytest.raises(TryLater):
        connector.account()
    assert len(slept.told) == 1
    assert slept.told[0].startswith("jira: waiting 8 s, until ")
    mock.replace("PUT", f"{API}/issue/1", status=429, json={}, headers=limited)
    with pytest.raises(TryLater):
        connector.ensure_labels(Address(native_id="1", key="PAY-1"), add=["x"], remove=[])
    assert len(slept.told) == 2, "the token that writes has waits of its own"
