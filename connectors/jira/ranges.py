"""Cutting a full walk into pieces that may be read side by side, and that serve as checkpoints.

A piece is some small projects together, or a range of keys of a large one. Ranges do not overlap.
A Jira may refuse a bound that is no issue's key (it was deleted, or moved away), and then the bound goes
inwards: what is not there cannot be missed. A Jira that pays no heed to ranges is read in one piece.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NoReturn

import msgspec

from connectors.base import Refused
from connectors.http import Json
from connectors.jira.client import JiraClient
from connectors.jira.search import Ask, JqlRefused, number_of, quoted, search

LEAST = 2000
"""Issues that make a piece worth a page that is not full."""
TRIES = 30
"""Bounds of a range that are tried before it is given up."""


class RangeIgnored(Refused):
    """An issue came from outside the range that was asked for."""


class Piece(msgspec.Struct, frozen=True):
    projects: tuple[str, ...]
    low: int = 0
    """Of the numbers in the keys of its one project, the first and the last; 0: no bound."""
    high: int = 0

    @property
    def is_range(self) -> bool:
        return bool(self.low or self.high)

    @property
    def where(self) -> str:
        if not self.is_range:
            return f"project in ({quoted(self.projects)})"
        (project,) = self.projects
        bounds = [f'key >= "{project}-{self.low}"'] if self.low else []
        bounds += [f'key <= "{project}-{self.high}"'] if self.high else []
        return " AND ".join([f'project = "{project}"', *bounds])

    def holds(self, row: Json) -> bool:
        number = number_of(row)
        return self.low <= number and (not self.high or number <= self.high)


def cut(
    projects: Sequence[str], sizes: Mapping[str, int], hands: int, greatest: Callable[[str], int]
) -> tuple[Piece, ...]:
    """Pieces for ``hands`` to read side by side. ``greatest`` tells the last number of a large project.

    Projects whose size is not known stay together, like those that are too small to be worth a page of their own.
    """
    whole = sum(sizes.get(key, 0) for key in projects)
    target = max(LEAST, whole // (2 * hands))
    if hands == 1 or whole < 2 * LEAST:
        return (Piece(projects=tuple(projects)),)
    large = [key for key in projects if sizes.get(key, 0) >= 2 * target]
    pieces = [piece for key in large for piece in _ranges(key, round(sizes[key] / target), greatest(key))]
    small = _bundles([key for key in projects if key not in large], sizes, target)
    return (*pieces, *small)


def _ranges(project: str, count: int, greatest: int) -> Iterator[Piece]:
    """The last one is open, for issues that are made meanwhile."""
    width = max(1, -(-greatest // count))
    for index in range(count):
        last = index == count - 1
        low = index * width + 1 if index else 0
        yield Piece(projects=(project,), low=low, high=0 if last else (index + 1) * width)


def _bundles(projects: Sequence[str], sizes: Mapping[str, int], target: int) -> Iterator[Piece]:
    unknown = [key for key in projects if key not in sizes]
    bundle, held = list[str](), 0
    for key in sorted((key for key in projects if key in sizes), key=lambda key: -sizes[key]):
        bundle.append(key)
        held += sizes[key]
        if held >= target:
            yield Piece(projects=tuple(bundle))
            bundle, held = [], 0
    if bundle or unknown:
        yield Piece(projects=(*bundle, *unknown))


def read(client: JiraClient, piece: Piece, fields: Sequence[str]) -> Iterator[list[Json]]:
    """Pages of a piece, with what Jira embeds of its issues' history. Raises JqlRefused, RangeIgnored."""
    for attempt in range(TRIES):
        ask = Ask(where=piece.where, projects=piece.projects, fields=fields, history=True)
        try:
            for rows in search(client, ask):
                _check(client, piece, rows)
                yield rows
        except JqlRefused as refusal:
            piece = _inwards(piece, refusal) if attempt < TRIES - 1 else _give_up(refusal)
        else:
            return


def _check(client: JiraClient, piece: Piece, rows: Iterable[Json]) -> None:
    if piece.is_range and not all(piece.holds(row) for row in rows):
        raise RangeIgnored(client.tracker, "Jira pays no heed to ranges of keys")


def _inwards(piece: Piece, refusal: JqlRefused) -> Piece:
    """The same range with the bound that was refused one further in."""
    project = piece.projects[0]
    if piece.low and names(refusal, f"{project}-{piece.low}"):
        piece = msgspec.structs.replace(piece, low=piece.low + 1)
    elif piece.high and names(refusal, f"{project}-{piece.high}"):
        piece = msgspec.structs.replace(piece, high=piece.high - 1)
    else:
        raise refusal
    if piece.high and piece.high < max(piece.low, 1):
        _give_up(refusal)
    return piece


def _give_up(refusal: JqlRefused) -> NoReturn:
    raise refusal


def names(refusal: JqlRefused, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", refusal.said) is not None
