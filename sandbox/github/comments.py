"""How comments change. Bodies are kept byte for byte; edits and deletions move the issue's ``updated_at``."""

import re
from datetime import datetime
from typing import Literal

from sandbox.base import Notice
from sandbox.github.errors import Refusal, gone, invalid, unprocessable
from sandbox.github.issues import touch
from sandbox.github.records import Comment, Issue, User
from sandbox.github.references import record_event, record_references
from sandbox.github.state import State

_HIDDEN = re.compile(r"<!--.*?-->|```.*?```|`[^`\n]*`", re.DOTALL)
_MENTION = re.compile(r"(?<![\w/@.])@([A-Za-z0-9](?:-?[A-Za-z0-9])*)")
CLASSIFIERS = ("ABUSE", "DUPLICATE", "OFF_TOPIC", "OUTDATED", "RESOLVED", "SPAM")


def create_comment(
    state: State, issue: Issue, actor: User, body: str, *, may_pass_lock: bool = False, at: datetime | None = None
) -> Comment:
    """Raises 403 when locked, 410 when issues are disabled, 422 when empty or too long."""
    if issue.locked and not may_pass_lock:
        raise Refusal(403, "Unable to create comment because issue is locked.", kind="FORBIDDEN")
    if issue.pull is None and not state.home(issue).has_issues:
        raise gone("Issues has been disabled in this repository.")
    check_body(state, body)
    now = touch(state, issue, at)
    number = state.fresh_id()
    comment = Comment(
        id=number,
        node_id=state.new_node_id("IC", number, within=state.home(issue)),
        issue_id=issue.id,
        body=body,
        author_id=actor.id,
        created_at=now,
        updated_at=now,
    )
    state.add(comment)
    record_references(state, issue, actor_id=actor.id, at=now, comment=comment)
    _notify(state, comment, actor, "created", _named(state, body))
    return comment


def check_body(state: State, body: str) -> None:
    options = state.tables.options
    if not body.strip():
        raise invalid("IssueComment", "body", "missing_field", "Body cannot be blank")
    if len(body) > options.longest_body:
        text = f"Body is too long (maximum is {options.longest_body} characters)"
        raise invalid("IssueComment", "body", "custom", text)
    if options.spam and options.spam in body:
        raise unprocessable("Validation failed, or the endpoint has been spammed.")


def _named(state: State, body: str) -> list[str]:
    """Whom a text calls, in its order."""
    found = dict.fromkeys(_MENTION.findall(_HIDDEN.sub("", body)))
    return [login for login in found if state.user(login) is not None]


def _notify(state: State, comment: Comment, actor: User, how: Literal["created", "mentioned"], who: list[str]) -> None:
    issue = state.tables.issues[comment.issue_id]
    key = f"{state.full_name(state.home(issue))}#{issue.number}"
    state.notices.append(Notice(issue=key, comment=str(comment.id), by=actor.login, how=how, who=tuple(who)))


def edit_comment(state: State, comment: Comment, actor: User, body: str) -> None:
    check_body(state, body)
    issue = state.tables.issues[comment.issue_id]
    if body == comment.body:
        return
    now = touch(state, issue)
    before = _named(state, comment.body)
    comment.body, comment.updated_at, comment.last_edited_at = body, now, now
    comment.editor_id = actor.id
    record_references(state, issue, actor_id=actor.id, at=now, comment=comment)
    if fresh := [login for login in _named(state, body) if login not in before]:
        _notify(state, comment, actor, "mentioned", fresh)


def delete_comment(state: State, comment: Comment, actor: User) -> None:
    issue = state.tables.issues[comment.issue_id]
    now = touch(state, issue)
    state.drop_comment(comment)
    author = state.person(comment.author_id)
    record_event(state, issue, "comment_deleted", actor_id=actor.id, at=now, author=author.login if author else None)


def minimize(state: State, comment: Comment, classifier: str | None) -> None:
    """Fold a comment away, or unfold it with None. The issue's ``updated_at`` stays."""
    comment.minimized = classifier.lower().replace("_", "-") if classifier else None
    comment.updated_at = max(comment.updated_at, state.now())
