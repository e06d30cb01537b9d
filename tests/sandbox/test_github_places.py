"""Where things are, and what is said when they are not: permissions, renames, transfers, deletions."""

import pytest

from sandbox.base import BadAct
from tests.sandbox.github_bench import BASE, Bench


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    for place in ("acme/web", "acme/api", "acme/vault"):
        bench.issue(place, labels=["kind/bug"])
    return bench


def test_the_credentials_are_told_apart(bench: Bench) -> None:
    assert bench.get("/user").json["login"] == "crosstie-bot"
    assert bench.ask("GET", "/user", token="wrong").json["message"] == "Bad credentials"
    anonymous = bench.ask("GET", "/user", token="")
    assert (anonymous.status_code, anonymous.json["message"]) == (401, "Requires authentication")
    assert bench.ask("GET", "/repos/acme/web", token="").status_code == 200


def test_private_is_invisible_and_read_only_is_forbidden(bench: Bench) -> None:
    assert bench.get("/repos/acme/vault/issues/1").status_code == 404
    refused = bench.ask("POST", "/repos/acme/api/issues/1/comments", {"body": "x"})
    assert refused.status_code == 403
    assert refused.json["message"] == "Resource not accessible by personal access token"
    bench.act("grant", repository="acme/vault", permission="write")
    assert bench.ask("POST", "/repos/acme/vault/issues/1/comments", {"body": "x"}).status_code == 201


def test_a_renamed_repository_redirects_with_its_query(bench: Bench) -> None:
    bench.act("rename_repository", repository="acme/web", name="site")
    number = bench.get("/repos/acme/site").json["id"]
    moved = bench.get("/repos/acme/web/issues?state=all&per_page=5")
    assert moved.status_code == 301
    assert moved.headers["Location"] == f"{BASE}/repositories/{number}/issues?state=all&per_page=5"
    assert bench.ask("POST", "/repos/acme/web/issues/1/comments", {"body": "x"}).status_code == 307
    assert bench.rows(f"/repositories/{number}/issues?state=all")[0]["repository_url"] == f"{BASE}/repos/acme/site"
    followed = bench.query('{repository(owner:"acme",name:"web"){nameWithOwner}}')
    assert followed["data"]["repository"]["nameWithOwner"] == "acme/site"
    stayed = bench.query('{repository(owner:"acme",name:"web",followRenames:false){id}}')
    assert stayed["errors"][0]["type"] == "NOT_FOUND"


def test_a_transferred_issue_gets_new_ids_and_a_redirect(bench: Bench) -> None:
    bench.act("comment", issue="acme/web#1", body="kept")
    other = bench.issue()
    bench.gh.block(other, "acme/web#1", by="mira")
    before = bench.get("/repos/acme/web/issues/1").json
    bench.act("transfer", issue="acme/web#1", to="acme/api")
    moved = bench.get("/repos/acme/web/issues/1")
    assert moved.status_code == 301
    after = bench.get(moved.headers["Location"].removeprefix(BASE)).json
    assert after["number"] == 2
    assert after["id"] != before["id"]
    assert after["node_id"] != before["node_id"]
    assert after["comments"] == 1
    assert [row["id"] for row in bench.rows("/repos/acme/web/issues/2/dependencies/blocked_by")] == [after["id"]]
    assert bench.query("query($i:ID!){node(id:$i){id}}", i=before["node_id"])["data"]["node"] is None
    bench.act("transfer", issue="acme/api#2", to="acme/web")
    assert bench.get("/repos/acme/web/issues/1").headers["Location"].endswith("/issues/3")


def test_a_deleted_issue_is_gone_and_leaves_no_links(bench: Bench) -> None:
    other = bench.issue()
    bench.gh.block(other, "acme/web#1", by="mira")
    bench.gh.parent(other, "acme/web#1", by="mira")
    bench.act("delete", issue="acme/web#1")
    assert bench.get("/repos/acme/web/issues/1").status_code == 410
    assert bench.get("/repos/acme/web/issues/99").status_code == 404
    left = bench.get("/repos/acme/web/issues/2").json
    assert left["issue_dependencies_summary"]["total_blocked_by"] == 0
    assert left["parent_issue_url"] is None


def test_hiding_a_repository_hides_links_into_it_but_not_their_count(bench: Bench) -> None:
    bench.gh.block("acme/web#1", "acme/vault#1", by="mira")
    assert bench.rows("/repos/acme/web/issues/1/dependencies/blocked_by") == []
    assert bench.get("/repos/acme/web/issues/1").json["issue_dependencies_summary"]["total_blocked_by"] == 1
    bench.act("set_visibility", repository="acme/vault", visibility="public")
    assert len(bench.rows("/repos/acme/web/issues/1/dependencies/blocked_by")) == 1


def test_the_state_survives_a_dump(bench: Bench) -> None:
    bench.gh.block("acme/web#1", "acme/api#1", by="mira")
    bench.act("rename_repository", repository="acme/web", name="site")
    state = bench.site.dump()
    fresh = Bench()
    fresh.site.restore(state)
    assert fresh.site.dump() == state
    assert fresh.get("/repos/acme/web/issues/1").status_code == 301
    assert fresh.get("/repos/acme/site/issues/1").data == bench.get("/repos/acme/site/issues/1").data
    with pytest.raises(ValueError, match="not a GitHub state"):
        fresh.site.restore({"issues": 3})


@pytest.mark.parametrize(
    ("verb", "args", "said"),
    [
        ("fly", {}, "there is no act 'fly'"),
        ("close", {"issue": "acme/web#77"}, "there is no issue acme/web#77"),
        ("close", {"issue": "acme/web#1", "reason": "bored"}, "state_reason"),
        ("comment", {"issue": "acme/web#1", "body": " "}, "Body cannot be blank"),
        ("block", {"issue": "acme/web#1", "blocker": "acme/web#1"}, "cannot be blocked by itself"),
        ("grant", {"repository": "acme/web", "permission": "owner"}, "none, read, triage, write, maintain or admin"),
        ("options", {"gravity": False}, "gravity"),
        ("create", {"repository": "acme/web"}, "title must be given"),
    ],
)
def test_an_act_that_cannot_be_says_why(bench: Bench, verb: str, args: dict[str, str], said: str) -> None:
    with pytest.raises(BadAct, match=said):
        bench.act(verb, **args)


def test_an_account_that_is_renamed_leaves_its_repositories_findable(bench: Bench) -> None:
    bench.act("rename_owner", owner="acme", login="apex")
    assert bench.get("/repos/apex/web").json["full_name"] == "apex/web"
    moved = bench.get("/repos/acme/web/issues?state=all")
    assert (moved.status_code, "/repositories/" in moved.headers["Location"]) == (301, True)
    assert bench.get("/users/acme").status_code == 404
    text = '{repository(owner:"acme",name:"web"){nameWithOwner}}'
    assert bench.query(text)["data"]["repository"]["nameWithOwner"] == "apex/web"
    bench.site.restore(bench.site.dump())
    assert bench.get("/repos/acme/web").status_code == 301


def test_a_repository_goes_to_another_owner_with_its_issues(bench: Bench) -> None:
    bench.gh.repository("zoe/dots", owner_kind="User")
    before = bench.gh.find("acme/web#1").node_id
    bench.act("transfer_repository", repository="acme/web", to="zoe")
    assert bench.gh.find("zoe/web#1").node_id == before
    assert bench.get("/repos/zoe/web").status_code == 200
    assert bench.get("/repos/acme/web/issues/1").status_code == 301


def test_a_repository_that_is_deleted_takes_its_issues_along(bench: Bench) -> None:
    bench.gh.block("acme/web#1", "acme/api#1", by="mira")
    bench.gh.block("acme/api#1", "acme/vault#1", by="mira")
    bench.act("delete_repository", repository="acme/api")
    assert bench.get("/repos/acme/api").status_code == 404
    assert bench.gh.find("acme/web#1").blocked_by_ids == []
    assert bench.gh.find("acme/vault#1").blocking_ids == []
    bench.gh.repository("acme/api")
    assert bench.issue("acme/api") == "acme/api#1"
