"""GitHub's Markdown, down to blocks of prose, through a CommonMark parser with GitHub's tables and strikethrough."""

import re
from collections.abc import Iterator, Sequence
from typing import Literal

from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.text.base import MAX_TEXT, Block, Span, block
from connectors.text.html import Tags, prose

_PARSER = MarkdownIt("commonmark", {"maxNesting": 20}).enable(["table", "strikethrough"])
_TASK = re.compile(r"\[([ xX])\][ \n]")
_ALERT = re.compile(r"\[!(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION)\]\s*")


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
        self._kind: Literal["text", "heading", "item", "cell"] = "text"

    def blocks(self) -> Iterator[Block]:
        for index, token in enumerate(self._tokens):
            self._enter(index, token)
            if any(self._quotes):
                continue
            if token.type == "inline":
                yield from self._inline(token)
            elif token.type == "html_block":
                yield from _lines_of_html(token.content)

    def _enter(self, index: int, token: Token) -> None:
        match token.type:
            case "blockquote_open":
                self._quotes.append(not self._is_alert(index))
            case "blockquote_close":
                self._quotes.pop()
            case "bullet_list_open" | "ordered_list_open":
                self._lists += 1
            case "bullet_list_close" | "ordered_list_close":
                self._lists -= 1
            case "tr_open":
                self._rows += 1
            case "list_item_open":
                self._kind = "item"
            case "td_open" | "th_open":
                self._kind = "cell"
            case "heading_open":
                self._kind = "heading"

    def _is_alert(self, index: int) -> bool:
        first = self._tokens[index + 2] if index + 2 < len(self._tokens) else None
        return first is not None and first.type == "inline" and bool(_ALERT.match(first.content))

    def _inline(self, token: Token) -> Iterator[Block]:
        kind, self._kind = self._kind, "text"
        spans = _spans(token.children or [])
        task = _TASK.match(spans[0].text) if kind == "item" and spans else None
        if task:
            spans[0] = Span(spans[0].text[task.end() :])
        if self._quotes and spans:
            spans[0] = Span(_ALERT.sub("", spans[0].text, count=1), spans[0].url)
        depth = self._rows if kind == "cell" else self._lists
        made = block(spans, kind, depth, checked=bool(task) and task[1] != " " if task else False)
        if made:
            yield made


def _spans(tokens: Sequence[Token]) -> list[Span]:
    spans: list[Span] = []
    tags, struck, url = Tags(), 0, ""
    for token in tokens:
        text = ""
        match token.type:
            case "s_open":
                struck += 1
            case "s_close":
                struck -= 1
            case "link_open":
                url = str(token.attrs.get("href", ""))
            case "link_close":
                url = ""
            case "html_inline":
                text = tags.see(token.content)
            case "softbreak" | "hardbreak":
                text = "\n"
            case "code_inline" | "image":
                text = " "
            case "text":
                text = token.content
        if text and not struck and not tags.hiding:
            spans.append(Span(text, url))
    return spans


def _lines_of_html(content: str) -> Iterator[Block]:
    for line in prose(content).split("\n"):
        made = block([Span(line)], "text", 0, checked=False)
        if made:
            yield made
