"""Who may read what: an audience is a name, and two texts may meet only under one name or in public."""

from collections.abc import Iterable
from fnmatch import fnmatchcase

from model.facts import IssueFact, Scope
from model.policy import PUBLIC, Policy


def audience_of_scope(policy: Policy, scope: Scope) -> str:
    """``public``, the group of ``[audiences]`` it belongs to, or the scope alone.

    A repository that its tracker calls public stays public whatever a group says: everybody
    reads the notes on it. Of several matching groups the first by name counts, so that no
    scope joins the readers of two groups.
    """
    by_hand = policy.trackers[scope.tracker].audience if scope.tracker in policy.trackers else ""
    if scope.public or by_hand == PUBLIC:
        return PUBLIC
    if by_hand:
        return by_hand
    name = str(scope).casefold()
    for group, patterns in sorted(policy.audiences.items()):
        if any(fnmatchcase(name, pattern.casefold()) for pattern in patterns):
            return group
    return str(scope)


def audience_of_issue(uid: str, fact: IssueFact | None, scope_audience: str) -> str:
    """The scope's readers, or nobody but its own when the issue is restricted within its scope."""
    return f"only {uid}" if fact is not None and fact.restricted else scope_audience


def may_read(reader: str, inputs: Iterable[str]) -> bool:
    """Whether readers of ``reader`` may read something derived from ``inputs``."""
    return all(source in (PUBLIC, reader) for source in inputs)
