"""What the history of an issue says of a change: one item for a field, one for each version or component."""

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.jira import adf
from sandbox.jira.field_table import FIELDS
from sandbox.jira.records import Issue, Json, Project

NAMES: Mapping[str, str] = {f["id"]: f["name"] for f in FIELDS if f["custom"]} | {
    "components": "Component",
    "fixVersions": "Fix Version",
    "versions": "Version",
    "parent": "IssueParentAssociation",
}
"""Where history calls a field otherwise than the API does."""
ONE_BY_ONE = ("components", "fixVersions", "versions")
UNTOLD = ("resolutiondate", "statuscategorychangedate")
"""Fields of which history keeps nothing: others tell."""


def field_items(name: str, before: Any, after: Any) -> Iterator[Json]:
    if name in UNTOLD or before == after:
        return
    if name not in ONE_BY_ONE:
        yield _item(name, before, after)
        return
    old, new = ({row["id"]: row for row in rows or ()} for rows in (before, after))
    yield from (_item(name, row, None) for row_id, row in old.items() if row_id not in new)
    yield from (_item(name, None, row) for row_id, row in new.items() if row_id not in old)


def parent_item(before: Issue | None, after: Issue | None) -> Json:
    (old, was), (new, now) = ((str(i.id), i.key) if i else (None, None) for i in (before, after))
    return {**_bare(NAMES["parent"]), "from": old, "fromString": was, "to": new, "toString": now}


def move_items(before: str, after: str, left: Project, entered: Project) -> list[Json]:
    key = {**_bare("Key"), "fromString": before, "toString": after}
    ends = {"from": str(left.id), "fromString": left.name, "to": str(entered.id), "toString": entered.name}
    return [key, {**_bare("project"), "fieldId": "project", **ends}]


def link_item(phrase: str, other: str, *, made: bool = True) -> Json:
    return {**_bare("Link"), **_end(made, other, f"This issue {phrase} {other}")}


def remote_item(link: Json, *, made: bool = True) -> Json:
    """The only trace that a link to a page leaves in what can be read in bulk."""
    text = f'This issue links to "{(link["object"] or {}).get("title")}"'
    return {**_bare("RemoteIssueLink"), **_end(made, str(link["id"]), text)}


def _end(made: bool, code: str, text: str) -> Json:
    return {"to": code, "toString": text} if made else {"from": code, "fromString": text}


def _bare(field: str) -> Json:
    return {"field": field, "fieldtype": "jira", "from": None, "fromString": None, "to": None, "toString": None}


def _item(name: str, before: Any, after: Any) -> Json:
    return {
        "field": NAMES.get(name, name),
        "fieldtype": "custom" if name.startswith("customfield_") else "jira",
        "fieldId": name,
        "from": _code(before),
        "fromString": _words(name, before),
        "to": _code(after),
        "toString": _words(name, after),
    }


def _code(value: Any) -> str | None:
    """What history has beside the words: an id, where there is one."""
    if isinstance(value, dict):
        return str(value.get("id") or value.get("accountId") or "") or None
    if isinstance(value, list):
        return ", ".join(str(v["id"]) for v in value if isinstance(v, dict) and "id" in v) or None
    return None if value is None else str(value)


def _words(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if name == "duedate":
        return f"{value} 00:00:00.0"
    if isinstance(value, dict):
        return str(value.get("name") or value.get("displayName") or adf.to_plain(value))
    if isinstance(value, list):
        named = [str(v.get("name")) for v in value if isinstance(v, dict)]
        return ", ".join(named) if named else " ".join(map(str, value))
    return str(value)
