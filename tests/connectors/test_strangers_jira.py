"""Jiras that differ from the sandbox and are still right, or nearly: the connector reads them all."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from connectors.base import Address, Page, Request, TrackerSettings
from connectors.jira import JiraConnector
from connectors.limits import Clock, Limits
from model.facts import IssueFact
from tests.connectors.contract import after, issues, note
from tests.connectors.jira_rows import BLOCKS, ME, ROBOT, adf
from tests.connectors.stranger import Asked, Reply, Stranger, Wire, serving

INFO = {"baseUrl": "https://acme.atlassian.net/", "deploymentType": "Cloud"}
API = "/rest/api/3"
PAY = Address(native_id="1", key="PAY-1")


@pytest.fixture
def jira() -> Iterator[Stranger]:
    with serving(Stranger()) as stranger:
        lay_out(stranger)
        yield stranger


def lay_out(stranger: Stranger, prefix: str = "") -> None:
    stranger.says(f"GET {prefix}/rest/api/2/serverInfo", INFO)
    stranger.says(f"GET {prefix}{API}/myself", ROBOT)
    stranger.says(f"GET {prefix}{API}/field", [{"id": "summary", "name": "Summary"}])
    stranger.says(f"GET {prefix}{API}/issueLinkType", {"issueLinkTypes": [BLOCKS]})
    projects = {"values": [{"id": 1, "key": "PAY"}], "total": 1}
    stranger.says(f"GET {prefix}{API}/project/search", projects)
    stranger.says(f"POST {prefix}{API}/search/jql", {"issues": [row(1)]})


def row(number: int, **fields: Any) -> dict[str, Any]:
    return {"fields": {"summary": f"Refund {number}", **fields}, "key": f"PAY-{number}", "id": str(number)}


def connector(stranger: Stranger, path: str = "") -> JiraConnector:
    settings = TrackerSettings(
        name="jira", kind="jira", url=stranger.url + path, user="bot@acme.example", scopes=("PAY",), token="t0ken"
    )
    return JiraConnector(settings, limits=Limits(attempts=2), clock=Clock(sleep=lambda _: None))


def pull(stranger: Stranger, path: str = "") -> list[Page]:
    pages = list(connector(stranger, path).pull(Request()))
    assert not [scope for page in pages for scope in page.scopes if scope.missing]
    return pages


def read(stranger: Stranger, raw: dict[str, Any]) -> IssueFact:
    stranger.says(f"POST {API}/search/jql", {"issues": [raw]})
    return issues(pull(stranger))[str(raw["id"])]


@pytest.mark.parametrize("wire", get_args(Wire))
def test_whatever_way_the_bytes_come(wire: Wire) -> None:
    with serving(Stranger(wire=wire)) as stranger:
        lay_out(stranger)
        assert list(issues(pull(stranger))) == ["1"]


@pytest.mark.parametrize("path", ["", "/jira", "/ex/jira/0b5e-cloud"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_url_may_have_a_path(jira: Stranger, path: str, slash: str) -> None:
    jira.routes.clear()
    lay_out(jira, path)
    (fact,) = issues(pull(jira, path + slash)).values()
    assert fact.url == "https://acme.atlassian.net/browse/PAY-1"


def test_a_site_that_knows_serverinfo_by_its_own_version_only(jira: Stranger) -> None:
    jira.says("GET /rest/api/2/serverInfo", {"message": "null for uri"}, 404)
    jira.says(f"GET {API}/serverInfo", INFO)
    assert connector(jira).account().site == "https://acme.atlassian.net"


@pytest.mark.parametrize(
    "fields",
    [
        {},
        dict.fromkeys(("comment", "issuelinks", "description", "assignee", "reporter", "labels", "status", "parent")),
        {"comment": {"comments": None}, "issuelinks": [], "labels": [], "status": {"name": "Parked"}},
        {"comment": {"comments": [{"id": "7", "author": None, "body": None}], "total": 1}, "unheard": {"of": [1]}},
    ],
)
def test_what_may_be_absent_or_null(jira: Stranger, fields: dict[str, Any]) -> None:
    fact = read(jira, row(1, **fields))
    assert (fact.key, fact.phase, fact.links, fact.assignees) == ("PAY-1", "open", (), ())


def test_ids_that_are_numbers_are_the_same_ids(jira: Stranger) -> None:
    link = {"id": 5, "type": {**BLOCKS, "id": 10000}, "inwardIssue": {"id": 2, "key": "PAY-2"}}
    numbers = row(1, issuelinks=[link], comment={"comments": [{"id": 9, "body": adf("PAY-3")}], "total": 1})
    fact = read(jira, numbers | {"id": 1})
    assert (fact.native_id, fact.links[0].native_id, fact.links[0].type_id) == ("1", "5", "10000")
    assert (fact.links[0].other.native_id, fact.comments[0].id) == ("2", "9")


@pytest.mark.parametrize(
    "text",
    ["2026-11-20T10:00:00.000+0000", "2026-11-20T10:00:00+0000", "2026-11-20T10:00:00Z", "2026-11-20T11:00:00.0+01:00"],
)
def test_moments_in_every_hand(jira: Stranger, text: str) -> None:
    updated = read(jira, row(1, updated=text)).updated
    assert updated is not None
    assert updated.timestamp() == 1_795_168_800


@pytest.mark.parametrize(
    "last",
    [{"nextPageToken": ""}, {"nextPageToken": None}, {"isLast": True}, {"isLast": True, "nextPageToken": "b"}, {}],
)
def test_ways_to_say_that_this_was_the_last_page(jira: Stranger, last: dict[str, Any]) -> None:
    def search(asked: Asked) -> Reply:
        if asked.body.get("nextPageToken"):
            return Reply({"issues": [row(2)], **last})
        return Reply({"issues": [row(1)], "nextPageToken": "a"})  # shorter than asked, and without isLast

    jira.routes[f"POST {API}/search/jql"] = search
    assert list(issues(pull(jira))) == ["1", "2"]


def test_a_list_that_never_moves_on_ends(jira: Stranger) -> None:
    jira.says(f"GET {API}/project/search", {"values": [{"key": "PAY"}]})
    jira.says(f"GET {API}/issue/1/comment", {"comments": [{"id": "7", "author": {"accountId": "mira"}}]})
    pull(jira)
    assert not connector(jira).notes(PAY)


def test_a_refused_date_is_asked_again_in_words_that_every_jira_reads(jira: Stranger) -> None:
    def search(asked: Asked) -> Reply:
        if "updated" not in asked.body["jql"]:
            return Reply({"issues": [row(1, updated="2026-11-20T10:00:00Z")]})
        plain = 'updated >= "' in asked.body["jql"]
        return Reply({"issues": [row(1, updated="2026-11-20T10:00:01Z")]}) if plain else Reply({}, 400)

    jira.routes[f"POST {API}/search/jql"] = search
    first = pull(jira)
    assert issues(list(connector(jira).pull(after(first))))


def test_a_note_where_answers_are_terse(jira: Stranger) -> None:
    """Nothing but what is needed comes back: no author on the new comment, no body at all on an edit."""
    jira.says(f"GET {API}/issue/1/comment", {"comments": [], "total": 0, "startAt": 0, "maxResults": 100})
    jira.says(f"POST {API}/issue/1/comment", {"id": 70}, 201)
    jira.says(f"PUT {API}/issue/1/comment/70", None, 200)
    jira.says(f"PUT {API}/issue/1", None, 200)
    ours = connector(jira)
    made = ours.ensure_note(PAY, note(), marker="m")
    assert (made.id, made.done) == ("70", "created")
    assert ours.ensure_note(PAY, note(title="Other"), marker="m", known=made.id).done == "edited"
    ours.ensure_labels(PAY, add=["late"], remove=[])


def test_comments_of_deleted_accounts_are_nobodys(jira: Stranger) -> None:
    rows = [{"id": "7", "author": None}, {"id": "8", "author": {"accountId": ME}}]
    jira.says(f"GET {API}/issue/1/comment", {"comments": rows, "total": 2})
    jira.says(f"POST {API}/comment/list", {"values": [{"id": 8, "properties": None}]})
    assert not connector(jira).notes(PAY)
