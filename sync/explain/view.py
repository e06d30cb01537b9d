"""What a run saw, from the store alone: its facts under its config at its moment, judged once more."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from model.facts import Facts
from model.fresh import with_fresh_plans
from model.policy import Policy
from model.snapshot import Snapshot
from rules.base import Finding, RuleSettings
from rules.engine import undecided, weigh
from sync.base import CaseEvent
from sync.config import Config, ConfigError
from sync.judge import conclude
from sync.past import config_of, facts_at
from sync.run import policy_of
from sync.store import PastRun, Store, StoreError

Event = tuple[str, datetime, CaseEvent]
"""(run, moment, event), as the store has them."""


class NoSuchRun(LookupError):
    """A run that the store does not know, or that judged nothing."""


@dataclass(frozen=True, kw_only=True)
class View:
    """Everything that a verdict can be derived from again."""

    at: datetime
    facts: Facts
    policy: Policy
    config: Config
    snapshot: Snapshot
    findings: tuple[Finding, ...]
    """What the rule in question finds and is not exempt."""
    run: str = ""
    """The run that judged this; empty for the facts and the config of now."""


def look(store: Store, config: Config, at: datetime, rule: str) -> View:
    """What is known now, judged at ``at`` by one rule."""
    return _view(store, store.facts(), config, at, rule)


def look_back(store: Store, config: Config, past: PastRun, rule: str) -> View:
    """What a run judged, by the config it judged by and one rule. Raises StoreError when that config is not kept or
    not understood.

    ``config``: the one of now; it tells where the old one stood.
    """
    try:
        then = config if past.config == config.digest else config_of(store, past.config, config.path)
    except ConfigError as error:
        raise StoreError(
            f"this version of crosstie does not understand the config of run {past.id}: {error}"
        ) from error
    return replace(_view(store, facts_at(store, past), then, past.judged, rule), run=past.id)


def _view(store: Store, facts: Facts, config: Config, at: datetime, rule: str) -> View:
    policy = policy_of(config, store)
    alone = replace(config, rules=_alone(config.rules, rule))
    judged = conclude(facts, alone, policy, (), at, lambda rule, subject: f"{rule} {' '.join(subject.members)}")
    return View(
        at=at,
        facts=replace(facts, issues=with_fresh_plans(facts)),
        policy=policy,
        config=config,
        snapshot=judged.snapshot,
        findings=judged.findings,
    )


def _alone(rules: Mapping[str, RuleSettings], wanted: str) -> dict[str, RuleSettings]:
    """The other rules are off: there may be very much to judge."""
    return {name: s if name == wanted else s.model_copy(update={"mode": "off"}) for name, s in rules.items()}


def find_run(runs: Sequence[PastRun], name: str) -> PastRun:
    """A run by its id or the only beginning of one. Raises NoSuchRun."""
    fits = [run for run in runs if run.id == name] or [run for run in runs if run.id.startswith(name)]
    if len(fits) == 1:
        return fits[0]
    known = ", ".join(run.id for run in (fits or runs)[-3:]) or "none"
    why = "Several runs begin so" if fits else "No run that judged is called so"
    raise NoSuchRun(f'"{name}": {why}; the last of them: {known}.')


def event_at(events: Sequence[Event], runs: Sequence[PastRun], run: str) -> CaseEvent:
    """The last thing that had happened to a case when ``run`` ended. Raises NoSuchRun when it was not there yet."""
    order = {past.id: number for number, past in enumerate(runs)}
    then = [event for by, _, event in events if order.get(by, -1) <= order[run]]
    if not then:
        raise NoSuchRun(f"The case was first found by run {events[0][0]}, which came after {run}.")
    return then[-1]


def verdict(view: View, event: CaseEvent) -> str:
    """How judging again differs from what was recorded, as a sentence; "" when it comes to the identical verdict."""
    recorded = event.case.finding
    found = [f for f in view.findings if (f.rule, f.subject) == (recorded.rule, recorded.subject)]
    if event.case.state == "open":
        if not found:
            return "it is not found"
        return "" if found[0] == recorded else f"these differ: {', '.join(_differing(found[0], recorded))}"
    if found:
        return f"it is found, at level {found[0].level}"
    return "its absence is certain" if event.case.state == "unknown" and not _doubt(view, recorded) else ""


def _doubt(view: View, finding: Finding) -> str:
    rules = _alone(view.config.rules, finding.rule)
    return undecided(view.snapshot, finding, rules, weigh(view.snapshot, rules).withheld)


def _differing(one: Finding, other: Finding) -> list[str]:
    return [name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name)]
