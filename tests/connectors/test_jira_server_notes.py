"""Our notes on Jira Data Center, request by request."""

import json
from collections.abc import Iterator

import pytest
import requests
import responses
from responses.matchers import query_param_matcher

from connectors.base import Address, Gone, Receipt, StandingNote, TrackerSettings, TryLater
from connectors.http import Json
from connectors.jira import JiraConnector
from connectors.limits import Clock, Limits
from connectors.said import said
from model.document import Document, Quoted, Section
from tests.connectors.jira_rows import comment

SITE = "https://jira.acme.example/jira"
ISSUE = f"{SITE}/rest/api/2/issue/10001"
ADDRESS = Address(native_id="10001", key="PAY-1")
ME: Json = {"name": "crosstie", "key": "JIRAUSER10100", "displayName": "crosstie"}
MIRA: Json = {"name": "mira", "key": "JIRAUSER10101", "displayName": "Mira"}
NOTE = Document(sections=(Section("Waiting for", ((Quoted("PLAT-1 {anchor:crosstie.m1.aa}"),),)),))
MARK = f"{{anchor:crosstie.m1.{NOTE.digest}-{said(NOTE)}}}"
BEFORE = f"{{anchor:crosstie.m1.{NOTE.digest}}}"
"""As versions wrote it that did not note all that was said."""


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        mock.get(f"{SITE}/rest/api/2/serverInfo", json={"baseUrl": SITE, "deploymentType": "Server"})
        mock.get(f"{SITE}/rest/api/2/myself", json=ME)
        yield mock


@pytest.fixture
def jira(mock: responses.RequestsMock) -> JiraConnector:
    settings = TrackerSettings(name="jira", kind="jira", url=SITE, scopes=(), token="t0ken")
    connector = JiraConnector(settings, limits=Limits(attempts=2), clock=Clock(sleep=lambda _: None))
    connector.account()
    mock.calls.reset()
    return connector


def stand(mock: responses.RequestsMock, *rows: Json) -> None:
    mock.get(f"{ISSUE}/comment", json={"comments": list(rows), "total": len(rows)})


def sent(mock: responses.RequestsMock, method: str) -> list[Json]:
    return [json.loads(c.request.body or "null") for c in mock.calls if c.request.method == method]


def test_notes_need_our_mark_and_our_hand_and_one_request(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    stand(
        mock,
        comment(1, MIRA, f"pasted {MARK}"),
        comment(2, ME, f"*Waiting for*\r\n* PLAT\\-1 {BEFORE}"),
        comment(3, ME, "typed by hand with the bot's account"),
        comment(4, ME, f"NOT waiting {MARK}", updateAuthor=MIRA),
        comment(5, ME, r"quoted \{anchor:crosstie.m1.aa}"),
        comment(6, ME, "{anchor:theirs}"),
        comment(7, ME, None),
    )
    assert jira.notes(ADDRESS) == [
        StandingNote(id="2", marker="m1", digest=NOTE.digest),
        StandingNote(id="4", marker="m1", digest=NOTE.digest, said=said(NOTE), edited_by_hand=True),
    ]
    assert len(mock.calls) == 1


def test_a_note_is_created_with_its_mark(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    stand(mock)
    mock.post(f"{ISSUE}/comment", json={"id": "77"}, status=201)
    assert jira.ensure_note(ADDRESS, NOTE, marker="m1") == Receipt(id="77", done="created")
    (body,) = sent(mock, "POST")
    assert body["body"] == f"*Waiting for*\n* PLAT\\-1 \\{{anchor:crosstie.m1.aa\\}} {MARK}"
    assert [row["key"] for row in body["properties"]] == ["sd.public.comment"], "customers do not read it"


@pytest.mark.parametrize("quiet", [True, False])
def test_an_edit_cannot_be_asked_to_be_quiet(mock: responses.RequestsMock, jira: JiraConnector, quiet: bool) -> None:
    mock.put(f"{ISSUE}/comment/77", json={"id": "77"}, match=[query_param_matcher({})])
    receipt = jira.ensure_note(ADDRESS, NOTE, marker="m1", known="77", quiet=quiet)
    assert receipt == Receipt(id="77", done="edited")
    assert len(mock.calls) == 1


def test_a_known_note_that_is_gone_is_not_made_again(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    mock.put(f"{ISSUE}/comment/77", status=404, json={})
    with pytest.raises(Gone):
        jira.ensure_note(ADDRESS, NOTE, marker="m1", known="77")


def test_a_lost_answer_is_found_again_and_doubles_are_merged(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    stand(mock)
    mock.post(f"{ISSUE}/comment", body=requests.ReadTimeout("slow"))
    with pytest.raises(TryLater) as caught:
        jira.ensure_note(ADDRESS, NOTE, marker="m1")
    assert caught.value.sent
    assert len(sent(mock, "POST")) == 1
    arrived = [comment(number, ME, f"text {MARK}") for number in (8, 9)]
    mock.replace("GET", f"{ISSUE}/comment", json={"comments": arrived, "total": 2})
    mock.delete(f"{ISSUE}/comment/9", status=204)
    assert jira.ensure_note(ADDRESS, NOTE, marker="m1") == Receipt(id="8", done="adopted")
