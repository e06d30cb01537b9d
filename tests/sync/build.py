"""Findings, cases and issues as the jobs hand them on."""

from datetime import UTC, datetime
from typing import Any

from model.document import Words
from model.facts import Ref
from model.snapshot import Issue, Snapshot
from rules.base import Finding, Place, Subject
from sync.base import Case

NOW = datetime(2026, 3, 3, 11, tzinfo=UTC)
PAY, PLAT = "jira:PAY-1", "jira:PLAT-2"


def finding(rule: str = "overdue", *, level: int = 1, ends: tuple[str, str] = (PAY, PLAT), **fields: Any) -> Finding:
    consumer, provider = ends
    places = (
        Place(uid=consumer, role="consumer", line=(Words("It is late."),)),
        Place(uid=provider, role="provider", line=(Words("It waits."),)),
    )
    fields.setdefault("places", places)
    return Finding(
        rule=rule,
        subject=fields.pop("subject", Subject("edge", ends)),
        level=level,
        consumer=consumer,
        provider=provider,
        message=(Words(f"{consumer} waits for {provider}"),),
        **fields,
    )


def case(id: str = "k3f9q", **fields: Any) -> Case:
    found = fields.pop("finding", None) or finding(level=fields.get("level", 1))
    fields.setdefault("state", "open")
    fields.setdefault("opened", NOW)
    fields.setdefault("changed", NOW)
    return Case(
        id=id, rule=found.rule, subject=found.subject, level=fields.pop("level", found.level), finding=found, **fields
    )


def issue(uid: str, **fields: Any) -> Issue:
    tracker, _, key = uid.partition(":")
    fields.setdefault("audience", "internal")
    fields.setdefault("progress", "open")
    fields.setdefault("end", "read")
    return Issue(uid=uid, ref=Ref(tracker, key), **fields)


def snapshot(*issues: Issue) -> Snapshot:
    return Snapshot(now=NOW, issues={i.uid: i for i in issues}, dependencies=())
