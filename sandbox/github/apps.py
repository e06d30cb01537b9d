"""GitHub Apps: their keys, where they are installed, the tokens of an installation.

https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app
"""

import secrets
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from types import MappingProxyType

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from sandbox.github.errors import Refusal, unprocessable
from sandbox.github.records import App, Installation, Repository, Token, User
from sandbox.github.repositories import ensure_user
from sandbox.github.state import State

LIFETIME = timedelta(hours=1)
PERMISSIONS: Mapping[str, str] = MappingProxyType(
    {"issues": "write", "metadata": "read", "organization_projects": "read", "pull_requests": "write"}
)
"""What an app gets that asks for nothing else: all that reading dependencies and writing notes takes."""
_LEVELS = ("none", "read", "write", "admin")


@cache
def make_key() -> str:
    """An RSA key in PEM, made when it is first needed; all apps that this process makes have it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


def find_app(state: State, wanted: str | int) -> App | None:
    """By id, client id or slug."""
    return next((a for a in state.tables.apps.values() if str(wanted) in (str(a.id), a.client_id, a.slug)), None)


def ensure_app(state: State, slug: str, owner: User, permissions: Mapping[str, str]) -> App:
    """The app of this name, made when there is none."""
    found = find_app(state, slug)
    if found is not None:
        return found
    number = state.fresh_id(small=True)
    app = App(
        id=number,
        node_id=state.new_node_id("A", number),
        slug=slug,
        client_id=f"Iv23li{number:014d}",
        owner_id=owner.id,
        bot_id=ensure_user(state, f"{slug}[bot]", kind="Bot").id,
        permissions={"metadata": "read", **permissions},
        private_key=make_key(),
        created_at=state.now(),
    )
    state.tables.apps[app.id] = app
    return app


def install(
    state: State,
    app: App,
    account: User,
    repositories: Sequence[Repository] | None,
    permissions: Mapping[str, str],
) -> Installation:
    """Where it is installed already, that one gets these repositories (None: all) and permissions."""
    found = installation_on(state, app, account)
    if found is None:
        number = state.fresh_id(small=True)
        found = Installation(id=number, app_id=app.id, account_id=account.id, permissions={}, created_at=state.now())
        state.tables.installations[number] = found
    found.permissions = {"metadata": "read", **permissions}
    found.repository_ids = None if repositories is None else [repository.id for repository in repositories]
    return found


def installation_on(state: State, app: App, account: User) -> Installation | None:
    all_of_them = state.tables.installations.values()
    return next((i for i in all_of_them if i.app_id == app.id and i.account_id == account.id), None)


def uninstall(state: State, installation: Installation) -> None:
    """Its tokens are void at once."""
    del state.tables.installations[installation.id]
    for token in state.tables.tokens.values():
        token.revoked |= token.installation_id == installation.id


def holds(installation: Installation, repository: Repository) -> bool:
    if installation.repository_ids is None:
        return repository.owner_id == installation.account_id
    return repository.id in installation.repository_ids


def mint(
    state: State,
    installation: Installation,
    *,
    permissions: Mapping[str, str] | None = None,
) -> tuple[str, Token]:
    """A token for an hour, with fewer permissions when asked. Raises 403 when suspended, 422 for too much."""
    app = state.tables.apps[installation.app_id]
    if installation.suspended_at is not None:
        raise Refusal(403, "This installation has been suspended", kind="FORBIDDEN")
    for name, level in (permissions or {}).items():
        if _rank(level) > _rank(installation.permissions.get(name, "none")):
            raise unprocessable("The permissions requested are not granted to this installation.")
    secret = f"ghs_{secrets.token_hex(18)}"
    token = Token(
        user_id=app.bot_id,
        kind="installation",
        permissions={"metadata": "read", **(permissions or installation.permissions)},
        installation_id=installation.id,
        expires_at=state.now() + LIFETIME,
    )
    state.tables.tokens[secret] = token
    return secret, token


def _rank(level: str) -> int:
    return _LEVELS.index(level) if level in _LEVELS else len(_LEVELS)


def allows(permissions: Mapping[str, str] | None, name: str, level: str) -> bool:
    """Whether a token has a permission; None has them all."""
    return permissions is None or _rank(permissions.get(name, "none")) >= _rank(level)
