"""The site's own door and the gateway's, and what the account may do behind them."""

from typing import Any

import pytest

from sandbox.base import BadAct
from sandbox.jira.site import CLOUD_ID
from tests.sandbox.jira_bench import ADMIN, BOT, Answer, Bench, document

SCOPED = (BOT[0], "sandbox-jira-scoped")
OAUTH = {"Authorization": "Bearer sandbox-jira-oauth"}
GATEWAY = f"/ex/jira/{CLOUD_ID}"


@pytest.fixture
def jira() -> Bench:
    return Bench()


def through(jira: Bench, path: str, *, method: str = "GET", body: Any = None, **who: Any) -> Answer:
    got = jira.client.open(path, method=method, json=body, **(who or {"auth": SCOPED}))
    return Answer(got.status_code, got.headers, got.data)


def test_the_site_refuses_what_the_gateway_takes(jira: Bench) -> None:
    for who in ({"auth": SCOPED}, {"headers": OAUTH}):
        assert through(jira, "/rest/api/3/myself", **who).status == 401
        assert through(jira, f"{GATEWAY}/rest/api/3/myself", **who).json["displayName"] == "crosstie"
    assert through(jira, f"{GATEWAY}/rest/api/3/myself", auth=BOT).status == 401
    assert through(jira, f"{GATEWAY}/rest/api/3/myself", auth=(ADMIN[0], SCOPED[1])).status == 401
    assert through(jira, "/ex/jira/another-cloud/rest/api/3/myself").status == 404
    assert jira.client.get("/_edge/tenant_info").get_json() == {"cloudId": CLOUD_ID}


def test_everything_is_there_through_the_gateway(jira: Bench) -> None:
    above = f"https://api.atlassian.com{GATEWAY}"
    row = through(jira, f"{GATEWAY}/rest/api/3/issue/PAY-1").json
    assert row["self"] == f"{above}/rest/api/3/issue/{row['id']}"
    assert row["fields"]["project"]["self"].startswith(above)
    info = through(jira, f"{GATEWAY}/rest/api/2/serverInfo").json
    assert info["baseUrl"] == jira.site.state.base_url
    found = through(jira, f"{GATEWAY}/rest/api/3/search/jql", method="POST", body={"jql": "project = PAY"})
    assert len(found.json["issues"]) == 2
    assert through(jira, f"{GATEWAY}/rest/agile/1.0/board").status == 200
    hidden = through(jira, f"{GATEWAY}/rest/api/3/issue/SEC-1")
    assert hidden.status == 404, "another token, the same account"


def test_a_data_center_has_no_gateway(jira: Bench) -> None:
    jira.site.set_options({"deployment": "Server"})
    assert through(jira, f"{GATEWAY}/rest/api/2/myself", headers=OAUTH).status == 404


def may(jira: Bench, query: str, **options: Any) -> dict[str, bool]:
    found = jira.get(f"mypermissions?{query}", **options)["permissions"]
    assert all(row["key"] == name and row["type"] == "PROJECT" for name, row in found.items())
    return {name: row["havePermission"] for name, row in found.items()}


def test_permissions_are_told_by_project(jira: Bench) -> None:
    jira.act("forbid", project="PAY", permissions=["LINK_ISSUES"])
    asked = "permissions=LINK_ISSUES,ADD_COMMENTS"
    assert may(jira, f"projectKey=PAY&{asked}") == {"LINK_ISSUES": False, "ADD_COMMENTS": True}
    assert may(jira, f"projectKey=PLAT&{asked}") == {"LINK_ISSUES": True, "ADD_COMMENTS": True}
    assert may(jira, f"issueKey=PAY-1&{asked}")["LINK_ISSUES"] is False
    assert may(jira, asked)["LINK_ISSUES"] is True, "in some project"
    assert may(jira, f"projectKey=PAY&{asked}", auth=ADMIN)["LINK_ISSUES"] is True
    jira.act("mute_project", project="PLAT")
    assert may(jira, f"projectKey=PLAT&{asked}") == {"LINK_ISSUES": False, "ADD_COMMENTS": False}
    jira.act("forbid", project="PAY", permissions=[])
    assert may(jira, f"projectKey=PAY&{asked}")["LINK_ISSUES"] is True
    with pytest.raises(BadAct, match="there is no FLY"):
        jira.act("forbid", project="PAY", permissions=["FLY"])


def test_permissions_are_asked_by_name_on_cloud(jira: Bench) -> None:
    assert "required" in jira.ask("GET", "mypermissions?projectKey=PAY").said
    assert "FLY" in jira.ask("GET", "mypermissions?permissions=FLY").said
    assert jira.ask("GET", "mypermissions?permissions=ADD_COMMENTS&projectKey=SEC").status == 404
    jira.site.set_options({"deployment": "Server"})
    assert len(may(jira, "projectKey=PAY", version="2")) > 5
    assert may(jira, "projectKey=PAY&permissions=ADD_COMMENTS", version="2").keys() > {"ADD_COMMENTS"}


def test_what_is_forbidden_is_refused(jira: Bench) -> None:
    comment = jira.ask("POST", "issue/PAY-1/comment", {"body": document("x")}).json["id"]
    link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": "PAY-1"}, "outwardIssue": {"key": "PLAT-1"}}
    tries: dict[str, tuple[str, str, Any]] = {
        "ADD_COMMENTS": ("POST", "issue/PAY-1/comment", {"body": document("y")}),
        "EDIT_OWN_COMMENTS": ("PUT", f"issue/PAY-1/comment/{comment}", {"body": document("y")}),
        "DELETE_OWN_COMMENTS": ("DELETE", f"issue/PAY-1/comment/{comment}", None),
        "EDIT_ISSUES": ("PUT", "issue/PAY-1", {"update": {"labels": [{"add": "late"}]}}),
        "LINK_ISSUES": ("POST", "issueLink", link),
        "CREATE_ISSUES": ("POST", "issue", {"fields": {"project": {"key": "PAY"}, "summary": "x"}}),
        "BROWSE_PROJECTS": ("GET", "issue/PAY-1", None),
    }
    for permission, (method, path, body) in tries.items():
        jira.act("forbid", project="PAY", permissions=[permission])
        assert jira.ask(method, path, body).status == (404 if permission == "BROWSE_PROJECTS" else 403), permission
    assert "does not exist" in jira.search("project = PAY").said, "what one may not browse is not there"
    assert [row["key"] for row in jira.get("project/search")["values"]] == ["PLAT"]
    jira.act("forbid", project="PAY", permissions=[])
    for method, path, body in sorted(tries.values(), key=lambda one: one[0] == "DELETE"):
        assert jira.ask(method, path, body).status in (200, 201, 204), path
