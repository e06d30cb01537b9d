"""Requests for N issues, counted where they arrive; ``python -m bench requests`` prints them."""

from datetime import timedelta

import pytest

from bench.request_counts import UNCHANGED, measure, table
from tests.run.worlds import LONG_AGO, Installation, github_of, jira_of


def test_runs_take_about_the_fewest_requests_there_can_be() -> None:
    jira, github = counts = measure(100)
    assert (jira.read, github.read) == (100, 100)
    for count in counts:
        assert count.full <= count.bound
        assert count.unchanged <= UNCHANGED
        assert count.structure <= count.fewest + 6
    assert str(jira.bound) in table(counts)


@pytest.mark.parametrize(("comments", "more"), [(20, 0), (21, 1), (100, 1), (101, 2)])
def test_jira_issues_with_more_than_twenty_comments_cost_extra(acme: Installation, comments: int, more: int) -> None:
    """A search embeds 20; the others come by the hundred."""
    write = jira_of(acme.world).writer()
    for _ in range(comments):
        write.comment("PAY-2", "Devi", "More on Thursday.", LONG_AGO)
    acme.run(dry_run=True)
    assert sum(entry.path.endswith("/comment") for entry in acme.requests("jira")) == more


@pytest.mark.parametrize(("comments", "more"), [(50, 0), (51, 1), (150, 1)])
def test_github_issues_with_more_than_fifty_comments_cost_extra(acme: Installation, comments: int, more: int) -> None:
    """Both issues at once: what overflows is read ten issues at a time."""
    write = github_of(acme.world).writer()
    for number in range(2 * comments):
        write.comment(f"acme/web#{number % 2 + 1}", "More on Thursday.", by="mira", at=LONG_AGO)
    acme.run(dry_run=True)
    assert len(acme.requests("github")) == 4 + more


def test_a_hundred_changed_issues_take_one_more_page(acme: Installation) -> None:
    write = jira_of(acme.world).writer()
    for number in range(101, 301):
        write.issue(f"PAY-{number}", "Story", created=LONG_AGO + timedelta(hours=number))
    acme.run(dry_run=True)
    acme.wait(hours=1)
    for number in range(101, 251):
        acme.jira("edit", issue=f"PAY-{number}", title="Other story")
    outcome = acme.run(dry_run=True)
    assert outcome.trackers["jira"].changed == 150
    assert len(acme.requests("jira")) == 1 + 2
