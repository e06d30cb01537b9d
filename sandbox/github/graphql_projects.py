"""Resolvers of projects, their fields and items, and of an item's values.

Who may not read projects meets it in three ways, see ``options.Options.hidden_projects``.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any, TypeVar

from sandbox.github.errors import Refusal, no_access, not_found
from sandbox.github.graphql_ask import Ask, Connection, connect
from sandbox.github.graphql_scalars import BuiltIn, ItemValue, int32
from sandbox.github.ids import node_id
from sandbox.github.project_records import Draft, FieldValue, Iteration, Project, ProjectField, ProjectItem
from sandbox.github.projects import find_field, find_iteration, find_project
from sandbox.github.records import Issue, User

T = TypeVar("T")
Args = Mapping[str, Any]
Resolver = Callable[[Any, Ask, Args], Any]
Field = ProjectField | BuiltIn
_BUILT_IN = (
    ("Title", "TITLE"),
    ("Assignees", "ASSIGNEES"),
    ("Labels", "LABELS"),
    ("Linked pull requests", "LINKED_PULL_REQUESTS"),
    ("Milestone", "MILESTONE"),
    ("Repository", "REPOSITORY"),
    ("Reviewers", "REVIEWERS"),
    ("Parent issue", "PARENT_ISSUE"),
    ("Sub-issues progress", "SUB_ISSUES_PROGRESS"),
)
_ABBREVIATION = {"date": "FD", "iteration": "FI", "single_select": "FSS", "text": "FT", "number": "FN"}
_SITE = "https://github.com"


# --- projects


def project_items(issue: Issue, ask: Ask, args: Args) -> Connection[ProjectItem | Refusal]:
    rows = [i for i in ask.state.items(issue) if args.get("includeArchived", True) or not i.archived]
    return _shown(ask, rows, args, lambda i: ask.state.tables.projects[i.project_id], lambda i: (i.created_at, i.id))


def _of_owner(owner: User, ask: Ask, args: Args) -> Connection[Project | Refusal]:
    wanted = (args.get("query") or "").lower()
    projects = ask.state.tables.projects.values()
    rows = [p for p in projects if p.owner_id == owner.id and wanted in p.title.lower()]
    order = args.get("orderBy") or {"field": "NUMBER", "direction": "DESC"}
    keys: dict[str, Callable[[Project], tuple[Any, int]]] = {
        "CREATED_AT": lambda p: (p.created_at, p.id),
        "NUMBER": lambda p: (p.number, p.id),
        "TITLE": lambda p: (p.title, p.id),
        "UPDATED_AT": lambda p: (updated(p), p.id),
    }
    rows.sort(key=keys[order["field"]], reverse=order["direction"] == "DESC")
    return _shown(ask, rows, args, lambda p: p, None)


def _shown(
    ask: Ask,
    rows: list[T],
    args: Args,
    project: Callable[[T], Project],
    key: Callable[[T], tuple[Any, int]] | None,
) -> Connection[T | Refusal]:
    """A page on which what may not be read is null with an error, or left out altogether."""
    if ask.state.tables.options.hidden_projects == "empty":
        rows = [row for row in rows if ask.caller.reads_projects(project(row))]
    page = connect(rows, args, key)
    return page.replaced([row if ask.caller.reads_projects(project(row)) else _refusal(ask) for row in page.nodes])


def _refusal(ask: Ask) -> Refusal:
    if ask.caller.token is not None and ask.caller.token.kind == "installation":
        return no_access(by_app=True)
    if ask.caller.has_project_scope():
        return no_access()
    return Refusal(
        403, missing_scope("id", ask.caller.token.scopes if ask.caller.token else []), kind="INSUFFICIENT_SCOPES"
    )


def missing_scope(field: str, granted: Iterable[str]) -> str:
    """As github.com words it (github/docs#19712)."""
    return (
        f"Your token has not been granted the required scopes to execute this query. The '{field}' field requires one "
        f"of the following scopes: ['read:project'], but your token has only been granted the: {sorted(granted)} "
        "scopes. Please modify your token's scopes at: https://github.com/settings/tokens."
    )


def _one(owner: User, ask: Ask, args: Args) -> Project:
    found = find_project(ask.state, owner, args["number"])
    if found is None:
        raise not_found(f"Could not resolve to a ProjectV2 with the number {args['number']}.")
    if not ask.caller.reads_projects(found):
        raise _refusal(ask)
    return found


def updated(project: Project) -> Any:
    return project.updated_at or project.created_at


def _path(project: Project, ask: Ask) -> str:
    owner = ask.state.tables.users[project.owner_id]
    return f"/{'orgs' if owner.kind == 'Organization' else 'users'}/{owner.login}/projects/{project.number}"


# --- fields


def _fields(project: Project, _ask: Ask, args: Args) -> Connection[Field]:
    rows: list[Field] = [BuiltIn(project, name, kind) for name, kind in _BUILT_IN]
    rows += project.fields
    order = args.get("orderBy") or {}
    if order.get("field") == "NAME":
        rows.sort(key=lambda f: f.name.lower())
    if order.get("direction") == "DESC":
        rows.reverse()
    return connect(rows, args)


def _field(project: Project, _ask: Ask, args: Args) -> Field | None:
    built_in = (BuiltIn(project, name, kind) for name, kind in _BUILT_IN if name.lower() == args["name"].lower())
    return find_field(project, args["name"]) or next(built_in, None)


def _is_past(iteration: Iteration, ask: Ask) -> bool:
    return iteration.start + timedelta(days=iteration.days) <= ask.state.now().date()


def _options(field: ProjectField, _ask: Ask, args: Args) -> list[tuple[str, str]]:
    names = args.get("names")
    return [(i, name) for i, name in field.options.items() if names is None or name in names]


def _built_in_id(field: Field) -> str:
    if isinstance(field, ProjectField):
        return field.node_id
    return node_id("PVTF", field.project.id, [name for name, _ in _BUILT_IN].index(field.name))


# --- items and values


def _items(project: Project, ask: Ask, args: Args) -> Connection[ProjectItem]:
    rows = ask.state.items_of(project)
    descending = (args.get("orderBy") or {}).get("direction") == "DESC"
    if descending:
        rows.reverse()
    return connect(rows, args, lambda i: (i.created_at, i.id), descending=descending)


def _content(item: ProjectItem, ask: Ask, _: Args) -> Issue | Draft | None:
    """Null for an issue that the caller may not read."""
    return item.draft or next(iter(ask.visible([item.issue_id])), None)


def _type(item: ProjectItem, ask: Ask, _: Args) -> str:
    content = _content(item, ask, {})
    if content is None:
        return "REDACTED"
    if isinstance(content, Draft):
        return "DRAFT_ISSUE"
    return "PULL_REQUEST" if content.pull else "ISSUE"


def _by_name(item: ProjectItem, ask: Ask, args: Args) -> ItemValue | None:
    """Field names match in any case."""
    wanted = args["name"].lower()
    return next((v for v in _all_values(item, ask) if v.name.lower() == wanted), None)


def _all_values(item: ProjectItem, ask: Ask) -> Iterable[ItemValue]:
    yield from (ItemValue(item, name, value) for name, value in item.values.items())
    content = _content(item, ask, {})
    if content is not None:
        yield ItemValue(item, "Title", FieldValue(kind="text", text=content.title))


def _values(item: ProjectItem, ask: Ask, args: Args) -> Connection[ItemValue]:
    return connect(list(_all_values(item, ask)), args)


def _value_field(x: ItemValue, ask: Ask, _: Args) -> Field:
    found = _field(ask.state.tables.projects[x.item.project_id], ask, {"name": x.name})
    assert found is not None  # noqa: S101  # a value has its field
    return found


def _value_id(x: ItemValue, ask: Ask, _: Args) -> str:
    field = _value_field(x, ask, {})
    return node_id(f"PVT{_ABBREVIATION[x.value.kind]}V", x.item.id, field.id if isinstance(field, ProjectField) else 0)


def _iteration_id(x: ItemValue, ask: Ask, _: Args) -> str:
    found = find_iteration(find_field(ask.state.tables.projects[x.item.project_id], x.name), x.value.text)
    return found.id if found else ""


def _option_id(x: ItemValue, ask: Ask, _: Args) -> str | None:
    field = find_field(ask.state.tables.projects[x.item.project_id], x.name)
    return next((i for i, name in field.options.items() if name == x.value.text), None) if field else None


OWNER: dict[str, Resolver] = {"projectV2": _one, "projectsV2": _of_owner}
"""For accounts."""
_VALUE: dict[str, Resolver] = {
    "createdAt": lambda x, _a, _: x.item.created_at,
    "field": _value_field,
    "id": _value_id,
    "updatedAt": lambda x, _a, _: x.item.updated_at,
}
_FIELD: dict[str, Resolver] = {
    "createdAt": lambda f, _a, _: f.project.created_at if isinstance(f, BuiltIn) else f.created_at,
    "dataType": lambda f, _a, _: f.kind.upper(),
    "databaseId": lambda f, _a, _: None if isinstance(f, BuiltIn) else int32(f.id),
    "id": lambda f, _a, _: _built_in_id(f),
    "project": lambda f, a, _: f.project if isinstance(f, BuiltIn) else a.state.tables.projects[f.project_id],
    "updatedAt": lambda f, _a, _: f.project.created_at if isinstance(f, BuiltIn) else f.updated_at,
}
PROJECTS: dict[str, dict[str, Resolver]] = {
    "DraftIssue": {
        "bodyText": lambda d, _a, _: d.body,
        "id": lambda d, _a, _: d.node_id,
    },
    "ProjectV2": {
        "closed": lambda p, _a, _: p.closed_at is not None,
        "databaseId": lambda p, _a, _: int32(p.id),
        "field": _field,
        "fields": _fields,
        "fullDatabaseId": lambda p, _a, _: p.id,
        "id": lambda p, _a, _: p.node_id,
        "items": _items,
        "owner": lambda p, a, _: a.state.tables.users[p.owner_id],
        "readme": lambda _p, _a, _: None,
        "resourcePath": lambda p, a, _: _path(p, a),
        "shortDescription": lambda _p, _a, _: None,
        "template": lambda _p, _a, _: False,
        "updatedAt": lambda p, _a, _: updated(p),
        "url": lambda p, a, _: _SITE + _path(p, a),
    },
    "ProjectV2Item": {
        "content": _content,
        "databaseId": lambda i, _a, _: int32(i.id),
        "fieldValueByName": _by_name,
        "fieldValues": _values,
        "fullDatabaseId": lambda i, _a, _: i.id,
        "id": lambda i, _a, _: i.node_id,
        "isArchived": lambda i, _a, _: i.archived,
        "project": lambda i, a, _: a.state.tables.projects[i.project_id],
        "type": _type,
    },
    "ProjectV2IterationFieldConfiguration": {
        "completedIterations": lambda f, a, _: [i for i in f.iterations[::-1] if _is_past(i, a)],
        "duration": lambda f, _a, _: f.days,
        "iterations": lambda f, a, _: [i for i in f.iterations if not _is_past(i, a)],
    },
    "ProjectV2IterationFieldIteration": {
        "duration": lambda i, _a, _: i.days,
        "startDate": lambda i, _a, _: i.start,
    },
    "ProjectV2ItemFieldDateValue": _VALUE | {"date": lambda x, _a, _: x.value.day},
    "ProjectV2ItemFieldIterationValue": _VALUE
    | {
        "duration": lambda x, _a, _: x.value.days,
        "iterationId": _iteration_id,
        "startDate": lambda x, _a, _: x.value.day,
        "title": lambda x, _a, _: x.value.text,
    },
    "ProjectV2ItemFieldNumberValue": _VALUE | {"number": lambda x, _a, _: x.value.number},
    "ProjectV2ItemFieldSingleSelectValue": _VALUE | {"name": lambda x, _a, _: x.value.text, "optionId": _option_id},
    "ProjectV2ItemFieldTextValue": _VALUE | {"text": lambda x, _a, _: x.value.text},
    "ProjectV2Field": _FIELD,
    "ProjectV2IterationField": _FIELD | {"configuration": lambda f, _a, _: f},
    "ProjectV2SingleSelectField": _FIELD | {"options": _options},
    "ProjectV2SingleSelectFieldOption": {
        "color": lambda _o, _a, _: "GRAY",
        "description": lambda _o, _a, _: "",
        "id": lambda o, _a, _: o[0],
        "name": lambda o, _a, _: o[1],
    },
}
