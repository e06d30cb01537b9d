"""What a tracker has to choose from, for whoever writes the first config. Values only."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.facts import Component, IssueFact, LinkType, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A project or repository that our account can see."""

    key: str
    """As the config names it: ``PAY``, ``acme/web``."""
    title: str = ""
    """What people call it, where that is not its key."""
    lead: Person | None = None
    public: bool = False
    archived: bool = False
    issues: int | None = None
    """How many it has, where the tracker tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What of a project or repository may tell whose its issues are."""

    components: tuple[Component, ...] = ()
    labels: tuple[str, ...] = ()
    """Those it defines, where a tracker defines labels."""
    issues: tuple[IssueFact, ...] = ()
    """Some that changed lately, with their labels, components, team and assignees, and little else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    choices: tuple[Choice, ...] = ()
    usage: Mapping[str, Usage] = field(default_factory=dict)
    """By key, of those that were looked at from near."""
    link_types: tuple[LinkType, ...] = ()
    missing: tuple[str, ...] = ()
    """What could not be looked at, in words."""
