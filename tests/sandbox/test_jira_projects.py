"""Projects: how they are listed, archived, thrown away and renamed, and what that does to their issues."""

from datetime import date
from typing import Any

import pytest

from sandbox.base import BadAct
from tests.sandbox.jira_bench import ADMIN, MARCH, Bench, document

PAT = {"Authorization": "Bearer sandbox-jira-pat"}


@pytest.fixture
def jira() -> Bench:
    bench = Bench()
    bench.write.link("Blocks", "PLAT-1", "PAY-1")
    return bench


def listed(jira: Bench, query: str = "") -> list[str]:
    return [row["key"] for row in jira.get(f"project/search?{query}")["values"]]


def test_what_is_told_of_a_project(jira: Bench) -> None:
    jira.write.project("NEW", "New things", lead="Mira", description="Soon")
    jira.act("comment", issue="PAY-2", text="Later")
    bare, full = (jira.get(f"project/search?keys=PAY,NEW{more}")["values"] for more in ("", "&expand=lead,description"))
    assert not {"lead", "description", "insight"} & (bare[0].keys() | bare[1].keys())
    assert (full[0]["key"], full[0]["lead"]["displayName"], full[0]["description"]) == ("NEW", "Mira", "Soon")
    new, pay = (row["insight"] for row in jira.get("project/search?keys=PAY,NEW&expand=insight")["values"])
    assert new == {"totalIssueCount": 0}
    assert pay["totalIssueCount"] == 2
    assert pay["lastIssueUpdateTime"] == jira.updated("PAY-2") >= f"{MARCH:%Y-%m-%d}"
    assert jira.get("project/NEW")["lead"]["displayName"] == "Mira", "asked for by itself it tells all"


def test_an_archived_project_is_read_only_and_in_no_list_or_search(jira: Bench) -> None:
    before = jira.updated("PLAT-1")
    jira.act("shelve_project", project="PLAT", status="archived")
    assert listed(jira) == ["PAY"]
    assert listed(jira, "status=archived") == ["PLAT"]
    assert listed(jira, "status=live&status=archived&status=deleted") == ["PAY", "PLAT"]
    assert jira.get("project/PLAT")["archived"] is True
    assert jira.keys("project = PLAT") == []
    assert jira.ask("POST", "search/approximate-count", {"jql": "key = PLAT-1"}).json == {"count": 0}
    assert jira.updated("PLAT-1") == before, "by itself it can be read"
    assert [link["inwardIssue"]["key"] for link in jira.fields("PAY-1")["issuelinks"]] == ["PLAT-1"]
    assert jira.ask("POST", "issue/PLAT-1/comment", {"body": document("x")}).status == 403
    assert "archived" in jira.ask("PUT", "issue/PLAT-1", {"fields": {"summary": "x"}}, auth=ADMIN).said
    assert jira.ask("POST", "issue", {"fields": {"project": {"key": "PLAT"}, "summary": "x"}}).status == 400
    jira.site.set_options({"deployment": "Server"})
    for path, keys in (("project", ["PAY"]), ("project?includeArchived=true", ["PAY", "PLAT"])):
        got = jira.client.get(f"/rest/api/2/{path}", headers=PAT)
        assert sorted(row["key"] for row in got.get_json()) == keys
    jira.site.set_options({"deployment": "Cloud"})
    jira.act("shelve_project", project="PLAT", status="live")
    assert jira.keys("project = PLAT") == ["PLAT-1"]


def test_a_deleted_project_is_as_if_it_were_not_there(jira: Bench) -> None:
    jira.act("shelve_project", project="PLAT", status="deleted")
    assert listed(jira, "status=live&status=archived") == ["PAY"]
    assert jira.get("project/search?status=deleted")["values"][0]["deleted"] is True
    assert jira.ask("GET", "project/PLAT").status == 404
    assert jira.ask("GET", "issue/PLAT-1").status == 404
    assert jira.search("project = PLAT").status == 400
    assert jira.fields("PAY-1")["issuelinks"] == []


def test_who_may_not_browse_it_is_told_nothing_of_it(jira: Bench) -> None:
    for status in ("live", "archived", "deleted"):
        jira.act("shelve_project", project="SEC", status=status)
        assert "SEC" not in listed(jira, f"status={status}")
    assert "none of live" in jira.ask("GET", "project/search?status=gone").said


def test_a_project_gets_another_key(jira: Bench) -> None:
    """Its issues are found by both, and nothing says that they changed."""
    before: dict[str, Any] = jira.get("issue/PLAT-1?expand=changelog")
    jira.act("rename_project", project="PLAT", key="CORE")
    jira.site.restore(jira.site.dump())
    after = jira.get("issue/PLAT-1?expand=changelog")
    assert (after["id"], after["key"], after["fields"]["project"]["key"]) == (before["id"], "CORE-1", "CORE")
    assert after["fields"]["updated"] == before["fields"]["updated"]
    assert after["changelog"] == before["changelog"]
    assert jira.fields("PAY-1")["issuelinks"][0]["inwardIssue"]["key"] == "CORE-1"
    for jql in ("project = PLAT", "project = CORE", "project = CORE AND key >= PLAT-1", "key in (PLAT-1)"):
        assert jira.keys(jql) == ["CORE-1"]
    assert jira.get("project/PLAT")["key"] == "CORE"
    assert listed(jira) == ["CORE", "PAY"]
    assert jira.act("create", project="PLAT", title="Next")["key"] == "CORE-2"


def test_rights_go_with_a_renamed_project(jira: Bench) -> None:
    jira.act("rename_project", project="SEC", key="VAULT")
    jira.act("forbid", project="PLAT", permissions=["LINK_ISSUES"])
    jira.act("rename_project", project="PLAT", key="CORE")
    assert jira.ask("GET", "issue/VAULT-1").status == 404
    told = jira.get("mypermissions?permissions=LINK_ISSUES&projectKey=CORE")["permissions"]
    assert told["LINK_ISSUES"]["havePermission"] is False


def test_versions_and_components_tell_more_than_their_issues_do(jira: Bench) -> None:
    jira.write.version("PAY", "2026.2", date(2026, 3, 1), start=date(2026, 2, 1))
    jira.write.version("PAY", "2026.1", date(2026, 1, 31), released=True)
    jira.write.component("PAY", "Ledger", lead="Mira")
    jira.issue("PAY-9", versions=["2026.2"], components=["Ledger"])
    overdue = {row["name"]: (row["overdue"], row.get("startDate")) for row in jira.get("project/PAY/versions")}
    assert overdue == {"2026.3": (False, None), "2026.2": (True, "2026-02-01"), "2026.1": (False, None)}
    project = int(jira.get("project/PAY")["id"])
    assert {row["projectId"] for row in jira.get("project/PAY/version")["values"]} == {project}
    [component] = jira.get("project/PAY/components")
    assert (component["lead"]["displayName"], component["assigneeType"]) == ("Mira", "PROJECT_DEFAULT")
    fields = jira.fields("PAY-9")
    assert fields["components"] == [{"id": component["id"], "name": "Ledger"}]
    assert fields["fixVersions"][0].keys() == {"id", "name", "released", "archived", "releaseDate"}


def test_nothing_is_linked_to_what_is_archived(jira: Bench) -> None:
    jira.act("shelve_project", project="PLAT", status="archived")
    for ends in (("PAY-1", "PLAT-1"), ("PLAT-1", "PAY-1")):
        named = dict(zip(("inwardIssue", "outwardIssue"), ({"key": key} for key in ends), strict=True))
        assert jira.ask("POST", "issueLink", {"type": {"name": "Relates"}, **named}).status == 403


def test_data_center_has_other_kinds_of_fields(jira: Bench) -> None:
    jira.issue("PAY-9", team="Payments")
    jira.site.set_options({"deployment": "Server"})
    rows = jira.client.get("/rest/api/2/field", headers=PAT).get_json()
    kinds = {row["name"]: row["schema"].get("custom", "") for row in rows}
    assert kinds["Team"] == "com.atlassian.teams:rm-teams-custom-field-team"
    assert kinds["Story Points"] == "com.atlassian.jira.plugin.system.customfieldtypes:float"
    assert len(rows) == len({row["id"] for row in rows})
    team = next(row["id"] for row in rows if row["name"] == "Team")
    got = jira.client.get(f"/rest/api/2/issue/PAY-9?fields={team}", headers=PAT)
    assert got.get_json()["fields"] == {team: "payments"}


@pytest.mark.parametrize(
    ("verb", "args", "said"),
    [
        ("rename_project", {"project": "PAY", "key": "PLAT"}, "taken"),
        ("rename_project", {"project": "PAY", "key": "p-y"}, "p-y"),
        ("rename_project", {"project": "NOPE", "key": "PAX"}, "no project NOPE"),
        ("shelve_project", {"project": "PAY", "status": "burnt"}, "there are: live"),
    ],
)
def test_what_cannot_be_done_to_one(jira: Bench, verb: str, args: dict[str, Any], said: str) -> None:
    with pytest.raises(BadAct, match=said):
        jira.act(verb, **args)
