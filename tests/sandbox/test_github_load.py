"""Raw rows as found in the wild, and the PyGithub client over a real socket."""

from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from github import Auth, Github, GithubException, UnknownObjectException
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request

from tests.sandbox.github_bench import TOKEN, Bench

ROW: dict[str, Any] = {
    "url": "https://api.github.com/repos/otter/raft/issues/7",
    "html_url": "https://github.com/otter/raft/pull/7",
    "id": 3_000_000_007,
    "node_id": "PR_kwDOAAAA",
    "number": 7,
    "title": "Float higher",
    "user": {"login": "lena", "id": 77, "type": "User"},
    "labels": [{"name": "hull", "color": "ff0000"}],
    "milestone": {"number": 4, "title": "Sea trial", "due_on": "2020-03-01T08:00:00Z", "state": "closed"},
    "state": "closed",
    "state_reason": None,
    "comments": 3,
    "created_at": "2020-01-01T00:00:00Z",
    "updated_at": "2020-02-01T00:00:00Z",
    "closed_at": "2020-02-01T00:00:00Z",
    "author_association": "CONTRIBUTOR",
    "body": "Fixes #3",
    "score": 1,
    "pull_request": {"merged_at": "2020-02-01T00:00:00Z"},
}
PULL_ROW = {
    "url": "https://api.github.com/repos/otter/raft/pulls/7",
    "id": 555,
    "number": 7,
    "title": "Float higher",
    "state": "closed",
    "head": {"ref": "hull", "sha": "a" * 40},
    "base": {"ref": "main"},
    "created_at": "2020-01-01T00:00:00Z",
}
PLAIN = {"url": "https://api.github.com/repos/otter/raft/issues/3", "number": 3, "title": "Sinks", "id": 3}


def test_rows_keep_what_they_say() -> None:
    bench = Bench()
    assert bench.site.load_rows([ROW, {"number": 1, "title": "no place"}, {"raw": PLAIN}, PULL_ROW]) == 3
    row = bench.get("/repos/otter/raft/issues/7").json
    kept = ["id", "node_id", "title", "updated_at", "closed_at", "author_association", "comments", "score"]
    assert {name: row[name] for name in kept} == {name: ROW[name] for name in kept}
    assert (row["user"]["id"], row["labels"][0]["color"]) == (77, "ff0000")
    assert (row["milestone"]["number"], row["milestone"]["due_on"]) == (4, "2020-03-01T08:00:00Z")
    assert row["pull_request"]["merged_at"] == "2020-02-01T00:00:00Z"
    pull = bench.get("/repos/otter/raft/pulls/7").json
    assert (pull["id"], pull["head"]["ref"]) == (555, "hull")
    closing = "pullRequest(number:7){closingIssuesReferences(first:1){nodes{number}}}"
    found = bench.query(f'{{repository(owner:"otter",name:"raft"){{{closing}}}}}')["data"]["repository"]
    assert found["pullRequest"]["closingIssuesReferences"] == {"nodes": [{"number": 3}]}
    assert bench.act("create", repository="otter/raft", title="Next")["number"] == 8


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def served() -> Iterator[tuple[Bench, str]]:
    bench = Bench()
    server = make_server("127.0.0.1", 0, lambda e, s: bench.site.respond(Request(e))(e, s), request_handler=_Quiet)
    url = f"http://127.0.0.1:{server.port}"
    bench.site.base_url = lambda: url
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield bench, url
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_pygithub_works_against_it(served: tuple[Bench, str], prefix: str) -> None:
    bench, url = served
    for _ in range(5):
        bench.issue()
    client = Github(
        base_url=url + prefix,
        auth=Auth.Token(TOKEN),
        per_page=2,
        retry=None,
        seconds_between_requests=0,
        seconds_between_writes=0,
    )
    repository = client.get_repo("acme/web")
    issues = list(repository.get_issues(state="all"))
    assert [issue.number for issue in issues] == [5, 4, 3, 2, 1]
    comment = issues[0].create_comment("<!-- m --> hello")
    comment.edit("<!-- m --> again")
    assert comment.minimize("RESOLVED")
    assert comment.unminimize()
    assert [c.body for c in issues[0].get_comments()] == ["<!-- m --> again"]
    issues[0].add_to_labels("crosstie", "late")
    issues[0].remove_from_labels("late")
    issues[0].add_blocked_by(issues[1])
    assert [i.number for i in issues[0].get_blocked_by()] == [4]
    assert issues[0].issue_dependencies_summary.total_blocked_by == 1
    issues[0].add_sub_issue(issues[2])
    assert [i.number for i in issues[0].get_sub_issues()] == [3]
    issues[3].edit(state="closed", state_reason="not_planned")
    closer = issues[3].closed_by
    assert closer is not None
    assert closer.login == "crosstie-bot"
    assert "blocked_by_added" in [event.event for event in repository.get_issues_events()]
    with pytest.raises(UnknownObjectException):
        client.get_repo("acme/vault")
    with pytest.raises(GithubException) as refused:
        client.get_repo("acme/api").create_issue("x")
    assert refused.value.status == 403
    bench.act("rename_repository", repository="acme/web", name="site")
    assert client.get_repo("acme/web").full_name == "acme/site"
    client.close()
