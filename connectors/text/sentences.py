"""Where sentences begin and end in the text of a block."""

import re
from collections.abc import Iterator
from itertools import zip_longest

from connectors.text import phrases
from connectors.text.base import MARK

MAX_SENTENCE = 2000
"""Characters of a sentence that are read for phrases; people write no longer ones."""

_NOUN = r"(?:PRs?|MRs?|issues?|tickets?|stor(?:y|ies)|tasks?|epics?|bugs?|pull requests?)"
ONLY_REFERENCES = re.compile(rf"(?:[^\w?？\ue001]|(?<![\w-])(?:and|or|plus|{_NOUN})(?![\w-]))*", re.IGNORECASE)
"""References, signs and emoji. A question is no statement."""

_END = re.compile(r"(?<!e\.g)(?<!i\.e)(?<! vs)(?<![.!?])[.!?]{1,5}[)\"'*_]{0,5}(?=\s)|[。！？]")
_MID_AIR = (",", " and", " or", " the", " a", " in", " on", " by", " for", " from", " until")


def split(text: str) -> Iterator[tuple[int, int]]:
    """The bounds of each sentence. A line break ends one, unless the next line goes on with it."""
    start = 0
    for stop in _stops(text):
        if text[start:stop].strip():
            yield start, stop
        start = stop
    if text[start:].strip():
        yield start, len(text)


def last(line: str) -> str:
    """The last sentence of a text in one line."""
    return line[max((end.end() for end in _END.finditer(line)), default=0) :]


def in_one_line(text: str) -> str:
    return " ".join(text.split())


def is_own_line(text: str, start: int, end: int) -> bool:
    """Whether a sentence has its line, or its lines, to itself."""
    after = text[end : end + 40].lstrip(" ")
    return (start == 0 or text[start - 1] == "\n") and (text[end - 1] == "\n" or not after or after[0] == "\n")


def _stops(text: str) -> Iterator[int]:
    position, listing = 0, False
    lines = text.splitlines(keepends=True)
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        for end in _END.finditer(line):
            yield position + end.end()
        position += len(line)
        # "Blocked by:", and then a reference on each line.
        opens = phrases.alone(line.rstrip()) is not None
        listing = opens or (listing and bool(ONLY_REFERENCES.fullmatch(line)))
        if opens or listing:
            goes_on = following.lstrip().startswith(MARK) and (opens or bool(ONLY_REFERENCES.fullmatch(following)))
        else:
            goes_on = _goes_on(line[-80:].rstrip(), following[:80].lstrip())
        if not goes_on:
            yield position


def _goes_on(line: str, following: str) -> bool:
    """Whether a sentence was wrapped here: it goes on in lower case, or the line ends in mid-air."""
    if not line or not following:
        return False
    if line.endswith((MARK, ")", ".")) and phrases.opening(following):
        return False
    return following[0].islower() or line.lower().endswith(_MID_AIR)
