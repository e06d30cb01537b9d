"""What deltas cannot see: links added or removed, and issues that went away.

A blocked-by or parent link does not move ``updatedAt`` on either of its issues. So every so
often all issues are read again, but lean: ids, and the ids and states at the other ends of their
links. Each is compared with a digest kept since the last time; only those that differ are read
in full, 100 to a request. Both ends of a link differ, so both are read. The same walk counts
who is there. It goes by creation, which never changes.

A digest lost (or a first sweep) means reading the issues that have links once more, nothing worse.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.base import Page
from connectors.github.catalog import Catalog
from connectors.github.queries import structure
from connectors.github.reading import Reading
from connectors.github.walk import Lane, Lap, Track, walk
from model.facts import Scope

OLDEST_FIRST = "CREATED_AT, direction: ASC"
TYPES = {"issues": "Issue", "pullRequests": "PullRequest"}
BATCH = 100


@dataclass(slots=True)
class Swept(Track):
    public: bool = False
    ids: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)


def start(name: str, *, public: bool) -> Swept:
    lanes = tuple(Lane(name=lane, order=OLDEST_FIRST) for lane in TYPES)
    return Swept(name=name, lanes=lanes, public=public)


def sweep(reading: Reading, catalog: Catalog, repositories: Sequence[Swept]) -> Iterator[Page]:
    """Facts of every issue whose links changed, then the census of each repository."""
    changed: list[tuple[Swept, str]] = []
    texts = {lane: structure(type_name, reading.schema) for lane, type_name in TYPES.items()}
    for lap in walk(reading.client, repositories, lambda lane: texts[lane.name]):
        changed += [(lap.track, identity) for identity in _compare(lap, catalog)]
        while len(changed) >= BATCH:
            yield from _again(reading, changed[:BATCH])
            changed = changed[BATCH:]
    yield from _again(reading, changed)
    for repository in repositories:
        yield _counted(reading.tracker, repository, catalog)


def _compare(lap: Lap[Swept], catalog: Catalog) -> Iterator[str]:
    """Node ids of those whose links are not what they were."""
    repository = lap.track
    if lap.data is None or lap.data["nameWithOwner"] != repository.name:
        repository.failed.append(lap.why if lap.data is None else "was renamed meanwhile")
        repository.done = True
        return
    for lane in repository.open_lanes:
        for row in lap.rows(lane):
            if row is None:
                repository.failed.append("one entry could not be read")
                continue
            repository.ids.add(row["id"])
            repository.numbers.add(str(row["number"]))
            if catalog.note(repository.name, row):
                yield row["id"]
        lap.advance(lane)
    repository.done = not repository.open_lanes


def _again(reading: Reading, changed: Sequence[tuple[Swept, str]]) -> Iterator[Page]:
    for issues, failed in reading.by_id([identity for _, identity in changed]):
        for repository, _ in changed if failed else ():
            repository.failed += failed
        yield Page(issues=issues)


def _counted(tracker: str, repository: Swept, catalog: Catalog) -> Page:
    if repository.failed:
        catalog.structure.pop(repository.name, None)  # what was not read now is compared anew next time
        missing = "; ".join(dict.fromkeys(repository.failed))
        scope = Scope(tracker=tracker, key=repository.name, public=repository.public, missing=missing)
        return Page(scopes=(scope,))
    catalog.keep_only(repository.name, repository.numbers)
    return Page(census={repository.name: frozenset(repository.ids)})
