"""What a tracker's table in the config may hold: settings that all have, and what each kind adds to them.

A connector declares its own table next to itself, as a rule declares its settings. Error messages,
the JSON Schema, docs/config.md and the patterns of teams and audiences are all made from it.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

Facet = Literal["component", "label", "team", "person"]
"""What of an issue a pattern such as ``jira:PLAT/component=Ledger`` may ask for."""


class Unfit(ValueError):
    """A value that will not do; ``near`` is what was probably meant."""

    def __init__(self, message: str, near: str = "") -> None:
        super().__init__(message)
        self.near = near


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """How a kind of tracker names its projects and issues."""

    shape: Literal["jira", "github"]
    """``PAY-12`` or ``acme/web#12``: how a key is taken apart, and found in text."""
    pattern: str
    """A regular expression for what may follow ``TRACKER:`` in a pattern, ``*`` included."""
    example: str
    """What may stand there, in words."""


class TrackerTable(BaseModel):
    """``[trackers.NAME]``, as far as all kinds are alike. A kind's own table names its ``kind`` as a Literal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keys: ClassVar[Keys]
    scopes_setting: ClassVar[str]
    """The setting that lists the projects or repositories to read."""
    person: ClassVar[str]
    """What names a person on this kind of tracker, in words."""
    facets: ClassVar[tuple[Facet, ...]] = ("label", "person")
    pages: ClassVar[Mapping[str, str]] = {}
    """Host of the API -> host of the pages people open, where they differ and are known."""

    kind: str
    url: str
    audience: str = Field(
        default="",
        description='Who reads it, for the whole tracker: "public" or a group of [audiences]. '
        "Left out: each project and repository by itself, as visible as the tracker says.",
    )
    concurrency: int = Field(
        default=1,
        ge=1,
        le=16,
        description="Requests under way at once while reading, at most. Writes always go one at a time.",
    )
    token_file: str = Field(
        default="",
        description="File that holds the token, relative to this file. CROSSTIE_TRACKERS__NAME__TOKEN goes before it.",
    )
    write_token_file: str = Field(
        default="",
        description="File with a token of its own for writing. CROSSTIE_TRACKERS__NAME__WRITE_TOKEN goes before it.",
    )

    @property
    def scopes(self) -> tuple[str, ...]:
        listed: tuple[str, ...] = getattr(self, self.scopes_setting)
        return listed


def _check_url(url: str) -> str:
    """Scheme, host and path alone, without a slash at the end. Never says the URL: it may hold a password."""
    parts = _split(url)
    if parts.username is not None or parts.password is not None:
        raise ValueError(
            "a URL must not hold a user name or password; the user is a setting of its own, and the token comes from "
            "the environment"
        )
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be a URL such as https://acme.atlassian.net")
    if parts.scheme == "http" and not _is_loopback(parts.hostname):
        raise ValueError("plain http would send the token readable to everyone on the way; use https")
    if parts.query or parts.fragment:
        raise ValueError("a URL must end before ? and #")
    return url.rstrip("/")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url.strip())
        _ = parts.port, parts.hostname
    except ValueError:
        raise ValueError("must be a URL such as https://acme.atlassian.net") from None
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


Url = Annotated[str, AfterValidator(_check_url)]
Identifier = Annotated[
    str,
    BeforeValidator(lambda value: str(value) if type(value) is int else value),
    StringConstraints(pattern=r"^[A-Za-z0-9._-]*$"),
    Field(examples=["123456"]),
]
