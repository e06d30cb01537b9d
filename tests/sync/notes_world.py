"""A dependency between two teams with everything that a note could say of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from model.document import Document, Words, plain
from model.facts import Person
from model.snapshot import DateClaim, Dependency, Evidence, Issue, Snapshot
from model.statements import Statement, Verb
from rules.base import Finding, Place, RuleSettings, Subject
from sync.base import Case
from sync.notes import Desk
from tests.sync.build import NOW, PAY, PLAT, case, issue

MONDAY = datetime(2026, 2, 23, 9, tzinfo=UTC)
NOTED = datetime(2026, 2, 26, 9, tzinfo=UTC)
"""When a case was opened, if not said otherwise."""
SPOKEN = datetime(2026, 2, 27, 9, tzinfo=UTC)
"""When somebody answered."""
MIRA = Person(id="mira", name="Mira")
HERE = issue(PAY, team="payments", title="Pay by invoice", url="https://jira.example/browse/PAY-1")
THERE = issue(PLAT, team="platform", title="Ledger export", url="https://jira.example/browse/PLAT-2")
LINK = Evidence(strength="declared", kind="link", at=PAY, phrase="is blocked by", place="links", audience="internal")
WORDS = Evidence(
    strength="stated",
    kind="text",
    at=PLAT,
    phrase="PAY-1 needs this",
    place="comment:77",
    author="Mira",
    written=MONDAY,
    audience="internal",
)


def dependency(consumer: Issue = HERE, provider: Issue = THERE, **fields: Any) -> Dependency:
    fields.setdefault("evidence", (LINK, WORDS))
    fields.setdefault("since", MONDAY)
    fields.setdefault("needed", DateClaim(day=date(2026, 3, 9), source="due", of=consumer.uid))
    fields.setdefault("inputs", frozenset({consumer.audience, provider.audience}) - {"public"})
    return Dependency(consumer=consumer, provider=provider, state="requested", reach="cross_team", **fields)


def found(rule: str, verdict: str, step: str = "", *, of: Dependency | None = None, **fields: Any) -> Finding:
    edge = of or dependency()
    uids: tuple[tuple[Issue, Any], ...] = ((edge.consumer, "consumer"), (edge.provider, "provider"))
    steps = (Words(step),) if step else ()
    fields.setdefault("inputs", edge.inputs)
    return Finding(
        rule=rule,
        subject=Subject("edge", edge.key),
        level=fields.pop("level", 1),
        consumer=edge.consumer.uid,
        provider=edge.provider.uid,
        message=(Words(f"{edge.key}: {verdict}"),),
        about=(("promised", "2026-02-20 due"), ("provider", str(edge.provider.ref))),
        places=tuple(Place(uid=i.uid, role=role, line=(Words(verdict),), step=steps) for i, role in uids),
        **fields,
    )


def opened(id: str, rule: str = "overdue", verdict: str = "It is late.", step: str = "", **fields: Any) -> Case:
    finding = fields.pop("finding", None) or found(rule, verdict, step, of=fields.pop("of", None))
    risen = fields.pop("risen", (NOTED,) * finding.level)
    return replace(case(id, finding=finding, opened=fields.pop("opened", NOTED), **fields), risen=risen)


def said(verb: Verb, of: str = "aaaaa", *, at: datetime = SPOKEN, uid: str = PLAT, **fields: Any) -> Statement:
    fields.setdefault("id", f"jira:{verb}{at:%d%H}{uid}:0")
    return Statement(uid=uid, at=at, person=MIRA, verb=verb, case=of, **fields)


def desk(*dependencies: Dependency, statements: Iterable[Statement] = (), **fields: Any) -> Desk:
    edges = dependencies or (dependency(),)
    issues = {end.uid: end for edge in edges for end in (edge.consumer, edge.provider)}
    rules = ("overdue", "point-to-point", "cycle", "bottleneck")
    return Desk(
        snapshot=Snapshot(now=NOW, issues=issues, dependencies=edges),
        rules=dict.fromkeys(rules, RuleSettings()),
        write_to=("*",),
        mutes={},
        statements=tuple(statements),
        **fields,
    )


def text(document: Document | None) -> list[str]:
    """Headings (folded ones in brackets), lines and leads as they stand; what is below a lead is indented."""
    lines: list[str] = []
    for section in document.sections if document is not None else ():
        lines += [f"[{section.heading}]" if section.folded else section.heading, *map(plain, section.lines)]
        lines += [line for i in section.items for line in (plain(i.lead), *(f"  {plain(b)}" for b in i.below))]
    return [line for line in lines if line]
