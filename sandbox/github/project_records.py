"""What the sandbox GitHub remembers of projects (boards): their fields, items and values.

https://docs.github.com/en/issues/planning-and-tracking-with-projects
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

FieldKind = Literal["date", "iteration", "single_select", "text", "number"]


@dataclass(slots=True, kw_only=True)
class FieldValue:
    """One project field of one item; which attributes are set depends on ``kind``."""

    kind: FieldKind
    text: str = ""
    """Text, option name or iteration title."""
    day: date | None = None
    """The date, or an iteration's start."""
    days: int = 0
    """An iteration's length."""
    number: float = 0.0


@dataclass(slots=True, kw_only=True)
class Iteration:
    id: str
    title: str
    start: date
    days: int


@dataclass(slots=True, kw_only=True)
class ProjectField:
    """A field that people made; those every project has are not kept."""

    id: int
    node_id: str
    project_id: int
    name: str
    kind: FieldKind
    options: dict[str, str] = field(default_factory=dict)
    """Of a single select: option id -> name."""
    iterations: list[Iteration] = field(default_factory=list)
    """Past ones too, by their start."""
    days: int = 14
    """How long a new iteration is."""
    start_day: int = 1
    """The day of the week that iterations start on; 1 is Monday."""
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, kw_only=True)
class Project:
    id: int
    node_id: str
    owner_id: int
    number: int
    title: str
    public: bool = False
    fields: list[ProjectField] = field(default_factory=list)
    closed_at: datetime | None = None
    created_at: datetime
    updated_at: datetime | None = None
    """None: not changed since it was made."""


@dataclass(slots=True, kw_only=True)
class Draft:
    """What stands on a project without being an issue."""

    node_id: str
    title: str
    body: str = ""


@dataclass(slots=True, kw_only=True)
class ProjectItem:
    id: int
    node_id: str
    project_id: int
    issue_id: int
    """0 for a draft."""
    draft: Draft | None = None
    archived: bool = False
    values: dict[str, FieldValue] = field(default_factory=dict)
    """By field name."""
    created_at: datetime
    updated_at: datetime
