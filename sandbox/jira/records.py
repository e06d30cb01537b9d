"""What a Jira site consists of, as plain values that dump to JSON."""

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
PROJECT_STATUSES = ("live", "archived", "deleted")


@dataclass(slots=True, kw_only=True)
class Person:
    account_id: str
    name: str
    email: str = ""
    zone: str = "Europe/Berlin"
    kind: str = "atlassian"
    """``atlassian`` for people, ``app`` for apps."""


@dataclass(slots=True, kw_only=True)
class Account:
    """A way to sign in: Basic with e-mail and token."""

    email: str
    token: str
    person: str
    """accountId."""
    admin: bool = False
    hidden: list[str] = field(default_factory=list)
    """Project keys that it may not browse."""
    mute: list[str] = field(default_factory=list)
    """Project keys in which it may not comment or edit."""
    lacking: dict[str, list[str]] = field(default_factory=dict)
    """Project key -> permissions that it lacks there, as ``permissions.NAMES`` calls them."""

    def may(self, permission: str, project: str) -> bool:
        silent = self.hidden if permission == "BROWSE_PROJECTS" else self.mute
        return self.admin or (project not in silent and permission not in self.lacking.get(project, ()))


@dataclass(slots=True, kw_only=True)
class Project:
    id: int
    key: str
    name: str
    next_number: int = 1
    versions: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    outside: bool = False
    """Only known as the other side of links in loaded data: nobody may browse it."""
    status: str = "live"
    """Or ``archived``: read-only, and in no list or search; or ``deleted``: in the trash, as if it were not there."""
    old_keys: list[str] = field(default_factory=list)
    """By which it was called before, and is found still."""
    lead: str = ""
    """accountId."""
    description: str = ""


@dataclass(slots=True, kw_only=True)
class LinkType:
    id: str
    name: str
    inward: str
    outward: str


@dataclass(slots=True, kw_only=True)
class Link:
    """``source`` reads the type's outward phrase: source *blocks* target."""

    id: int
    type: str
    source: int
    target: int


@dataclass(slots=True, kw_only=True)
class Comment:
    id: int
    issue: int
    author: str
    """accountId; empty when unknown."""
    update_author: str
    created: str
    updated: str
    body: Json | str | None
    """A document, or what Data Center was given: wiki markup as it came."""
    visibility: Json | None = None
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Issue:
    id: int
    key: str
    old_keys: list[str] = field(default_factory=list)
    fields: Json = field(default_factory=dict)
    """As REST v3 has them, except what is computed: comment, issuelinks, parent, project, subtasks."""
    parent: int | None = None
    comments: list[int] = field(default_factory=list)
    links: list[int] = field(default_factory=list)
    remote_links: list[Json] = field(default_factory=list)
    changes: list[Json] = field(default_factory=list)
    properties: dict[str, Any] = field(default_factory=dict)
    readers: list[str] | None = None
    """accountIds that may see it when it is restricted by issue security."""
    outside: bool = False
    """Only known as the other end of a link in loaded data: nobody may browse it, links to it show its stub."""
    touched: float = 0.0
    """Epoch seconds of the last change, and what ``updated`` was before it: the index lags behind."""
    indexed_updated: str = ""

    @property
    def project(self) -> str:
        return self.key.rpartition("-")[0]

    @property
    def number(self) -> int:
        return int(self.key.rpartition("-")[2])


@dataclass(slots=True, kw_only=True)
class Options:
    """How nasty the site is."""

    index_lag: float = 0.0
    """Seconds that search lags behind; direct reads never do."""
    page_cap: int = 100
    token_life: float = 0.0
    """Seconds that a page token is good for; 0: for ever."""
    most_comments: int = 0
    """Comments that an issue takes before it answers 413; 0: no limit."""
    epoch_jql: bool = True
    """Whether JQL takes dates as epoch milliseconds."""
    strict_keys: bool = True
    """Whether JQL refuses a bound of a range of keys that is no issue's key."""
    show_hidden_links: bool = False
    """Whether a link to an issue that the caller may not browse shows its stub instead of being left out."""
    issue_burst: int = 0
    """Writes allowed on one issue within two seconds; 0: no limit."""
    issue_long_burst: int = 0
    """The same within thirty seconds."""
    longest_text: int = 0
    """Characters that a comment may have here, when its admin allows fewer than usual."""
    fixed_labels: bool = False
    """Labels are on no screen, so that nobody may edit them."""
    rate_limit: int = 0
    """Requests allowed in a second; 0: no limit."""
    deployment: str = "Cloud"
    """``Cloud``, or ``Server`` for Data Center. What follows is for the latter."""
    server_page: int = 1000
    """Rows of a page that it hands back at most (jira.search.views.default.max)."""
    server_window: int = 10_000
    """Rows beyond which no page may reach; 0: no limit."""
    bucket: int = 0
    """Requests that a user may make at once; 0: no limit, and no headers that tell of one."""
    bucket_fill: int = 1
    bucket_seconds: int = 1
    """So many requests are allowed again after so many seconds."""
