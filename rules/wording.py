"""The pieces that the rules' sentences share, so that every line on a ticket has one voice.

A sentence depends on facts and settings only, never on today: the same facts give the same
text, and a note is edited only when something happened.
"""

from collections.abc import Sequence
from functools import lru_cache

from model.document import Day, IssueLink, Line, Piece, Quoted, Words
from model.snapshot import DateClaim, Issue

TITLE_LENGTH = 80
SENTENCE_LENGTH = 160

_SOURCES = {
    "due": "due date",
    "start": "start date",
    "target_end": "target end",
    "project_field": "date field",
    "command": "set by command",
}
_NAMED = ("sprint", "release", "milestone")


@lru_cache(maxsize=8192)
def _words(text: str) -> Words:
    """The same piece wherever the same is said: sentences are many, and what we say in them is not."""
    return Words(text)


def line(*parts: str | Piece | Line) -> Line:
    """Parts in order, plain strings being our own words; neighbouring words become one piece."""
    pieces: list[Piece] = []
    words = ""
    # Our words are gathered before they become a piece: judging a large tracker puts millions of lines together.
    for part in parts:
        if isinstance(part, str):
            words += part
            continue
        for piece in part if isinstance(part, tuple) else (part,):
            if isinstance(piece, Words):
                words += piece.text
                continue
            if words:
                pieces.append(_words(words))
                words = ""
            pieces.append(piece)
    if words:
        pieces.append(_words(words))
    return tuple(pieces)


def capital(words: Line) -> Line:
    """The same line with a capital where it opens with words of ours."""
    first = words[0]
    return (Words(first.text[:1].upper() + first.text[1:]), *words[1:]) if isinstance(first, Words) else words


def key(issue: Issue) -> Piece:
    return IssueLink(issue.ref.tracker, issue.ref.key, issue.url)


def name(issue: Issue) -> Line:
    """Key and owner: ``jira:PLAT-7 (platform)``."""
    return (key(issue), *_owned(issue))


def titled(issue: Issue) -> Line:
    """Key, title and owner: ``jira:PLAT-7 “Ledger export” (platform)``."""
    if not issue.title.strip():
        return name(issue)
    # Put together by hand, for every finding names four issues or so.
    if not (issue.team or issue.party):
        return (key(issue), _words(" “"), _cut(issue.title, TITLE_LENGTH), _words("”"))
    title = _cut(issue.title, TITLE_LENGTH)
    return (key(issue), _words(" “"), title, _words("” ("), owner(issue), _words(")"))


def _owned(issue: Issue) -> Line:
    return (_words(" ("), owner(issue), _words(")")) if issue.team or issue.party else ()


def quoted(text: str, length: int = SENTENCE_LENGTH) -> Line:
    """Someone else's words in quotation marks, cut at a length that a line can carry."""
    return (_words("“"), _cut(text, length), _words("”"))


def _cut(text: str, length: int) -> Quoted:
    flat = " ".join(text.split())
    if flat == text and len(text) <= length:
        return Quoted(text)  # the very string of the issue: no finding needs a copy
    return Quoted(flat if len(flat) <= length else flat[: length - 1].rstrip() + "…")


def owner(issue: Issue) -> Piece:
    """Who can act on an issue, after "with" or "ask"."""
    known = issue.team or issue.party
    return _name(known) if known else _words("whoever works on it")


@lru_cache(maxsize=8192)
def _name(owner: str) -> Quoted:
    return Quoted(owner)


def together(issue: Issue, reader: Issue) -> Line:
    """Whom the reader of a note on ``reader`` would talk to about ``issue``: ``with platform``."""
    if owner(issue) == owner(reader) != Words("whoever works on it"):
        return line("within the team")
    return line("with ", owner(issue))


def standing(issue: Issue) -> str:
    return "still in progress" if issue.progress == "started" else "not started yet"


def dated(claim: DateClaim, here: str = "") -> Line:
    """A day and where it stands, for a reader of the issue ``here``: ``Tue 1 Dec 2026 (sprint “Aurora 12”)``."""
    if claim.source in _NAMED and claim.name:
        return line(Day(claim.day), f" ({claim.source} ", quoted(claim.name, TITLE_LENGTH), ")")
    if claim.source == "text":
        where = (" here" if claim.of == here else " there") if here else ""
        return (Day(claim.day), Words(f" (as written{where})"))
    whose = " of this issue" if claim.of == here and claim.source in ("due", "start", "target_end") else ""
    return (Day(claim.day), Words(f" ({_SOURCES.get(claim.source, claim.source)}{whose})"))


def listed(parts: Sequence[str | Piece | Line]) -> Line:
    """``A, B and C``."""
    joins = ["", *[", "] * (len(parts) - 2), " and "][: len(parts)]
    return line(*(piece for join, part in zip(joins, parts, strict=True) for piece in (join, part)))


def counted(number: int, noun: str) -> str:
    """``1 issue``, ``2 issues``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
