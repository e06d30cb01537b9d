"""A line as runs of text, each with its look and its link: what every format of a digest is made of.

Text of a run is for showing only: a format that gives signs a meaning has to take it from them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal
from urllib.parse import urlsplit

from model.document import Code, Day, IssueLink, Line, Link, Mention, Piece, Quoted, Strong, Words, long_day
from model.words import clean, cut


@dataclass(frozen=True, slots=True)
class Bit:
    text: str
    look: Literal["", "strong", "code"] = ""
    url: str = ""
    """A web address, or empty."""


def bits(line: Line) -> Iterator[Bit]:
    """Never one without a text; neighbours that look alike are one, for chats count every sign of a message."""
    for (look, url), group in groupby(
        filter(lambda bit: bit.text, map(_bit, line)), key=lambda bit: (bit.look, bit.url)
    ):
        if url:
            yield from group
        else:
            yield Bit("".join(bit.text for bit in group), look)


def plain(line: Line) -> str:
    """The line in words alone, cleaned."""
    return "".join(bit.text for bit in bits(line)).strip()


def _bit(piece: Piece) -> Bit:
    match piece:
        case IssueLink(_, key, url):
            return Bit(clean(key), "", _web(url))
        case Link(text, url):
            return Bit(clean(text), "", _web(url))
        case Day(day):
            return Bit(long_day(day))
        case Strong(text):
            return Bit(clean(text), "strong")
        case Code(text):
            return Bit(clean(text), "code")
        case Words(text) | Mention(_, text):
            return Bit(clean(text))
        case Quoted(text):
            return Bit(cut(clean(text)))


def _web(url: str) -> str:
    """The address where it is one of the web; nothing else is ever made to be clicked."""
    try:
        parts = urlsplit(url)
        return url if parts.scheme in ("http", "https") and parts.hostname and url.isprintable() else ""
    except ValueError:
        return ""
