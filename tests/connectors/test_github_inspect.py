"""What ``check --online`` says of a GitHub: each thing that the config names, and the way out of each trouble."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from connectors.base import Check, TrackerSettings
from connectors.github import GithubConnector
from connectors.github.credential import Credential
from connectors.github.inspect_site import check_app
from connectors.limits import Clock, Limits
from tests.connectors.github_world import GitHub

API = "https://api.github.com:443"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
VIEWER = {"viewer": {"login": "robot", "databaseId": 5, "url": "https://github.com/robot"}}
SCHEMA = {"Issue": {"fields": [{"name": name} for name in ("blockedBy", "parent")]}}
REPOSITORY = {"isPrivate": True, "isArchived": False, "hasIssuesEnabled": True, "viewerPermission": "WRITE"}


@pytest.fixture
def world() -> Iterator[GitHub]:
    world = GitHub.start()
    yield world
    world.running.close()


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def by_about(checks: Iterator[Check]) -> Mapping[str, Check]:
    listed = list(checks)
    found = {check.about: check for check in listed}
    assert len(found) == len(listed)
    assert all(check.remedy for check in listed if check.ok is False), "every trouble has a way out"
    return found


def connector(*scopes: str, token: str = "ghp_x", **more: Any) -> GithubConnector:  # noqa: S107  # no password
    settings = TrackerSettings(
        name="github", kind="github", url="https://api.github.com", scopes=scopes, token=token, **more
    )
    return GithubConnector(settings, limits=Limits(attempts=1), clock=Clock(now=NOW.timestamp, sleep=lambda _: None))


def answer(mock: responses.RequestsMock, *rows: Any, problems: Any = (), **headers: str) -> None:
    """As github.com does: who we are, what is left, the repositories as one batch."""
    mock.post(f"{API}/graphql", json={"data": VIEWER | SCHEMA})
    quota = {"limit": 5000, "remaining": 4990, "reset": int(NOW.timestamp()) + 1800}
    scarce = {**quota, "remaining": 100}
    mock.get(
        f"{API}/rate_limit",
        json={"resources": {"core": quota, "graphql": scarce}},
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )
    if rows:
        data = {f"r{index}": row and REPOSITORY | row for index, row in enumerate(rows)}
        mock.post(f"{API}/graphql", json={"data": data, "errors": list(problems)})


def test_all_that_the_config_names_is_looked_at_and_nothing_written(world: GitHub) -> None:
    world.write.repository("acme/secret", visibility="private", token="read")
    world.write.repository("acme/hidden", visibility="private", token="none")
    world.act("rename_repository", repository="acme/api", name="service")
    github = world.connector("acme/web", "acme/api", "acme/secret", "acme/hidden", "acme/nothing-*", "acme")
    found = by_about(github.inspect(["github:acme/w*", "github:acme/SECRET"]))
    assert {about: check.ok for about, check in found.items() if about.startswith("repository")} == {
        "repository acme/web": True,
        "repository acme/api": None,
        "repository acme/secret": True,
        "repository acme/hidden": False,
        "repository acme/nothing-*": False,
        "repository acme": False,
        "repository acme/secret, writing": False,
    }
    assert "public" in found["repository acme/web"].found
    assert "private" in found["repository acme/secret"].found
    assert "acme/service" in found["repository acme/api"].remedy
    assert "role is read" in found["repository acme/secret, writing"].found
    assert "Triage" in found["repository acme/secret, writing"].remedy
    assert github.traffic.writes == 0


def test_fifty_repositories_take_one_request(world: GitHub) -> None:
    names = [world.write.repository(f"acme/r{i}").name for i in range(120)]
    github = world.connector(*(f"acme/{name}" for name in names))
    checks = list(github.inspect(["github:*"]))
    assert sum(check.about.startswith("repository") and check.ok is True for check in checks) == 120
    assert github.traffic.requests == world.requests_seen()
    assert github.traffic.requests <= 120 / 50 + 5


def test_without_graphql_rest_tells_the_same(world: GitHub) -> None:
    world.write.repository("acme/secret", visibility="private", token="read")
    scopes = ("acme/web", "acme/secret", "acme/nowhere")
    before = by_about(world.connector(*scopes).inspect(["github:*"]))
    world.site.set_options({"no_graphql": True})
    after = by_about(world.connector(*scopes, path="/api/v3").inspect(["github:*"]))
    assert after["GraphQL"].ok is None
    for about, check in after.items():
        if about.startswith("repository"):
            assert (check.ok, check.found) == (before[about].ok, before[about].found)


def test_what_an_older_server_lacks_is_said_with_what_follows(world: GitHub) -> None:
    world.site.set_options({"hide_new_fields": True})
    found = by_about(world.connector("acme/web").inspect([]))
    assert found["blocked-by links"].ok is None
    assert "Depends on:" in found["blocked-by links"].remedy
    assert found["parents of sub-issues"].ok is None


def test_boards_that_cannot_be_read_name_the_scope(world: GitHub) -> None:
    world.site.set_options({"no_project_scope": True})
    found = by_about(world.connector("acme/web").inspect([]))
    assert found["boards of acme"].ok is None
    assert "read:project" in found["boards of acme"].remedy


def test_a_classic_token_is_known_by_its_scopes(mock: responses.RequestsMock) -> None:
    rows = [{"nameWithOwner": "acme/a"}, {"nameWithOwner": "acme/b", "isPrivate": False}]
    answer(mock, *rows, X_OAuth_Scopes="public_repo, read:org", X_RateLimit_Remaining="4990")
    found = by_about(connector("acme/a", "acme/b").inspect(["github:*"]))
    assert found["account"].found.endswith("a classic token with the scopes public_repo, read:org")
    assert "lacks the scope repo" in found["repository acme/a, writing"].found
    assert found["repository acme/b, writing"].ok is True
    assert found["quota of REST"] == Check(about="quota of REST", ok=True, found="4,990 of 5,000 left until 12:30 UTC")
    assert found["quota of GraphQL"].ok is None
    assert len(mock.calls) == 3


def test_of_a_fine_grained_token_only_github_s_page_tells(mock: responses.RequestsMock) -> None:
    rows = [{"nameWithOwner": "acme/a"}, {"nameWithOwner": "acme/b"}, {"nameWithOwner": "acme/c"}]
    rows[2]["viewerPermission"] = "READ"
    until = {"GitHub_Authentication_Token_Expiration": "2026-11-30 00:00:00 UTC"}
    answer(mock, *rows, **until)
    found = by_about(connector("acme/a", "acme/b", "acme/c", token="github_pat_x").inspect(["github:acme/*"]))
    assert found["account"].ok is None
    assert "expires on 2026-11-30" in found["account"].found
    untold = found["permissions for writing"]
    assert (untold.ok, "2 repositories" in untold.found) == (None, True)
    assert "Issues and Pull requests: read and write" in untold.remedy
    assert found["repository acme/c, writing"].ok is False, "a token may no more than its account"


def test_archived_and_without_issues(mock: responses.RequestsMock) -> None:
    rows = [{"nameWithOwner": "acme/a", "isArchived": True}, {"nameWithOwner": "acme/b", "hasIssuesEnabled": False}]
    answer(mock, *rows, X_OAuth_Scopes="repo")
    found = by_about(connector("acme/a", "acme/b").inspect(["github:acme/a"]))
    assert found["repository acme/a"].ok is True
    assert found["repository acme/a, writing"].ok is None
    assert "issues are switched off" in found["repository acme/b"].found


def test_a_refusal_keeps_github_s_own_words(mock: responses.RequestsMock) -> None:
    saml = {"type": "FORBIDDEN", "path": ["r0"], "message": "Resource protected by organization SAML enforcement."}
    answer(mock, None, problems=[saml], X_OAuth_Scopes="repo")
    found = by_about(connector("acme/a").inspect(["github:*"]))
    assert "SAML enforcement" in found["repository acme/a"].found


def test_the_token_that_writes_is_asked_too(world: GitHub) -> None:
    world.add_token("writers-token", "notes-bot")
    world.write.repository("acme/more")
    github = world.connector("acme/web", "acme/more", write_token="writers-token")
    found = by_about(github.inspect(["github:*"]))
    assert found["account for writing"].found.startswith("notes-bot")
    assert found["repository acme/more"].ok is True
    assert found["repository acme/more, writing"].ok is False
    refused = by_about(world.connector("acme/web", write_token="wr0ng").inspect(["github:*"]))
    assert refused["account for writing"].ok is False
    assert "wr0ng" not in refused["account for writing"].found


def test_an_app_is_known_by_its_permissions() -> None:
    writes = Credential(kind="app", permissions={"issues": "write", "pull_requests": "read"})
    assert str(writes) == "an app with the permissions issues: write, pull_requests: read"
    assert [
        check_app(Credential(kind="app", permissions=granted)).ok
        for granted in ({"issues": "read"}, {"issues": "write"}, {"issues": "write", "pull_requests": "write"})
    ] == [False, None, True]


def test_an_app_may_write_where_it_is_installed(mock: responses.RequestsMock) -> None:
    granted = {"token": "t1", "permissions": {"issues": "write", "pull_requests": "write", "metadata": "read"}}
    mock.post(f"{API}/app/installations/77/access_tokens", status=201, json=granted)
    answer(mock, {"nameWithOwner": "acme/a", "viewerPermission": None}, {"nameWithOwner": "acme/b"})
    installed = [[{"full_name": f"acme/r{i}"} for i in range(100)], [{"full_name": "Acme/A"}]]
    for page, rows in enumerate(installed, 1):
        mock.get(
            f"{API}/installation/repositories",
            json={"total_count": 101, "repositories": rows},
            match=[responses.matchers.query_param_matcher({"per_page": "100", "page": str(page)})],
        )
    github = connector("acme/a", "acme/b", token="", app_id="4711", installation_id="77", private_key=private_key())
    found = by_about(github.inspect(["github:*"]))
    assert found["account"].found.startswith(
        "robot[bot] on https://github.com, an app with the permissions issues: write"
    )
    assert found["permissions for writing"].ok is True
    assert found["repository acme/a, writing"].ok is True
    assert found["repository acme/b, writing"].ok is False
    assert "repositories of the installation" in found["repository acme/b, writing"].remedy


def private_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return key.private_bytes(*pem).decode()


def test_a_server_without_limits_has_nothing_to_say_of_them(mock: responses.RequestsMock) -> None:
    answer(mock, {"nameWithOwner": "acme/web"})
    mock.replace("GET", f"{API}/rate_limit", status=404, json={"message": "Rate limiting is not enabled."})
    found = by_about(connector("acme/web").inspect(["github:*"]))
    assert found["quota"].ok is True


def test_a_refused_token_is_one_failed_check(world: GitHub) -> None:
    (only,) = world.connector("acme/web", token="wr0ng").inspect([])
    assert (only.about, only.ok) == ("account", False)
    assert "401" in only.found


def test_what_cannot_be_asked_does_not_stop_the_rest(mock: responses.RequestsMock) -> None:
    answer(mock, {"nameWithOwner": "acme/web"})
    mock.replace("GET", f"{API}/rate_limit", status=503, json={})
    found = by_about(connector("acme/web").inspect([]))
    assert found["repository acme/web"].ok is True
    assert "does not say" in found["quota"].found


def test_nothing_is_raised(mock: responses.RequestsMock) -> None:
    mock.post(f"{API}/graphql", json={"data": VIEWER | SCHEMA})
    mock.get(f"{API}/rate_limit", json={"resources": {"core": {"limit": "many"}}})
    (odd,) = connector("acme/web").inspect([])
    assert (odd.about, odd.ok) == ("the rest", None)
    mock.replace("GET", f"{API}/rate_limit", json={})
    mock.post(f"{API}/graphql", json={"data": VIEWER | SCHEMA})
    mock.post(f"{API}/graphql", status=503, json={})
    *_, rest = connector("acme/web").inspect([])
    assert (rest.about, rest.ok) == ("the rest", False)
