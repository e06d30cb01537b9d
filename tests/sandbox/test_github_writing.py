"""Comments, labels and links over REST, and what they leave behind."""

import pytest

from tests.sandbox.github_bench import MAY, Bench


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.issue(at=MAY)
    bench.issue(at=MAY, title="The provider")
    return bench


def updated(bench: Bench, number: int = 1) -> str:
    return str(bench.get(f"/repos/acme/web/issues/{number}").json["updated_at"])


def test_a_comment_is_kept_byte_for_byte(bench: Bench) -> None:
    body = "<!-- crosstie:v1 id=k3f9q -->\r\n\r\nné\t|  <b>x</b> @mira  \n"
    made = bench.ask("POST", "/repos/acme/web/issues/1/comments", {"body": body})
    assert made.status_code == 201
    path = f"/repos/acme/web/issues/comments/{made.json['id']}"
    assert bench.get(path).json["body"] == body
    assert made.json["author_association"] == "COLLABORATOR"
    assert bench.ask("PATCH", path, {"body": body + "!"}).json["body"] == body + "!"
    assert bench.ask("DELETE", path).status_code == 204
    assert bench.get(path).status_code == 404
    assert bench.ask("PATCH", path, {"body": "x"}).status_code == 404


def test_a_comment_of_another_repository_is_not_found_here(bench: Bench) -> None:
    bench.gh.repository("acme/two")
    made = bench.act("comment", issue="acme/web#1", body="x")["comment"]
    assert bench.get(f"/repos/acme/two/issues/comments/{made}").status_code == 404


def test_what_a_comment_may_not_be(bench: Bench) -> None:
    def status(body: object) -> int:
        return bench.ask("POST", "/repos/acme/web/issues/1/comments", body).status_code

    assert status({"body": "x" * 65_536}) == 201
    assert status({"body": "x" * 65_537}) == 422
    assert status({"body": ""}) == 422
    assert status({"text": "x"}) == 422
    assert status(["x"]) == 400
    bench.act("lock", issue="acme/web#1", reason="too heated")
    locked = bench.ask("POST", "/repos/acme/web/issues/1/comments", {"body": "x"})
    assert (locked.status_code, "locked" in locked.json["message"]) == (403, True)


def test_disabled_issues_are_gone_for_comments(bench: Bench) -> None:
    bench.gh.find_repository("acme/web").has_issues = False
    assert bench.ask("POST", "/repos/acme/web/issues/1/comments", {"body": "x"}).status_code == 410


def test_comments_and_labels_touch_the_issue_but_links_do_not(bench: Bench) -> None:
    before = updated(bench)
    blocker = bench.get("/repos/acme/web/issues/2").json["id"]
    path = "/repos/acme/web/issues/1"
    assert bench.ask("POST", f"{path}/dependencies/blocked_by", {"issue_id": blocker}).status_code == 201
    assert bench.ask("POST", "/repos/acme/web/issues/2/sub_issues", {"sub_issue_id": 3}).status_code == 404
    child = bench.get(path).json["id"]
    assert bench.ask("POST", "/repos/acme/web/issues/2/sub_issues", {"sub_issue_id": child}).status_code == 201
    assert updated(bench) == before == updated(bench, 2)
    assert [e["event"] for e in bench.rows("/repos/acme/web/issues/events")] == [
        "sub_issue_added",
        "parent_issue_added",
        "blocking_added",
        "blocked_by_added",
    ]
    bench.ask("POST", f"{path}/labels", {"labels": ["crosstie"]})
    assert updated(bench) > before


def test_links_are_seen_from_both_ends(bench: Bench) -> None:
    bench.act("block", issue="acme/web#1", blocker="acme/web#2")
    bench.act("parent", issue="acme/web#1", parent="acme/web#2")
    assert [r["number"] for r in bench.rows("/repos/acme/web/issues/1/dependencies/blocked_by")] == [2]
    assert [r["number"] for r in bench.rows("/repos/acme/web/issues/2/dependencies/blocking")] == [1]
    assert [r["number"] for r in bench.rows("/repos/acme/web/issues/2/sub_issues")] == [1]
    assert bench.get("/repos/acme/web/issues/1/parent").json["number"] == 2
    root = bench.get("/repos/acme/web/issues/2/parent")
    assert (root.status_code, root.json["message"]) == (404, "No parent issue found")
    bench.act("close", issue="acme/web#2")
    summary = bench.get("/repos/acme/web/issues/1").json["issue_dependencies_summary"]
    assert (summary["blocked_by"], summary["total_blocked_by"]) == (0, 1)
    bench.act("close", issue="acme/web#1")
    assert bench.get("/repos/acme/web/issues/2").json["sub_issues_summary"]["percent_completed"] == 100
    blocker = bench.get("/repos/acme/web/issues/2").json["id"]
    path = f"/repos/acme/web/issues/1/dependencies/blocked_by/{blocker}"
    assert [bench.ask("DELETE", path).status_code for _ in range(2)] == [200, 404]


def test_a_blocker_is_named_by_its_database_id(bench: Bench) -> None:
    path = "/repos/acme/web/issues/1/dependencies/blocked_by"
    assert bench.ask("POST", path, {"issue_id": 2}).status_code == 404
    assert bench.ask("POST", path, {"issue_id": "2"}).status_code == 422
    own = bench.get("/repos/acme/web/issues/1").json["id"]
    assert bench.ask("POST", path, {"issue_id": own}).status_code == 422


def test_parents_make_no_loop(bench: Bench) -> None:
    ids = [bench.get(f"/repos/acme/web/issues/{n}").json["id"] for n in (1, 2)]
    assert bench.ask("POST", "/repos/acme/web/issues/1/sub_issues", {"sub_issue_id": ids[1]}).status_code == 201
    assert bench.ask("POST", "/repos/acme/web/issues/2/sub_issues", {"sub_issue_id": ids[0]}).status_code == 422


def test_labels_are_added_one_by_one_and_replaced_by_patch(bench: Bench) -> None:
    path = "/repos/acme/web/issues/1"
    bench.ask("POST", f"{path}/labels", {"labels": ["a", "b/c d"]})
    added = bench.ask("POST", f"{path}/labels", ["A", "x"]).json
    assert [label["name"] for label in added] == ["a", "b/c d", "x"]
    left = bench.ask("DELETE", f"{path}/labels/b/c%20d").json
    assert [label["name"] for label in left] == ["a", "x"]
    assert bench.ask("DELETE", f"{path}/labels/b%2Fc%20d").status_code == 404
    assert [label["name"] for label in bench.ask("PATCH", path, {"labels": ["z"]}).json["labels"]] == ["z"]


def test_a_mention_leaves_a_cross_reference_where_it_can_be_seen(bench: Bench) -> None:
    before = updated(bench, 2)
    bench.act("comment", issue="acme/web#1", body="Blocked by acme/web#2 and `#2`")
    bench.act("comment", issue="acme/web#1", body="again #2")
    bench.act("create", repository="acme/vault", title="Secret", body="see https://github.com/acme/web/issues/2")
    entries = bench.rows("/repos/acme/web/issues/2/timeline")
    assert [(e["event"], e["source"]["issue"]["number"]) for e in entries] == [("cross-referenced", 1)]
    assert bench.rows("/repos/acme/web/issues/events") == []
    assert updated(bench, 2) == before


@pytest.mark.parametrize("text", ["`#2`", "```\n#2\n```", "<!-- #2 -->", "x#2", "#02", "&#2;", "#20"])
def test_what_is_no_mention(bench: Bench, text: str) -> None:
    bench.act("comment", issue="acme/web#1", body=text)
    assert bench.rows("/repos/acme/web/issues/2/timeline") == []


def test_a_merge_closes_what_it_names(bench: Bench) -> None:
    bench.gh.pull("acme/web", "To main", by="mira", body="Fixes #1, see #2")
    bench.gh.pull("acme/web", "To a branch", by="mira", body="closes #2", base="next")
    bench.act("merge", issue="acme/web#3")
    bench.act("merge", issue="acme/web#4")
    assert [bench.get(f"/repos/acme/web/issues/{n}").json["state"] for n in (1, 2, 3)] == ["closed", "open", "closed"]
    shown = bench.get("/repos/acme/web/pulls/3").json
    assert (shown["merged"], shown["merged_by"]["login"]) == (True, "mira")
    assert shown["id"] != bench.get("/repos/acme/web/issues/3").json["id"]
    assert bench.get("/repos/acme/web/pulls/1").status_code == 404


def test_a_milestone_is_due_at_midnight_in_california(bench: Bench) -> None:
    bench.act("milestone", issue="acme/web#1", title="Summer", due="2026-07-01")
    bench.act("milestone", issue="acme/web#2", title="Winter", due="2026-12-01")
    due = [bench.get(f"/repos/acme/web/issues/{n}").json["milestone"]["due_on"] for n in (1, 2)]
    assert due == ["2026-07-01T07:00:00Z", "2026-12-01T08:00:00Z"]
    assert [m["title"] for m in bench.rows("/repos/acme/web/milestones")] == ["Summer", "Winter"]
