"""The pieces that the rules' sentences share, so that every line on a ticket has one voice.

A sentence depends on facts and settings only, never on today: the same facts give the same
text, and a note is edited only when something happened.
"""

from collections.abc import Sequence
from functools import lru_cache

from model.document import Day, IssueLink, Line, Piece, Quoted, Words
from model.snapshot import DateClaim, Dependency, Issue

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
_WHOEVER = "whoever works on it"


@lru_cache(maxsize=8192)
def _words(text: str) -> Words:
    """The same piece wherever the same is said: sentences are many, and what we say in them is not."""
    return Words(text)


def line(*parts: str | Piece | Line) -> Line:
    """Parts in order, plain strings being our own words; neighbouring words become one piece."""
    pieces: list[Piece] = []
    add = pieces.append
    words = ""
    # Judging a large tracker puts millions of lines together, so our words are gathered before they become a piece.
    for part in parts:
        if isinstance(part, str):
            words += part
            continue
        for piece in part if isinstance(part, tuple) else (part,):
            if type(piece) is Words:
                words += piece.text
                continue
            if words:
                add(_words(words))
                words = ""
            add(piece)
    if words:
        add(_words(words))
    return tuple(pieces)


def capital(words: Line) -> Line:
    """The same line with a capital where it opens with words of ours."""
    first = words[0]
    return (Words(first.text[:1].upper() + first.text[1:]), *words[1:]) if isinstance(first, Words) else words


def key(issue: Issue) -> Piece:
    """Of an issue that is gone without the page that is no longer there."""
    return IssueLink(issue.ref.tracker, issue.ref.key, "" if issue.end == "gone" else issue.url)


def name(issue: Issue) -> Line:
    """Key and owner: ``jira:PLAT-7 (platform)``."""
    known = issue.team or issue.party
    return (key(issue), _words(" ("), _name(known), _words(")")) if known else (key(issue),)


def between(consumer: Issue, verb: str, provider: Issue, *rest: str | Piece) -> Line:
    """Both ends by key and owner and what is between them, then ``rest``: ``jira:PAY-1 (payments) waits for
    jira:PLAT-7 (platform)``."""
    # By hand as far as both names go: every finding on a dependency opens with them.
    waits, delivers = consumer.team or consumer.party, provider.team or provider.party
    start = (_words(" ("), _name(waits), _words(f"){verb}")) if waits else (_words(verb),)
    end = (_words(" ("), _name(delivers), *line(")", *rest)) if delivers else line(*rest)
    return (key(consumer), *start, key(provider), *end)


def titled(issue: Issue) -> Line:
    """Key, title and owner: ``jira:PLAT-7 “Ledger export” (platform)``; of an issue that is gone no title, for who may
    read it is not known any more."""
    if issue.end == "gone" or not issue.title.strip():
        return name(issue)
    title = _cut(issue.title, TITLE_LENGTH)
    if not (issue.team or issue.party):
        return (key(issue), _words(" “"), title, _words("”"))
    return (key(issue), _words(" “"), title, _words("” ("), owner(issue), _words(")"))


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
    return _name(known) if known else _words(_WHOEVER)


@lru_cache(maxsize=8192)
def _name(owner: str) -> Quoted:
    return Quoted(owner)


@lru_cache(maxsize=8192)
def words(text: str) -> Line:
    """A line of our own words alone, the very same wherever the same is said."""
    return (_words(text),)


def together(issue: Issue, reader: Issue) -> Line:
    """Whom the reader of a note on ``reader`` would talk to about ``issue``: ``with platform``."""
    return _together(issue.team or issue.party, reader.team or reader.party)


def settle(verb: str, issue: Issue, reader: Issue, what: str) -> Line:
    """A step that the reader of a note on ``reader`` takes with those who work on ``issue``: ``Agree with platform
    WHAT.``"""
    return _settle(verb, issue.team or issue.party, reader.team or reader.party, what)


@lru_cache(maxsize=8192)
def _settle(verb: str, owner: str, reader: str, what: str) -> Line:
    """Teams are few, findings are many."""
    return line(f"{verb} ", *_together(owner, reader), f" {what}.")


def _together(owner: str, reader: str) -> Line:
    if owner and owner == reader:
        return line("within the team")
    return line("with ", _name(owner) if owner else _WHOEVER)


def settle_the_date(dependency: Dependency) -> tuple[Line, Line]:
    """What consumer and provider can do about a date, whichever rule it worries."""
    consumer, provider = dependency.consumer, dependency.provider
    needed, promised = dependency.needed, dependency.promised
    if needed and promised and needed.day < promised.day:
        both = "on a date that holds for both issues, or on what can come first"
        return settle("Agree", provider, consumer, both), settle("Agree", consumer, provider, both)
    return (
        settle("Agree", provider, consumer, "on a date that holds, or plan this issue without it"),
        settle("Agree", consumer, provider, "on a date that holds, or on what can come first"),
    )


def ask_for_a_date(dependency: Dependency) -> tuple[Line, Line]:
    """What consumer and provider can do while no day is known, whichever rule misses it."""
    consumer, provider = dependency.consumer, dependency.provider
    return (
        _asked("Ask ", provider.team or provider.party, " when it can come, or plan this issue without it."),
        _asked(
            "Give this issue a date that ",
            consumer.team or consumer.party,
            " can plan with, even a rough one, or say that it will not come.",
        ),
    )


def let_go(dependency: Dependency) -> str:
    """How a wait is taken off the record."""
    return "remove the link" if dependency.evidence[0].kind == "link" else "reword the sentence that says so"


@lru_cache(maxsize=8192)
def _asked(start: str, owner: str, end: str) -> Line:
    return line(start, _name(owner) if owner else _WHOEVER, end)


def standing(issue: Issue) -> str:
    return "still in progress" if issue.progress == "started" else "not started yet"


def dated(claim: DateClaim, here: str = "") -> Line:
    """A day and where it stands, for a reader of the issue ``here``: ``Tue 1 Dec 2026 (sprint “Aurora 12”)``."""
    if claim.source in _NAMED and claim.name:
        return (Day(claim.day), _words(f" ({claim.source} “"), _cut(claim.name, TITLE_LENGTH), _words("”)"))
    if claim.source == "text":
        where = (" here" if claim.of == here else " there") if here else ""
        return (Day(claim.day), _words(f" (as written{where})"))
    whose = " of this issue" if claim.of == here and claim.source in ("due", "start", "target_end") else ""
    return (Day(claim.day), _words(f" ({_SOURCES.get(claim.source, claim.source)}{whose})"))


def listed(parts: Sequence[str | Piece | Line]) -> Line:
    """``A, B and C``."""
    joins = ["", *[", "] * (len(parts) - 2), " and "][: len(parts)]
    return line(*(piece for join, part in zip(joins, parts, strict=True) for piece in (join, part)))


def counted(number: int, noun: str) -> str:
    """``1 issue``, ``2 issues``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
