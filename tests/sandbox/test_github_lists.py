"""Lists over REST: what is in them, how they are cut, what a repeated question costs."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest

from tests.sandbox.github_bench import BASE, MAY, Bench


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    for day in range(5):
        bench.issue(at=MAY + timedelta(days=day), labels=["even"] if day % 2 == 0 else [])
    bench.gh.pull("acme/web", "A change", by="mira", at=MAY + timedelta(days=9))
    return bench


def numbers(bench: Bench, query: str) -> list[int]:
    return [row["number"] for row in bench.rows(f"/repos/acme/web/issues?{query}")]


def test_pull_requests_are_in_the_issue_list(bench: Bench) -> None:
    rows = bench.rows("/repos/acme/web/issues")
    assert [row["number"] for row in rows] == [6, 5, 4, 3, 2, 1]
    assert [("pull_request" in row) for row in rows] == [True, False, False, False, False, False]
    assert "closed_by" not in rows[1]


def test_since_is_inclusive_and_1970_finds_nothing(bench: Bench) -> None:
    assert numbers(bench, "state=all&since=2026-05-04T12:00:00Z") == [6, 5, 4]
    assert numbers(bench, "state=all&since=2026-05-04T12:00:01Z") == [6, 5]
    assert numbers(bench, "since=1970-01-01T00:00:00Z") == []


def test_filters_and_order(bench: Bench) -> None:
    bench.act("close", issue="acme/web#1")
    assert numbers(bench, "labels=even&direction=asc") == [3, 5]
    assert numbers(bench, "state=closed") == [1]
    assert numbers(bench, "state=all&sort=updated")[0] == 1


def test_pages_follow_an_opaque_cursor_without_last(bench: Bench) -> None:
    found, path = [], "/repos/acme/web/issues?state=all&per_page=4"
    while path:
        answer = bench.get(path)
        found += [row["number"] for row in answer.json]
        links = answer.headers.get("Link", "")
        assert 'rel="last"' not in links
        path = ""
        if 'rel="next"' in links:
            parts = urlsplit(links.split(">")[0].lstrip("<"))
            assert parts.path.startswith("/repositories/")
            assert "after=" in parts.query
            path = f"{parts.path}?{parts.query}"
    assert found == [6, 5, 4, 3, 2, 1]


def test_an_issue_updated_while_paging_is_met_again(bench: Bench) -> None:
    first = bench.get("/repos/acme/web/issues?state=all&sort=updated&direction=asc&per_page=3")
    assert [row["number"] for row in first.json] == [1, 2, 3]
    bench.act("edit", issue="acme/web#1", title="Moved to the end")
    following = first.headers["Link"].split(">")[0].lstrip("<").removeprefix(BASE)
    assert [row["number"] for row in bench.rows(following)] == [4, 5, 6]
    assert numbers(bench, "state=all&sort=updated&direction=asc")[-1] == 1


def test_more_than_a_hundred_rows_a_page_is_silently_a_hundred(bench: Bench) -> None:
    for _ in range(100):
        bench.issue()
    assert len(bench.rows("/repos/acme/web/issues?per_page=500")) == 100


def test_pages_by_number_end(bench: Bench) -> None:
    assert bench.get("/repos/acme/web/issues?page=102&per_page=100").status_code == 422


def test_an_unchanged_list_is_304_and_free(bench: Bench) -> None:
    path = "/repos/acme/web/issues?state=all"
    first = bench.get(path)
    again = bench.get(path, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["X-RateLimit-Used"] == first.headers["X-RateLimit-Used"]
    bench.gh.block("acme/web#1", "acme/web#2", by="mira")
    assert bench.get(path, If_None_Match=first.headers["ETag"]).status_code == 200


def test_other_lists_have_numbered_pages(bench: Bench) -> None:
    for text in ("one", "two", "three"):
        bench.act("comment", issue="acme/web#1", body=text)
    answer = bench.get("/repos/acme/web/issues/1/comments?per_page=2")
    assert [row["body"] for row in answer.json] == ["one", "two"]
    assert 'rel="last"' in answer.headers["Link"]
    assert [row["body"] for row in bench.rows("/repos/acme/web/issues/comments?sort=updated")] == [
        "three",
        "two",
        "one",
    ]


def test_an_owner_shows_only_what_the_caller_may_see(bench: Bench) -> None:
    assert [row["full_name"] for row in bench.rows("/orgs/acme/repos")] == ["acme/api", "acme/web"]
    assert bench.get("/orgs/mira/repos").status_code == 404
    assert bench.rows("/users/mira/repos") == []


def test_the_newer_version_drops_assignee(bench: Bench) -> None:
    assert "assignee" in bench.get("/repos/acme/web/issues/1").json
    assert "assignee" not in bench.get("/repos/acme/web/issues/1", X_GitHub_Api_Version="2026-03-10").json
    assert bench.get("/user", X_GitHub_Api_Version="2020-01-01").status_code == 400
