"""Walks the rules: finds them, runs them over a snapshot, puts what they find in order. Pure.

Two laws are kept here for every rule: findings come in one order whatever order their input
had, and a finding that is gone counts as good news only when we would know (``undecided``).
"""

import gc
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import get_args

from msgspec.structs import replace

import rules
from model.document import plain
from model.snapshot import Snapshot
from rules.base import AnyRule, Finding, Mode, Place, Rule, RuleError, RuleSettings, Severity, Subject
from rules.custom import CustomSettings, custom_rule
from rules.known import end_settled, missing, unknown
from rules.when import Withheld, counting

MODES: tuple[Mode, ...] = get_args(Mode)
"""The quietest first."""
MANUAL = ("What it finds", "Why it matters", "How to clear it")


def load() -> dict[str, AnyRule]:
    """Every rule by id, sorted. Raises TypeError for one without a manual or examples, or whose id is taken."""
    return dict(_loaded())


@cache
def _loaded() -> dict[str, AnyRule]:
    modules = sorted(info.name for info in pkgutil.iter_modules(rules.__path__))
    return by_id(rule for module in modules for rule in _rules_in(f"rules.{module}"))


def by_id(found: Iterable[AnyRule]) -> dict[str, AnyRule]:
    """Rules that are fit to be run, sorted. Raises TypeError."""
    known: dict[str, AnyRule] = {}
    for rule in found:
        if rule.id in known:
            raise TypeError(f"two rules are called {rule.id}: {type(known[rule.id])} and {type(rule)}")
        known[rule.id] = checked(rule)
    return dict(sorted(known.items()))


def _rules_in(module: str) -> Iterator[AnyRule]:
    for value in vars(import_module(module)).values():
        ours = inspect.isclass(value) and issubclass(value, Rule) and value.__module__ == module
        if ours and not inspect.isabstract(value):
            yield value()


def checked(rule: AnyRule) -> AnyRule:
    """The rule itself, when an admin can read of it and a test can try it; else TypeError."""
    manual(rule)
    if not rule.levels:
        raise TypeError(f"rule {rule.id} names no level")
    if not rule.examples:
        raise TypeError(f"rule {rule.id} has no examples")
    return rule


def manual(rule: AnyRule) -> tuple[str, ...]:
    """The three parts of the rule's docstring, without their lead-ins, each on one line."""
    text = " ".join((vars(type(rule)).get("__doc__") or "").split())
    parts = re.fullmatch(" ".join(f"{lead}: (.+)" for lead in MANUAL), text)
    if parts is None:
        raise TypeError(f"the docstring of rule {rule.id} must say, in this order: {'; '.join(MANUAL)}")
    return parts.groups()


def rules_of(settings: Mapping[str, RuleSettings]) -> dict[str, AnyRule]:
    """Every rule by id, sorted: those there are, and those that the settings themselves make.

    Raises LookupError for one of these that takes the name of one of those.
    """
    own = {name: custom_rule(made) for name, made in settings.items() if isinstance(made, CustomSettings)}
    if taken := sorted(own.keys() & load().keys()):
        raise LookupError(f"{', '.join(taken)}: there is a rule of that name; give yours another")
    return dict(sorted({**own, **load()}.items()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    findings: tuple[Finding, ...]
    """Sorted by rule and subject, one per rule and subject."""
    withheld: Mapping[tuple[str, Subject], str]
    """(rule, subject) of what would be found if only its rule's ``when`` could be told, and why it cannot."""


def judge(snapshot: Snapshot, settings: Mapping[str, RuleSettings]) -> tuple[Finding, ...]:
    """The findings of ``weigh``."""
    return weigh(snapshot, settings).findings


def weigh(snapshot: Snapshot, settings: Mapping[str, RuleSettings]) -> Verdict:
    """What every rule that is not off finds.

    A rule without settings runs on its defaults. Raises RuleError when a rule breaks, and
    LookupError for settings of a rule that does not exist.
    """
    known = rules_of(settings)
    if strange := sorted(settings.keys() - known.keys()):
        raise LookupError(f"no rule is called {', '.join(strange)}; there are {', '.join(known)}")
    findings: list[Finding] = []
    withheld: dict[tuple[str, Subject], str] = {}
    with _uncollected():
        for rule_id, rule in known.items():
            own = settings.get(rule_id) or rule.settings()
            findings += _in_order(run(rule, snapshot, own, withheld))
        return Verdict(findings=tuple(findings), withheld=withheld)


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """One rule's findings, the weightiest of each subject, by subject."""
    found: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for finding in findings:
        subject = finding.subject
        other = found.setdefault((subject.kind, subject.members), finding)
        if other is not finding:
            found[subject.kind, subject.members] = max(finding, other, key=_weight)
    return [found[at] for at in sorted(found)]


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the search for circles of objects, which would walk the whole snapshot again and again.

    Rules make none, and what they do make is kept. A fifth of the time of judging a million dependencies.
    """
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        # What was made counts as old at once, or all of it would be walked now.
        gc.freeze()
        gc.unfreeze()
        if collected:
            gc.enable()


def run(
    rule: AnyRule, snapshot: Snapshot, settings: RuleSettings, withheld: Withheld | None = None
) -> Iterator[Finding]:
    """One rule's findings as its settings want them, in the rule's own order; none when it is off.

    ``withheld`` takes those of which it cannot be told whether they count.
    """
    if settings.mode == "off":
        return
    severities = {n: severity_for(settings, level=n) for n in range(1, 1 + len(rule.levels))}
    try:
        found = rule.judge(snapshot, settings)
        for finding in counting(rule, snapshot, settings, found, {} if withheld is None else withheld):
            severity = severities.get(finding.level)
            if severity is None:
                raise RuleError(rule.id, finding.subject, f"level {finding.level} is not one of its levels")
            yield _settled(finding, rule.id, severity, _told(finding.places, snapshot, settings))
    except RuleError:
        raise
    except Exception as error:
        raise RuleError(rule.id, None, repr(error)) from error


def _settled(finding: Finding, rule: str, severity: Severity, places: tuple[Place, ...]) -> Finding:
    """The finding with what its rule cannot know, or itself where that is so already."""
    if severity == finding.severity and places is finding.places and rule == finding.rule:
        return finding
    return replace(finding, rule=rule, severity=severity, places=places)


def _told(places: tuple[Place, ...], snapshot: Snapshot, settings: RuleSettings) -> tuple[Place, ...]:
    if settings.notify == "both" and not settings.teams:
        return places
    return tuple(p for p in places if p.role in ends_told(settings, snapshot.issues[p.uid].team))


def _weight(finding: Finding) -> tuple[int, str]:
    return (finding.level, plain(finding.message))


def mode_for(settings: RuleSettings, team: str = "") -> Mode:
    """How far this end of a case goes. A team can ask for less than the rule's mode, never for more."""
    override = settings.teams[team].mode if team in settings.teams else None
    return min(settings.mode, override or settings.mode, key=MODES.index)


def ends_told(settings: RuleSettings, team: str = "") -> frozenset[str]:
    """At which ends a team's issues carry a line. A team can ask for fewer than the rule tells, never for more."""
    if mode_for(settings, team) == "off":
        return frozenset()
    own = settings.teams[team].notify if team in settings.teams else None
    wishes = (settings.notify, own or "both")
    return frozenset(end for end in ("consumer", "provider") if all(wish in ("both", end) for wish in wishes))


def severity_for(settings: RuleSettings, team: str = "", *, level: int = 1) -> Severity:
    """Severity at a level for a team's end of a case; without a team the central one, which exit codes use."""
    if team in settings.teams and (own := settings.teams[team].severity):
        return own
    reached = [at for at in settings.severity_from if at <= level]
    return settings.severity_from[max(reached)] if reached else settings.severity


def undecided(
    snapshot: Snapshot,
    finding: Finding,
    settings: Mapping[str, RuleSettings] | None = None,
    withheld: Mapping[tuple[str, Subject], str] | None = None,
) -> str:
    """Why the absence of ``finding``, which once stood, proves nothing; "" when it is knowledge.

    ``settings`` are those it was looked for with, ``withheld`` is that verdict's.

    A dependency with one end that is certainly over, or gone, is decided for most rules whatever the other end is
    (``Rule.decided``); of what rests on more than one dependency, the rule knows what would have to be known
    (``Rule.unsure``).
    """
    kind, members = finding.subject.kind, finding.subject.members
    if doubt := _withheld(finding, withheld or {}):
        return doubt
    if kind == "scope":
        return missing(snapshot, members[0])
    rule = rules_of({name: own for name, own in (settings or {}).items() if name == finding.rule}).get(finding.rule)
    if kind == "edge":
        return _undecided_edge(snapshot, finding, rule)
    return rule.unsure(snapshot, finding) if rule else ""


def _withheld(finding: Finding, withheld: Mapping[tuple[str, Subject], str]) -> str:
    """Of a cycle, one that shares a member is the same case."""
    if finding.subject.kind != "cycle":
        return withheld.get((finding.rule, finding.subject), "")
    members = set(finding.subject.members)
    same = (why for (rule, subject), why in withheld.items() if rule == finding.rule and members & set(subject.members))
    return next(same, "")


def _undecided_edge(snapshot: Snapshot, finding: Finding, rule: AnyRule | None) -> str:
    members = finding.subject.members
    if rule.decided(snapshot, finding) if rule else end_settled(snapshot, members):
        return ""
    ends = dict(zip(members, ("consumer end", "provider end"), strict=True))
    about = dict(finding.about)
    reasons = (unknown(snapshot, uid, was_read=about.get(end, "read") == "read") for uid, end in ends.items())
    return next(filter(None, reasons), "") or _unknown_edge(snapshot, finding, rule)


def _unknown_edge(snapshot: Snapshot, finding: Finding, rule: AnyRule | None) -> str:
    dependency = snapshot.by_key.get((finding.consumer, finding.provider))
    if dependency is None:
        return ""
    if dependency.state == "unknown":
        return f"the state of {dependency.consumer.ref} waiting for {dependency.provider.ref} cannot be told"
    return rule.undecided(snapshot, dependency) if rule else ""
