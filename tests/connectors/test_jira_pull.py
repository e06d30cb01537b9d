"""A pull of Jira, request by request."""

import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
import responses
from requests import PreparedRequest

from connectors.base import Address, Denied, Page, Refused, Request, Stop, TrackerSettings, TryLater
from connectors.http import Json
from connectors.jira import JiraConnector
from connectors.jira.catalog import Catalog
from connectors.jira.jql import jql_minute
from connectors.jira.site import resolve_scopes
from connectors.limits import Clock, Limits
from tests.connectors.jira_rows import BLOCKS, ME, MIRA, ROBOT, adf, comment, embedded, row

SITE = "https://acme.atlassian.net"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
CURSOR = str(int(datetime(2026, 11, 20, 10, tzinfo=UTC).timestamp() * 1000))
LOWER = str(int(CURSOR) - 6 * 60 * 1000)


@dataclass
class Jira:
    """What this Jira answers to a search: one entry of ``searches`` for each, in order."""

    mock: responses.RequestsMock
    searches: list[Json] = field(default_factory=list)
    asked: list[Json] = field(default_factory=list)
    projects: Sequence[str] = ("PAY", "PLAT", "WEB")
    scopes: tuple[str, ...] = ("PAY", "PLAT")
    write_token: str = ""

    def search(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        self.asked.append(json.loads(request.body or ""))
        answer = self.searches.pop(0)
        return answer.pop("_status", 200), {}, json.dumps(answer)

    def connector(self) -> JiraConnector:
        settings = TrackerSettings(
            name="jira",
            kind="jira",
            url=SITE,
            user="bot@acme.example",
            scopes=self.scopes,
            token="t0ken",
            write_token=self.write_token,
        )
        return JiraConnector(settings, limits=Limits(attempts=2), clock=Clock(now=lambda: NOW, sleep=lambda _: None))

    def pull(self, request: Request | None = None) -> list[Page]:
        return list(self.connector().pull(request or Request()))

    @property
    def paths(self) -> list[str]:
        return [f"{c.request.method} {(c.request.path_url or '').partition('?')[0]}" for c in self.mock.calls]


def answers(mock: responses.RequestsMock, method: str, path: str, body: Json, status: int = 200) -> None:
    mock.add(method, f"{SITE}{path}", json=body, status=status)


@pytest.fixture
def jira() -> Iterator[Jira]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        jira = Jira(mock)
        info = {"baseUrl": SITE, "deploymentType": "Cloud", "serverTime": "2026-11-21T13:00:00.000+0100"}
        answers(mock, "GET", "/rest/api/2/serverInfo", info)
        answers(mock, "GET", "/rest/api/3/myself", ROBOT | {"timeZone": "Pacific/Auckland"})
        answers(mock, "GET", "/rest/api/3/field", [])
        answers(mock, "GET", "/rest/api/3/issueLinkType", {"issueLinkTypes": [BLOCKS]})
        mock.add_callback("POST", f"{SITE}/rest/api/3/search/jql", callback=jira.search)

        def projects(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
            values = [{"id": str(n), "key": key} for n, key in enumerate(jira.projects)]
            return 200, {}, json.dumps({"values": values, "total": len(values), "isLast": True})

        mock.add_callback("GET", f"{SITE}/rest/api/3/project/search", callback=projects)
        for what in ("versions", "components"):
            mock.add("GET", re.compile(rf"{SITE}/rest/api/3/project/[A-Z]+/{what}"), json=[])
        yield jira


def page(*rows: Json, token: str = "") -> Json:
    return {"issues": list(rows), "isLast": not token} | ({"nextPageToken": token} if token else {})


def delta(**cursors: str) -> Request:
    catalog = Catalog(projects=("PAY", "PLAT", "WEB")).dump()
    return Request(cursors=cursors or {"PAY": CURSOR, "PLAT": CURSOR}, catalog=catalog, structure=False)


def keys(pages: Sequence[Page]) -> list[str]:
    return [issue.key for p in pages for issue in p.issues]


def test_a_full_pull_walks_all_projects_in_one_search(jira: Jira) -> None:
    jira.searches = [page(row(1), row(1, "PLAT"), token="a"), page(row(2, updated="2026-11-20T11:00:00.000+0000"))]
    pages = jira.pull()
    assert keys(pages) == ["PAY-1", "PLAT-1", "PAY-2"]
    assert [a["jql"] for a in jira.asked] == ['project in ("PAY", "PLAT") ORDER BY key ASC'] * 2
    assert "nextPageToken" not in jira.asked[0]
    assert jira.asked[1]["nextPageToken"] == "a"
    assert {a["maxResults"] for a in jira.asked} == {100}
    assert len(jira.paths) == 11, "serverInfo, myself, three of the catalog, two lists of each project, two pages"
    first, last = pages[0], pages[-1]
    assert first.projects == frozenset({"PAY", "PLAT", "WEB"})
    assert [t.name for t in first.link_types or ()] == ["Blocks"]
    assert all(not p.cursors and not p.scopes for p in pages[:-1])
    assert {str(s): s.missing for s in last.scopes} == {"jira:PAY": "", "jira:PLAT": ""}
    assert last.scopes[0].read_at == datetime(2026, 11, 21, 12, tzinfo=UTC)
    assert last.cursors == {"PAY": str(int(CURSOR) + 3_600_000), "PLAT": CURSOR}
    assert last.census == {"PAY": frozenset({"10001", "10002"}), "PLAT": frozenset({"10001"})}


def test_an_unchanged_delta_costs_three_requests(jira: Jira) -> None:
    jira.searches = [page()]
    connector = jira.connector()
    connector.account()
    pages = list(connector.pull(delta()))
    assert jira.paths == ["GET /rest/api/2/serverInfo", "GET /rest/api/3/myself", "POST /rest/api/3/search/jql"]
    assert jira.asked[0]["jql"] == (f'project in ("PAY", "PLAT") AND updated >= {LOWER} ORDER BY key ASC')
    assert [(p.cursors, p.issues, p.census) for p in pages] == [({"PAY": CURSOR, "PLAT": CURSOR}, (), None)]
    assert connector.traffic.requests == 3


def test_cursors_that_differ_share_one_search(jira: Jira) -> None:
    jira.searches = [page()]
    jira.pull(delta(PAY=CURSOR, PLAT="0"))
    assert jira.asked[0]["jql"].startswith(
        f'(project in ("PAY") AND updated >= {LOWER}) OR (project in ("PLAT") AND updated >= 0) ORDER BY'
    )


def test_a_new_project_is_walked_in_full_beside_the_delta(jira: Jira) -> None:
    jira.searches = [page(), page(row(1, "PLAT"))]
    pages = jira.pull(delta(PAY=CURSOR))
    assert [a["jql"].partition(" ORDER")[0] for a in jira.asked] == [
        f'project in ("PAY") AND updated >= {LOWER}',
        'project in ("PLAT")',
    ]
    assert [s.key for p in pages for s in p.scopes] == ["PAY", "PLAT"]


def test_an_empty_project_gets_a_cursor_too(jira: Jira) -> None:
    jira.searches = [page()]
    assert jira.pull()[-1].cursors == {"PAY": "0", "PLAT": "0"}


def test_a_cursor_never_lies_in_the_servers_future(jira: Jira) -> None:
    jira.searches = [page(row(1, updated="2031-01-01T00:00:00.000+0000"))]
    assert jira.pull()[-1].cursors["PAY"] == str(int(NOW * 1000))


def test_structure_adds_a_census_of_known_projects(jira: Jira) -> None:
    jira.searches = [page(), {"issues": [{"id": "1", "key": "PAY-1"}], "nextPageToken": "b"}, page(row(3, "PLAT"))]
    pages = jira.pull(Request(cursors={"PAY": CURSOR, "PLAT": CURSOR}, catalog=delta().catalog, structure=True))
    assert pages[-1].census == {"PAY": frozenset({"1"}), "PLAT": frozenset({"10003"})}
    assert jira.asked[0]["jql"].startswith(f'project in ("PAY", "PLAT") AND updated >= {LOWER} ORDER')
    assert pages[1].releases == {"PAY": (), "PLAT": ()}, "a release can move without touching its issues"
    assert [(a["fields"], a["maxResults"]) for a in jira.asked[1:]] == [(["key"], 5000)] * 2


@pytest.mark.parametrize("row_without", [{"id": "2"}, {"key": "PAY-2"}, None])
def test_a_census_with_a_row_that_names_no_issue_is_void(jira: Jira, row_without: Json) -> None:
    jira.searches = [page(), page({"id": "1", "key": "PAY-1"}, row_without)]
    pages = jira.pull(Request(cursors={"PAY": CURSOR, "PLAT": CURSOR}, catalog=delta().catalog, structure=True))
    assert all(p.census is None for p in pages)
    assert any(p.cursors for p in pages)


def test_a_project_that_is_not_there_leaves_the_others_alone(jira: Jira) -> None:
    jira.scopes = ("PAY", "NOPE", "W*", "X*")
    jira.searches = [page(row(1))]
    pages = jira.pull()
    assert jira.asked[0]["jql"].startswith('project in ("PAY", "WEB")')
    why = {s.key: s.missing for p in pages for s in p.scopes}
    assert (why["PAY"], why["WEB"]) == ("", "")
    assert "not visible" in why["NOPE"]
    assert "not visible" in why["X*"]


def test_a_project_that_the_search_refuses_is_left_out_and_asked_without(jira: Jira) -> None:
    said = "The value 'PLAT' does not exist for the field 'project'."
    jira.searches = [{"_status": 400, "errorMessages": [said]}, page(row(1))]
    pages = jira.pull(delta())
    assert jira.asked[1]["jql"].startswith('project in ("PAY") AND')
    assert {s.key: bool(s.missing) for p in pages for s in p.scopes} == {"PLAT": True, "PAY": False}
    assert pages[-1].cursors == {"PAY": CURSOR}


def test_a_refusal_that_names_nothing_we_asked_is_an_error(jira: Jira) -> None:
    wrong = {"_status": 400, "errorMessages": ["PAYMENT is wrong"]}
    jira.searches = [dict(wrong)]
    with pytest.raises(Refused, match="jira: Jira refuses the search"):
        jira.pull()
    jira.searches = [dict(wrong), dict(wrong)]
    with pytest.raises(Refused, match="jira: Jira refuses the search"):
        jira.pull(delta())
    assert f"updated >= {LOWER}" in jira.asked[1]["jql"]
    assert 'updated >= "2026/11/20 22:54"' in jira.asked[2]["jql"]


def test_a_jira_without_milliseconds_is_asked_in_the_zone_of_our_profile(jira: Jira) -> None:
    said = f"Date value '{LOWER}' for field 'updated' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm'"
    jira.searches = [{"_status": 400, "errorMessages": [said]}, page(row(1))]
    pages = jira.pull(delta())
    # 09:54 UTC on 20 November is 22:54 in Auckland, in summer time there.
    assert 'updated >= "2026/11/20 22:54"' in jira.asked[1]["jql"]
    assert pages[-1].catalog is not None
    jira.searches = [page()]
    jira.pull(Request(cursors={"PAY": CURSOR, "PLAT": CURSOR}, catalog=pages[-1].catalog, structure=False))
    assert "2026/11/20 22:54" in jira.asked[2]["jql"], "and remembers it"


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Pago_Pago", "Pacific/Apia"])
def test_a_jql_minute_is_never_later_than_the_moment_it_stands_for(zone: str) -> None:
    quarter = 15 * 60
    for seconds in range(int(NOW) - 366 * 86_400, int(NOW), 7 * quarter):
        read = datetime.strptime(jql_minute(seconds * 1000, zone), "%Y/%m/%d %H:%M")  # noqa: DTZ007 - JQL has no zone
        for fold in (0, 1):
            back = read.replace(tzinfo=ZoneInfo(zone), fold=fold).timestamp()
            assert seconds - 2 * 3600 - 60 < back <= seconds


def test_an_unknown_zone_reads_too_much_and_never_too_little() -> None:
    assert jql_minute(int(NOW * 1000), "Mars/Olympus") == "2026/11/21 00:00"


def test_a_page_token_that_comes_twice_ends_the_walk_as_incomplete(jira: Jira) -> None:
    jira.searches = [page(row(1), token="a"), page(row(2), token="a"), page(row(3), token="a")]
    seen: list[Page] = []
    with pytest.raises(TryLater, match="circle"):
        seen.extend(jira.connector().pull(delta()))
    assert len(jira.asked) == 2


@pytest.mark.parametrize("broken", [{}, {"issues": None}, [], None, {"issues": [], "isLast": False}])
def test_an_answer_of_another_shape_is_no_empty_answer(jira: Jira, broken: Json) -> None:
    jira.mock.replace("POST", f"{SITE}/rest/api/3/search/jql", json=broken)
    seen: list[Page] = []
    with pytest.raises(TryLater):
        seen.extend(jira.connector().pull(Request()))
    assert not any(page.cursors or page.census for page in seen)


def test_an_unreadable_row_is_named_and_read_again_next_time(jira: Jira) -> None:
    early = "2026-11-20T10:02:00.000+0000"
    jira.searches = [page(row(1), {"id": "10009", "key": "PAY-9", "fields": {"updated": early, "issuelinks": [5, 7]}})]
    jira.searches[0]["issues"].append({"id": "10010", "key": "PAY-10", "fields": {"updated": early, "summary": {}}})
    jira.searches[0]["issues"].append({"key": "PAY-11", "fields": {"updated": early}})
    jira.searches[0]["issues"].append(row(3, updated="2026-11-20T18:00:00.000+0000"))
    last = jira.pull(delta())[-1]
    assert {s.key: s.missing for s in last.scopes} == {"PAY": "could not be read: PAY-11", "PLAT": ""}
    assert last.cursors["PAY"] == str(int(CURSOR) + 2 * 60 * 1000), "the cursor waits at the unreadable issue"


def test_a_row_that_says_nothing_makes_every_project_of_the_walk_incomplete(jira: Jira) -> None:
    jira.searches = [{"issues": [row(1), None], "isLast": True}]
    last = jira.pull(delta())[-1]
    assert all("an issue without a key" in s.missing for s in last.scopes)
    assert last.cursors == {"PAY": CURSOR, "PLAT": CURSOR}


def serve_comments(jira: Jira, path: str, rows: list[Json]) -> None:
    def callback(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        start = int(dict(p.split("=") for p in (request.path_url.partition("?")[2]).split("&"))["startAt"])
        return 200, {}, json.dumps({"comments": rows[start : start + 100], "total": len(rows), "startAt": start})

    jira.mock.add_callback("GET", f"{SITE}/rest/api/3/issue/{path}/comment", callback=callback)


def test_comments_that_a_search_leaves_out_are_read(jira: Jira) -> None:
    rows = [comment(n, MIRA, adf("x")) for n in range(230)]
    serve_comments(jira, "10001", rows)
    jira.searches = [page(row(1, comment=embedded(*rows[:20], total=230)), row(2, comment=embedded(rows[0])))]
    first, second = next(p for p in jira.pull(delta()) if p.issues).issues
    assert (len(first.comments), first.partial, len(second.comments)) == (230, "", 1)
    assert sum("comment" in path for path in jira.paths) == 3


@pytest.mark.parametrize("status", [404, 403, 500])
def test_comments_that_cannot_be_read_cost_the_issue_its_completeness_and_no_more(jira: Jira, status: int) -> None:
    answers(jira.mock, "GET", "/rest/api/3/issue/10001/comment", {}, status)
    late = row(2, updated="2026-11-20T18:00:00.000+0000")
    jira.searches = [page(row(1, comment=embedded(comment(1, MIRA, adf("x")), total=30)), late)]
    pages = jira.pull(delta())
    issue = next(p for p in pages if p.issues).issues[0]
    assert "comments" in issue.partial
    assert len(issue.comments) == 1
    again = status == 500
    assert (pages[-1].cursors["PAY"] == CURSOR) is again, "looking again is of use unless it was refused"


def test_comments_are_ours_by_the_account_that_writes(jira: Jira) -> None:
    jira.write_token = "wr1te"
    writer = {"accountId": "5b10-writer", "displayName": "crosstie writes"}

    def myself(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        writes = b64decode(request.headers["Authorization"].removeprefix("Basic ")).endswith(b":wr1te")
        return 200, {}, json.dumps(writer if writes else ROBOT)

    jira.mock.remove("GET", f"{SITE}/rest/api/3/myself")
    jira.mock.add_callback("GET", f"{SITE}/rest/api/3/myself", callback=myself)
    jira.searches = [page(row(1, comment=embedded(comment(1, ROBOT, adf("a")), comment(2, writer, adf("b")))))]
    connector = jira.connector()
    issue = next(p for p in connector.pull(delta()) if p.issues).issues[0]
    assert [c.ours for c in issue.comments] == [False, True]
    assert connector.account().person.id == ME
    assert sum("myself" in path for path in jira.paths) == 2
    assert connector.traffic.requests == 4


def test_account(jira: Jira) -> None:
    connector = jira.connector()
    account = connector.account()
    assert (account.person.id, account.site, account.zone) == (ME, SITE, "Pacific/Auckland")
    connector.account()
    assert len(jira.paths) == 2


def refused(jira: Jira) -> None:
    jira.mock.replace("GET", f"{SITE}/rest/api/3/myself", status=401, json={})


def another_kind(jira: Jira) -> None:
    jira.mock.replace("GET", f"{SITE}/rest/api/2/serverInfo", json={"deploymentType": "Mars", "baseUrl": SITE})


def no_jira(jira: Jira) -> None:
    jira.mock.replace("GET", f"{SITE}/rest/api/2/serverInfo", status=404, json={})
    answers(jira.mock, "GET", "/rest/api/3/serverInfo", {}, status=404)


def login_page(jira: Jira) -> None:
    jira.mock.replace("GET", f"{SITE}/rest/api/2/serverInfo", status=302, headers={"Location": "https://id.example/"})


def captcha(jira: Jira) -> None:
    jira.mock.replace("GET", f"{SITE}/rest/api/3/myself", status=403, json={})


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (refused, "expired or been revoked"),
        (another_kind, "not a Jira that is known here"),
        (no_jira, "check url"),
        (login_page, "check url"),
        (captcha, "does not let this account in"),
    ],
)
def test_what_needs_a_person_stops_with_a_sentence(jira: Jira, trouble: Callable[[Jira], None], sentence: str) -> None:
    trouble(jira)
    with pytest.raises(Stop, match=sentence) as caught:
        jira.connector().account()
    assert "t0ken" not in str(caught.value)


def test_a_web_page_where_jira_should_be_is_tried_later(jira: Jira) -> None:
    jira.mock.replace("GET", f"{SITE}/rest/api/2/serverInfo", body="<html>", content_type="text/html")
    with pytest.raises(TryLater, match="web page instead of JSON"):
        jira.connector().account()
    assert len(jira.paths) == 2


def test_a_direct_look(jira: Jira) -> None:
    here, gone, hidden = (Address(native_id=str(n), key=key) for n, key in ((1, "PAY-1"), (2, "PAY-2"), (3, "OLD-3")))
    answers(jira.mock, "GET", "/rest/api/3/issue/1", row(1, "PLAT"))
    answers(jira.mock, "GET", "/rest/api/3/issue/2", {}, 404)
    answers(jira.mock, "GET", "/rest/api/3/issue/3", {}, 404)
    answers(jira.mock, "GET", "/rest/api/3/project/PAY", {"key": "PAY"})
    answers(jira.mock, "GET", "/rest/api/3/project/OLD", {}, 404)
    connector = jira.connector()
    found = connector.look(here)
    assert found is not None
    assert found.key == "PLAT-1", "a moved issue answers under its new key"
    assert connector.look(gone) is None
    with pytest.raises(Denied, match="OLD-3"):
        connector.look(hidden)


def test_patterns_name_the_projects_they_match() -> None:
    visible = ["PAY", "PLAT", "PLATE", "WEB"]
    assert resolve_scopes(["PLAT*", "pay", "PLAT"], visible) == (["PLAT", "PLATE", "PAY"], {})
    assert resolve_scopes(["Q?"], visible)[0] == []


def test_what_was_read_lately_is_left_alone_until_it_changes(jira: Jira) -> None:
    """The overlap of a delta brings the newest issues again, and their long lists of comments are not asked for."""
    rows = [comment(n, MIRA, adf("x")) for n in range(30)]
    serve_comments(jira, "10001", rows)
    talked = row(1, comment=embedded(*rows[:20], total=30))
    jira.searches = [page(talked, row(2))]
    first = jira.pull(delta())
    asked = len(jira.paths)
    jira.searches = [page(talked, row(2, updated="2026-11-20T10:00:00.001+0000"))]
    second = jira.pull(Request(cursors=dict(first[-1].cursors), catalog=first[-1].catalog or "", structure=False))
    assert keys(second) == ["PAY-2"]
    assert len(jira.paths) == asked + 3
    assert second[-1].cursors["PAY"] == str(int(CURSOR) + 1)


def test_an_issue_that_was_not_read_in_full_is_read_again(jira: Jira) -> None:
    answers(jira.mock, "GET", "/rest/api/3/issue/10001/comment", {}, 403)
    talked = row(1, comment=embedded(comment(1, MIRA, adf("x")), total=30))
    jira.searches = [page(talked), page(talked)]
    first = jira.pull(delta())
    second = jira.pull(Request(cursors=dict(first[-1].cursors), catalog=first[-1].catalog or "", structure=False))
    assert keys(second) == ["PAY-1"]


def test_what_was_learnt_lately_saves_a_question(jira: Jira) -> None:
    account = jira.connector().account()
    asked = len(jira.paths)
    again = jira.connector()
    again.recall(account)
    assert again.account() == account
    assert jira.paths[asked:] == ["GET /rest/api/3/myself"]
