"""An Enterprise Server, and servers that hide or lack something."""

from typing import Any

import github
import pytest

from sandbox.github.access import DEFAULT_TOKEN
from sandbox.server import serve
from sandbox.world import World
from tests.sandbox.github_bench import Bench

FIELDS = '{__type(name:"Issue"){fields{name}} viewer{login} rateLimit{cost}}'
YOUNG = {"blockedBy", "blocking", "issueDependenciesSummary", "issueType", "parent", "subIssues", "fullDatabaseId"}


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.site.set_options({"enterprise": "3.17.4"})
    bench.issue()
    bench.issue()
    bench.gh.block("acme/web#1", "acme/web#2", by="mira")
    return bench


def ask(bench: Bench, query: str, path: str = "/api/graphql") -> Any:
    return bench.ask("POST", path, {"query": query}).json


def test_everything_is_below_its_own_paths(bench: Bench) -> None:
    for path in ("/user", "/repos/acme/web", "/rate_limit"):
        elsewhere = bench.get(path)
        assert (elsewhere.status_code, elsewhere.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert bench.ask("POST", "/graphql", {"query": FIELDS}).status_code == 404
    shown = bench.get("/api/v3/meta")
    assert shown.json["installed_version"] == "3.17.4"
    assert shown.headers["X-GitHub-Enterprise-Version"] == "3.17.4"
    assert bench.get("/api/v3/repos/acme/web").json["url"].endswith("/api/v3/repos/acme/web")


def test_it_has_no_limits(bench: Bench) -> None:
    answer = bench.get("/api/v3/user")
    assert not [name for name, _ in answer.headers if name.lower().startswith("x-ratelimit")]
    refused = bench.get("/api/v3/rate_limit")
    assert (refused.status_code, refused.json["message"]) == (404, "Rate limiting is not enabled.")
    assert ask(bench, FIELDS)["data"]["rateLimit"] is None
    bench.site.set_options({"primary_limit": 100})
    assert bench.get("/api/v3/user").headers["X-RateLimit-Limit"] == "100"


def test_its_schema_is_old_and_its_ids_are_small(bench: Bench) -> None:
    names = {field["name"] for field in ask(bench, FIELDS)["data"]["__type"]["fields"]}
    assert not names & YOUNG
    assert {"projectItems", "timelineItems", "closedByPullRequestsReferences"} <= names
    text = '{repository(owner:"acme",name:"web"){issue(number:1){databaseId}}}'
    number = ask(bench, text)["data"]["repository"]["issue"]["databaseId"]
    assert 100_000 < number < 2**31


def test_its_rest_lacks_dependencies_until_3_19(bench: Bench) -> None:
    issue = "/api/v3/repos/acme/web/issues/1"
    for part in ("dependencies/blocked_by", "dependencies/blocking", "sub_issues", "parent"):
        assert bench.get(f"{issue}/{part}").status_code == 404
    assert not {"issue_dependencies_summary", "sub_issues_summary", "type"} & bench.get(issue).json.keys()
    bench.site.set_options({"enterprise": "3.19.0"})
    assert [row["number"] for row in bench.rows(f"{issue}/dependencies/blocked_by")] == [2]
    assert bench.get(f"{issue}/sub_issues").status_code == 404


def test_a_schema_that_is_not_shown(bench: Bench) -> None:
    bench.site.set_options({"enterprise": None, "no_introspection": True})
    body = ask(bench, FIELDS, "/graphql")
    assert "data" not in body
    assert [e["extensions"]["fieldName"] for e in body["errors"]] == ["__type"]
    assert ask(bench, "{viewer{__typename login}}", "/graphql")["data"]["viewer"]["__typename"] == "User"


def test_no_graphql_at_all(bench: Bench) -> None:
    bench.site.set_options({"no_graphql": True})
    assert bench.ask("POST", "/api/graphql", {"query": FIELDS}).status_code == 404


def test_pygithub_finds_its_way() -> None:
    world = World()
    running = serve(world)
    try:
        site = world.sites["github"]
        site.set_options({"enterprise": "3.18.1"})
        writer = site.writer()  # type: ignore[attr-defined]  # the GitHub site's
        writer.repository("acme/web")
        writer.issue("acme/web", "An issue", by="mira")
        auth = github.Auth.Token(DEFAULT_TOKEN)
        hub = github.Github(auth=auth, base_url=running.urls["github"] + "/api/v3")
        assert [issue.title for issue in hub.get_repo("acme/web").get_issues()] == ["An issue"]
        _, shown = hub.requester.graphql_query("{viewer{login}}", {})
        assert shown["data"]["viewer"]["login"] == "crosstie-bot"
    finally:
        running.close()
