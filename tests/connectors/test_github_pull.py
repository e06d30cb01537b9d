"""A pull of GitHub over real sockets: what is read, what it costs, and what is said when it cannot be read."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.base import Page, Request, TryLater
from connectors.github import GithubConnector
from connectors.github.walk import FEWEST, Pace
from model.facts import IssueFact, Milestone, Scope
from tests.connectors.contract import after, issues, walk
from tests.connectors.github_world import GitHub

BOTH = ("acme/web", "acme/api")
LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[GitHub]:
    world = GitHub.start()
    yield world
    world.running.close()


def by_key(pages: list[Page]) -> dict[str, IssueFact]:
    return {issue.key: issue for issue in issues(pages).values()}


def scopes(pages: list[Page]) -> dict[str, Scope]:
    return {scope.key: scope for page in pages for scope in page.scopes}


def census(pages: list[Page]) -> dict[str, frozenset[str]]:
    return {key: ids for page in pages for key, ids in (page.census or {}).items()}


def asked(connector: GithubConnector, request: Request | None = None) -> tuple[list[Page], int]:
    """Pages, and the requests they took beside the one for the account. A first pull looks up boards with one."""
    connector.account()
    before = connector.traffic.requests
    pages = walk(connector, request)
    return pages, connector.traffic.requests - before


# What is read


def test_both_ends_of_a_link_say_the_same(world: GitHub) -> None:
    found = by_key(walk(world.connector(*BOTH)))
    (blocked,) = (link for link in found["acme/web#1"].links if link.type_id == "blocked_by")
    (blocking,) = (link for link in found["acme/api#1"].links if link.type_id == "blocked_by")
    assert blocked.native_id == blocking.native_id
    assert (blocked.phrase, blocked.forward) == ("is blocked by", False)
    assert (blocking.phrase, blocking.forward) == ("blocks", True)
    assert (blocked.other.key, blocked.other.title, blocked.other.phase) == ("acme/api#1", "Give out tokens", "open")
    (closed_by,) = (link for link in found["acme/api#1"].links if link.type_id == "closes")
    (closes,) = found["acme/api#2"].links
    assert closes.native_id == closed_by.native_id
    assert (closes.phrase, closes.other.key) == ("closes", "acme/api#1")
    assert (closed_by.phrase, closed_by.other.key, closed_by.other.phase) == ("is closed by", "acme/api#2", "started")


def test_link_types_name_both_phrases(world: GitHub) -> None:
    (types,) = (page.link_types for page in walk(world.connector("acme/web")) if page.link_types)
    assert {(t.id, t.outward, t.inward) for t in types} == {
        ("blocked_by", "blocks", "is blocked by"),
        ("closes", "closes", "is closed by"),
        ("mentioned", "mentions", "is mentioned by"),
    }


def test_an_issue_is_read_whole(world: GitHub) -> None:
    world.write.milestone("acme/web", "Spring", due=date(2026, 4, 1))
    key = world.write.issue(
        "acme/web",
        "Write the manual",
        by="mira",
        at=LONG_AGO,
        type="Task",
        labels=["docs", "agreed"],
        assignees=["jonas"],
        milestone="Spring",
        closed=LONG_AGO + timedelta(days=1),
        reason="not_planned",
    )
    world.write.parent(key, "acme/web#1", by="mira")
    fact = by_key(walk(world.connector(*BOTH)))[key]
    assert (fact.kind, fact.type_name, fact.status) == ("issue", "Task", "closed")
    assert (fact.phase, fact.resolution) == ("done", "not_planned")
    assert fact.resolved == LONG_AGO + timedelta(days=1)
    assert set(fact.labels) == {"docs", "agreed"}
    assert [person.id for person in fact.assignees] == ["jonas"]
    assert fact.milestone == Milestone(number=1, title="Spring", due_on=datetime(2026, 4, 1, 7, tzinfo=UTC))
    assert fact.parent is not None
    assert (fact.parent.key, fact.parent.native_id) == ("acme/web#1", world.address("acme/web#1").native_id)
    assert fact.url.endswith("/acme/web/issues/3")
    assert fact.other_ids == (str(world.write.find(key).id),)


def test_pull_requests_have_a_branch_and_an_outcome(world: GitHub) -> None:
    merged = world.write.pull("acme/web", "A", by="mira", head="PAY-7-keys", merged=LONG_AGO)
    dropped = world.write.pull("acme/web", "B", by="mira", head="b", closed=LONG_AGO)
    draft = world.write.pull("acme/web", "C", by="mira", head="c", draft=True)
    found = by_key(walk(world.connector("acme/web")))
    assert (found[merged].kind, found[merged].resolution, found[merged].phase) == ("pull_request", "merged", "done")
    assert found[merged].branch == "PAY-7-keys"
    assert [m.key for m in found[merged].mentions if m.place == "branch"] == ["PAY-7"]
    assert (found[dropped].resolution, found[dropped].phase) == ("unmerged", "done")
    assert (found[draft].status, found[draft].phase, found[draft].resolution) == ("draft", "started", "")


def test_mentions_know_who_said_them(world: GitHub) -> None:
    world.write.comment("acme/web#2", "Blocked by acme/api#1", by="passer-by")
    found = by_key(walk(world.connector(*BOTH)))
    (member,) = (m for m in found["acme/web#1"].mentions if m.place == "body")
    assert (member.key, member.structured, member.lean, member.belongs) == ("acme/api#1", True, "depends", True)
    (stranger,) = found["acme/web#2"].mentions
    assert stranger.author is not None
    assert (stranger.author.id, stranger.belongs, stranger.place[:8]) == ("passer-by", False, "comment:")


def test_long_lists_are_followed(world: GitHub) -> None:
    for n in range(120):
        world.write.comment("acme/web#2", f"remark {n}", by="jonas")
    pages, requests = asked(world.connector("acme/web"))
    fact = by_key(pages)["acme/web#2"]
    assert len(fact.comments) == len({comment.id for comment in fact.comments}) == 120
    assert fact.partial == ""
    assert requests == 1 + 2


# What it costs


def test_a_full_pull_takes_a_request_for_each_hundred(world: GitHub) -> None:
    for n in range(250):
        world.write.issue("acme/web", f"Issue {n}", by="mira")
    pages, requests = asked(world.connector("acme/web"))
    assert len(issues(pages)) == 252
    assert requests == 1 + 3
    assert census(pages) == {"acme/web": frozenset(issues(pages))}


def test_quiet_repositories_share_requests(world: GitHub) -> None:
    names = [f"acme/part-{n}" for n in range(24)]
    for name in names:
        world.write.repository(name)
        world.write.issue(name, "Only one", by="mira", at=LONG_AGO)
    first, full = asked(world.connector(*names))
    again, quiet = asked(world.connector(*names), after(first))
    assert len(issues(first)) == 24
    assert full <= 5
    assert quiet == 3
    assert set(after(again).cursors) == set(names)


def test_a_delta_reads_only_what_moved(world: GitHub) -> None:
    for n in range(150):
        moment = LONG_AGO + timedelta(hours=n)
        world.write.issue("acme/web", f"Issue {n}", by="mira", at=LONG_AGO, updated=moment)
        world.write.pull("acme/web", f"Pull {n}", by="mira", head=f"b{n}", at=LONG_AGO, updated=moment)
    before = walk(world.connector("acme/web"))
    world.act("edit", issue="acme/web#10", title="Another title")
    pages, requests = asked(world.connector("acme/web"), after(before))
    assert by_key(pages)["acme/web#10"].title == "Another title"
    assert requests == 1
    assert len(issues(pages)) < 10


def test_what_was_read_for_good_is_not_read_again(world: GitHub) -> None:
    """Not even the newest issue, with which each delta begins: its comments fill more than a page."""
    for n in range(120):
        world.write.comment("acme/web#2", f"remark {n}", by="jonas", at=LONG_AGO)
    world.running.world.clock.set(datetime.now(UTC) + timedelta(days=1))
    before = walk(world.connector("acme/web"))
    pages, requests = asked(world.connector("acme/web"), after(before))
    assert (issues(pages), requests) == ({}, 1)
    pages, requests = asked(world.connector("acme/web"), after(pages))
    assert (issues(pages), requests) == ({}, 1)


def test_a_change_within_the_second_of_the_last_reading_is_seen(world: GitHub) -> None:
    world.running.world.clock.set(LONG_AGO + timedelta(days=9))
    world.act("edit", issue="acme/web#2", title="First")
    before = walk(world.connector("acme/web"))
    assert by_key(before)["acme/web#2"].title == "First"
    world.act("edit", issue="acme/web#2", title="Second")
    after_it = walk(world.connector("acme/web"), after(before))
    assert by_key(after_it)["acme/web#2"].title == "Second"
    assert by_key(after_it)["acme/web#2"].updated == by_key(before)["acme/web#2"].updated


def test_a_query_too_slow_is_asked_again_at_half_the_size(world: GitHub) -> None:
    for n in range(60):
        world.write.issue("acme/web", f"Issue {n}", by="mira")
    connector = world.connector("acme/web")
    connector.account()
    world.fault(kind="status", status=502, method="POST", path="graphql", body="pullRequests.first: 100")
    assert len(issues(walk(connector))) == 62
    assert connector.traffic.retries == 0


def test_a_server_that_stays_slow_is_left_alone(world: GitHub) -> None:
    connector = world.connector("acme/web")
    connector.account()
    world.fault(kind="status", status=504, count=-1)
    with pytest.raises(TryLater):
        walk(connector)
    sizes = 1 + (100 // FEWEST).bit_length()
    assert connector.traffic.requests <= 1 + sizes + 2


# What deltas cannot see


def test_links_that_leave_no_trace_are_found_by_the_sweep(world: GitHub) -> None:
    for n in range(20):
        world.write.issue("acme/web", f"Issue {n}", by="mira", at=LONG_AGO, updated=LONG_AGO)
    before = walk(world.connector(*BOTH))
    world.act("unblock", issue="acme/web#1", blocker="acme/api#1")
    world.act("block", issue="acme/web#12", blocker="acme/web#13")
    world.act("parent", issue="acme/web#14", parent="acme/web#15")
    pages, requests = asked(world.connector(*BOTH), after(before, structure=True))
    found = by_key(pages)
    assert not [link for link in found["acme/web#1"].links if link.type_id == "blocked_by"]
    assert not [link for link in found["acme/api#1"].links if link.type_id == "blocked_by"]
    assert [link.phrase for link in found["acme/web#12"].links] == ["is blocked by"]
    assert [link.phrase for link in found["acme/web#13"].links] == ["blocks"]
    assert found["acme/web#14"].parent is not None
    assert requests <= 1 + 4
    quiet, requests = asked(world.connector(*BOTH), after(pages, structure=True))
    assert requests == 1 + 2
    assert "acme/web#12" not in by_key(quiet)


def test_the_census_misses_what_was_deleted(world: GitHub) -> None:
    before = walk(world.connector(*BOTH))
    gone = world.address("acme/web#2").native_id
    world.act("delete", issue="acme/web#2")
    pages = walk(world.connector(*BOTH), after(before, structure=True))
    assert gone in census(before)["acme/web"]
    assert census(pages)["acme/web"] == census(before)["acme/web"] - {gone}
    assert world.connector(*BOTH).look(world.absent_issue) is None


def test_a_transferred_issue_is_found_at_its_new_place(world: GitHub) -> None:
    old = world.address("acme/web#2")
    world.act("transfer", issue="acme/web#2", to="acme/api")
    fact = world.connector(*BOTH).look(old)
    assert fact is not None
    assert (fact.ref.scope, fact.title) == ("acme/api", "Rotate the keys")
    assert fact.native_id != old.native_id


# Which repositories


def test_a_renamed_repository_is_read_under_its_new_name(world: GitHub) -> None:
    before = walk(world.connector(*BOTH))
    world.act("rename_repository", repository="acme/web", name="site")
    pages = walk(world.connector(*BOTH), after(before))
    assert {"acme/site#1", "acme/site#2"} <= by_key(pages).keys()
    assert {key: scope.missing for key, scope in scopes(pages).items()} == dict.fromkeys(
        ("acme/site", "acme/web", "acme/api"), ""
    )
    later, requests = asked(world.connector(*BOTH), after(pages))
    assert "acme/site" in after(later).cursors
    assert (census(later), requests) == ({}, 1)


def test_globs_name_what_their_owner_has(world: GitHub) -> None:
    world.write.repository("acme/api-ledger", visibility="private")
    world.write.repository("other/api-x")
    pages = walk(world.connector("acme/api*", "acme/none-*"))
    found = scopes(pages)
    assert {key for key, scope in found.items() if not scope.missing} == {"acme/api", "acme/api-ledger"}
    assert "no repository" in found["acme/none-*"].missing
    assert (found["acme/api"].public, found["acme/api-ledger"].public) == (True, False)
    _, requests = asked(world.connector("acme/api*"), after(pages, structure=False))
    assert requests == 1


def test_what_a_glob_no_longer_finds_is_looked_for_by_name(world: GitHub) -> None:
    world.write.repository("acme/api-old")
    world.write.repository("acme/api-lost")
    before = walk(world.connector("acme/api-*"))
    world.act("rename_repository", repository="acme/api-old", name="api-new")
    world.act("grant", repository="acme/api-lost", permission="none")
    world.act("set_visibility", repository="acme/api-lost", visibility="private")
    found = scopes(walk(world.connector("acme/api-*"), after(before, structure=True)))
    assert {key: bool(scope.missing) for key, scope in found.items()} == {
        "acme/api-new": False,
        "acme/api-old": False,
        "acme/api-lost": True,
    }


def test_what_is_not_a_repository_is_said(world: GitHub) -> None:
    found = scopes(walk(world.connector("web", "*/web", "acme/web")))
    assert "owner/name" in found["web"].missing
    assert "owner/name" in found["*/web"].missing
    assert found["acme/web"].missing == ""


# Odd answers


def reply(data: Any, *problems: dict[str, Any]) -> dict[str, Any]:
    return {
        "kind": "status",
        "status": 200,
        "path": "graphql",
        "body": "pullRequests",
        "text": json.dumps({"data": data, "errors": problems}),
    }


def test_a_limit_that_comes_with_status_200_is_waited_out(world: GitHub) -> None:
    connector = world.connector("acme/web", patient=True)
    connector.account()
    world.fault(**reply(None, {"type": "RATE_LIMITED", "message": "API rate limit exceeded"}))
    assert world.issue.native_id in issues(walk(connector))
    assert connector.traffic.retries == 1
    assert connector.traffic.waited >= 60


def test_rows_that_may_not_be_read_leave_the_scope_incomplete(world: GitHub) -> None:
    connector = world.connector("acme/web")
    connector.account()
    page = {"nodes": [None], "pageInfo": {"hasNextPage": False, "endCursor": None}}
    shown = {"id": "R_1", "nameWithOwner": "acme/web", "isPrivate": True, "issues": page, "pullRequests": page}
    denied = {"type": "FORBIDDEN", "message": "no", "path": ["r0", "issues", "nodes", 0]}
    world.fault(**reply({"r0": shown}, denied))
    pages = walk(connector)
    assert "may not read" in scopes(pages)["acme/web"].missing
    assert after(pages).cursors == {}
    assert census(pages) == {}


def test_a_row_without_its_essentials_is_skipped_and_named(world: GitHub) -> None:
    connector = world.connector("acme/web")
    connector.account()
    end = {"hasNextPage": False, "endCursor": None}
    odd = {"id": "I_1", "number": 7, "updatedAt": "2026-01-01T00:00:00Z", "repository": None}
    shown = {"id": "R_1", "nameWithOwner": "acme/web", "isPrivate": False}
    lists = {"issues": {"nodes": [odd], "pageInfo": end}, "pullRequests": {"nodes": [], "pageInfo": end}}
    world.fault(**reply({"r0": shown | lists}))
    pages = walk(connector)
    assert "number 7" in scopes(pages)["acme/web"].missing
    assert after(pages).cursors == {}


def test_a_catalog_or_cursor_from_elsewhere_means_starting_anew(world: GitHub) -> None:
    pages = walk(world.connector("acme/web"), Request(cursors={"acme/web": "12345"}, catalog="{broken"))
    assert len(issues(pages)) == 2
    assert set(after(pages).cursors) == {"acme/web"}


# Other servers


def test_an_older_server_is_asked_only_for_what_it_has(world: GitHub) -> None:
    world.site.set_options({"hide_new_fields": True})
    fact = by_key(walk(world.connector(*BOTH)))["acme/web#1"]
    assert fact.links == ()
    assert [m.key for m in fact.mentions if m.structured] == ["acme/api#1"]


def test_an_enterprise_server_is_asked_under_its_prefix(world: GitHub) -> None:
    pages = walk(world.connector("acme/web", path="/api/v3"))
    assert len(issues(pages)) == 2


def test_what_changes_while_we_page_is_not_lost(world: GitHub) -> None:
    for n in range(150):
        moment = LONG_AGO + timedelta(hours=n)
        world.write.issue("acme/web", f"Issue {n}", by="mira", at=LONG_AGO, updated=moment)
        world.write.pull("acme/web", f"Pull {n}", by="mira", head=f"b{n}", at=LONG_AGO, updated=moment)
    world.site.set_options({"slow_above_nodes": 9_000})
    pages: list[Page] = []
    for page in world.connector("acme/web").pull(Request()):
        pages.append(page)
        if len(page.issues) and not by_key(pages[:-1]):
            for key in ("acme/web#3", "acme/web#4", "acme/web#299", "acme/web#300"):
                world.act("edit", issue=key, title=f"Changed {key}")
    found = by_key(pages)
    changed = {key: fact.title for key, fact in found.items() if fact.title.startswith("Changed")}
    assert len(found) == 302
    assert changed.keys() == {"acme/web#3", "acme/web#4", "acme/web#299", "acme/web#300"}
    (ids,) = census(pages).values()
    assert ids == issues(pages).keys()


@given(rows=st.lists(st.integers(0, 10**6), min_size=1, max_size=10), most=st.integers(5, 100))
def test_rows_of_a_request_are_shared_by_size(rows: list[int], most: int) -> None:
    shares = Pace(most=most).shares(rows)
    assert all(1 <= share <= 100 for share in shares)
    assert sum(shares) <= max(most, len(rows))
    assert all(a >= b for a, x in zip(shares, rows, strict=True) for b, y in zip(shares, rows, strict=True) if x > y)
