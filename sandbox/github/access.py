"""Who calls and what that token may see.

A repository that a token may not read does not exist for it (404); one it may read but not write answers 403.
"""

import base64
import binascii
from dataclasses import dataclass

from sandbox.github.errors import bad_credentials, login_required, no_access
from sandbox.github.records import Permission, Repository, Token, User
from sandbox.github.state import State

DEFAULT_TOKEN = "sandbox-github-token"  # noqa: S105  # the sandbox's public password
DEFAULT_LOGIN = "crosstie-bot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    state: State
    user: User | None
    token: Token | None
    root: str
    """Base of API URLs in answers: the one the caller used, without a final slash."""

    def permission(self, repository: Repository) -> Permission:
        granted = self.token.grants.get(repository.id, "none") if self.token else "none"
        return "read" if granted == "none" and repository.visibility == "public" else granted

    def may_read(self, repository: Repository) -> bool:
        return self.permission(repository) != "none"

    def may_write(self, repository: Repository) -> bool:
        return self.permission(repository) == "write" and not repository.archived

    def writer(self, repository: Repository) -> User:
        """The account, when it may write here; raises 401, or 403 as GitHub words it."""
        user = self.known()
        if not self.may_write(repository):
            raise no_access()
        return user

    def known(self) -> User:
        if self.user is None:
            raise login_required()
        return self.user

    @property
    def quota_key(self) -> str:
        return self.user.login.lower() if self.user else ""


def identify(state: State, authorization: str, root: str) -> Caller:
    """The caller behind an Authorization header; none means anonymous, a wrong one raises 401."""
    if not authorization:
        return Caller(state=state, user=None, token=None, root=root)
    token = state.tables.tokens.get(_secret(authorization))
    user = state.person(token.user_id) if token else None
    if token is None or token.revoked or user is None:
        raise bad_credentials()
    return Caller(state=state, user=user, token=token, root=root)


def _secret(authorization: str) -> str:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "basic":
        return rest.strip()
    try:
        return base64.b64decode(rest).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
