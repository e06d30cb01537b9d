"""Our documents as Atlassian Document Format.

Text nodes are inert in ADF: no markup, no mention, no link grows out of them. What remains to
be kept out are characters that reorder or hide text, and empty nodes, which Jira refuses.
https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

import unicodedata

from connectors.http import Json
from model.document import Code, Day, Document, IssueLink, Line, Link, Mention, Piece, Section, Strong, long_day

_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make a line read differently from how it is stored."""
_NOTHING = "–"


def render_adf(document: Document) -> Json:
    """A ``doc`` node. The same document always gives the same tree."""
    blocks = [block for section in document.sections for block in _section(section)]
    return {"version": 1, "type": "doc", "content": blocks or [_paragraph([_text(_NOTHING)])]}


def clean(text: str) -> str:
    """Text on one line, without control characters, half surrogates and marks that reorder it."""
    kept = (" " if c.isspace() else c for c in text if c not in _REORDERING)
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs"))


def _section(section: Section) -> list[Json]:
    """A calm heading is a strong paragraph: ``heading`` nodes are shown larger than the ticket's own text."""
    lines = [_paragraph(nodes) for line in section.lines if (nodes := _line(line))]
    heading = clean(section.heading).strip()
    if not heading:
        return lines
    title = _paragraph([_text(heading, {"type": "strong"})])
    if not lines:
        return [title]
    return [title, {"type": "bulletList", "content": [{"type": "listItem", "content": [line]} for line in lines]}]


def _paragraph(nodes: list[Json]) -> Json:
    return {"type": "paragraph", "content": nodes}


def _line(line: Line) -> list[Json]:
    return [node for piece in line if (node := _piece(piece)) is not None]


def _piece(piece: Piece) -> Json | None:
    match piece:
        case Mention(identity, name):
            return {"type": "mention", "attrs": {"id": identity, "text": f"@{clean(name) or identity}"}}
        case IssueLink(_, text, url) | Link(text, url):
            return _text(clean(text), *_link(url)) if clean(text) else None
        case Strong(text):
            return _text(clean(text), {"type": "strong"}) if clean(text) else None
        case Code(text):
            return _text(clean(text), {"type": "code"}) if clean(text) else None
        case Day(day):
            return _text(long_day(day))
        case _:
            return _text(clean(piece.text)) if clean(piece.text) else None


def _link(url: str) -> list[Json]:
    """Only pages: any other scheme is shown as text."""
    if not url.startswith(("https://", "http://")):
        return []
    return [{"type": "link", "attrs": {"href": url}}]


def _text(text: str, *marks: Json) -> Json:
    node: dict[str, Json] = {"type": "text", "text": text}
    if marks:
        node["marks"] = list(marks)
    return node
