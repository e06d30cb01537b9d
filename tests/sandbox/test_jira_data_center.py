"""The sandbox as Data Center: its doors, its search, its people, and texts as wiki markup."""

import json
from datetime import date
from typing import Any

import pytest

from sandbox.base import BadAct
from tests.sandbox.jira_bench import MARCH, Answer, Bench

BEARER = {"Authorization": "Bearer sandbox-jira-pat"}


@pytest.fixture
def jira() -> Bench:
    bench = Bench()
    bench.site.set_options({"deployment": "Server"})
    return bench


def ask(jira: Bench, method: str, path: str, body: Any = None, *, version: str = "2") -> Answer:
    got = jira.client.open(f"/rest/api/{version}/{path}", method=method, json=body, headers=BEARER)
    return Answer(got.status_code, got.headers, got.data)


def search(jira: Bench, jql: str = "project = PAY ORDER BY key", **asked: Any) -> Any:
    answer = ask(jira, "POST", "search", {"jql": jql, **asked})
    assert answer.status == 200, answer.data
    return answer.json


def test_it_says_what_it_is_and_has_one_version(jira: Bench) -> None:
    assert jira.get("serverInfo", version="2", auth=None)["deploymentType"] == "Server"
    assert ask(jira, "GET", "myself", version="latest").status == 200
    assert ask(jira, "GET", "myself", version="3").status == 404
    assert jira.client.get("/_edge/tenant_info").status_code == 404
    with pytest.raises(BadAct, match="there is Cloud, Server"):
        jira.site.set_options({"deployment": "Basement"})


def test_doors(jira: Bench) -> None:
    assert ask(jira, "GET", "myself").json["name"] == "crosstie-bot"
    assert jira.ask("GET", "myself", version="2", auth=("crosstie-bot", "sandbox-jira-token")).status == 200
    assert jira.ask("GET", "myself", version="2", auth=("admin", "sandbox-jira-token")).status == 401
    assert jira.ask("GET", "myself", version="2", auth=("", "sandbox-jira-pat")).status == 401
    jira.site.set_options({"deployment": "Cloud"})
    assert ask(jira, "GET", "myself").status == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "search/jql"),
        ("GET", "search/jql"),
        ("GET", "project/search"),
        ("POST", "issue/bulkfetch"),
        ("POST", "changelog/bulkfetch"),
        ("POST", "comment/list"),
        ("POST", "search/approximate-count"),
    ],
)
def test_what_only_cloud_has_is_not_there(jira: Bench, method: str, path: str) -> None:
    assert ask(jira, method, path, {} if method == "POST" else None).status == 404


def test_people_have_names_and_no_account_ids(jira: Bench) -> None:
    jira.act("edit", issue="PAY-1", assignee="Mira")
    jira.act("comment", issue="PAY-1", text="Any news?")
    jira.site.state.projects["PAY"].components.append({"id": "1", "name": "api", "lead": {"accountId": "5b10ac:mira"}})
    row = search(jira, "assignee = mira", fields=["*all"], expand=["changelog"])["issues"][0]
    told = [row, ask(jira, "GET", "myself").json, ask(jira, "GET", "project/PAY/components").json]
    assert "accountId" not in json.dumps(told)
    assert "fieldId" not in json.dumps(told)
    mira = row["fields"]["assignee"]
    assert mira.keys() == {"self", "name", "key", "displayName", "emailAddress", "active", "timeZone"}
    assert mira == row["fields"]["comment"]["comments"][0]["author"] == row["changelog"]["histories"][0]["author"]
    assert told[2][0]["lead"] == mira
    assert ask(jira, "PUT", "issue/PAY-1", {"fields": {"assignee": {"name": "crosstie-bot"}}}).status == 204
    assert [r["key"] for r in search(jira, "assignee = currentUser()")["issues"]] == ["PAY-1"]


def test_pages_go_by_offset_and_tell_a_total(jira: Bench) -> None:
    for number in range(3, 13):
        jira.issue(f"PAY-{number}")
    jira.site.set_options({"server_page": 5})
    first, last = search(jira, maxResults=1000), search(jira, startAt=10)
    assert (first["startAt"], first["maxResults"], first["total"], len(first["issues"])) == (0, 5, 12, 5)
    assert [row["key"] for row in last["issues"]] == ["PAY-11", "PAY-12"]
    got = ask(jira, "GET", "search?jql=project=PAY&maxResults=1&fields=key").json
    assert got["issues"][0].keys() == {"id", "self", "key"}
    assert search(jira, "")["total"] == 13, "unbounded is allowed here"
    assert "Unrecognized field" in ask(jira, "POST", "search", {"jql": "", "nextPageToken": "x"}).said


def test_no_page_reaches_beyond_the_window(jira: Bench) -> None:
    jira.site.set_options({"server_window": 100})
    assert search(jira, startAt=50)["issues"] == []
    answer = ask(jira, "POST", "search", {"jql": "project = PAY", "startAt": 51})
    assert (answer.status, answer.said) == (500, "Search limit exceeded")


def test_all_comments_and_the_whole_history_come_along(jira: Bench) -> None:
    for number in range(45):
        jira.act("comment", issue="PAY-1", text=f"No. {number}")
        jira.act("edit", issue="PAY-1", title=f"Title {number}")
    row = search(jira, "key = PAY-1", fields=["comment"], expand=["changelog"])["issues"][0]
    box, log = row["fields"]["comment"], row["changelog"]
    assert (len(box["comments"]), box["total"], box["comments"][44]["body"]) == (45, 45, "No. 44")
    assert (len(log["histories"]), log["total"], log["maxResults"]) == (45, 45, 45)
    assert log["histories"][0]["items"][0]["toString"] == "Title 0"
    assert len(ask(jira, "GET", "issue/PAY-1/comment").json["comments"]) == 45
    assert "comment" not in search(jira, "key = PAY-1")["issues"][0]["fields"]


def test_texts_are_wiki_markup(jira: Bench) -> None:
    text = "# Plan\n\nWait for **PLAT-1**, see [page](https://a.example/x).\n\n* one\n* two\n\n`code`"
    jira.act("edit", issue="PAY-1", text=text)
    shown = ask(jira, "GET", "issue/PAY-1?fields=description").json["fields"]["description"]
    assert shown.split("\n") == [
        "h1. Plan",
        "",
        "Wait for *PLAT-1*, see [page|https://a.example/x].",
        "",
        "* one",
        "* two",
        "",
        "{{code}}",
    ]
    wiki = "*Waiting*\r\n* PLAT\\-1 {anchor:crosstie.m1.aa}"
    made = ask(jira, "POST", "issue/PAY-1/comment", {"body": wiki, "properties": [{"key": "k", "value": 1}], "odd": 1})
    assert (made.status, made.json["body"]) == (201, wiki)
    assert ask(jira, "GET", f"comment/{made.json['id']}/properties/k").json["value"] == 1
    edited = ask(jira, "PUT", f"issue/PAY-1/comment/{made.json['id']}", {"body": "_done_"})
    assert edited.json["body"] == "_done_"
    assert ask(jira, "PUT", "issue/PAY-1", {"fields": {"description": "h2. {color:red}x{color}"}}).status == 204
    assert ask(jira, "GET", "issue/PAY-1").json["fields"]["description"] == "h2. {color:red}x{color}"
    assert "too long" in ask(jira, "POST", "issue/PAY-1/comment", {"body": "x" * 40_000}).said


def test_sprints_are_texts_and_parents_custom_fields(jira: Bench) -> None:
    jira.write.sprint("Aurora, 12]", "active", date(2026, 2, 23), date(2026, 3, 6))
    jira.issue("PAY-10", "Invoices", type="Epic")
    jira.issue("PAY-11", sprints=["Aurora, 12]"], parent="PAY-10")
    jira.issue("PAY-12", type="Sub-task", parent="PAY-11")
    jira.issue("PAY-13", type="Epic", parent="PAY-11")
    ids = {f["schema"].get("custom", "").rpartition(":")[2]: f["id"] for f in ask(jira, "GET", "field").json}
    epic, plan = ids["gh-epic-link"], ids["jpo-custom-field-parent"]
    fields = {row["key"]: row["fields"] for row in search(jira)["issues"]}
    assert (fields["PAY-11"][epic], fields["PAY-11"][plan]) == ("PAY-10", None)
    assert (fields["PAY-13"][epic], fields["PAY-13"][plan]) == (None, "PAY-11")
    assert [key for key in fields if "parent" in fields[key]] == ["PAY-12"]
    assert fields["PAY-12"]["parent"]["key"] == "PAY-11"
    (sprint,) = fields["PAY-11"][ids["gh-sprint"]]
    assert sprint.startswith("com.atlassian.greenhopper.service.sprint.Sprint@")
    assert "rapidViewId=1,state=ACTIVE,name=Aurora, 12],startDate=2026-02-23T09:00:00.000Z," in sprint
    assert "completeDate=<null>" in sprint


def test_a_bucket_of_tokens(jira: Bench) -> None:
    assert "X-RateLimit-Limit" not in ask(jira, "GET", "myself").headers
    jira.site.set_options({"bucket": 2, "bucket_fill": 1, "bucket_seconds": 10})
    answers = [ask(jira, "GET", "myself") for _ in range(3)]
    assert [a.status for a in answers] == [200, 200, 429]
    assert [a.headers["X-RateLimit-Remaining"] for a in answers] == ["1", "0", "0"]
    limited = answers[2].headers
    assert (limited["X-RateLimit-Limit"], limited["X-RateLimit-FillRate"]) == ("2", "1")
    assert (limited["X-RateLimit-Interval-Seconds"], limited["Retry-After"]) == ("10", "10")
    assert jira.ask("GET", "myself", version="2", auth=("admin", "sandbox-jira-admin")).status == 200, "each his own"
    jira.clock.set(MARCH.replace(minute=1))
    assert ask(jira, "GET", "myself").status == 200
