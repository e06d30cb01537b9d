"""Values of what a rule judges by, short enough for a line."""

from datetime import date, datetime
from functools import singledispatch

from model.snapshot import Coverage, DateClaim, Dependency, Evidence, Issue, Missing, Move


@singledispatch
def value(thing: object) -> str:
    """As a person would write it."""
    return "none" if thing is None or thing == "" else str(thing)


@value.register
def _(thing: bool) -> str:
    return "yes" if thing else "no"


@value.register
def _(thing: datetime) -> str:
    return thing.date().isoformat()


@value.register
def _(thing: date) -> str:
    return thing.isoformat()


@value.register
def _(thing: DateClaim) -> str:
    return f"{thing.day} {thing.source} {thing.name}".rstrip()


@value.register
def _(thing: Move) -> str:
    return f"{thing.at.date()}: {thing.before} -> {thing.after}"


@value.register
def _(thing: Evidence) -> str:
    return thing.strength


@value.register
def _(thing: Dependency) -> str:
    return f"{thing.consumer.ref} waits for {thing.provider.ref}"


@value.register
def _(thing: Issue) -> str:
    return str(thing.ref)


@value.register
def _(thing: Missing) -> str:
    return f"{thing.tracker}:{thing.scope}"


@value.register
def _(thing: Coverage) -> str:
    if thing.covered is None:
        return "not known"
    return f"covered by {thing.by}" if thing.covered else "not covered"


@value.register
def _(thing: tuple) -> str:  # type: ignore[type-arg]  # dispatch takes the bare class
    return ", ".join(value(one) for one in thing if one not in (None, "")) or "none"
