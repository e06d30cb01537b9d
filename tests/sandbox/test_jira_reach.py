"""A query looks only at the issues that its keys and projects allow, and finds what a look at all would find."""

import pytest

from sandbox.jira.jql import parse
from sandbox.jira.jql_reach import Span, within
from sandbox.jira.records import Issue
from sandbox.jira.view import View
from tests.sandbox.jira_bench import Bench


@pytest.fixture(scope="module")
def jira() -> Bench:
    """PAY-5 has left for PLAT, PAY-7 is gone, and SEC is closed to the bot."""
    bench = Bench()
    for number in range(3, 41):
        bench.issue(f"PAY-{number}")
    bench.act("move", issue="PAY-5", project="PLAT")
    bench.act("delete", issue="PAY-7")
    bench.site.set_options({"strict_keys": False})
    return bench


def view(jira: Bench) -> View:
    return View(jira.site.state, jira.site.state.accounts["sandbox-jira-token"], "")


def updated(issue: Issue) -> str:
    return str(issue.fields["updated"])


@pytest.mark.parametrize(
    ("jql", "hits", "most"),
    [
        ("project = PAY AND issuekey >= PAY-10 AND issuekey <= PAY-19", 10, 10),
        ("project = pay AND key > PAY-10 AND key < PAY-12", 1, 1),
        ("key >= PAY-4 AND key <= PAY-8", 3, 4),
        ("key <= PAY-5", 2, 3),
        ("key in (PAY-1, PAY-2, PLAT-1)", 3, 3),
        ("key = PAY-5", 1, 1),
        ("key in (PAY-1, PAY-2) AND project = PLAT", 0, 0),
        ("project = 'PAY things' AND key >= PAY-39", 2, 2),
        ("key >= PAY-99 AND key <= PAY-999999999", 0, 0),
        ("key >= PAY-39 AND (status = 'To Do' OR key = PAY-1)", 2, 2),
        ("NOT key in (PAY-1)", 40, 41),
        ("key = PAY-1 OR key = PAY-2", 2, 41),
        ("key not in (PAY-1)", 40, 41),
        ("project != PAY", 3, 41),
        ("project in (PAY, PLAT) AND key >= PLAT-1", 2, 2),
    ],
)
def test_it_looks_where_it_must_and_finds_all(jira: Bench, jql: str, hits: int, most: int) -> None:
    state = jira.site.state
    query = parse(jql, view(jira), updated)
    looked = [*within(state, query.reach)]
    found = {issue.id for issue in looked if query.test(issue)}
    assert found == {issue.id for issue in state.issues.values() if query.test(issue)}
    assert len(looked) == len({issue.id for issue in looked}) <= most
    assert len(found) == hits


def test_a_range_by_a_key_that_has_moved_is_one_of_where_it_went(jira: Bench) -> None:
    assert parse("key >= PAY-5", view(jira), updated).reach == (Span("PLAT", 2, 3),)


def test_far_ranges_cost_no_more_than_a_look_at_all(jira: Bench) -> None:
    state = jira.site.state
    state.projects["SEC"].next_number = 10**15
    assert len([*within(state, (Span("SEC", 0, 10**15),))]) == len(state.issues)
    state.projects["SEC"].next_number = 2
