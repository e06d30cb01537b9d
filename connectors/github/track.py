"""A repository on its way through a walk: what an answer says of it, and where to read on.

All of this is done by the hand that fetches, ahead of whoever makes facts of the rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from connectors.github.catalog import Stop
from connectors.github.client import Problem
from connectors.github.queries import Part

Node = Mapping[str, Any]

UNSEEN = "there is no such repository, or our account may not see it: check the name and what the token may read"
NEWEST_FIRST = "UPDATED_AT, direction: DESC"
SELDOM = 50
OVERLAP = timedelta(minutes=2)
"""How much later than its moment GitHub's index may show a change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lap:
    """What one answer says of one repository; ``data`` is None when it cannot be read."""

    data: Node | None
    problems: tuple[Problem, ...] = ()
    """Those of this repository, their paths beginning inside it."""
    at: datetime | None = None
    """When the server answered, by its own clock; None where it does not say."""

    def why(self, unsaid: str) -> str:
        """Why something is not there, in words."""
        said = dict.fromkeys(unsaid if p.type == "NOT_FOUND" else str(p) for p in self.problems)
        return "; ".join(said) or unsaid

    def troubles(self, lane: str) -> dict[int, str]:
        """By row: what GitHub says could not be read of it."""
        found: dict[int, str] = {}
        for problem in self.problems:
            match problem.path:
                case (name, "nodes", int(row), *_) if name == lane:
                    found.setdefault(row, str(problem))
        return found


@dataclass(slots=True)
class Taken:
    """What is taken out of a lap."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    troubles: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Lane:
    """One list of a repository, on the way."""

    name: str
    """``issues`` or ``pullRequests``."""
    order: str
    since: str = ""
    after: str | None = None
    done: bool = False
    newest: str = ""
    counted: int = 0
    """Rows of the whole list, by the server's last word."""
    resumed: bool = False
    """``after`` is a checkpoint's, and the server has not shown yet that it takes it."""
    taken: int = 0
    """Rows so far."""
    settled: Mapping[str, str] = field(default_factory=dict)
    """Rows that earlier walks have read for good: id -> ``updatedAt``. They come again, for a walk begins before the
    end of the last one, and are not worth another look."""
    recent: dict[str, str] = field(default_factory=dict)
    """Rows that this walk has read for good and the next one will meet again."""

    def left(self, rows: int) -> int:
        """About how many rows are still to come, of a repository that held so many when they were counted last.

        Of what changed since a moment the first answer tells the number, but not of pull requests: of them as many
        again as have come. Before that it is thought to be one row in ``SELDOM``.
        """
        if not self.since:
            return max(rows - self.taken, 0)
        if not self.taken:
            return rows // SELDOM
        return self.taken if self.order == NEWEST_FIRST else max(self.counted - self.taken, 0)

    def part(self, nodes: str) -> Part:
        since = self.since if self.name == "issues" else ""  # pullRequests has no such filter
        return Part(name=self.name, nodes=nodes, order=self.order, after=self.after, since=since)

    @property
    def stop(self) -> Stop:
        return Stop(after=self.after, newest=self.newest, done=self.done)

    def start_anew(self) -> None:
        self.after, self.newest, self.resumed, self.taken = None, "", False, 0

    def take(self, lap: Lap, taken: Taken) -> None:
        """Take the rows that are not older than ``since``, and move on to the next page."""
        shown = (lap.data or {}).get(self.name)
        if shown is None and self.resumed:
            self.start_anew()
        elif shown is None:
            taken.failed.append(f"its list {self.name} could not be read: {lap.why('no reason given')}")
            self.done = True
        else:
            self._take(shown, lap, taken)

    def _take(self, shown: Node, lap: Lap, taken: Taken) -> None:
        said = lap.troubles(self.name)
        self.resumed = False
        self.counted = int(shown.get("totalCount") or 0)
        rows = list(shown.get("nodes") or ())
        fresh = [row for row in rows if row and str(row.get("updatedAt") or self.since) >= self.since]
        for index, row in enumerate(rows):
            if row is None:
                taken.failed.append(f"one entry could not be read: {said.get(index, 'no reason given')}")
            elif index in said:
                taken.troubles[str(row.get("id"))] = said[index]
        taken.rows += [row for row in fresh if self.settled.get(str(row.get("id")), "") != row.get("updatedAt")]
        self.taken += len(fresh)
        self.newest = max([self.newest, *(str(row.get("updatedAt") or "") for row in fresh)])
        self._remember(fresh, lap.at)
        self._advance(shown.get("pageInfo") or {})
        if self.order == NEWEST_FIRST and len(fresh) < sum(row is not None for row in rows):
            self.done = True

    def _remember(self, rows: Sequence[Node], at: datetime | None) -> None:
        """Timestamps have seconds only: a row is read for good when no later change could carry the one it has."""
        last = less_overlap(at.isoformat()) if at else ""
        self.recent |= {str(row.get("id")): str(row.get("updatedAt")) for row in rows}
        since = less_overlap(self.newest)
        self.recent = {id_: moment for id_, moment in self.recent.items() if since <= moment <= last}

    def _advance(self, page: Node) -> None:
        """Move to the page after this one; a page that leads back to itself ends the lane."""
        following = page.get("endCursor") if page.get("hasNextPage") else None
        self.done = following is None or following == self.after
        self.after = following


@dataclass(slots=True)
class Track:
    """One repository, on the way. The hand moves ``lanes`` and ``ids``; whoever takes the pieces keeps the rest."""

    name: str
    lanes: tuple[Lane, ...]
    ids: set[str] = field(default_factory=set)
    """Native ids of all rows so far."""
    rows: int = 0
    """How many there were when they were counted last; 0: not known."""
    left: set[str] = field(default_factory=set)
    """Lanes whose last piece has not been taken yet."""
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.left = {lane.name for lane in self.lanes if not lane.done}

    @property
    def apart(self) -> bool:
        """Whether each of its lists may be read by a hand of its own."""
        return True

    @property
    def counted(self) -> int:
        return sum(lane.counted for lane in self.lanes)

    def recognise(self, data: Node) -> bool:
        """Whether these rows are to be taken; may end the lanes or replace them."""
        return True

    def take(self: "T", lap: Lap, lanes: Sequence[Lane]) -> "Piece[T]":
        """The rows of a lap that read these lanes. Moves the lanes on."""
        taken, resumed = Taken(), [lane for lane in lanes if lane.resumed]
        if lap.data is None and resumed:
            # A cursor that GitHub no longer takes spoils all of its repository's answer.
            for lane in resumed:
                lane.start_anew()
        elif lap.data is None:
            taken.failed.append(lap.why(UNSEEN))
            for lane in lanes:
                lane.done = True
        elif self.recognise(lap.data):
            for lane in lanes:
                lane.take(lap, taken)
        else:
            lanes = self.lanes
        self.ids.update(str(row.get("id")) for row in taken.rows)
        return Piece(
            track=self,
            rows=taken.rows,
            failed=tuple(taken.failed),
            troubles=taken.troubles,
            stops={lane.name: lane.stop for lane in lanes},
        )

    def close(self, piece: "Piece[Any]") -> bool:
        """Note what a piece says; returns whether it was the last one."""
        self.failed += piece.failed
        self.left -= {name for name, stop in piece.stops.items() if stop.done}
        return not self.left


T = TypeVar("T", bound=Track)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece(Generic[T]):
    """What one answer brought of one repository."""

    track: T
    rows: list[dict[str, Any]]
    failed: tuple[str, ...] = ()
    """What could not be read, in words."""
    troubles: Mapping[str, str] = field(default_factory=dict)
    """By node id: what could not be read of a row."""
    stops: Mapping[str, Stop] = field(default_factory=dict)
    """Where each of the lists that were read goes on."""


def less_overlap(moment: str) -> str:
    """A GitHub timestamp moved back, so that what GitHub's index shows late is still seen."""
    if not moment:
        return ""
    return (datetime.fromisoformat(moment).astimezone(UTC) - OVERLAP).strftime("%Y-%m-%dT%H:%M:%SZ")
