"""Dependencies, parents, and what becomes of them when an issue moves or goes.

A link leaves an event on both sides and does **not** move ``updated_at`` of either.
"""

from dataclasses import replace
from datetime import datetime

from sandbox.github.errors import Refusal, unprocessable
from sandbox.github.project_records import ProjectItem
from sandbox.github.records import Comment, Event, Issue, Repository, User
from sandbox.github.references import record_event, record_references
from sandbox.github.repositories import ensure_label
from sandbox.github.state import State

MOST_BLOCKERS = 50
MOST_SUB_ISSUES = 100
DEEPEST = 8


def block(state: State, issue: Issue, blocker: Issue, actor: User, *, at: datetime | None = None) -> None:
    """``issue`` is blocked by ``blocker``. Raises 422 for itself, a repeat, a pull request, and past 50."""
    if issue.pull or blocker.pull:
        raise unprocessable("Pull requests cannot have issue dependencies")
    if issue.id == blocker.id:
        raise unprocessable("An issue cannot be blocked by itself")
    if blocker.id in issue.blocked_by_ids:
        raise unprocessable("An issue dependency between these issues already exists")
    if max(len(issue.blocked_by_ids), len(blocker.blocking_ids)) >= MOST_BLOCKERS:
        raise unprocessable(f"An issue cannot have more than {MOST_BLOCKERS} dependencies of a kind")
    issue.blocked_by_ids.append(blocker.id)
    blocker.blocking_ids.append(issue.id)
    _tell_both(state, actor, (issue, "blocked_by_added"), (blocker, "blocking_added"), at=at)


def unblock(state: State, issue: Issue, blocker: Issue, actor: User) -> None:
    if blocker.id not in issue.blocked_by_ids:
        raise Refusal(404, "Not Found", kind="NOT_FOUND")
    issue.blocked_by_ids.remove(blocker.id)
    blocker.blocking_ids.remove(issue.id)
    _tell_both(state, actor, (issue, "blocked_by_removed"), (blocker, "blocking_removed"))


def set_parent(
    state: State,
    child: Issue,
    parent: Issue,
    actor: User,
    *,
    replace_parent: bool = False,
    at: datetime | None = None,
) -> None:
    """Raises 422 for another owner, a second parent, a loop, past 100 children and past 8 levels."""
    _check_parent(state, child, parent, replace_parent=replace_parent)
    if child.parent_id is not None:
        remove_parent(state, child, actor)
    child.parent_id = parent.id
    parent.sub_issue_ids.append(child.id)
    _tell_both(state, actor, (child, "parent_issue_added"), (parent, "sub_issue_added"), at=at)


def _check_parent(state: State, child: Issue, parent: Issue, *, replace_parent: bool) -> None:
    ancestors = _ancestors(state, parent)
    if child.pull or parent.pull:
        raise unprocessable("Pull requests cannot be sub-issues or have them")
    if state.home(child).owner_id != state.home(parent).owner_id:
        raise unprocessable("Sub-issue must belong to the same owner as its parent")
    if child.id == parent.id or child.id in ancestors:
        raise unprocessable("Sub-issues may not create a loop")
    if child.parent_id is not None and (not replace_parent or child.parent_id == parent.id):
        raise unprocessable("Issue may not contain duplicate sub-issues and Sub issue may only have one parent")
    if len(parent.sub_issue_ids) >= MOST_SUB_ISSUES:
        raise unprocessable(f"Parent cannot have more than {MOST_SUB_ISSUES} sub-issues")
    if len(ancestors) + 2 > DEEPEST:
        raise unprocessable(f"Sub-issues cannot be nested more than {DEEPEST} levels")


def _ancestors(state: State, issue: Issue) -> set[int]:
    found: set[int] = set()
    while issue.parent_id is not None and issue.parent_id not in found:
        found.add(issue.parent_id)
        issue = state.tables.issues[issue.parent_id]
    return found


def remove_parent(state: State, child: Issue, actor: User) -> None:
    if child.parent_id is None:
        raise Refusal(404, "No parent issue found", kind="NOT_FOUND")
    parent = state.tables.issues[child.parent_id]
    child.parent_id = None
    parent.sub_issue_ids.remove(child.id)
    _tell_both(state, actor, (child, "parent_issue_removed"), (parent, "sub_issue_removed"))


def _tell_both(
    state: State, actor: User, one: tuple[Issue, str], other: tuple[Issue, str], *, at: datetime | None = None
) -> None:
    now = at or state.now()
    for (issue, kind), (opposite, _) in ((one, other), (other, one)):
        record_event(state, issue, kind, actor_id=actor.id, at=now, other=opposite)


def link_pull(state: State, pull: Issue, issue: Issue, actor: User) -> None:
    """Link them by hand in the sidebar."""
    if pull.pull is None or issue.pull is not None:
        raise unprocessable("Only a pull request can be linked to an issue")
    if issue.id in pull.pull.linked:
        return
    pull.pull.linked.append(issue.id)
    pull.pull.closes = list(dict.fromkeys([*pull.pull.closes, issue.id]))
    _tell_both(state, actor, (issue, "connected"), (pull, "connected"))


def unlink_pull(state: State, pull: Issue, issue: Issue, actor: User) -> None:
    """Take away a link made by hand; one made by a keyword goes with its text."""
    if pull.pull is None or issue.id not in pull.pull.linked:
        raise unprocessable("These are not linked by hand")
    pull.pull.linked.remove(issue.id)
    pull.pull.closes.remove(issue.id)
    record_references(state, pull, actor_id=actor.id, at=state.now())
    _tell_both(state, actor, (issue, "disconnected"), (pull, "disconnected"))


def delete_issue(state: State, issue: Issue) -> None:
    """From now on 410; its links go without a word, and nobody's ``updated_at`` tells."""
    _replace_everywhere(state, issue.id, None)
    state.tables.deleted.append(f"{issue.repository_id}/{issue.number}")
    state.drop_issue(issue)


def transfer_issue(state: State, issue: Issue, target: Repository, actor: User) -> Issue:
    """The issue in its new repository: **new** id, node id and number; comments and links come along."""
    home = state.home(issue)
    if issue.pull or target.id == issue.repository_id:
        raise unprocessable("Only an issue can be transferred, and to another repository")
    if target.owner_id != home.owner_id or (home.visibility == "private" and target.visibility == "public"):
        raise unprocessable("An issue moves within one owner, and never from a private to a public repository")
    new_id, now = state.fresh_id(), state.now()
    arrived = replace(
        issue,
        id=new_id,
        node_id=state.new_node_id("I", new_id, within=target),
        repository_id=target.id,
        number=target.next_number,
        label_ids=[ensure_label(state, target, label.name, color=label.color).id for label in state.labels(issue)],
        milestone_id=None,
        updated_at=now,
    )
    target.next_number += 1
    comments, events = state.comments(issue), list(state.events(issue))
    items = state.items(issue)
    state.drop_issue(issue)
    state.add(arrived)
    parts: list[Comment | Event | ProjectItem] = [*comments, *events, *items]
    for part in parts:
        part.issue_id = new_id
        state.add(part)
    _replace_everywhere(state, issue.id, new_id)
    _leave_forwarding(state, f"{issue.repository_id}/{issue.number}", issue.id, new_id)
    record_event(state, arrived, "transferred", actor_id=actor.id, at=now, repository_id=home.id)
    return arrived


def _leave_forwarding(state: State, place: str, old_id: int, new_id: int) -> None:
    for former, issue_id in state.tables.moved.items():
        if issue_id == old_id:
            state.tables.moved[former] = new_id
    state.tables.moved[place] = new_id


def _replace_everywhere(state: State, old: int, new: int | None) -> None:
    """Point every link at the new id, or cut it."""
    for issue in state.tables.issues.values():
        lists = [issue.blocked_by_ids, issue.blocking_ids, issue.sub_issue_ids]
        if issue.pull:
            lists += [issue.pull.closes, issue.pull.linked]
        for ids in lists:
            if old in ids:
                ids[:] = [new if i == old else i for i in ids if i != old or new is not None]  # type: ignore[misc]  # None is filtered out
        if issue.parent_id == old:
            issue.parent_id = new
    for event in state.tables.events:
        if event.other_id == old:
            event.other_id = new
