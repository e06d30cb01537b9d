"""Pulling by GraphQL: full walks, deltas, and the cursors between them.

Requests, with R repositories, I issues and P pull requests: a full pull takes about
max(I, P)/100 and at most I/100 + P/100, plus R/10, plus a tenth of a request for every list that
overflows (more than 50 comments), plus 1 for the account and 1 for each ten owners, whose boards are
looked up along with the structure. A delta of k changed issues takes R/10 plus about k/100. What
structure costs is said in ``structure``.

Full walks go from the least to the most recently updated, so that whatever changes meanwhile
moves to where the walk still comes by. A delta of pull requests, for which GitHub has no
``since``, goes from the newest back to the last cursor; what changes meanwhile is newer than
its cursor and comes with the next delta. A cursor is the newest ``updatedAt`` seen (never our
clock) less an overlap, and is handed out with the last page of a walk that missed nothing.

A full walk leaves checkpoints in the catalog as it goes. One that was broken off goes on from the
last, and then does not claim to have counted who is there.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from connectors.base import ConnectorError, Page
from connectors.github.catalog import Catalog, Checkpoint, Count
from connectors.github.queries import MOST_COMMENTS, full
from connectors.github.reading import Reading
from connectors.github.track import NEWEST_FIRST, Lane, Node, Piece, Track, less_overlap
from connectors.github.walk import ROWS, walk
from model.facts import IssueFact, Scope

MANY = 100
"""Repositories from which on the points of a delta (up to 28 for ten of them) count more than its requests."""
OLDEST_FIRST = "UPDATED_AT, direction: ASC"
CHECKPOINT = 10
"""Answers after which a full walk leaves a checkpoint: the catalog is too large to be stored with each."""


class Mark(msgspec.Struct, frozen=True):
    """What a cursor holds: which repository it was, and how far each of its lists was read."""

    repository: str
    issues: str = ""
    pull_requests: str = ""
    settled: dict[str, str] = {}
    """Rows after these moments that need not be read again: id -> ``updatedAt``."""


@dataclass(slots=True)
class Repository(Track):
    """A repository on the way. A ``mark`` makes it a delta; without, the walk is full and counts who is there."""

    asked: str = ""
    """Its name in the config."""
    id: str = ""
    mark: Mark | None = None
    checkpoint: Checkpoint | None = None
    """Where this full walk began, if not at the beginning."""
    claimed: dict[str, str] = field(default_factory=dict)
    """Shared by all: name on GitHub -> configured name that it is pulled for."""
    public: bool = False
    partial: set[str] = field(default_factory=set)
    """Node ids of those that could not be read in full."""
    same_as: str = ""
    """Another configured name that turned out to be this repository and is pulled already."""

    @property
    def full(self) -> bool:
        return self.mark is None

    @property
    def apart(self) -> bool:
        """Not when it may turn out to have to start anew, which is for one hand to find."""
        return self.full and self.checkpoint is None

    def recognise(self, data: Node) -> bool:
        """A repository renamed or replaced since its cursor or checkpoint starts anew."""
        name, id_ = str(data["nameWithOwner"]), str(data["id"])
        self.public = not data.get("isPrivate", True)
        if self.claimed.setdefault(name, self.asked) != self.asked:
            self.same_as = name
            for lane in self.lanes:
                lane.done = True
            return False
        if self.mark and (name != self.name or id_ != self.mark.repository):
            self.name, self.mark, self.lanes = name, None, lanes(None)
            return False
        if self.checkpoint and id_ != self.checkpoint.repository:
            self.checkpoint, self.left = None, {lane.name for lane in self.lanes}
            for lane in self.lanes:
                lane.done = False
                lane.start_anew()
            return False
        self.name, self.id = name, id_
        return True

    def cursor(self) -> str:
        """Where the next delta starts: what was seen now, or where this one started."""
        before, newest = self.mark or Mark(repository=self.id), {lane.name: lane.newest for lane in self.lanes}
        issues = max(less_overlap(newest["issues"]), before.issues)
        pull_requests = max(less_overlap(newest["pullRequests"]), before.pull_requests)
        seen = before.settled.items() | {pair for lane in self.lanes for pair in lane.recent.items()}
        mark = Mark(
            repository=self.id,
            issues=issues,
            pull_requests=pull_requests,
            settled={
                id_: at for id_, at in sorted(seen) if id_ not in self.partial and at >= min(issues, pull_requests)
            },
        )
        return msgspec.json.encode(mark).decode()

    def scopes(self, tracker: str, now: datetime) -> Iterator[Scope]:
        """Its scope, and one more for the name in the config when GitHub knows it by another."""
        missing = "; ".join(dict.fromkeys(self.failed))
        for key in dict.fromkeys((self.asked,) if self.same_as else (self.name, self.asked)):
            at = None if missing else now
            yield Scope(tracker=tracker, key=key, public=self.public, missing=missing, read_at=at)


def lanes(mark: Mark | None) -> tuple[Lane, ...]:
    mark = mark or Mark(repository="")
    issues, pulls, settled = mark.issues, mark.pull_requests, mark.settled
    return (
        Lane(name="issues", order=OLDEST_FIRST, since=issues, settled=settled),
        Lane(name="pullRequests", order=NEWEST_FIRST if pulls else OLDEST_FIRST, since=pulls, settled=settled),
    )


class Puller:
    """One pull of all repositories."""

    def __init__(
        self,
        reading: Reading,
        catalog: Catalog,
        cursors: Mapping[str, str],
        *,
        within: Collection[str],
        resume: bool = True,
    ) -> None:
        """``within`` names all repositories that are pulled, in lower case."""
        self._reading, self._catalog, self._cursors, self._resume = reading, catalog, cursors, resume
        self._within = within
        self._claimed: dict[str, str] = {}
        self._since_checkpoint = 0

    def start(self, asked: str) -> Repository:
        name = self._catalog.names.get(asked, asked)
        mark = read_mark(self._cursors.get(name, ""))
        left = self._catalog.checkpoints.pop(name, None)
        known = self._catalog.counts.get(name)
        rows = known.rows if known else 0
        repository = Repository(name=name, lanes=lanes(mark), asked=asked, mark=mark, claimed=self._claimed, rows=rows)
        if mark is None and left is not None and self._resume:
            _go_on(repository, left)
            self._catalog.checkpoints[name] = left
        return repository

    def pull(self, repositories: Sequence[Repository]) -> Iterator[Page]:
        """Facts as they come; each repository's last page carries its scope, cursor and census."""
        try:
            for piece in self._walk(repositories):
                yield self._page(piece)
        except ConnectorError:
            # What was read so far is with whoever takes the pages: the next pull need not read it again.
            yield Page(catalog=self._catalog.dump())
            raise

    def _walk(self, repositories: Sequence[Repository]) -> Iterator[Piece[Repository]]:
        """Where only a few issues will come, more is asked for at once: a second request costs more than its points."""
        if any(repository.full for repository in repositories):
            return walk(self._reading, repositories, full)
        rows = ROWS if len(repositories) > MANY else 2 * ROWS
        return walk(self._reading.with_comments(MOST_COMMENTS), repositories, full, rows=rows)

    def _page(self, piece: Piece[Repository]) -> Page:
        repository = piece.track
        issues, failed = self._reading.facts(piece.rows, piece.troubles)
        repository.failed += failed
        repository.partial |= {issue.native_id for issue in issues if issue.partial}
        for row in piece.rows:
            self._catalog.note_full(repository.name, row, self._within)
        if repository.close(piece):
            return self._last_page(repository, issues)
        return Page(issues=issues, catalog=self._checkpoint(repository, piece) if repository.full else None)

    def _checkpoint(self, repository: Repository, piece: Piece[Repository]) -> str | None:
        """The catalog, when it is time to store it."""
        if repository.failed or not repository.id:
            return None
        kept = self._catalog.checkpoints.setdefault(repository.name, Checkpoint(repository=repository.id))
        kept.lanes |= piece.stops
        self._remember_name(repository)
        self._since_checkpoint += 1
        if self._since_checkpoint < CHECKPOINT:
            return None
        self._since_checkpoint = 0
        return self._catalog.dump()

    def _last_page(self, repository: Repository, issues: tuple[IssueFact, ...]) -> Page:
        name, now = repository.name, self._reading.client.now()
        self._remember_name(repository)
        self._catalog.checkpoints.pop(name, None)
        counts = repository.full and not repository.checkpoint and not repository.same_as
        if counts and not repository.failed:
            lacking = self._catalog.falls_short(name, len(repository.ids), repository.counted)
            repository.failed += [lacking] if lacking else []
        whole = not repository.failed and not repository.same_as
        if whole and counts:
            self._catalog.counts[name] = Count(at=now, rows=len(repository.ids))
        return Page(
            issues=issues,
            scopes=tuple(repository.scopes(self._reading.tracker, now)),
            cursors={name: repository.cursor()} if whole else {},
            census={name: frozenset(repository.ids)} if whole and counts else None,
        )

    def _remember_name(self, repository: Repository) -> None:
        if repository.name != repository.asked:
            self._catalog.names[repository.asked] = repository.name
        else:
            self._catalog.names.pop(repository.asked, None)


def _go_on(repository: Repository, left: Checkpoint) -> None:
    """Begin where an earlier walk stopped."""
    if all((stop := left.lanes.get(lane.name)) and stop.done for lane in repository.lanes):
        return
    repository.checkpoint = left
    for lane in repository.lanes:
        stop = left.lanes.get(lane.name)
        if stop is not None:
            lane.after, lane.newest, lane.done = stop.after, stop.newest, stop.done
            lane.resumed = stop.after is not None and not stop.done
    repository.left = {lane.name for lane in repository.lanes if not lane.done}


def read_mark(cursor: str) -> Mark | None:
    """What a cursor says; None, meaning a full walk, for one that is missing or unknown."""
    try:
        return msgspec.json.decode(cursor, type=Mark)
    except msgspec.DecodeError:
        return None
