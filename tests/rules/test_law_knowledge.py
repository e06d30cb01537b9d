"""Knowing less never creates an accusation: the law, for every rule there is.

It comes in two parts, because a value that is not there can mean two things.

*A place goes dark*: an issue is refused, not read in full or no longer pulled, or how far it is cannot be told, or its
whole project could not be read. Then what stood there may still stand, and no rule may find anything new or worse. No
rule is exempt.
``unreadable`` speaks of the darkness itself, to the admin and on no ticket, and does so from ``Snapshot.unreadable``.

*A value goes although its place was read*: the day, the link or the sentence was there and is there no more. That is
knowledge, and rules whose very subject is that absence must find it (``ABSENCE``). For all others it is one thing less
to hold against anybody.

Two things that go are no loss of knowledge and are not tried here: an edge of which no evidence is left (it was taken
away on tickets that we read), and owners, forums and calendars (they are what the config says).
"""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.snapshot import Snapshot
from rules.base import Finding, RuleSettings
from rules.engine import judge, load
from rules.examples import Example
from tests.rules.worlds import DARK, FORGOTTEN, KEYS, darkened, forgetting, less, paler, without_scope, worlds

ABSENCE: Mapping[str, frozenset[str]] = {
    "promise": frozenset({"undated", "unanswered", "unplanned"}),
    "best evidence": frozenset({"undeclared"}),
    "sprint": frozenset({"order-conflict"}),
}
"""What goes -> the rules that are about its not being there, on a ticket that was read.

``order-conflict`` lets pass what is planned in one sprint, so it is about not being in it.
"""

Found = list[Finding]


def excess(before: Found, after: Found) -> Found:
    """What is found now and was not, or was not as bad."""
    return [f for f in after if not any(_covers(old, f) for old in before)]


def _covers(old: Finding, new: Finding) -> bool:
    if old.rule != new.rule or old.level < new.level or old.subject.kind != new.subject.kind:
        return False
    # A circle of which one issue is no longer known can be a smaller one: its case goes on while they share issues.
    circle = new.subject.kind == "cycle" and {*new.subject.members} <= {*old.subject.members}
    # Of several deliveries the news names the last whose day is known.
    news = new.rule == "unblocked" and new.consumer == old.consumer
    return circle or news or old.subject == new.subject


def found(snapshot: Snapshot, settings: Mapping[str, RuleSettings] | None = None) -> Found:
    return list(judge(snapshot, settings or {}))


def told(findings: Found) -> list[tuple[str, tuple[str, ...], int]]:
    return [(f.rule, f.subject.members, f.level) for f in findings]


@given(worlds(), st.sampled_from(KEYS), st.sampled_from(sorted(DARK)))
def test_an_issue_that_goes_dark_accuses_nobody(snapshot: Snapshot, key: str, how: str) -> None:
    (uid,) = (i.uid for i in snapshot.issues.values() if i.ref.key == key)
    if snapshot.issues[uid].end == "read" and snapshot.issues[uid].complete:
        assert told(excess(found(snapshot), found(darkened(snapshot, uid, how)))) == []


@given(worlds(), st.sampled_from((("jira", "PAY"), ("jira", "PLAT"), ("github", "acme/web"))))
def test_a_project_that_cannot_be_read_accuses_nobody(snapshot: Snapshot, scope: tuple[str, str]) -> None:
    assert told(excess(found(snapshot), found(without_scope(snapshot, *scope)))) == []


@given(worlds(), st.data())
def test_a_value_that_goes_accuses_nobody_but_of_its_absence(snapshot: Snapshot, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(snapshot.dependencies) - 1))
    what = data.draw(st.sampled_from(sorted(FORGOTTEN)))
    more = excess(found(snapshot), found(forgetting(snapshot, at, what)))
    assert [f for f in told(more) if f[0] not in ABSENCE.get(what, ())] == []


def _settings(rule: str, example: Example) -> dict[str, RuleSettings]:
    return {rule: load()[rule].settings.model_validate(example.settings)}


@pytest.mark.parametrize("rule", sorted(load()))
def test_no_example_of_a_rule_gets_worse_in_the_dark(rule: str) -> None:
    for example in load()[rule].examples:
        settings = _settings(rule, example)
        before = found(example.snapshot, settings)
        for what, dark in less(example.snapshot):
            assert told(excess(before, found(dark, settings))) == [], (example.name, what)


@pytest.mark.parametrize("rule", sorted(load()))
def test_no_example_of_a_rule_gets_worse_by_what_goes_but_by_its_absence(rule: str) -> None:
    for example in load()[rule].examples:
        settings = _settings(rule, example)
        before = found(example.snapshot, settings)
        for what, pale in paler(example.snapshot):
            more = told(excess(before, found(pale, settings)))
            assert [f for f in more if f[0] not in ABSENCE.get(what, ())] == [], (example.name, what)


def test_every_exemption_is_needed() -> None:
    """A rule that no longer finds the absence has to leave the table."""
    needed = {what: set[str]() for what in ABSENCE}
    for rule in load().values():
        for example in rule.examples:
            before = found(example.snapshot)
            for what, pale in paler(example.snapshot):
                if what in ABSENCE:
                    needed[what] |= {f.rule for f in excess(before, found(pale))}
    assert {what: frozenset(rules) for what, rules in needed.items()} == ABSENCE
