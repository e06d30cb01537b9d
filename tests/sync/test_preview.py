"""What a changed config would do, told before it does it."""

from pathlib import Path

import pytest

from sync.past import config_of
from sync.preview import Notices, Preview, Standing, preview
from sync.run import policy_of
from sync.store import Store
from tests.sync.past_world import Act, History

WRITING = '[notes]\nwrite_to = ["jira:*"]\n'


@pytest.fixture
def watched(store: Store, tmp_path: Path) -> History:
    """PAY-1 waits for PLAT-1, which is late since yesterday; PAY-2 for PLAT-2, which is not."""
    history = History(tmp_path, store)
    history.act(Act("link", "PAY-1", "PLAT-1"))
    history.act(Act("link", "PAY-2", "PLAT-2"))
    history.act(Act("due", "PLAT-1", days=-1))
    history.act(Act("due", "PLAT-2", days=3))
    history.run()
    return history


def look(history: History, more: str, days: int = 0) -> Preview:
    store = history.store
    standing = Standing(
        facts=store.facts(),
        cases=store.cases(),
        notes=store.notes(),
        mutes=store.mutes(),
        opened=store.baselines(),
        whole=frozenset(f"{scope.tracker}:{scope.key}" for scope in store.scopes() if not scope.missing),
    )
    active = config_of(store, store.past_runs()[-1].config, history.path)
    history.say(more)
    config = history.config
    at = history.later(days)
    return preview(
        standing,
        config,
        policy_of(config, store),
        (active, policy_of(active, store)),
        at,
        store.new_case_id,
    )


def changed(found: Preview) -> set[tuple[str, str, str]]:
    return {(e.kind, e.case.rule, e.case.finding.provider) for e in found.events}


def test_the_same_config_changes_nothing(watched: History) -> None:
    assert look(watched, "").events == ()


def test_days_that_go_by_are_not_the_configs_doing(watched: History) -> None:
    found = look(watched, "", days=9)
    assert found.events == ()
    assert found.before["overdue"] == 2


def test_what_opens_clears_and_eases(watched: History) -> None:
    assert changed(look(watched, '[rules.overdue]\nmode = "off"')) == {("cleared", "overdue", "jira:PLAT-1")}
    assert changed(look(watched, "[rules.overdue]\ngrace_days = 2")) == {("cleared", "overdue", "jira:PLAT-1")}
    assert changed(look(watched, "[rules.overdue]\nlevel_2_after = 0")) == {("worsened", "overdue", "jira:PLAT-1")}
    custom = '[[custom_rules]]\nname = "mine"\nwhen = "provider.key == \'PLAT-2\'"\nmessage = "see {provider.key}"'
    assert changed(look(watched, custom)) == {("opened", "mine", "jira:PLAT-2")}


def test_enabling_writing_takes_what_stands_as_the_baseline(watched: History) -> None:
    found = look(watched, WRITING)
    assert found.begins == ("jira:PAY", "jira:PLAT", "jira:WEB")
    assert found.silent >= 2
    assert found.plan.writes == found.whole.writes == ()
    assert found.teams == {"payments": Notices(silent=2), "platform": Notices(silent=2)}


def test_without_a_baseline_all_is_said(watched: History) -> None:
    found = look(watched, WRITING + 'baseline = "none"\n')
    assert found.silent == 0
    assert {team: notices.new for team, notices in found.teams.items()} == {"payments": 2, "platform": 2}


def test_one_more_rule_that_comments_begins_with_a_baseline_of_its_own(watched: History) -> None:
    watched.say(WRITING)
    watched.run(hours=1)
    custom = '[[custom_rules]]\nname = "mine"\nmode = "comment"\nwhen = "consumer.key == \'PAY-1\'"\nmessage = "see"'
    found = look(watched, f"{WRITING}{custom}")
    assert found.begins == ("jira:PAY", "jira:PLAT", "jira:WEB")
    assert (found.silent, found.teams) == (2, {"payments": Notices(silent=1), "platform": Notices(silent=1)})


def test_a_rule_that_only_observed_takes_its_baseline_when_it_begins_to_comment(watched: History) -> None:
    watched.say(f'{WRITING}[rules.overdue]\nmode = "observe"\n')
    watched.run(hours=1)
    found = look(watched, WRITING)
    assert (found.begins, found.silent, found.events) == (("jira:PAY", "jira:PLAT", "jira:WEB"), 2, ())
    watched.run(hours=1)
    assert {mute.why for mute in watched.store.mutes() if mute.level and "PLAT-1" in mute.uid} == {"baseline"}
    found = look(watched, f"{WRITING}[rules.overdue]\ngrace_days = 0\nlevel_2_after = 0\n")
    assert found.begins == ()
    assert found.teams == {"payments": Notices(new=1), "platform": Notices(new=1)}, "worse than the baseline is told"


def test_a_cap_and_a_brake_are_told(watched: History) -> None:
    found = look(watched, WRITING + 'baseline = "none"\nmax_new_per_run = 1\n')
    assert found.plan.suppressed == 3
    assert len({write.uid for write in found.plan.writes}) == 1
    assert sum(notices.total for notices in found.teams.values()) == 4, "the cap only spreads them over several runs"


def test_nothing_is_kept(watched: History) -> None:
    before = (watched.store.cases(), watched.store.mutes(), watched.store.baselines(), watched.store.configs())
    look(watched, WRITING + '[rules.overdue]\nmode = "off"')
    assert (watched.store.cases(), watched.store.mutes(), watched.store.baselines(), watched.store.configs()) == before
