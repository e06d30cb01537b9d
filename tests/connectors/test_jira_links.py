"""Links made on request: in the right direction, once, and only when they do not stand."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import responses

from connectors.base import Address, Denied, Gone, Receipt, Refused, Target, TrackerSettings, TryLater
from connectors.http import Json
from connectors.jira import JiraConnector
from connectors.limits import Clock, Limits
from sandbox.base import Fault
from tests.connectors.jira_rows import BLOCKS, ROBOT
from tests.connectors.jira_world import Jira

SITE = "https://acme.atlassian.net"
PAGE = Target(url="https://github.com/acme/web/issues/34", title="Ledger", name="github:acme/web#34")


@pytest.fixture
def jira() -> Iterator[Jira]:
    world = Jira.start()
    yield world
    world.running.close()


def target(jira: Jira, key: str) -> Target:
    return Target(url=f"{jira.url}/browse/{key}", title=key, address=jira.address(key))


def links(jira: Jira, key: str) -> list[tuple[str, str]]:
    """(phrase, other key) as the issue shows them."""
    issue, state = jira.find(key), jira.site.state
    found = []
    for link in map(state.links.__getitem__, issue.links):
        kind = state.link_types[link.type]
        outward = link.source == issue.id
        found.append(
            (kind.outward if outward else kind.inward, state.issues[link.target if outward else link.source].key)
        )
    return found


def test_a_link_is_made_both_ways_round_and_once(jira: Jira) -> None:
    connector = jira.connector("PAY")
    address = jira.address("PAY-2")
    made = connector.ensure_link(address, target(jira, "PLAT-1"), lean="depends")
    assert made.done == "created"
    assert links(jira, "PAY-2") == [("is blocked by", "PLAT-1")]
    again = connector.ensure_link(address, target(jira, "PLAT-1"), lean="depends")
    assert again == Receipt(id=made.id, done="unchanged")
    connector.ensure_link(address, target(jira, "PLAT-2"), lean="provides")
    assert links(jira, "PAY-2") == [("is blocked by", "PLAT-1"), ("blocks", "PLAT-2")]
    other_way = connector.ensure_link(jira.address("PLAT-1"), target(jira, "PAY-2"), lean="provides")
    assert other_way == Receipt(id=made.id, done="unchanged"), "the same link, seen from the other end"


def test_a_link_of_another_type_that_says_the_same_stands(jira: Jira) -> None:
    connector = jira.connector("PAY")
    assert connector.ensure_link(jira.address("PAY-1"), target(jira, "PLAT-2"), lean="depends").done == "unchanged"
    assert connector.traffic.writes == 0
    jira.act("link", type="Relates", source="PAY-2", target="PLAT-1")
    assert connector.ensure_link(jira.address("PAY-2"), target(jira, "PLAT-1"), lean="depends").done == "created"


def test_a_link_that_says_the_opposite_is_left_alone(jira: Jira) -> None:
    connector = jira.connector("PLAT")
    assert connector.ensure_link(jira.address("PLAT-2"), target(jira, "PAY-1"), lean="depends").done == "created"
    assert sorted(links(jira, "PAY-1")) == [("blocks", "PLAT-2"), ("is blocked by", "PLAT-2")]


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_makes_one_link(jira: Jira, kind: Any) -> None:
    jira.fault(Fault(kind=kind, method="POST", path="/issueLink$"))
    assert jira.connector("PAY").ensure_link(jira.address("PAY-2"), target(jira, "PLAT-1"), lean="depends").id
    assert links(jira, "PAY-2") == [("is blocked by", "PLAT-1")]


def test_a_link_that_we_may_not_make_is_denied(jira: Jira) -> None:
    jira.act("mute_project", project="PAY")
    with pytest.raises(Denied):
        jira.connector("PAY").ensure_link(jira.address("PAY-2"), target(jira, "PLAT-1"), lean="provides")


def test_a_link_from_nothing_is_gone(jira: Jira) -> None:
    for other in (target(jira, "PLAT-1"), PAGE):
        with pytest.raises(Gone):
            jira.connector("PAY").ensure_link(jira.absent_issue, other, lean="depends")


class Backwards:
    """A Jira that takes ``outwardIssue`` for the one that blocks."""

    def __init__(self, mock: responses.RequestsMock, *types: Json) -> None:
        self.links: dict[str, dict[str, Json]] = {}
        self.made = 0
        self.lose: list[str] = []
        mock.get(f"{SITE}/rest/api/2/serverInfo", json={"baseUrl": SITE, "deploymentType": "Cloud"})
        mock.get(f"{SITE}/rest/api/3/myself", json=ROBOT)
        mock.get(f"{SITE}/rest/api/3/issueLinkType", json={"issueLinkTypes": list(types)})
        mock.add_callback("POST", f"{SITE}/rest/api/3/issueLink", self.make)
        mock.add_callback("GET", f"{SITE}/rest/api/3/issue/1", self.read)
        for number in range(1, 4):
            mock.add_callback("DELETE", f"{SITE}/rest/api/3/issueLink/{number}", self.remove)
        mock.assert_all_requests_are_fired = False

    def make(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        body = json.loads(request.body or "")
        self.made += 1
        forward = str(body["outwardIssue"]["id"]) == "1"
        end = body["inwardIssue" if forward else "outwardIssue"]
        row = {"id": str(self.made), "type": BLOCKS, "outwardIssue" if forward else "inwardIssue": end}
        self.links[str(self.made)] = row
        return 201, {}, ""

    def read(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        return 200, {}, json.dumps({"id": "1", "fields": {"issuelinks": list(self.links.values())}})

    def remove(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], str]:
        gone = self.links.pop(str(request.url).rpartition("/")[2], None)
        if self.lose:
            raise requests.ReadTimeout(self.lose.pop())
        return (204 if gone else 404), {}, ""


def connector() -> JiraConnector:
    settings = TrackerSettings(name="jira", kind="jira", url=SITE, user="bot@acme.example", scopes=(), token="t0ken")
    return JiraConnector(settings, limits=Limits(attempts=2), clock=Clock(sleep=lambda _: None))


HERE = Address(native_id="1", key="PAY-1")
OTHER = Target(url=f"{SITE}/browse/PLAT-1", title="x", address=Address(native_id="2", key="PLAT-1"))
THIRD = Target(url=f"{SITE}/browse/PLAT-2", title="y", address=Address(native_id="3", key="PLAT-2"))


@pytest.mark.parametrize("lost", [False, True])
def test_a_link_that_came_out_reversed_is_made_anew_and_that_is_remembered(lost: bool) -> None:
    with responses.RequestsMock() as mock:
        server = Backwards(mock, BLOCKS)
        server.lose = ["slow"] if lost else []
        jira = connector()
        assert jira.ensure_link(HERE, OTHER, lean="depends") == Receipt(id="2", done="created")
        assert [row["inwardIssue"]["id"] for row in server.links.values()] == ["2"]
        assert jira.ensure_link(HERE, THIRD, lean="provides") == Receipt(id="3", done="created")
        assert [row["outwardIssue"]["id"] for row in server.links.values() if "outwardIssue" in row] == ["3"]
        assert server.made == 3


def test_the_type_is_chosen_by_what_its_phrases_say() -> None:
    blocks = {"id": "9", "name": "Blocks", "outward": "blocks", "inward": "blocks"}
    waits = {"id": "7", "name": "Waits", "outward": "depends on", "inward": "is required by"}
    with responses.RequestsMock() as mock:
        Backwards(mock, blocks, waits)
        connector().ensure_link(HERE, OTHER, lean="depends")
        sent = [json.loads(c.request.body or "{}") for c in mock.calls if c.request.method == "POST"]
        assert sent[0]["type"] == {"id": "7"}
    with responses.RequestsMock() as mock:
        Backwards(mock, blocks)
        with pytest.raises(Refused, match="no link type here"):
            connector().ensure_link(HERE, OTHER, lean="depends")


# Remote links


def remote(jira: Jira, key: str) -> list[tuple[str, str]]:
    return [(link["relationship"], link["object"]["url"]) for link in jira.find(key).remote_links]


def test_a_page_elsewhere_is_linked_once_and_written_only_when_it_differs(jira: Jira) -> None:
    connector, address = jira.connector("PAY"), jira.address("PAY-2")
    made = connector.ensure_link(address, PAGE, lean="depends")
    assert made.done == "created"
    assert connector.ensure_link(address, PAGE, lean="depends") == Receipt(id=made.id, done="unchanged")
    assert connector.traffic.writes == 1
    assert connector.ensure_link(address, PAGE, lean="provides") == Receipt(id=made.id, done="edited")
    assert remote(jira, "PAY-2") == [("blocks", PAGE.url)]
    other = Target(url=PAGE.url + "5", title="")
    assert connector.ensure_link(address, other, lean="depends").done == "created"
    assert len(remote(jira, "PAY-2")) == 2


def test_what_stands_beside_our_words_is_kept(jira: Jira) -> None:
    connector, address = jira.connector("PAY"), jira.address("PAY-2")
    connector.ensure_link(address, PAGE, lean="depends")
    jira.find("PAY-2").remote_links[0]["object"]["status"] = {"resolved": True}
    renamed = Target(url=PAGE.url, title="New\u202ename")
    assert connector.ensure_link(address, renamed, lean="depends").done == "edited"
    thing = jira.find("PAY-2").remote_links[0]["object"]
    assert (thing["title"], thing["status"]) == ("Newname", {"resolved": True})


def test_a_persons_own_link_that_says_the_same_is_enough(jira: Jira) -> None:
    theirs = {
        "relationship": "is blocked by",
        "object": {"url": PAGE.url, "title": "theirs"},
        "globalId": None,
        "id": 7,
    }
    jira.find("PAY-2").remote_links.append(theirs)
    receipt = jira.connector("PAY").ensure_link(jira.address("PAY-2"), PAGE, lean="depends")
    assert receipt == Receipt(id="7", done="unchanged")


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_lost_answer_makes_one_remote_link(jira: Jira, kind: Any) -> None:
    jira.fault(Fault(kind=kind, method="POST", path="/remotelink$"))
    receipt = jira.connector("PAY").ensure_link(jira.address("PAY-2"), PAGE, lean="depends")
    assert receipt == Receipt(id=str(jira.find("PAY-2").remote_links[0]["id"]), done="created")
    assert len(jira.find("PAY-2").remote_links) == 1
    assert len([path for path in jira.paths if path.startswith("POST") and "remotelink" in path]) == (
        2 if kind == "drop_before" else 1
    )


def test_what_is_no_page_is_refused(jira: Jira) -> None:
    with pytest.raises(Refused, match="no page"):
        jira.connector("PAY").ensure_link(jira.issue, Target(url="javascript:x", title="x"), lean="depends")


def test_a_jira_that_is_down_is_tried_later(jira: Jira) -> None:
    jira.fault(Fault(kind="status", status=503, count=-1))
    with pytest.raises(TryLater):
        jira.connector("PAY").ensure_link(jira.address("PAY-2"), PAGE, lean="depends")
