"""What a resolver may use, and connections: the page of a list that a query asked for."""

import base64
import binascii
import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Generic, TypeVar

from sandbox.github.access import Caller
from sandbox.github.errors import Refusal
from sandbox.github.limits import Limits
from sandbox.github.records import Issue
from sandbox.github.state import State

T = TypeVar("T")
U = TypeVar("U")
_PREFIX = "cursor:v2:"


@dataclass(kw_only=True)
class Ask:
    """One GraphQL request: who asks and what it costs."""

    caller: Caller
    limits: Limits
    cost: int
    nodes: int

    @property
    def state(self) -> State:
        return self.caller.state

    @cached_property
    def closers(self) -> dict[int, list[Issue]]:
        """Pull requests by the issue they would close; gathered once a request."""
        found: defaultdict[int, list[Issue]] = defaultdict(list)
        for pull in self.state.tables.issues.values():
            for issue_id in pull.pull.closes if pull.pull else ():
                found[issue_id].append(pull)
        return found

    def sees(self, issue: Issue) -> bool:
        return self.caller.may_read(self.state.home(issue))

    def visible(self, ids: Sequence[int]) -> list[Issue]:
        """Those of these issues that the caller may read, in order."""
        issues = [self.state.tables.issues[i] for i in ids if i in self.state.tables.issues]
        return [issue for issue in issues if self.sees(issue)]

    def ends(self, ids: Sequence[int]) -> list[Issue | None]:
        """Of links: as ``visible``, or with None for what may not be read, where an option says so."""
        if self.state.tables.options.hidden_ends == "omitted":
            return [*self.visible(ids)]
        issues = [self.state.tables.issues[i] for i in ids if i in self.state.tables.issues]
        return [issue if self.sees(issue) else None for issue in issues]


@dataclass(frozen=True, slots=True)
class PageInfo:
    has_next_page: bool
    has_previous_page: bool
    cursors: Callable[[int], str]
    length: int

    @property
    def start_cursor(self) -> str | None:
        return self.cursors(0) if self.length else None

    @property
    def end_cursor(self) -> str | None:
        return self.cursors(self.length - 1) if self.length else None


@dataclass(frozen=True, slots=True)
class Edge(Generic[T]):
    cursor: str
    node: T


@dataclass(frozen=True, slots=True)
class Connection(Generic[T]):
    nodes: Sequence[T]
    cursors: Callable[[int], str]
    page_info: PageInfo
    total_count: int
    filtered_count: int = 0
    updated_at: datetime | None = None

    @property
    def edges(self) -> list[Edge[T]]:
        return [Edge(self.cursors(i), node) for i, node in enumerate(self.nodes)]

    def replaced(self, nodes: Sequence[U]) -> "Connection[U]":
        """The same page with other rows."""
        return Connection(nodes, self.cursors, self.page_info, self.total_count, self.filtered_count, self.updated_at)

    @property
    def page_count(self) -> int:
        return len(self.nodes)


def connect(
    rows: Sequence[T],
    args: Mapping[str, Any],
    key: Callable[[T], tuple[Any, int]] | None = None,
    *,
    descending: bool = False,
    total: int | None = None,
    updated_at: datetime | None = None,
) -> Connection[T]:
    """The page of ``rows``, which are sorted by ``key``. Without a key a cursor is a position.

    With a key it is a place in the order: what moves past it between two pages is not seen again, what moves
    ahead of it is seen twice.
    """

    def mark(index: int) -> list[Any]:
        if key is None:
            return [index]
        value, tie = key(rows[index])
        return [value.timestamp() if isinstance(value, datetime) else value, tie]

    low = _seek(len(rows), mark, args.get("after"), descending, past=True)
    high = max(low, _seek(len(rows), mark, args.get("before"), descending, past=False))
    start, end = low, high
    if args.get("first") is not None:
        end = min(high, low + args["first"])
    elif args.get("last") is not None:
        start = max(low, high - args["last"])
    chosen = rows[start:end]

    def cursor(offset: int) -> str:
        return base64.b64encode((_PREFIX + json.dumps(mark(start + offset))).encode()).decode()

    info = PageInfo(end < len(rows), start > 0, cursor, len(chosen))
    count = len(rows) if total is None else total
    return Connection(chosen, cursor, info, count, len(rows), updated_at)


def _seek(length: int, mark: Callable[[int], list[Any]], text: str | None, descending: bool, *, past: bool) -> int:
    """The first row at or past a cursor; without a cursor the start, or the end for ``before``."""
    if text is None:
        return 0 if past else length
    place = read_cursor(text)

    def reached(index: int) -> bool:
        here = mark(index)
        return (here < place if descending else here > place) or (not past and here == place)

    try:
        return bisect_left(range(length), True, key=reached)
    except TypeError:
        raise _bad_cursor(text) from None


def read_cursor(text: str) -> list[Any]:
    try:
        decoded = base64.b64decode(text, validate=True).decode()
        place = json.loads(decoded.removeprefix(_PREFIX)) if decoded.startswith(_PREFIX) else None
    except (binascii.Error, ValueError):
        place = None
    if not isinstance(place, list):
        raise _bad_cursor(text)
    return place


def _bad_cursor(text: str) -> Refusal:
    return Refusal(422, f"`{text}` does not appear to be a valid cursor.", kind="INVALID_CURSOR_ARGUMENTS")


def moment(text: str) -> datetime:
    """A DateTime argument; without a zone it is UTC."""
    try:
        parsed = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(422, f"{text!r} is not a valid DateTime") from None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
