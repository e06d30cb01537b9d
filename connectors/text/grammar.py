"""From marked text to what it says of each reference: lean, structured, needed by, in which sentence."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from connectors.text import dates, phrases, sentences
from connectors.text.base import MARK
from connectors.text.binding import bind, is_void
from connectors.text.phrases import Phrase
from connectors.text.sentences import MAX_SENTENCE, ONLY_REFERENCES, in_one_line
from model.facts import Lean

_SIGNS = re.compile(r"[^\w\ue000\ue001]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a text says of one reference."""

    index: int
    """Which mark of the text it is, from 0."""
    at: int = 0
    """Where that mark stands."""
    sentence: tuple[int, int] = (0, 0)
    lean: Lean | None = None
    structured: bool = False
    needed_by: date | None = None


@dataclass(frozen=True, slots=True)
class Head:
    """A phrase that a block leaves open for what stands under it."""

    phrase: Phrase
    whole: bool
    """Whether it is the whole block, so that references alone make a structured line under it."""


def read(text: str, *, under: Head | None = None, title: bool = False) -> list[Said]:
    """What a block says of each of its references, in order."""
    said: list[Said] = []
    for start, end in sentences.split(text):
        said += _sentence(text, start, end, len(said), under, title)
    days = dates.needed(in_one_line(text[:MAX_SENTENCE])) if said else set()
    return [_dated(one, days) if one.lean else one for one in said]


def head(text: str) -> Head | None:
    """The phrase that a block leaves open: "Depends on:", or "Before we can ship this needs:"."""
    tail = in_one_line(text[-MAX_SENTENCE:])
    whole = phrases.alone(tail) if len(tail) <= phrases.LONGEST else None
    if whole:
        return Head(whole, True)
    if not tail.endswith((":", "：")):
        return None
    tail = sentences.last(tail)
    if MARK in tail:
        return None
    found = [each for each in phrases.find(tail) if not is_void(tail, each.start) and _is_filler(tail[each.end :])]
    return Head(found[-1], False) if found else None


def _sentence(text: str, start: int, end: int, first: int, under: Head | None, title: bool) -> Iterator[Said]:
    places = [place.start() for place in re.finditer(MARK, text[start:end])]
    if not places:
        return
    line = in_one_line(text[start:end])[:MAX_SENTENCE]
    lean = _structured(line, under) if not title and sentences.is_own_line(text, start, end) else None
    bound = (
        dict.fromkeys(range(line.count(MARK)), lean)
        if lean
        else bind(line, under=under.phrase if under else None, title=title)
    )
    days = dates.needed(line, waited_for="depends" in bound.values())
    for index, place in enumerate(places):
        said = Said(
            index=first + index,
            at=start + place,
            sentence=(start, end),
            lean=bound.get(index),
            structured=bool(lean) and index in bound,
        )
        yield _dated(said, days)


def _structured(line: str, under: Head | None) -> Lean | None:
    """The lean of a line that is a phrase and references, or references alone under a phrase; a date may follow."""
    if phrases.TICKED.match(line) or phrases.MET_AFTER.search(line):
        return None
    line = dates.blanked(line)
    signs = _SIGNS.match(line)
    line = line[signs.end() :] if signs else line
    if under and under.whole and line.startswith(MARK) and ONLY_REFERENCES.fullmatch(line):
        return under.phrase.lean
    phrase = phrases.opening(line)
    return phrase.lean if phrase and ONLY_REFERENCES.fullmatch(line, phrase.end) else None


def _is_filler(rest: str) -> bool:
    """What may stand between a phrase and the colon before its list."""
    return len(rest.split()) <= 4 and not phrases.STOP.search(rest)


def _dated(said: Said, days: set[date]) -> Said:
    """With the day, unless several days make it doubtful which is meant."""
    return replace(said, needed_by=next(iter(days))) if len(days) == 1 and said.needed_by is None else said
