"""What every text format is taken down to before anything is understood.

    Markdown --markdown--+
    ADF -----adf---------+--> blocks --references--> marked text --grammar--> mentions
    wiki ----wiki--------+    of prose              (phrases, dates)

A format reader keeps prose and drops code, quotes, HTML comments, images and struck-out
text; it knows nothing of references. The grammar knows nothing of formats.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from model.facts import Person

MAX_TEXT = 200_000
"""Characters of one text that are read; the rest is cut off before parsing."""

MAX_REFERENCES = 2000
"""References of one text that are read: more are a dump, no prose."""

MARK = "\ue000"
"""Stands for one reference in marked text. Characters of tickets never reach the grammar as this one."""
WORD = "\ue001"
"""Stands for a URL that is no reference: a word that is not one of ours."""

_UNSAFE = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ud800-\udfff\ue000\ue001\ufeff]"
)
_QUOTE = str.maketrans("\u2018\u2019\u02bc", "'''")


Kind = Literal["text", "heading", "item", "cell"]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a text stands. Copied onto each of its mentions."""

    place: str
    repository: str = ""
    """``owner/name``, which completes ``#12``; empty on Jira, where ``#12`` is nothing."""
    author: Person | None = None
    belongs: bool | None = None
    written: datetime | None = None
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A run of prose. ``url`` is where it leads when it is a link."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, heading, list item or table cell, as plain text. Its line breaks are ``\\n``."""

    spans: tuple[Span, ...]
    kind: Kind = "text"
    depth: int = 0
    """Of an item, how deep its list is nested, from 1; of a cell, which row it is in."""
    checked: bool = False
    """A ticked task: it no longer asks for anything."""


def clean(text: str) -> str:
    """Control, invisible and unusual space characters as blanks, typographic apostrophes as plain; same length."""
    return _UNSAFE.sub(" ", text).translate(_QUOTE)


def block(spans: list[Span], kind: Kind, depth: int, checked: bool) -> Block | None:
    """A block of cleaned spans, neighbours without a link joined; None when it holds no prose."""
    joined: list[Span] = []
    for span in spans:
        text = clean(span.text)
        if joined and not span.url and not joined[-1].url:
            joined[-1] = Span(joined[-1].text + text)
        elif text or span.url:
            joined.append(Span(text, span.url))
    if not any(span.url or span.text.strip() for span in joined):
        return None
    return Block(spans=tuple(joined), kind=kind, depth=depth, checked=checked)
