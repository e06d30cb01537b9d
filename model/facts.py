"""Facts: what a tracker said, kept as it said it.

No fact holds a judgement. Whether a phrase means waiting, whose issue it is and whether a
resolution counts as delivered is the policy's business (``model.interpret``), so a changed
config never needs a new pull. Values are plain data: the store writes them as JSON and
reads the same values back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from model.plans import Change as Change
from model.plans import ChangeField as ChangeField
from model.plans import Milestone as Milestone
from model.plans import Person as Person
from model.plans import ProjectDate as ProjectDate
from model.plans import Promise as Promise
from model.plans import Release as Release
from model.plans import Sprint as Sprint
from model.statements import CommandLine, Statement

Phase = Literal["open", "started", "done"]
"""How far the tracker says an issue is: Jira's status category, or open/closed on GitHub."""

Lean = Literal["depends", "provides"]
"""What a phrase says of the issue that holds it: it waits for the other, or is waited for."""


@dataclass(frozen=True, slots=True, order=True)
class Ref:
    """The name of an issue: ``jira:PAY-12``, ``github:acme/web#34``. Names can change; uids do not."""

    tracker: str
    key: str

    def __str__(self) -> str:
        return f"{self.tracker}:{self.key}"

    @property
    def scope(self) -> str:
        """The project (``PAY``) or repository (``acme/web``) that the key names."""
        return self.key.rpartition("#" if "#" in self.key else "-")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """The other end of a link or parent, with as much as the tracker embeds of it."""

    tracker: str
    key: str
    native_id: str = ""
    title: str = ""
    status: str = ""
    phase: Phase | None = None
    resolution: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One native link, as read on one of its two issues."""

    native_id: str
    """The tracker's id of the link; the same on both ends. GitHub has none: made from both issue ids."""
    type_id: str
    type_name: str
    phrase: str
    """How the tracker words it from the issue that holds this fact: ``is blocked by``."""
    forward: bool
    """Whether ``phrase`` is the type's outward phrase, so that the holder stands where the type's arrow begins."""
    other: Pointer


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteLink:
    """A link that an issue holds to a page elsewhere (Jira's "web links" and what apps add); it stands on one end."""

    native_id: str
    relationship: str = ""
    """What the tracker calls it: ``is blocked by``, ``mentioned in``; empty for a plain web link."""
    url: str
    title: str = ""
    key: str = ""
    """The issue that the URL names, in full (``acme/web#12``); empty when it names none."""
    shape: Literal["jira", "github"] | None = None
    host: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A reference found in text, with the phrase it stood in."""

    key: str
    """``PAY-12`` or ``acme/web#12``, in full; ``#12`` is completed by the repository it stands in."""
    shape: Literal["jira", "github"]
    host: str = ""
    """Host name when the reference was a URL (``acme.atlassian.net``, ``github.com``)."""
    lean: Lean | None = None
    """None for a bare mention."""
    structured: bool = False
    """A line of its own such as ``Depends on: PAY-12``."""
    needed_by: date | None = None
    """A date that the same sentence gives: ``needed by 2026-12-01``."""
    place: str
    """``title``, ``body``, ``branch`` or ``comment:ID``."""
    author: Person | None = None
    belongs: bool | None = None
    """Whether the tracker says the author belongs (GitHub OWNER, MEMBER, COLLABORATOR); None where it does not say."""
    written: datetime | None = None
    restricted: bool = False
    """Stands in a comment that only some readers of the issue may see."""
    excerpt: str = ""
    """The sentence it stood in, at most 200 characters, as plain text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    id: str
    author: Person | None = None
    created: datetime | None = None
    updated: datetime | None = None
    ours: bool = False
    """Written by the account that crosstie writes with."""
    restricted: bool = False
    commands: tuple[CommandLine, ...] = ()
    """Lines of it that speak to crosstie; none of a bot's."""
    owner: bool = False
    """The tracker says that its author owns the repository (GitHub OWNER)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFact:
    """A Jira issue, GitHub issue or pull request. Missing optional fields are None, never guessed."""

    tracker: str
    native_id: str
    """Jira's numeric id; GitHub's node id."""
    other_ids: tuple[str, ...] = ()
    """Further immutable ids of the same issue (GitHub's database id)."""
    key: str
    url: str = ""
    kind: Literal["issue", "pull_request"] = "issue"
    type_name: str = ""
    title: str = ""
    status: str = ""
    phase: Phase = "open"
    resolution: str = ""
    """Jira's resolution name; GitHub's state reason; ``merged`` or ``unmerged`` for a closed pull request."""
    created: datetime | None = None
    updated: datetime | None = None
    resolved: datetime | None = None
    reporter: Person | None = None
    assignees: tuple[Person, ...] = ()
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    team: str = ""
    """The tracker's own team field, by name or id."""
    parent: Pointer | None = None
    start: date | None = None
    due: date | None = None
    target_end: date | None = None
    sprints: tuple[Sprint, ...] = ()
    releases: tuple[Release, ...] = ()
    milestone: Milestone | None = None
    project_dates: tuple[ProjectDate, ...] = ()
    branch: str = ""
    restricted: bool = False
    """Only some readers of its scope may see it (Jira issue security)."""
    links: tuple[Link, ...] = ()
    remote_links: tuple[RemoteLink, ...] = ()
    mentions: tuple[Mention, ...] = ()
    comments: tuple[Comment, ...] = ()
    history: tuple[Change, ...] | None = None
    """Oldest first; None where the tracker did not tell it."""
    partial: str = ""
    """What of this issue could not be read, in words; empty when it was read in full."""

    @property
    def ref(self) -> Ref:
        return Ref(self.tracker, self.key)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkType:
    """A link type as its site defines it."""

    tracker: str
    id: str
    name: str
    outward: str
    inward: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """A part of a project that somebody answers for."""

    id: str
    name: str
    lead: Person | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A project or repository that is, or should have been, pulled in full."""

    tracker: str
    key: str
    public: bool = False
    missing: str = ""
    """Why it could not be read in full, in words; empty when it was."""
    read_at: datetime | None = None
    """When the last complete walk of it ended."""

    def __str__(self) -> str:
        return f"{self.tracker}:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retraction:
    """A native link that stood between two issues and was removed: prose older than this is void."""

    one: str
    """Uid of the issue where the type's arrow began."""
    other: str
    at: datetime
    type_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that is known of all trackers at given generations."""

    issues: Mapping[str, IssueFact]
    """By uid. A uid is the first ref an issue was known by, and outlives renames and moves."""
    aliases: Mapping[tuple[str, str], str]
    """(tracker, native id or key, past ones too) -> uid."""
    scopes: tuple[Scope, ...] = ()
    link_types: tuple[LinkType, ...] = ()
    known_projects: frozenset[tuple[str, str]] = frozenset()
    """(tracker, project key) of every project a tracker shows us, pulled or not."""
    absent: Mapping[str, Literal["gone", "unreadable"]] = field(default_factory=dict)
    """By uid: issues known once that a direct look no longer finds, or is refused."""
    retractions: tuple[Retraction, ...] = ()
    releases: Mapping[tuple[str, str], Release] = field(default_factory=dict)
    """By (tracker, id): as their project lists them, which is newer than what an issue embeds."""
    sprints: Mapping[tuple[str, str], Sprint] = field(default_factory=dict)
    """By (tracker, id), as their board lists them."""
    components: Mapping[tuple[str, str], Component] = field(default_factory=dict)
    """By (tracker, ``PROJECT/name``)."""
    since: Mapping[tuple[str, str], datetime] = field(default_factory=dict)
    """By (consumer uid, provider uid): when we first knew that one waits for the other."""
    promises: Mapping[str, tuple[Promise, ...]] = field(default_factory=dict)
    """By provider uid: what was promised from when on, oldest first, as far as we have watched."""
    statements: tuple[Statement, ...] = ()
    """What people said by command, oldest first."""
    generations: Mapping[str, int] = field(default_factory=dict)
    """By tracker: the state of the store these facts were read at."""
