"""What the pieces of a line show, whatever they are rendered to."""

from collections.abc import Iterator
from itertools import groupby

from model.document import Day, IssueLink, Line, Link, Mention, Piece, Quoted, Words, long_day
from model.words import clean, quoted


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
