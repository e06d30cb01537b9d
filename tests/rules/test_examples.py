"""Every rule's own examples, run."""

from collections.abc import Iterator, Set

import pytest

from rules.base import AnyRule, Finding
from rules.engine import load, run
from rules.examples import Example, uid


def every_example() -> Iterator[object]:
    for rule_id, rule in load().items():
        for example in rule.examples:
            yield pytest.param(rule, example, id=f"{rule_id}: {example.name}")


def found(rule: AnyRule, example: Example) -> dict[tuple[str, ...], Finding]:
    settings = rule.settings.model_validate(example.settings)
    return {finding.subject.members: finding for finding in run(rule, example.snapshot, settings)}


@pytest.mark.parametrize(("rule", "example"), list(every_example()))
def test_an_example_finds_what_it_says(rule: AnyRule, example: Example) -> None:
    parties = {found.party for found in example.snapshot.issues.values()}
    expected = {tuple(sorted_members(rule, members, parties)): level for members, level in example.finds.items()}
    assert {members: finding.level for members, finding in found(rule, example).items()} == expected


def sorted_members(rule: AnyRule, members: tuple[str, ...], parties: Set[str]) -> list[str]:
    uids = [member if rule.subject == "scope" or member in parties else uid(member) for member in members]
    return sorted(uids) if rule.subject == "cycle" else uids


@pytest.mark.parametrize("rule_id", sorted(load()))
def test_a_rule_shows_what_it_finds_and_what_it_leaves(rule_id: str) -> None:
    examples = load()[rule_id].examples
    assert len({example.name for example in examples}) == len(examples)
    assert len(examples) >= 6
    assert any(example.finds for example in examples)
    assert sum(not example.finds for example in examples) >= 3


@pytest.mark.parametrize("rule_id", sorted(load()))
def test_every_level_has_an_example(rule_id: str) -> None:
    rule = load()[rule_id]
    shown = {level for example in rule.examples for level in example.finds.values()}
    assert shown == set(range(1, len(rule.levels) + 1))
