"""The transport to GitHub: one request a call, redirects with their query, and limits in all their disguises."""

import json
from collections.abc import Iterator

import pytest
import requests
import responses

from connectors.base import Denied, Refused, Stop, TrackerSettings, TryLater
from connectors.github.client import Client, TooSlow, next_link
from connectors.github.limits import limited
from connectors.http import Call, Moved, Raw
from connectors.limits import Clock, Limits

API = "https://api.github.com:443"
"""PyGithub puts the port into every URL."""
NOW = 1_790_000_000.0


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def client() -> Client:
    settings = TrackerSettings(name="github", kind="github", url="https://api.github.com", scopes=(), token="s3cret")
    return Client(settings, "s3cret", limits=Limits(attempts=2), clock=Clock(now=lambda: NOW, sleep=lambda _: None))


def test_a_redirect_keeps_the_query(mock: responses.RequestsMock, client: Client) -> None:
    moved = {"Location": f"{API}/repositories/5/issues"}
    mock.get(f"{API}/repos/acme/old/issues", status=301, headers=moved, json={})
    query = responses.matchers.query_param_matcher({"state": "all", "per_page": "100"})
    mock.get(f"{API}/repositories/5/issues", json=[{"number": 1}], match=[query])
    assert list(client.rows("/repos/acme/old/issues", {"state": "all"})) == [[{"number": 1}]]
    assert client.gate.traffic.requests == 2


def test_a_redirect_elsewhere_does_not_get_the_token(mock: responses.RequestsMock, client: Client) -> None:
    mock.get(f"{API}/user", status=302, headers={"Location": "https://evil.example/user"}, json={})
    with pytest.raises(Moved):
        client.get("/user")


def test_redirects_in_a_circle_end(mock: responses.RequestsMock, client: Client) -> None:
    mock.get(f"{API}/user", status=301, headers={"Location": f"{API}/user"}, json={})
    with pytest.raises(Refused, match="redirected"):
        client.get("/user")


def test_the_next_page_is_followed_as_it_stands(mock: responses.RequestsMock, client: Client) -> None:
    following = f'<{API}/repositories/5/issues?after=Y3Vyc29y%3D%3D&per_page=100>; rel="next"'
    mock.get(f"{API}/repos/acme/web/issues", headers={"Link": following}, json=[{"number": 1}])
    query = responses.matchers.query_param_matcher({"after": "Y3Vyc29y==", "per_page": "100"})
    mock.get(f"{API}/repositories/5/issues", json=[{"number": 2}], match=[query])
    assert list(client.rows("/repos/acme/web/issues")) == [[{"number": 1}], [{"number": 2}]]


def test_the_request_says_who_we_are(mock: responses.RequestsMock, client: Client) -> None:
    mock.get(f"{API}/user", json={})
    client.get("/user")
    headers = mock.calls[0].request.headers
    assert headers["Authorization"] == "token s3cret"
    assert headers["User-Agent"] == "crosstie"
    assert headers["X-GitHub-Api-Version"] == "2022-11-28"


def test_a_202_is_no_reason_to_sleep(mock: responses.RequestsMock, client: Client) -> None:
    mock.get(f"{API}/user", status=202, json={})
    assert client.get("/user").status == 202
    assert len(mock.calls) == 1


def test_a_write_is_sent_once(mock: responses.RequestsMock, client: Client) -> None:
    mock.post(f"{API}/repos/acme/web/issues/1/comments", body=requests.ReadTimeout("s3cret"))
    with pytest.raises(TryLater) as caught:
        client.write("POST", "/repos/acme/web/issues/1/comments", {"body": "x"})
    assert caught.value.sent
    assert len(mock.calls) == 1
    assert "s3cret" not in str(caught.value)


def test_data_beside_errors_is_used(mock: responses.RequestsMock, client: Client) -> None:
    problem = {"type": "NOT_FOUND", "path": ["r1"], "message": "Could not resolve"}
    mock.post(f"{API}/graphql", json={"data": {"r0": {"id": "R"}, "r1": None}, "errors": [problem]})
    reply = client.graphql("query { x }", {})
    assert reply.data["r0"] == {"id": "R"}
    assert [(p.type, p.path) for p in reply.problems] == [("NOT_FOUND", ("r1",))]


def test_errors_without_data_are_a_refusal(mock: responses.RequestsMock, client: Client) -> None:
    mock.post(f"{API}/graphql", json={"errors": [{"message": "Field 'blockedBy' doesn't exist on type 'Issue'"}]})
    with pytest.raises(Refused, match="blockedBy"):
        client.graphql("query { x }", {})


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 502, "body": "<html>Unicorn!</html>", "content_type": "text/html"},
        {"status": 504, "json": {"message": "timed out"}},
        {"json": {"data": {"x": 1}, "errors": [{"type": "RESOURCE_LIMITS_EXCEEDED", "message": "too much"}]}},
        {
            "json": {
                "data": None,
                "errors": [{"message": "Something went wrong while executing your query. Include ABC"}],
            }
        },
    ],
)
def test_a_query_too_big_says_so_when_it_can_be_halved(
    mock: responses.RequestsMock, client: Client, answer: dict[str, object]
) -> None:
    mock.post(f"{API}/graphql", **answer)
    with pytest.raises(TooSlow):
        client.graphql("query { x }", {}, divisible=True)
    with pytest.raises(TryLater):
        client.graphql("query { x }", {})


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [
        (Raw(status=200, headers={}, body=b'{"data": {"body": "RATE_LIMITED"}}'), None),
        (Raw(status=200, headers={}, body=b'{"data": {"body": "\\"RATE_LIMITED\\""}}'), None),
        (Raw(status=200, headers={}, body=b'{"errors": [{"type": "RATE_LIMITED"}]}'), 60),
        (Raw(status=200, headers={}, body=b'{"errors": [{"type": "RATE_LIMIT"}], "data": null}'), 60),
        (
            Raw(
                status=200,
                headers={"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(NOW + 90)},
                body=b'{"errors": [{"type": "RATE_LIMITED"}]}',
            ),
            90,
        ),
        (Raw(status=403, headers={"retry-after": "7"}, body=b"{}"), 7),
        (Raw(status=403, headers={}, body=b'{"message": "You have exceeded a secondary rate limit."}'), 60),
        (Raw(status=403, headers={}, body=b'{"message": "Resource not accessible"}'), None),
        (Raw(status=429, headers={}, body=b""), 60),
        (Raw(status=404, headers={}, body=b"rate limit"), None),
    ],
)
def test_limits(raw: Raw, seconds: float | None) -> None:
    hold = limited(Call(method="GET", path="/user"), raw, NOW)
    assert (hold.seconds if hold else None) == seconds


def test_an_ordinary_403_is_denied(mock: responses.RequestsMock, client: Client) -> None:
    mock.get(f"{API}/user", status=403, body=json.dumps({"message": "Resource not accessible by integration"}))
    with pytest.raises(Denied):
        client.get("/user")


def test_no_token_is_said_at_once() -> None:
    settings = TrackerSettings(name="github", kind="github", url="https://api.github.com", scopes=(), token="")
    with pytest.raises(Stop, match="no token"):
        Client(settings, "")


def test_link_headers() -> None:
    assert next_link('<https://x/a?page=1>; rel="prev", <https://x/a?page=3>; rel="next"') == "https://x/a?page=3"
    assert next_link('<https://x/a?page=1>; rel="prev"') == ""
    assert next_link("") == ""
