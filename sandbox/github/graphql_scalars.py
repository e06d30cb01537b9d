"""Which schema type a record is, and how scalars are written."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sandbox.github.project_records import Draft, FieldValue, Project, ProjectField, ProjectItem
from sandbox.github.records import Comment, Event, Issue, Label, Milestone, Repository, User
from sandbox.github.rest_shape import stamp

_INT_MAX = 2**31 - 1
_VALUE_KINDS = {
    "date": "Date",
    "iteration": "Iteration",
    "single_select": "SingleSelect",
    "text": "Text",
    "number": "Number",
}
_FIELD_TYPES = {"iteration": "ProjectV2IterationField", "single_select": "ProjectV2SingleSelectField"}
_PLAIN: dict[type, str] = {
    Comment: "IssueComment",
    Draft: "DraftIssue",
    Label: "Label",
    Milestone: "Milestone",
    Project: "ProjectV2",
    ProjectItem: "ProjectV2Item",
    Repository: "Repository",
}


@dataclass(frozen=True, slots=True)
class ItemValue:
    """A project field value together with where it stands."""

    item: ProjectItem
    name: str
    value: FieldValue


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A field that every project has."""

    project: Project
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class IssueType:
    id: str
    name: str
    is_enabled: bool = True
    description: str | None = None


def type_name(value: Any) -> str:
    """``Issue``, ``PullRequest``, ``ClosedEvent``, …"""
    match value:
        case Issue():
            return "PullRequest" if value.pull else "Issue"
        case User():
            return value.kind
        case Event():
            words = value.kind.replace("-", "_").split("_")
            return {"renamed": "RenamedTitleEvent"}.get(value.kind) or "".join(w.title() for w in words) + "Event"
        case ItemValue():
            return f"ProjectV2ItemField{_VALUE_KINDS[value.value.kind]}Value"
        case ProjectField() | BuiltIn():
            return _FIELD_TYPES.get(value.kind, "ProjectV2Field")
        case IssueType():
            return "IssueType"
        case _:
            return _PLAIN[type(value)]


def int32(number: int) -> int | None:
    """GraphQL integers have 32 bits: newer ids are only to be had as ``fullDatabaseId``."""
    return number if number <= _INT_MAX else None


def _time(value: Any) -> Any:
    return stamp(value) if isinstance(value, datetime) else value


def _day(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


SERIALIZE = {"DateTime": _time, "Date": _day, "BigInt": str, "URI": str}
