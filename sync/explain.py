"""What a case rests on, as plain data: for ``explain`` in text, in JSON and later on a page. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from model.document import plain
from model.snapshot import DateClaim, Dependency, Evidence, Issue, Snapshot
from sync.base import Case, CaseEvent


def explain(
    case: Case, events: Sequence[tuple[str, datetime, CaseEvent]], snapshot: Snapshot, refs: Mapping[str, str]
) -> dict[str, Any]:
    """``events``: (run, moment, event), oldest first. Evidence is as it stands in the facts of today."""
    edge = snapshot.by_key.get((case.finding.consumer, case.finding.provider))
    return {
        "case": case.id,
        "rule": case.rule,
        "severity": case.severity,
        "level": case.level,
        "state": case.state,
        "since": case.opened.isoformat(),
        "about": [refs.get(member, member) for member in case.subject.members],
        "message": plain(case.finding.message),
        "judged_by": dict(case.finding.about),
        "dependency": _edge(edge, refs) if edge else None,
        "history": [
            {"at": at.isoformat(), "run": run, "event": event.kind, "level": event.case.level, "why": event.why}
            for run, at, event in events
        ],
    }


def _edge(edge: Dependency, refs: Mapping[str, str]) -> dict[str, Any]:
    return {
        "consumer": _end(edge.consumer),
        "provider": _end(edge.provider),
        "state": edge.state,
        "reach": edge.reach,
        "needed": _date(edge.needed, refs),
        "promised": _date(edge.promised, refs),
        "agreement": edge.coverage.by or ("none found" if edge.coverage.covered is False else "unknown"),
        "evidence": [_evidence(piece, refs) for piece in edge.evidence],
    }


def _end(issue: Issue) -> dict[str, Any]:
    return {
        "issue": str(issue.ref),
        "title": issue.title,
        "team": issue.team or None,
        "party": issue.party or None,
        "status": issue.status,
        "progress": issue.progress,
        "read": issue.end,
        "url": issue.url,
    }


def _date(claim: DateClaim | None, refs: Mapping[str, str]) -> dict[str, Any] | None:
    if claim is None:
        return None
    return {
        "day": claim.day.isoformat(),
        "source": claim.source,
        "name": claim.name,
        "of": refs.get(claim.of, claim.of),
    }


def _evidence(piece: Evidence, refs: Mapping[str, str]) -> dict[str, Any]:
    return {
        "strength": piece.strength,
        "kind": piece.kind,
        "on": refs.get(piece.at, piece.at),
        "place": piece.place,
        "says": piece.phrase,
        "by": piece.author or None,
        "written": piece.written.isoformat() if piece.written else None,
    }
