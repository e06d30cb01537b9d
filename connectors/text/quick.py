"""Whether a text can hold a reference at all: one scan, so that most texts are never parsed.

A reference needs ``#``, ``-`` or ``/`` before its number, or a number in the query of a URL.
Markup may stand between the two, and a format may write any character as an entity; so each check
asks for less than its format's reader does. It may say yes in vain but never no: a property test
holds it to that.
"""

import re
from collections.abc import Callable, Mapping

from connectors.text.base import MAX_TEXT

_BETWEEN = r"[^0-9A-Za-z\s#/|-]*"
"""Signs of markup. No sign that we look for, so that each character is seen once, whatever the text."""
_QUERY = r"%(?=[0-9A-Fa-f]{2})"
_MARKDOWN = re.compile(rf"[#/|-](?={_BETWEEN}[1-9<&\[~])|{_QUERY}|&(?=[#A-Za-z])")
"""A tag, an empty link or struck-out text can stand before the number, too, and leave nothing there."""
_WIKI = re.compile(rf"[#/|-](?={_BETWEEN}[1-9{{])|{_QUERY}")
"""So can a macro such as ``{color:red}``."""
_PLAIN = re.compile(rf"[#/|-](?=[1-9])|{_QUERY}")
_TREE_TEXT = re.compile(r"[#/|-](?:(?=[1-9])|$)|%")
"""A sign at the end may go on in the next node, in bold."""
_TREE_URL = re.compile(r"[#/|-]\s*[1-9]|%")
_SHOWN_BY_ATTRIBUTE = {"date", "inlineCard", "blockCard", "embedCard"}
_CLOSING = frozenset("}>])~")
_MAX_NODES = 5000
_MAX_BACK = 40


def in_markdown(text: str) -> bool:
    return _any(_MARKDOWN, text)


def in_wiki(text: str) -> bool:
    return _any(_WIKI, text)


def in_plain(text: str) -> bool:
    return _any(_PLAIN, text)


def in_adf(tree: object) -> bool:
    return any_node(tree, _in_node)


def any_node(tree: object, shows: Callable[[Mapping[object, object]], bool]) -> bool:
    """Whether a node does. A huge tree is left to its reader, which knows where to stop: of that it is said, too."""
    stack, left = [tree], _MAX_NODES
    while stack:
        node = stack.pop()
        left -= 1
        if not isinstance(node, Mapping):
            continue
        if left < 0 or shows(node):
            return True
        content = node.get("content")
        if isinstance(content, list):
            stack += content
    return False


def _in_node(node: Mapping[object, object]) -> bool:
    text = node.get("text")
    if isinstance(text, str) and _any(_TREE_TEXT, text, slash=True, start=True):
        return True
    kind = node.get("type")
    if isinstance(kind, str) and kind in _SHOWN_BY_ATTRIBUTE:
        return True
    marks = node.get("marks")
    return isinstance(marks, list) and any(map(_leads_to_issue, marks))


def _leads_to_issue(mark: object) -> bool:
    attrs = mark.get("attrs") if isinstance(mark, Mapping) else None
    url = attrs.get("href") if isinstance(attrs, Mapping) else None
    return isinstance(url, str | int) and _TREE_URL.search(str(url)) is not None


def _any(signs: re.Pattern[str], text: str, *, slash: bool = False, start: bool = False) -> bool:
    """``slash``: whether there may be a URL. ``start``: whether a reference may have begun before the text."""
    slash = slash or "/" in text
    return any(_fits(text, sign.start(), slash, start) for sign in signs.finditer(text, 0, MAX_TEXT))


def _fits(text: str, at: int, slash: bool, start: bool) -> bool:
    match text[at]:
        case "-":
            return _key_before(text, at, slash, start)
        case "/":
            return _path_before(text, at, start)
        case "|" | "%":
            return slash
        case _:
            return True


def _key_before(text: str, at: int, slash: bool, start: bool) -> bool:
    """Keys are in capitals, except in URLs; ``gh-12`` is the only other one. So "2026-12-01" is none."""
    for back in range(at - 1, max(at - _MAX_BACK, 0) - 1, -1):
        char = text[back]
        if "A" <= char <= "Z" or char == "h" or char in _CLOSING:
            return True
        if "a" <= char <= "z":
            return slash
        if char.isspace():
            return False
    return start or at > _MAX_BACK


def _path_before(text: str, at: int, start: bool) -> bool:
    """``/issues``, ``/pull`` or ``/pulls`` stands before the number. So "10/12" is no path."""
    for back in range(at - 1, max(at - _MAX_BACK, 0) - 1, -1):
        char = text[back]
        if char in "sl" or char in _CLOSING:
            return True
        if char.isspace() or (char.isascii() and char.isalnum()):
            return False
    return start or at > _MAX_BACK
