"""Our documents as Atlassian Document Format.

Text nodes are inert in ADF: no markup, no mention, no link grows out of them. What remains to
be kept out are characters that reorder or hide text, and empty nodes, which Jira refuses.
https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

import unicodedata

import msgspec

from connectors.http import Json
from connectors.jira.room import fit
from model.document import Code, Day, Document, IssueLink, Line, Link, Mention, Piece, Quoted, Strong, Words, long_day

_REORDERING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that make a line read differently from how it is stored."""
_NOTHING = "–"
LONGEST_QUOTE = 300
"""Characters; summaries end at 255, so only hostile text is cut."""


def render_adf(document: Document) -> Json:
    """A ``doc`` node that Jira takes; lines that do not fit are counted instead. Same document, same tree."""
    blocks: list[Json] = []
    fitted = fit(document, _paragraph_of, lambda line: len(msgspec.json.encode(line)))
    for heading, lines in fitted.sections:
        blocks += _section(heading, lines)
    if fitted.left_out:
        blocks.append(_paragraph([_text(f"… and {fitted.left_out} more.")]))
    footer = _line(document.footer)
    if footer:
        blocks.append(_paragraph([_small(node) for node in footer]))
    return {"version": 1, "type": "doc", "content": blocks or [_paragraph([_text(_NOTHING)])]}


def clean(text: str) -> str:
    """Text on one line, without control characters, half surrogates and marks that reorder it."""
    kept = (" " if c.isspace() else c for c in text if c not in _REORDERING)
    return "".join(c for c in kept if unicodedata.category(c) not in ("Cc", "Cs"))


def _section(heading: str, lines: list[Json]) -> list[Json]:
    """A calm heading is a strong paragraph: ``heading`` nodes are shown larger than the ticket's own text."""
    heading = clean(heading).strip()
    if not heading:
        return lines
    title = _paragraph([_text(heading, {"type": "strong"})])
    if not lines:
        return [title]
    return [title, {"type": "bulletList", "content": [{"type": "listItem", "content": [line]} for line in lines]}]


def _paragraph_of(line: Line) -> Json:
    nodes = _line(line)
    return _paragraph(nodes) if nodes else None


def _paragraph(nodes: list[Json]) -> Json:
    return {"type": "paragraph", "content": nodes}


def _small(node: Json) -> Json:
    """Set apart from what matters; a code span takes no other mark."""
    marks = node.get("marks", [])
    if node["type"] != "text" or any(mark["type"] == "code" for mark in marks):
        return node
    return {**node, "marks": [*marks, {"type": "em"}]}


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
        case Quoted(text):
            return _text(cut(clean(text))) if clean(text) else None
        case Words(text):
            return _text(clean(text)) if clean(text) else None


def cut(text: str) -> str:
    """Of words from a ticket, as many as a line has room for."""
    return text if len(text) <= LONGEST_QUOTE else text[: LONGEST_QUOTE - 1] + "…"


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
