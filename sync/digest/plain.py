"""A digest as plain text, for mail without HTML and for terminals, and as JSON for programs. Pure."""

from typing import Any

from connectors.room import Room
from model.document import Document, Item, Line
from sync.digest.base import Letter
from sync.digest.bits import bits, plain
from sync.digest.fitting import fit_page

VERSION = 1
"""Of the JSON; raised when a field changes its meaning or goes."""
_ROOM = Room(longest=200_000, around=200)


def render_text(letter: Letter, document: Document) -> str:
    """Headings with their items below, wide lines left to whoever shows them."""
    fitted = fit_page(document, _Text(), _ROOM)
    blocks = [letter.title]
    for part in fitted.parts:
        more = [f"- {part.more}"] if part.more else []
        blocks.append("\n".join([*([part.heading] if part.heading else []), *part.lines, *part.items, *more]))
    blocks += [f"-- \n{fitted.footer}"] if fitted.footer else []
    return "\n\n".join(blocks) + "\n"


class _Text:
    def line(self, line: Line) -> str | None:
        return plain(line) or None

    def item(self, item: Item) -> str | None:
        lead, *below = (words for words in map(plain, (item.lead, *item.below)))
        return "\n".join([f"- {lead}", *(f"    {words}" for words in below if words)]) if lead else None

    def size(self, rendered: str) -> int:
        return len(rendered)


def as_json(letter: Letter) -> dict[str, Any]:
    """Stable; documented in docs/digests.md. ``sections`` is empty where there is nothing to say."""
    document = letter.document
    return {
        "version": VERSION,
        "name": letter.name,
        "for": letter.whom,
        "day": letter.day.isoformat(),
        "title": letter.title,
        "counts": letter.counts.summary(),
        "sections": [
            {
                "heading": section.heading,
                "lines": [plain(line) for line in section.lines],
                "items": [_item(item) for item in section.items],
            }
            for section in (document.sections if document else ())
        ],
        "footer": plain(document.footer) if document else "",
    }


def _item(item: Item) -> dict[str, Any]:
    links = {bit.text: bit.url for line in (item.lead, *item.below) for bit in bits(line) if bit.url}
    return {"lead": plain(item.lead), "below": [plain(line) for line in item.below], "links": links}
