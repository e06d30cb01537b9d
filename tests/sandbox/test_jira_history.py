"""What the history tells, how it is read in bulk, and dates that move without any."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.sandbox.jira_bench import MARCH, Bench


@pytest.fixture
def jira() -> Bench:
    bench = Bench()
    bench.write.version("PAY", "2026.4", date(2026, 4, 30))
    bench.write.sprint("Aurora 12", "active", date(2026, 2, 23), date(2026, 3, 6))
    bench.write.sprint("Aurora 13", "future", date(2026, 3, 9), date(2026, 3, 20))
    bench.write.sprint("Aurora 11", "closed", date(2026, 2, 9), date(2026, 2, 20))
    bench.write.sprint("Borealis 1", "active", date(2026, 3, 2), date(2026, 3, 13), board=7)
    return bench


def newest(jira: Bench, key: str = "PAY-1") -> list[dict[str, Any]]:
    """Items of the newest history; it must be by Mira."""
    row = jira.search(f"key = {key}", fields=["summary"], expand="changelog").json["issues"][0]
    history = row["changelog"]["histories"][0]
    assert history["author"]["displayName"] == "Mira"
    return list(history["items"])


def told(item: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(item[name] for name in ("from", "fromString", "to", "toString"))


def test_a_due_date(jira: Bench) -> None:
    jira.act("edit", issue="PAY-1", due="2026-04-01")
    [item] = newest(jira)
    assert (item["field"], item["fieldId"], item["fieldtype"]) == ("duedate", "duedate", "jira")
    assert told(item) == ("2026-03-20", "2026-03-20 00:00:00.0", "2026-04-01", "2026-04-01 00:00:00.0")


def test_fix_versions_come_and_go_one_by_one(jira: Bench) -> None:
    first, second = (version["id"] for version in jira.get("project/PAY/versions"))
    jira.act("edit", issue="PAY-1", versions=["2026.3"])
    jira.act("edit", issue="PAY-1", versions=["2026.4"])
    gone, come = newest(jira)
    assert (gone["field"], gone["fieldId"]) == ("Fix Version", "fixVersions")
    assert (told(gone), told(come)) == ((first, "2026.3", None, None), (None, None, second, "2026.4"))


def test_sprints_are_told_together(jira: Bench) -> None:
    jira.act("edit", issue="PAY-1", sprints=["Aurora 12"])
    jira.act("edit", issue="PAY-1", sprints=["Aurora 12", "Aurora 13"])
    [item] = newest(jira)
    assert (item["field"], item["fieldtype"]) == ("Sprint", "custom")
    assert item["fieldId"].startswith("customfield_")
    assert (item["fromString"], item["toString"]) == ("Aurora 12", "Aurora 12, Aurora 13")
    assert item["to"] == ", ".join(str(row["id"]) for row in jira.fields("PAY-1")[item["fieldId"]])


def test_status_and_resolution(jira: Bench) -> None:
    jira.act("transition", issue="PAY-1", status="Done")
    assert [(i["field"], i["fromString"], i["toString"]) for i in newest(jira)] == [
        ("status", "To Do", "Done"),
        ("resolution", None, "Done"),
    ]


def test_links_tell_no_field_id(jira: Bench) -> None:
    jira.act("link", type="Blocks", source="PLAT-1", target="PAY-1")
    [made] = newest(jira)
    assert "fieldId" not in made
    assert (made["field"], told(made)) == ("Link", (None, None, "PLAT-1", "This issue is blocked by PLAT-1"))
    jira.act("unlink", source="PLAT-1", target="PAY-1")
    [gone] = newest(jira)
    assert told(gone) == ("PLAT-1", "This issue is blocked by PLAT-1", None, None)


def test_links_to_pages(jira: Bench) -> None:
    jira.act("add_remote_link", issue="PAY-1", url="https://github.com/acme/pay/issues/7", title="pay#7")
    [item] = newest(jira)
    link_id = str(jira.get("issue/PAY-1/remotelink")[0]["id"])
    assert item.keys() == {"field", "fieldtype", "from", "fromString", "to", "toString"}
    assert (item["field"], item["fieldtype"]) == ("RemoteIssueLink", "jira")
    assert told(item) == (None, None, link_id, 'This issue links to "pay#7"')


def test_a_move_tells_key_and_project(jira: Bench) -> None:
    jira.act("move", issue="PLAT-1", project="PAY")
    assert [(i["field"], i["fromString"], i["toString"]) for i in newest(jira, "PAY-3")] == [
        ("Key", "PLAT-1", "PAY-3"),
        ("project", "PLAT things", "PAY things"),
    ]


def test_a_search_embeds_the_newest_forty(jira: Bench) -> None:
    for number in range(50):
        jira.act("edit", issue="PAY-1", title=f"Title {number}")
    row = jira.search("key = PAY-1", fields=["summary"], expand="changelog").json["issues"][0]
    log = row["changelog"]
    assert (log["total"], log["maxResults"], len(log["histories"])) == (50, 40, 40)
    assert [h["items"][0]["toString"] for h in (log["histories"][0], log["histories"][-1])] == ["Title 49", "Title 10"]


def test_histories_in_bulk_go_by_date_and_by_token(jira: Bench) -> None:
    """So the history of one issue may lie on many pages, with others between."""
    for minute in range(5):
        jira.clock.set(MARCH + timedelta(minutes=minute))
        for key in ("PAY-2", "PAY-1"):
            jira.act("edit", issue=key, title=f"Title {minute}")
    jira.clock.set(MARCH + timedelta(minutes=5))
    jira.act("edit", issue="PAY-2", due="2026-04-01")
    asked: dict[str, Any] = {"issueIdsOrKeys": ["PAY-2", "PAY-1", "PLAT-1", "SEC-1"], "maxResults": 4}
    pages: list[Any] = []
    while not pages or asked.get("nextPageToken"):
        pages.append(jira.ask("POST", "changelog/bulkfetch", asked).json)
        asked["nextPageToken"] = pages[-1].get("nextPageToken")
    ids = [jira.get(f"issue/{key}")["id"] for key in ("PAY-1", "PAY-2")]
    shape = [[(log["issueId"], len(log["changeHistories"])) for log in page["issueChangeLogs"]] for page in pages]
    assert [sorted(page) for page in shape] == [
        [(ids[0], 2), (ids[1], 2)],
        [(ids[0], 2), (ids[1], 2)],
        [(ids[0], 1), (ids[1], 2)],
    ]
    for page in pages:
        moments = [h["created"] for log in page["issueChangeLogs"] for h in log["changeHistories"]]
        assert max(moments) - min(moments) <= 61_000
    first = jira.get("issue/PAY-1/changelog")["values"][0]
    [history, _] = next(log for log in pages[0]["issueChangeLogs"] if log["issueId"] == ids[0])["changeHistories"]
    assert (history["id"], history["items"]) == (first["id"], first["items"])
    assert isinstance(history["created"], int)
    del asked["nextPageToken"], asked["maxResults"]
    some = jira.ask("POST", "changelog/bulkfetch", {**asked, "fieldIds": ["duedate"]}).json
    assert [log["issueId"] for log in some["issueChangeLogs"]] == [ids[1]]
    for odd in ({"maxResults": 10_001}, {"nextPageToken": "\u00e4"}, {"fieldIds": list("abcdefghijk")}, {"page": 1}):
        assert jira.ask("POST", "changelog/bulkfetch", asked | odd).status == 400


def agile(jira: Bench, path: str) -> Any:
    got = jira.client.get(f"/rest/agile/1.0/{path}", auth=("bot@acme.example", "sandbox-jira-token"))
    return {"status": got.status_code, **got.get_json()}


def test_boards_and_their_sprints(jira: Bench) -> None:
    assert [board["id"] for board in agile(jira, "board?startAt=0")["values"]] == [1, 7]
    page = agile(jira, "board/1/sprint?state=active,future&maxResults=1")
    assert (page["isLast"], page["startAt"], page["maxResults"]) == (False, 0, 1)
    last = agile(jira, "board/1/sprint?state=active,future&maxResults=1&startAt=1")
    assert last["isLast"] is True
    (sprint,) = last["values"]
    assert (sprint["name"], sprint["state"], sprint["originBoardId"]) == ("Aurora 13", "future", 1)
    assert "goal" not in sprint
    assert len(agile(jira, "board/1/sprint")["values"]) == 3
    assert agile(jira, "board/9/sprint")["status"] == 404
    assert agile(jira, "board/1/sprint?state=dreamt")["status"] == 400


def test_dates_of_sprints_and_versions_move_without_touching_an_issue(jira: Bench) -> None:
    jira.act("edit", issue="PAY-1", sprints=["Aurora 12"], versions=["2026.3"])
    jira.site.restore(jira.site.dump())
    before = jira.updated("PAY-1")
    jira.act("move_sprint", sprint="Aurora 12", end="2026-03-13", state="closed")
    jira.act("move_version", project="PAY", version="2026.3", day="2026-05-31", released=True)
    fields = jira.fields("PAY-1")
    (sprint,) = next(value for name, value in fields.items() if name == "customfield_10020")
    assert (sprint["endDate"], sprint["state"]) == ("2026-03-13T09:00:00.000Z", "closed")
    assert (fields["fixVersions"][0]["releaseDate"], fields["fixVersions"][0]["released"]) == ("2026-05-31", True)
    assert jira.get("project/PAY/versions")[0]["releaseDate"] == "2026-05-31"
    assert [s["name"] for s in agile(jira, "board/1/sprint?state=active")["values"]] == []
    assert fields["updated"] == before
