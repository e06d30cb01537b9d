"""Rules of one's own over days of runs: their cases open, stand as unknown, clear, and are excused like any other."""

from pathlib import Path

import pytest

from rules.engine import rules_of
from sync.explain.view import look, look_back, verdict
from sync.explain.why_not import why_not
from sync.store import Store
from tests.sync.past_world import Act, History

OURS = """
[[custom_rules]]
name = "promised-before-monday"
when = "dependency.promised < timestamp('2026-03-09T00:00:00Z') && consumer.team == 'payments'"
message = "this is promised for {dependency.promised}"
"""
RULE = "promised-before-monday"


@pytest.fixture
def history(store: Store, tmp_path: Path) -> History:
    """PAY-1 waits for PLAT-1, which is promised for Tuesday."""
    history = History(tmp_path, store)
    history.say(OURS)
    history.act(Act("link", "PAY-1", "PLAT-1"))
    history.act(Act("due", "PLAT-1", days=1))
    history.run()
    return history


def states(history: History, rule: str = RULE) -> list[tuple[str, str]]:
    """(state, why it last changed) of each of the rule's cases."""
    cases = [case for case in history.store.cases() if case.rule == rule]
    return [(case.state, history.store.case_events(case.id)[-1][2].why) for case in cases]


def test_a_case_opens_and_clears(history: History) -> None:
    assert states(history) == [("open", "")]
    history.act(Act("due", "PLAT-1", days=20))
    history.run(days=1)
    assert states(history) == [("cleared", "its conditions no longer hold")]


def test_what_cannot_be_told_any_more_stands_as_unknown(history: History) -> None:
    history.tracker.due["PLAT-1"] = None
    history.tracker.touch("PLAT-1")
    history.run(days=1)
    assert states(history) == [("unknown", "whether `when` holds cannot be told: dependency.promised is not known")]
    history.act(Act("phase", "PLAT-1", phase="done"))
    history.run(days=1)
    assert states(history)[0][0] == "cleared"


def test_a_project_that_fails_today_clears_nothing(history: History) -> None:
    history.act(Act("hide", "PLAT-1"))
    history.run(days=1)
    ((state, why),) = states(history)
    assert (state, "could not be read in full" in why) == ("unknown", True)


def test_a_rule_that_is_gone_or_exempt_takes_its_cases_along(history: History) -> None:
    until = f'[[exemptions]]\nrule = "{RULE}"\nissue = "jira:PAY-1"\nuntil = 2026-03-04\nreason = "spike"\n'
    history.say(OURS + until)
    history.run(days=1)
    assert states(history) == [("cleared", "exempt until 2026-03-04: spike")]
    history.say("")
    history.run(days=2)
    assert len(states(history)) == 1


def test_when_on_a_built_in_rule_keeps_a_case_it_cannot_tell_about(history: History) -> None:
    history.run(days=2)
    assert states(history, "overdue")[0][0] == "open"
    history.say("[rules.overdue]\nwhen = \"provider.sprint == 'Aurora 12'\"\n")
    history.run(days=1)
    assert states(history, "overdue") == [
        ("unknown", "whether `when` holds cannot be told: provider.sprint is not known")
    ]
    history.say("[rules.overdue]\nwhen = \"consumer.team != 'payments'\"\n")
    history.run(days=1)
    assert states(history, "overdue")[0][0] == "cleared"


def test_a_case_explains_to_the_identical_verdict_and_its_absence_is_explained(history: History) -> None:
    config, store = history.config, history.store
    (case,) = [case for case in store.cases() if case.rule == RULE]
    (past,) = store.past_runs()
    assert verdict(look_back(store, config, past, RULE), store.case_events(case.id)[-1][2]) == ""
    history.act(Act("due", "PLAT-1", days=20))
    history.run(days=1)
    view = look(store, history.config, history.tracker.now, RULE)
    uid = case.subject.members[0]
    told = why_not(view, rules_of(history.config.rules)[RULE], uid, {}, {})
    assert told["found"] == []
    (answer,) = told["not_found"]
    assert answer["because"][0]["condition"] == "promised"
