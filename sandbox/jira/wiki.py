"""Texts as Data Center keeps them: wiki markup. What a scene gave as a document becomes plain wiki text.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.jira.records import Json

MARKS: Mapping[str, tuple[str, str]] = {
    "strong": ("*", "*"),
    "em": ("_", "_"),
    "code": ("{{", "}}"),
    "strike": ("-", "-"),
    "underline": ("+", "+"),
}
BULLETS: Mapping[str, str] = {"bulletList": "*", "orderedList": "#"}


def as_wiki(body: Json | str | None) -> str | None:
    """Text as it came, and documents in words; None stays None."""
    return body if body is None or isinstance(body, str) else _blocks(body, "\n\n").strip()


def login(account_id: str) -> str:
    """The user name of Data Center that stands for an accountId."""
    return account_id.rpartition(":")[2]


def _blocks(node: Json, between: str = "\n\n", bullet: str = "") -> str:
    return between.join(filter(None, (_block(child, bullet) for child in node.get("content") or ())))


def _block(node: Json, bullet: str) -> str:
    kind = str(node.get("type"))
    if kind in BULLETS:
        return "\n".join(_item(item, bullet + BULLETS[kind]) for item in node.get("content") or ())
    make = _MADE.get(kind)
    if make is not None:
        return make(node)
    holds_blocks = any(child.get("type") in {*_MADE, *BULLETS} for child in node.get("content") or ())
    return _blocks(node) if holds_blocks else _inline(node) or _leaf(node)


def _item(item: Json, bullet: str) -> str:
    """Its own words behind the bullet, lists in it below."""
    return f"{bullet} " + _blocks(item, "\n", bullet)


def _inline(node: Json) -> str:
    return "".join(map(_leaf, node.get("content") or ()))


def _leaf(node: Json) -> str:
    attrs: dict[str, Any] = node.get("attrs") or {}
    make = _LEAVES.get(str(node.get("type")))
    return make(node) if make else str(attrs.get("text") or attrs.get("url") or "")


def _text(node: Json) -> str:
    text = str(node.get("text") or "")
    for mark in node.get("marks") or ():
        if mark.get("type") == "link":
            text = f"[{text}|{mark['attrs']['href']}]"
        else:
            before, after = MARKS.get(mark.get("type"), ("", ""))
            text = f"{before}{text}{after}"
    return text


_LEAVES: Mapping[str, Callable[[Json], str]] = {
    "text": _text,
    "hardBreak": lambda node: "\n",
    "mention": lambda node: f"[~{login(str(node['attrs'].get('id', '')))}]",
    "inlineCard": lambda node: f"[{node['attrs'].get('url', '')}]",
}
_MADE: Mapping[str, Callable[[Json], str]] = {
    "paragraph": _inline,
    "heading": lambda node: f"h{node['attrs'].get('level', 1)}. {_inline(node)}",
    "codeBlock": lambda node: f"{{code}}\n{_inline(node)}\n{{code}}",
    "blockquote": lambda node: "{quote}\n" + _blocks(node) + "\n{quote}",
    "rule": lambda node: "----",
    "table": lambda node: _blocks(node, "\n"),
    "tableRow": lambda node: "|" + "|".join(_blocks(cell, " ") for cell in node.get("content") or ()) + "|",
}
