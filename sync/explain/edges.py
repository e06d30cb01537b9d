"""One dependency taken apart, as data: its ends, evidence, days, and the agreement that was looked for. Pure."""

from typing import Any

from model.coverage import Agreed, ForumSearch
from model.ownership import Ownership
from model.snapshot import Dependency, Evidence, Issue
from sync.explain.days import Refs, counted, date_data, looked_for
from sync.explain.view import View
from sync.places import place_url


def edge_data(edge: Dependency, view: View, refs: Refs) -> dict[str, Any]:
    return {
        "consumer": end_data(edge.consumer),
        "provider": end_data(edge.provider),
        "state": edge.state,
        "reach": edge.reach,
        "since": edge.since.isoformat() if edge.since else None,
        "needed": date_data(edge.needed, refs),
        "promised": date_data(edge.promised, refs),
        "looked_for": looked_for(edge, view, refs),
        "moves": [
            {"at": move.at.isoformat(), "before": move.before.isoformat(), "after": move.after.isoformat()}
            for move in edge.moves
        ],
        "days": counted(edge, view),
        "agreement": agreement(edge),
        "agreement_search": _search(edge, view, refs),
        "evidence": [_evidence(piece, view, refs) for piece in edge.evidence],
    }


def end_data(issue: Issue) -> dict[str, Any]:
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


def agreement(edge: Dependency) -> str:
    return edge.coverage.by or ("none found" if edge.coverage.covered is False else "unknown")


def _search(edge: Dependency, view: View, refs: Refs) -> dict[str, Any]:
    """What was looked for and where; with nothing configured, nothing is."""
    parents = {child: parent for parent, children in view.snapshot.children.items() for child in children}
    owners = Ownership(view.policy, view.facts.components)
    found = Agreed(view.facts, view.policy, owners, parents, {}).search(edge.consumer, edge.provider)
    wanted = view.policy.agreements
    return {
        "configured": view.policy.judges_agreements,
        "consumer_and_ancestors": [refs.get(uid, uid) for uid in found.lines[0]],
        "provider_and_ancestors": [refs.get(uid, uid) for uid in found.lines[1]],
        "forums": [_forum(forum, refs) for forum in found.forums],
        "labels": list(wanted.labels),
        "link_types": list(wanted.link_types),
        "references": list(wanted.references),
        "found": [{"on": refs.get(uid, uid), "record": record} for uid, record in found.records],
        "not_read": [refs.get(uid, uid) for uid in found.not_read],
    }


def _forum(forum: ForumSearch, refs: Refs) -> dict[str, Any]:
    return {
        "forum": forum.forum,
        "not_sitting_in_it": list(forum.absent),
        "owns_of_consumer": [refs.get(uid, uid) for uid in forum.owns],
        "owns_of_provider": [refs.get(uid, uid) for uid in forum.owns_of_provider],
    }


def _evidence(piece: Evidence, view: View, refs: Refs) -> dict[str, Any]:
    return {
        "strength": piece.strength,
        "kind": piece.kind,
        "on": refs.get(piece.at, piece.at),
        "place": piece.place,
        "says": piece.phrase,
        "by": piece.author or None,
        "written": piece.written.isoformat() if piece.written else None,
        "url": place_url(view.snapshot.issues.get(piece.at), piece.place),
    }
