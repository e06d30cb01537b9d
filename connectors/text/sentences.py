"""Where sentences begin and end in the text of a block."""

import re
from collections.abc import Iterator

from connectors.text import phrases
from connectors.text.base import MARK

MAX_SENTENCE = 2000
"""Characters of a sentence that are read for phrases; people write no longer ones."""

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
    position = 0
    for line in text.splitlines(keepends=True):
        for end in _END.finditer(line):
            yield position + end.end()
        position += len(line)
        if not _goes_on(line[-80:].rstrip(), text[position : position + 80].lstrip()):
            yield position


def _goes_on(line: str, following: str) -> bool:
    """Whether a sentence was wrapped here: it goes on in lower case, or the line ends in mid-air."""
    if not line or not following:
        return False
    if phrases.alone(line):
        return following.startswith(MARK)
    if line.endswith((MARK, ")", ".")) and phrases.opening(following):
        return False
    return following[0].islower() or line.lower().endswith(_MID_AIR)
