"""Resolvers of projects: an item's fields by name, as dates, iterations, options, texts and numbers."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.github.graphql_ask import Ask, Connection, connect
from sandbox.github.graphql_scalars import ItemField, ItemValue, int32
from sandbox.github.ids import node_id
from sandbox.github.records import Issue, ProjectItem

Args = Mapping[str, Any]
Resolver = Callable[[Any, Ask, Args], Any]
_ABBREVIATION = {
    "date": "FD",
    "iteration": "FI",
    "single_select": "FSS",
    "text": "FT",
    "number": "FN",
}


def project_items(issue: Issue, ask: Ask, args: Args) -> Connection[ProjectItem]:
    rows = [i for i in ask.state.items(issue) if args.get("includeArchived", True) or not i.archived]
    return connect(rows, args, lambda i: (i.created_at, i.id))


def _by_name(item: ProjectItem, _ask: Ask, args: Args) -> ItemValue | None:
    """Field names match in any case."""
    wanted = args["name"].lower()
    return next((ItemValue(item, n, v) for n, v in item.values.items() if n.lower() == wanted), None)


def _values(item: ProjectItem, _ask: Ask, args: Args) -> Connection[ItemValue]:
    return connect([ItemValue(item, n, v) for n, v in item.values.items()], args)


def _tag(text: str) -> int:
    """A stable number for something known by name."""
    return int.from_bytes(text.encode()[:3].ljust(3, b"\0"), "big")


def _value_id(x: ItemValue, _ask: Ask, _: Args) -> str:
    return node_id(f"PVT{_ABBREVIATION[x.value.kind]}V", x.item.id, _tag(x.name))


_VALUE: dict[str, Resolver] = {
    "createdAt": lambda x, _a, _: x.item.created_at,
    "field": lambda x, _a, _: ItemField(x.name, x.value.kind, x.item.project_id),
    "id": _value_id,
    "updatedAt": lambda x, _a, _: x.item.updated_at,
}
_FIELD: dict[str, Resolver] = {
    "dataType": lambda f, _a, _: f.kind.upper(),
    "id": lambda f, _a, _: node_id("PVTF", f.project_id, _tag(f.name)),
}
PROJECTS: dict[str, dict[str, Resolver]] = {
    "ProjectV2": {
        "closed": lambda _p, _a, _: False,
        "fullDatabaseId": lambda p, _a, _: p.id,
        "id": lambda p, _a, _: p.node_id,
        "url": lambda p, a, _: f"https://github.com/orgs/{a.state.tables.users[p.owner_id].login}/projects/{p.number}",
    },
    "ProjectV2Item": {
        "content": lambda i, a, _: a.state.tables.issues[i.issue_id],
        "databaseId": lambda i, _a, _: int32(i.id),
        "fieldValueByName": _by_name,
        "fieldValues": _values,
        "fullDatabaseId": lambda i, _a, _: i.id,
        "id": lambda i, _a, _: i.node_id,
        "isArchived": lambda i, _a, _: i.archived,
        "project": lambda i, a, _: a.state.tables.projects[i.project_id],
        "type": lambda i, a, _: "PULL_REQUEST" if a.state.tables.issues[i.issue_id].pull else "ISSUE",
    },
    "ProjectV2ItemFieldDateValue": _VALUE | {"date": lambda x, _a, _: x.value.day},
    "ProjectV2ItemFieldIterationValue": _VALUE
    | {
        "duration": lambda x, _a, _: x.value.days,
        "iterationId": lambda x, _a, _: f"{_tag(x.value.text):08x}",
        "startDate": lambda x, _a, _: x.value.day,
        "title": lambda x, _a, _: x.value.text,
    },
    "ProjectV2ItemFieldNumberValue": _VALUE | {"number": lambda x, _a, _: x.value.number},
    "ProjectV2ItemFieldSingleSelectValue": _VALUE
    | {"name": lambda x, _a, _: x.value.text, "optionId": lambda x, _a, _: f"{_tag(x.value.text):08x}"},
    "ProjectV2ItemFieldTextValue": _VALUE | {"text": lambda x, _a, _: x.value.text},
    "ProjectV2Field": _FIELD,
    "ProjectV2IterationField": _FIELD,
    "ProjectV2SingleSelectField": _FIELD,
}
