"""Search: what JQL means, what it refuses, how pages go on, how far behind the index is."""

import pytest

from tests.sandbox.jira_bench import ADMIN, MARCH, Bench, document


@pytest.fixture
def jira() -> Bench:
    return Bench()


@pytest.mark.parametrize(
    ("jql", "expected"),
    [
        ("project = PAY", {"PAY-1", "PAY-2"}),
        ("project = pay AND NOT statusCategory = Done", {"PAY-1"}),
        ("project != PAY", {"PLAT-1"}),
        ('project in (PAY, "PLAT things")', {"PAY-1", "PAY-2", "PLAT-1"}),
        ("project not in (PAY)", {"PLAT-1"}),
        ("project = PAY OR project = PLAT AND key = PAY-1", {"PAY-1", "PAY-2"}),
        ("(project = PAY OR project = PLAT) AND key = PAY-1", {"PAY-1"}),
        ("issuekey >= PAY-2 AND issuekey <= PAY-2", {"PAY-2"}),
        ("labels = checkout", {"PAY-1"}),
        ("labels is EMPTY", {"PAY-2", "PLAT-1"}),
        ("labels is not empty", {"PAY-1"}),
        ("duedate <= 2026-03-20", {"PAY-1"}),
        ("due > 2026-03-20", set()),
        ("status = 'Done'", {"PAY-2"}),
        ('status in ("To Do", "In Progress")', {"PAY-1", "PLAT-1"}),
        ("resolution = Unresolved", {"PAY-1", "PLAT-1"}),
        ("reporter = Mira and assignee is empty", {"PAY-1", "PAY-2", "PLAT-1"}),
        ('summary ~ "refund"', {"PAY-2"}),
        ("updated >= -31d", {"PAY-1", "PAY-2", "PLAT-1"}),
        ('updated >= "-4w 1d"', set()),
        ("created < now() and created < startOfDay()", {"PAY-1", "PAY-2", "PLAT-1"}),
        ("updated > 0 order by updated asc", {"PAY-1", "PAY-2", "PLAT-1"}),
    ],
)
def test_jql_finds_what_it_says(jira: Bench, jql: str, expected: set[str]) -> None:
    assert set(jira.keys(jql)) == expected


@pytest.mark.parametrize(
    ("jql", "said"),
    [
        ("", "Unbounded JQL queries are not allowed here."),
        ("ORDER BY created", "Unbounded JQL queries are not allowed here."),
        ("project = NOPE", "The value 'NOPE' does not exist for the field 'project'."),
        ("project in (PAY, SEC)", "The value 'SEC' does not exist for the field 'project'."),
        ("status = Dreaming", "The value 'Dreaming' does not exist for the field 'status'."),
        ("colour = red", "Field 'colour' does not exist"),
        ("key = PAY-99", "An issue with key 'PAY-99' does not exist for field 'key'."),
        ("key = SEC-1", "An issue with key 'SEC-1' does not exist for field 'key'."),
        ("key = PAY", "The issue key 'PAY' for field 'key' is invalid."),
        ("project ~ PAY", "The operator '~' is not supported by the 'project' field."),
        ("updated >= '2026/03/02 10:00:30'", "Date value '2026/03/02 10:00:30' for field 'updated' is invalid."),
        ("updated >= 99999999999999999999", "is invalid"),
        ("assignee = everybody()", "Unable to find JQL function 'everybody()'."),
        ("project = PAY AND", "Error in the JQL Query"),
        ("project = PAY ORDER BY colour", "Not able to sort using field 'colour'."),
        ("project = PAY ORDER BY " + ", ".join(["created"] * 8), "at most 7 fields"),
    ],
)
def test_jql_that_is_refused(jira: Bench, jql: str, said: str) -> None:
    answer = jira.search(jql)
    assert answer.status == 400
    assert said in answer.said


def test_a_hidden_project_exists_for_who_may_browse_it(jira: Bench) -> None:
    assert [row["key"] for row in jira.search("project = SEC", auth=ADMIN).json["issues"]] == ["SEC-1"]


def test_ranges_of_keys(jira: Bench) -> None:
    for number in (3, 20, 100):
        jira.issue(f"PAY-{number}")
    assert jira.keys("project = PAY AND key >= PAY-2 AND key <= PAY-20 ORDER BY key ASC") == [
        "PAY-2",
        "PAY-3",
        "PAY-20",
    ]
    for field in ("key", "issuekey", "issue", "id"):
        assert jira.keys(f"{field} > PAY-3 AND {field} < PAY-100") == ["PAY-20"]
    number = jira.get("issue/PAY-20")["id"]
    assert jira.keys(f"id >= {number} ORDER BY key") == ["PAY-20", "PAY-100"]


def test_an_end_of_a_range_that_is_no_key_is_refused_by_a_strict_site(jira: Bench) -> None:
    jira.issue("PAY-20")
    answer = jira.search("project = PAY AND key >= PAY-1 AND key <= PAY-9")
    assert answer.status == 400
    assert answer.json["errorMessages"] == ["An issue with key 'PAY-9' does not exist for field 'key'."]
    jira.site.set_options({"strict_keys": False})
    assert jira.keys("project = PAY AND key >= PAY-2 AND key <= PAY-9") == ["PAY-2"]
    assert jira.search("key = PAY-9").status == 400


def test_projects_tell_how_many_issues_they_have(jira: Bench) -> None:
    jira.act("restrict", issue="PAY-2", readers=["Mira"])
    jira.act("label", issue="PAY-1", labels=["later"])
    pay, plat = jira.get("project/search?expand=insight")["values"]
    assert pay["insight"] == {"totalIssueCount": 2, "lastIssueUpdateTime": jira.updated("PAY-1")}
    assert plat["insight"]["totalIssueCount"] == 1
    assert "insight" not in jira.get("project/search")["values"][0]


def test_order(jira: Bench) -> None:
    for number in (10, 9, 3):
        jira.issue(f"PAY-{number}")
    assert jira.keys("project = PAY ORDER BY key DESC") == ["PAY-10", "PAY-9", "PAY-3", "PAY-2", "PAY-1"]
    assert jira.keys("project in (PLAT, PAY) ORDER BY created, key")[:2] == ["PAY-1", "PAY-2"]


def test_dates_are_read_in_the_zone_of_the_account(jira: Bench) -> None:
    jira.act("label", issue="PAY-1", labels=["now"])  # 09:00 UTC is 10:00 in Berlin
    assert jira.keys('project = PAY AND updated >= "2026/03/02 10:00"') == ["PAY-1"]
    assert jira.keys('project = PAY AND updated >= "2026-03-02 10:01"') == []
    jira.site.state.person("crosstie").zone = "America/New_York"
    assert jira.keys('project = PAY AND updated >= "2026/03/02 04:00"') == ["PAY-1"]
    assert jira.keys('project = PAY AND updated >= "2026/03/02 10:00"') == []


def test_epoch_milliseconds_are_a_matter_of_the_site(jira: Bench) -> None:
    jira.act("label", issue="PAY-1", labels=["now"])
    jql = f"project = PAY AND updated >= {int(MARCH.timestamp() * 1000)}"
    assert jira.keys(jql) == ["PAY-1"]
    jira.site.set_options({"epoch_jql": False})
    assert "Date value" in jira.search(jql).said


def test_pages_go_by_token_and_never_tell_a_total(jira: Bench) -> None:
    for number in range(3, 251):
        jira.issue(f"PAY-{number}")
    found: list[str] = []
    token, sizes = None, []
    while True:
        answer = jira.search(
            "project = PAY ORDER BY key",
            fields=["summary"],
            maxResults=5000,
            **({"nextPageToken": token} if token else {}),
        ).json
        found += [row["key"] for row in answer["issues"]]
        sizes.append(len(answer["issues"]))
        assert answer.keys() - {"nextPageToken"} == {"issues", "isLast"}
        token = answer.get("nextPageToken")
        assert answer["isLast"] is (token is None)
        if token is None:
            break
    assert sizes == [100, 100, 50]
    assert found == [f"PAY-{number}" for number in range(1, 251)]
    assert len(jira.keys("project = PAY", maxResults=5000)) == 250
    assert len(jira.keys("project = PAY", maxResults=None)) == 50
    assert jira.search("project = PAY", maxResults=5001).status == 400


def test_without_fields_there_are_ids_only(jira: Bench) -> None:
    answer = jira.ask("POST", "search/jql", {"jql": "key = PAY-1"})
    assert [row.keys() for row in answer.json["issues"]] == [{"id", "self"}]


@pytest.mark.parametrize("token", ["nonsense", "W10=", "eyJvIjogMTB9", "\u00e4"])
def test_a_token_that_is_not_of_this_search_is_refused(jira: Bench, token: str) -> None:
    assert "invalid or expired" in jira.search("project = PAY", nextPageToken=token).said


def test_a_token_serves_one_query_and_for_a_time(jira: Bench) -> None:
    token = jira.search("project = PAY", maxResults=1).json["nextPageToken"]
    assert jira.search("project = PLAT", nextPageToken=token).status == 400
    assert jira.keys("project = PAY", nextPageToken=token, maxResults=1) == ["PAY-1"]
    jira.site.set_options({"token_life": 600})
    jira.clock.set(MARCH.replace(hour=10))
    assert jira.search("project = PAY", nextPageToken=token).status == 400


def test_the_index_lags_and_can_be_reconciled(jira: Bench) -> None:
    jira.site.set_options({"index_lag": 60})
    issue_id = jira.get("issue/PAY-1")["id"]
    jira.act("label", issue="PAY-1", labels=["now"])
    key = jira.act("create", project="PAY", title="Fresh")["key"]
    recent = "project = PAY AND updated >= -1d"
    assert jira.keys(recent) == []
    assert jira.keys(recent, reconcileIssues=[int(issue_id)]) == ["PAY-1"]
    assert jira.fields(key)["summary"] == "Fresh"
    jira.clock.set(MARCH.replace(minute=2))
    assert set(jira.keys(recent)) == {"PAY-1", key}


def test_properties_come_inline(jira: Bench) -> None:
    for name in ("crosstie", "other"):
        jira.ask("PUT", f"issue/PAY-1/properties/{name}", {"is": name})
    row = jira.search("key = PAY-1", properties=["crosstie", "absent"]).json["issues"][0]
    assert row["properties"] == {"crosstie": {"is": "crosstie"}}
    assert jira.search("key = PAY-1", properties=list("abcdef")).status == 400


def test_embedded_comments_are_capped_and_tell_their_total(jira: Bench) -> None:
    for number in range(25):
        jira.write.comment("PAY-1", "Mira", f"No. {number}", MARCH)
    box = jira.search("key = PAY-1", fields=["comment"]).json["issues"][0]["fields"]["comment"]
    assert (len(box["comments"]), box["total"], box["startAt"]) == (20, 25, 0)
    assert box["comments"][0]["body"] == document("No. 0")


def test_the_old_search_is_gone(jira: Bench) -> None:
    for version in ("2", "3"):
        for method in ("GET", "POST"):
            assert jira.ask(method, "search", version=version).status == 410


def test_counting(jira: Bench) -> None:
    assert jira.ask("POST", "search/approximate-count", {"jql": "project = PAY"}).json == {"count": 2}


@pytest.mark.parametrize(
    "body", [{"fields": "key"}, {"fields": [{}]}, {"maxResults": "x"}, {"reconcileIssues": ["x"]}, {"startAt": 5}]
)
def test_a_payload_of_the_wrong_shape_is_refused(jira: Bench, body: dict[str, object]) -> None:
    assert jira.ask("POST", "search/jql", {"jql": "project = PAY", **body}).status == 400


def test_bulk_reads_leave_out_what_is_hidden_or_gone(jira: Bench) -> None:
    jira.act("move", issue="PLAT-1", project="PAY")
    jira.act("edit", issue="PAY-1", due="2026-04-01")
    names = ["PAY-1", "SEC-1", "NOPE-1", "PLAT-1"]
    answer = jira.ask("POST", "issue/bulkfetch", {"issueIdsOrKeys": names, "fields": ["summary"]}).json
    assert [row["key"] for row in answer["issues"]] == ["PAY-1", "PAY-3"]
    assert answer["issueErrors"] == []
    logs = jira.ask("POST", "changelog/bulkfetch", {"issueIdsOrKeys": names, "fieldIds": ["duedate"]}).json
    [log] = logs["issueChangeLogs"]
    [item] = log["changeHistories"][0]["items"]
    assert (item["fieldId"], item["from"], item["to"]) == ("duedate", "2026-03-20", "2026-04-01")
    assert jira.ask("POST", "issue/bulkfetch", {"issueIdsOrKeys": []}).status == 400
    assert jira.ask("POST", "issue/bulkfetch", {"issueIdsOrKeys": ["1"] * 101}).status == 400


def test_two_sites_do_not_share_what_they_found(jira: Bench) -> None:
    other = Bench()
    other.issue("PAY-7", "Only here")
    assert "PAY-7" in other.keys("project = PAY")
    assert "PAY-7" not in jira.keys("project = PAY")
