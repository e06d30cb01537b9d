"""How comments change. Bodies are kept byte for byte; edits and deletions move the issue's ``updated_at``."""

from datetime import datetime

from sandbox.github.errors import Refusal, gone, invalid
from sandbox.github.issues import touch
from sandbox.github.records import Comment, Issue, User
from sandbox.github.references import record_event, record_references
from sandbox.github.state import State

LONGEST = 65_536
CLASSIFIERS = ("ABUSE", "DUPLICATE", "OFF_TOPIC", "OUTDATED", "RESOLVED", "SPAM")


def create_comment(
    state: State, issue: Issue, actor: User, body: str, *, may_pass_lock: bool = False, at: datetime | None = None
) -> Comment:
    """Raises 403 when locked, 410 when issues are disabled, 422 when empty or too long."""
    if issue.locked and not may_pass_lock:
        raise Refusal(403, "Unable to create comment because issue is locked.", kind="FORBIDDEN")
    if issue.pull is None and not state.home(issue).has_issues:
        raise gone("Issues has been disabled in this repository.")
    check_body(body)
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
    return comment


def check_body(body: str) -> None:
    if not body.strip():
        raise invalid("IssueComment", "body", "missing_field", "Body cannot be blank")
    if len(body) > LONGEST:
        text = f"Body is too long (maximum is {LONGEST} characters)"
        raise invalid("IssueComment", "body", "custom", text)


def edit_comment(state: State, comment: Comment, actor: User, body: str) -> None:
    check_body(body)
    issue = state.tables.issues[comment.issue_id]
    if body == comment.body:
        return
    now = touch(state, issue)
    comment.body, comment.updated_at, comment.last_edited_at = body, now, now
    record_references(state, issue, actor_id=actor.id, at=now, comment=comment)


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
