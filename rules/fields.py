"""The record that expressions see: every field, its type, what it says and when it is absent.

An absent field is *unknown*, never empty: ``None`` here. docs/custom-rules.md has a table made from this file.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar, get_args

import msgspec

from model.calendar import Calendar
from model.snapshot import Dependency, End, Issue, Progress, Reach, Snapshot, State, Strength
from rules.base import Finding, SubjectKind
from rules.edges import earliest, latest

Kind = Literal["text", "flag", "number", "day", "moment", "texts"]
Value = str | bool | int | date | datetime | tuple[str, ...]

KINDS: Mapping[Kind, str] = {
    "text": "text",
    "flag": "true or false",
    "number": "whole number",
    "day": "day",
    "moment": "moment",
    "texts": "list of text",
}
"""What each is called in the manual and in messages."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    kind: Kind
    get: Callable[[Snapshot, T], Value | None]
    about: str
    """What it says; where it is absent for another reason than that nothing is known, that too."""
    words: tuple[str, ...] = ()
    """All values that it can have, where they are few."""


def _sure(issue: Issue) -> bool:
    """Only then does the absence of something on it mean that it is not there."""
    return issue.end == "read" and issue.complete


def _flag(value: bool, issue: Issue) -> bool | None:
    return True if value else (False if _sure(issue) else None)


def _words(of: object) -> tuple[str, ...]:
    return tuple(word for word in get_args(of) if word != "unknown")


def _known(word: str) -> str | None:
    return None if word == "unknown" else word


ISSUE: Mapping[str, Field[Issue]] = {
    "key": Field("text", lambda _, i: i.ref.key, "Its key in its tracker: `PAY-12`, `acme/web#34`."),
    "tracker": Field("text", lambda _, i: i.ref.tracker, "The name of its tracker in the config."),
    "scope": Field("text", lambda _, i: i.ref.scope, "The project or repository: `PAY`, `acme/web`."),
    "kind": Field(
        "text",
        lambda _, i: i.kind if i.end in ("read", "stub") else None,
        "What it is.",
        ("issue", "pull_request"),
    ),
    "end": Field(
        "text",
        lambda _, i: i.end,
        "How it is known: read in full, by what a link embeds of it, refused to us, or no longer there.",
        _words(End),
    ),
    "title": Field("text", lambda _, i: i.title or None, "Its title."),
    "type": Field("text", lambda _, i: i.type_name or None, "Its type as the tracker calls it: `Bug`."),
    "status": Field("text", lambda _, i: i.status or None, "Its status as the tracker calls it."),
    "progress": Field("text", lambda _, i: _known(i.progress), "What its status means.", _words(Progress)),
    "team": Field("text", lambda _, i: i.team or None, "The team that owns it; absent when no pattern says."),
    "party": Field("text", lambda _, i: i.party or None, "The outside party that it stands for."),
    "forum": Field("text", lambda _, i: i.forum or None, "The forum that looks after it or an ancestor of it."),
    "assigned": Field("flag", lambda _, i: _flag(i.assigned, i), "Whether somebody is assigned."),
    "planned": Field(
        "flag", lambda _, i: _flag(i.planned, i), "Whether it is in a sprint, release or milestone, or has a date."
    ),
    "reopened": Field("flag", lambda _, i: _flag(i.reopened, i), "Whether it was closed once and is open again."),
    "labels": Field("texts", lambda _, i: i.labels if _sure(i) else None, "Its labels."),
    "components": Field("texts", lambda _, i: i.components if _sure(i) else None, "Its components."),
    "sprint": Field("text", lambda _, i: i.sprint or None, "The sprint or iteration it is planned in."),
    "parent": Field(
        "text",
        lambda s, i: str(s.issues[i.parent].ref) if i.parent in s.issues else i.parent or None,
        "Its parent: `jira:PAY-1`.",
    ),
    "due": Field("day", lambda _, i: i.due, "Its due date."),
    "created": Field("moment", lambda _, i: i.created, "When it was created."),
    "active": Field("moment", lambda _, i: i.active, "When a person last did something on it."),
    "closed": Field("moment", lambda _, i: i.resolved, "When it was closed."),
}


def _slack(snapshot: Snapshot, edge: Dependency) -> int | None:
    if edge.promised is None or edge.needed is None:
        return None
    return snapshot.working_days(edge, earliest(edge.promised), latest(edge.needed))


def _agreement(_: Snapshot, edge: Dependency) -> str | None:
    return edge.coverage.by or None


DEPENDENCY: Mapping[str, Field[Dependency]] = {
    "state": Field("text", lambda _, d: _known(d.state), "How far it is.", _words(State)),
    "strength": Field("text", lambda _, d: d.strength, "Its strongest evidence.", _words(Strength)),
    "reach": Field("text", lambda _, d: _known(d.reach), "Whom it ties.", _words(Reach)),
    "needed": Field(
        "day", lambda _, d: latest(d.needed) if d.needed else None, "The day by which the consumer needs it."
    ),
    "needed_from": Field(
        "text", lambda _, d: d.needed.source if d.needed else None, "Where that day stands: `text`, `start`, `due`."
    ),
    "asked": Field(
        "flag",
        lambda _, d: d.needed_explicit if d.needed else None,
        "Whether somebody asked for that day, rather than it following from the consumer's dates.",
    ),
    "promised": Field("day", lambda _, d: latest(d.promised) if d.promised else None, "The day the provider promised."),
    "promised_from": Field(
        "text", lambda _, d: d.promised.source if d.promised else None, "Where that day stands: `due`, `sprint`."
    ),
    "slack": Field(
        "number",
        _slack,
        "Days on which both teams work from the promised day to the needed one; below zero when it comes too late.",
    ),
    "agreed": Field(
        "flag",
        lambda _, d: d.coverage.covered,
        "Whether an agreement covers it; absent while the config names neither forum nor sign of one.",
    ),
    "agreement": Field("text", _agreement, "What covers it: `forum platform-sos`, `label agreed`."),
    "forums": Field(
        "texts",
        lambda _, d: d.shared_forums if d.consumer.team and d.provider.team else None,
        "Forums in which both teams sit.",
    ),
    "moved": Field("number", lambda _, d: len(d.moves), "How often the promised day is known to have moved."),
    "since": Field("moment", lambda _, d: d.since, "When it was first known."),
}

SCOPE: Mapping[str, Field[str]] = {
    "tracker": Field("text", lambda _, s: s.partition(":")[0], "The name of the tracker in the config."),
    "key": Field("text", lambda _, s: s.partition(":")[2], "The project or repository: `PAY`, `acme/web`."),
}
PARTY: Mapping[str, Field[str]] = {"name": Field("text", lambda _, p: p, "The outside party.")}

RECORDS: Mapping[str, Mapping[str, Field[Any]]] = {
    "consumer": ISSUE,
    "provider": ISSUE,
    "issue": ISSUE,
    "dependency": DEPENDENCY,
    "scope": SCOPE,
    "party": PARTY,
}
TODAY = "today"

_EDGE = ("consumer", "provider", "dependency")
VARIABLES: Mapping[SubjectKind, tuple[str, ...]] = {
    "edge": _EDGE,
    "cycle": _EDGE,
    "issue": ("issue", "party"),
    "scope": ("scope",),
    "party": ("party",),
}
"""Records that an expression about a finding of each kind may name, beside ``today``."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """What an expression looks at; a record that is None has no field that is known.

    Made for each edge and rule, and so a Struct: a tenth of what a frozen dataclass takes to make.
    """

    snapshot: Snapshot
    dependency: Dependency | None = None
    consumer: Issue | None = None
    provider: Issue | None = None
    issue: Issue | None = None
    scope: str | None = None
    party: str | None = None

    @property
    def calendars(self) -> tuple[Calendar, ...]:
        """Of the teams whose days count here."""
        if self.consumer is not None and self.provider is not None:
            return self.snapshot.calendars(self.consumer.team, self.provider.team)
        return self.snapshot.calendars(self.issue.team if self.issue is not None else "")

    def inputs(self, reads: Iterable[tuple[str, str]]) -> frozenset[str]:
        """Audiences of what a verdict or sentence that reads these (record, field) rests on."""
        names = {name for _, name in reads}
        ends = [end for end in (self.consumer, self.provider, self.issue) if end is not None]
        uids = {end.uid for end in ends}
        if names & {"parent", "forum"}:
            uids |= {uid for end in ends for uid in _ancestors(self.snapshot, end)}
        coverage = frozenset[str]()
        if self.dependency is not None and names & {"agreed", "agreement"}:
            coverage = self.dependency.coverage.inputs
        told = {end.active_in for end in ends if end.active_in and "active" in names}
        return coverage | told | self.snapshot.audiences(uid for uid in uids if uid in self.snapshot.issues)


def _ancestors(snapshot: Snapshot, issue: Issue) -> set[str]:
    met: set[str] = set()
    above = issue.parent
    while above and above not in met:
        met.add(above)
        above = snapshot.issues[above].parent if above in snapshot.issues else ""
    return met


def view_of(snapshot: Snapshot, finding: Finding) -> View:
    """What a `when` sees of a finding: its edge, or of a cycle the edge that it names; its issue, scope or party."""
    first = finding.subject.members[0] if finding.subject.members else ""
    match finding.subject.kind:
        case "edge" | "cycle":
            return View(
                snapshot=snapshot,
                dependency=snapshot.by_key.get((finding.consumer, finding.provider)),
                consumer=snapshot.issues.get(finding.consumer),
                provider=snapshot.issues.get(finding.provider),
            )
        case "issue":
            return View(snapshot=snapshot, issue=snapshot.issues.get(first))
        case "scope":
            return View(snapshot=snapshot, scope=first)
        case "party":
            return View(snapshot=snapshot, party=first)


def edge_view(snapshot: Snapshot, edge: Dependency) -> View:
    return View(snapshot=snapshot, dependency=edge, consumer=edge.consumer, provider=edge.provider)


Reader = Callable[[View], Value | None]


@lru_cache(maxsize=256)
def reader(record: str, name: str) -> Reader:
    """Reads a field, or ``today`` when ``record`` is that. Raises KeyError for a field that does not exist."""
    if record == TODAY:
        return today
    get = RECORDS[record][name].get

    def read(view: View) -> Value | None:
        of = getattr(view, record)
        return None if of is None else get(view.snapshot, of)

    return read


def today(view: View) -> date:
    """The day it is for everybody whose days count here: the earliest of theirs."""
    return _today(view.calendars, view.snapshot.now)


@lru_cache(maxsize=4096)
def _today(calendars: tuple[Calendar, ...], now: datetime) -> date:
    return min(calendar.today(now) for calendar in calendars)
