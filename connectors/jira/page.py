"""A comment's ADF as Jira Cloud would show it, for people who want to see our notes without a tracker.

Knows the nodes and marks that our notes are made of; of any other, its text is shown.
"""

from html import escape

from connectors.http import Json

_MARKS = {"strong": "strong", "em": "em", "code": "code"}
_BLOCKS = {"paragraph": "p", "bulletList": "ul", "listItem": "li"}


def as_html(node: Json) -> str:
    """HTML that may stand in any page: no script, no style, no image grows out of any tree."""
    inside = "".join(map(as_html, node.get("content") or ()))
    match node.get("type"):
        case "text":
            return _text(node)
        case "mention":
            return f'<span class="mention">{escape(str(node["attrs"].get("text") or "@"))}</span>'
        case "expand":
            return f"<details><summary>{escape(str(node['attrs'].get('title', '')))}</summary>{inside}</details>"
        case "hardBreak":
            return "<br>"
        case kind if kind in _BLOCKS:
            return f"<{_BLOCKS[kind]}>{inside}</{_BLOCKS[kind]}>"
    return inside


def _text(node: Json) -> str:
    shown = escape(str(node.get("text", "")))
    for mark in node.get("marks") or ():
        kind = mark.get("type")
        if kind == "link" and str(mark["attrs"]["href"]).startswith(("https://", "http://")):
            shown = f'<a href="{escape(str(mark["attrs"]["href"]))}">{shown}</a>'
        elif kind in _MARKS:
            shown = f"<{_MARKS[kind]}>{shown}</{_MARKS[kind]}>"
    return shown
