"""Apps: their JWT, their installations, and what an installation's token may."""

from datetime import date, timedelta
from typing import Any

import github
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.server import serve
from sandbox.world import World
from tests.sandbox.github_bench import Answer, Bench

OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Played:
    """An app as its own code plays it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        bench.site.clock.set(date(2026, 11, 10))
        for place in ("acme/web", "acme/vault"):
            bench.issue(place)
        self.given = bench.act("install_app", owner="acme", repositories=["acme/web", "acme/vault"])

    def jwt(self, *, key: Any = None, algorithm: str = "RS256", **claims: Any) -> str:
        now = int(self.bench.site.clock.now().timestamp())
        told = {"iat": now - 60, "exp": now + 300, "iss": str(self.given["app_id"]), **claims}
        return jwt.encode(told, key or self.given["private_key"], algorithm)

    def get(self, path: str, token: str = "") -> Answer:
        return self.bench.ask("GET", path, token=token or self.jwt())

    def token(self, **sent: Any) -> str:
        path = f"/app/installations/{self.given['installation_id']}/access_tokens"
        answer = self.bench.ask("POST", path, sent, token=self.jwt())
        assert answer.status_code == 201, answer.text
        return str(answer.json["token"])

    def query(self, text: str, token: str, **variables: Any) -> Any:
        return self.bench.ask("POST", "/graphql", {"query": text, "variables": variables}, token=token).json


@pytest.fixture
def app() -> Played:
    return Played(Bench())


def test_an_app_shows_itself_and_finds_its_installation(app: Played) -> None:
    assert app.get("/app").json["slug"] == "crosstie"
    (listed,) = app.get("/app/installations").json
    assert (listed["id"], listed["app_slug"]) == (app.given["installation_id"], "crosstie")
    for place in ("/repos/acme/web", "/orgs/acme", "/users/acme", f"/app/installations/{listed['id']}"):
        path = place if place.startswith("/app") else f"{place}/installation"
        assert app.get(path).json["id"] == listed["id"]
    for place in ("/repos/acme/api", "/orgs/nobody", "/users/mira"):
        assert app.get(f"{place}/installation").status_code == 404


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"key": OTHER_KEY}, "could not be decoded"),
        ({"key": "a secret that is guessed, and guessed well", "algorithm": "HS256"}, "could not be decoded"),
        ({"exp": 0}, "'exp'"),
        ({"exp": 4_000_000_000}, "too far in the future"),
        ({"iat": 4_000_000_000}, "'iat'"),
        ({"iss": "4711"}, "Integration not found"),
    ],
)
def test_a_jwt_that_does_not_hold_is_refused(app: Played, claims: dict[str, Any], said: str) -> None:
    refused = app.get("/app", app.jwt(**claims))
    assert refused.status_code == (404 if "found" in said else 401)
    assert said in refused.json["message"]


def test_a_jwt_opens_nothing_else_and_nothing_else_stands_for_it(app: Played) -> None:
    assert app.get("/user").status_code == 401
    assert app.get("/repos/acme/web").status_code == 401
    assert app.bench.get("/app").status_code == 401
    assert app.get("/app/installations", app.token()).status_code == 401


def test_the_clock_of_an_app_may_be_let_off(app: Played) -> None:
    old = app.jwt()
    app.bench.site.clock.set(date(2027, 1, 1))
    assert app.get("/app", old).status_code == 401
    app.bench.site.set_options({"lenient_jwt": True})
    assert app.get("/app", old).status_code == 200


def test_a_token_lasts_an_hour(app: Played) -> None:
    token = app.token()
    assert app.get("/repos/acme/vault", token).status_code == 200
    app.bench.site.clock.set(app.bench.site.clock.now() + timedelta(minutes=61))
    refused = app.get("/repos/acme/vault", token)
    assert (refused.status_code, refused.json["message"]) == (401, "Bad credentials")
    assert app.query("{viewer{login}}", token)["message"] == "Bad credentials"


def test_an_installation_is_nobody_and_sees_what_it_was_given(app: Played) -> None:
    token = app.token()
    refused = app.get("/user", token)
    assert (refused.status_code, refused.json["message"]) == (403, "Resource not accessible by integration")
    assert app.query("{viewer{login}}", token)["data"]["viewer"]["login"] == "crosstie[bot]"
    given = app.get("/installation/repositories", token).json
    assert (given["total_count"], given["repository_selection"]) == (2, "selected")
    assert [r["full_name"] for r in given["repositories"]] == ["acme/web", "acme/vault"]
    assert app.bench.get("/installation/repositories").status_code == 403
    app.bench.gh.repository("acme/cellar", visibility="private", token="none")
    assert app.get("/repos/acme/cellar", token).status_code == 404
    assert app.bench.ask("POST", "/repos/acme/api/labels", {"name": "x"}, token=token).status_code == 403


def test_what_an_app_writes_is_by_its_bot_told_in_two_ways(app: Played) -> None:
    token = app.token()
    made = app.bench.ask("POST", "/repos/acme/vault/issues/1/comments", {"body": "A note"}, token=token).json
    assert (made["user"]["login"], made["user"]["type"]) == ("crosstie[bot]", "Bot")
    assert made["performed_via_github_app"]["slug"] == "crosstie"
    text = "query($i: ID!) { node(id: $i) { ... on IssueComment { viewerDidAuthor author { __typename login } } } }"
    node = app.query(text, token, i=made["node_id"])["data"]["node"]
    assert node == {"viewerDidAuthor": True, "author": {"__typename": "Bot", "login": "crosstie"}}


def test_a_token_may_be_asked_for_with_less(app: Played) -> None:
    token = app.token(permissions={"issues": "read"})
    assert app.get("/repos/acme/vault/issues", token).status_code == 200
    refused = app.bench.ask("POST", "/repos/acme/vault/issues/1/comments", {"body": "x"}, token=token)
    assert (refused.status_code, refused.json["message"]) == (403, "Resource not accessible by integration")
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write"
    path = f"/app/installations/{app.given['installation_id']}/access_tokens"
    assert app.bench.ask("POST", path, {"permissions": {"contents": "write"}}, token=app.jwt()).status_code == 422


def test_suspended_revoked_and_uninstalled(app: Played) -> None:
    token, other = app.token(), app.token()
    assert app.bench.ask("DELETE", "/installation/token", token=other).status_code == 204
    assert app.get("/repos/acme/web", other).status_code == 401
    path = f"/app/installations/{app.given['installation_id']}/access_tokens"
    app.bench.act("suspend_app", owner="acme")
    assert app.bench.ask("POST", path, token=app.jwt()).status_code == 403
    assert app.get("/repos/acme/web", token).status_code == 403
    app.bench.act("suspend_app", owner="acme", suspended=False)
    assert app.get("/repos/acme/web", token).status_code == 200
    app.bench.act("uninstall_app", owner="acme")
    assert app.bench.ask("POST", path, token=app.jwt()).status_code == 404
    assert app.get("/repos/acme/web", token).status_code == 401


def test_all_repositories_are_also_those_to_come(app: Played) -> None:
    app.bench.act("install_app", owner="acme")
    token = app.token()
    app.bench.gh.repository("acme/cellar", visibility="private", token="none")
    assert app.get("/repos/acme/cellar", token).status_code == 200


def test_pygithub_comes_in_as_an_app() -> None:
    world = World()
    running = serve(world)
    try:
        writer = world.sites["github"].writer()  # type: ignore[attr-defined]  # the GitHub site's
        writer.repository("acme/web", visibility="private", token="none")
        writer.issue("acme/web", "An issue", by="mira")
        app = writer.app()
        writer.install(app, "acme")
        auth = github.Auth.AppAuth(app.id, app.private_key)
        integration = github.GithubIntegration(auth=auth, base_url=running.urls["github"])
        assert integration.get_app().slug == "crosstie"
        hub = integration.get_repo_installation("acme", "web").get_github_for_installation()
        assert hub.get_repo("acme/web").get_issue(1).create_comment("A note").user.login == "crosstie[bot]"
    finally:
        running.close()
