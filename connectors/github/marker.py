"""The first line of our notes: an HTML comment that readers do not see and edits keep.

It only counts together with the author: anybody can paste it. What stands in it is
percent-encoded, so that nothing can end the comment early.
"""

import hashlib
import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

OPENING = "<!-- crosstie:"
_LINE = re.compile(
    r"\A<!-- crosstie:v1 marker=(?P<marker>\S*) digest=(?P<digest>\S*) text=(?P<text>\S*)"
    r"(?: said=(?P<said>\S*))? -->(?:\n|\Z)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What a note's first line says, compared with the rest of it."""

    marker: str
    digest: str
    """Digest of the document that the note was rendered from."""
    said: str
    """Digest of all that it said; empty in notes of versions that did not note that."""
    edited: bool
    """Whether the text below is not the text that was written."""


def sign(text: str, *, marker: str, digest: str, said: str = "") -> str:
    """``text`` under its marker line."""
    sums = f"text={_sum(text)} said={_encoded(said)}" if said else f"text={_sum(text)}"
    return f"<!-- crosstie:v1 marker={_encoded(marker)} digest={_encoded(digest)} {sums} -->\n{text}"


def read(body: str) -> Marked | None:
    """The marker of a comment's body; None when it has none."""
    body = normal(body)
    line = _LINE.match(body)
    if line is None:
        return None
    return Marked(
        marker=unquote(line["marker"]),
        digest=unquote(line["digest"]),
        said=unquote(line["said"] or ""),
        edited=line["text"] != _sum(body[line.end() :]),
    )


def normal(body: str) -> str:
    """A body without what a web form does to it: CRLF line ends, white space around."""
    return body.replace("\r\n", "\n").strip()


def _sum(text: str) -> str:
    return hashlib.sha256(normal(text).encode(errors="replace")).hexdigest()[:12]


def _encoded(value: str) -> str:
    return quote(value, safe="").replace("--", "-%2D")
