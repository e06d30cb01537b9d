"""What a text mentions, and the traces GitHub leaves of it: cross-references and closing references.

GitHub links ``#12``, ``GH-12``, ``owner/repo#12`` and full URLs, but not inside code or HTML comments; closing
keywords act only in the text of pull requests to the default branch
(https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/linking-a-pull-request-to-an-issue).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from sandbox.github.records import Comment, Event, Issue
from sandbox.github.state import State

_UNLINKED = re.compile(r"<!--.*?(?:-->|\Z)|^(```|~~~).*?(?:^\1|\Z)|(`+)(?!`).+?(?<!`)\2(?!`)", re.S | re.M)
_REFERENCE = re.compile(
    r"(?P<close>\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+)?"
    r"(?:https?://github\.com/(?P<url_repo>[\w.-]+/[\w.-]+)/(?:issues|pull)/(?P<url>[1-9]\d{0,9})\b"
    r"|(?<![\w/&#.-])(?:(?P<repo>[A-Za-z\d][A-Za-z\d-]{0,38}/[\w.-]{1,100})?#|GH-)(?P<number>[1-9]\d{0,9})\b)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Reference:
    repository: str
    """``owner/name``; empty: the repository of the text itself."""
    number: int
    closing: bool


def find_references(text: str) -> list[Reference]:
    linked = _UNLINKED.sub(" ", text)
    return [
        Reference(m["url_repo"] or m["repo"] or "", int(m["url"] or m["number"]), bool(m["close"]))
        for m in _REFERENCE.finditer(linked)
    ]


def record_references(
    state: State, source: Issue, *, actor_id: int | None, at: datetime, comment: Comment | None = None
) -> None:
    """Leave a timeline event on everything newly mentioned. It does not touch the target's ``updated_at``."""
    text = comment.body if comment else source.body or ""
    for target in _targets(state, source, text):
        known = any(e.kind == "cross-referenced" and e.other_id == source.id for e in state.events(target))
        if target.id == source.id or known:
            continue
        record_event(
            state,
            target,
            "cross-referenced",
            actor_id=actor_id,
            at=at,
            other=source,
            comment_id=comment.id if comment else None,
        )
    if source.pull and comment is None:
        source.pull.closes = _closes(state, source, text)


def record_event(
    state: State,
    issue: Issue,
    kind: str,
    *,
    actor_id: int | None,
    at: datetime,
    other: Issue | None = None,
    comment_id: int | None = None,
    **data: object,
) -> Event:
    number = state.fresh_id()
    event = Event(
        id=number,
        node_id=state.new_node_id("".join(w[0].upper() for w in re.split("[_-]", kind)) + "E", number),
        issue_id=issue.id,
        kind=kind,
        actor_id=actor_id,
        created_at=at,
        other_id=other.id if other else None,
        comment_id=comment_id,
        data=dict(data),
    )
    state.add(event)
    return event


def _targets(state: State, source: Issue, text: str, *, closing: bool = False) -> list[Issue]:
    home = state.home(source)
    found: dict[int, Issue] = {}
    for reference in find_references(text):
        name = reference.repository
        repository = (state.repository(name) or state.former(name)) if name else home
        issue = repository and state.issue(repository, reference.number)
        if issue and (reference.closing or not closing):
            found[issue.id] = issue
    return list(found.values())


def _closes(state: State, source: Issue, text: str) -> list[int]:
    pull = source.pull
    assert pull is not None  # noqa: S101  # asked for pull requests only
    if pull.base_ref != state.home(source).default_branch:
        return list(pull.linked)
    named = [i.id for i in _targets(state, source, text, closing=True) if i.pull is None]
    return list(dict.fromkeys([*named, *pull.linked]))
