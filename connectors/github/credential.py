"""What GitHub tells of a credential without anything being written.

A classic token's scopes stand in a header of every REST answer, an installation's permissions
came with its token. Of a fine-grained token GitHub tells nobody what it may.
https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from connectors.base import Refused, TryLater
from connectors.github.client import Client
from connectors.github.limits import CORE, GRAPHQL

Kind = Literal["classic", "fine-grained", "app", "unknown"]
FINE_GRAINED = "github_pat_"
"""How such tokens begin: https://github.blog/engineering/behind-githubs-new-authentication-token-formats/"""
NO_LIMITS = 404
"""A GitHub Enterprise Server on which limits are switched off has nothing to say of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    resource: str
    left: int
    limit: int
    resets_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    kind: Kind
    scopes: frozenset[str] = frozenset()
    """Of a classic token."""
    permissions: Mapping[str, str] | None = None
    """Of an app: ``issues`` -> ``write``."""
    expires: datetime | None = None
    quotas: tuple[Quota, ...] = ()

    def __str__(self) -> str:
        match self.kind:
            case "classic":
                return f"a classic token with the scopes {', '.join(sorted(self.scopes)) or '(none)'}"
            case "app":
                granted = (f"{name}: {level}" for name, level in sorted((self.permissions or {}).items()))
                return f"an app with the permissions {', '.join(granted) or '(none)'}"
            case "fine-grained":
                return "a fine-grained token"
        return "a token whose scopes GitHub does not tell"

    def may(self, permission: str, level: str) -> bool | None:
        """Whether an app has it; None for anything else than an app."""
        if self.permissions is None:
            return None
        levels = ("read", "write", "admin")
        granted = self.permissions.get(permission, "")
        return granted in levels[levels.index(level) :]


def examine(client: Client, token: str) -> Credential:
    """One request, which counts against no limit. Raises Stop when the credential is refused."""
    try:
        answer = client.get("/rate_limit", accept=(NO_LIMITS,))
    except (Refused, TryLater):
        return Credential(kind="fine-grained" if token.startswith(FINE_GRAINED) else "unknown")
    resources = answer.data.get("resources") if isinstance(answer.data, dict) else None
    scopes = answer.headers.get("x-oauth-scopes")
    if client.installation:
        return Credential(
            kind="app", permissions=client.installation.grant().permissions, quotas=_quotas(client, resources)
        )
    kind: Kind = "fine-grained" if token.startswith(FINE_GRAINED) else "unknown" if scopes is None else "classic"
    return Credential(
        kind=kind,
        scopes=frozenset(filter(None, (scope.strip() for scope in (scopes or "").split(",")))),
        expires=_expiry(answer.headers.get("github-authentication-token-expiration", "")),
        quotas=_quotas(client, resources),
    )


def _quotas(client: Client, resources: Mapping[str, Any] | None) -> tuple[Quota, ...]:
    rows = ((name, (resources or {}).get(name)) for name in (CORE, GRAPHQL))
    return tuple(
        Quota(
            resource=name,
            left=int(row["remaining"]),
            limit=int(row["limit"]),
            resets_at=datetime.fromtimestamp(int(row["reset"]), client.now().tzinfo),
        )
        for name, row in rows
        if isinstance(row, dict)
    )


def _expiry(text: str) -> datetime | None:
    """Such as ``2026-12-01 00:00:00 UTC`` or ``... +0200``."""
    try:
        return datetime.strptime(text.replace(" UTC", " +0000"), "%Y-%m-%d %H:%M:%S %z")
    except ValueError:
        return None
