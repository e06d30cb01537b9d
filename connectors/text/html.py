"""The little HTML that people put into Markdown: which tags hide text, which break lines.

Not a parser of HTML: a scanner that reads each character once, whatever the input.
"""

import re
from html import unescape

HIDING = frozenset(
    {"code", "pre", "kbd", "samp", "tt", "del", "s", "strike", "blockquote", "script", "style", "template"}
)
_BREAKING = frozenset({"br", "p", "div", "li", "ul", "ol", "tr", "td", "th", "table", "summary", "details", "hr"})
_MAX_OPEN = 50
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,30})[^<>]*>|<[!?][^<>]*>")


class Tags:
    """Which hiding tags are open. Each reader of one text keeps one."""

    def __init__(self) -> None:
        self._open: list[str] = []

    @property
    def hiding(self) -> bool:
        return bool(self._open)

    def see(self, tag: str) -> str:
        """Take note of one tag; what it leaves in the text."""
        match = _TAG.match(tag)
        name = (match[2] or "").lower() if match else ""
        if match and name in HIDING and not tag.endswith("/>"):
            if not match[1]:
                self._open = [*self._open[:_MAX_OPEN], name]
            elif name in self._open:
                # A tag that was never closed inside ends with the one around it, as in a browser.
                del self._open[len(self._open) - 1 - self._open[::-1].index(name) :]
        return "\n" if name in _BREAKING else ""


def prose(html: str, tags: Tags) -> str:
    """The text of a piece of HTML, without comments, code, quotes and struck-out text. ``tags`` goes on to the next."""
    out, done = [], 0
    while done < len(html):
        at = html.find("<", done)
        at = len(html) if at < 0 else at
        if not tags.hiding:
            out.append(html[done:at])
        if html.startswith("<!--", at):
            end = html.find("-->", at + 4)
            done = len(html) if end < 0 else end + 3
            continue
        tag = _TAG.match(html, at)
        if tag:
            out.append(tags.see(tag[0]))
        elif not tags.hiding:
            out.append(html[at : at + 1])
        done = tag.end() if tag else at + 1
    return unescape("".join(out))
