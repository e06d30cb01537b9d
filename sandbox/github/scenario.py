"""For who sets a scene: repositories, people, issues with a past. Everything is named by its name."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any, TypeAlias

from sandbox.github import apps, issues, links, projects, repositories
from sandbox.github.access import DEFAULT_TOKEN
from sandbox.github.comments import create_comment
from sandbox.github.project_records import FieldKind, FieldValue, Project
from sandbox.github.records import App, Comment, Installation, Issue, Permission, Repository, User, UserKind
from sandbox.github.repositories import Visibility, ensure_token, ensure_user
from sandbox.github.state import State

Value: TypeAlias = FieldValue | date | str | float
"""Of a project field: a date, an option's name, a number; iterations and texts as ``FieldValue``."""


class Writer:
    """Writes straight into a GitHub's state. Unknown people are made; unknown repositories and issues are errors.

    ``at`` is when it happened, aware or taken as UTC; without it, now.
    """

    def __init__(self, state: State) -> None:
        self.state = state

    def repository(
        self,
        name: str,
        *,
        visibility: Visibility = "public",
        token: Permission = "write",  # noqa: S107  # what it may do, no password
        owner_kind: UserKind = "Organization",
        at: datetime | None = None,
    ) -> Repository:
        """A repository, with what the default token may do in it."""
        made = repositories.add_repository(self.state, name, visibility=visibility, owner_kind=owner_kind, at=_utc(at))
        repositories.grant(self.state, DEFAULT_TOKEN, made, token)
        return made

    def token(self, secret: str, login: str, **permissions: Permission) -> None:
        """Another token. ``permissions`` by repository name: ``**{"acme/web": "read"}``."""
        ensure_token(self.state, secret, login)
        for name, permission in permissions.items():
            repositories.grant(self.state, secret, self.find_repository(name), permission)

    def limited_token(
        self,
        secret: str,
        login: str,
        *,
        scopes: Sequence[str] | None = None,
        permissions: Mapping[str, str] | None = None,
        expires: datetime | None = None,
        roles: Mapping[str, Permission] = MappingProxyType({}),
    ) -> None:
        """A token that may less than its account. With ``scopes`` a classic one (``repo``, ``read:project``), else a
        fine-grained one with ``permissions`` (``{"issues": "read"}``; None: all). ``roles`` are those of the account,
        by repository name."""
        made = ensure_token(self.state, secret, login)
        made.kind = "fine-grained" if scopes is None else "classic"
        made.scopes = list(scopes or ())
        made.permissions = dict(permissions) if permissions is not None else None
        made.expires_at = _utc(expires)
        for name, role in roles.items():
            repositories.grant(self.state, secret, self.find_repository(name), role)

    def person(self, login: str, *, name: str | None = None, **associations: str) -> User:
        """``person("mira", **{"acme/web": "MEMBER"})``; a key without a slash stands for all of an owner."""
        user = ensure_user(self.state, login, name=name)
        for place, association in associations.items():
            for repository in self.state.tables.repositories.values():
                full = self.state.full_name(repository)
                if place in (full, full.partition("/")[0]):
                    repository.associations[user.id] = association
        return user

    def milestone(
        self, repository: str, title: str, *, due: date | None = None, closed: bool = False, at: datetime | None = None
    ) -> None:
        made = repositories.add_milestone(self.state, self.find_repository(repository), title, due=due, at=_utc(at))
        if closed:
            made.state, made.closed_at = "closed", made.updated_at

    def issue(
        self,
        repository: str,
        title: str,
        *,
        by: str,
        body: str | None = None,
        at: datetime | None = None,
        labels: Sequence[str] = (),
        assignees: Sequence[str] = (),
        milestone: str = "",
        type: str | None = None,  # GitHub's word
        number: int | None = None,
        closed: datetime | None = None,
        reason: str | None = None,
        updated: datetime | None = None,
        locked: bool = False,
        pinned: bool = False,
    ) -> str:
        """A new issue; returns its name, ``owner/repo#number``."""
        made = self._create(repository, title, by=by, body=body, at=at, number=number)
        made.issue_type, made.locked, made.pinned = type, locked, pinned
        self._dress(made, by, labels, assignees, milestone, at)
        if closed:
            issues.close_issue(self.state, made, ensure_user(self.state, by), reason=reason, at=_utc(closed))
        return self._named(made, updated)

    def pull(
        self,
        repository: str,
        title: str,
        *,
        by: str,
        body: str | None = None,
        at: datetime | None = None,
        head: str = "",
        base: str = "",
        draft: bool = False,
        labels: Sequence[str] = (),
        assignees: Sequence[str] = (),
        milestone: str = "",
        number: int | None = None,
        merged: datetime | None = None,
        closed: datetime | None = None,
        updated: datetime | None = None,
    ) -> str:
        """A new pull request. Merging closes the issues that its body closes."""
        fields = {"head": head, "base": base, "draft": draft}
        made = self._create(repository, title, by=by, body=body, at=at, number=number, pull=fields)
        self._dress(made, by, labels, assignees, milestone, at)
        actor = ensure_user(self.state, by)
        if merged:
            issues.merge_pull(self.state, made, actor, at=_utc(merged))
        elif closed:
            issues.close_issue(self.state, made, actor, at=_utc(closed))
        return self._named(made, updated)

    def comment(self, issue: str, body: str, *, by: str, at: datetime | None = None) -> Comment:
        return create_comment(
            self.state, self.find(issue), ensure_user(self.state, by), body, may_pass_lock=True, at=_utc(at)
        )

    def block(self, issue: str, blocker: str, *, by: str, at: datetime | None = None) -> None:
        """``issue`` is blocked by ``blocker``."""
        links.block(self.state, self.find(issue), self.find(blocker), ensure_user(self.state, by), at=_utc(at))

    def parent(self, issue: str, parent: str, *, by: str, at: datetime | None = None) -> None:
        links.set_parent(self.state, self.find(issue), self.find(parent), ensure_user(self.state, by), at=_utc(at))

    def project_values(self, issue: str, project: str, values: Mapping[str, Value], *, archived: bool = False) -> None:
        """Put an issue on the owner's project of this title and set fields: a date, an option name, a number, or a
        ``FieldValue`` (an iteration, a text)."""
        found = self.find(issue)
        owner = self.state.tables.users[self.state.home(found).owner_id]
        board = projects.find_project(self.state, owner, project) or projects.add_project(self.state, owner, project)
        item = projects.add_item(self.state, board, found)
        for name, value in values.items():
            projects.set_value(self.state, item, name, field_value(value))
        projects.archive(self.state, item, archived=archived)

    def project(
        self,
        owner: str,
        title: str,
        *,
        public: bool = False,
        closed: bool = False,
        fields: Mapping[str, FieldKind] = MappingProxyType({}),
    ) -> Project:
        """A project of an account; ``fields`` by name, such as ``{"Target date": "date"}``. Setting a value makes the
        field, the option and the iteration that it needs, too."""
        made = projects.add_project(self.state, ensure_user(self.state, owner), title, public=public)
        for name, kind in fields.items():
            projects.ensure_field(self.state, made, name, kind)
        projects.close_project(self.state, made, closed=closed)
        return made

    def app(
        self, slug: str = "crosstie", *, owner: str = "acme", permissions: Mapping[str, str] = apps.PERMISSIONS
    ) -> App:
        """A GitHub App; its ``private_key`` signs JWTs."""
        return apps.ensure_app(self.state, slug, ensure_user(self.state, owner), permissions)

    def install(
        self, app: App, account: str, *, repositories: Sequence[str] | None = None, **permissions: str
    ) -> Installation:
        """On an account, for all repositories or those named, with the app's permissions or those given."""
        chosen = None if repositories is None else [self.find_repository(name) for name in repositories]
        return apps.install(self.state, app, ensure_user(self.state, account), chosen, permissions or app.permissions)

    def find_repository(self, name: str) -> Repository:
        found = self.state.repository(name)
        if found is None:
            raise LookupError(f"there is no repository {name}; add it first")
        return found

    def find(self, name: str) -> Issue:
        place, _, number = name.partition("#")
        found = self.state.issue(self.find_repository(place), int(number))
        if found is None:
            raise LookupError(f"there is no issue {name}")
        return found

    def _create(self, repository: str, title: str, *, by: str, at: datetime | None, **fields: Any) -> Issue:
        home = self.find_repository(repository)
        return issues.create_issue(self.state, home, ensure_user(self.state, by), title=title, at=_utc(at), **fields)

    def _dress(
        self,
        issue: Issue,
        by: str,
        labels: Sequence[str],
        assignees: Sequence[str],
        milestone: str,
        at: datetime | None,
    ) -> None:
        state, actor, when = self.state, ensure_user(self.state, by), _utc(at)
        issues.add_labels(state, issue, actor, labels, at=when)
        issues.set_assignees(state, issue, actor, [ensure_user(state, x) for x in assignees], at=when)
        if milestone:
            found = state.milestone(state.home(issue), milestone)
            if found is None:
                raise LookupError(f"there is no milestone {milestone} in {state.full_name(state.home(issue))}")
            issues.set_milestone(state, issue, actor, found.id, at=when)

    def _named(self, issue: Issue, updated: datetime | None) -> str:
        if updated:
            issue.updated_at = _utc(updated) or issue.updated_at
        return f"{self.state.full_name(self.state.home(issue))}#{issue.number}"


def iteration(title: str, start: date, days: int) -> FieldValue:
    return FieldValue(kind="iteration", text=title, day=start, days=days)


def text(value: str) -> FieldValue:
    return FieldValue(kind="text", text=value)


def field_value(value: Value) -> FieldValue:
    match value:
        case FieldValue():
            return value
        case date():
            return FieldValue(kind="date", day=value)
        case str():
            return FieldValue(kind="single_select", text=value)
        case _:
            return FieldValue(kind="number", number=float(value))


def _utc(at: datetime | None) -> datetime | None:
    if at is None:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
