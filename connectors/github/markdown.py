"""A document as GitHub Markdown: calm, small, and with nothing of a ticket's text alive in it."""

import re
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import quote, urlsplit

from connectors.github.inert import GAP, clean, escaped, guarded, inert
from model.document import Code, Day, Document, IssueLink, Line, Link, Mention, Piece, Quoted, Strong, Words, long_day

LONGEST_NOTE = 60_000
"""Characters; GitHub takes 65,536 and the marker needs some."""
LONGEST_QUOTE = 300
"""Characters; titles end at 256, so only hostile text is cut."""
_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}(?:\[bot\])?")
_ENDS_LOGIN = ("", " ", ".", ",", ";", ":", ")")
_PUBLIC = frozenset({"github.com", "www.github.com"})
_TRACED = re.compile(r"/[^/]+/[^/]+/(?:issues|pull|discussions)/\d+(?:/|\Z)")
_URL_SAFE = "/:?#@!$&'*+,;=%~-._"


def render(document: Document) -> str:
    """The note's text without its marker; lines that do not fit are counted instead."""
    blocks: list[str] = []
    size = dropped = 0
    for section in document.sections:
        kept: list[str] = []
        for line in filter(None, (render_line(line) for line in section.lines)):
            fits = size + len(line) + 4 <= LONGEST_NOTE and not dropped
            kept += [line] if fits else []
            dropped += not fits
            size += len(line) + 4 if fits else 0
        blocks += _section(section.heading, kept)
        size += len(section.heading) + 8
    if dropped:
        blocks.append(f"… and {dropped} more.")
    footer = render_line(document.footer)
    if footer:
        blocks.append(f"<sub>{footer}</sub>")
    return "\n\n".join(blocks)


def render_line(line: Line) -> str:
    """One line of Markdown source. Words that touch are defused together, or ``GH`` and ``-12`` would join up."""
    rendered = ""
    after_mention = False
    for textual, pieces in groupby(line, key=lambda piece: isinstance(piece, Words | Quoted | Day)):
        group = tuple(pieces)
        chunk = inert("".join(_words(piece) for piece in group)) if textual else "".join(map(_active, group))
        if after_mention and chunk[:1] not in _ENDS_LOGIN:
            rendered += GAP  # or @ann and a following x would call @annx
        rendered += chunk
        after_mention = isinstance(group[-1], Mention)
    return guarded(rendered)


def _section(heading: str, lines: list[str]) -> Iterator[str]:
    if not heading:
        yield from lines
        return
    yield f"**{inert(heading)}**"
    if lines:
        yield "\n".join(f"- {line}" for line in lines)


def _words(piece: Piece) -> str:
    match piece:
        case Words(text):
            return text
        case Quoted(text):
            return text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
        case Day(day):
            return long_day(day)
    raise TypeError(f"not words: {type(piece).__name__}")


def _active(piece: Piece) -> str:
    match piece:
        case Strong(text):
            return f"**{inert(text).strip()}**" if text.strip() else ""
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
    return f"{fence}{pad}{text}{pad}{fence}" if text else ""


def _link(label: str, url: str) -> str:
    """``label`` is Markdown; GitHub looks for no mentions inside links. Only web addresses become links."""
    if urlsplit(url).scheme not in ("http", "https"):
        return label
    return f"[{label}]({quote(_without_trace(url), safe=_URL_SAFE).replace('&', '&amp;')})"


def _without_trace(url: str) -> str:
    """A link to an issue would make GitHub write "mentioned this issue" into that issue's history, for each note.

    Renovate and Dependabot go through this host of GitHub's for the same reason
    (https://docs.renovatebot.com/configuration-options/). A server of one's own has none.
    """
    parts = urlsplit(url)
    if parts.netloc.lower() not in _PUBLIC or not _TRACED.match(parts.path):
        return url
    return parts._replace(netloc="redirect.github.com").geturl()
