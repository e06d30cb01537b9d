"""The ``jira`` library, as a user of it would write a script, against the sandbox Jira."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import pytest
from jira import JIRA, JIRAError

from sandbox.jira.scenario import Writer
from sandbox.jira.site import JiraSite
from sandbox.server import Running, serve
from sandbox.world import World

TOKEN = "sandbox-jira-token"


@pytest.fixture
def running() -> Iterator[Running]:
    running = serve(World())
    site = running.world.sites["jira"]
    assert isinstance(site, JiraSite)
    fill(site.writer())
    yield running
    running.close()


def fill(write: Writer) -> None:
    write.project("PAY", "Payments")
    write.project("SEC", "Security", hidden_from_bot=True)
    write.sprint("Aurora 12", "active", date(2026, 2, 23), date(2026, 3, 6))
    write.version("PAY", "2026.3", date(2026, 3, 31))
    write.issue(
        "PAY-1",
        "Pay by invoice",
        "See **PAY-2**",
        assignee="Mira",
        due=date(2026, 3, 20),
        sprints=["Aurora 12"],
        versions=["2026.3"],
        labels=["checkout"],
    )
    for n in range(2, 131):
        write.issue(f"PAY-{n}", f"Step {n}")
    write.issue("SEC-1", "Hidden")
    write.link("Blocks", "PAY-2", "PAY-1")
    for n in range(1, 24):
        write.comment("PAY-1", "Mira", f"News {n}", datetime(2026, 2, 27, 10, n, tzinfo=UTC))


@pytest.fixture(params=["2", "3"])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def client(running: Running, version: str) -> Iterator[JIRA]:
    with connect(running, version) as client:
        yield client


@contextmanager
def connect(running: Running, version: str, *, token: str = TOKEN) -> Iterator[JIRA]:
    client = JIRA(
        running.urls["jira"],
        options={"rest_api_version": version},
        basic_auth=("bot@acme.example", token),
        max_retries=0,
    )
    yield client
    client.close()  # type: ignore[no-untyped-call]  # the library's


def document(text: str, version: str) -> Any:
    if version == "2":
        return text
    return {
        "version": 1,
        "type": "doc",
        "content": [{"type": "paragraph", "content": [{"type": "text", "text": text}]}],
    }


def test_it_sees_a_cloud_site_and_itself(client: JIRA) -> None:
    assert client._is_cloud
    assert client.server_info()["baseUrl"] == "https://acme.atlassian.net"
    myself = client.myself()
    assert (myself["accountId"], myself["timeZone"]) == ("557058:crosstie-bot", "Europe/Berlin")


def test_search_walks_all_pages_by_token(client: JIRA) -> None:
    found = client.enhanced_search_issues("project = PAY ORDER BY key", maxResults=0, fields="summary,issuelinks")
    assert [issue.key for issue in found] == [f"PAY-{n}" for n in range(1, 131)]
    assert found[0].fields.issuelinks[0].inwardIssue.key == "PAY-2"
    assert found[1].fields.issuelinks[0].outwardIssue.key == "PAY-1"


def test_search_gives_nothing_but_ids_unless_asked(client: JIRA) -> None:
    rows: Any = client.enhanced_search_issues("key = PAY-1", fields=[], json_result=True)
    assert [set(row) for row in rows["issues"]] == [{"id", "self"}]
    assert rows.keys() & {"total", "startAt", "nextPageToken"} == set()


def test_search_shows_what_crosstie_lives_on(client: JIRA) -> None:
    fields = {field["name"]: field["id"] for field in client.fields()}
    issue = client.enhanced_search_issues("key = PAY-1", fields="*all")[0]
    assert issue.fields.duedate == "2026-03-20"
    assert [version.releaseDate for version in issue.fields.fixVersions] == ["2026-03-31"]
    assert [sprint.state for sprint in getattr(issue.fields, fields["Sprint"])] == ["active"]
    assert issue.fields.status.statusCategory.key == "new"
    assert (len(issue.fields.comment.comments), issue.fields.comment.total) == (20, 23)


def test_counting(client: JIRA) -> None:
    assert client.approximate_issue_count("project = PAY") == 130


def test_the_old_search_is_gone(client: JIRA) -> None:
    with pytest.raises(JIRAError) as refused:
        client._get_json("search", params={"jql": "project = PAY"})
    assert refused.value.status_code == 410


def test_comments_come_go_and_change(client: JIRA, version: str) -> None:
    assert [comment.id for comment in client.comments("PAY-1")] == sorted(c.id for c in client.comments("PAY-1"))
    made = client.add_comment("PAY-2", document("Waiting", version))
    made.update(body=document("Still waiting", version), notify=False)
    again = client.comment("PAY-2", made.id)
    assert again.author.accountId == "557058:crosstie-bot"
    assert "Still waiting" in str(again.raw["body"])
    assert isinstance(again.raw["body"], str if version == "2" else dict)
    made.delete()
    assert client.comments("PAY-2") == []


def test_labels_are_changed_one_by_one(client: JIRA) -> None:
    issue = client.issue("PAY-1")
    issue.update(update={"labels": [{"add": "crosstie"}, {"remove": "checkout"}]})
    assert issue.fields.labels == ["crosstie"]
    with pytest.raises(JIRAError, match="contains spaces"):
        issue.update(update={"labels": [{"add": "two words"}]})


def test_a_link_reads_from_both_ends(client: JIRA) -> None:
    client.create_issue_link("Blocks", inwardIssue="PAY-5", outwardIssue="PAY-6")
    blocking, blocked = (client.issue(key).fields.issuelinks[0] for key in ("PAY-5", "PAY-6"))
    assert blocking.id == blocked.id
    assert (blocking.outwardIssue.key, blocked.inwardIssue.key) == ("PAY-6", "PAY-5")
    assert client.issue_link(blocking.id).type.outward == "blocks"
    client.delete_issue_link(blocking.id)
    assert client.issue("PAY-5").fields.issuelinks == []


def test_remote_links(client: JIRA) -> None:
    thing = {"url": "https://github.com/acme/web/issues/7", "title": "acme/web#7"}
    made = client.add_simple_link("PAY-1", thing)
    assert [link.object.title for link in client.remote_links("PAY-1")] == ["acme/web#7"]
    assert client.remote_link("PAY-1", str(made.id)).object.url == thing["url"]
    client.remote_link("PAY-1", str(made.id)).delete()
    assert client.remote_links("PAY-1") == []


def test_issue_properties(client: JIRA) -> None:
    client.add_issue_property("PAY-1", "crosstie", {"marker": "a"})
    assert client.issue_property("PAY-1", "crosstie").value.marker == "a"
    row: Any = client.enhanced_search_issues("key = PAY-1", fields=["summary"], properties="crosstie", json_result=True)
    assert row["issues"][0]["properties"] == {"crosstie": {"marker": "a"}}


def test_the_workflow(client: JIRA) -> None:
    client.transition_issue("PAY-3", "Done")
    fields = client.issue("PAY-3").fields
    assert fields.status.statusCategory.key == "done"
    assert client.issue("PAY-3").raw["fields"]["resolution"]["name"] == "Done"
    assert fields.resolutiondate


def test_what_stands_around_issues(client: JIRA) -> None:
    assert [project.key for project in client.projects()] == ["PAY"]
    assert client.project("PAY").name == "Payments"
    assert [(v.name, v.releaseDate) for v in client.project_versions("PAY")] == [("2026.3", "2026-03-31")]
    assert client.project_components("PAY") == []
    assert {"Blocks", "Relates"} <= {kind.name for kind in client.issue_link_types()}
    assert {"To Do", "Done"} <= {status.name for status in client.statuses()}


def test_an_issue_is_made_and_read(client: JIRA, version: str) -> None:
    made = client.create_issue(
        project="PAY", summary="Refund", issuetype={"name": "Bug"}, description=document("Back *it* goes", version)
    )
    read = client.issue(made.key)
    assert (read.key, read.fields.summary, read.fields.issuetype.name) == ("PAY-131", "Refund", "Bug")
    assert "goes" in str(read.raw["fields"]["description"])


def test_its_history(client: JIRA) -> None:
    client.issue("PAY-4").update(fields={"duedate": "2026-04-01"})
    item = client.issue("PAY-4", expand="changelog").changelog.histories[0].items[0]
    assert (item.field, item.fromString, item.toString) == ("duedate", None, "2026-04-01 00:00:00.0")


@pytest.mark.parametrize("key", ["SEC-1", "PAY-999", "NOPE-1"])
def test_hidden_and_absent_are_the_same(client: JIRA, key: str) -> None:
    with pytest.raises(JIRAError) as refused:
        client.issue(key)
    assert refused.value.status_code == 404
    assert "does not exist or you do not have permission" in str(refused.value.text)


def test_a_wrong_token_is_401(running: Running, version: str) -> None:
    with connect(running, version, token="stale") as client, pytest.raises(JIRAError) as refused:
        client.myself()
    assert refused.value.status_code == 401
