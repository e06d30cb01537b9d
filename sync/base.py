"""What the jobs hand to each other and what the store keeps of it.

A run goes: recover (finish what a killed run left open) -> pull -> interpret -> judge ->
settle (findings against standing cases) -> plan (wanted notes against standing notes) ->
outbox -> apply. Settle and plan are pure; everything between has its row in the store first.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from connectors.base import Target
from model.document import Document
from model.facts import Lean
from rules.base import Finding, Severity, Subject

CaseState = Literal["open", "unknown", "cleared"]
WriteKind = Literal["note", "labels", "link", "remove", "merge"]
"""``remove``: our note is deleted."""
Reason = Literal["new", "worse", "changed", "cleared", "retired"]
EventKind = Literal["opened", "reopened", "worsened", "eased", "changed", "unknown", "known", "cleared"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A finding's life, from first seen to cleared."""

    id: str
    """Short and stable: ``k3f9q``. The same on both ends, in the CLI and on the ticket."""
    rule: str
    subject: Subject
    state: CaseState
    """``unknown``: it can no longer be judged; its last finding stands until it can."""
    level: int
    notified: int = 0
    """The highest level that anyone was told of; 0: never."""
    opened: datetime
    changed: datetime
    cleared: datetime | None = None
    risen: tuple[datetime, ...] = ()
    """When it first stood at level 1, 2 and so on: what tells whether it got worse since somebody spoke of it."""
    finding: Finding
    """The last one."""

    @property
    def severity(self) -> Severity:
        return self.finding.severity


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent:
    """What happened to a case in a run, with the inputs and the verdict, so that it can be explained later."""

    case: Case
    """As it is after the event."""
    kind: EventKind
    why: str = ""
    """One sentence: which input moved, or why it cannot be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A case event without its finding: for looking at very many."""

    case: str
    rule: str
    run: str
    at: datetime
    kind: EventKind
    why: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A write that a tracker turned away: not tried again while nothing has changed that could let it through."""

    why: str
    """What was in the way, in words that hold for every issue it concerns."""
    kind: Literal["note", "labels"]
    """Without its note an issue gets no label either."""
    digest: str = ""
    """Of the text that was not taken; empty when it was no matter of the text."""
    mark: str = ""
    """The issue as it was known then (``sync.refused.mark``); empty for labels."""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRow:
    """Our note on one issue, as we know it to stand."""

    uid: str
    tracker: str
    id: str
    """The comment's id; empty when a person deleted it (then ``muted``)."""
    digest: str
    cases: tuple[str, ...] = ()
    """Ids of the open cases that it shows, or our label alone."""
    settled: tuple[str, ...] = ()
    """Ids of cases that cleared while it stood, and that it still names; newest first."""
    labels: tuple[str, ...] = ()
    """Labels of ours that stand on the issue."""
    folded: bool = False
    called: bool = False
    """It addresses somebody as it stands. Whom a text names already, an edit of it does not call again."""
    read_back: bool = False
    """The note was seen again after it was written: only then is its absence a person's hand."""
    labels_read_back: bool = False
    """So were the labels."""
    doubles: tuple[str, ...] = ()
    """Ids of further notes of ours that were found there, to be merged into this one."""
    others: tuple[str, ...] = ()
    """Ids of comments by our account that were looked at and are no notes, or may not be removed."""
    refusal: Refusal | None = None
    """The last write was turned away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """One end of a case that is not to be told of it."""

    uid: str
    case: str
    why: Literal["note deleted", "label removed", "muted by command", "baseline"]
    """A person's hand or word; or the baseline: it stood when its rule and scope first became writable."""
    at: datetime
    level: int = 0
    """The level at that time: a baseline is silent until the case is worse than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """Somebody was notified of one step of a case: what a team's budget counts, and what is never said twice."""

    at: datetime
    team: str
    day: date
    """The working day of that team which it counts for."""
    uid: str
    case: str
    level: int
    how: Literal["created", "mention", "repost"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A step that a team should hear of and that was kept back: its digest tells it."""

    team: str
    uid: str
    case: str
    level: int
    why: Literal["budget", "quiet hours", "cap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkWish:
    """A native link that a person asked for by command."""

    statement: str
    """Id of that statement: what came of it is kept there."""
    lean: Lean
    other: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One intended change on one issue: a row of the outbox."""

    uid: str
    tracker: str
    native_id: str
    key: str
    kind: WriteKind
    reason: Reason
    document: Document | None = None
    folded: bool = False
    quiet: bool = True
    known: str = ""
    """Comment id to edit; empty: create."""
    repost: bool = False
    """Instead of an edit: a new comment, and then the old one deleted, so that the tracker notifies."""
    notifies: tuple[Notification, ...] = ()
    """The steps that this write tells; kept when it is known to have worked."""
    cases: tuple[str, ...] = ()
    settled: tuple[str, ...] = ()
    """Ids of the cleared cases that the document still names."""
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    link: LinkWish | None = None
    """Of a ``link``: what is to be made."""


WriteStatus = Literal["waiting", "sent", "done", "failed", "dropped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxRow:
    id: int
    run: str
    write: Write
    status: WriteStatus
    """``sent``: the call began and its answer is not known. ``dropped``: replaced by a later plan."""
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerCounts:
    """What a run did on one tracker, as ``run --json`` prints it."""

    requests: int = 0
    issues: int = 0
    changed: int = 0
    links: int = 0
    missing: tuple[str, ...] = field(default=())
