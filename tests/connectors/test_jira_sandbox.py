"""The Jira connector on a Jira that lags, limits, hides, moves and breaks."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors.base import Address, Denied, Gone, Page, Request, TryLater
from model.facts import IssueFact
from sandbox.base import Fault
from sandbox.jira.records import Account
from tests.connectors.contract import MARKER, after, issues, note, walk
from tests.connectors.jira_world import PAST, USER, Jira

PLANS = 4
"""Releases and components of both projects."""


@pytest.fixture
def jira() -> Iterator[Jira]:
    world = Jira.start()
    yield world
    world.running.close()


def pull(jira: Jira, request: Request | None = None) -> list[Page]:
    return walk(jira.connector("PAY", "PLAT"), request)


def by_key(pages: list[Page]) -> dict[str, IssueFact]:
    return {issue.key: issue for issue in issues(pages).values()}


def missing(pages: list[Page]) -> dict[str, str]:
    return {scope.key: scope.missing for page in pages for scope in page.scopes}


def test_an_issue_with_all_that_we_read(jira: Jira) -> None:
    found = by_key(pull(jira))
    link = found["PAY-1"].links[0]
    assert (link.phrase, link.forward, link.other.key, link.other.phase) == ("is blocked by", False, "PLAT-2", "open")
    assert found["PLAT-2"].links[0].native_id == link.native_id
    parent = found["PLAT-2"].parent
    assert parent is not None
    assert parent.key == "PLAT-1"
    mentions = found["PAY-1"].mentions
    assert [(m.key, m.place.partition(":")[0], m.lean, m.structured) for m in mentions] == [
        ("PLAT-2", "body", "depends", True),
        ("PLAT-2", "comment", "depends", False),
    ]


@pytest.mark.parametrize("count", [1, 100, 250])
def test_requests_grow_by_one_for_a_hundred_issues(jira: Jira, count: int) -> None:
    write = jira.site.writer()
    for number in range(3, count + 3 - 4):
        write.issue(f"PAY-{number}", f"Pay {number}", created=PAST + timedelta(minutes=number))
    total = max(count, 4)
    connector = jira.connector("PAY", "PLAT")
    before = walk(connector)
    assert len(issues(before)) == total
    assert connector.traffic.requests == 2 + 3 + PLANS + -(-total // 100)

    delta = jira.connector("PAY", "PLAT")
    walk(delta, after(before))
    assert delta.traffic.requests == 3

    structure = jira.connector("PAY", "PLAT")
    walk(structure, after(before, structure=True))
    assert structure.traffic.requests == 2 + 3 + PLANS + 1 + 1, "one search and one page of ids"


def test_a_change_that_the_index_learns_late_is_not_lost(jira: Jira) -> None:
    before = pull(jira)
    jira.site.set_options({"index_lag": 120})
    jira.act("edit", issue="PAY-1", title="Refund in three parts")
    jira.act("comment", issue="PAY-2", text="unrelated")
    blind = pull(jira, after(before))
    assert by_key(blind).get("PAY-1", by_key(before)["PAY-1"]).title in ("Refund in parts", "Refund in three parts")
    jira.site.set_options({"index_lag": 0})
    seeing = pull(jira, after([*before, *blind]))
    assert by_key([*blind, *seeing])["PAY-1"].title == "Refund in three parts"


def test_a_jira_that_takes_no_milliseconds(jira: Jira) -> None:
    jira.site.set_options({"epoch_jql": False})
    before = pull(jira)
    jira.act("edit", issue="PAY-1", title="Refund in three parts")
    pages = pull(jira, after(before))
    assert by_key(pages)["PAY-1"].title == "Refund in three parts"
    asked = jira.requests_seen()
    pull(jira, after([*before, *pages]))
    assert jira.requests_seen() - asked == 3, "it is remembered"


def test_a_moved_issue_keeps_its_id(jira: Jira) -> None:
    before = pull(jira)
    address = jira.address("PAY-2")
    key = jira.act("move", issue="PAY-2", project="PLAT")["key"]
    moved = issues(pull(jira, after(before)))[address.native_id]
    assert moved.key == key
    found = jira.connector("PAY").look(address)
    assert found is not None
    assert found.key == key


def test_a_deleted_issue_is_missing_from_the_census_and_gone_when_looked_at(jira: Jira) -> None:
    before = pull(jira)
    address = jira.address("PAY-2")
    jira.act("delete", issue="PAY-2")
    connector = jira.connector("PAY", "PLAT")
    census = {
        key: ids for page in walk(connector, after(before, structure=True)) for key, ids in (page.census or {}).items()
    }
    assert address.native_id not in census["PAY"]
    assert connector.look(address) is None
    with pytest.raises(Gone):
        connector.ensure_note(address, note(), marker=MARKER)


def test_a_project_that_we_may_no_longer_see_is_incomplete_and_not_empty(jira: Jira) -> None:
    before = pull(jira)
    address = jira.address("PLAT-1")
    jira.act("hide_project", project="PLAT")
    pages = pull(jira, after(before, structure=True))
    assert missing(pages)["PAY"] == ""
    assert missing(pages)["PLAT"]
    assert all("PLAT" not in (page.census or {}) and "PLAT" not in page.cursors for page in pages)
    with pytest.raises(Denied, match="PLAT-1"):
        jira.connector("PAY").look(address)


def test_what_only_some_may_read_is_marked(jira: Jira) -> None:
    visibility = {"type": "role", "value": "Administrators"}
    jira.act("comment", issue="PAY-1", text="blocked by PLAT-1", visibility=visibility)
    jira.act("restrict", issue="PAY-2", readers=["crosstie", "Mira"])
    found = by_key(pull(jira))
    assert [c.restricted for c in found["PAY-1"].comments] == [False, True]
    assert [m.restricted for m in found["PAY-1"].mentions] == [False, False, True]
    assert (found["PAY-1"].restricted, found["PAY-2"].restricted) == (False, True)


def test_all_comments_are_read_where_a_search_embeds_a_few(jira: Jira) -> None:
    for number in range(130):
        jira.act("comment", issue="PAY-2", text=f"remark {number}")
    connector = jira.connector("PAY", "PLAT")
    found = by_key(walk(connector))["PAY-2"]
    assert len(found.comments) == 130
    assert connector.traffic.requests == 2 + 3 + PLANS + 1 + 2
    assert connector.look(jira.address("PAY-2")) == found


def test_an_account_that_may_not_write_is_denied(jira: Jira) -> None:
    jira.act("mute_project", project="PAY")
    connector = jira.connector("PAY")
    with pytest.raises(Denied, match="our account may not comment in PAY"):
        connector.ensure_note(jira.issue, note(), marker=MARKER)
    assert connector.notes(jira.issue) == []


def test_notes_are_written_and_told_apart_by_the_account_that_writes(jira: Jira) -> None:
    state = jira.site.state
    writer = state.person("Crosstie writes").account_id
    state.accounts["wr1te"] = Account(email=USER, token="wr1te", person=writer)
    connector = jira.connector("PAY", "PLAT", write_token="wr1te")
    made = connector.ensure_note(jira.issue, note(), marker=MARKER)
    assert state.comments[int(made.id)].author == writer
    assert [n.id for n in connector.notes(jira.issue)] == [made.id]
    assert [c.ours for c in by_key(walk(connector))["PAY-1"].comments] == [False, True]
    assert connector.account().person.name == "crosstie"
    assert jira.connector("PAY").notes(jira.issue) == [], "the reading account wrote nothing"


BREAKS = [
    Fault(kind="drop_before"),
    Fault(kind="drop_after"),
    Fault(kind="truncate"),
    Fault(kind="html"),
    Fault(kind="status", status=500),
    Fault(kind="status", status=502, text="<html>"),
    Fault(kind="status", status=429, headers={"Retry-After": "2"}),
    Fault(kind="status", status=429),
]


@pytest.mark.parametrize("fault", BREAKS, ids=lambda fault: f"{fault.kind}-{fault.status}")
def test_a_pull_during_which_any_request_fails_once_reads_the_same(jira: Jira, fault: Fault) -> None:
    whole = issues(pull(jira))
    requests = 2 + 3 + PLANS + 1
    for skip in range(requests):
        jira.fault(Fault(kind=fault.kind, status=fault.status, headers=fault.headers, text=fault.text, skip=skip))
        connector = jira.connector("PAY", "PLAT", patient=True)
        assert issues(walk(connector)) == whole
        assert (connector.traffic.requests, connector.traffic.retries) == (requests + 1, 1)
        jira.running.world.clear_faults()


def test_a_walk_that_breaks_off_leaves_no_cursor_and_is_done_again(jira: Jira) -> None:
    jira.site.set_options({"page_cap": 2})
    jira.fault(Fault(kind="status", status=503, count=-1, skip=6))
    pages: list[Page] = []
    with pytest.raises(TryLater):
        pages.extend(jira.connector("PAY", "PLAT").pull(Request()))
    assert not any(page.cursors or page.scopes or page.census for page in pages)
    jira.running.world.clear_faults()
    assert len(issues(pull(jira))) == 4


def test_a_note_whose_edit_lost_its_answer_is_edited_again(jira: Jira) -> None:
    connector = jira.connector("PAY")
    made = connector.ensure_note(jira.issue, note(), marker=MARKER)
    jira.fault(Fault(kind="drop_after", method="PUT"))
    later = note(title="Another title")
    with pytest.raises(TryLater) as caught:
        connector.ensure_note(jira.issue, later, marker=MARKER, known=made.id)
    assert caught.value.sent
    assert connector.ensure_note(jira.issue, later, marker=MARKER, known=made.id).id == made.id
    assert [n.digest for n in connector.notes(jira.issue)] == [later.digest]


def test_writes_that_are_turned_away_wait_and_go_on(jira: Jira) -> None:
    jira.fault(Fault(kind="status", status=429, headers={"Retry-After": "3"}, method="POST", path="/comment$"))
    connector = jira.connector("PAY", patient=True)
    assert connector.ensure_note(jira.issue, note(), marker=MARKER).done == "created"
    assert len(connector.notes(jira.issue)) == 1
    assert connector.traffic.waited > 3


def test_an_issue_that_never_was_is_gone(jira: Jira) -> None:
    nowhere = Address(native_id="424242", key="PAY-4242")
    connector = jira.connector("PAY")
    with pytest.raises(Gone):
        connector.ensure_labels(nowhere, add=["crosstie"], remove=[])
    with pytest.raises(Gone):
        connector.notes(nowhere)
    connector.ensure_no_note(nowhere, known="1")
