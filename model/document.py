"""Text for tickets before it has a markup: sections of lines of pieces.

Connectors render it to GitHub Markdown or ADF. What came from a ticket is ``Quoted`` and is
rendered inert: no mention, no markup, no autolink, no command. Only ``IssueLink``, ``Link``
and ``Mention`` become active, and those are ours.
"""

import hashlib
from datetime import date

import msgspec

from model.words import clean, quoted


class Words(msgspec.Struct, frozen=True, tag=True, gc=False):
    """Our own words."""

    text: str


class Strong(msgspec.Struct, frozen=True, tag=True, gc=False):
    text: str


class Code(msgspec.Struct, frozen=True, tag=True, gc=False):
    """Something to be typed or looked up as it stands: a case id, a setting."""

    text: str


class Quoted(msgspec.Struct, frozen=True, tag=True, gc=False):
    """Words from a ticket: a title, a name. Inert wherever it is shown."""

    text: str


class Day(msgspec.Struct, frozen=True, tag=True, gc=False):
    """A calendar date; shown as ``Tue 1 Dec 2026``, never as "tomorrow"."""

    day: date


class IssueLink(msgspec.Struct, frozen=True, tag=True, gc=False):
    """An issue, shown by its key and linked to its page."""

    tracker: str
    key: str
    url: str


class Link(msgspec.Struct, frozen=True, tag=True, gc=False):
    text: str
    url: str


class Mention(msgspec.Struct, frozen=True, tag=True, gc=False):
    """Addresses a person so that the tracker notifies them. ``id``: Jira accountId or GitHub login."""

    id: str
    name: str


Piece = Words | Strong | Code | Quoted | Day | IssueLink | Link | Mention
Line = tuple[Piece, ...]


class Item(msgspec.Struct, frozen=True):
    """One thing of a list: what it is about, and below it, line by line, what there is to say of that."""

    lead: Line
    below: tuple[Line, ...] = ()


class Section(msgspec.Struct, frozen=True):
    """A heading (empty: none) with lines and items; lines under a heading are list items of one line."""

    heading: str
    lines: tuple[Line, ...] = ()
    items: tuple[Item, ...] = ()
    folded: bool = False
    """Hidden behind its heading until somebody opens it, where the tracker can do that."""


class Document(msgspec.Struct, frozen=True):
    sections: tuple[Section, ...]
    footer: Line = ()
    """Shown small below all; not part of the digest, so that what it says (data as of) never causes an edit."""
    call: Line = ()
    """Addresses somebody, above all else: what got worse, and for whom. Not part of the digest: the next quiet edit
    leaves it out."""
    reader: str = ""
    """The audience it was put together for; empty: it holds nothing but our own words. Not part of the digest."""

    @property
    def digest(self) -> str:
        """The same for the same content, whatever tracker it goes to; mentions do not count."""
        quiet = [
            (
                section.heading,
                [_silent(line) for line in section.lines],
                [[_silent(line) for line in (item.lead, *item.below)] for item in section.items],
                section.folded,
            )
            for section in self.sections
        ]
        return hashlib.sha256(msgspec.json.encode(quiet)).hexdigest()[:16]


def _silent(line: Line) -> list[Piece]:
    return [piece for piece in line if not isinstance(piece, Mention)]


def long_day(day: date) -> str:
    """``Tue 1 Dec 2026``: absolute, unmistakable on both sides of the Atlantic, and the same in any locale."""
    weekdays = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{weekdays[day.weekday()]} {day.day} {months[day.month - 1]} {day.year}"


def plain(line: Line) -> str:
    """A line as a person would read it without markup: for terminals, JSON and logs, which it cannot disturb."""
    return clean("".join(_readable(piece) for piece in line))


def _readable(piece: Piece) -> str:
    match piece:
        case IssueLink(tracker, key, _):
            return f"{tracker}:{key}"
        case Day(day):
            return long_day(day)
        case Mention(_, name):
            return name
        case Quoted(text):
            return quoted(text)
        case Words(text) | Strong(text) | Code(text) | Link(text, _):
            return text
