"""How issues and pull requests change. Each change leaves its event and, unlike links, moves ``updated_at``."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sandbox.github.errors import Refusal, gone, invalid
from sandbox.github.records import Issue, Label, Pull, Repository, User
from sandbox.github.references import record_event, record_references
from sandbox.github.repositories import ensure_label
from sandbox.github.state import State

CLOSE_REASONS = frozenset({"completed", "not_planned", "duplicate"})
LOCK_REASONS = frozenset({"off-topic", "too heated", "resolved", "spam"})


def create_issue(
    state: State,
    repository: Repository,
    actor: User,
    *,
    title: str,
    body: str | None = None,
    pull: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    number: int | None = None,
) -> Issue:
    """A new open issue, or a pull request when ``pull`` holds ``head``, ``base`` and ``draft``."""
    if not title.strip():
        raise invalid("Issue", "title", "missing_field")
    if pull is None and not repository.has_issues:
        raise gone("Issues has been disabled in this repository.")
    now = at or state.now()
    issue_id = state.fresh_id()
    number = number or repository.next_number
    if state.issue(repository, number):
        raise invalid("Issue", "number", "already_exists")
    repository.next_number = max(repository.next_number, number + 1)
    issue = Issue(
        id=issue_id,
        node_id=state.new_node_id("PR" if pull is not None else "I", issue_id, within=repository),
        repository_id=repository.id,
        number=number,
        title=title,
        body=body,
        author_id=actor.id,
        created_at=now,
        updated_at=now,
        pull=None if pull is None else _pull(state, repository, issue_id, pull),
    )
    state.add(issue)
    record_references(state, issue, actor_id=actor.id, at=now)
    return issue


def _pull(state: State, repository: Repository, issue_id: int, wanted: Mapping[str, Any]) -> Pull:
    return Pull(
        id=state.fresh_id(),
        head_ref=wanted.get("head") or f"patch-{issue_id}",
        base_ref=wanted.get("base") or repository.default_branch,
        head_sha=f"{issue_id:040x}",
        draft=bool(wanted.get("draft")),
    )


def touch(state: State, issue: Issue, at: datetime | None = None) -> datetime:
    """Move ``updated_at``; it never goes back."""
    now = at or state.now()
    issue.updated_at = max(issue.updated_at, now)
    return now


def edit_issue(
    state: State,
    issue: Issue,
    actor: User,
    *,
    title: str | None = None,
    body: str | None = None,
    at: datetime | None = None,
) -> None:
    if title is not None and not title.strip():
        raise invalid("Issue", "title", "missing_field")
    now = touch(state, issue, at)
    if title is not None and title != issue.title:
        renamed = {"from": issue.title, "to": title}
        record_event(state, issue, "renamed", actor_id=actor.id, at=now, rename=renamed)
        issue.title = title
    if body is not None and body != issue.body:
        issue.body, issue.last_edited_at = body, now
        record_references(state, issue, actor_id=actor.id, at=now)


def close_issue(
    state: State, issue: Issue, actor: User, *, reason: str | None = None, at: datetime | None = None
) -> None:
    """A pull request closes without a reason; an issue closes as completed unless told otherwise."""
    if reason is not None and reason not in CLOSE_REASONS:
        raise invalid("Issue", "state_reason", "invalid")
    if issue.state == "closed":
        return
    now = touch(state, issue, at)
    issue.state, issue.closed_at, issue.closed_by_id = "closed", now, actor.id
    issue.state_reason = None if issue.pull else reason or "completed"
    record_event(state, issue, "closed", actor_id=actor.id, at=now, state_reason=issue.state_reason)


def reopen_issue(state: State, issue: Issue, actor: User, *, at: datetime | None = None) -> None:
    if issue.pull and issue.pull.merged_at:
        raise Refusal(422, "Validation Failed", errors=[{"resource": "PullRequest", "code": "custom"}])
    if issue.state == "open":
        return
    now = touch(state, issue, at)
    issue.state, issue.closed_at, issue.closed_by_id = "open", None, None
    issue.state_reason = None if issue.pull else "reopened"
    record_event(state, issue, "reopened", actor_id=actor.id, at=now)


def merge_pull(state: State, issue: Issue, actor: User, *, at: datetime | None = None) -> None:
    """Merging closes the pull request and, from the default branch, the issues it names."""
    pull = issue.pull
    if pull is None or issue.state == "closed" or pull.draft:
        raise Refusal(405, "Pull Request is not mergeable")
    now = touch(state, issue, at)
    pull.merged_at, pull.merged_by_id = now, actor.id
    record_event(state, issue, "merged", actor_id=actor.id, at=now)
    close_issue(state, issue, actor, at=now)
    if pull.base_ref == state.home(issue).default_branch:
        for closed in [state.tables.issues[i] for i in pull.closes if i in state.tables.issues]:
            close_issue(state, closed, actor, at=now)


def add_labels(
    state: State, issue: Issue, actor: User, names: Iterable[str], *, at: datetime | None = None
) -> list[Label]:
    """Labels that the repository lacks are made. One already there is no change."""
    labels = [ensure_label(state, state.home(issue), name) for name in names]
    fresh = [label for label in dict.fromkeys(x.id for x in labels) if label not in issue.label_ids]
    if fresh:
        now = touch(state, issue, at)
        for label_id in fresh:
            issue.label_ids.append(label_id)
            _label_event(state, issue, "labeled", state.tables.labels[label_id], actor, now)
    return state.labels(issue)


def remove_label(state: State, issue: Issue, actor: User, label: Label, *, at: datetime | None = None) -> None:
    """Raises 404 when it is not on the issue."""
    if label.id not in issue.label_ids:
        raise Refusal(404, "Label does not exist", kind="NOT_FOUND")
    now = touch(state, issue, at)
    issue.label_ids.remove(label.id)
    _label_event(state, issue, "unlabeled", label, actor, now)


def _label_event(state: State, issue: Issue, kind: str, label: Label, actor: User, at: datetime) -> None:
    record_event(state, issue, kind, actor_id=actor.id, at=at, label={"name": label.name, "color": label.color})


def set_assignees(state: State, issue: Issue, actor: User, people: list[User], *, at: datetime | None = None) -> None:
    """At most ten, as on GitHub."""
    wanted = [person.id for person in people][:10]
    before = set(issue.assignee_ids)
    if set(wanted) == before:
        return
    now = touch(state, issue, at)
    issue.assignee_ids = wanted
    for person_id in sorted(before.symmetric_difference(wanted)):
        kind = "assigned" if person_id in wanted else "unassigned"
        login = state.tables.users[person_id].login
        record_event(state, issue, kind, actor_id=actor.id, at=now, assignee=login)


def set_milestone(
    state: State, issue: Issue, actor: User, milestone_id: int | None, *, at: datetime | None = None
) -> None:
    if milestone_id == issue.milestone_id:
        return
    now = touch(state, issue, at)
    for kind, number in (("demilestoned", issue.milestone_id), ("milestoned", milestone_id)):
        if number is not None:
            title = state.tables.milestones[number].title
            record_event(state, issue, kind, actor_id=actor.id, at=now, milestone={"title": title})
    issue.milestone_id = milestone_id


def lock_issue(state: State, issue: Issue, actor: User, *, reason: str | None = None, locked: bool = True) -> None:
    if reason is not None and reason not in LOCK_REASONS:
        raise invalid("Issue", "lock_reason", "invalid")
    now = touch(state, issue)
    issue.locked, issue.active_lock_reason = locked, reason if locked else None
    record_event(state, issue, "locked" if locked else "unlocked", actor_id=actor.id, at=now, lock_reason=reason)
