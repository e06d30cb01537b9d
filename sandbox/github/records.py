"""What the sandbox GitHub remembers: plain mutable records, dumped and restored whole.

All times are aware UTC in whole seconds, as GitHub keeps them; ids are GitHub database ids.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sandbox.github.options import Options
from sandbox.github.project_records import Project, ProjectItem

Permission = Literal["none", "read", "triage", "write", "maintain", "admin"]
"""The role of an account in a repository, the mightiest last."""
UserKind = Literal["User", "Bot", "Organization"]


@dataclass(slots=True, kw_only=True)
class User:
    id: int
    node_id: str
    login: str
    """As REST shows it: an app's account ends in ``[bot]``."""
    kind: UserKind = "User"
    name: str | None = None
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class Token:
    """It sees public repositories and those granted to it."""

    user_id: int
    grants: dict[int, Permission] = field(default_factory=dict)
    """By repository id. A repository not listed gives ``read`` when public, ``none`` when not."""
    kind: Literal["classic", "fine-grained", "installation"] = "fine-grained"
    scopes: list[str] = field(default_factory=list)
    """Of a classic token, as ``X-OAuth-Scopes`` shows them: ``repo``, ``read:project``."""
    permissions: dict[str, str] | None = None
    """Of the other kinds: ``issues``, ``pull_requests``, ``organization_projects`` -> ``read`` or ``write``.
    None: all."""
    installation_id: int | None = None
    """Whose repositories it sees instead of ``grants``."""
    expires_at: datetime | None = None
    revoked: bool = False


@dataclass(slots=True, kw_only=True)
class App:
    """A GitHub App; what it writes is by the account ``slug[bot]``."""

    id: int
    node_id: str
    slug: str
    client_id: str
    owner_id: int
    bot_id: int
    permissions: dict[str, str]
    private_key: str
    """In PEM. GitHub keeps only the public half; the sandbox gives the key to whoever plays the app."""
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class Installation:
    id: int
    app_id: int
    account_id: int
    permissions: dict[str, str]
    repository_ids: list[int] | None = None
    """None: all of the account, also those to come."""
    suspended_at: datetime | None = None
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class Repository:
    id: int
    node_id: str
    owner_id: int
    name: str
    description: str | None = None
    visibility: Literal["public", "private", "internal"] = "public"
    default_branch: str = "main"
    archived: bool = False
    has_issues: bool = True
    next_number: int = 1
    associations: dict[int, str] = field(default_factory=dict)
    """By user id: MEMBER, COLLABORATOR, CONTRIBUTOR. The owner is OWNER by itself."""
    created_at: datetime
    updated_at: datetime


@dataclass(slots=True, kw_only=True)
class Label:
    id: int
    node_id: str
    repository_id: int
    name: str
    color: str = "ededed"
    description: str | None = None
    default: bool = False
    created_at: datetime


@dataclass(slots=True, kw_only=True)
class Milestone:
    id: int
    node_id: str
    repository_id: int
    number: int
    title: str
    description: str | None = None
    state: Literal["open", "closed"] = "open"
    creator_id: int | None = None
    due_on: datetime | None = None
    """Midnight in California, in UTC: 07:00Z in summer, 08:00Z in winter."""
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None


@dataclass(slots=True, kw_only=True)
class Pull:
    """What a pull request has beyond an issue."""

    id: int
    """The pull request's own database id; REST issue rows show the issue id instead."""
    head_ref: str
    base_ref: str
    head_sha: str = "0" * 40
    draft: bool = False
    merged_at: datetime | None = None
    merged_by_id: int | None = None
    closes: list[int] = field(default_factory=list)
    """Issue ids named with a closing keyword, or linked by hand."""
    linked: list[int] = field(default_factory=list)
    """Those of ``closes`` that a person linked in the sidebar."""


@dataclass(slots=True, kw_only=True)
class Issue:
    """An issue, or a pull request when ``pull`` is set."""

    id: int
    node_id: str
    repository_id: int
    number: int
    title: str
    body: str | None = None
    author_id: int | None = None
    """None: the account is gone, GraphQL says null and REST says ``ghost``."""
    author_association: str | None = None
    """As recorded in the wild; None: worked out from the repository's people."""
    state: Literal["open", "closed"] = "open"
    state_reason: str | None = None
    label_ids: list[int] = field(default_factory=list)
    assignee_ids: list[int] = field(default_factory=list)
    milestone_id: int | None = None
    issue_type: str | None = None
    locked: bool = False
    active_lock_reason: str | None = None
    pinned: bool = False
    created_at: datetime
    updated_at: datetime
    closed_at: datetime | None = None
    closed_by_id: int | None = None
    last_edited_at: datetime | None = None
    parent_id: int | None = None
    sub_issue_ids: list[int] = field(default_factory=list)
    blocked_by_ids: list[int] = field(default_factory=list)
    blocking_ids: list[int] = field(default_factory=list)
    duplicate_of_id: int | None = None
    comments_elsewhere: int = 0
    """Comments that a loaded row counts without carrying them."""
    pull: Pull | None = None
    extra: dict[str, Any] = field(default_factory=dict)
    """Fields of a loaded row that mean nothing here; REST shows them again."""


@dataclass(slots=True, kw_only=True)
class Comment:
    id: int
    node_id: str
    issue_id: int
    body: str
    author_id: int | None
    author_association: str | None = None
    created_at: datetime
    updated_at: datetime
    last_edited_at: datetime | None = None
    editor_id: int | None = None
    minimized: str | None = None
    """The classifier in lower case, ``outdated`` for one."""


@dataclass(slots=True, kw_only=True)
class Event:
    """An entry of an issue's history, named as REST names it (``blocked_by_added``)."""

    id: int
    node_id: str
    issue_id: int
    kind: str
    actor_id: int | None
    created_at: datetime
    other_id: int | None = None
    """The other issue: blocker, parent, or the source of a cross-reference."""
    comment_id: int | None = None
    """The comment a cross-reference stands in; None: the source's own body."""
    data: dict[str, Any] = field(default_factory=dict)
    """Payload that survives its origin: label name and color, milestone title, old and new title."""


@dataclass(slots=True, kw_only=True)
class Quota:
    """What one caller used of one hourly window."""

    used: int = 0
    resets_at: datetime | None = None
    created: list[datetime] = field(default_factory=list)
    """When content was created, for the secondary limit; kept for an hour."""
    spent: list[datetime] = field(default_factory=list)
    """When points were spent, each by itself; kept for a minute."""


@dataclass(slots=True, kw_only=True)
class Tables:
    """The whole state."""

    next_id: int = 3_300_000_001
    """Above 2**31, as ids on github.com are: GraphQL ``databaseId`` cannot show them."""
    next_small_id: int = 900_000_001
    """For accounts and repositories, whose ids still fit."""
    users: dict[int, User] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    repositories: dict[int, Repository] = field(default_factory=dict)
    labels: dict[int, Label] = field(default_factory=dict)
    milestones: dict[int, Milestone] = field(default_factory=dict)
    issues: dict[int, Issue] = field(default_factory=dict)
    comments: dict[int, Comment] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    apps: dict[int, App] = field(default_factory=dict)
    installations: dict[int, Installation] = field(default_factory=dict)
    projects: dict[int, Project] = field(default_factory=dict)
    items: dict[int, ProjectItem] = field(default_factory=dict)
    redirects: dict[str, int] = field(default_factory=dict)
    """Former ``owner/name`` in lower case -> repository id."""
    moved: dict[str, int] = field(default_factory=dict)
    """``repository id/number`` of a transferred issue -> its id now."""
    deleted: list[str] = field(default_factory=list)
    """``repository id/number`` of deleted issues."""
    quotas: dict[str, Quota] = field(default_factory=dict)
    options: Options = field(default_factory=Options)
