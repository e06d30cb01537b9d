"""What ``check --online`` says of a Jira, and how it says to mend it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import responses
from responses.matchers import query_param_matcher

from connectors.base import Check, TrackerSettings, Traffic
from connectors.http import Json
from connectors.jira import JiraConnector
from connectors.jira.catalog import Catalog
from connectors.jira.inspect_site import check_clock, check_fields, check_link_types, check_quota
from connectors.limits import Clock, Limits
from model.facts import LinkType
from tests.connectors.jira_rows import BLOCKS, ROBOT

SITE = "https://acme.atlassian.net"
API = f"{SITE}/rest/api/3"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
ALL = ("ADD_COMMENTS", "EDIT_OWN_COMMENTS", "DELETE_OWN_COMMENTS", "EDIT_ISSUES", "LINK_ISSUES")


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        mock.assert_all_requests_are_fired = False
        info = {"baseUrl": SITE, "deploymentType": "Cloud", "serverTime": "2026-11-21T13:00:00.000+0100"}
        mock.get(f"{SITE}/rest/api/2/serverInfo", json=info)
        mock.get(f"{API}/myself", json=ROBOT)
        mock.get(f"{API}/field", json=[])
        mock.get(f"{API}/issueLinkType", json={"issueLinkTypes": [BLOCKS]})
        values = [{"id": str(n), "key": key} for n, key in enumerate(("PAY", "PAYROLL", "PLAT"), 1)]
        mock.get(f"{API}/project/search", json={"values": values, "total": 3, "isLast": True})
        yield mock


def connector(*scopes: str, write_token: str = "", now: datetime = NOW) -> JiraConnector:
    settings = TrackerSettings(
        name="jira", kind="jira", url=SITE, user="", scopes=scopes, token="t0ken", write_token=write_token
    )
    clock = Clock(now=now.timestamp, sleep=lambda _: None)
    return JiraConnector(settings, limits=Limits(attempts=1), clock=clock)


def permit(
    mock: responses.RequestsMock, key: str, *granted: str, asked: tuple[str, ...] = ALL, token: str = ""
) -> None:
    match: list[Any] = [query_param_matcher({"projectKey": key, "permissions": ",".join(asked)})]
    if token:
        match.append(lambda request: (request.headers["Authorization"] == f"Bearer {token}", "another token"))
    table = {name: {"havePermission": name in granted} for name in asked}
    mock.get(f"{API}/mypermissions", json={"permissions": table}, match=match)


def browse(mock: responses.RequestsMock, key: str, *granted: str, token: str = "") -> None:
    permit(mock, key, *granted, asked=("BROWSE_PROJECTS",), token=token)


def by_about(checks: Iterator[Check]) -> Mapping[str, Check]:
    return {check.about: check for check in checks}


def test_a_site_where_all_is_well(mock: responses.RequestsMock) -> None:
    browse(mock, "PAY", "BROWSE_PROJECTS")
    permit(mock, "PAY", *ALL)
    jira = connector("PAY")
    found = by_about(jira.inspect(["jira:pa*"]))
    assert {about: check.ok for about, check in found.items()} == {
        "account": True,
        "project PAY": True,
        "project PAY, writing": True,
        "custom fields": None,
        "link types": True,
        "quota": True,
    }
    assert "Jira Cloud" in found["account"].found
    assert jira.traffic.requests == 2 + 3 + 2
    assert jira.traffic.writes == 0


def test_nothing_is_asked_about_writing_where_nothing_is_written(mock: responses.RequestsMock) -> None:
    browse(mock, "PAY", "BROWSE_PROJECTS")
    assert "project PAY, writing" not in by_about(connector("PAY").inspect(["jira:PLAT", "github:PAY"]))


def test_each_permission_that_lacks_is_named_with_its_way_out(mock: responses.RequestsMock) -> None:
    browse(mock, "PAY")
    permit(mock, "PAY", "ADD_COMMENTS", "EDIT_OWN_COMMENTS", "LINK_ISSUES")
    browse(mock, "PLAT", "BROWSE_PROJECTS")
    permit(mock, "PLAT", *(name for name in ALL if name != "LINK_ISSUES"))
    found = by_about(connector("PAY", "PLAT").inspect(["jira:*"]))
    assert found["project PAY"].ok is False
    assert "Browse Projects in the permission scheme of PAY" in found["project PAY"].remedy
    writing = found["project PAY, writing"]
    assert writing.ok is False
    assert writing.found == "our account lacks Delete Own Comments (DELETE_OWN_COMMENTS), Edit Issues (EDIT_ISSUES)"
    assert found["project PLAT, writing"].ok is None, "only links by command need it"


def test_the_token_that_writes_is_asked_what_it_may(mock: responses.RequestsMock) -> None:
    browse(mock, "PAY", "BROWSE_PROJECTS", token="t0ken")
    permit(mock, "PAY", *ALL, token="wr1te")
    found = by_about(connector("PAY", write_token="wr1te").inspect(["jira:PAY"]))
    assert found["account for writing"].ok is True
    assert found["project PAY, writing"].ok is True


def test_projects_that_cannot_be_read_say_why(mock: responses.RequestsMock) -> None:
    mock.get(f"{API}/project/OLD", json={"key": "OLD", "archived": True})
    mock.get(f"{API}/project/NOWHERE", status=404, json={})
    mock.get(f"{API}/project/BROKEN", status=500, json={})
    browse(mock, "PAY", "BROWSE_PROJECTS")
    browse(mock, "PAYROLL", "BROWSE_PROJECTS")
    found = by_about(connector("OLD", "NOWHERE", "BROKEN", "X*", "PAY*").inspect([]))
    bad = {about.removeprefix("project "): check.found for about, check in found.items() if check.ok is False}
    assert list(bad) == ["OLD", "NOWHERE", "BROKEN", "X*"]
    assert "archived" in bad["OLD"]
    assert "not there" in bad["NOWHERE"]
    assert "answered 500" in bad["BROKEN"]
    assert "matches" in bad["X*"]
    assert "[trackers.jira]" in found["project NOWHERE"].remedy
    assert found["project PAYROLL"].ok is True


@pytest.mark.parametrize("said", [{"status": 503}, {"json": {"permissions": []}}, {"json": []}, {"body": "<html>"}])
def test_what_cannot_be_found_out_is_no_error(mock: responses.RequestsMock, said: Json) -> None:
    mock.get(f"{API}/mypermissions", **said)
    found = by_about(connector("PAY").inspect(["jira:PAY"]))
    assert found["project PAY"].ok is None
    assert found["project PAY, writing"].ok is None


def test_a_site_that_fails_raises_nothing(mock: responses.RequestsMock) -> None:
    mock.replace("GET", f"{API}/field", status=500, json={})
    found = by_about(connector("PAY").inspect([]))
    assert found["fields, link types and projects"].ok is False
    mock.replace("GET", f"{API}/field", json=["nonsense"])
    assert by_about(connector("PAY").inspect([]))["the rest"].ok is None
    mock.replace("GET", f"{API}/myself", status=401, json={})
    (only,) = connector("PAY").inspect([])
    assert (only.about, only.ok) == ("account", False)
    assert "t0ken" not in only.found + only.remedy


@pytest.mark.parametrize(
    ("url", "kind", "user", "said", "ok"),
    [
        (SITE, "Cloud", "bot@acme.example", "Jira Cloud, with an API token", True),
        ("https://api.atlassian.com/ex/jira/11-22", "Cloud", "", "Jira Cloud through the gateway, with OAuth", True),
        ("https://jira.acme.example", "Server", "", "Jira Data Center, with an access token", True),
        ("https://jira.acme.example", "Server", "crosstie", "Jira Data Center, with user and password", None),
    ],
)
def test_the_way_in_is_named(url: str, kind: str, user: str, said: str, ok: bool | None) -> None:
    with responses.RequestsMock() as mock:
        mock.get(f"{url}/rest/api/2/serverInfo", json={"baseUrl": SITE, "deploymentType": kind})
        mock.get(f"{url}/rest/api/{'3' if kind == 'Cloud' else '2'}/myself", json={**ROBOT, "name": "crosstie"})
        settings = TrackerSettings(name="jira", kind="jira", url=url, user=user, scopes=(), token="t0ken")
        jira = JiraConnector(settings, limits=Limits(attempts=1), clock=Clock(sleep=lambda _: None))
        account = next(jira.inspect([]))
    assert account.ok is ok
    assert account.found.endswith(f"on {SITE}, {said}")
    assert bool(account.remedy) is (ok is None)


def test_a_wrong_clock_is_named(mock: responses.RequestsMock) -> None:
    late = by_about(connector(now=datetime(2026, 11, 21, 11, 55, tzinfo=UTC)).inspect([]))
    assert "300 s behind" in late["clock"].found
    assert list(check_clock(59)) == []
    assert "61 s ahead of" in next(check_clock(-61)).found


def kind(name: str, outward: str, inward: str) -> LinkType:
    return LinkType(tracker="jira", id=name, name=name, outward=outward, inward=inward)


def test_link_types_that_need_a_word_from_a_person() -> None:
    types = [
        kind("Blocks", "blocks", "is blocked by"),
        kind("Gantt", "is paired to", "is paired from"),
        kind("Blocked", "Blocked", "blocked"),
        kind("Relates", "relates to", "relates to"),
    ]
    found = by_about(check_link_types(types))
    assert {about: check.ok for about, check in found.items()} == {
        "link type Gantt": None,
        "link type Blocked": None,
        "link types": True,
    }
    assert 'name = "Gantt"' in found["link type Gantt"].remedy
    assert "[[link_types]]" in found["link type Gantt"].remedy
    assert found["link types"].found == "Blocks (blocks: provides), Relates (relates to: relates)"
    assert by_about(check_link_types(types[3:]))["link types"].ok is None
    assert by_about(check_link_types([]))["link types"].found == "none; none says which issue waits"


def test_fields_are_told_by_what_is_read_from_them() -> None:
    some = check_fields(Catalog(custom={"sprint": ("customfield_1", "customfield_2")}))
    assert some.ok is None
    assert "sprints (customfield_1, customfield_2)" in some.found
    assert "target end dates of plans" in some.found
    every: dict[str, tuple[str, ...]] = {"sprint": ("a",), "team": ("b",), "start": ("c",), "target_end": ("d",)}
    assert check_fields(Catalog(custom=every)).ok is True


def test_the_quota_is_what_the_headers_say() -> None:
    assert check_quota(Traffic()).found == "this Jira names no limit"
    assert check_quota(Traffic(remaining=1500, resets_at=NOW)).found == "1,500 requests left, until 12:00 UTC"
    assert check_quota(Traffic(remaining=3)).ok is None
