"""GraphQL executed for real: shapes, errors beside data, pages, cost, older servers."""

from datetime import date, timedelta
from typing import Any

import pytest
from graphql import build_client_schema, get_introspection_query

from sandbox.github.scenario import Value, iteration
from tests.sandbox.github_bench import MAY, Bench

ISSUES = """query($size: Int, $after: String, $since: DateTime) {
  repository(owner: "acme", name: "web") {
    issues(first: $size, after: $after, orderBy: {field: UPDATED_AT, direction: ASC}, filterBy: {since: $since}) {
      totalCount pageInfo { hasNextPage endCursor } nodes { number }
    }
  }
}"""


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    for day in range(4):
        bench.issue(at=MAY + timedelta(days=day))
    return bench


def of_web(bench: Bench, fields: str) -> Any:
    body = bench.query(f'{{repository(owner:"acme",name:"web"){{{fields}}}}}')
    assert "errors" not in body, body
    return body["data"]["repository"]


def failure(body: dict[str, Any]) -> dict[str, Any]:
    assert len(body["errors"]) == 1, body
    error: dict[str, Any] = body["errors"][0]
    return error


def test_pages_of_issues_since(bench: Bench) -> None:
    seen, after = [], None
    while True:
        page = bench.query(ISSUES, size=2, after=after, since="2026-05-02T12:00:00Z")["data"]["repository"]["issues"]
        assert page["totalCount"] == 3
        seen += [node["number"] for node in page["nodes"]]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert seen == [2, 3, 4]
    assert failure(bench.query(ISSUES, size=2, after="nonsense"))["type"] == "INVALID_CURSOR_ARGUMENTS"


def test_an_issue_with_all_that_hangs_on_it(bench: Bench) -> None:
    gh = bench.gh
    gh.milestone("acme/web", "Spring", due=date(2026, 7, 1))
    bench.act("milestone", issue="acme/web#1", title="Spring")
    bench.act("label", issue="acme/web#1", labels=["bug"])
    bench.act("assign", issue="acme/web#1", people=["mira"])
    gh.block("acme/web#1", "acme/web#2", by="mira")
    gh.parent("acme/web#1", "acme/web#3", by="mira")
    gh.pull("acme/web", "Mend it", by="renovate[bot]", body="Closes #1", head="PAY-7-mend", merged=MAY)
    gh.find("acme/web#1").issue_type = "Bug"
    values: dict[str, Value] = {
        "Target": date(2026, 6, 1),
        "Status": "Doing",
        "Sprint": iteration("S 7", date(2026, 5, 4), 14),
    }
    gh.project_values("acme/web#1", "Roadmap", values)
    issue = of_web(
        bench,
        """issue(number: 1) { state stateReason databaseId fullDatabaseId author { login } authorAssociation
        milestone { dueOn } labels(first: 1) { nodes { name } } assignees(first: 1) { nodes { login } }
        parent { number } issueType { name } blockedBy(first: 9) { nodes { number } }
        issueDependenciesSummary { blockedBy totalBlockedBy blocking totalBlocking }
        hidden: closedByPullRequestsReferences(first: 9) { totalCount }
        closedByPullRequestsReferences(first: 9, includeClosedPrs: true) {
          nodes { headRefName merged state author { __typename login } }
        }
        projectItems(first: 5) { nodes {
          t: fieldValueByName(name: "target") { ... on ProjectV2ItemFieldDateValue { date } }
          s: fieldValueByName(name: "Sprint") { ... on ProjectV2ItemFieldIterationValue { startDate duration title } }
          o: fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name } }
        } } }""",
    )["issue"]
    assert issue["databaseId"] is None
    assert int(issue["fullDatabaseId"]) == bench.get("/repos/acme/web/issues/1").json["id"]
    assert (issue["state"], issue["stateReason"], issue["author"]["login"]) == ("CLOSED", "COMPLETED", "mira")
    assert (issue["authorAssociation"], issue["milestone"]["dueOn"]) == ("MEMBER", "2026-07-01T07:00:00Z")
    assert (issue["parent"]["number"], issue["issueType"]["name"]) == (3, "Bug")
    assert issue["issueDependenciesSummary"]["totalBlockedBy"] == 1
    assert issue["hidden"]["totalCount"] == 0
    (pull,) = issue["closedByPullRequestsReferences"]["nodes"]
    assert (pull["headRefName"], pull["state"]) == ("PAY-7-mend", "MERGED")
    assert pull["author"] == {"__typename": "Bot", "login": "renovate"}
    (item,) = issue["projectItems"]["nodes"]
    assert item == {
        "t": {"date": "2026-06-01"},
        "s": {"startDate": "2026-05-04", "duration": 14, "title": "S 7"},
        "o": {"name": "Doing"},
    }


def test_errors_stand_beside_the_data_that_could_be_had(bench: Bench) -> None:
    known = of_web(bench, "issue(number: 1) { id }")["issue"]["id"]
    body = bench.query("query($ids: [ID!]!) { viewer { login } nodes(ids: $ids) { id } }", ids=["gone", known])
    assert body["data"] == {"viewer": {"login": "crosstie-bot"}, "nodes": [None, {"id": known}]}
    assert (failure(body)["type"], failure(body)["path"]) == ("NOT_FOUND", ["nodes", 0])
    hidden = bench.query('{viewer{login} r: repository(owner:"acme",name:"vault"){id}}')
    assert hidden["data"]["r"] is None
    assert failure(hidden)["message"] == "Could not resolve to a Repository with the name 'acme/vault'."
    missing = bench.query('{repository(owner:"acme",name:"web"){issue(number:99){id}}}')
    assert failure(missing)["path"] == ["repository", "issue"]


@pytest.mark.parametrize(
    ("connection", "kind"),
    [
        ("issues", "MISSING_PAGINATION_BOUNDARIES"),
        ("issues(first: 101)", "EXCESSIVE_PAGINATION"),
        ("issues(last: 0)", "INVALID_PAGINATION_BOUNDARIES"),
        ("issues(first: 1, last: 1)", "INVALID_PAGINATION_BOUNDARIES"),
    ],
)
def test_page_sizes_are_enforced(bench: Bench, connection: str, kind: str) -> None:
    body = bench.query(f'{{repository(owner:"acme",name:"web"){{{connection}{{totalCount}}}}}}')
    assert body["data"] == {"repository": None}
    assert (failure(body)["type"], failure(body)["path"]) == (kind, ["repository", "issues"])


def test_cost_is_told_by_the_documented_formula(bench: Bench) -> None:
    links = "blockedBy(first:50){totalCount} blocking(first:50){totalCount} subIssues(first:100){totalCount}"
    lists = "labels(first:20){totalCount} assignees(first:10){totalCount}"
    for inner, cost, nodes in (("id", 1, 100), (lists, 2, 3_100), (links, 3, 20_100), (links + lists, 5, 23_100)):
        issues = f"issues(first:100){{nodes{{{inner}}}}}"
        text = f'{{rateLimit{{cost nodeCount}} repository(owner:"acme",name:"web"){{{issues}}}}}'
        assert bench.query(text)["data"]["rateLimit"] == {"cost": cost, "nodeCount": nodes}


def test_too_many_nodes_are_refused(bench: Bench) -> None:
    deep = "issues(first:100){nodes{subIssues(first:100){nodes{comments(first:100){totalCount}}}}}"
    error = failure(bench.query(f'{{repository(owner:"acme",name:"web"){{{deep}}}}}'))
    assert error["type"] == "MAX_NODE_LIMIT_EXCEEDED"
    assert "1,010,100" in error["message"]


def test_comments_are_written_and_folded(bench: Bench) -> None:
    subject = of_web(bench, "issue(number: 1) { id }")["issue"]["id"]
    add = """mutation($s: ID!, $b: String!) { addComment(input: {subjectId: $s, body: $b, clientMutationId: "7"}) {
      clientMutationId commentEdge { node { id body viewerDidAuthor isMinimized } } } }"""
    made = bench.query(add, s=subject, b="<!-- m -->\r\nx")["data"]["addComment"]
    note = made["commentEdge"]["node"]
    assert (made["clientMutationId"], note["body"], note["viewerDidAuthor"]) == ("7", "<!-- m -->\r\nx", True)
    fold = """mutation($i: ID!) { minimizeComment(input: {subjectId: $i, classifier: RESOLVED}) {
      minimizedComment { isMinimized minimizedReason } } }"""
    folded = bench.query(fold, i=note["id"])["data"]["minimizeComment"]["minimizedComment"]
    assert folded == {"isMinimized": True, "minimizedReason": "resolved"}
    edit = """mutation($i: ID!) { updateIssueComment(input: {id: $i, body: "y"}) {
      issueComment { body lastEditedAt isMinimized } } }"""
    edited = bench.query(edit, i=note["id"])["data"]["updateIssueComment"]["issueComment"]
    assert (edited["body"], edited["isMinimized"], edited["lastEditedAt"] is None) == ("y", True, False)
    drop = "mutation($i: ID!) { deleteIssueComment(input: {id: $i}) { clientMutationId } }"
    assert "errors" not in bench.query(drop, i=note["id"])
    assert failure(bench.query(drop, i=note["id"]))["type"] == "NOT_FOUND"
    assert failure(bench.query(add, s=subject, b=" "))["type"] == "UNPROCESSABLE"


def test_aliased_mutations_fail_one_by_one(bench: Bench) -> None:
    one, two = (of_web(bench, f"issue(number: {n}) {{ id }}")["issue"]["id"] for n in (1, 2))
    text = """mutation($a: ID!, $b: ID!) {
      self: addBlockedBy(input: {issueId: $a, blockingIssueId: $a}) { issue { number } }
      good: addBlockedBy(input: {issueId: $a, blockingIssueId: $b}) { issue { blockedBy(first: 1) { totalCount } } }
    }"""
    body = bench.query(text, a=one, b=two)
    assert body["data"] == {"self": None, "good": {"issue": {"blockedBy": {"totalCount": 1}}}}
    assert failure(body)["path"] == ["self"]


def test_writing_where_only_reading_is_allowed(bench: Bench) -> None:
    bench.issue("acme/api")
    found = bench.query('{repository(owner:"acme",name:"api"){issue(number:1){id}}}')["data"]["repository"]["issue"]
    text = 'mutation($s: ID!) { addComment(input: {subjectId: $s, body: "x"}) { clientMutationId } }'
    error = failure(bench.query(text, s=found["id"]))
    assert (error["type"], error["message"]) == ("FORBIDDEN", "Resource not accessible by personal access token")


def test_the_timeline_shows_references_and_links(bench: Bench) -> None:
    bench.gh.pull("acme/web", "Mend", by="mira", body="fixes #1")
    bench.act("link", issue="acme/web#5", to="acme/web#2")
    text = """issue(number: %d) { timelineItems(first: 9, itemTypes: [CROSS_REFERENCED_EVENT, CONNECTED_EVENT]) {
      totalCount filteredCount nodes { __typename
        ... on CrossReferencedEvent { willCloseTarget isCrossRepository source { ... on PullRequest { number } } }
        ... on ConnectedEvent { subject { ... on PullRequest { number } } } } } }"""
    (mentioned,) = of_web(bench, text % 1)["issue"]["timelineItems"]["nodes"]
    assert mentioned["source"] == {"number": 5}
    assert (mentioned["willCloseTarget"], mentioned["isCrossRepository"]) == (True, False)
    (linked,) = of_web(bench, text % 2)["issue"]["timelineItems"]["nodes"]
    assert linked == {"__typename": "ConnectedEvent", "subject": {"number": 5}}


def test_the_schema_can_be_asked_for_and_an_older_one_lacks_fields(bench: Bench) -> None:
    newer = {"blockedBy", "blocking", "issueDependenciesSummary", "issueType", "parent"}

    def fields() -> set[str]:
        schema = build_client_schema(bench.query(get_introspection_query())["data"])
        return set(schema.type_map["Issue"].fields)  # type: ignore[attr-defined]  # Issue is an object type

    assert newer <= fields()
    bench.site.set_options({"hide_new_fields": True})
    assert not newer & fields()
    error = failure(bench.query('{repository(owner:"acme",name:"web"){issue(number:1){parent{id}}}}'))
    assert error["extensions"] == {"code": "undefinedField", "typeName": "Issue", "fieldName": "parent"}
    assert of_web(bench, "issue(number: 1) { subIssues(first: 1) { totalCount } }")


def test_a_server_without_graphql(bench: Bench) -> None:
    bench.site.set_options({"no_graphql": True})
    assert bench.ask("POST", "/graphql", {"query": "{viewer{login}}"}).status_code == 404


def test_a_query_of_too_many_nodes_can_be_too_slow(bench: Bench) -> None:
    bench.site.set_options({"slow_above_nodes": 50})
    big = '{repository(owner:"acme",name:"web"){issues(first:51){totalCount}}}'
    answer = bench.ask("POST", "/graphql", {"query": big})
    assert (answer.status_code, "timeout" in answer.json["errors"][0]["message"]) == (502, True)
    assert bench.query(big.replace("51", "50"))["data"]


def test_what_is_not_a_query(bench: Bench) -> None:
    assert bench.ask("POST", "/graphql", {"query": "{viewer{login}}"}, token="").status_code == 401
    assert bench.ask("POST", "/graphql", {"q": 1}).status_code == 400
    assert "Syntax Error" in failure(bench.query("{"))["message"]
    unused = "{viewer{login}} fragment F on Issue{id}"
    assert failure(bench.query(unused))["message"] == "Fragment F was defined, but not used"
    assert "never used" in failure(bench.query("query($a: Int) {viewer{login}}"))["message"]
