"""What trackers say about when: sprints, releases, milestones, dates on boards, and how any of it moved.

Part of the facts (``model.facts``), and kept as the tracker said it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

ChangeField = Literal["start", "due", "target_end", "sprint", "release", "status", "resolution"]
"""What of an issue a history item changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    id: str
    """Jira accountId, or GitHub login: what ``members`` in the config names."""
    name: str = ""
    bot: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sprint:
    id: str
    name: str
    state: Literal["active", "future", "closed"]
    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    id: str
    name: str
    day: date | None = None
    released: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    number: int
    title: str
    due_on: datetime | None = None
    """A moment, not a day: GitHub keeps midnight of whoever set it, expressed in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectDate:
    """A date or iteration that a project board gives an issue (GitHub Projects)."""

    project: str
    """The board's title."""
    field: str
    """The field's name there."""
    day: date
    """The date; of an iteration, its last day."""
    start: date | None = None
    """Of an iteration, its first day."""
    iteration: str = ""
    """The iteration's title; empty for a plain date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The day by which a provider said it would deliver, as seen from a moment on."""

    at: datetime
    day: date | None
    """None: from then on there was none."""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One history item, of the kinds that dates and agreements are judged by."""

    at: datetime
    field: ChangeField
    before: str = ""
    """Days as ``2026-12-01``, all else by the name it had; empty for none."""
    after: str = ""
    author: Person | None = None
