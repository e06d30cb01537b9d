"""Edits as a person would make them, by verb; ``by`` names the person (made when unknown).

An issue is named by key or id. Texts are Markdown.

    create      project, title, [text, and fields of ``scenario.Writer.issue``]
    edit        issue, [title, text, due, assignee, sprints and versions by name, any other field as REST v3 has it]
    transition  issue, status             comment   issue, text              edit_comment  comment, text
    delete_comment comment                link      type, source, target     unlink        link, or source and target
    label       issue, labels             unlabel   issue, labels            move          issue, project
    delete      issue                     restrict  issue, [readers]         hide_project  project, [shown]
    add_remote_link issue, url, title     mute_project project, [muted]      read_note     issue
    rename_project project, key           shelve_project project, status (live, archived or deleted)
    forbid      project, permissions (of everybody but admins; none: all is allowed again)
    move_sprint sprint, [start, end, state]
    move_version project, version, [day, released]

The last two touch no issue: dates of sprints and versions are theirs.
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.jira import adf, agile, comments, edits, links
from sandbox.jira.field_table import SPRINT
from sandbox.jira.permissions import NAMES
from sandbox.jira.records import PROJECT_STATUSES, Comment, Issue, Json, Link, LinkType, Project
from sandbox.jira.state import BOT, State

Result = dict[str, Any]
EDIT_WORDS = frozenset({"issue", "by", "title", "text", "due", "sprints", "versions"})
SPRINT_DAYS = {"start": "startDate", "end": "endDate"}


class Args:
    """The arguments of one act. Raises ValueError naming the argument."""

    def __init__(self, state: State, given: Mapping[str, Any]) -> None:
        self.state, self.given = state, given

    @property
    def by(self) -> str:
        return self.state.person(self.text("by")).account_id

    def text(self, name: str) -> str:
        value = self.given.get(name)
        if not isinstance(value, str):
            raise ValueError(f"{name} must be given as text")
        return value

    def texts(self, name: str) -> list[str]:
        value = self.given.get(name, [])
        return [value] if isinstance(value, str) else list(value)

    def issue(self, name: str = "issue") -> Issue:
        found = self.state.issue(self.text(name))
        if found is None:
            raise ValueError(f"{name}: there is no issue {self.text(name)}")
        return found

    def project(self) -> Project:
        found = self.state.project(self.text("project"))
        if found is None:
            raise ValueError(f"project: there is no project {self.text('project')}")
        return found

    def comment(self) -> Comment:
        found = self.state.comments.get(int(self.given.get("comment") or 0))
        if found is None:
            raise ValueError(f"comment: there is no comment {self.given.get('comment')}")
        return found

    def link_type(self) -> LinkType:
        name = self.text("type")
        found = next((t for t in self.state.link_types.values() if name in (t.id, t.name)), None)
        if found is None:
            raise ValueError(f"type: there is no link type {name}")
        return found


def perform(state: State, verb: str, given: Mapping[str, Any]) -> Result:
    """Carry out one act; raises ValueError with a sentence when it cannot be."""
    run = VERBS.get(verb)
    if run is None:
        raise ValueError(f"there is no act {verb!r}; there are: {', '.join(sorted(VERBS))}")
    return run(Args(state, given)) or {}


def _create(a: Args) -> Result:
    project = a.project()
    fields = {"summary": a.text("title"), "description": adf.from_markdown(a.given.get("text") or "")}
    issue = edits.create_issue(a.state, project, a.by, {**fields, **(a.given.get("fields") or {})})
    return {"id": str(issue.id), "key": issue.key}


def _edit(a: Args) -> None:
    changes = {k: v for k, v in a.given.items() if k not in EDIT_WORDS}
    if "title" in a.given:
        changes["summary"] = a.text("title")
    if "text" in a.given:
        changes["description"] = adf.from_markdown(a.text("text"))
    if "due" in a.given:
        changes["duedate"] = a.given["due"]
    if "sprints" in a.given:
        changes[SPRINT] = [a.state.sprint(name) for name in a.texts("sprints")] or None
    if "versions" in a.given:
        project = a.state.projects[a.issue().project]
        changes["fixVersions"] = [_version(project, name) for name in a.texts("versions")]
    if isinstance(changes.get("assignee"), str):
        changes["assignee"] = a.state.user(a.state.person(changes["assignee"]))
    edits.change(a.state, a.issue(), a.by, changes)


def _version(project: Project, name: str) -> Json:
    found = next((row for row in project.versions if row["name"] == name), None)
    if found is None:
        raise ValueError(f"there is no version {name} in {project.key}")
    return found


def _move_sprint(a: Args) -> None:
    days = {field: f"{a.text(name)}T09:00:00.000Z" for name, field in SPRINT_DAYS.items() if name in a.given}
    state = {"state": a.text("state")} if "state" in a.given else {}
    agile.change_sprint(a.state, int(a.state.sprint(a.text("sprint"))["id"]), {**days, **state})


def _move_version(a: Args) -> None:
    project = a.project()
    changes = {"releaseDate": a.text("day")} if "day" in a.given else {}
    released = {"released": bool(a.given["released"])} if "released" in a.given else {}
    agile.change_version(a.state, _version(project, a.text("version"))["id"], {**changes, **released})


def _transition(a: Args) -> None:
    edits.transition(a.state, a.issue(), a.by, a.text("status"), str(a.given.get("resolution") or "Done"))


def _comment(a: Args) -> Result:
    comment = comments.add_comment(
        a.state, a.issue(), a.by, adf.from_markdown(a.text("text")), visibility=a.given.get("visibility")
    )
    return {"comment": comment.id}


def _edit_comment(a: Args) -> None:
    comments.edit_comment(a.state, a.comment(), a.by, adf.from_markdown(a.text("text")))


def _delete_comment(a: Args) -> None:
    comments.delete_comment(a.state, a.comment(), a.by)


def _link(a: Args) -> Result:
    return {"link": links.add_link(a.state, a.link_type(), a.issue("source"), a.issue("target"), a.by).id}


def _unlink(a: Args) -> None:
    links.remove_link(a.state, _found(a), a.by)


def _found(a: Args) -> Link:
    if "link" in a.given:
        return a.state.links[int(a.given["link"])]
    source, target = a.issue("source"), a.issue("target")
    for link_id in source.links:
        link = a.state.links[link_id]
        if (link.source, link.target) == (source.id, target.id):
            return link
    raise ValueError(f"there is no link from {source.key} to {target.key}")


def _label(a: Args) -> None:
    issue = a.issue()
    labels = list(issue.fields.get("labels") or [])
    edits.change(a.state, issue, a.by, {"labels": labels + [x for x in a.texts("labels") if x not in labels]})


def _unlabel(a: Args) -> None:
    issue = a.issue()
    left = [x for x in issue.fields.get("labels") or [] if x not in a.texts("labels")]
    edits.change(a.state, issue, a.by, {"labels": left})


def _move(a: Args) -> Result:
    issue = a.issue()
    edits.move_issue(a.state, issue, a.by, a.state.add_project(a.text("project")))
    return {"key": issue.key}


def _delete(a: Args) -> None:
    edits.delete_issue(a.state, a.issue())


def _restrict(a: Args) -> None:
    issue = a.issue()
    readers = a.given.get("readers")
    issue.readers = None if readers is None else [a.state.person(name).account_id for name in a.texts("readers")]
    security = None if readers is None else {"id": "10100", "name": "Confidential"}
    edits.change(a.state, issue, a.by, {"security": security})


def _hide_project(a: Args) -> None:
    _listed(a, "hidden", on=not a.given.get("shown"))


def _mute_project(a: Args) -> None:
    _listed(a, "mute", on=bool(a.given.get("muted", True)))


def _forbid(a: Args) -> None:
    names = a.texts("permissions")
    if unknown := [name for name in names if name not in NAMES]:
        raise ValueError(f"permissions: there is no {', '.join(unknown)}; there are: {', '.join(NAMES)}")
    for account in a.state.accounts.values():
        if not account.admin:
            account.lacking[a.text("project")] = names
    a.state.version += 1


def _rename_project(a: Args) -> None:
    key = a.text("key")
    if a.state.project(key) is not None or not key.isalnum() or not key.isupper():
        raise ValueError(f"key: {key} is taken, or none that a project can have")
    edits.rename_project(a.state, a.project(), key)


def _shelve_project(a: Args) -> None:
    status = a.text("status")
    if status not in PROJECT_STATUSES:
        raise ValueError(f"status: there is no {status}; there are: {', '.join(PROJECT_STATUSES)}")
    a.project().status = status
    a.state.version += 1


def _listed(a: Args, name: str, *, on: bool) -> None:
    key = a.text("project")
    for account in a.state.accounts.values():
        if not account.admin:
            keys = getattr(account, name)
            keys[:] = [k for k in keys if k != key] + ([key] if on else [])
    a.state.version += 1


def _add_remote_link(a: Args) -> None:
    body = {"globalId": a.text("url"), "object": {"url": a.text("url"), "title": a.text("title")}}
    links.add_remote_link(a.state, a.issue(), body, a.by)


def _read_note(a: Args) -> Result:
    """The newest comment by the bot: as Markdown, and the document or wiki markup that it is kept as."""
    issue = a.issue()
    ours = [c for c in map(a.state.comments.__getitem__, issue.comments) if c.author == BOT]
    if not ours or ours[-1].body is None:
        raise ValueError(f"there is no note on {issue.key}")
    return {
        "title": issue.fields.get("summary", ""),
        "author": a.state.people[BOT].name,
        "body": adf.to_markdown(ours[-1].body),
        "document": ours[-1].body,
        "folded": False,
    }


VERBS: Mapping[str, Callable[[Args], Result | None]] = {
    "create": _create,
    "edit": _edit,
    "transition": _transition,
    "comment": _comment,
    "edit_comment": _edit_comment,
    "delete_comment": _delete_comment,
    "link": _link,
    "unlink": _unlink,
    "label": _label,
    "unlabel": _unlabel,
    "move": _move,
    "delete": _delete,
    "restrict": _restrict,
    "hide_project": _hide_project,
    "forbid": _forbid,
    "rename_project": _rename_project,
    "shelve_project": _shelve_project,
    "mute_project": _mute_project,
    "add_remote_link": _add_remote_link,
    "move_sprint": _move_sprint,
    "move_version": _move_version,
    "read_note": _read_note,
}
