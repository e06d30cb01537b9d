"""Functions of JQL, fields of the agile and planning apps, what is unequal, and queries that are not validated."""

from datetime import date
from typing import Any

import pytest

from tests.sandbox.jira_bench import Answer, Bench

PAT = {"Authorization": "Bearer sandbox-jira-pat"}


@pytest.fixture
def jira() -> Bench:
    """PAY-3 is in an open sprint, PAY-4 in a closed and a future one; PAY-5 is for 2026.3, PAY-6 for what is out."""
    bench = Bench()
    bench.write.sprint("Aurora 11", "closed", date(2026, 2, 9), date(2026, 2, 20))
    bench.write.sprint("Aurora 12", "active", date(2026, 2, 23), date(2026, 3, 6))
    bench.write.sprint("Aurora 13", "future", date(2026, 3, 9), date(2026, 3, 20))
    bench.write.version("PAY", "2026.2", date(2026, 2, 28), released=True)
    bench.issue("PAY-3", sprints=["Aurora 12"], target_end=date(2026, 4, 1))
    bench.issue("PAY-4", sprints=["Aurora 11", "Aurora 13"], target_end=date(2026, 5, 1))
    bench.issue("PAY-5", versions=["2026.3"])
    bench.issue("PAY-6", versions=["2026.2"], labels=["late"])
    return bench


@pytest.mark.parametrize(
    ("jql", "hits"),
    [
        ("sprint in openSprints()", "3"),
        ("cf[10020] in openSprints() OR cf[10020] in futureSprints()", "3 4"),
        ("Sprint in closedSprints()", "4"),
        ("sprint not in openSprints()", "4"),
        ("sprint = 'Aurora 12'", "3"),
        ("sprint IS EMPTY", "1 2 5 6"),
        ("fixVersion in unreleasedVersions()", "5"),
        ("fixVersion in releasedVersions()", "6"),
        ("fixVersion not in releasedVersions()", "5"),
        ("'Target end' <= 2026-04-01", "3"),
        ("cf[10023] > 2026-04-01", "4"),
        ("labels != checkout", "6"),
        ("labels not in (checkout, late)", ""),
        ("labels IS EMPTY OR labels != checkout", "2 3 4 5 6"),
        ("status != Done", "1 3 4 5 6"),
    ],
)
def test_what_it_finds(jira: Bench, jql: str, hits: str) -> None:
    found = jira.keys(f"project = PAY AND ({jql}) ORDER BY key")
    assert found == [f"PAY-{number}" for number in hits.split()]


@pytest.mark.parametrize(
    ("jql", "said"),
    [
        ("sprint in oldSprints()", "Unable to find JQL function 'oldSprints()'"),
        ("sprint in openSprints", "Unable to find JQL function"),
        ("fixVersion in openSprints()", "not supported by the 'fixVersions' field"),
        ("cf[99999] in openSprints()", "Field 'cf[99999]' does not exist"),
        ("sprint > 5", "not supported"),
    ],
)
def test_what_it_refuses(jira: Bench, jql: str, said: str) -> None:
    answer = jira.search(f"project = PAY AND {jql}")
    assert answer.status == 400
    assert said in answer.said


def test_a_sprint_that_closes_is_no_longer_open(jira: Bench) -> None:
    before = jira.updated("PAY-3")
    jira.act("move_sprint", sprint="Aurora 12", state="closed")
    assert jira.keys("project = PAY AND sprint in openSprints()") == []
    assert jira.updated("PAY-3") == before


def ask(jira: Bench, jql: str, how: Any = None) -> Answer:
    body = {"jql": jql, "fields": ["key"], **({} if how is None else {"validateQuery": how})}
    got = jira.client.post("/rest/api/2/search", json=body, headers=PAT)
    return Answer(got.status_code, got.headers, got.data)


@pytest.mark.parametrize(
    ("jql", "hits"),
    [
        ("project = PAY AND key >= PAY-5 AND key <= PAY-999", 2),
        ("key in (PAY-1, PAY-999)", 1),
        ("key not in (PAY-999)", 7),
        ("project in (PAY, NOPE)", 6),
        ("project = SEC", 0),
        ("status = Dreamt", 0),
    ],
)
def test_data_center_need_not_validate(jira: Bench, jql: str, hits: int) -> None:
    jira.site.set_options({"deployment": "Server"})
    for how in (None, True, "strict"):
        assert ask(jira, jql, how).status == 400
        assert "does not exist" in ask(jira, jql, how).said
    for how in (False, "warn", "none"):
        assert ask(jira, jql, how).json["total"] == hits
    assert ask(jira, jql).status == 400, "what was let through is not remembered as valid"
    assert ask(jira, jql, "maybe").status == 400
    assert ask(jira, "project = (", "none").status == 400, "nonsense is never let through"
