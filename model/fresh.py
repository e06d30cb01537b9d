"""What an issue embeds of a release or sprint is as old as its last change; their own lists are newer."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from model.facts import Facts, IssueFact, Release, Sprint

Plan = TypeVar("Plan", Release, Sprint)


def with_fresh_plans(facts: Facts) -> Mapping[str, IssueFact]:
    """The issues, by uid, with releases and sprints as their project or board lists them now."""
    if not (facts.releases or facts.sprints):
        return facts.issues
    return {uid: _fresh(fact, facts) for uid, fact in facts.issues.items()}


def _fresh(fact: IssueFact, facts: Facts) -> IssueFact:
    releases = _newer(fact.tracker, fact.releases, facts.releases)
    sprints = _newer(fact.tracker, fact.sprints, facts.sprints)
    if releases == fact.releases and sprints == fact.sprints:
        return fact
    return replace(fact, releases=releases, sprints=sprints)


def _newer(tracker: str, held: tuple[Plan, ...], listed: Mapping[tuple[str, str], Plan]) -> tuple[Plan, ...]:
    return tuple(listed.get((tracker, plan.id), plan) for plan in held) if held else held
