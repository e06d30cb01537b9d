"""Edits of projects and apps as a person would make them, by verb. None of them touches an issue's ``updated_at``.

    project       owner, title, [public]                  close_project    owner, project, [closed: true]
    project_field owner, project, name, kind, [options]   project_iteration owner, project, name, title, start, days
    project_add   issue, project                          project_draft    owner, project, title
    project_set   issue, project, name, value (a day, a number, an option; null clears), [title, days: an iteration]
    project_archive issue, project, [archived: true]      project_remove   issue, project
    install_app   owner, [app: crosstie], [repositories], [permissions]     uninstall_app, suspend_app   owner, [app]

A project is named by title or number; with ``issue`` it is one of the owner of the issue's repository. ``install_app``
makes the app when there is none, and gives its id, its private key and the id of the installation.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from sandbox.github import apps, projects
from sandbox.github.act_args import Args, Result
from sandbox.github.errors import Refusal
from sandbox.github.project_records import FieldKind, FieldValue, Project, ProjectItem
from sandbox.github.records import Installation, Issue, User

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _project(a: Args) -> Result:
    made = projects.add_project(a.state, a.account(), a.text("title"), public=a.flag("public", False))
    return {"project": made.title, "number": made.number, "node_id": made.node_id}


def _field(a: Args) -> Result:
    kind = a.text("kind")
    if kind not in get_args(FieldKind):
        raise Refusal(422, f"kind must be {', '.join(get_args(FieldKind))}")
    board = a.project(a.account())
    made = projects.ensure_field(a.state, board, a.text("name"), kind, options=a.texts("options"))  # type: ignore[arg-type]  # checked against the literal above
    return {"field": made.name, "node_id": made.node_id}


def _iteration(a: Args) -> None:
    board, days = a.project(a.account()), a.count("days", 14)
    projects.set_iteration(a.state, board, a.text("name"), a.text("title"), start=a.day("start"), days=days)


def _place(a: Args) -> tuple[Project, Issue]:
    issue = a.issue()
    return a.project(_owner(a, issue)), issue


def _owner(a: Args, issue: Issue) -> User:
    return a.state.tables.users[a.state.home(issue).owner_id]


def _item(a: Args) -> ProjectItem:
    return projects.find_item(a.state, *_place(a))


def _add(a: Args) -> Result:
    item = projects.add_item(a.state, *_place(a))
    return {"item": item.id, "node_id": item.node_id}


def _draft(a: Args) -> Result:
    item = projects.add_draft(a.state, a.project(a.account()), a.text("title"))
    return {"item": item.id, "node_id": item.node_id}


def _set(a: Args) -> None:
    value = a.given.get("value")
    projects.set_value(a.state, _item(a), a.text("name"), None if value is None else _value(a, value))


def _value(a: Args, value: object) -> FieldValue:
    """What the field wants it to be; of a field yet to be made, what it looks like."""
    field = projects.find_field(_place(a)[0], a.text("name"))
    if isinstance(value, int | float):
        return FieldValue(kind="number", number=float(value))
    if field and field.kind == "iteration" and (found := projects.find_iteration(field, str(value))):
        return FieldValue(kind="iteration", text=found.title, day=found.start, days=found.days)
    if a.maybe("title"):
        return FieldValue(kind="iteration", text=a.text("title"), day=a.day("value"), days=a.count("days", 14))
    if _DAY.fullmatch(str(value)) and (field is None or field.kind == "date"):
        return FieldValue(kind="date", day=a.day("value"))
    return FieldValue(kind="text" if field and field.kind == "text" else "single_select", text=a.text("value"))


def _remove(a: Args) -> None:
    a.state.drop_item(_item(a))


def _install(a: Args) -> Result:
    account, given = a.account(), a.given.get("permissions")
    if given is not None and not isinstance(given, Mapping):
        raise Refusal(422, 'permissions must be an object, such as {"issues": "write"}')
    app = apps.ensure_app(a.state, a.text("app", "crosstie"), account, apps.PERMISSIONS)
    names = a.texts("repositories")
    found = [a.state.repository(name) for name in names]
    if None in found:
        raise Refusal(404, f"repositories: there is no repository {names[found.index(None)]}")
    chosen = [r for r in found if r is not None] if "repositories" in a.given else None
    made = apps.install(a.state, app, account, chosen, given or app.permissions)
    return {
        "app_id": app.id,
        "client_id": app.client_id,
        "slug": app.slug,
        "installation_id": made.id,
        "private_key": app.private_key,
    }


def _installation(a: Args) -> Installation:
    app, account = apps.find_app(a.state, a.text("app", "crosstie")), a.account()
    found = apps.installation_on(a.state, app, account) if app else None
    if found is None:
        raise Refusal(404, f"app: it is not installed on {account.login}")
    return found


def _suspend(a: Args) -> None:
    _installation(a).suspended_at = a.state.now() if a.flag("suspended", True) else None


MORE: dict[str, Callable[[Args], dict[str, Any] | None]] = {
    "close_project": lambda a: projects.close_project(a.state, a.project(a.account()), closed=a.flag("closed", True)),
    "install_app": _install,
    "project": _project,
    "project_add": _add,
    "project_archive": lambda a: projects.archive(a.state, _item(a), archived=a.flag("archived", True)),
    "project_draft": _draft,
    "project_field": _field,
    "project_iteration": _iteration,
    "project_remove": _remove,
    "project_set": _set,
    "suspend_app": _suspend,
    "uninstall_app": lambda a: apps.uninstall(a.state, _installation(a)),
}
