"""A case taken apart, as plain data: documented in docs/cli.md. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from model.document import plain
from model.snapshot import Dependency, Snapshot
from model.statements import Statement
from rules.base import OF_ISSUES, Finding
from rules.engine import rules_of
from sync.base import Case, CaseEvent, NoteRow
from sync.explain.days import Refs
from sync.explain.edges import edge_data, end_data
from sync.explain.said import said_of
from sync.explain.telling import telling
from sync.explain.view import Event, View, verdict
from sync.notes import Desk
from sync.store.runs import ConfigRow

MOST_EDGES = 20
"""Further dependencies that an account shows."""


def explain(
    event: CaseEvent,
    events: Sequence[Event],
    view: View,
    refs: Refs,
    *,
    config: ConfigRow | None = None,
    desk: Desk | None = None,
    notes: Mapping[str, NoteRow] | None = None,
    statements: Sequence[Statement] = (),
    problem: str = "",
) -> dict[str, Any]:
    """``event``: the last that had happened to the case when what ``view`` shows was judged.

    ``config``: the version it was judged by, when the store has it. ``desk`` and ``notes``: what may be noted and what
    is, now. ``statements``: what people said so far. ``problem``: why ``view`` is what is known now and not what was
    judged then.
    """
    case = event.case
    finding = case.finding
    edge = view.snapshot.by_key.get((finding.consumer, finding.provider))
    return {
        **_head(case, view, refs),
        "judged": _judged(event, view, config, problem),
        "judged_by": dict(finding.about),
        "settings": _settings(case, view),
        "issues": [end_data(view.snapshot.issues[uid]) for uid in _members(case, edge) if uid in view.snapshot.issues],
        "dependency": edge_data(edge, view, refs) if edge else None,
        "rests_on": [edge_data(other, view, refs) for other in _others(finding, edge, view.snapshot)],
        "told": telling(case, desk, notes or {}) if desk is not None else [],
        "said": said_of(case, statements, refs),
        "history": [
            {"at": at.isoformat(), "run": run, "event": e.kind, "level": e.case.level, "why": e.why}
            for run, at, e in events
        ],
    }


def _head(case: Case, view: View, refs: Refs) -> dict[str, Any]:
    return {
        "case": case.id,
        "rule": case.rule,
        "severity": case.severity,
        "level": case.level,
        "level_means": _meaning(case, view),
        "state": case.state,
        "since": case.opened.isoformat(),
        "about": [refs.get(member, member) for member in case.subject.members],
        "message": plain(case.finding.message),
    }


def _meaning(case: Case, view: View) -> str:
    rule = rules_of(view.config.rules).get(case.rule)
    return rule.levels[case.level - 1] if rule is not None and case.level <= len(rule.levels) else ""


def _members(case: Case, edge: Dependency | None) -> tuple[str, ...]:
    """What it is about, where that is not the dependency that is shown anyway."""
    subject = case.subject
    shown = edge is not None and set(subject.members) <= set(edge.key)
    return () if shown or subject.kind not in OF_ISSUES else subject.members


def _judged(event: CaseEvent, view: View, config: ConfigRow | None, problem: str) -> dict[str, Any]:
    differs = "" if problem else verdict(view, event)
    return {
        "run": view.run or None,
        "at": view.at.isoformat(),
        "config": {
            "digest": view.config.digest,
            "since": config.at.isoformat() if config else None,
            "who": config.who if config else None,
        },
        "rebuilt": not problem,
        "identical": None if problem else not differs,
        "why": problem or differs,
    }


def _settings(case: Case, view: View) -> dict[str, Any]:
    settings = view.config.rules.get(case.rule)
    return settings.model_dump(mode="json") if settings is not None else {}


def _others(finding: Finding, main: Dependency | None, snapshot: Snapshot) -> Iterator[Dependency]:
    """The dependencies beside the one it names: those it was derived from, of a cycle those among its members."""
    keys = list(finding.rests_on)
    if not keys and finding.subject.kind == "cycle":
        members = set(finding.subject.members)
        keys = [d.key for d in snapshot.open if members.issuperset(d.key)]
    found = (snapshot.by_key[key] for key in keys[:MOST_EDGES] if key in snapshot.by_key)
    yield from (edge for edge in found if edge is not main)
