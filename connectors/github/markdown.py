"""A document as GitHub Markdown: calm, small, and with nothing of a ticket's text alive in it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import quote

from connectors.github.inert import GAP, escaped, guarded, inert, inert_html
from connectors.pieces import NOTHING, lines_of, page_of, runs
from connectors.room import LONGEST_HEADING, Part, Room, fit
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
    Words,
)
from model.words import bared, clean

LONGEST_NOTE = 60_000
"""Characters; GitHub takes 65,536 and the marker needs some."""
Chunk = tuple[type[Piece], str]
"""Markdown source, and the kind of piece that it was made of."""
_ROOM = Room(longest=LONGEST_NOTE, around=LONGEST_HEADING * 10 + 100)
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?")
_ENDS_LOGIN = (" ", ".", ",", ";", ":", ")")
_TRACED = re.compile(
    r"https?://(?:www\.)?github\.com(/[^/?#]+/[^/?#]+/(?:issues|pull|discussions)/\d+(?:[/?#].*)?)", re.IGNORECASE
)
_URL_SAFE = "/:?#@!$&'*+,;=%~-._"


def render(document: Document) -> str:
    """The note's text without its marker; what does not fit is counted instead. Same document, same text."""
    fitted = fit(document, _Writer(), _ROOM)
    blocks = [fitted.call] if fitted.call else []
    for part in fitted.parts:
        blocks += _folded(part) if part.folded and part.heading else _open(part)
    if fitted.footer:
        blocks.append(f"<sub>{fitted.footer}</sub>")
    return "\n\n".join(blocks) or NOTHING


class _Writer:
    """Each item is a list entry, and what there is to say of it a list below."""

    def line(self, line: Line) -> str | None:
        return render_line(line) or None

    def item(self, item: Item) -> str | None:
        lines = lines_of(item, render_line, _lead)
        return "\n".join([f"- {lines[0]}", *(f"  - {line}" for line in lines[1:])]) if lines else None

    def size(self, rendered: str) -> int:
        return len(rendered) + 2


def _lead(line: Line) -> str:
    """The issue that an item is about stands out; a lead that opens with a verdict is words like any other."""
    issue = render_line(line[:1]) if line and isinstance(line[0], IssueLink) else ""
    return _joined([(Strong, f"**{issue}**"), *_chunks(line[1:])]) if issue else render_line(line)


def _open(part: Part[str]) -> Iterator[str]:
    if part.heading:
        yield f"**{inert(part.heading)}**"
    yield from part.lines
    if part.items:
        yield "\n".join([*part.items, *((f"- {part.more}",) if part.more else ())])
    elif part.more:
        yield part.more


def _folded(part: Part[str]) -> Iterator[str]:
    yield f"<details>\n<summary>{inert_html(part.heading)}</summary>"
    yield from _open(replace(part, heading=""))
    yield "</details>"


def render_line(line: Line) -> str:
    """One line of Markdown source."""
    return _joined(_chunks(line))


def _chunks(line: Line) -> Iterator[Chunk]:
    for run in runs(line):
        yield (Words, inert(run)) if isinstance(run, str) else (type(run), _active(run))


def _joined(chunks: Iterable[Chunk]) -> str:
    rendered = ""
    last: type[Piece] = Words
    for kind, chunk in chunks:
        if rendered and chunk:
            rendered += GAP if _clash((last, rendered[-1]), (kind, chunk[0])) else ""
        rendered += chunk
        last = kind if chunk else last
    return guarded(rendered)


def _clash(left: Chunk, right: Chunk) -> bool:
    """Whether what touches here would be read as something else: ``@annx``, ``x@ann``, ``**late**r``, code in code."""
    (before, end), (after, start) = left, right
    if before is Mention and start not in _ENDS_LOGIN:
        return True
    if after is Mention and end.isalnum():
        return True
    if before is Strong and end == "*":
        return not _sets_apart(start)
    if after is Strong and start == "*":
        return not _sets_apart(end)
    return end == start == "`"


def _sets_apart(character: str) -> bool:
    return character.isspace() or (character != "*" and unicodedata.category(character).startswith("P"))


def _active(piece: Piece) -> str:
    match piece:
        case Strong(text):
            before, words, after = bared(clean(text))
            return f"{before}**{inert(words)}**{after}"
        case Code(text):
            return _code(clean(text).strip())
        case IssueLink(_, key, url):
            return _link(escaped(key), url)
        case Link(text, url):
            return _link(inert(text), url)
        case Mention(login, name):
            return f"@{login}" if _LOGIN.fullmatch(login) else inert(name)
    raise TypeError(f"not an active piece: {type(piece).__name__}")


def _code(text: str) -> str:
    fence = "`" * (1 + max((len(run) for run in re.findall(r"`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _link(label: str, url: str) -> str:
    """``label`` is Markdown; GitHub looks for no mentions inside links."""
    page = quote(_without_trace(page_of(url)), safe=_URL_SAFE).replace("&", "&amp;")
    return f"[{label}]({page})"


def _without_trace(url: str) -> str:
    """A link to an issue would make GitHub write "mentioned this issue" into that issue's history, for each note.

    Renovate and Dependabot go through this host of GitHub's for the same reason
    (https://docs.renovatebot.com/configuration-options/). A server of one's own has none.
    """
    traced = _TRACED.fullmatch(url)
    return f"https://redirect.github.com{traced[1]}" if traced else url
