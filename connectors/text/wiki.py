"""Jira's older texts, wiki markup read leniently, down to blocks of prose.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all. People paste Markdown
fences and mail quotes into it too; both are dropped as the code and the quotes they are.
"""

import re
from collections.abc import Iterator

from connectors.text.base import MAX_TEXT, Block, Kind, Span, block

_FENCE = re.compile(
    r"\{(code|noformat|quote)(?:[:|][^}\n]{0,200})?\}|^[ \t]{0,3}(```)[^\n]*$", re.MULTILINE | re.IGNORECASE
)
_INLINE_CODE = re.compile(r"\{\{[^\n]{0,500}?\}\}|`[^`\n]{1,500}`")
_STRUCK = re.compile(r"(?<![\w-])-(?=[^\s-])[^\n]{1,500}?(?<=[^\s-])-(?![\w-])")
_IMAGE = re.compile(r"(?<!\w)![^\s!|]{1,300}(?:\|[^!\n]{0,200})?!")
_NO_LINK = re.compile(r"\[(?:[^\[\]|\n]{1,200}\|)?[~^#][^\]\n]{1,200}\]")
"""A person, an attachment, an anchor."""
_MACRO = re.compile(r"\{[a-z*_+?^~-]{1,20}(?:[:|][^}\n]{0,200})?\}", re.IGNORECASE)
_EMPHASIS = re.compile(r"(?<![\w/#*+-])[*_+]+(?=\S)|(?<=\S)[*_+]+(?![\w/#*+-])")
"""Not beside what holds a key together: ``acme/+web#1`` names no repository ``acme/web``."""
_LINK = re.compile(r"\[(?:([^\[\]|\n]{1,500})\|)?((?:https?://|/)[^\[\]|\s]{1,2000})(?:\|[^\[\]\n]{0,100})?\]")
_NO_PROSE = re.compile(r"\s*(?:bq\.|>|-{4,}\s*$)")
_HEADING = re.compile(r"\s*h[1-6]\.\s*")
_ITEM = re.compile(r"\s*([*#]{1,10}-?|-{1,2})\s+")
_CELL = re.compile(r"\|{1,2}")


def blocks(text: str) -> Iterator[Block]:
    """The prose of a text. Only its first 200,000 characters are read."""
    paragraph: list[str] = []
    for row, line in enumerate(_without_fences(text[:MAX_TEXT].replace("\r\n", "\n")).split("\n")):
        if line.strip() and not _NO_PROSE.match(line) and not _opens_block(line):
            paragraph.append(line)
            continue
        yield from _made("\n".join(paragraph), "text", 0)
        paragraph = []
        if not _NO_PROSE.match(line):
            yield from _line(line, row)
    yield from _made("\n".join(paragraph), "text", 0)


def _without_fences(text: str) -> str:
    """Code and quotes taken out. One that is never closed reaches to the end."""
    out, done, opened = [], 0, ""
    for fence in _FENCE.finditer(text):
        name = (fence[1] or fence[2]).lower()
        if not opened:
            out.append(text[done : fence.start()])
            opened = name
        elif opened == name:
            opened = ""
            out.append("\n")
        done = fence.end()
    return "".join(out) if opened else "".join(out) + text[done:]


def _opens_block(line: str) -> bool:
    return bool(_HEADING.match(line) or _ITEM.match(line)) or line.lstrip().startswith("|")


def _line(line: str, row: int) -> Iterator[Block]:
    if heading := _HEADING.match(line):
        yield from _made(line[heading.end() :], "heading", 0)
    elif item := _ITEM.match(line):
        yield from _made(line[item.end() :], "item", len(item[1]))
    elif line.lstrip().startswith("|"):
        # A link holds a bar of its own.
        for cell in _CELL.split(_LINK.sub(lambda link: link[0].replace("|", "\0"), line)):
            yield from _made(cell.replace("\0", "|"), "cell", row)


def _made(text: str, kind: Kind, depth: int) -> Iterator[Block]:
    spans, done = [], 0
    prose = _STRUCK.sub(" ", _INLINE_CODE.sub(" ", text))
    for link in _LINK.finditer(prose):
        spans += [Span(_plain(prose[done : link.start()])), Span(_plain(link[1] or link[2]), link[2])]
        done = link.end()
    spans.append(Span(_plain(prose[done:])))
    made = block(spans, kind, depth, checked=False)
    if made:
        yield made


def _plain(prose: str) -> str:
    return _EMPHASIS.sub("", _MACRO.sub("", _NO_LINK.sub(" ", _IMAGE.sub(" ", prose)))).replace("(/)", "\u2705")
