"""Who calls, and what that token may see and do.

A repository that a token may not read does not exist for it (404); one it may read but not write answers 403. Two
things must agree for that: the role of the account in the repository, and, except for classic tokens, what the token
was given.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import get_args

from sandbox.github.app_jwt import app_behind
from sandbox.github.apps import allows, holds
from sandbox.github.errors import Refusal, bad_credentials, login_required, no_access, not_found
from sandbox.github.project_records import Project
from sandbox.github.records import App, Installation, Issue, Permission, Repository, Token, User
from sandbox.github.state import State

DEFAULT_TOKEN = "sandbox-github-token"  # noqa: S105  # the sandbox's public password
DEFAULT_LOGIN = "crosstie-bot"
_ROLES: tuple[Permission, ...] = get_args(Permission)
_OF_APPS = re.compile(r"/app(/|$)|/(orgs|users)/[^/]+/installation$|/repos/[^/]+/[^/]+/installation$")
"""Where an app is asked to show itself; anywhere else its JWT is worth nothing."""
_JWT = re.compile(r"[\w-]+\.[\w-]+\.[\w-]*")
ISSUES, PULLS = "issues", "pull_requests"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    state: State
    user: User | None
    token: Token | None
    root: str
    """Base of API URLs in answers: the one the caller used, without a final slash."""
    app: App | None = None
    """An app as itself, shown by its JWT."""

    @property
    def installation(self) -> Installation | None:
        number = self.token.installation_id if self.token else None
        return None if number is None else self.state.tables.installations.get(number)

    def permission(self, repository: Repository) -> Permission:
        """The role of the account; what its token lacks does not show in it."""
        granted: Permission = "none"
        if self.installation is not None:
            granted = "write" if holds(self.installation, repository) else "none"
        elif self.token is not None:
            granted = self.token.grants.get(repository.id, "none")
        if repository.visibility == "public":
            return "read" if granted == "none" else granted
        return granted if self._in_scope("repo") else "none"

    def _in_scope(self, *scopes: str) -> bool:
        """Whether a classic token has one of them; other tokens have none and need none."""
        return self.token is None or self.token.kind != "classic" or not set(scopes).isdisjoint(self.token.scopes)

    def has_role(self, repository: Repository, role: Permission) -> bool:
        return _ROLES.index(self.permission(repository)) >= _ROLES.index(role)

    def may_read(self, repository: Repository) -> bool:
        return self.permission(repository) != "none"

    def may_read_part(self, repository: Repository, *names: str) -> bool:
        """Whether it may read issues or pull requests there: of public ones everybody may."""
        return repository.visibility == "public" or self._allowed("read", *names)

    def may_write(self, repository: Repository, *names: str) -> bool:
        """One of the permissions is enough."""
        writable = self.has_role(repository, "write") and not repository.archived
        return writable and self._in_scope("repo", "public_repo") and self._allowed("write", *(names or (ISSUES,)))

    def _allowed(self, level: str, *names: str) -> bool:
        return self.token is None or any(allows(self.token.permissions, name, level) for name in names)

    def writer(self, repository: Repository, *names: str) -> User:
        """The account, when it may write here; raises 401, or 403 as GitHub words it."""
        user = self.known()
        if repository.archived and self.has_role(repository, "write"):
            raise Refusal(403, "Repository was archived so is read-only.", kind="FORBIDDEN")
        if not self._in_scope("repo", "public_repo"):
            raise not_found()
        if not self.may_write(repository, *names):
            raise self.refused("write", *names)
        return user

    def refused(self, level: str, *names: str) -> Refusal:
        """403 with what it would have taken."""
        accepted = "; ".join(f"{name}={level}" for name in names or (ISSUES,))
        return no_access(by_app=self.installation is not None, accepted=accepted)

    def reads_projects(self, project: Project) -> bool:
        if self.state.tables.options.no_project_scope:
            return False
        if self.token is None or project.public:
            return True
        if self.token.kind == "classic":
            return self._in_scope("project", "read:project")
        return allows(self.token.permissions, "organization_projects", "read")

    def has_project_scope(self) -> bool:
        """Of a classic token; others have none and are asked board by board."""
        return not self.state.tables.options.no_project_scope and self._in_scope("project", "read:project")

    def writes_on(self, issue: Issue) -> User:
        """As ``writer``: for a pull request either of two permissions will do."""
        return self.writer(self.state.home(issue), *((ISSUES, PULLS) if issue.pull else (ISSUES,)))

    def headers(self) -> dict[str, str]:
        """What answers tell of the token."""
        shown: dict[str, str] = {}
        if self.token is not None and self.token.kind == "classic":
            shown["X-OAuth-Scopes"] = ", ".join(sorted(self.token.scopes))
        if self.token is not None and self.token.kind != "installation" and self.token.expires_at is not None:
            shown["GitHub-Authentication-Token-Expiration"] = f"{self.token.expires_at:%Y-%m-%d %H:%M:%S} UTC"
        return shown

    def known(self) -> User:
        if self.user is None:
            raise login_required()
        return self.user

    @property
    def quota_key(self) -> str:
        return self.user.login.lower() if self.user else ""


def identify(state: State, authorization: str, root: str, path: str) -> Caller:
    """The caller behind an Authorization header; none means anonymous, a wrong or expired one raises 401."""
    if not authorization:
        return Caller(state=state, user=None, token=None, root=root)
    secret = _secret(authorization)
    if _JWT.fullmatch(secret) and secret not in state.tables.tokens:
        return _app(state, secret, root, path)
    token = state.tables.tokens.get(secret)
    user = state.person(token.user_id) if token else None
    if token is None or token.revoked or user is None:
        raise bad_credentials()
    if token.expires_at is not None and token.expires_at <= state.now():
        raise bad_credentials()
    caller = Caller(state=state, user=user, token=token, root=root)
    if caller.installation is not None and caller.installation.suspended_at is not None:
        raise Refusal(403, "This installation has been suspended", kind="FORBIDDEN")
    return caller


def _app(state: State, secret: str, root: str, path: str) -> Caller:
    app = app_behind(state, secret)
    if not _OF_APPS.match(path):
        raise bad_credentials()
    return Caller(state=state, user=None, token=None, root=root, app=app)


def _secret(authorization: str) -> str:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "basic":
        return rest.strip()
    try:
        return base64.b64decode(rest).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
