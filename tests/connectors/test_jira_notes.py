"""Our notes and labels on Jira issues, request by request."""

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
from model.document import Document, Section, Words
from tests.connectors.jira_rows import ME, MIRA, ROBOT, adf, comment

SITE = "https://acme.atlassian.net"
ISSUE = f"{SITE}/rest/api/3/issue/10001"
ADDRESS = Address(native_id="10001", key="PAY-1")
NOTE = Document(sections=(Section("Waiting for", ((Words("PLAT-1"),),)),))
INTERNAL: Json = {"key": "sd.public.comment", "value": {"internal": True}}
OURS: Json = {"marker": "m1", "digest": NOTE.digest, "said": said(NOTE)}


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        info = {"baseUrl": SITE, "deploymentType": "Cloud", "serverTime": "2026-11-21T13:00:00.000+0100"}
        mock.get(f"{SITE}/rest/api/2/serverInfo", json=info)
        mock.get(f"{SITE}/rest/api/3/myself", json=ROBOT)
        mock.assert_all_requests_are_fired = False
        yield mock


@pytest.fixture
def jira(mock: responses.RequestsMock) -> JiraConnector:
    """Its account is known already, as in every run."""
    settings = TrackerSettings(name="jira", kind="jira", url=SITE, user="bot@acme.example", scopes=(), token="t0ken")
    connector = JiraConnector(settings, limits=Limits(attempts=2), clock=Clock(sleep=lambda _: None))
    connector.account()
    mock.calls.reset()
    return connector


def stand(mock: responses.RequestsMock, *rows: Json) -> None:
    """Let these comments stand on the issue; the key ``mark`` of one is its property."""
    plain = [{name: value for name, value in row.items() if name != "mark"} for row in rows]
    mock.get(f"{ISSUE}/comment", json={"comments": plain, "total": len(plain)})
    marked = [{"id": r["id"], "properties": [{"key": "crosstie", "value": r["mark"]}]} for r in rows if "mark" in r]
    mock.post(f"{SITE}/rest/api/3/comment/list", json={"values": marked})


def ours(number: int, mark: Json = OURS, **more: Json) -> Json:
    return comment(number, ROBOT, adf("Waiting for PLAT-1"), mark=mark, **more)


def sent(mock: responses.RequestsMock, method: str) -> list[Json]:
    return [json.loads(c.request.body or "null") for c in mock.calls if c.request.method == method]


def test_notes_need_our_property_and_our_hand(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    stand(
        mock,
        comment(1, MIRA, adf("x"), mark=OURS),
        ours(2, {"marker": "m1", "digest": "old"}),
        comment(3, ROBOT, adf("typed by hand with the bot's account")),
        ours(4, updateAuthor=MIRA),
        ours(5, {"digest": "no marker"}),
        ours(6, "nonsense"),
    )
    assert jira.notes(ADDRESS) == [
        StandingNote(id="2", marker="m1", digest="old"),
        StandingNote(id="4", marker="m1", digest=NOTE.digest, said=said(NOTE), edited_by_hand=True),
    ]
    (asked,) = sent(mock, "POST")
    assert asked == {"ids": [2, 3, 4, 5, 6]}
    assert "expand=properties" in (mock.calls[-1].request.url or "")


def test_an_issue_that_we_never_wrote_on_costs_one_request(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    mock.get(f"{ISSUE}/comment", json={"comments": [comment(1, MIRA, adf("x"))], "total": 1})
    before = jira.traffic.requests
    assert jira.notes(ADDRESS) == []
    assert jira.traffic.requests == before + 1


def test_a_note_is_created_with_its_marker(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    stand(mock, comment(1, MIRA, adf("x")))
    mock.post(f"{ISSUE}/comment", json={"id": "77"}, status=201)
    assert jira.ensure_note(ADDRESS, NOTE, marker="m1") == Receipt(id="77", done="created")
    (body,) = sent(mock, "POST")
    assert body["properties"] == [{"key": "crosstie", "value": OURS}, INTERNAL]
    assert body["body"]["type"] == "doc"
    assert jira.traffic.writes == 1


@pytest.mark.parametrize("quiet", [True, False])
def test_a_known_note_is_edited_in_place(mock: responses.RequestsMock, jira: JiraConnector, quiet: bool) -> None:
    match = [query_param_matcher({"notifyUsers": "false"} if quiet else {})]
    mock.put(f"{ISSUE}/comment/77", json={"id": "77"}, match=match)
    receipt = jira.ensure_note(ADDRESS, NOTE, marker="m1", known="77", quiet=quiet)
    assert receipt == Receipt(id="77", done="edited")
    (body,) = sent(mock, "PUT")
    assert body["properties"] == [{"key": "crosstie", "value": OURS}, INTERNAL], "an edit keeps it internal"
    assert len(mock.calls) == 1


def test_a_known_note_that_is_gone_is_not_made_again(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    mock.put(f"{ISSUE}/comment/77", status=404, json={})
    with pytest.raises(Gone):
        jira.ensure_note(ADDRESS, NOTE, marker="m1", known="77")


def test_a_standing_note_is_adopted(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    stand(mock, ours(2, {"marker": "another", "digest": NOTE.digest}), ours(3))
    assert jira.ensure_note(ADDRESS, NOTE, marker="m1") == Receipt(id="3", done="adopted")
    assert jira.traffic.writes == 0


@pytest.mark.parametrize("change", [{"mark": {"marker": "m1", "digest": "old"}}, {"updateAuthor": MIRA}])
def test_an_adopted_note_that_says_something_else_is_edited(
    mock: responses.RequestsMock, jira: JiraConnector, change: Json
) -> None:
    stand(mock, ours(3) | change)
    mock.put(f"{ISSUE}/comment/3", json={"id": "3"})
    assert jira.ensure_note(ADDRESS, NOTE, marker="m1") == Receipt(id="3", done="edited")


def test_doubles_are_merged_into_the_oldest(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    stand(mock, ours(3), ours(4), ours(5))
    mock.delete(f"{ISSUE}/comment/4", status=204)
    mock.delete(f"{ISSUE}/comment/5", status=404)
    assert jira.ensure_note(ADDRESS, NOTE, marker="m1") == Receipt(id="3", done="adopted")
    assert jira.traffic.writes == 2


def test_a_lost_answer_to_a_create_says_so_and_is_not_repeated(
    mock: responses.RequestsMock, jira: JiraConnector
) -> None:
    stand(mock)
    mock.post(f"{ISSUE}/comment", body=requests.ReadTimeout("slow"))
    with pytest.raises(TryLater) as caught:
        jira.ensure_note(ADDRESS, NOTE, marker="m1")
    assert caught.value.sent
    assert len(sent(mock, "POST")) == 1


def test_a_create_answered_without_an_id_may_have_arrived(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    stand(mock)
    mock.post(f"{ISSUE}/comment", json={}, status=201)
    with pytest.raises(TryLater) as caught:
        jira.ensure_note(ADDRESS, NOTE, marker="m1")
    assert caught.value.sent


@pytest.mark.parametrize("status", [204, 404])
def test_a_note_is_removed_or_already_gone(mock: responses.RequestsMock, jira: JiraConnector, status: int) -> None:
    mock.delete(f"{ISSUE}/comment/77", status=status)
    jira.ensure_no_note(ADDRESS, known="77")
    assert len(mock.calls) == 1


def test_labels_are_added_and_removed_by_name(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    mock.put(ISSUE, status=204)
    jira.ensure_labels(ADDRESS, add=["crosstie"], remove=["crosstie-overdue"])
    jira.ensure_labels(ADDRESS, add=[], remove=[])
    assert sent(mock, "PUT") == [{"update": {"labels": [{"add": "crosstie"}, {"remove": "crosstie-overdue"}]}}]


def test_a_clash_over_labels_is_tried_once_more(mock: responses.RequestsMock, jira: JiraConnector) -> None:
    mock.put(ISSUE, status=409, json={})
    mock.put(ISSUE, status=204)
    jira.ensure_labels(ADDRESS, add=["crosstie"], remove=[])
    assert len(mock.calls) == 2


def test_writes_go_out_under_their_own_token(mock: responses.RequestsMock) -> None:
    settings = TrackerSettings(
        name="jira", kind="jira", url=SITE, user="", scopes=(), token="t0ken", write_token="wr1te"
    )
    connector = JiraConnector(settings, clock=Clock(sleep=lambda _: None))
    stand(mock)
    mock.post(f"{ISSUE}/comment", json={"id": "77"}, status=201)
    connector.ensure_note(ADDRESS, NOTE, marker="m1")
    tokens = {
        c.request.method: c.request.headers["Authorization"] for c in mock.calls if "comment" in str(c.request.url)
    }
    assert tokens == {"GET": "Bearer t0ken", "POST": "Bearer wr1te"}
    assert ME not in str(settings)
    assert "wr1te" not in repr(settings)
