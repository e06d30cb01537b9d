"""Lines of a comment that speak to crosstie: ``/crosstie ack next sprint``. Syntax only.

A command is typed: the word itself stands in the raw text, so most comments are never parsed for
one. The line then has to begin a line of a paragraph or list item, as the format's reader shows
it: what stands in code, quotes, HTML comments or struck text says nothing.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice

from connectors.text import adf, markdown, wiki
from connectors.text.base import MAX_TEXT, Block, Span
from connectors.text.quick import any_node
from model.statements import CommandLine

MAX_COMMANDS = 20
"""Commands of one comment that are read; nobody types more."""
MAX_WORDS = 500
_TYPED = re.compile(r"/crosstie(?![^\s\x00-\x1f\x7f-\xa0])", re.IGNORECASE | re.ASCII)
_LINE = re.compile(r"\s*/crosstie\s+(\S.*)", re.IGNORECASE | re.ASCII)
"""In ASCII only: without that, a long s would count as an s."""


def commands_in_markdown(text: str) -> tuple[CommandLine, ...]:
    """Commands in a GitHub comment. Only its first 200,000 characters are read. Raises nothing."""
    text = _without_gaps(text)
    return _read(markdown.blocks(text)) if _is_typed(text) else ()


def commands_in_wiki(text: str) -> tuple[CommandLine, ...]:
    """Commands in a Jira comment of REST v2. Its first 200,000 characters are read. Raises nothing."""
    text = _without_gaps(text)
    return _read(wiki.blocks(text)) if _is_typed(text) else ()


def commands_in_adf(tree: object) -> tuple[CommandLine, ...]:
    """Commands in a Jira Cloud comment (REST v3). Its first 200,000 characters are read. Raises nothing."""
    return _read(adf.blocks(tree)) if any_node(tree, _in_node) else ()


def _without_gaps(text: str) -> str:
    """Notes on GitHub part keys from their numbers by a space without width; people copy it along."""
    return text[:MAX_TEXT].replace("\u200b", "")


def _is_typed(text: str) -> bool:
    return _TYPED.search(text, 0, MAX_TEXT) is not None


def _in_node(node: Mapping[object, object]) -> bool:
    text = node.get("text")
    return isinstance(text, str) and _is_typed(text)


def _read(blocks: Iterable[Block]) -> tuple[CommandLine, ...]:
    found = islice(_said(blocks), MAX_COMMANDS)
    return tuple(CommandLine(number=number, words=words) for number, words in enumerate(found))


def _said(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        # A ticked task asks for nothing any more.
        if block.kind in ("text", "item") and not block.checked:
            for line in "".join(span.text for span in block.spans).split("\n"):
                if said := _LINE.match(line):
                    yield " ".join(said[1].split())[:MAX_WORDS].strip()


def without_commands(blocks: Iterable[Block]) -> Iterator[Block]:
    """Prose alone: ``/crosstie need PLAT-7 2026-12-01`` is told to us, and says nothing of PLAT-7 to anybody else."""
    for block in blocks:
        if any(_TYPED.search(span.text) for span in block.spans):
            lines = [line for line in _lines(block.spans) if not _LINE.match("".join(span.text for span in line))]
            spans = [span for line in lines for span in line]
            if any(span.url or span.text.strip() for span in spans):
                yield replace(block, spans=tuple(spans))
        else:
            yield block


def _lines(spans: Iterable[Span]) -> Iterator[list[Span]]:
    """Each with the break that ends it."""
    line: list[Span] = []
    for span in spans:
        first, *others = span.text.split("\n")
        line.append(Span(first + "\n" * bool(others), span.url))
        for index, text in enumerate(others, 1):
            yield line
            line = [Span(text + "\n" * (index < len(others)), span.url)] if text or index < len(others) else []
    yield line
