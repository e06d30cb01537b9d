"""Our documents as Atlassian Document Format.

Text nodes are inert in ADF: no markup, no mention, no link grows out of them. What remains to
be kept out are characters that reorder or hide text, and empty nodes, which Jira refuses.
https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from dataclasses import replace

import msgspec

from connectors.http import Json
from connectors.pieces import NOTHING, lines_of, page_of, runs
from connectors.room import Part, Room, fit
from model.document import (
    Code,
    Document,
    IssueLink,
    Item,
    Line,
    Link,
    Mention,
    Piece,
    Strong,
)
from model.words import clean

_STRONG: Json = {"type": "strong"}
LONGEST_NOTE = 30_000
"""Jira takes 32,767 characters, and does not say whether on Cloud it counts text or JSON; JSON is the longer.
https://jira.atlassian.com/browse/JRASERVER-64351"""
_ROOM = Room(longest=LONGEST_NOTE, around=700)


def render_adf(document: Document) -> Json:
    """A ``doc`` node that Jira takes; what does not fit is counted instead. Same document, same tree."""
    fitted = fit(document, _Writer(), _ROOM)
    blocks: list[Json] = [fitted.call] if fitted.call else []
    for part in fitted.parts:
        blocks += _folded(part) if part.folded and part.heading else _open(part)
    if fitted.footer:
        blocks.append(_paragraph([_small(node) for node in fitted.footer["content"]]))
    return {"version": 1, "type": "doc", "content": blocks or [_paragraph([_text(NOTHING)])]}


class _Writer:
    """Each item is a list entry, and what there is to say of it a list below."""

    def line(self, line: Line) -> Json | None:
        nodes = _line(line)
        return _paragraph(nodes) if nodes else None

    def item(self, item: Item) -> Json | None:
        lines = [_paragraph(nodes) for nodes in lines_of(item, _line, _lead)]
        if not lines:
            return None
        return _entry(lines[0], *([_list([_entry(line) for line in lines[1:]])] if lines[1:] else []))

    def size(self, rendered: Json) -> int:
        return len(msgspec.json.encode(rendered)) + 1


def _open(part: Part[Json]) -> list[Json]:
    """A calm heading is a strong paragraph: ``heading`` nodes are shown larger than the ticket's own text."""
    blocks = [_paragraph([_text(heading, _STRONG)])] if (heading := clean(part.heading).strip()) else []
    blocks += part.lines
    if part.items:
        blocks.append(_list([*part.items, *([_entry(part.more)] if part.more else [])]))
    elif part.more:
        blocks.append(part.more)
    return blocks


def _folded(part: Part[Json]) -> list[Json]:
    title = clean(part.heading).strip()
    return [{"type": "expand", "attrs": {"title": title}, "content": _open(replace(part, heading=""))}]


def _list(entries: list[Json]) -> Json:
    return {"type": "bulletList", "content": entries}


def _entry(*blocks: Json) -> Json:
    return {"type": "listItem", "content": list(blocks)}


def _paragraph(nodes: list[Json]) -> Json:
    return {"type": "paragraph", "content": nodes}


def _small(node: Json) -> Json:
    """Set apart from what matters; a code span takes no other mark."""
    marks = node.get("marks", [])
    if node["type"] != "text" or any(mark["type"] == "code" for mark in marks):
        return node
    return {**node, "marks": [*marks, {"type": "em"}]}


def _line(line: Line) -> list[Json]:
    """Words that touch are one node: less JSON, which is what Jira may have a limit for."""
    nodes = [node for run in runs(line) if (node := _node(run)) is not None]
    return nodes if any(node["type"] != "text" or node["text"].strip() for node in nodes) else []


def _node(run: Piece | str) -> Json | None:
    match run:
        case str(text):
            return _text(text) if text else None
        case Mention(identity, name):
            return {"type": "mention", "attrs": {"id": identity, "text": f"@{clean(name) or identity}"}}
        case IssueLink(_, text, url) | Link(text, url):
            link = {"type": "link", "attrs": {"href": page_of(url)}}
            return _text(clean(text), link)
        case Strong(text):
            return _text(clean(text), _STRONG)
        case Code(text):
            return _text(clean(text), {"type": "code"})
    raise TypeError(f"not a piece that becomes active: {type(run).__name__}")


def _lead(line: Line) -> list[Json]:
    """The issue that an item is about stands out."""
    issue = _line(line[:1]) if line and isinstance(line[0], IssueLink) else []
    return (
        [*({**node, "marks": [*node.get("marks", []), _STRONG]} for node in issue), *_line(line[1:])]
        if issue
        else _line(line)
    )


def _text(text: str, *marks: Json) -> Json:
    node: dict[str, Json] = {"type": "text", "text": text}
    if marks:
        node["marks"] = list(marks)
    return node
