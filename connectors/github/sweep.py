"""All issues, lean: what their links and board dates look like now, and who is there at all.

Ids, the ids and states at the other ends of links, and dates of boards: none of these moves
``updatedAt``. Each issue is compared with a digest kept since the last time, so that only those
that differ are read in full. Both ends of a link differ, so both are read. The same walk counts who
is there. It goes by creation, which never changes.

A digest lost (or a first sweep) means reading the issues that have links once more, nothing worse.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from connectors.base import Page
from connectors.github.catalog import Catalog, Count
from connectors.github.queries import lean
from connectors.github.reading import Reading
from connectors.github.track import Lane, Node, Piece, Track
from connectors.github.walk import walk
from model.facts import Scope

OLDEST_FIRST = "CREATED_AT, direction: ASC"


@dataclass(slots=True)
class Swept(Track):
    public: bool = False
    renamed: bool = False
    numbers: set[str] = field(default_factory=set)
    changed: list[str] = field(default_factory=list)
    """Node ids of those whose links are not what they were."""

    def recognise(self, data: Node) -> bool:
        self.renamed = data["nameWithOwner"] != self.name
        for lane in self.lanes if self.renamed else ():
            lane.done = True
        return not self.renamed


def start(name: str, *, public: bool) -> Swept:
    lanes = tuple(Lane(name=lane, order=OLDEST_FIRST) for lane in ("issues", "pullRequests"))
    return Swept(name=name, lanes=lanes, public=public)


def sweep(reading: Reading, catalog: Catalog, repositories: Sequence[Swept]) -> None:
    """Fill ``changed`` and ``failed`` of each repository."""
    for piece in walk(reading, repositories, lean, whole=False):
        _compare(piece, catalog)
    for repository in repositories:
        if repository.renamed:
            repository.failed.append("was renamed meanwhile")
        elif not repository.failed:
            lacking = catalog.falls_short(repository.name, len(repository.ids), repository.counted)
            repository.failed += [lacking] if lacking else []


def _compare(piece: Piece[Swept], catalog: Catalog) -> None:
    repository = piece.track
    repository.close(piece)
    for row in piece.rows:
        repository.numbers.add(str(row["number"]))
        if catalog.note(repository.name, row):
            repository.changed.append(str(row["id"]))


def census(reading: Reading, catalog: Catalog, repository: Swept) -> Iterator[Page]:
    """Who is there; to be yielded after what changed has been read again."""
    if not repository.failed:
        catalog.keep_only(repository.name, repository.numbers)
        catalog.counts[repository.name] = Count(at=reading.client.now(), rows=len(repository.ids))
        yield Page(census={repository.name: frozenset(repository.ids)})
        return
    catalog.structure.pop(repository.name, None)  # what was not read now is compared anew next time
    missing = "; ".join(dict.fromkeys(repository.failed))
    scope = Scope(tracker=reading.tracker, key=repository.name, public=repository.public, missing=missing)
    yield Page(scopes=(scope,))
