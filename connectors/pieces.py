"""What the pieces of a line show, whatever they are rendered to."""

from collections.abc import Callable, Iterator
from itertools import groupby
from typing import TypeVar

from model.document import Day, IssueLink, Item, Line, Link, Mention, Piece, Quoted, Words, long_day
from model.words import clean, quoted

T = TypeVar("T")

NOTHING = "–"
"""What stands where a document has nothing to say: trackers take no empty comment."""


def words_of(piece: Piece) -> str | None:
    """What is shown of a piece that is words alone; None of one that becomes active."""
    match piece:
        case Quoted(text):
            return quoted(text)
        case Day(day):
            return long_day(day)
        case Mention():
            return None
    shown = clean(piece.text if not isinstance(piece, IssueLink) else piece.key)
    if isinstance(piece, Words) or not shown.strip():
        return shown
    return shown if isinstance(piece, IssueLink | Link) and not page_of(piece.url) else None


def page_of(url: str) -> str:
    """The address, when it is one of a page; any other scheme is no link of ours."""
    url = clean(url).strip()
    return url if url.startswith(("https://", "http://")) else ""


def runs(line: Line) -> Iterator[Piece | str]:
    """A line with the words in it that touch joined: they are made inert together, or ``PAY`` and ``-12`` join up."""
    read = ((piece, words_of(piece)) for piece in line)
    for textual, group in groupby(read, key=lambda pair: pair[1] is not None):
        if textual:
            yield "".join(words or "" for _, words in group)
        else:
            yield from (piece for piece, _ in group)


def lines_of(item: Item, render: Callable[[Line], T], lead: Callable[[Line], T]) -> list[T]:
    """What is left of an item's lines when they are rendered, the first of them its lead where it has one.

    ``lead`` renders one that has lines below it; alone, it is a line like any other.
    """
    below = [line for line in map(render, item.below) if line]
    first = lead(item.lead) if below else render(item.lead)
    return [first, *below] if first else below
