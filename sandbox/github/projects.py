"""How projects come to be and change. Nothing here moves the ``updated_at`` of an issue.

https://docs.github.com/en/issues/planning-and-tracking-with-projects/understanding-fields
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sandbox.github.errors import Refusal, unprocessable
from sandbox.github.project_records import (
    Draft,
    FieldKind,
    FieldValue,
    Iteration,
    Project,
    ProjectField,
    ProjectItem,
)
from sandbox.github.records import Issue, User
from sandbox.github.state import State

_PREFIX: dict[FieldKind, str] = {"iteration": "PVTIF", "single_select": "PVTSSF"}


def find_project(state: State, owner: User, wanted: str | int) -> Project | None:
    """By title or number."""
    mine = (p for p in state.tables.projects.values() if p.owner_id == owner.id)
    return next((p for p in mine if wanted in (p.title, p.number, str(p.number))), None)


def add_project(state: State, owner: User, title: str, *, public: bool = False, at: datetime | None = None) -> Project:
    """Another one of the same title is no error, as on GitHub."""
    number = state.fresh_id(small=True)
    project = Project(
        id=number,
        node_id=state.new_node_id("PVT", number),
        owner_id=owner.id,
        number=max((p.number for p in state.tables.projects.values() if p.owner_id == owner.id), default=0) + 1,
        title=title,
        public=public,
        created_at=at or state.now(),
    )
    state.add(project)
    return project


def find_field(project: Project, name: str) -> ProjectField | None:
    """In any case."""
    return next((f for f in project.fields if f.name.lower() == name.lower()), None)


def ensure_field(
    state: State,
    project: Project,
    name: str,
    kind: FieldKind,
    *,
    options: Iterable[str] = (),
    iterations: Iterable[Iteration] = (),
) -> ProjectField:
    """The field of this name, made when there is none. Raises 422 when it is of another kind."""
    found = find_field(project, name)
    if found is None:
        found = _new_field(state, project, name, kind)
    elif found.kind != kind:
        raise unprocessable(f"The field {found.name} of {project.title} is of the kind {found.kind}, not {kind}")
    for option in options:
        _ensure_option(state, found, option)
    for iteration in iterations:
        _keep_iteration(found, iteration)
    return found


def _new_field(state: State, project: Project, name: str, kind: FieldKind) -> ProjectField:
    number, now = state.fresh_id(), state.now()
    field = ProjectField(
        id=number,
        node_id=state.new_node_id(_PREFIX.get(kind, "PVTF"), number, within=project),
        project_id=project.id,
        name=name,
        kind=kind,
        created_at=now,
        updated_at=now,
    )
    project.fields.append(field)
    state.nodes[field.node_id] = field
    project.updated_at = now
    return field


def _ensure_option(state: State, field: ProjectField, name: str) -> None:
    if name not in field.options.values():
        field.options[short_id(state)] = name


def short_id(state: State) -> str:
    """Eight hexadecimal digits, as options and iterations have."""
    return f"{state.fresh_id() * 2654435761 % 2**32:08x}"


def _keep_iteration(field: ProjectField, iteration: Iteration) -> None:
    others = [i for i in field.iterations if i.title != iteration.title]
    field.iterations = sorted([*others, iteration], key=lambda i: i.start)


def find_iteration(field: ProjectField | None, title: str) -> Iteration | None:
    return next((i for i in field.iterations if i.title == title), None) if field else None


def set_iteration(state: State, project: Project, name: str, title: str, *, start: date, days: int) -> None:
    """Make or move an iteration. Items in it show its new dates, and do not count as updated."""
    field = ensure_field(state, project, name, "iteration")
    before = find_iteration(field, title)
    kept = Iteration(id=before.id if before else short_id(state), title=title, start=start, days=days)
    _keep_iteration(field, kept)
    if before is None or before == kept:
        return
    project.updated_at = field.updated_at = state.now()
    for item in state.items_of(project):
        value = item.values.get(field.name)
        if value is not None and value.text == title:
            value.day, value.days = start, days


def add_item(state: State, project: Project, issue: Issue, *, at: datetime | None = None) -> ProjectItem:
    """The item of this issue, made when it is not on the project yet."""
    found = next((i for i in state.items(issue) if i.project_id == project.id), None)
    return found or _add(state, project, issue.id, None, at)


def add_draft(state: State, project: Project, title: str, *, at: datetime | None = None) -> ProjectItem:
    draft = Draft(node_id=state.new_node_id("DI", state.fresh_id(), within=project), title=title)
    return _add(state, project, 0, draft, at)


def _add(state: State, project: Project, issue_id: int, draft: Draft | None, at: datetime | None) -> ProjectItem:
    number, now = state.fresh_id(), at or state.now()
    item = ProjectItem(
        id=number,
        node_id=state.new_node_id("PVTI", number, within=project),
        project_id=project.id,
        issue_id=issue_id,
        draft=draft,
        created_at=now,
        updated_at=now,
    )
    state.add(item)
    project.updated_at = now
    return item


def find_item(state: State, project: Project, issue: Issue) -> ProjectItem:
    found = next((i for i in state.items(issue) if i.project_id == project.id), None)
    if found is None:
        raise Refusal(404, f"the issue is not on the project {project.title}; add it first", kind="NOT_FOUND")
    return found


def set_value(
    state: State, item: ProjectItem, name: str, value: FieldValue | None, *, at: datetime | None = None
) -> None:
    """None clears it. Options and iterations that the field lacks are made; so is the field."""
    project = state.tables.projects[item.project_id]
    if value is None:
        field = find_field(project, name)
        item.values.pop(field.name if field else name, None)
    else:
        field = ensure_field(state, project, name, value.kind, options=_options(value))
        if value.kind == "iteration":
            set_iteration(state, project, name, value.text, start=value.day or state.now().date(), days=value.days)
        item.values[field.name] = value
    _touch(state, item, at)


def _options(value: FieldValue) -> Sequence[str]:
    return [value.text] if value.kind == "single_select" else []


def archive(state: State, item: ProjectItem, *, archived: bool = True) -> None:
    item.archived = archived
    _touch(state, item)


def _touch(state: State, item: ProjectItem, at: datetime | None = None) -> None:
    item.updated_at = max(item.updated_at, at or state.now())
    state.tables.projects[item.project_id].updated_at = item.updated_at


def close_project(state: State, project: Project, *, closed: bool = True) -> None:
    project.updated_at = state.now()
    project.closed_at = project.updated_at if closed else None
