"""A run that finds everything as it was judged last does not judge again; anything that could matter makes it."""

import pytest

from model.facts import Ref
from sync.outcome import Outcome
from tests.run.worlds import Installation


@pytest.fixture
def settled(acme: Installation) -> Installation:
    """Everything written, our own echo read."""
    acme.run()
    acme.run()
    assert acme.run().judgement is None
    return acme


def _told(outcome: Outcome) -> tuple[object, ...]:
    return (outcome.by_rule, outcome.dependencies, outcome.plan.unchanged, outcome.complete)


def test_what_stands_is_told_all_the_same(settled: Installation) -> None:
    again, judged = settled.run(), settled.run(full=True)
    assert again.judgement is None
    assert judged.judgement is not None
    assert _told(again) == _told(judged)
    assert again.cases == judged.cases


def test_a_new_day_is_judged(settled: Installation) -> None:
    settled.wait(hours=25)
    assert settled.run().judgement is not None
    assert settled.run().judgement is None


def test_a_changed_issue_is_judged(settled: Installation) -> None:
    settled.jira("edit", issue="PLAT-2", due="2026-02-27")
    outcome = settled.run()
    assert outcome.judged.snapshot.generations != {}
    assert outcome.by_rule["overdue"] == 3


def test_a_changed_config_is_judged_and_a_comment_in_it_is_not(settled: Installation) -> None:
    path = settled.folder / "crosstie.toml"
    path.write_text(path.read_text() + "\n# nothing new\n")
    assert settled.run().judgement is None
    path.write_text(path.read_text() + '\n[rules.overdue]\nmode = "observe"\n')
    assert settled.run().judgement is not None


def test_a_tracker_that_fails_is_no_rest(settled: Installation) -> None:
    settled.fault("status", site="jira", status=503, count=-1)
    outcome = settled.run()
    assert not outcome.complete
    assert outcome.judgement is not None


def test_a_run_that_wrote_or_only_showed_leaves_no_rest(acme: Installation) -> None:
    assert acme.run(dry_run=True).judgement is not None
    assert acme.run().judgement is not None
    assert acme.run(dry_run=True).judgement is not None
    assert acme.run().judgement is not None


def test_what_each_run_judged_is_kept(settled: Installation) -> None:
    with settled.store() as store:
        past = store.past_runs()
        assert len(past) == 2  # the third found nothing to judge
        assert [run.config for run in past] == [settled.config.digest] * 2
        assert store.past_runs(past[1].judged) == past[1:]
        first, last = (store.facts(run.generations) for run in past)
        assert {issue.ref for issue in first.issues.values()} >= {Ref("jira", "PAY-1")}
        assert sum(len(issue.comments) for issue in first.issues.values()) == 1
        assert sum(len(issue.comments) for issue in last.issues.values()) > 1
