"""Rate limits as options: what is answered when they are reached."""

from datetime import timedelta

import pytest

from tests.sandbox.github_bench import Bench


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.issue()
    return bench


def test_the_primary_limit_refuses_until_its_reset(bench: Bench) -> None:
    bench.site.set_options({"primary_limit": 2})
    assert [bench.get("/user").headers["X-RateLimit-Remaining"] for _ in range(2)] == ["1", "0"]
    refused = bench.get("/user")
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
    assert "rate limit exceeded" in refused.json["message"]
    assert bench.get("/rate_limit").json["rate"]["remaining"] == 0
    clock = bench.site.clock
    reset = int(refused.headers["X-RateLimit-Reset"])
    assert 3590 <= reset - clock.now().timestamp() <= 3600
    clock.set(clock.now() + timedelta(hours=1, seconds=1))
    assert bench.get("/user").status_code == 200


def test_graphql_says_so_with_status_200(bench: Bench) -> None:
    bench.site.set_options({"primary_limit": 1})
    assert bench.query("{viewer{login}}")["data"]
    answer = bench.ask("POST", "/graphql", {"query": "{viewer{login}}"})
    assert (answer.status_code, answer.headers["X-RateLimit-Remaining"]) == (200, "0")
    assert answer.json["errors"][0]["type"] == "RATE_LIMITED"
    assert bench.get("/user").status_code == 200


def test_content_may_be_created_only_so_fast(bench: Bench) -> None:
    bench.site.set_options({"content_per_minute": 2})
    path = "/repos/acme/web/issues/1/comments"
    answers = [bench.ask("POST", path, {"body": "x"}) for _ in range(3)]
    assert [a.status_code for a in answers] == [201, 201, 403]
    assert 1 <= int(answers[2].headers["Retry-After"]) <= 60
    assert "secondary rate limit" in answers[2].json["message"]
    subject = bench.get("/repos/acme/web/issues/1").json["node_id"]
    text = 'mutation($s: ID!) { addComment(input: {subjectId: $s, body: "x"}) { clientMutationId } }'
    assert bench.ask("POST", "/graphql", {"query": text, "variables": {"s": subject}}).status_code == 403
    bench.site.clock.set(bench.site.clock.now() + timedelta(seconds=61))
    assert bench.ask("POST", path, {"body": "x"}).status_code == 201


def test_without_the_option_nothing_is_refused(bench: Bench) -> None:
    bench.site.state.tables.quotas.clear()
    for quota in (bench.get("/user"), bench.get("/user")):
        assert quota.headers["X-RateLimit-Limit"] == "5000"
    bench.site.state.tables.quotas["core:crosstie-bot"].used = 5000
    assert bench.get("/user").status_code == 200


def test_the_event_feed_can_be_short(bench: Bench) -> None:
    for label in ("a", "b", "c"):
        bench.act("label", issue="acme/web#1", labels=[label])
    bench.site.set_options({"events_kept": 2})
    assert [e["label"]["name"] for e in bench.rows("/repos/acme/web/issues/events")] == ["c", "b"]


def test_a_server_without_dependencies(bench: Bench) -> None:
    bench.site.set_options({"no_dependencies_api": True})
    assert bench.get("/repos/acme/web/issues/1/dependencies/blocked_by").status_code == 404
    assert "issue_dependencies_summary" not in bench.get("/repos/acme/web/issues/1").json


def test_a_token_without_projects(bench: Bench) -> None:
    bench.site.set_options({"no_project_scope": True})
    body = bench.query('{repository(owner:"acme",name:"web"){issue(number:1){projectItems(first:1){totalCount}}}}')
    assert body["errors"][0]["type"] == "INSUFFICIENT_SCOPES"
    assert "data" not in body


@pytest.mark.parametrize(("status", "told"), [(403, True), (429, True), (429, False), (403, False)])
def test_points_run_out_for_a_minute(bench: Bench, status: int, told: bool) -> None:
    bench.site.set_options({"points_per_minute": 6, "limit_status": status, "tell_retry_after": told})
    path = "/repos/acme/web/issues/1/comments"
    answers = [bench.get("/user"), bench.ask("POST", path, {"body": "x"}), bench.get("/user")]
    assert [a.status_code for a in answers] == [200, 201, status]
    assert ("Retry-After" in answers[2].headers) == told
    assert "secondary rate limit" in answers[2].json["message"]
    assert answers[2].headers["X-RateLimit-Remaining"] != "0"
    assert bench.query("{viewer{login}}")["data"]
    bench.site.clock.set(bench.site.clock.now() + timedelta(seconds=61))
    assert bench.get("/user").status_code == 200


def test_too_many_at_once(bench: Bench) -> None:
    bench.site.set_options({"concurrent": 3, "concurrent_seconds": 60.0})
    assert [bench.get("/user").status_code for _ in range(4)] == [200, 200, 200, 403]
    bench.site.set_options({"concurrent_seconds": 0.0})
    assert [bench.get("/user").status_code for _ in range(4)] == [200] * 4


def test_a_primary_limit_may_be_told_by_429(bench: Bench) -> None:
    bench.site.set_options({"primary_limit": 1, "limit_status": 429})
    answers = [bench.get("/user") for _ in range(2)]
    assert [(a.status_code, a.headers["X-RateLimit-Remaining"]) for a in answers] == [(200, "0"), (429, "0")]
