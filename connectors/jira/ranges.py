"""Walks that may be read side by side, and that go on where they were broken off.

A piece is some projects together, or a range of the keys of a large one; its pages come by key, so that
what is left of it can be said after every page. Bounds are keys, and Jira takes a bound for an issue:
one that was deleted is refused, and one that was moved away stands for its new place, where nothing
is found. So a piece has a lower bound only, which is tried further down until its issues come, and the
upper end is ours to watch. A Jira that pays no heed to bounds is read without any.
https://confluence.atlassian.com/jirasoftwareserver/advanced-searching-fields-reference-939938743.html#Issuekey
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

import msgspec

from connectors.base import Refused
from connectors.http import Json
from connectors.jira.client import JiraClient
from connectors.jira.search import Ask, JqlRefused, place_of, quoted, search

WINDOW = 9000
"""Rows after which a walk on Data Center is another search, behind what was read."""


class RangeIgnored(Refused):
    """An issue came from outside the range that was asked for."""


class Piece(msgspec.Struct, frozen=True):
    projects: tuple[str, ...]
    low: int = 0
    """Of the numbers in the keys of its first project, the first; 0: from the beginning."""
    high: int = 0
    """Of its only project, the last; 0: to the end."""
    plain: bool = False
    """To be read without bounds."""

    def where(self, bound: int, also: str) -> str:
        """As JQL, from ``bound`` on. ``also`` is a condition that holds the piece to its projects by itself."""
        first, *others = self.projects
        if not bound:
            return also or f"project in ({quoted(self.projects)})"
        own = f'project = "{first}" AND key >= "{first}-{bound}"'
        if others:
            own = f"({own}) OR project in ({quoted(others)})"
        return f"({also}) AND ({own})" if also else own

    def without(self, project: str) -> "Piece | None":
        """What is left of it when a project is left out."""
        others = tuple(key for key in self.projects if key != project)
        if not others:
            return None
        goes_on = self.projects[0] != project
        return msgspec.structs.replace(self, projects=others) if goes_on else Piece(projects=others, plain=self.plain)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A page of a piece."""

    rows: Sequence[Json]
    rest: Piece | None = None
    """What is left of the piece after this page; None where that cannot be said."""


def read(
    client: JiraClient,
    piece: Piece,
    fields: Sequence[str],
    *,
    also: str = "",
    history: bool = False,
    window: int = WINDOW,
) -> Iterator[Part]:
    """Raises JqlRefused, and RangeIgnored when the piece can only be read ``plain``."""
    while True:
        begun, read_so_far = piece, 0
        try:
            for part in _stretch(client, begun, fields, also, history):
                yield part
                piece, read_so_far = part.rest or piece, read_so_far + len(part.rows)
                if client.face == "server" and read_so_far >= window and piece != begun:
                    break
            else:
                return
        except JqlRefused:
            if piece == begun:
                raise
            # A page token that has grown too old, or the like: another search goes on from here.


def _stretch(client: JiraClient, piece: Piece, fields: Sequence[str], also: str, history: bool) -> Iterator[Part]:
    """One search, from the first bound downwards at which this Jira finds what is there."""
    for bound in _bounds(piece.low):
        pages = search(client, Ask(where=piece.where(bound, also), fields=fields, history=history))
        try:
            first = next(pages, [])
        except JqlRefused as refusal:
            if bound and names(refusal, f"{piece.projects[0]}-{bound}"):
                continue
            raise
        if not bound or _lands(client, piece, bound, first):
            yield from _in_order(client, piece, chain([first], pages))
            return


def _bounds(low: int) -> Iterator[int]:
    if low:
        yield low
    step = 1
    while step < low:
        yield low - step
        step *= 2
    yield 0


def _lands(client: JiraClient, piece: Piece, bound: int, rows: Sequence[Json]) -> bool:
    """Whether a bound led where it should: to the first issue at or above it."""
    project, number = place_of(rows[0]) if rows else ("", 0)
    if project != piece.projects[0]:
        return False
    if number < bound:
        raise RangeIgnored(client.tracker, "Jira pays no heed to ranges of keys")
    return True


def _in_order(client: JiraClient, piece: Piece, pages: Iterable[list[Json]]) -> Iterator[Part]:
    place = _Place(piece)
    for rows in pages:
        kept = [row for row in rows if place.takes(row)]
        if piece.high and not place.ordered:
            raise RangeIgnored(client.tracker, "Jira does not list issues by key")
        yield Part(rows=kept, rest=place.rest)
        if place.over:
            return


@dataclass(slots=True)
class _Place:
    """How far the rows of a piece have come. Projects come one after another, in an order that is Jira's own."""

    piece: Piece
    project: str = ""
    number: int = 0
    passed: set[str] = field(default_factory=set)
    ordered: bool = True
    over: bool = False

    def takes(self, row: Json) -> bool:
        """Whether the row belongs to the piece; one that does not say which issue it is does."""
        project, number = place_of(row)
        if not number:
            return True
        if project != self.project:
            self.ordered = self.ordered and project not in self.passed
            self.passed.add(project)
        elif number < self.number:
            self.ordered = False
        self.project, self.number = project, number
        if project != self.piece.projects[0]:
            return True
        self.over = self.over or 0 < self.piece.high <= number
        return number >= self.piece.low and not 0 < self.piece.high < number

    @property
    def rest(self) -> Piece | None:
        if not self.ordered or self.piece.plain or self.project not in self.piece.projects:
            return None
        later = (key for key in self.piece.projects if key not in self.passed)
        return Piece(projects=(self.project, *later), low=max(self.number, self.piece.low), high=self.piece.high)


def names(refusal: JqlRefused, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", refusal.said) is not None
