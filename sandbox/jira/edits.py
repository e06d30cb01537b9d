"""What changes an issue, whoever does it: each leaves its trace in the history."""

from collections.abc import Mapping
from typing import Any

from sandbox.jira.field_table import issue_type, priority
from sandbox.jira.history import field_items, move_items, parent_item
from sandbox.jira.records import Issue, Json, Project
from sandbox.jira.state import State


def create_issue(state: State, project: Project, by: str, fields: Mapping[str, Any], *, at: str = "") -> Issue:
    """With every field that a fresh issue has; ``fields`` as REST v3 gives them."""
    now = at or state.now()
    issue = Issue(
        id=state.next_id(),
        key=f"{project.key}-{project.next_number}",
        fields={
            "summary": "",
            "description": None,
            "issuetype": issue_type("Story"),
            "status": state.status("To Do"),
            "priority": priority("Medium"),
            "resolution": None,
            "resolutiondate": None,
            "created": now,
            "updated": now,
            "reporter": state.user(state.people[by]),
            "assignee": None,
            "labels": [],
            "components": [],
            "fixVersions": [],
            "duedate": None,
            "security": None,
            **fields,
        },
    )
    state.put_issue(issue)
    if not at:
        issue.touched = state.clock.now().timestamp()
    return issue


def change(state: State, issue: Issue, by: str, changes: Mapping[str, Any], *, bump: bool = True) -> None:
    """Set fields, with one history entry for all that differ."""
    items = [item for name, value in changes.items() for item in field_items(name, issue.fields.get(name), value)]
    issue.fields.update(changes)
    if items:
        state.touch(issue, by, items, bump=bump)


def set_parent(state: State, issue: Issue, by: str, parent: int | None) -> None:
    if parent == issue.parent:
        return
    before, after = (state.issues.get(i) if i is not None else None for i in (issue.parent, parent))
    issue.parent = parent
    state.touch(issue, by, [parent_item(before, after)])


def transition(state: State, issue: Issue, by: str, status: str, resolution: str = "Done") -> None:
    after = state.status(status)
    done = after["statusCategory"]["key"] == "done"
    changes: Json = {"status": after}
    if done != (issue.fields.get("resolution") is not None):
        changes["resolution"] = {"id": "10000", "name": resolution} if done else None
        changes["resolutiondate"] = state.now() if done else None
    change(state, issue, by, changes)


def delete_issue(state: State, issue: Issue) -> None:
    for link_id in list(issue.links):
        link = state.links.pop(link_id)
        for end in (link.source, link.target):
            state.issues[end].links.remove(link_id)
    for comment in issue.comments:
        del state.comments[comment]
    del state.issues[issue.id]
    state.keys = {key: i for key, i in state.keys.items() if i != issue.id}
    state.version += 1


def rename_project(state: State, project: Project, key: str) -> None:
    """Another key for all its issues, of which neither their history nor ``updated`` tells."""
    before = project.key
    project.old_keys.append(before)
    project.key = key
    state.projects = {one.key: one for one in state.projects.values()}
    for issue in state.issues.values():
        if issue.project == before:
            issue.old_keys.append(issue.key)
            issue.key = f"{key}-{issue.number}"
            state.keys[issue.key] = issue.id
    for account in state.accounts.values():
        for keys in (account.hidden, account.mute):
            keys[:] = [key if one == before else one for one in keys]
        if before in account.lacking:
            account.lacking[key] = account.lacking.pop(before)
    state.version += 1


def move_issue(state: State, issue: Issue, by: str, project: Project) -> None:
    """To another project: a new key, the old one still finds it."""
    before, left = issue.key, state.projects[issue.project]
    issue.old_keys.append(before)
    issue.key = f"{project.key}-{project.next_number}"
    project.next_number += 1
    state.keys[issue.key] = issue.id
    state.touch(issue, by, move_items(before, issue.key, left, project))
