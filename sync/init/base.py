"""What a first config is made from."""

from dataclasses import dataclass, field
from datetime import date

from connectors.survey import Survey
from model.facts import LinkType, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracker:
    """One tracker as the config will name it, and what it told."""

    name: str
    kind: str
    url: str
    """Empty: the default of its kind."""
    user: str = ""
    token_file: str = ""
    scopes: tuple[str, ...]
    survey: Survey = field(default_factory=Survey)
    unreached: str = ""
    """Why it was not looked at, in words; empty when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """All that is known before the first config is written."""

    day: date
    trackers: tuple[Tracker, ...]
    timezone: str = "UTC"
    holidays: str = ""
    store: str = ""
    """A SQLAlchemy URL without a password; empty: the default."""
    one_audience: bool = False
    """Whether everybody who reads one of the trackers may read the others."""
    schema: str = ""
    """File with the JSON Schema for editors, relative to the config; empty: none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A pattern, and what made us think that it is a team's."""

    pattern: str
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A team that may be one. A person knows better: the file says how we came to it."""

    name: str
    claims: tuple[Claim, ...]
    sure: bool
    """False: it is written as a comment, to be taken or left."""
    lead: tuple[str, Person] | None = None
    """(kind of tracker, who)."""
    people: tuple[tuple[str, Person], ...] = ()
    """(kind of tracker, who was assigned lately), most often first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A link type that does not say which of two issues waits."""

    link_type: LinkType
    directionless: bool
    """Both ends read the same words."""
