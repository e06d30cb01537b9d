"""Atlassian Document Format, down to blocks of prose.

Walked with a stack of our own: a hostile document may be nested deeper than Python recurses.
https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from connectors.text.base import MAX_TEXT, Block, Kind, Span, block

_PROSE = {"paragraph", "heading", "taskItem", "decisionItem", "caption"}
"""Nodes that hold inline nodes."""
_CARDS = {"inlineCard", "blockCard", "embedCard"}
_SKIPPED = {"codeBlock", "blockquote", "mediaSingle", "mediaGroup", "extension", "inlineExtension"}
_LISTS = {"bulletList", "orderedList", "taskList", "decisionList"}
_TICKS = {":white_check_mark:", ":check_mark:", ":heavy_check_mark:", ":ballot_box_with_check:"}
_HIDING_MARKS = {"code", "strike"}


@dataclass(frozen=True, slots=True)
class _Place:
    kind: Kind = "text"
    lists: int = 0
    row: int = 0


def blocks(tree: object) -> Iterator[Block]:
    """The prose of a document. Only its first 200,000 characters are read; what is not ADF holds none."""
    budget, rows = MAX_TEXT, 0
    stack: list[tuple[object, _Place]] = [(tree, _Place())]
    while stack and budget > 0:
        node, place = stack.pop()
        kind = _kind(node)
        if not isinstance(node, Mapping) or kind in _SKIPPED:
            continue
        rows += kind == "tableRow"
        if kind in _PROSE or kind in _CARDS:
            made = _block(node, place, budget)
            if made:
                budget -= sum(len(span.text) for span in made.spans)
                yield made
            continue
        inner, children = _inside(kind, place, rows), _children(node)
        # Only what opens an item is the item; a second paragraph in it is text.
        rest = replace(inner, kind="text") if kind == "listItem" else inner
        stack.extend((child, rest if index else inner) for index, child in reversed(list(enumerate(children))))


def _inside(kind: str, place: _Place, row: int) -> _Place:
    if kind in _LISTS:
        return replace(place, kind="item", lists=place.lists + 1)
    if kind == "listItem":
        return replace(place, kind="item")
    if kind in ("tableCell", "tableHeader"):
        return _Place("cell", place.lists, row)
    return place


def _block(node: Mapping[object, object], place: _Place, budget: int) -> Block | None:
    kind = "heading" if _kind(node) == "heading" else place.kind
    inline = [node] if _kind(node) in _CARDS else _children(node)
    spans = [span for span in map(_span, inline) if span is not None]
    for index, span in enumerate(spans):
        budget -= len(span.text)
        if budget < 0:
            spans = [*spans[:index], Span(span.text[:budget], span.url)]
            break
    checked = _attribute(node, "state") == "DONE"
    return block(spans, kind, place.row if kind == "cell" else place.lists, checked=checked)


def _span(node: object) -> Span | None:
    """One inline node. Mentions, emoji and the like leave a blank, so that the words around them stay apart."""
    if not isinstance(node, Mapping):
        return None
    match _kind(node):
        case "text":
            return _text(node)
        case "hardBreak":
            return Span("\n")
        case "date":
            return Span(_day(_attribute(node, "timestamp")))
        case "emoji":
            return Span("\u2705" if _attribute(node, "shortName") in _TICKS else " ")
        case "inlineCard" | "blockCard" | "embedCard":
            url = _attribute(node, "url") or _data_url(node)
            return Span(url, url)
        case _:
            return Span(" ")


def _text(node: Mapping[object, object]) -> Span:
    url = ""
    marks = node.get("marks")
    for mark in marks if isinstance(marks, list) else ():
        if _kind(mark) in _HIDING_MARKS:
            return Span(" ")
        if isinstance(mark, Mapping) and _kind(mark) == "link":
            url = _attribute(mark, "href")
    text = node.get("text")
    return Span(text if isinstance(text, str) else "", url)


def _data_url(card: Mapping[object, object]) -> str:
    """A card may carry JSON-LD instead of a URL."""
    attrs = card.get("attrs")
    data = attrs.get("data") if isinstance(attrs, Mapping) else None
    url = (data.get("url") or data.get("@id")) if isinstance(data, Mapping) else None
    return url if isinstance(url, str) else ""


def _day(milliseconds: str) -> str:
    """A date node is a moment at UTC midnight, in milliseconds; people see a day."""
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return " "


def _kind(node: object) -> str:
    """The type of a node or mark; empty for what is neither."""
    kind = node.get("type") if isinstance(node, Mapping) else None
    return kind if isinstance(kind, str) else ""


def _attribute(node: Mapping[object, object], name: str) -> str:
    attrs = node.get("attrs")
    value = attrs.get(name) if isinstance(attrs, Mapping) else None
    return str(value) if isinstance(value, str | int) else ""


def _children(node: Mapping[object, object]) -> list[object]:
    content = node.get("content")
    return content if isinstance(content, list) else []
