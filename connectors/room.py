"""How much of a document fits into one comment, whatever it is rendered to.

The most important comes first: the call and the footer, then short lines under no heading (they say how
to answer), then items in the order given, each with all its lines or not at all. What has no room is
counted, section by section.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from model.document import Code, Document, Item, Line, Section, Words

MOST_ITEMS = 20
"""Shown of each section: more than that, nobody reads in a comment."""
LONGEST_HEADING = 100
"""Characters. Headings are ours and short; this is for those that custom rules may bring."""

Rendered = TypeVar("Rendered")


class Writer(Protocol[Rendered]):
    """One format: how it writes lines and items, and how much room each takes."""

    def line(self, line: Line) -> Rendered | None:
        """None for a line that shows nothing."""

    def item(self, item: Item) -> Rendered | None: ...

    def size(self, rendered: Rendered) -> int:
        """In the unit of ``Room.longest``, what stands around it included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What one comment of a tracker takes."""

    longest: int
    around: int
    """What a section takes by itself: its heading, its list, its count of what was left out."""
    folded: int = MOST_ITEMS
    """Items shown of a section that would be folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[Rendered]):
    """What is shown of a section."""

    heading: str
    lines: list[Rendered] = field(default_factory=list)
    """Paragraphs: lines of a section without a heading."""
    items: list[Rendered] = field(default_factory=list)
    more: Rendered | None = None
    """Says how many items have no room."""
    folded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted(Generic[Rendered]):
    call: Rendered | None
    parts: tuple[Part[Rendered], ...]
    footer: Rendered | None


def fit(document: Document, writer: Writer[Rendered], room: Room) -> Fitted[Rendered]:
    """What is shown of a document, rendered. Same document, same result."""
    budget = _Budget(writer, room.longest - room.around * len(document.sections))
    call, _ = budget.take([writer.line(document.call)], within=room.longest // 2)
    footer, _ = budget.take([writer.line(document.footer)], within=room.longest // 4)
    parts: dict[int, Part[Rendered]] = {}
    for index, section in sorted(enumerate(document.sections), key=_importance):
        bare = not section.heading.strip()
        lines, no_line = budget.take(map(writer.line, section.lines if bare else ()), within=room.longest // 4)
        items = section.items if bare else (*map(Item, section.lines), *section.items)
        most = room.folded if section.folded else MOST_ITEMS
        kept, no_item = budget.take(map(writer.item, items), at_most=most)
        if lines or kept or no_line + no_item:
            more = writer.line(_more(no_line + no_item, section)) if no_line + no_item else None
            heading = section.heading.strip()[:LONGEST_HEADING]
            parts[index] = Part(heading=heading, lines=lines, items=kept, more=more, folded=section.folded)
    return Fitted(
        call=call[0] if call else None,
        parts=tuple(parts[index] for index in sorted(parts)),
        footer=footer[0] if footer else None,
    )


def _importance(numbered: tuple[int, Section]) -> int:
    section = numbered[1]
    return 2 if section.folded else 1 if section.heading.strip() or section.items else 0


def _more(count: int, section: Section) -> Line:
    """What has settled is in no list of what is open."""
    if section.folded or not section.heading.strip():
        return (Words(f"… and {count} more."),)
    return (Words(f"… and {count} more, which "), Code("crosstie findings"), Words(" lists."))


class _Budget(Generic[Rendered]):
    def __init__(self, writer: Writer[Rendered], left: int) -> None:
        self.writer = writer
        self.left = left

    def take(
        self, rendered: Iterable[Rendered | None], *, at_most: int = sys.maxsize, within: int = sys.maxsize
    ) -> tuple[list[Rendered], int]:
        """Those that have room, in order, and how many have none. One that is too long keeps no other out."""
        kept: list[Rendered] = []
        shown = [one for one in rendered if one is not None]
        for one in shown:
            needs = self.writer.size(one)
            if len(kept) < at_most and needs <= min(self.left, within):
                kept.append(one)
                self.left -= needs
                within -= needs
        return kept, len(shown) - len(kept)
