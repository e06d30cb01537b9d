"""How promises moved: from the tracker's own history as far as it goes back, and from what we saw since."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime

from model.facts import Facts, IssueFact, Promise
from model.snapshot import Dependency, Move

BEGINNING = datetime.min.replace(tzinfo=UTC)
NAMED = {"sprint", "release"}
"""History gives these by name; their days stand elsewhere."""


def moves(uid: str, fact: IssueFact | None, facts: Facts, source: str) -> tuple[Move, ...]:
    """Every time the promise of this provider, taken from ``source``, became another day. Oldest first.

    A day that was given for the first time, or taken away, is no move.
    """
    told = _told(fact, facts, source) if fact is not None else ()
    seen = (p for p in facts.promises.get(uid, ()) if p.source == source)
    line = sorted((*told, *seen), key=lambda p: p.at)
    found, standing = [], None
    for promise in line:
        if promise.day is not None and standing is not None and promise.day != standing:
            found.append(Move(at=promise.at, before=standing, after=promise.day))
        standing = promise.day if promise.day is not None else standing
    return tuple(found)


def _told(fact: IssueFact, facts: Facts, source: str) -> Iterator[Promise]:
    """What the tracker's history says, the state before its first change included."""
    own = [change for change in fact.history or () if change.field == source]
    for index, change in enumerate(own):
        if index == 0:
            yield Promise(at=BEGINNING, day=_day(change.before, fact, facts, source), source=source)
        yield Promise(at=change.at, day=_day(change.after, fact, facts, source), source=source)


def _day(value: str, fact: IssueFact, facts: Facts, source: str) -> date | None:
    if source in NAMED:
        return _named(value, fact, facts, source)
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _named(name: str, fact: IssueFact, facts: Facts, source: str) -> date | None:
    """The day of a release by its name; of sprints the moves are known only from watching, in their team's zone."""
    if source != "release":
        return None
    held: Iterable[tuple[str, date | None]] = (
        *((r.name, r.day) for r in fact.releases),
        *((r.name, r.day) for (tracker, _), r in facts.releases.items() if tracker == fact.tracker),
    )
    return next((day for known, day in held if known == name), None)


def news(
    dependencies: Iterable[Dependency], facts: Facts, now: datetime
) -> tuple[list[tuple[str, str]], dict[str, Promise]]:
    """What is to be noted down: dependencies not met before, and promises that are not what they last were."""
    fresh: list[tuple[str, str]] = []
    moved: dict[str, Promise] = {}
    for dependency in dependencies:
        if dependency.key not in facts.since:
            fresh.append(dependency.key)
        promise = _promise(dependency, now)
        if promise is not None and _differs(facts.promises, dependency.provider.uid, promise):
            moved[dependency.provider.uid] = promise
    return fresh, moved


def _promise(dependency: Dependency, now: datetime) -> Promise | None:
    """Nothing is concluded of a provider that was not read in full. What a command promised is for one dependency,
    and it is kept as it was said."""
    provider, promised = dependency.provider, dependency.promised
    if provider.end != "read" or not provider.complete or (promised is not None and promised.source == "command"):
        return None
    return Promise(at=now, day=promised.day if promised else None, source=promised.source if promised else "")


def _differs(known: Mapping[str, tuple[Promise, ...]], uid: str, promise: Promise) -> bool:
    before = known.get(uid, ())
    if not before:
        return promise.day is not None
    return (before[-1].day, before[-1].source) != (promise.day, promise.source)
