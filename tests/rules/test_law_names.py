"""Names decide nothing: under other keys and uids a rule finds the same, under the other names."""

import random
import re
from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from model.facts import Ref
from model.snapshot import Dependency, Issue, Snapshot
from rules.base import Finding, RuleSettings
from rules.engine import judge, load
from rules.examples import Example
from tests.rules.worlds import worlds

Found = list[tuple[str, str, tuple[str, ...], int, str]]
Names = Mapping[str, tuple[str, Ref]]
"""By uid: the new uid and the new key."""


def renamed(snapshot: Snapshot, names: Names) -> Snapshot:
    issues = {uid: _issue(known, names) for uid, known in snapshot.issues.items()}
    edges = (_edge(d, issues, names) for d in snapshot.dependencies)
    return replace(
        snapshot,
        issues={known.uid: known for known in issues.values()},
        dependencies=tuple(sorted(edges, key=lambda d: d.key)),
        children={
            _uid(parent, names): tuple(sorted(_uid(child, names) for child in children))
            for parent, children in snapshot.children.items()
        },
    )


def _uid(old: str, names: Names) -> str:
    return names[old][0] if old in names else old


def _issue(old: Issue, names: Names) -> Issue:
    uid, ref = names[old.uid]
    url = old.url.replace(old.ref.key, ref.key)
    return replace(old, uid=uid, ref=ref, url=url, parent=_uid(old.parent, names))


def _edge(old: Dependency, issues: Mapping[str, Issue], names: Names) -> Dependency:
    return replace(
        old,
        consumer=issues[old.consumer.uid],
        provider=issues[old.provider.uid],
        evidence=tuple(replace(e, at=_uid(e.at, names)) for e in old.evidence),
        needed=replace(old.needed, of=_uid(old.needed.of, names)) if old.needed else None,
        promised=replace(old.promised, of=_uid(old.promised.of, names)) if old.promised else None,
    )


def later(uid: str, ref: Ref) -> tuple[str, Ref]:
    """A name that sorts where the old one did."""
    return uid + "0", Ref(ref.tracker, ref.key + "0")


def shuffled(snapshot: Snapshot, dice: random.Random) -> Names:
    """Uids that say nothing, and keys of other issues of the same project."""
    uids = dice.sample(sorted(snapshot.issues), len(snapshot.issues))
    names: dict[str, tuple[str, Ref]] = {}
    for number, uid in enumerate(uids):
        ref = snapshot.issues[uid].ref
        names[uid] = (f"{ref.tracker}:u{number}", Ref(ref.tracker, _numbered(ref, 100 + number)))
    return names


def _numbered(ref: Ref, number: int) -> str:
    return re.sub(r"\d+$", str(number), ref.key)


def essence(snapshot: Snapshot, back: Mapping[str, str], settings: Mapping[str, RuleSettings] | None = None) -> Found:
    """What is found, on whom and how bad, by the names that ``back`` gives."""
    return sorted(
        (f.rule, f.subject.kind, tuple(sorted(back.get(m, m) for m in _members(f))), f.level, f.severity)
        for f in judge(snapshot, settings or {})
    )


def _members(finding: Finding) -> tuple[str, ...]:
    # Of deliveries on one day the news names the last by key.
    return (finding.consumer,) if finding.rule == "unblocked" else finding.subject.members


def _same(snapshot: Snapshot, dice: random.Random, settings: Mapping[str, RuleSettings] | None = None) -> None:
    names = shuffled(snapshot, dice)
    back = {new: old for old, (new, _) in names.items()}
    assert essence(renamed(snapshot, names), back, settings) == essence(snapshot, {}, settings)


@given(worlds(), st.randoms(use_true_random=False))
def test_other_names_change_nothing(snapshot: Snapshot, dice: random.Random) -> None:
    _same(snapshot, dice)


def _settings(rule: str, example: Example) -> dict[str, RuleSettings]:
    return {rule: load()[rule].settings.model_validate(example.settings)}


@pytest.mark.parametrize("rule", sorted(load()))
def test_nor_do_they_in_the_examples_of_a_rule(rule: str) -> None:
    for number, example in enumerate(load()[rule].examples):
        _same(example.snapshot, random.Random(number), _settings(rule, example))


@given(worlds())
def test_names_that_sort_alike_leave_every_word_as_it_was(snapshot: Snapshot) -> None:
    """But for the names in it."""
    names = {uid: later(uid, known.ref) for uid, known in snapshot.issues.items()}
    after = [_text(f) for f in judge(renamed(snapshot, names), {})]
    assert after == [_longer(_text(f), snapshot) for f in judge(snapshot, {})]


def _text(finding: Finding) -> str:
    return repr((structs.replace(finding, inputs=frozenset()), sorted(finding.inputs)))


def _longer(text: str, snapshot: Snapshot) -> str:
    keys = sorted({known.ref.key for known in snapshot.issues.values()}, key=len, reverse=True)
    return re.sub("|".join(rf"{re.escape(key)}(?!\d)" for key in keys), lambda found: found.group() + "0", text)
