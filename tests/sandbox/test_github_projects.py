"""Projects (boards): found by owner, with fields, iterations and items; and who may not read them."""

from datetime import date, timedelta
from typing import Any

import pytest

from sandbox.github.scenario import iteration, text
from tests.sandbox.github_bench import Bench

BOARDS = (
    "query($login: String!) { repositoryOwner(login: $login) { ... on ProjectV2Owner { "
    "projectsV2(first: 10, orderBy: {field: UPDATED_AT, direction: DESC}) { totalCount nodes { id number title closed "
    "fields(first: 50) { nodes { ... on ProjectV2FieldCommon { id name dataType } "
    "... on ProjectV2IterationField { configuration { duration startDay "
    "iterations { id title startDate duration } completedIterations { title } } } "
    "... on ProjectV2SingleSelectField { options { id name } } } } } } } } }"
)
ITEMS = (
    "query($id: ID!, $after: String) { node(id: $id) { ... on ProjectV2 { items(first: 2, after: $after) { "
    "pageInfo { hasNextPage endCursor } nodes { id type isArchived updatedAt project { number closed } "
    "content { __typename ... on Issue { number } ... on DraftIssue { title } } "
    'due: fieldValueByName(name: "target date") { ... on ProjectV2ItemFieldDateValue { date } } '
    "fieldValues(first: 20) { nodes { __typename ... on ProjectV2ItemFieldValueCommon { "
    "field { ... on ProjectV2FieldCommon { name } } } } } } } } } }"
)
ON_ISSUE = (
    '{repository(owner:"acme",name:"web"){issue(number:1){updatedAt projectItems(first:5){totalCount nodes{'
    "project{title} updatedAt "
    'due:fieldValueByName(name:"Target date"){... on ProjectV2ItemFieldDateValue{date}} '
    'sprint:fieldValueByName(name:"Sprint"){... on ProjectV2ItemFieldIterationValue{'
    "title startDate duration iterationId}}"
    "}}}}}"
)
DAY = date(2026, 12, 1)


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    bench.site.clock.set(date(2026, 11, 10))
    bench.issue()
    bench.gh.project("acme", "Old plans", closed=True)
    sprint = iteration("Sprint 7", date(2026, 11, 2), 14)
    bench.gh.project_values("acme/web#1", "Roadmap", {"Target date": DAY, "Status": "Todo", "Sprint": sprint})
    return bench


def boards(bench: Bench, login: str = "acme") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = bench.query(BOARDS, login=login)["data"]["repositoryOwner"]["projectsV2"]["nodes"]
    return found


def on_issue(bench: Bench) -> Any:
    return bench.query(ON_ISSUE)["data"]["repository"]["issue"]


def test_the_boards_of_an_owner_are_found_with_their_fields(bench: Bench) -> None:
    roadmap, old = boards(bench)
    assert (roadmap["title"], roadmap["closed"], old["closed"]) == ("Roadmap", False, True)
    fields = {f["name"]: f for f in roadmap["fields"]["nodes"]}
    assert {n: f["dataType"] for n, f in fields.items() if n in ("Title", "Target date", "Sprint", "Status")} == {
        "Title": "TITLE",
        "Target date": "DATE",
        "Sprint": "ITERATION",
        "Status": "SINGLE_SELECT",
    }
    assert [o["name"] for o in fields["Status"]["options"]] == ["Todo"]
    assert len({f["id"] for f in fields.values()}) == len(fields)


def test_all_ways_to_an_owner_lead_to_its_boards(bench: Bench) -> None:
    bench.gh.repository("zoe/dots", owner_kind="User")
    bench.gh.project("zoe", "Mine", fields={"Due": "date"})
    assert [b["title"] for b in boards(bench, "zoe")] == ["Mine"]
    texts = ('user(login:"zoe"){projectsV2(first:3){nodes{title url owner{id}}}}', 'organization(login:"acme")')
    body = bench.query(f"{{{texts[0]} {texts[1]}{{projectV2(number:2){{title resourcePath}}}}}}")["data"]
    assert body["user"]["projectsV2"]["nodes"][0]["url"] == "https://github.com/users/zoe/projects/1"
    assert body["organization"]["projectV2"] == {"title": "Roadmap", "resourcePath": "/orgs/acme/projects/2"}


def test_iterations_end_and_move(bench: Bench) -> None:
    def configuration() -> Any:
        fields = boards(bench)[0]["fields"]["nodes"]
        return next(f["configuration"] for f in fields if f["name"] == "Sprint")

    (running,) = configuration()["iterations"]
    value = on_issue(bench)["projectItems"]["nodes"][0]["sprint"]
    assert (value["iterationId"], value["startDate"], value["duration"]) == (running["id"], "2026-11-02", 14)
    before = on_issue(bench)["projectItems"]["nodes"][0]["updatedAt"]
    move = {"owner": "acme", "project": "Roadmap", "name": "Sprint", "title": "Sprint 7", "start": "2026-11-09"}
    bench.site.clock.set(bench.site.clock.now() + timedelta(minutes=1))
    bench.act("project_iteration", days=7, **move)
    moved = on_issue(bench)["projectItems"]["nodes"][0]
    assert (moved["sprint"]["startDate"], moved["sprint"]["duration"], moved["updatedAt"]) == ("2026-11-09", 7, before)
    bench.site.clock.set(date(2026, 11, 16))
    assert configuration()["iterations"] == []
    assert configuration()["completedIterations"] == [{"title": "Sprint 7"}]


def test_a_date_that_moves_is_seen_on_the_item_only(bench: Bench) -> None:
    before = on_issue(bench)
    bench.site.clock.set(bench.site.clock.now() + timedelta(minutes=1))
    bench.act("project_set", issue="acme/web#1", project="Roadmap", name="Target date", value="2026-12-24")
    after = on_issue(bench)
    assert after["updatedAt"] == before["updatedAt"]
    item, was = after["projectItems"]["nodes"][0], before["projectItems"]["nodes"][0]
    assert item["due"] == {"date": "2026-12-24"}
    assert item["updatedAt"] > was["updatedAt"]
    bench.act("project_set", issue="acme/web#1", project=2, name="Target date", value=None)
    assert on_issue(bench)["projectItems"]["nodes"][0]["due"] is None


def test_items_are_walked_page_by_page_with_what_they_hold(bench: Bench) -> None:
    bench.gh.repository("acme/cellar", visibility="private", token="none")
    bench.issue("acme/cellar")
    bench.gh.project_values("acme/cellar#1", "Roadmap", {"Target date": DAY})
    bench.act("project_draft", owner="acme", project="Roadmap", title="Some day")
    board = boards(bench)[0]["id"]
    first = bench.query(ITEMS, id=board)["data"]["node"]["items"]
    assert [n["type"] for n in first["nodes"]] == ["ISSUE", "REDACTED"]
    assert [n["content"] for n in first["nodes"]] == [{"__typename": "Issue", "number": 1}, None]
    assert [n["due"]["date"] for n in first["nodes"]] == ["2026-12-01"] * 2
    names = [v["field"]["name"] for v in first["nodes"][0]["fieldValues"]["nodes"]]
    assert names == ["Target date", "Status", "Sprint", "Title"]
    last = bench.query(ITEMS, id=board, after=first["pageInfo"]["endCursor"])["data"]["node"]["items"]
    assert [(n["type"], n["content"]["title"]) for n in last["nodes"]] == [("DRAFT_ISSUE", "Some day")]
    assert not last["pageInfo"]["hasNextPage"]


def test_boards_by_acts(bench: Bench) -> None:
    bench.act("project", owner="acme", title="Launch")
    bench.act("project_field", owner="acme", project="Launch", name="Notes", kind="text")
    bench.act("project_add", issue="acme/web#1", project="Launch")
    bench.act("project_set", issue="acme/web#1", project="Launch", name="notes", value="2026-12-24")
    bench.act("project_set", issue="acme/web#1", project="Launch", name="Points", value=3)
    item = bench.site.state.items(bench.gh.find("acme/web#1"))[1]
    assert {n: (v.kind, v.text, v.number) for n, v in item.values.items()} == {
        "Notes": ("text", "2026-12-24", 0.0),
        "Points": ("number", "", 3.0),
    }
    bench.act("project_remove", issue="acme/web#1", project="Launch")
    assert on_issue(bench)["projectItems"]["totalCount"] == 1
    bench.act("close_project", owner="acme", project="Launch")
    assert boards(bench)[0]["closed"]


def test_a_board_survives_dump_and_restore(bench: Bench) -> None:
    bench.gh.project_values("acme/web#1", "Roadmap", {"Notes": text("ask Mira")})
    before = boards(bench)
    bench.site.restore(bench.site.dump())
    assert boards(bench) == before


# Who may not read them


def test_a_classic_token_without_the_scope_has_its_query_refused(bench: Bench) -> None:
    bench.gh.limited_token("classic", "mira", scopes=["repo"])
    answer = bench.ask("POST", "/graphql", {"query": BOARDS, "variables": {"login": "acme"}}, token="classic").json
    assert "data" not in answer
    (error,) = answer["errors"]
    assert error["type"] == "INSUFFICIENT_SCOPES"
    assert "['read:project'], but your token has only been granted the: ['repo'] scopes" in error["message"]
    bench.gh.limited_token("better", "mira", scopes=["repo", "read:project"])
    answer = bench.ask("POST", "/graphql", {"query": BOARDS, "variables": {"login": "acme"}}, token="better")
    assert answer.json["data"]["repositoryOwner"]["projectsV2"]["totalCount"] == 2
    assert bench.ask("GET", "/user", token="better").headers["X-OAuth-Scopes"] == "read:project, repo"


@pytest.mark.parametrize(("hidden", "nodes"), [("null", [None]), ("empty", [])])
def test_or_is_told_less(bench: Bench, hidden: str, nodes: list[None]) -> None:
    bench.site.set_options({"no_project_scope": True, "hidden_projects": hidden})
    body = bench.query(ON_ISSUE)
    assert body["data"]["repository"]["issue"]["projectItems"]["nodes"] == nodes
    assert [e["type"] for e in body.get("errors", ())] == ["INSUFFICIENT_SCOPES"] * len(nodes)


def test_a_fine_grained_token_is_told_board_by_board(bench: Bench) -> None:
    bench.gh.project("acme", "Everybody's", public=True)
    bench.gh.limited_token("fine", "mira", permissions={"issues": "read"})
    body = bench.ask("POST", "/graphql", {"query": BOARDS, "variables": {"login": "acme"}}, token="fine").json
    shown = body["data"]["repositoryOwner"]["projectsV2"]
    assert shown["totalCount"] == 3
    assert sorted(n["title"] if n else "" for n in shown["nodes"]) == ["", "", "Everybody's"]
    assert {(e["type"], e["path"][-2]) for e in body["errors"]} == {("FORBIDDEN", "nodes")}
