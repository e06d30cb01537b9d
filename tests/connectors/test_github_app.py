"""Acting as a GitHub App's installation: whose token it is, how long it lasts, and what is said when there is none."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import jwt
import pytest
import requests
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.base import Address, Denied, Stop, TrackerSettings, TryLater
from connectors.github import GithubConnector
from connectors.limits import Clock, Limits

API = "https://api.github.com:443"
NOW = 1_790_000_000.0
HOUR = 3600.0
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
PEM = KEY.private_bytes(
    serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
).decode()
TOKENS = f"{API}/app/installations/77/access_tokens"
VIEWER = {
    "data": {
        "viewer": {"login": "crosstie[bot]", "databaseId": 5, "url": "https://github.com/apps/crosstie"},
        "Issue": {"fields": [{"name": "blockedBy"}]},
    }
}


@dataclass
class Time:
    at: float = NOW

    def sleep(self, seconds: float) -> None:
        self.at += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def mock(time: Time) -> Iterator[responses.RequestsMock]:
    """A GitHub that gives out tokens t1, t2, ... for an hour, and takes only the newest."""
    given: list[str] = []

    def give(request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        kind, _, signed = str(request.headers["Authorization"]).partition(" ")
        claims = jwt.decode(
            signed, KEY.public_key(), algorithms=["RS256"], options={"verify_exp": False, "verify_iat": False}
        )
        assert (kind, claims["iss"]) == ("Bearer", "4711")
        assert claims["iat"] < time.at < claims["exp"] <= claims["iat"] + 600
        given.append(f"t{len(given) + 1}")
        there = time.at + 500  # the server's clock is ahead of ours
        until = datetime.fromtimestamp(there + HOUR, UTC)
        data = {
            "token": given[-1],
            "expires_at": until.isoformat().replace("+00:00", "Z"),
            "permissions": {"issues": "write"},
        }
        return 201, {"Date": format_datetime(datetime.fromtimestamp(there, UTC))}, json.dumps(data)

    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(f"{API}/orgs/acme/installation", json={"id": 77, "account": {"login": "acme"}})
        mock.add_callback("POST", TOKENS, give)
        mock.post(f"{API}/graphql", json=VIEWER)
        yield mock


def connector(time: Time, *scopes: str, **more: Any) -> GithubConnector:
    settings = TrackerSettings(
        name="github",
        kind="github",
        url="https://api.github.com",
        scopes=scopes or ("acme/web", "Acme/api-*"),
        token="",
        **{"app_id": "4711", "private_key": PEM, **more},
    )
    return GithubConnector(settings, limits=Limits(attempts=2), clock=Clock(now=lambda: time.at, sleep=time.sleep))


def sent(mock: responses.RequestsMock) -> list[tuple[str, str, str]]:
    """(method, path, token) of every request; JWTs are not shown."""
    return [
        (
            str(call.request.method),
            str(call.request.path_url),
            str(call.request.headers["Authorization"]).removeprefix("token ")[:6].strip(),
        )
        for call in mock.calls
    ]


def test_the_installation_is_found_by_the_owner_and_asked_for_one_token(
    mock: responses.RequestsMock, time: Time
) -> None:
    github = connector(time)
    account = github.account()
    assert (account.person.id, account.person.bot, account.site) == ("crosstie[bot]", True, "https://github.com")
    github.account()
    assert sent(mock) == [
        ("GET", "/orgs/acme/installation", "Bearer"),
        ("POST", "/app/installations/77/access_tokens", "Bearer"),
        ("POST", "/graphql", "t1"),
    ]
    assert github.traffic.requests == 3
    assert github.traffic.writes == 0


def test_a_person_may_have_installed_it(mock: responses.RequestsMock, time: Time) -> None:
    mock.get(f"{API}/orgs/mira/installation", status=404, json={})
    mock.get(f"{API}/users/mira/installation", json={"id": 77})
    assert connector(time, "mira/web").account().person.id == "crosstie[bot]"


def test_a_number_in_the_config_spares_the_search(mock: responses.RequestsMock, time: Time) -> None:
    connector(time, "acme/web", "partner/portal", installation_id="77").account()
    assert [path for _, path, _ in sent(mock)] == ["/app/installations/77/access_tokens", "/graphql"]


def test_several_owners_are_several_trackers(mock: responses.RequestsMock, time: Time) -> None:
    github = connector(time, "acme/web", "partner/portal")
    with pytest.raises(Stop, match=r"acme, partner: make it one tracker for each.*installation_id"):
        github.account()
    assert len(mock.calls) == 0


def test_a_token_is_renewed_before_it_ends_in_the_middle_of_the_work(mock: responses.RequestsMock, time: Time) -> None:
    page = {"Link": f'<{API}/repos/acme/web/issues?page=2>; rel="next"'}
    mock.get(
        f"{API}/repos/acme/web/issues",
        json=[{}],
        headers=page,
        match=[responses.matchers.query_param_matcher({"per_page": "100"})],
    )
    mock.get(f"{API}/repos/acme/web/issues", json=[{}], match=[responses.matchers.query_param_matcher({"page": "2"})])
    github = connector(time)
    github.account()
    for _ in github._reader.rows("/repos/acme/web/issues"):
        time.at += HOUR - 130
    assert [token for _, _, token in sent(mock)] == ["Bearer", "Bearer", "t1", "t1", "t1"]
    time.at = NOW + HOUR - 110
    github._reader.twin().graphql("query { x }", {})
    assert [token for _, _, token in sent(mock)][5:] == ["Bearer", "t2"]


def test_a_token_taken_back_is_renewed_once(mock: responses.RequestsMock, time: Time) -> None:
    github = connector(time)
    github.account()
    mock.replace("POST", f"{API}/graphql", status=401, json={"message": "Bad credentials"})
    mock.post(f"{API}/graphql", json=VIEWER)
    github._reader.graphql("query { x }", {})
    assert [token for _, _, token in sent(mock)][2:] == ["t1", "t1", "Bearer", "t2"]
    mock.replace("POST", f"{API}/graphql", status=401, json={"message": "Bad credentials"})
    mock.remove("POST", f"{API}/graphql")
    mock.post(f"{API}/graphql", status=401, json={"message": "Bad credentials"})
    with pytest.raises(Stop, match="401"):
        github._reader.graphql("query { x }", {})
    assert [token for _, _, token in sent(mock)][6:] == ["t2", "Bearer", "t3"]


def test_reading_and_writing_share_it(mock: responses.RequestsMock, time: Time) -> None:
    comments = f"{API}/repos/acme/web/issues/1/comments"
    mock.post(f"{API}/repos/acme/web/issues/1/labels", status=401, json={})
    mock.post(f"{API}/repos/acme/web/issues/1/labels", json=[])
    theirs = {"id": 1, "user": {"login": "crosstie", "type": "User"}, "body": note_body()}
    ours = {"id": 2, "user": {"login": "Crosstie[bot]", "type": "Bot"}, "body": note_body()}
    mock.get(comments, json=[theirs, ours])
    github = connector(time)
    address = Address(native_id="I_1", key="acme/web#1")
    assert [note.id for note in github.notes(address)] == ["2"]
    github.ensure_labels(address, add=["crosstie"], remove=[])
    assert [path for _, path, token in sent(mock) if token == "Bearer"].count(
        "/app/installations/77/access_tokens"
    ) == 2
    assert github.traffic.writes == 2, "the first was turned away at the door"


def note_body() -> str:
    from connectors.github.marker import sign

    return sign("hello", marker="m", digest="d")


def test_without_graphql_the_app_says_how_it_is_called(mock: responses.RequestsMock, time: Time) -> None:
    mock.replace("POST", f"{API}/graphql", status=404, json={})
    mock.get(f"{API}/app", json={"slug": "crosstie", "id": 4711})
    assert connector(time).account().person.id == "crosstie[bot]"
    assert sent(mock)[-1] == ("GET", "/app", "Bearer")


@pytest.mark.parametrize(
    ("place", "status", "said"),
    [
        (f"{API}/orgs/acme/installation", 401, "does not accept its key: check app_id, the private key, and .* clock"),
        (f"{API}/orgs/acme/installation", 404, "not installed for acme"),
        (TOKENS, 404, "has no installation 77: check installation_id"),
        (TOKENS, 403, "installation 77 is suspended"),
        (TOKENS, 500, "answered 500"),
        (f"{API}/orgs/acme/installation", 301, "has moved"),
    ],
)
def test_what_is_wrong_is_said_with_the_way_out(
    mock: responses.RequestsMock, time: Time, place: str, status: int, said: str
) -> None:
    method = "POST" if place == TOKENS else "GET"
    mock.replace(method, place, status=status, json={})
    mock.get(f"{API}/users/acme/installation", status=404, json={})
    with pytest.raises(TryLater if status == 500 else Stop, match=said) as caught:
        connector(time).account()
    assert PEM[40:80] not in str(caught.value)


def test_a_key_that_is_none_is_not_shown(mock: responses.RequestsMock, time: Time) -> None:
    broken = PEM.replace("\n", "")[:300]
    github = connector(time, private_key=broken)
    with pytest.raises(Stop, match="no RSA key in PEM") as caught:
        github.account()
    assert caught.value.__cause__ is None
    shown = repr(caught.value) + repr(github.settings) + repr(vars(github)) + repr(vars(github._reader))
    assert broken[40:80] not in shown


def test_a_token_is_shown_nowhere(mock: responses.RequestsMock, time: Time) -> None:
    github = connector(time)
    github.account()
    assert github._reader.installation is not None
    assert "t1" not in repr(github._reader.installation.grant())
    mock.get(f"{API}/repos/acme/web/issues/1/comments", status=403, json={})
    with pytest.raises(Denied) as caught:
        github.notes(Address(native_id="I_1", key="acme/web#1"))
    assert "t1" not in str(caught.value)


def test_a_token_whose_answer_was_lost_is_asked_for_again(mock: responses.RequestsMock, time: Time) -> None:
    lost = responses.Response("POST", TOKENS, body=requests.ConnectionError("reset"))
    mock._registry.registered.insert(0, lost)
    github = connector(time)
    assert github.account().person.id == "crosstie[bot]"
    assert github.traffic.retries == 1


def test_all_threads_share_one_token(mock: responses.RequestsMock, time: Time) -> None:
    reader = connector(time)._reader
    twins = [reader.twin() for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda twin: twin.graphql("query { x }", {}), twins))
    assert [token for _, _, token in sent(mock)].count("Bearer") == 2
    assert reader.gate.traffic.requests == 6
