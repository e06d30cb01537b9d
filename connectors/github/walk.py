"""Walking repositories: up to ten in one request, each read on where it stopped.

A request carries pages of issues **and** of pull requests. Rows are shared out among the
repositories in it, so that one large repository gets pages of 100 and ten quiet ones share a
request. A query that the server cannot answer in its ten seconds is asked again at half the size.

Fetching runs ahead in hands of its own (``connectors.crew``), each with a client of its own; what
to ask next depends on nothing that whoever takes the pieces does with them. One hand reads all
repositories ten at a time; several share them out, and a full walk's two lists too.
"""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from connectors.base import Refused
from connectors.crew import read_ahead
from connectors.github.client import Client, Problem, Reply, TooSlow
from connectors.github.queries import COMMENTS, Query, Schema, Wish, repository
from connectors.github.reading import Reading
from connectors.github.track import Lane, Lap, Piece, Track

TOGETHER = 10
"""Repositories in one request: ten with ten rows each cost what one with a hundred does."""
ROWS = 100
"""A page at most; and of all repositories of a request together, unless its asker says more."""
FEWEST = 5
PATIENCE = 10
"""Answers after which a size that was halved is doubled again."""

FOLLOWED = 10
"""Long lists that fill a request."""
HELD = 300
"""Rows that wait at most for others whose lists are long, too."""

T = TypeVar("T", bound=Track)


@dataclass(slots=True)
class Pace:
    """How many rows to ask for at once."""

    most: int = ROWS
    limit: int = ROWS
    good: int = field(default=0)

    def shares(self, rows: Sequence[int]) -> list[int]:
        """Of one request, for repositories with so many rows to come: each gets a few, and more by their number."""
        least = max(1, min(FEWEST, self.most // len(rows)))
        rest, whole = max(0, self.most - least * len(rows)), sum(rows)
        if not whole:
            return [max(1, self.most // len(rows))] * len(rows)
        return [min(ROWS, least + rest * own // whole) for own in rows]

    def slower(self) -> None:
        self.most, self.good = max(FEWEST, self.most // 2), 0

    def well(self) -> None:
        self.good += 1
        if self.good >= PATIENCE:
            self.most, self.good = min(self.limit, self.most * 2), 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Strand(Generic[T]):
    """What one hand reads of a repository: all of its lists, or one of them."""

    track: T
    names: frozenset[str]

    @property
    def left(self) -> int:
        """About how many rows are still to come, of the list that has the most."""
        return max((lane.left(self.track.rows) for lane in self.lanes), default=0)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        return tuple(lane for lane in self.track.lanes if lane.name in self.names and not lane.done)


def walk(
    reading: Reading, tracks: Sequence[T], wish: Callable[[Schema], Wish], *, whole: bool = True, rows: int = ROWS
) -> Iterator[Piece[T]]:
    """Pieces until every track is done, those of one list in order. ``whole`` follows lists that overflow. ``rows``: at
    most that are asked for in one request.

    Raises TryLater as soon as one hand gives up.
    """
    clients = reading.hands()
    waiting = deque(strand for track in tracks for strand in _strands(track, apart=len(clients) > 1))
    share = min(TOGETHER, -(-len(waiting) // len(clients)))
    hands = [_Hand(reading, waiting, share, wish, whole, rows) for _ in clients[: len(waiting)]]
    for step in read_ahead(clients, hands, lambda client, hand: hand.read(client)):
        if step.error is not None:
            raise step.error
        yield from step.item or ()


def _strands(track: T, *, apart: bool) -> Iterator[Strand[T]]:
    names = [lane.name for lane in track.lanes]
    groups = [[name] for name in names] if apart and track.apart else [names]
    return (Strand(track=track, names=frozenset(group)) for group in groups)


class _Hand(Generic[T]):
    """Reads strands, ten at a time at most, until none is waiting."""

    def __init__(
        self,
        reading: Reading,
        waiting: deque[Strand[T]],
        share: int,
        wish: Callable[[Schema], Wish],
        whole: bool,
        rows: int,
    ) -> None:
        self._reading, self._waiting, self._share, self._wish, self._whole = reading, waiting, share, wish, whole
        self._running: list[Strand[T]] = []
        self._pace = Pace(most=rows, limit=rows)

    def read(self, client: Client) -> Iterator[list[Piece[T]]]:
        """Pieces, some answers at a time: long lists are followed when there are enough of them to fill a request."""
        held: list[Piece[T]] = []
        rows = lists = 0
        while self._take_on():
            try:
                reply = self._ask(client)
            except TooSlow:
                self._pace.slower()
                continue
            except Refused as error:
                if not self._ask_less(error):
                    raise
                continue
            self._pace.well()
            pieces = [strand.track.take(_lap(reply, i), strand.lanes) for i, strand in enumerate(self._running)]
            held += pieces
            found = [row for piece in pieces for row in piece.rows]
            rows, lists = rows + len(found), lists + (self._reading.overflowing(found) if self._whole else 0)
            if not lists or lists >= FOLLOWED or rows >= HELD:
                yield self._completed(client, held) if lists else held
                held, rows, lists = [], 0, 0
        if held:
            yield self._completed(client, held)

    def _take_on(self) -> bool:
        self._running = [strand for strand in self._running if strand.lanes]
        while len(self._running) < self._share:
            try:
                self._running.append(self._waiting.popleft())
            except IndexError:
                break
        return bool(self._running)

    def _ask(self, client: Client) -> Reply:
        schema = self._reading.schema
        if self._pace.most < self._pace.limit:
            schema = replace(schema, comments=COMMENTS)
        wish, query = self._wish(schema), Query(boards=schema.boards)
        sizes, used = self._pace.shares([strand.left for strand in self._running]), set[str]()
        for index, (strand, size) in enumerate(zip(self._running, sizes, strict=True)):
            lanes = strand.lanes
            used |= {lane.name for lane in lanes}
            repository(query, index, strand.track.name, [lane.part(wish.nodes[lane.name]) for lane in lanes], size)
        texts = " ".join(wish.fragments[name] for name in sorted(used & wish.fragments.keys()))
        return client.graphql(query.text(texts), query.values, divisible=self._pace.most > FEWEST)

    def _ask_less(self, error: Refused) -> bool:
        """Give up what a server may refuse of a query that is right otherwise; False when there is no such thing."""
        resumed = [lane for strand in self._running for lane in strand.lanes if lane.resumed]
        for lane in resumed:
            lane.start_anew()
        return bool(resumed) or self._reading.give_up_boards(str(error))

    def _completed(self, client: Client, pieces: list[Piece[T]]) -> list[Piece[T]]:
        said = self._reading.complete(client, [node for piece in pieces for node in piece.rows])
        return [replace(piece, troubles={**piece.troubles, **said}) for piece in pieces] if said else pieces


def _lap(reply: Reply, index: int) -> Lap:
    alias = f"r{index}"
    own = (p for p in reply.problems if p.path[:1] == (alias,))
    problems = tuple(Problem(type=p.type, message=p.message, path=p.path[1:]) for p in own)
    data: Mapping[str, object] | None = reply.data.get(alias)
    return Lap(data=data, problems=problems, at=reply.at)
