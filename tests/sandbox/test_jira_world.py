"""What people do, who may see it, raw issues from the wild, and taking a state out and in."""

import json
from datetime import date
from typing import Any

import pytest

from sandbox.base import BadAct
from tests.sandbox.jira_bench import ADMIN, LONG_AGO, MARCH, Bench


@pytest.fixture
def jira() -> Bench:
    return Bench()


def test_hidden_issues_are_absent_everywhere(jira: Bench) -> None:
    jira.write.link("Blocks", "SEC-1", "PAY-1")
    jira.write.link("Blocks", "PAY-2", "PAY-1")
    jira.act("restrict", issue="PAY-2", readers=["Mira"])
    for key in ("SEC-1", "PAY-2", "PAY-99"):
        answer = jira.ask("GET", f"issue/{key}")
        assert (answer.status, answer.said) == (
            404,
            "Issue does not exist or you do not have permission to see it.",
        )
    assert jira.keys("project = PAY") == ["PAY-1"]
    assert jira.fields("PAY-1")["issuelinks"] == []
    assert [p["key"] for p in jira.get("project/search")["values"]] == ["PAY", "PLAT"]
    assert jira.ask("GET", "project/SEC").status == 404
    assert len(jira.get("issue/PAY-1", auth=ADMIN)["fields"]["issuelinks"]) == 2
    jira.site.set_options({"show_hidden_links": True})
    assert {link["inwardIssue"]["key"] for link in jira.fields("PAY-1")["issuelinks"]} == {"SEC-1", "PAY-2"}


def test_restricted_and_open_again(jira: Bench) -> None:
    jira.act("restrict", issue="PAY-1", readers=["crosstie"])
    assert jira.fields("PAY-1")["security"]["name"] == "Confidential"
    jira.act("restrict", issue="PAY-1")
    assert jira.fields("PAY-1")["security"] is None


def test_a_project_is_hidden_and_shown(jira: Bench) -> None:
    jira.act("hide_project", project="PAY")
    assert jira.search("project = PAY").status == 400
    jira.act("hide_project", project="PAY", shown=True)
    assert len(jira.keys("project = PAY")) == 2


def test_a_moved_issue_answers_to_its_old_key_under_the_new_one(jira: Bench) -> None:
    jira.write.link("Blocks", "PLAT-1", "PAY-1")
    before = jira.get("issue/PLAT-1")["id"]
    assert jira.act("move", issue="PLAT-1", project="PAY") == {"key": "PAY-3"}
    found = jira.ask("GET", "issue/PLAT-1")
    assert (found.status, found.json["key"], found.json["id"]) == (200, "PAY-3", before)
    assert jira.keys("key = PLAT-1") == ["PAY-3"]
    assert jira.fields("PAY-1")["issuelinks"][0]["inwardIssue"]["key"] == "PAY-3"
    history = jira.get("issue/PAY-3/changelog")["values"][-1]
    assert (history["items"][0]["fromString"], history["items"][0]["toString"]) == ("PLAT-1", "PAY-3")


def test_a_deleted_issue_leaves_no_loose_ends(jira: Bench) -> None:
    jira.write.link("Blocks", "PLAT-1", "PAY-1")
    jira.act("comment", issue="PLAT-1", text="Soon gone")
    jira.act("delete", issue="PLAT-1")
    assert jira.ask("GET", "issue/PLAT-1").status == 404
    assert jira.fields("PAY-1")["issuelinks"] == []
    assert (jira.site.state.comments, jira.site.state.links) == ({}, {})


def test_every_act_is_seen_as_the_person_s(jira: Bench) -> None:
    jira.act("transition", issue="PAY-1", status="Done")
    fields = jira.fields("PAY-1")
    assert (fields["status"]["statusCategory"]["key"], fields["resolution"]["name"]) == ("done", "Done")
    assert fields["resolutiondate"][:16] == fields["updated"][:16] == "2026-03-02T10:00"
    history = jira.get("issue/PAY-1/changelog")["values"][0]
    assert (history["author"]["displayName"], history["items"][0]["toString"]) == ("Mira", "Done")
    jira.act("transition", issue="PAY-1", status="In Progress")
    assert jira.fields("PAY-1")["resolution"] is None

    made = jira.act("comment", issue="PAY-1", text="Needs **PLAT-1**")["comment"]
    jira.act("edit_comment", comment=made, text="Needs PLAT-1 by Friday")
    [shown] = jira.fields("PAY-1")["comment"]["comments"]
    assert (shown["author"]["displayName"], "by Friday" in json.dumps(shown["body"])) == ("Mira", True)
    jira.act("delete_comment", comment=made)
    assert jira.fields("PAY-1")["comment"]["total"] == 0

    jira.act("label", issue="PAY-1", labels=["late"])
    jira.act("unlabel", issue="PAY-1", labels=["checkout"])
    jira.act("edit", issue="PAY-1", title="Pay later", due="2026-05-01", assignee="Jonas", text="- one\n- two")
    fields = jira.fields("PAY-1")
    assert (fields["labels"], fields["summary"], fields["duedate"]) == (["late"], "Pay later", "2026-05-01")
    assert fields["assignee"]["displayName"] == "Jonas"
    assert fields["description"]["content"][0]["type"] == "bulletList"

    jira.act("link", type="Blocks", source="PLAT-1", target="PAY-1")
    assert jira.fields("PAY-1")["issuelinks"][0]["inwardIssue"]["key"] == "PLAT-1"
    jira.act("unlink", source="PLAT-1", target="PAY-1")
    assert jira.fields("PAY-1")["issuelinks"] == []
    jira.act("add_remote_link", issue="PAY-1", url="https://github.com/acme/web/issues/7", title="acme/web#7")
    assert jira.get("issue/PAY-1/remotelink")[0]["object"]["title"] == "acme/web#7"


@pytest.mark.parametrize(
    ("verb", "args", "said"),
    [
        ("explode", {}, "there are: add_remote_link"),
        ("comment", {"issue": "PAY-99", "text": "x"}, "PAY-99"),
        ("comment", {"issue": "PAY-1"}, "text"),
        ("link", {"type": "Bloks", "source": "PAY-1", "target": "PAY-2"}, "Bloks"),
        ("unlink", {"source": "PAY-1", "target": "PAY-2"}, "no link from PAY-1"),
        ("delete_comment", {"comment": 5}, "5"),
        ("create", {"project": "NOPE", "title": "x"}, "NOPE"),
    ],
)
def test_acts_that_nobody_could_do(jira: Bench, verb: str, args: dict[str, Any], said: str) -> None:
    with pytest.raises(BadAct, match=said):
        jira.act(verb, **args)


def test_moments_are_shown_in_the_zone_of_the_account(jira: Bench) -> None:
    jira.issue("PAY-5", created=MARCH)
    assert jira.fields("PAY-5")["created"] == "2026-03-02T10:00:00.000+0100"
    assert jira.get("issue/PAY-5", auth=ADMIN)["fields"]["created"].startswith("2026-03-02T")
    assert jira.get("serverInfo", auth=None)["serverTime"].endswith("+0000")


def test_custom_fields_are_found_by_their_schema(jira: Bench) -> None:
    jira.write.sprint("Aurora 12", "active", date(2026, 2, 23), date(2026, 3, 6))
    jira.issue("PAY-5", sprints=["Aurora 12"], target_end=date(2026, 4, 3), team="Payments", components=["Ledger"])
    by_schema = {f["schema"]["custom"]: f["id"] for f in jira.get("field") if f["custom"]}
    fields = jira.fields("PAY-5")
    assert fields[by_schema["com.pyxis.greenhopper.jira:gh-sprint"]][0]["state"] == "active"
    assert fields[by_schema["com.atlassian.jpo:jpo-custom-field-baseline-end"]] == "2026-04-03"
    assert fields[by_schema["com.atlassian.jira.plugin.system.customfieldtypes:atlassian-team"]]["name"] == "Payments"
    assert [c["name"] for c in jira.get("project/PAY/components")] == ["Ledger"]
    assert jira.get("project/PAY/version")["values"][0]["name"] == "2026.3"


def test_link_types_are_the_site_s_own(jira: Bench) -> None:
    made = jira.write.link_type("Blockiert", outward="blockiert", inward="wird blockiert von")
    jira.write.link("Blockiert", "PLAT-1", "PAY-1")
    [link] = jira.fields("PAY-1")["issuelinks"]
    assert (link["type"]["id"], link["type"]["inward"]) == (made.id, "wird blockiert von")
    assert jira.get(f"issueLinkType/{made.id}")["name"] == "Blockiert"


def test_projects_are_listed_by_pages(jira: Bench) -> None:
    for number in range(60):
        jira.write.project(f"P{number:02}", "One of many")
    first = jira.get("project/search")
    assert (len(first["values"]), first["total"], first["isLast"]) == (50, 62, False)
    assert jira.get("project/search?startAt=50")["isLast"] is True


def test_a_scene_does_not_touch_what_it_tells_of(jira: Bench) -> None:
    jira.write.link("Blocks", "PLAT-1", "PAY-1")
    jira.write.comment("PAY-1", "Mira", "Old news", LONG_AGO)
    assert jira.fields("PAY-1")["updated"] == jira.fields("PAY-1")["created"]


WILD: list[dict[str, Any]] = [
    {
        "id": "501",
        "key": "OLD-1",
        "fields": {
            "summary": "Port the importer",
            "description": "h2. Why\n\nIt is slow.",
            "created": "2012-05-01T10:00:00.000+0200",
            "updated": "2012-05-02T10:00:00.000+0200",
            "reporter": {"name": "mira", "displayName": "Mira"},
            "comment": {"comments": [{"id": "9"}, {"body": "See OLD-2", "author": {"name": "jonas"}}]},
            "issuelinks": [
                {"id": "77", "type": {"name": "Blocker", "inward": "is blocked by", "outward": "blocks"}}
                | {"outwardIssue": {"id": "502", "key": "OLD-2", "fields": {"summary": "The parser"}}},
                {"type": {"name": "Blocker", "inward": "is blocked by", "outward": "blocks"}}
                | {
                    "inwardIssue": {
                        "key": "FAR-9",
                        "fields": {
                            "summary": "Elsewhere",
                            "status": {"name": "Offen", "statusCategory": {"key": "new"}},
                        },
                    }
                },
            ],
        },
    },
    {
        "key": "OLD-2",
        "fields": {
            "issuelinks": [
                {"id": "78", "type": {"name": "Blocker", "inward": "is blocked by", "outward": "blocks"}}
                | {"inwardIssue": {"key": "OLD-1"}}
            ]
        },
    },
    {"key": "nonsense", "fields": {}},
    {"key": "OLD-3"},
]


def test_raw_issues_are_taken_in_with_whatever_they_lack(jira: Bench) -> None:
    assert jira.site.load_rows(WILD) == 2
    first, second = jira.fields("OLD-1"), jira.fields("OLD-2")
    to_parser, from_afar = first["issuelinks"]
    [back] = second["issuelinks"]
    assert (to_parser["id"], to_parser["outwardIssue"]["key"]) == (back["id"], "OLD-2")
    assert back["inwardIssue"]["key"] == "OLD-1"
    assert from_afar["inwardIssue"]["key"] == "FAR-9"
    assert from_afar["inwardIssue"]["fields"]["status"]["name"] == "Offen"
    assert "summary" not in second
    assert "description" not in second
    assert first["created"] == "2012-05-01T10:00:00.000+0200"
    assert first["description"]["type"] == "doc"
    assert ["body" in c for c in first["comment"]["comments"]] == [False, True]
    assert jira.keys('project = OLD AND updated < "2013-01-01" AND status is EMPTY') == ["OLD-1"]


def test_a_link_s_far_end_may_not_be_browsed(jira: Bench) -> None:
    jira.site.load_rows(WILD)
    assert jira.ask("GET", "issue/FAR-9").status == jira.ask("GET", "issue/FAR-9", auth=ADMIN).status == 404
    assert jira.search("project = FAR").status == 400
    assert "FAR" not in [p["key"] for p in jira.get("project/search")["values"]]


def test_a_state_comes_back_as_it_was(jira: Bench) -> None:
    jira.site.load_rows(WILD)
    jira.act("comment", issue="PAY-1", text="Any news?")
    jira.act("move", issue="PLAT-1", project="PAY")
    jira.site.set_options({"index_lag": 3})
    state = json.loads(json.dumps(jira.site.dump()))
    other = Bench()
    other.site.restore(state)
    assert other.site.dump() == state == jira.site.dump()
    assert other.get("issue/PLAT-1")["key"] == "PAY-3"
    with pytest.raises(ValueError, match="not a Jira state"):
        other.site.restore({**state, "issues": [{"colour": "red"}]})
    assert other.site.dump() == state
