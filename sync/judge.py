"""From the store's facts to cases: interpret, judge, excuse, settle. Pure but for the store it is handed."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from model.facts import Facts, Ref
from model.interpret import interpret
from model.policy import Policy
from model.snapshot import Snapshot
from rules.base import OF_ISSUES, Finding, RuleSettings, Subject
from rules.engine import undecided, weigh
from sync.base import Case, CaseEvent
from sync.config import Config
from sync.settle import NewId, settle


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a run concluded, before anything is written."""

    snapshot: Snapshot
    findings: tuple[Finding, ...]
    events: tuple[CaseEvent, ...]
    cases: tuple[Case, ...]
    """All that stand after the events: open and unknown."""


def conclude(
    facts: Facts, config: Config, policy: Policy, standing: Sequence[Case], now: datetime, new_id: NewId
) -> Judgement:
    """Pure: the same facts, config, standing cases and moment give the same judgement."""
    snapshot = interpret(as_told(facts, config), policy, now)
    verdict = weigh(snapshot, config.rules)
    found = verdict.findings
    excused = {
        **_off(standing, config.rules),
        **_exempt(found, config, snapshot, now),
    }
    findings = tuple(f for f in found if (f.rule, f.subject) not in excused)
    events = settle(
        findings,
        standing,
        now=now,
        new_id=new_id,
        undecided=lambda finding: undecided(snapshot, finding, config.rules, verdict.withheld),
        excused=excused | _left_out(standing, facts, snapshot),
    )
    after = {case.id: case for case in standing} | {event.case.id: event.case for event in events}
    cases = tuple(sorted((c for c in after.values() if c.state != "cleared"), key=lambda c: (c.opened, c.id)))
    return Judgement(snapshot=snapshot, findings=findings, events=tuple(events), cases=cases)


def as_told(facts: Facts, config: Config) -> Facts:
    """Without what people said, where the config has commands switched off."""
    return facts if config.commands.enabled else replace(facts, statements=())


def _off(standing: Sequence[Case], rules: Mapping[str, RuleSettings]) -> dict[tuple[str, Subject], str]:
    """Cases of rules that are off now, or are no more."""
    return {
        (case.rule, case.subject): "its rule is off"
        for case in standing
        if case.rule not in rules or rules[case.rule].mode == "off"
    }


def _left_out(standing: Sequence[Case], facts: Facts, snapshot: Snapshot) -> dict[tuple[str, Subject], str]:
    """Cases about a project or repository that the config no longer names."""
    read = {str(scope) for scope in facts.scopes}
    gone = {}
    for case in standing:
        for uid in case.subject.members if case.subject.kind in OF_ISSUES else ():
            issue = snapshot.issues.get(uid)
            ref = issue.ref if issue else Ref(*uid.split(":", 1))
            scope = f"{ref.tracker}:{ref.scope}"
            if scope not in read and (issue is None or issue.end == "stub"):
                gone[case.rule, case.subject] = f"{scope} is no longer read"
    return gone


def _exempt(
    findings: Sequence[Finding], config: Config, snapshot: Snapshot, now: datetime
) -> dict[tuple[str, Subject], str]:
    """Findings that an exemption of the config names, while it lasts."""
    live = [e for e in config.exemptions if e.until >= now.date()]
    excused = {}
    for exemption in live:
        for finding in findings:
            names = {str(snapshot.issues[m].ref) for m in finding.subject.members if m in snapshot.issues}
            if finding.rule == exemption.rule and exemption.issue in names:
                excused[finding.rule, finding.subject] = f"exempt until {exemption.until}: {exemption.reason}"
    return excused


def count_by_rule(cases: Iterable[Case]) -> dict[str, int]:
    return dict(sorted(Counter(case.rule for case in cases).items()))
