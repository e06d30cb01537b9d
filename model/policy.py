"""Policy: the config as far as it gives facts a meaning. ``sync.config`` builds it; ``interpret`` reads it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from model.calendar import Calendar

Meaning = Literal["provides", "depends", "parent", "child", "duplicate", "relates", "implements", "ignore"]
"""What the side of a link that reads its outward phrase is to the other side."""

OPPOSITE: Mapping[Meaning, Meaning] = {
    "provides": "depends",
    "depends": "provides",
    "parent": "child",
    "child": "parent",
    "duplicate": "duplicate",
    "relates": "relates",
    "implements": "implements",
    "ignore": "ignore",
}

DateSource = Literal["command", "due", "target_end", "project_field", "sprint", "release", "milestone"]
PROMISED_ORDER: tuple[DateSource, ...] = (
    "command",
    "due",
    "target_end",
    "project_field",
    "sprint",
    "release",
    "milestone",
)

PROMISE_FIELDS = ("Target date", "Due date", "Deadline", "End date", "Delivery date", "Target", "Due")
START_FIELDS = ("Start date", "Start")
"""Names of date fields on boards (GitHub Projects), compared without regard to case."""

DROPPED = ("Won't Do", "Won't Fix", "Duplicate", "Cannot Reproduce", "not_planned", "duplicate", "unmerged")
"""Resolutions that close an issue without delivering it: Jira's stock names, and GitHub's state reasons."""

PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerPolicy:
    name: str
    kind: str
    """The connector's name: ``jira``, ``github``."""
    shape: Literal["jira", "github"]
    """How its keys look: ``PAY-12`` or ``acme/web#12``."""
    host: str
    """Host name of the pages people open, to recognise URLs in text: ``acme.atlassian.net``."""
    scopes: tuple[str, ...] = ()
    audience: str = ""
    """Set by hand for the whole tracker (``public`` or a name); empty: by project or repository visibility."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkMeaning:
    tracker: str
    type: str
    """The type's name or id; compared without regard to case."""
    outward: Meaning


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    ids: Mapping[str, str]
    """By kind of tracker: account id, login."""

    def is_person(self, kind: str, person: str) -> bool:
        """Whether the person of that id on a tracker of that kind is this member. Logins are the same in any case."""
        return bool(person) and self.ids.get(kind, "").casefold() == person.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Owns:
    """``jira:PLAT/component=Ledger`` taken apart: whose issues these are."""

    tracker: str
    scope: str
    """Project key, repository, or one issue key (``PLAT-1``, ``acme/web#3``); ``*`` is allowed as in file names."""
    facet: Literal["", "component", "label", "team", "person", "path"] = ""
    value: str = ""
    first: date | None = None
    """The first day on which it holds; None: since ever."""
    last: date | None = None
    """The last one; None: for good."""

    def holds(self, day: date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)

    def __str__(self) -> str:
        facet = f"/{self.facet}={self.value}" if self.facet else ""
        first, last = (f" {word} {day}" if day else "" for word, day in (("from", self.first), ("until", self.last)))
        return f"{self.tracker}:{self.scope}{facet}{first}{last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    name: str
    owns: tuple[Owns, ...] = ()
    members: tuple[Member, ...] = ()
    representative: Member | None = None
    calendar: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A vendor: outside, without access to the trackers. ``contact`` is the team that speaks for it."""

    name: str
    contact: str = ""
    owns: tuple[Owns, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Forum:
    name: str
    kind: Literal["scrum_of_scrums", "team_of_teams"] = "scrum_of_scrums"
    teams: tuple[str, ...] = ()
    cadence: str = ""
    parent: str = ""
    owns: tuple[Owns, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreements:
    """What on a ticket says that the two teams have an agreement on record."""

    labels: tuple[str, ...] = ()
    link_types: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    """Regular expressions looked for in titles, labels and the sentences around mentions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    trackers: Mapping[str, TrackerPolicy] = field(default_factory=dict)
    audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Group name -> patterns of ``tracker:scope`` whose readers may read each other."""
    link_meanings: tuple[LinkMeaning, ...] = ()
    dropped: tuple[str, ...] = DROPPED
    teams: Mapping[str, Team] = field(default_factory=dict)
    parties: Mapping[str, Party] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    forums: Mapping[str, Forum] = field(default_factory=dict)
    agreements: Agreements = field(default_factory=Agreements)
    promised_order: tuple[DateSource, ...] = PROMISED_ORDER
    promise_fields: tuple[str, ...] = PROMISE_FIELDS
    start_fields: tuple[str, ...] = START_FIELDS

    @property
    def judges_agreements(self) -> bool:
        """False while no forum and no agreement is configured: coverage is then unknown, never absent."""
        kinds = self.agreements
        return bool(self.forums or kinds.labels or kinds.link_types or kinds.references)
