"""Cross references and events: who leaves them, where they show, and what becomes of them."""

from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.github_bench import Bench

TIMELINE = (
    "query($types: [IssueTimelineItemsItemType!], $since: DateTime, $after: String) "
    '{ repository(owner: "acme", name: "web") { issue(number: 1) { '
    "timelineItems(first: 2, itemTypes: $types, since: $since, after: $after) { filteredCount "
    "pageInfo { hasNextPage endCursor } "
    "nodes { __typename ... on CrossReferencedEvent { id actor { __typename login } createdAt referencedAt "
    "isCrossRepository willCloseTarget url source { __typename ... on Issue { number repository { nameWithOwner } } "
    "... on PullRequest { number } } target { __typename ... on Issue { number } } } "
    "... on ConnectedEvent { subject { ... on PullRequest { number } } } "
    "... on DisconnectedEvent { subject { ... on PullRequest { number } } } } } } } }"
)
CROSS = ["CROSS_REFERENCED_EVENT"]


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.issue()
    return bench


def timeline(bench: Bench, **variables: Any) -> Any:
    body = bench.query(TIMELINE, **variables)
    return body["data"]["repository"]["issue"]["timelineItems"]


def test_bodies_and_comments_refer_and_titles_do_not(bench: Bench) -> None:
    bench.issue(title="About #1")
    assert timeline(bench, types=CROSS)["nodes"] == []
    quiet = bench.issue("acme/api")
    bench.gh.comment(quiet, "As in acme/web#1, `acme/web#1` and https://github.com/acme/web/issues/1", by="mira")
    (event,) = timeline(bench, types=CROSS)["nodes"]
    assert event["source"] == {"__typename": "Issue", "number": 1, "repository": {"nameWithOwner": "acme/api"}}
    assert (event["isCrossRepository"], event["willCloseTarget"]) == (True, False)
    assert event["url"].startswith("https://github.com/acme/api/issues/1#issuecomment-")
    assert event["actor"] == {"__typename": "User", "login": "mira"}


def test_an_edit_refers_anew_and_takes_nothing_away(bench: Bench) -> None:
    other = bench.issue(body="nothing")
    comment = bench.gh.comment(other, "see #1", by="mira")
    bench.act("edit_comment", comment=comment.id, body="never mind")
    bench.act("edit", issue=other, body="see #1 again")
    bench.act("delete_comment", comment=comment.id)
    assert len(timeline(bench, types=CROSS)["nodes"]) == 1


def test_a_reference_does_not_touch_what_it_names(bench: Bench) -> None:
    before = bench.gh.find("acme/web#1").updated_at
    bench.site.clock.set(bench.site.clock.now() + timedelta(minutes=1))
    bench.issue("acme/api", body="acme/web#1")
    assert bench.gh.find("acme/web#1").updated_at == before


def test_what_may_not_be_seen_does_not_refer(bench: Bench) -> None:
    bench.issue("acme/vault", body="acme/web#1")
    assert timeline(bench, types=CROSS) == {
        "filteredCount": 0,
        "pageInfo": {"hasNextPage": False, "endCursor": None},
        "nodes": [],
    }
    bench.act("set_visibility", repository="acme/vault", visibility="public")
    assert timeline(bench, types=CROSS)["filteredCount"] == 1


def test_a_timeline_is_paged_filtered_and_cut_by_date(bench: Bench) -> None:
    for _ in range(3):
        bench.issue(body="#1")
        bench.site.clock.set(bench.site.clock.now() + timedelta(minutes=1))
    page = timeline(bench, types=CROSS)
    assert (len(page["nodes"]), page["filteredCount"], page["pageInfo"]["hasNextPage"]) == (2, 3, True)
    (last,) = timeline(bench, types=CROSS, after=page["pageInfo"]["endCursor"])["nodes"]
    assert [n["source"]["number"] for n in timeline(bench, types=CROSS, since=last["createdAt"])["nodes"]] == [4]


def test_links_by_hand_come_and_go(bench: Bench) -> None:
    pull = bench.gh.pull("acme/web", "A pull", by="mira")
    closing = bench.gh.pull("acme/web", "Another", by="mira", body="Fixes #1")
    bench.act("link", issue=pull, to="acme/web#1")
    bench.act("link", issue=closing, to="acme/web#1")
    bench.act("unlink", issue=pull, to="acme/web#1")
    bench.act("unlink", issue=closing, to="acme/web#1")
    kinds = ["CONNECTED_EVENT", "DISCONNECTED_EVENT"]
    first = timeline(bench, types=kinds)
    rest = timeline(bench, types=kinds, after=first["pageInfo"]["endCursor"])
    assert [(n["__typename"], n["subject"]["number"]) for n in first["nodes"] + rest["nodes"]] == [
        ("ConnectedEvent", 2),
        ("ConnectedEvent", 3),
        ("DisconnectedEvent", 2),
        ("DisconnectedEvent", 3),
    ]
    text = (
        '{repository(owner:"acme",name:"web"){issue(number:1){closedByPullRequestsReferences(first:5){nodes{number}}}}}'
    )
    nodes = bench.query(text)["data"]["repository"]["issue"]["closedByPullRequestsReferences"]["nodes"]
    assert nodes == [{"number": 3}]


# Hidden ends


@pytest.mark.parametrize(("hidden", "seen", "total"), [("omitted", [2], 1), ("null", [2, None], 2)])
def test_a_blocker_out_of_sight(bench: Bench, hidden: str, seen: list[int | None], total: int) -> None:
    bench.gh.block("acme/web#1", bench.issue(), by="mira")
    bench.gh.block("acme/web#1", bench.issue("acme/vault"), by="mira")
    bench.site.set_options({"hidden_ends": hidden})
    text = (
        '{repository(owner:"acme",name:"web"){issue(number:1){issueDependenciesSummary{totalBlockedBy} '
        "blockedBy(first:5){totalCount nodes{number}}}}}"
    )
    issue = bench.query(text)["data"]["repository"]["issue"]
    assert issue["issueDependenciesSummary"]["totalBlockedBy"] == 2
    assert issue["blockedBy"]["totalCount"] == total
    assert [n and n["number"] for n in issue["blockedBy"]["nodes"]] == seen
    assert [r["number"] for r in bench.rows("/repos/acme/web/issues/1/dependencies/blocked_by")] == [2]


# The feed of a repository


def feed(bench: Bench, repository: str = "acme/web") -> list[tuple[str, int]]:
    rows = bench.rows(f"/repos/{repository}/issues/events?per_page=100")
    assert [r["id"] for r in rows] == sorted((r["id"] for r in rows), reverse=True)
    return [(row["event"], row["issue"]["number"]) for row in rows]


def test_both_ends_of_a_link_tell_of_it(bench: Bench) -> None:
    bench.gh.repository("acme/lib")
    bench.issue("acme/lib")
    bench.issue()
    bench.act("block", issue="acme/web#1", blocker="acme/lib#1")
    bench.act("unblock", issue="acme/web#1", blocker="acme/lib#1")
    bench.act("parent", issue="acme/web#2", parent="acme/web#1")
    bench.act("unparent", issue="acme/web#2")
    assert feed(bench, "acme/lib") == [("blocking_removed", 1), ("blocking_added", 1)]
    assert feed(bench) == [
        ("sub_issue_removed", 1),
        ("parent_issue_removed", 2),
        ("sub_issue_added", 1),
        ("parent_issue_added", 2),
        ("blocked_by_removed", 1),
        ("blocked_by_added", 1),
    ]


def test_the_feed_follows_its_issues(bench: Bench) -> None:
    bench.gh.repository("acme/lib")
    bench.act("edit", issue="acme/web#1", title="Another title")
    gone = bench.issue(labels=["x"])
    moved = bench.act("transfer", issue="acme/web#1", to="acme/lib")["issue"]
    assert feed(bench) == [("labeled", 2)]
    assert feed(bench, "acme/lib") == [("transferred", 1), ("renamed", 1)]
    bench.act("delete", issue=gone)
    assert feed(bench) == []
    assert moved == "acme/lib#1"


def test_an_unchanged_feed_costs_nothing(bench: Bench) -> None:
    path = "/repos/acme/web/issues/events"
    first = bench.get(path)
    used = bench.get(path, If_None_Match=first.headers["ETag"])
    assert (used.status_code, used.headers["X-RateLimit-Used"]) == (304, first.headers["X-RateLimit-Used"])
    bench.act("label", issue="acme/web#1", labels=["x"])
    assert bench.get(path, If_None_Match=first.headers["ETag"]).status_code == 200
