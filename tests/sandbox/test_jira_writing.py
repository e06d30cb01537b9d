"""Writes over REST: what Jira takes, what it refuses and in which words, and what each does to an issue."""

from typing import Any

import pytest

from tests.sandbox.jira_bench import ADMIN, BOT, MARCH, Bench, document


@pytest.fixture
def jira() -> Bench:
    return Bench()


def comment(jira: Bench, text: str = "Waiting", **more: Any) -> dict[str, Any]:
    answer = jira.ask("POST", "issue/PAY-1/comment", {"body": document(text), **more})
    assert answer.status == 201, answer.data
    made: dict[str, Any] = answer.json
    return made


def test_a_comment_lives(jira: Bench) -> None:
    before = jira.updated("PAY-1")
    made = comment(jira, properties=[{"key": "crosstie", "value": {"marker": "m"}}])
    path = f"issue/PAY-1/comment/{made['id']}"
    assert made["author"]["accountId"] == "557058:crosstie-bot"
    assert before < jira.updated("PAY-1")
    edited = jira.ask("PUT", path + "?notifyUsers=false", {"body": document("Still waiting")}).json
    assert (edited["created"], edited["body"]) == (made["created"], document("Still waiting"))
    assert edited["updated"] > made["updated"]
    listed = jira.ask("POST", "comment/list?expand=properties", {"ids": [int(made["id"]), 4]}).json["values"]
    assert [row["properties"] for row in listed] == [[{"key": "crosstie", "value": {"marker": "m"}}]]
    assert "properties" not in jira.get(path)
    assert jira.ask("DELETE", path).status == 204
    assert [jira.ask(verb, path, {"body": document("x")}).status for verb in ("GET", "PUT", "DELETE")] == [404] * 3


def test_comments_are_listed_by_pages_in_either_order(jira: Bench) -> None:
    ids = [comment(jira, str(n))["id"] for n in range(5)]
    page = jira.get("issue/PAY-1/comment?startAt=1&maxResults=2")
    assert ([row["id"] for row in page["comments"]], page["total"], page["startAt"]) == (ids[1:3], 5, 1)
    newest = jira.get("issue/PAY-1/comment?orderBy=-created&maxResults=1")
    assert [row["id"] for row in newest["comments"]] == ids[-1:]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("plain text", "must be an Atlassian Document"),
        (None, "must be an Atlassian Document"),
        ({"type": "doc", "content": []}, "INVALID_INPUT"),
        (document(), "can not be empty"),
        (document(""), "INVALID_INPUT"),
        ({"version": 1, "type": "doc", "content": [{"type": "marquee"}]}, "INVALID_INPUT"),
        (document("x" * 32_768), "CONTENT_LIMIT_EXCEEDED"),
    ],
)
def test_version_3_takes_nothing_but_sound_documents(jira: Bench, body: Any, said: str) -> None:
    for method, path in (("POST", "issue/PAY-1/comment"), ("PUT", f"issue/PAY-1/comment/{comment(jira)['id']}")):
        answer = jira.ask(method, path, {"body": body})
        assert answer.status == 400
        assert said in answer.said


def test_documents_nested_beyond_reason_are_refused(jira: Bench) -> None:
    for depth in (100, 2000):
        node: Any = document("x")["content"][0]
        text = '{"body":{"version":1,"type":"doc","content":[' + '{"type":"blockquote","content":[' * depth
        raw = text + str(node).replace("'", '"') + "]}" * depth + "]}}"
        got = jira.client.post("/rest/api/3/issue/PAY-1/comment", data=raw, auth=BOT, content_type="application/json")
        assert got.status_code == 400


def test_version_2_takes_text_and_version_3_shows_it_as_paragraphs(jira: Bench) -> None:
    made = jira.ask("POST", "issue/PAY-1/comment", {"body": "First\n\nSecond"}, version="2").json
    assert made["body"] == "First\nSecond"
    assert jira.get(f"issue/PAY-1/comment/{made['id']}")["body"] == document("First", "Second")
    for body in ("", "  ", document("x"), None):
        assert jira.ask("POST", "issue/PAY-1/comment", {"body": body}, version="2").status == 400


@pytest.mark.parametrize(
    ("visibility", "status"),
    [
        ({"type": "role", "value": "Developers"}, 201),
        ({"type": "group", "identifier": "276f955c-63d7-42c8-9520-92d01dca0625"}, 201),
        ({"type": "role", "value": "Astronauts"}, 400),
        ({"type": "planet", "value": "Mars"}, 400),
        ({"type": "role"}, 400),
        ("Developers", 400),
    ],
)
def test_a_comment_for_some(jira: Bench, visibility: Any, status: int) -> None:
    answer = jira.ask("POST", "issue/PAY-1/comment", {"body": document("x"), "visibility": visibility})
    assert answer.status == status
    assert status == 400 or answer.json["visibility"] == visibility


def test_comments_of_others_are_not_ours_to_change(jira: Bench) -> None:
    theirs = jira.act("comment", issue="PAY-1", text="Mine")["comment"]
    path = f"issue/PAY-1/comment/{theirs}"
    assert jira.ask("PUT", path, {"body": document("Ours")}).status == 400
    assert jira.ask("DELETE", path).status == 400
    assert jira.ask("PUT", f"comment/{theirs}/properties/crosstie", {"marker": "m"}).status == 400
    assert jira.ask("DELETE", path, auth=ADMIN).status == 204


def test_where_we_may_not_write(jira: Bench) -> None:
    made = comment(jira)
    jira.act("mute_project", project="PAY")
    calls: list[tuple[str, str, Any]] = [
        ("POST", "issue/PAY-1/comment", {"body": document("x")}),
        ("PUT", f"issue/PAY-1/comment/{made['id']}", {"body": document("x")}),
        ("PUT", "issue/PAY-1", {"update": {"labels": [{"add": "x"}]}}),
        ("PUT", "issue/PAY-1/properties/crosstie", 1),
        ("POST", "issue/PAY-1/remotelink", {"object": {"url": "https://acme.example", "title": "x"}}),
        ("POST", "issue/PAY-1/transitions", {"transition": {"id": "3"}}),
        ("POST", "issue", {"fields": {"project": {"key": "PAY"}, "summary": "x"}}),
    ]
    for method, path, body in calls:
        answer = jira.ask(method, path, body)
        assert (answer.status, "permission" in answer.said) == (403, True), path
    assert jira.ask("GET", "issue/PAY-1").status == 200


def test_labels_fields_and_properties_in_one_request(jira: Bench) -> None:
    body = {
        "update": {"labels": [{"add": "crosstie"}, {"remove": "checkout"}, {"add": "crosstie"}]},
        "fields": {"duedate": "2026-04-01", "fixVersions": [{"name": "2026.3"}]},
        "properties": [{"key": "crosstie", "value": 1}],
    }
    assert jira.ask("PUT", "issue/PAY-1", body).status == 204
    fields = jira.fields("PAY-1")
    assert (fields["labels"], fields["duedate"]) == (["crosstie"], "2026-04-01")
    assert fields["fixVersions"][0]["releaseDate"] == "2026-03-31"
    assert jira.get("issue/PAY-1/properties/crosstie")["value"] == 1
    [history] = jira.get("issue/PAY-1/changelog")["values"]
    assert {item["field"] for item in history["items"]} == {"labels", "duedate", "Fix Version"}
    answer = jira.ask("PUT", "issue/PAY-1?returnIssue=true", {"update": {"labels": [{"set": ["a"]}]}})
    assert answer.json["fields"]["labels"] == ["a"]


@pytest.mark.parametrize(
    ("body", "field", "said"),
    [
        ({"update": {"labels": [{"add": "two words"}]}}, "labels", "contains spaces"),
        ({"update": {"labels": [{"copy": "x"}]}}, "labels", "not supported"),
        ({"update": {"summary": [{"add": "x"}]}}, "summary", "not supported"),
        ({"update": {"labels": ["x"]}}, "labels", "single verb"),
        ({"fields": {"labels": "x"}}, "labels", "not an array"),
        ({"fields": {"status": {"name": "Done"}}}, "status", "cannot be set"),
        ({"fields": {"updated": "2020-01-01T00:00:00.000+0000"}}, "updated", "cannot be set"),
        ({"fields": {"customfield_99999": 1}}, "customfield_99999", "cannot be set"),
        ({"fields": {"summary": ""}}, "summary", "must specify a summary"),
        ({"fields": {"summary": "two\nlines"}}, "summary", "newline"),
        ({"fields": {"duedate": "tomorrow"}}, "duedate", "Error parsing date"),
        ({"fields": {"description": "plain"}}, "description", "Atlassian Document"),
        ({"fields": {"assignee": {"accountId": "nobody"}}}, "assignee", "does not exist"),
        ({"fields": {"fixVersions": [{"name": "1999.1"}]}}, "fixVersions", "'1999.1' is not valid"),
        ({"fields": {"parent": {"key": "SEC-1"}}}, "parent", "Could not find issue"),
    ],
)
def test_edits_that_are_refused_change_nothing(jira: Bench, body: dict[str, Any], field: str, said: str) -> None:
    before = jira.fields("PAY-1")
    mixed = {**body, "fields": {"priority": {"name": "High"}, **body.get("fields", {})}}
    answer = jira.ask("PUT", "issue/PAY-1", mixed)
    assert answer.status == 400
    assert said in answer.json["errors"][field]
    assert jira.fields("PAY-1") == before


def test_a_parent_is_an_issue(jira: Bench) -> None:
    assert jira.ask("PUT", "issue/PAY-2", {"fields": {"parent": {"key": "PAY-1"}}}).status == 204
    assert jira.fields("PAY-2")["parent"]["key"] == "PAY-1"
    assert jira.keys("parent = PAY-1") == ["PAY-2"]
    assert jira.ask("PUT", "issue/PAY-2", {"fields": {"parent": None}}).status == 204
    assert jira.fields("PAY-2")["parent"] is None


def test_an_issue_is_made(jira: Bench) -> None:
    fields = {"project": {"key": "PAY"}, "summary": "Refund", "issuetype": {"name": "Bug"}, "labels": ["x"]}
    made = jira.ask("POST", "issue", {"fields": fields})
    assert (made.status, made.json["key"]) == (201, "PAY-3")
    assert jira.fields("PAY-3")["issuetype"]["hierarchyLevel"] == 0
    assert jira.ask("POST", "issue", {"fields": {"project": {"key": "PAY"}}}).json["errors"].keys() == {"summary"}
    assert jira.ask("POST", "issue", {"fields": {"project": {"key": "SEC"}, "summary": "x"}}).status == 400


def test_a_link_reads_by_the_end_it_is_read_from(jira: Bench) -> None:
    """The inward issue of the request is the one that blocks."""
    body = {"type": {"name": "Blocks"}, "inwardIssue": {"key": "PLAT-1"}, "outwardIssue": {"key": "PAY-1"}}
    before = jira.updated("PAY-1"), jira.updated("PLAT-1")
    for _ in range(2):
        answer = jira.ask("POST", "issueLink", body)
        assert (answer.status, answer.data) == (201, b"")
    [blocker], [blocked] = (jira.fields(key)["issuelinks"] for key in ("PLAT-1", "PAY-1"))
    assert blocker["id"] == blocked["id"]
    assert (blocker["outwardIssue"]["key"], blocked["inwardIssue"]["key"]) == ("PAY-1", "PLAT-1")
    assert "inwardIssue" not in blocker
    assert blocked["inwardIssue"]["fields"]["status"]["statusCategory"]["key"] == "new"
    assert before[0] < jira.updated("PAY-1")
    assert before[1] < jira.updated("PLAT-1")
    whole = jira.get(f"issueLink/{blocker['id']}")
    assert (whole["inwardIssue"]["key"], whole["outwardIssue"]["key"]) == ("PLAT-1", "PAY-1")
    assert jira.ask("DELETE", f"issueLink/{blocker['id']}").status == 204
    assert jira.fields("PAY-1")["issuelinks"] == jira.fields("PLAT-1")["issuelinks"] == []
    assert jira.ask("DELETE", f"issueLink/{blocker['id']}").status == 404


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"type": {"name": "Bloks"}}, 404),
        ({"inwardIssue": {"key": "SEC-1"}}, 404),
        ({"inwardIssue": "PAY-1"}, 404),
        ({"outwardIssue": {"key": "PLAT-1"}}, 400),
        ({"comment": {"body": "plain"}}, 400),
    ],
)
def test_links_that_are_refused(jira: Bench, change: dict[str, Any], status: int) -> None:
    body = {"type": {"id": "10000"}, "inwardIssue": {"key": "PLAT-1"}, "outwardIssue": {"key": "PAY-1"}}
    assert jira.ask("POST", "issueLink", {**body, **change}).status == status
    assert jira.fields("PAY-1")["issuelinks"] == []


def test_remote_links_are_upserted_by_their_global_id(jira: Bench) -> None:
    thing = {"url": "https://github.com/acme/web/issues/7", "title": "acme/web#7"}
    first = jira.ask("POST", "issue/PAY-1/remotelink", {"globalId": "g", "relationship": "needs", "object": thing})
    again = jira.ask("POST", "issue/PAY-1/remotelink", {"globalId": "g", "object": {**thing, "title": "Keys"}})
    assert (first.status, again.status, first.json["id"]) == (201, 200, again.json["id"])
    [link] = jira.get("issue/PAY-1/remotelink")
    assert (link["object"]["title"], link["relationship"]) == ("Keys", None)
    assert jira.get("issue/PAY-1/remotelink?globalId=other") == []
    histories = jira.get("issue/PAY-1?expand=changelog")["changelog"]["histories"]
    assert [h["items"][0]["field"] for h in histories] == ["RemoteIssueLink", "RemoteIssueLink"]
    assert "fieldId" not in histories[0]["items"][0]
    assert jira.ask("POST", "issue/PAY-1/remotelink", {"object": {"url": "https://acme.example"}}).status == 400


def test_properties_are_noticed_by_nobody(jira: Bench) -> None:
    made = comment(jira)
    before = jira.updated("PAY-1"), jira.get("issue/PAY-1/changelog")["total"]
    for path in ("issue/PAY-1/properties/crosstie", f"comment/{made['id']}/properties/crosstie"):
        assert [jira.ask("PUT", path, {"n": n}).status for n in (1, 2)] == [201, 200]
        assert jira.get(path) == {"key": "crosstie", "value": {"n": 2}}
        assert jira.get(path.rpartition("/")[0])["keys"] == [{"key": "crosstie"}]
        assert jira.ask("PUT", path, "x" * 32_768).status == 400
        assert jira.ask("DELETE", path).status == 204
        assert jira.ask("DELETE", path).status == jira.ask("GET", path).status == 404
    assert (jira.updated("PAY-1"), jira.get("issue/PAY-1/changelog")["total"]) == before


def test_writes_on_one_issue_are_limited_as_an_option(jira: Bench) -> None:
    jira.site.set_options({"issue_burst": 3})
    issue_id = jira.get("issue/PAY-1")["id"]
    answers = [jira.ask("PUT", f"issue/{name}/properties/x", 1) for name in ("PAY-1", issue_id, "PAY-1", issue_id)]
    assert [a.status for a in answers] == [201, 200, 200, 429]
    headers = answers[-1].headers
    assert (headers["Retry-After"], headers["RateLimit-Reason"]) == ("2", "jira-per-issue-on-write")
    assert jira.ask("PUT", "issue/PAY-2/properties/x", 1).status == 201
    jira.clock.set(MARCH.replace(minute=1))
    assert jira.ask("PUT", "issue/PAY-1/properties/x", 1).status == 200


def test_requests_are_limited_as_an_option(jira: Bench) -> None:
    assert jira.ask("GET", "myself").headers["X-RateLimit-Remaining"] == "99"
    jira.site.set_options({"rate_limit": 5})
    jira.clock.set(MARCH.replace(minute=1))
    answers = [jira.ask("GET", "myself") for _ in range(6)]
    assert [a.status for a in answers] == [200] * 5 + [429]
    assert [a.headers["X-RateLimit-Remaining"] for a in answers] == ["4", "3", "2", "1", "0", "0"]
    assert answers[-1].headers["X-RateLimit-Reset"].endswith("Z")
    assert (answers[-1].headers["RateLimit-Reason"], answers[-1].headers["Retry-After"]) == ("jira-burst-based", "1")


def test_an_issue_takes_so_many_comments_as_an_option(jira: Bench) -> None:
    comment(jira)
    jira.site.set_options({"most_comments": 1})
    assert jira.ask("POST", "issue/PAY-1/comment", {"body": document("x")}).status == 413


@pytest.mark.parametrize("auth", [None, ("bot@acme.example", "stale"), ("mira@acme.example", "sandbox-jira-token")])
def test_who_is_not_known_is_not_let_in(jira: Bench, auth: tuple[str, str] | None) -> None:
    for method, path in (("GET", "myself"), ("GET", "issue/PAY-1"), ("POST", "search/jql"), ("GET", "project/search")):
        answer = jira.ask(method, path, auth=auth)
        assert (answer.status, answer.headers["Content-Type"].partition(";")[0]) == (401, "text/plain")
    assert jira.get("serverInfo", auth=auth)["deploymentType"] == "Cloud"


def test_a_body_that_is_no_object_is_refused(jira: Bench) -> None:
    for raw in (b"{nonsense", b"[1]", b'"text"', b"\xff"):
        got = jira.client.post("/rest/api/3/issue/PAY-1/comment", data=raw, auth=BOT, content_type="application/json")
        assert got.status_code == 400
