"""GitHub's Markdown, down to blocks of prose, through a CommonMark parser with GitHub's tables and strikethrough."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.text.base import MAX_TEXT, Block, Kind, Span, block
from connectors.text.html import Tags, prose

_PARSER = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])
_KINDS: dict[str, Kind] = {"list_item_open": "item", "td_open": "cell", "th_open": "cell", "heading_open": "heading"}
_LISTS = {"bullet_list_open": 1, "ordered_list_open": 1, "bullet_list_close": -1, "ordered_list_close": -1}
_STAND_INS = {"softbreak": "\n", "hardbreak": "\n", "code_inline": " ", "image": " "}
_TASK = re.compile(r"\[([ xX])\][ \n]")
_ALERT = re.compile(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")
_TILDE = re.compile(r"(?<![~\w])(~)(?=[^\s~])|(?<=[^\s~])~(?![~\w])")


def blocks(text: str) -> Iterator[Block]:
    """The prose of a body or comment. Only its first 200,000 characters are read."""
    return _Walk(_PARSER.parse(text[:MAX_TEXT])).blocks()


class _Walk:
    """One pass over the flat list of tokens."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._quotes: list[bool] = []
        """For each open quote, whether it really is one: GitHub writes its alerts as quotes too."""
        self._lists = 0
        self._rows = 0
        self._kind: Kind = "text"
        self._tags = Tags()
        """HTML that stands around whole blocks, such as a ``<del>`` with blank lines in it."""

    def blocks(self) -> Iterator[Block]:
        for index, token in enumerate(self._tokens):
            self._enter(index, token)
            if any(self._quotes):
                continue
            if token.type == "html_block":
                yield from _lines(prose(token.content, self._tags))
            elif token.type == "inline" and not self._tags.hiding:
                yield from self._inline(token)

    def _enter(self, index: int, token: Token) -> None:
        if token.type == "blockquote_open":
            self._quotes.append(not self._is_alert(index))
        elif token.type == "blockquote_close":
            self._quotes.pop()
        self._lists += _LISTS.get(token.type, 0)
        self._rows += token.type == "tr_open"
        self._kind = _KINDS.get(token.type, self._kind)

    def _is_alert(self, index: int) -> bool:
        first = self._tokens[index + 2] if index + 2 < len(self._tokens) else None
        return first is not None and first.type == "inline" and bool(_ALERT.match(first.content))

    def _inline(self, token: Token) -> Iterator[Block]:
        # Only what opens an item is the item; a second paragraph in it is text.
        kind, self._kind = self._kind, "text"
        spans = _without_single_tildes(_spans(token.children or []))
        checked = False
        if spans and not spans[0].url:
            text = _ALERT.sub("", spans[0].text, count=1) if self._quotes else spans[0].text
            task = _TASK.match(text) if kind == "item" else None
            checked = task is not None and task[1] != " "
            spans[0] = Span(text[task.end() :] if task else text)
        made = block(spans, kind, self._rows if kind == "cell" else self._lists, checked=checked)
        if made:
            yield made


def _spans(tokens: Sequence[Token]) -> list[Span]:
    """The prose among inline tokens. What is left out leaves a blank, so that the words around it stay apart."""
    spans: list[Span] = []
    tags, struck, url = Tags(), 0, ""
    for token in tokens:
        struck += {"s_open": 1, "s_close": -1}.get(token.type, 0)
        if token.type in ("link_open", "link_close"):
            url = str(token.attrs.get("href", ""))
        text = token.content if token.type == "text" else _STAND_INS.get(token.type, "")
        if token.type == "html_inline":
            text = tags.see(token.content)
        if text and not struck and not tags.hiding:
            spans.append(Span(text, url))
    return spans


def _without_single_tildes(spans: list[Span]) -> list[Span]:
    """GitHub strikes out between single tildes too, which the parser does not know.

    https://docs.github.com/get-started/writing-on-github/getting-started-with-writing-and-formatting-on-github
    """
    tildes = [(index, at) for index, span in enumerate(spans) for at in _TILDE.finditer(span.text)]
    opened: tuple[int, int] | None = None
    for index, tilde in tildes:
        if opened is None:
            opened = (index, tilde.start()) if tilde[1] else None
        elif not tilde[1]:
            _blank(spans, opened, (index, tilde.end()))
            opened = None
    return spans


def _blank(spans: list[Span], start: tuple[int, int], end: tuple[int, int]) -> None:
    for index in range(start[0], end[0] + 1):
        text, url = spans[index].text, spans[index].url
        head = text[: start[1]] if index == start[0] else ""
        tail = text[end[1] :] if index == end[0] else ""
        blanks = " " * (len(text) - len(head) - len(tail))
        spans[index] = Span(head + blanks + tail, url if head or tail else "")


def _lines(text: str) -> Iterator[Block]:
    for line in text.split("\n"):
        made = block([Span(line)], "text", 0, checked=False)
        if made:
            yield made
