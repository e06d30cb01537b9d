"""Pulling by GraphQL: full walks, deltas, and the cursors between them.

Requests, with R repositories, I issues and P pull requests: a full pull takes about
max(I, P)/100 and at most I/100 + P/100, plus R/10, plus a tenth of a request for every list that
overflows (more than 50 comments), plus 1 for the account. A delta of k changed issues takes R/10
plus about k/100. When asked for structure, ``sweep`` adds as many lean requests as a full pull,
and one for each 100 issues whose links moved.

Full walks go from the least to the most recently updated, so that whatever changes meanwhile
moves to where the walk still comes by. A delta of pull requests, for which GitHub has no
``since``, goes from the newest back to the last cursor; what changes meanwhile is newer than
its cursor and comes with the next delta. A cursor is the newest ``updatedAt`` seen (never our
clock) less an overlap, and is handed out with the last page of a walk that missed nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from connectors.base import Page
from connectors.github.catalog import Catalog
from connectors.github.queries import fragments
from connectors.github.reading import Reading
from connectors.github.walk import Lane, Lap, Track, walk
from model.facts import IssueFact, Scope

OVERLAP = timedelta(minutes=2)
FIELDS: Mapping[str, str] = {"issues": "...IssueFields", "pullRequests": "...PullFields"}
OLDEST_FIRST = "UPDATED_AT, direction: ASC"
NEWEST_FIRST = "UPDATED_AT, direction: DESC"


class Mark(msgspec.Struct, frozen=True):
    """What a cursor holds: which repository it was, and how far each of its lists was read."""

    repository: str
    issues: str = ""
    pull_requests: str = ""


@dataclass(slots=True)
class Repository(Track):
    """A repository on the way. A ``mark`` makes it a delta; without, the walk is full and counts who is there."""

    asked: str = ""
    """Its name in the config."""
    id: str = ""
    mark: Mark | None = None
    newest: dict[str, str] = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)
    public: bool = False
    failed: list[str] = field(default_factory=list)
    same_as: str = ""
    """Another configured name that turned out to be this repository and is pulled already."""

    def saw(self, lane: Lane, rows: Sequence[Mapping[str, Any]]) -> None:
        newest = max((str(row["updatedAt"]) for row in rows), default="")
        self.newest[lane.name] = max(newest, self.newest.get(lane.name, ""))
        if self.mark is None:
            self.ids.update(str(row["id"]) for row in rows)

    def cursor(self) -> str:
        """Where the next delta starts: what was seen now, or where this one started."""
        before = self.mark or Mark(repository=self.id)
        mark = Mark(
            repository=self.id,
            issues=max(less_overlap(self.newest.get("issues", "")), before.issues),
            pull_requests=max(less_overlap(self.newest.get("pullRequests", "")), before.pull_requests),
        )
        return msgspec.json.encode(mark).decode()

    def scopes(self, tracker: str, now: datetime) -> Iterator[Scope]:
        """Its scope, and one more for the name in the config when GitHub knows it by another."""
        missing = "; ".join(dict.fromkeys(self.failed))
        for key in dict.fromkeys((self.asked,) if self.same_as else (self.name, self.asked)):
            at = None if missing else now
            yield Scope(tracker=tracker, key=key, public=self.public, missing=missing, read_at=at)


def lanes(mark: Mark | None) -> tuple[Lane, ...]:
    issues, pulls = (mark.issues, mark.pull_requests) if mark else ("", "")
    return (
        Lane(name="issues", order=OLDEST_FIRST, since=issues),
        Lane(name="pullRequests", order=NEWEST_FIRST if pulls else OLDEST_FIRST, since=pulls),
    )


class Puller:
    """One pull of all repositories."""

    def __init__(self, reading: Reading, catalog: Catalog, cursors: Mapping[str, str]) -> None:
        self._reading, self._catalog, self._cursors = reading, catalog, cursors
        self._claimed: dict[str, str] = {}
        """Name on GitHub -> configured name that it is pulled for."""

    def start(self, asked: str) -> Repository:
        name = self._catalog.names.get(asked, asked)
        mark = read_mark(self._cursors.get(name, ""))
        return Repository(name=name, asked=asked, mark=mark, lanes=lanes(mark))

    def pull(self, repositories: Sequence[Repository]) -> Iterator[Page]:
        """Facts as they come; each repository's last page carries its scope, cursor and census."""
        texts = fragments(self._reading.schema)
        for lap in walk(self._reading.client, repositories, lambda lane: FIELDS[lane.name], texts):
            repository = lap.track
            nodes, troubles = self._take(repository, lap)
            issues, failed = self._reading.facts(nodes, troubles)
            repository.failed += failed
            repository.done = repository.done or not repository.open_lanes
            yield self._page(repository, issues)

    def _take(self, repository: Repository, lap: Lap[Repository]) -> tuple[list[dict[str, Any]], dict[str, str]]:
        """The new rows of a lap, and by node id what could not be read of them."""
        if lap.data is None:
            repository.failed.append(lap.why)
            repository.done = True
            return [], {}
        if not self._recognise(repository, lap.data):
            return [], {}
        nodes: list[dict[str, Any]] = []
        troubles: dict[str, str] = {}
        for lane in repository.open_lanes:
            fresh, said = _fresh(repository, lap, lane)
            repository.saw(lane, fresh)
            nodes += fresh
            troubles |= said
        for node in nodes:
            self._catalog.note(repository.name, node)
        return nodes, troubles

    def _recognise(self, repository: Repository, data: Mapping[str, Any]) -> bool:
        """Whether these rows are to be taken. A repository renamed or replaced since its cursor starts anew."""
        name = str(data["nameWithOwner"])
        repository.public = not data.get("isPrivate", True)
        if self._claimed.setdefault(name, repository.asked) != repository.asked:
            repository.same_as, repository.done = name, True
            return False
        if repository.mark and (name != repository.name or data["id"] != repository.mark.repository):
            repository.name, repository.mark, repository.lanes = name, None, lanes(None)
            return False
        repository.name, repository.id = name, str(data["id"])
        return True

    def _page(self, repository: Repository, issues: tuple[IssueFact, ...]) -> Page:
        if not repository.done:
            return Page(issues=issues)
        if repository.name != repository.asked:
            self._catalog.names[repository.asked] = repository.name
        else:
            self._catalog.names.pop(repository.asked, None)
        whole = not repository.failed and not repository.same_as
        name = repository.name
        return Page(
            issues=issues,
            scopes=tuple(repository.scopes(self._reading.tracker, self._reading.client.now())),
            cursors={name: repository.cursor()} if whole else {},
            census={name: frozenset(repository.ids)} if whole and repository.mark is None else None,
        )


def _fresh(repository: Repository, lap: Lap[Repository], lane: Lane) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """A lane's rows that are not older than its cursor, and by node id what could not be read of them; moves it on."""
    said = lap.troubles(lane)
    rows: list[dict[str, Any]] = []
    troubles: dict[str, str] = {}
    for index, row in enumerate(lap.rows(lane)):
        if row is None:
            repository.failed.append(f"one entry could not be read: {said.get(index, 'no reason given')}")
            continue
        rows.append(row)
        if index in said:
            troubles[row["id"]] = said[index]
    fresh = [row for row in rows if row["updatedAt"] >= lane.since]
    lap.advance(lane)
    if lane.order == NEWEST_FIRST and len(fresh) < len(rows):
        lane.done = True
    return fresh, troubles


def read_mark(cursor: str) -> Mark | None:
    """What a cursor says; None, meaning a full walk, for one that is missing or unknown."""
    try:
        return msgspec.json.decode(cursor, type=Mark)
    except msgspec.DecodeError:
        return None


def less_overlap(moment: str) -> str:
    """A GitHub timestamp moved back, so that what GitHub's index shows late is still seen."""
    if not moment:
        return ""
    return (datetime.fromisoformat(moment).astimezone(UTC) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
