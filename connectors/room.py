"""How much of a document fits into one comment, whatever it is rendered to.

The most important comes first: the call and the footer, then short lines under no heading (they say how
to answer), then items in the order given, each with all its lines or not at all. What has no room is
counted, section by section.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from model.document import Code, Document, Item, Line, Section, Words
from model.words import clean

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
    drafts = [_draft(section, writer, room) for section in document.sections]
    budget = _Budget(writer, room.longest - room.around * len(drafts))
    call = budget.take([writer.line(document.call)], within=room.longest // 2)
    footer = budget.take([writer.line(document.footer)], within=room.longest // 4)
    for draft in drafts:
        draft.lines = budget.take(draft.lines, within=room.longest // 4)
    for folded in (False, True):
        _share([draft for draft in drafts if draft.section.folded == folded], budget)
    parts = (_part(draft, writer) for draft in drafts)
    return Fitted(
        call=call[0] if call else None,
        parts=tuple(part for part in parts if part.lines or part.items or part.more),
        footer=footer[0] if footer else None,
    )


@dataclass(slots=True, kw_only=True)
class _Draft(Generic[Rendered]):
    section: Section
    heading: str
    lines: list[Rendered]
    items: list[Rendered]
    said: int
    """Lines and items that would show something."""


def _draft(section: Section, writer: Writer[Rendered], room: Room) -> _Draft[Rendered]:
    heading = clean(section.heading).strip()[:LONGEST_HEADING]
    lines = [] if heading else [one for one in map(writer.line, section.lines) if one is not None]
    entries = (*map(Item, section.lines), *section.items) if heading else section.items
    items = [one for one in map(writer.item, entries) if one is not None]
    most = room.folded if section.folded else MOST_ITEMS
    return _Draft(section=section, heading=heading, lines=lines, items=items[:most], said=len(lines) + len(items))


def _share(drafts: Sequence[_Draft[Rendered]], budget: "_Budget[Rendered]") -> None:
    """What an earlier section needs it gets, but for the even share that each later one may need."""
    fair = budget.left // max(1, len(drafts))
    for index, draft in enumerate(drafts):
        later = sum(min(fair, sum(map(budget.writer.size, other.items))) for other in drafts[index + 1 :])
        draft.items = budget.take(draft.items, within=budget.left - later)


def _part(draft: _Draft[Rendered], writer: Writer[Rendered]) -> Part[Rendered]:
    missing = draft.said - len(draft.lines) - len(draft.items)
    return Part(
        heading=draft.heading,
        lines=draft.lines,
        items=draft.items,
        more=writer.line(_more(missing, draft)) if missing else None,
        folded=draft.section.folded,
    )


def _more(count: int, draft: _Draft[Rendered]) -> Line:
    """What has settled is in no list of what is open."""
    if draft.section.folded or not draft.heading:
        return (Words(f"… and {count} more."),)
    return (Words(f"… and {count} more, which "), Code("crosstie findings"), Words(" lists."))


class _Budget(Generic[Rendered]):
    def __init__(self, writer: Writer[Rendered], left: int) -> None:
        self.writer = writer
        self.left = left

    def take(self, rendered: Iterable[Rendered | None], *, within: int) -> list[Rendered]:
        """Those that have room, in order. One that is too long keeps no other out."""
        kept: list[Rendered] = []
        for one in rendered:
            needs = self.writer.size(one) if one is not None else 0
            if one is not None and needs <= min(self.left, within):
                kept.append(one)
                self.left -= needs
                within -= needs
        return kept
