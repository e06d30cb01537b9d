"""What is known for certain of an issue, or of a wait that a finding once rested on.

Nothing is cleared on incomplete knowledge: before a finding that is gone counts as good news, the engine asks here,
and of rules whose findings rest on more than one dependency it asks the rule (``Rule.unsure``), which asks here.
"""

from collections.abc import Iterable

from model.facts import Ref
from model.snapshot import Issue, Snapshot

Wait = tuple[str, str]
"""Uids of a consumer and of the provider it waits for."""


def settled(issue: Issue) -> bool:
    """Whether it is certainly over, or gone: then nothing waits for it, and it for nothing, whatever else is true."""
    known = issue.end == "stub" or (issue.end == "read" and issue.complete)
    return issue.end == "gone" or (issue.over and known)


def end_settled(snapshot: Snapshot, members: Iterable[str]) -> bool:
    """Whether one of these ends is settled."""
    return any(end is not None and settled(end) for end in map(snapshot.issues.get, members))


def unknown(snapshot: Snapshot, uid: str, *, was_read: bool = True) -> str:
    """Why it cannot be told how an issue is now; "" when it can. ``was_read``: in full, when the finding was made."""
    issue = snapshot.issues.get(uid)
    if issue is None:
        tracker, _, key = uid.partition(":")
        return missing(snapshot, f"{tracker}:{Ref(tracker, key).scope}", uid)
    if issue.end == "gone":
        return ""
    if issue.end == "stub" and was_read:
        return f"{issue.ref} is no longer pulled"
    if issue.end == "unreadable" or (issue.end == "read" and not issue.complete):
        return missing(snapshot, f"{issue.ref.tracker}:{issue.ref.scope}") or f"{issue.ref} could not be read in full"
    return f"how far {issue.ref} is cannot be told" if issue.progress == "unknown" else ""


def missing(snapshot: Snapshot, scope: str, uid: str = "") -> str:
    """Why a scope (``tracker:scope``) could not be read in full; "" when it could, or is none of ours."""
    for hole in snapshot.missing:
        if f"{hole.tracker}:{hole.scope}".casefold() == scope.casefold():
            at = f", so {uid} is not known" if uid else ""
            return f"{scope} could not be read in full: {hole.reason}{at}"
    return ""


def ended(snapshot: Snapshot, wait: Wait) -> bool:
    """Whether a wait that once stood is certainly over: an end is settled, or both are known and nothing ties them."""
    if end_settled(snapshot, wait):
        return True
    if _unknown_end(snapshot, wait):
        return False
    dependency = snapshot.by_key.get(wait)
    return dependency is None or dependency.state in ("moot", "delivered", "dropped")


def doubt(snapshot: Snapshot, waits: Iterable[Wait]) -> str:
    """Why it cannot be told whether one of these waits, which have not certainly ended, still stands; "" when it can.

    A stub counts as known by what the link embeds of it, as it does for the rules.
    """
    for wait in waits:
        why = _unknown_end(snapshot, wait)
        dependency = snapshot.by_key.get(wait)
        if not why and dependency is not None and dependency.state == "unknown":
            why = f"the state of {dependency.consumer.ref} waiting for {dependency.provider.ref} cannot be told"
        if why:
            return why
    return ""


def _unknown_end(snapshot: Snapshot, wait: Wait) -> str:
    return next(filter(None, (unknown(snapshot, uid, was_read=False) for uid in wait)), "")
