"""A page in the room that a format has, with one true count of what has none. Pure."""

import re
from dataclasses import replace
from typing import TypeVar

from connectors.room import Fitted, Part, Room, Writer, fit
from model.document import Code, Document, Item, Section, Words

Rendered = TypeVar("Rendered")
_MORE = re.compile(r"… and (\d+) more\.")


def fit_page(document: Document, writer: Writer[Rendered], room: Room) -> Fitted[Rendered]:
    """As ``fit``; what the gate had counted already and what has no room here are counted together."""
    counted = [_counted(section) for section in document.sections]
    bare = Document(tuple(section for section, _ in counted), document.footer, reader=document.reader)
    fitted = fit(bare, writer, room)
    left = {section.heading: (len(section.items), number) for section, number in counted if section.heading}
    return replace(fitted, parts=tuple(_told(part, *left.get(part.heading, (0, 0)), writer) for part in fitted.parts))


def _counted(section: Section) -> tuple[Section, int]:
    """The section without its last item where that only says how many more there are, and how many."""
    last = section.items[-1] if section.items else Item(())
    found = None
    if len(last.lead) == 1 and isinstance(last.lead[0], Words) and not last.below:
        found = _MORE.fullmatch(last.lead[0].text)
    if found is None:
        return section, 0
    return Section(section.heading, section.lines, section.items[:-1], section.folded), int(found[1])


def _told(part: Part[Rendered], items: int, more: int, writer: Writer[Rendered]) -> Part[Rendered]:
    missing = items - len(part.items) + more
    if not part.heading or missing <= 0:
        return part
    said = (Words(f"… and {missing} more, which "), Code("crosstie findings"), Words(" lists."))
    return replace(part, more=writer.line(said))
