"""Walking repositories: up to ten in one request, each read on where it stopped.

A request carries pages of issues **and** of pull requests. Rows are shared out among the
repositories in it, so that one large repository gets pages of 100 and ten quiet ones share a
request. A query that the server cannot answer in its ten seconds is asked again at half the size.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from connectors.github.client import Client, Problem, TooSlow
from connectors.github.queries import Part, Query, repository

Node = Mapping[str, Any]

UNSEEN = "there is no such repository, or our account may not see it: check the name and what the token may read"
TOGETHER = 10
"""Repositories in one request: ten with ten rows each cost what one with a hundred does."""
ROWS = 100
FEWEST = 5
PATIENCE = 10
"""Answers after which a size that was halved is doubled again."""


_NONE: Mapping[str, str] = {}


@dataclass(slots=True)
class Lane:
    """One list of a repository, on the way."""

    name: str
    """``issues`` or ``pullRequests``."""
    order: str
    since: str = ""
    after: str | None = None
    done: bool = False

    def part(self, nodes: str) -> Part:
        since = self.since if self.name == "issues" else ""  # pullRequests has no such filter
        return Part(name=self.name, nodes=nodes, order=self.order, after=self.after, since=since)


@dataclass(slots=True)
class Track:
    """One repository, on the way."""

    name: str
    lanes: tuple[Lane, ...]
    done: bool = False

    @property
    def open_lanes(self) -> tuple[Lane, ...]:
        return tuple(lane for lane in self.lanes if not lane.done)


T = TypeVar("T", bound=Track)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap(Generic[T]):
    """What one answer says of one repository; ``data`` is None when it cannot be read."""

    track: T
    data: Node | None
    problems: tuple[Problem, ...] = ()
    """Those of this repository, their paths beginning inside it."""

    @property
    def why(self) -> str:
        """Why there is no data, in words."""
        said = dict.fromkeys(UNSEEN if p.type == "NOT_FOUND" else str(p) for p in self.problems)
        return "; ".join(said) or UNSEEN

    def rows(self, lane: Lane) -> list[dict[str, Any] | None]:
        return list(((self.data or {}).get(lane.name) or {}).get("nodes") or ())

    def advance(self, lane: Lane) -> None:
        """Move to the page after this one; a page that leads back to itself ends the lane."""
        page = ((self.data or {}).get(lane.name) or {}).get("pageInfo") or {}
        following = page.get("endCursor") if page.get("hasNextPage") else None
        lane.done = following is None or following == lane.after
        lane.after = following

    def troubles(self, lane: Lane) -> Mapping[int, str]:
        """By row: what GitHub says could not be read of it."""
        found: dict[int, str] = {}
        for problem in self.problems:
            match problem.path:
                case (lane.name, "nodes", int(row), *_):
                    found.setdefault(row, str(problem))
        return found


@dataclass(slots=True)
class Pace:
    """How many rows to ask for at once."""

    most: int = ROWS
    good: int = field(default=0)

    def share(self, among: int) -> int:
        return max(1, self.most // among)

    def slower(self) -> None:
        self.most, self.good = max(FEWEST, self.most // 2), 0

    def well(self) -> None:
        self.good += 1
        if self.good >= PATIENCE:
            self.most, self.good = min(ROWS, self.most * 2), 0


def walk(
    client: Client, tracks: Sequence[T], nodes_of: Callable[[Lane], str], fragments: Mapping[str, str] = _NONE
) -> Iterator[Lap[T]]:
    """Laps until every track is done. Whoever takes a lap moves its lanes on, or ends its track, before the next.

    ``fragments`` by lane: GitHub refuses a query with a fragment that it does not use.
    """
    pace = Pace()
    while running := [track for track in tracks if not track.done][:TOGETHER]:
        query = Query()
        size = pace.share(len(running))
        for index, track in enumerate(running):
            repository(query, index, track.name, [lane.part(nodes_of(lane)) for lane in track.open_lanes], size)
        try:
            used = {lane.name for track in running for lane in track.open_lanes}
            texts = " ".join(fragments[name] for name in sorted(used & fragments.keys()))
            reply = client.graphql(query.text(texts), query.values, divisible=pace.most > FEWEST)
        except TooSlow:
            pace.slower()
            continue
        pace.well()
        for index, track in enumerate(running):
            alias = f"r{index}"
            own = tuple(
                Problem(type=p.type, message=p.message, path=p.path[1:])
                for p in reply.problems
                if p.path[:1] == (alias,)
            )
            yield Lap(track=track, data=reply.data.get(alias), problems=own)
