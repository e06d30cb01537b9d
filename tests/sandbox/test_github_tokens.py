"""What a token may that is not the default one: fine-grained and classic ones, roles, archives, locks."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.sandbox.github_bench import Answer, Bench

ISSUES = 'query{repository(owner:"acme",name:"vault"){issues(first:1){totalCount}}}'


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    for place in ("acme/web", "acme/vault"):
        bench.issue(place)
        bench.gh.pull(place, "A pull", by="mira")
    return bench


def limited(bench: Bench, role: str = "write", **limits: Any) -> None:
    bench.gh.limited_token("limited", "zoe", roles={"acme/vault": role, "acme/web": role}, **limits)  # type: ignore[dict-item]  # a role by its name


def note_on(bench: Bench, number: int, place: str = "acme/vault") -> Answer:
    return bench.ask("POST", f"/repos/{place}/issues/{number}/comments", {"body": "x"}, token="limited")


def test_permission_to_write_is_of_issues_and_of_pull_requests_apart(bench: Bench) -> None:
    limited(bench, permissions={"issues": "read", "pull_requests": "write"})
    refused = note_on(bench, 1)
    assert (refused.status_code, refused.json["message"]) == (
        403,
        "Resource not accessible by personal access token",
    )
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write"
    assert note_on(bench, 2).status_code == 201
    limited(bench, permissions={"issues": "write"})
    assert [note_on(bench, n).status_code for n in (1, 2)] == [201, 201]


def test_graphql_refuses_the_same(bench: Bench) -> None:
    limited(bench, permissions={"metadata": "read"})
    text = 'mutation($s: ID!) { addComment(input: {subjectId: $s, body: "x"}) { clientMutationId } }'
    subject = bench.gh.find("acme/web#1").node_id
    sent = {"query": text, "variables": {"s": subject}}
    body = bench.ask("POST", "/graphql", sent, token="limited").json
    assert (body["data"], body["errors"][0]["type"]) == ({"addComment": None}, "FORBIDDEN")
    body = bench.ask("POST", "/graphql", {"query": ISSUES}, token="limited").json
    assert (body["data"], body["errors"][0]["type"]) == ({"repository": None}, "FORBIDDEN")


def test_private_issues_want_a_permission_to_be_read_and_public_ones_do_not(bench: Bench) -> None:
    limited(bench, permissions={"metadata": "read", "pull_requests": "read"})
    vault, web = "/repos/acme/vault", "/repos/acme/web"
    assert bench.ask("GET", vault, token="limited").status_code == 200
    assert bench.ask("GET", f"{vault}/pulls", token="limited").status_code == 200
    assert bench.ask("GET", f"{web}/issues", token="limited").status_code == 200
    limited(bench, permissions={"metadata": "read"})
    refused = bench.ask("GET", f"{vault}/issues", token="limited")
    assert refused.status_code == 403
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=read; pull_requests=read"


@pytest.mark.parametrize(
    ("scopes", "read", "written"),
    [([], 404, 404), (["public_repo"], 404, 201), (["repo", "read:org"], 200, 201)],
)
def test_classic_tokens_go_by_scopes(bench: Bench, scopes: list[str], read: int, written: int) -> None:
    limited(bench, scopes=scopes)
    answer = bench.ask("GET", "/repos/acme/vault", token="limited")
    assert answer.status_code == read
    assert note_on(bench, 1, "acme/web").status_code == written
    assert bench.ask("GET", "/user", token="limited").headers["X-OAuth-Scopes"] == ", ".join(sorted(scopes))
    assert "X-OAuth-Scopes" not in bench.get("/user").headers


def test_a_token_ends_on_its_day(bench: Bench) -> None:
    bench.site.clock.set(date(2026, 11, 10))
    limited(bench, permissions={}, expires=datetime(2026, 12, 1, tzinfo=UTC))
    told = bench.ask("GET", "/user", token="limited").headers["GitHub-Authentication-Token-Expiration"]
    assert told == "2026-12-01 00:00:00 UTC"
    bench.site.clock.set(date(2026, 12, 1))
    assert bench.ask("GET", "/user", token="limited").json["message"] == "Bad credentials"


@pytest.mark.parametrize(
    ("role", "rest", "labels"),
    [
        ("read", ["pull"], False),
        ("triage", ["triage", "pull"], False),
        ("write", ["push", "triage", "pull"], True),
        ("admin", ["admin", "maintain", "push", "triage", "pull"], True),
    ],
)
def test_roles_show_whatever_the_token_may(bench: Bench, role: str, rest: list[str], labels: bool) -> None:
    limited(bench, role)
    shown = bench.ask("GET", "/repos/acme/vault", token="limited").json["permissions"]
    assert [name for name, has in shown.items() if has] == rest
    text = (
        '{repository(owner:"acme",name:"vault"){viewerPermission viewerCanAdminister issue(number:1){viewerCanLabel}}}'
    )
    body = bench.ask("POST", "/graphql", {"query": text}, token="limited").json["data"]["repository"]
    assert (body["viewerPermission"], body["viewerCanAdminister"]) == (role.upper(), role == "admin")
    assert body["issue"]["viewerCanLabel"] == (role != "read")


def test_archived_repositories_are_read_only_for_all(bench: Bench) -> None:
    bench.act("archive", repository="acme/web")
    text = '{repository(owner:"acme",name:"web"){isArchived hasIssuesEnabled}}'
    assert bench.query(text)["data"]["repository"] == {"isArchived": True, "hasIssuesEnabled": True}
    refused = bench.ask("POST", "/repos/acme/web/issues/1/comments", {"body": "x"})
    assert (refused.status_code, refused.json["message"]) == (403, "Repository was archived so is read-only.")
    bench.act("archive", repository="acme/web", archived=False)
    assert bench.ask("POST", "/repos/acme/web/issues/1/comments", {"body": "x"}).status_code == 201


def test_disabled_issues_are_gone_and_pull_requests_stay(bench: Bench) -> None:
    bench.act("set_issues", repository="acme/web", enabled=False)
    assert bench.get("/repos/acme/web").json["has_issues"] is False
    answers = [bench.ask("POST", f"/repos/acme/web/issues/{n}/comments", {"body": "x"}) for n in (1, 2)]
    assert [a.status_code for a in answers] == [410, 201]
    assert bench.get("/repos/acme/web/issues").status_code == 200


def test_locked_issues_take_no_comment(bench: Bench) -> None:
    bench.act("lock", issue="acme/web#1", reason="too heated")
    refused = bench.ask("POST", "/repos/acme/web/issues/1/comments", {"body": "x"})
    assert (refused.status_code, "locked" in refused.json["message"]) == (403, True)
