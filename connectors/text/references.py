"""Finding references in prose: ``#12``, ``acme/web#12``, ``GH-12``, ``PAY-12`` and URLs of either tracker.

The scan is anchored on ``#``, ``-``, ``/issues/`` and ``http`` and looks back from there, which is
several times quicker than one pattern for everything and linear for any input: a look back
stops at the anchor before it, or after a fixed number of characters. GitHub's own forms:
https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from connectors.text.base import MARK, MAX_REFERENCES, WORD, Block
from connectors.text.urls import MAX_NUMBER, MAX_URL, is_repository, reference_in_url

_ANCHOR = re.compile(r"https?://[^\s<>\"`|\\^{}\[\]，。；、）]+|(?:[#-]|/issues/|/pull/)[1-9][0-9]{0,9}(?![0-9A-Za-z])")
_VERSION = re.compile(r"\.[0-9]")
_NOT_A_KEY = re.compile(r"[.-][0-9]")
"""What follows the number in ``LOG4J-2.17`` and ``CVE-2024-1``."""
_NOT_A_NUMBER = re.compile(r"\.[0-9]|-?\w", re.ASCII)
"""What follows it in ``#1.5``, ``#3-usage`` and ``#12_a``."""
_URL_TAIL = ".,;:!?'*_~"

_NAME_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./")
_MAX_PART = 250
_HOST = re.compile(r"\.[A-Za-z]{2,}$")
_REST_OF_URL = re.compile(
    r"(?:/(?:files|commits|checks|changes)(?![\w/-]))?(?:#[a-z][\w-]{0,80})?(?!\.?[\w/-])", re.ASCII
)
_BEFORE_NO_URL = frozenset({*_NAME_CHARS, "@", ":", "~", "\\", "$", "}"})
"""What stands before a path of something else; a name character means one too long for us."""
_KEY_CHARS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")
_BRANCH_KEY_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
_PROJECT = re.compile(r"[A-Z][A-Z0-9_]+")
_MAX_PROJECT = 64


@dataclass(frozen=True, slots=True)
class Found:
    """A reference, by its place in the text it was found in."""

    start: int
    end: int
    key: str
    shape: Literal["jira", "github"]
    host: str = ""
    as_written: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """A block with each reference replaced by one ``MARK``; the n-th mark is the n-th reference."""

    text: str
    references: tuple[Found, ...]
    block: Block


def mark(block: Block, repository: str) -> Marked:
    """Find the references of a block. A link that leads to an issue is that issue, whatever its text says."""
    text: list[str] = []
    found: list[Found] = []
    for span in block.spans:
        if len(found) >= MAX_REFERENCES:
            break
        linked = _from_url(span.url, 0, span.text.strip() or span.url) if span.url else None
        if linked is not None:
            text.append(MARK)
            found.append(linked)
        elif span.url and span.text == span.url:
            text.append(WORD)
        else:
            # GitHub makes no reference of "#12" inside a link to somewhere else, so neither do we.
            _mark_prose(span.text, "" if span.url else repository, text, found, github=not span.url)
    return Marked("".join(text), tuple(found), block)


def _from_url(url: str, start: int, text: str) -> Found | None:
    one = reference_in_url(url)
    return Found(start, start + len(text), one.key, one.shape, one.host, text) if one else None


def in_branch(name: str, repository: str) -> list[Found]:
    """References in a branch name, where people write keys in lower case and ``_`` separates words."""
    found = [each for each in _scan(name, repository, github=True) if not isinstance(each, str)]
    # Slashes only sort branches: "fix/web/issues/12" is of no repository "fix/web".
    found = [each for each in found if "/" not in each.as_written]
    seen = {each.end for each in found}
    for anchor in _ANCHOR.finditer(name):
        if anchor[0][0] != "-" or anchor.end() in seen or _VERSION.match(name, anchor.end()):
            continue
        start = _back(name, anchor.start(), _BRANCH_KEY_CHARS, _MAX_PROJECT)
        prefix = name[start : anchor.start()].upper()
        if _PROJECT.fullmatch(prefix):
            found.append(Found(start, anchor.end(), prefix + anchor[0], "jira", "", name[start : anchor.end()]))
    return sorted(found, key=lambda each: each.start)


def _mark_prose(text: str, repository: str, out: list[str], found: list[Found], *, github: bool) -> None:
    for piece in _scan(text, repository, github=github):
        if len(found) >= MAX_REFERENCES:
            break
        if isinstance(piece, str):
            out.append(piece)
        else:
            out.append(MARK)
            found.append(piece)


def _scan(text: str, repository: str, *, github: bool) -> Iterator[str | Found]:
    """The text in pieces: prose as it stands, and references."""
    done = 0
    for anchor in _ANCHOR.finditer(text):
        if anchor.start() < done:
            continue
        if anchor[0].startswith("http"):
            start, end = anchor.start(), anchor.start() + len(_trimmed(anchor[0]))
            yield text[done:start]
            yield _from_url(text[start:end], start, text[start:end]) or WORD
            done = end
            continue
        if anchor[0][0] == "-":
            hit = _key(text, anchor, repository)
        elif not github:
            hit = None
        else:
            hit = _number(text, anchor, repository, done) if anchor[0][0] == "#" else _part_of_url(text, anchor, done)
        if hit is not None and hit.start >= done:
            yield text[done : hit.start]
            yield hit
            done = hit.end
    yield text[done:]


def _number(text: str, anchor: re.Match[str], repository: str, done: int) -> Found | None:
    """``#12`` or ``acme/web#12``, ending at the anchor; ``done`` is where the reference before it ended."""
    start = max(done, _back(text, anchor.start(), _NAME_CHARS, 141))
    name, end = text[start : anchor.start()], anchor.end()
    if _NOT_A_NUMBER.match(text, end) or int(anchor[0][1:]) > MAX_NUMBER:
        return None
    if not name.strip("-./"):
        return _github(text, anchor.start(), end, repository, anchor[0]) if repository else None
    if is_repository(name) and text[start - 1 : start] != "@":
        return _github(text, start, end, name, anchor[0])
    return None


def _part_of_url(text: str, anchor: re.Match[str], done: int) -> Found | None:
    """``acme/web/issues/12`` or ``github.com/acme/web/pull/12/files``, ending at the anchor or a little after it."""
    if _is_deep(text, anchor.start()):
        return None
    start = max(done, _back(text, anchor.start(), _NAME_CHARS, _MAX_PART))
    rest = _REST_OF_URL.match(text, anchor.end())
    if rest is None or text[start - 1 : start] in _BEFORE_NO_URL:
        return None
    before, whole = text[start : anchor.start()].split("/"), text[start : rest.end()]
    if len(before) == 2:
        return _from_url(f"/{whole}", start, whole)
    return _from_url(f"https://{whole}", start, whole) if len(before) == 3 and _HOST.search(before[0]) else None


def _key(text: str, anchor: re.Match[str], repository: str) -> Found | None:
    """``PAY-12`` or ``GH-12``, ending at the anchor. UTF-8 has that shape too: projects are not known here."""
    if _NOT_A_KEY.match(text, anchor.end()):
        return None
    if repository and _is_gh(text, anchor.start()):
        return _github(text, anchor.start() - 2, anchor.end(), repository, "#" + anchor[0][1:])
    start = _back(text, anchor.start(), _KEY_CHARS, _MAX_PROJECT)
    while text[start : start + 1] == "_":
        start += 1
    project = text[start : anchor.start()]
    if not _PROJECT.fullmatch(project) or _is_glued(text[start - 1 : start] if start else ""):
        return None
    return Found(start, anchor.end(), project + anchor[0], "jira", "", text[start : anchor.end()])


def _is_gh(text: str, at: int) -> bool:
    before = text[at - 3 : at - 2] if at > 2 else ""
    return text[max(0, at - 2) : at].upper() == "GH" and before != "_" and not _is_glued(before)


def _is_glued(before: str) -> bool:
    """Whether a key goes on to the left. Only by ASCII letters: Chinese text sets no blank before a key."""
    return before == "@" or (before.isascii() and before.isalnum())


def _github(text: str, start: int, end: int, repository: str, number: str) -> Found:
    return Found(start, end, repository + number, "github", "", text[start:end])


def _trimmed(url: str) -> str:
    """Without the punctuation of the sentence around it, as GitHub ends an autolink."""
    while (
        url and len(url) <= MAX_URL and (url[-1] in _URL_TAIL or (url[-1] == ")" and url.count("(") < url.count(")")))
    ):
        url = url[:-1]
    return url


def _back(text: str, end: int, allowed: frozenset[str], limit: int) -> int:
    start = end
    while start > 0 and end - start < limit and text[start - 1] in allowed:
        start -= 1
    return start


def _is_deep(text: str, at: int) -> bool:
    """Whether a path has more parts in front than a host, an owner and a repository."""
    fourth = at
    for _ in range(3):
        fourth = text.rfind("/", max(0, fourth - _MAX_PART), fourth)
        if fourth < 0 or not _NAME_CHARS.issuperset(text[fourth:at]):
            return False
    return True
