"""What the tests of rules that look further than one dependency share."""

from collections.abc import Mapping
from datetime import date, timedelta

from hypothesis import strategies as st

from model.snapshot import Snapshot
from rules.base import AnyRule, Finding, RuleSettings
from rules.engine import run
from rules.examples import moment

FIRST = date(2026, 11, 30)
NOW = moment("2026-12-02")
TEAMS = ("payments", "platform", "web", "")
SMALL: Mapping[str, Mapping[str, int]] = {
    "bottleneck": {"least_issues": 2, "least_teams": 2},
    "shared-exposure": {"least_teams": 2, "level_2_teams": 3},
}

nodes = st.integers(0, 6)
pairs = st.sets(st.tuples(nodes, nodes), max_size=14)
days = st.integers(0, 25).map(lambda n: FIRST + timedelta(days=n))
maybe_days = st.one_of(st.none(), days)


def settings_of(rule: AnyRule) -> RuleSettings:
    return rule.settings.model_validate(SMALL.get(rule.id, {}))


def found_by(rule: AnyRule, snapshot: Snapshot) -> dict[tuple[str, ...], Finding]:
    return {finding.subject.members: finding for finding in run(rule, snapshot, settings_of(rule))}


def one(rule: AnyRule, snapshot: Snapshot) -> Finding:
    (finding,) = found_by(rule, snapshot).values()
    return finding
