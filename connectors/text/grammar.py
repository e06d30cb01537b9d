"""From marked text to what it says of each reference: lean, structured, needed by, in which sentence.

Made to be precise rather than complete: a warning that is wrong costs more than a hint that
is missed. A phrase binds the references that follow it in its sentence, a few harmless words
on, or those before it in the few reversed forms ("PAY-12 blocks this"). What is denied, past,
asked or only possible binds nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from connectors.text import dates, phrases
from connectors.text.base import MARK
from connectors.text.phrases import Phrase
from model.facts import Lean

_REACH = {"firm": 12, "loose": 6, "label": 12}
"""Words between a phrase and its first reference, at most."""
_MAX_SENTENCE = 2000
"""Characters of a sentence that are read for phrases; people write no longer ones."""

_SENTENCE_END = re.compile(r"(?<!e\.g)(?<!i\.e)(?<! vs)(?<![.!?])[.!?]{1,5}[)\"'*_]{0,5}(?=\s)|[。！？]")
_BREAK = re.compile(
    r"[,;；:()\[\]|–—]|(?<= )-(?= )|(?<![\w-])(?:and|but|so|because|since|while|which|though)(?![\w-])|\ue000",
    re.IGNORECASE,
)
_NEAR_END = re.compile(r"[;；:|–—]|(?<= )-(?= )")
_BETWEEN = re.compile(
    r"[ ,;，、；&+/()\[\]]{0,10}(?:(?:and|or|plus|as well as|also|then)[ ()\[\]]{1,5})?", re.IGNORECASE
)
_NOUN = r"(?:PRs?|MRs?|issues?|tickets?|stor(?:y|ies)|tasks?|epics?|bugs?|pull requests?)"
_ONLY_REFERENCES = re.compile(
    rf"(?:[ ,;，、；&+/()\[\]\ue000]|(?<![\w-])(?:and|or|plus|{_NOUN})(?![\w-]))*\.?", re.IGNORECASE
)
_ENDS_LIST = re.compile(r" ?(?:[,.;)]|and(?!\w)|$)", re.IGNORECASE)
_OWN_SUBJECT = re.compile(r"(?<![\w-])(?:this|it|we|i|i'm|we're|it's|here|our)(?![\w-])", re.IGNORECASE)
_OUR_CLOSING = re.compile(
    r"\W*(?:this |it )?(?:fix(?:es)?|close[sd]?|resolve[sd]?|implements?|part of|relate[sd] to|refs?|addresses|follows? up on"
    r"|follow-up (?:to|of)|supersedes)[ :]{1,3}[\ue000 ,&]+(?:and \ue000)?",
    re.IGNORECASE,
)
"""References that a pull request opens with, before it speaks of itself: "Fixes #12, depends on #13"."""
_JOINS = re.compile(r"[\s)]*(?:[,;&+]|and|but|also|plus)", re.IGNORECASE)

_MARKS = r"\ue000(?:\s*(?:,|and|&|or)\s*\ue000){0,20}\)?"
_ADVERB = r"(?:\s(?:currently|also|still|now|really|directly|actually|both))?"
_US = r"\s(?:this|these|us|me|our|my)(?![\w-])"
_REVERSED: tuple[tuple[Lean, re.Pattern[str]], ...] = (
    ("depends", re.compile(rf"{_MARKS}{_ADVERB}\s(?:blocks?|(?:is|are){_ADVERB} blocking){_US}", re.IGNORECASE)),
    (
        "depends",
        re.compile(
            rf"{_MARKS}\s(?:is|are){_ADVERB}(?:\san?)?\s(?:needed|required|(?:hard )?prerequisites?|prereqs?|dependenc(?:y|ies)"
            rf"|blockers?)\s(?:for|of|by|to){_US}",
            re.IGNORECASE,
        ),
    ),
    (
        "depends",
        re.compile(
            rf"{_MARKS}\s(?:must|has to|have to|needs? to|should)\s(?:be |get |go )?\w+(?:\s\w+)?"
            rf"\s(?:first|before{_US}|before (?:we|i|it)(?![\w-]))",
            re.IGNORECASE,
        ),
    ),
    (
        "provides",
        re.compile(
            rf"{_MARKS}{_ADVERB}\s(?:(?:is|are){_ADVERB}\s)?(?:blocked by|waiting (?:for|on)|waits? (?:for|on)|depends? on"
            rf"|dependent on|depending on|needs?|requires?|reli?(?:es|y) on|stuck on){_US}",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a text says of one reference; ``index`` counts the marks of the text from 0."""

    index: int
    lean: Lean | None = None
    structured: bool = False
    needed_by: date | None = None
    at: int = 0
    """Where its mark stands in the text."""
    sentence: tuple[int, int] = (0, 0)


def read(text: str, *, under: Phrase | None = None, whole: bool = False, title: bool = False) -> list[Said]:
    """What a block says of each of its references, in order.

    ``under`` is the phrase of the line that this block is listed under; ``whole`` says that the
    line was that phrase alone, so that references alone make a structured line here.
    """
    said: list[Said] = []
    for start, end in sentences(text):
        said += _sentence(text, start, end, len(said), under, whole, title)
    days = dates.needed(_in_one_line(text[:_MAX_SENTENCE])) if said else set()
    return [_dated(one, days) if one.lean else one for one in said]


def heads(text: str) -> tuple[Phrase, bool] | None:
    """The phrase that a block leaves open for the list under it, and whether it is the whole block."""
    tail = _in_one_line(text[-_MAX_SENTENCE:])
    whole = phrases.alone(tail)
    if whole:
        return whole, True
    tail = tail[max((end.end() for end in _SENTENCE_END.finditer(tail)), default=0) :]
    if not tail.endswith((":", "：")) or MARK in tail:
        return None
    found = [each for each in phrases.find(tail) if not _is_void(tail, each) and _is_open(tail[each.end :])]
    return (found[-1], False) if found else None


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends. A line break ends one unless the next line goes on with it."""
    start = 0
    for stop in _stops(text):
        if text[start:stop].strip():
            yield start, stop
        start = stop
    if text[start:].strip():
        yield start, len(text)


def _stops(text: str) -> Iterator[int]:
    position = 0
    for line in text.splitlines(keepends=True):
        for end in _SENTENCE_END.finditer(line):
            yield position + end.end()
        position += len(line)
        following = text[position : position + 80].lstrip()
        if not _goes_on(line[-80:].rstrip(), following):
            yield position


def _goes_on(line: str, following: str) -> bool:
    """Whether a sentence was wrapped at the end of a line: it goes on in lower case, or the line ends in mid-air."""
    if not line or not following:
        return False
    if phrases.alone(line):
        return following.startswith(MARK)
    if line.endswith((MARK, ")", ".")) and phrases.opening(following):
        return False
    return following[0].islower() or line.lower().endswith(
        (",", " and", " or", " the", " a", " in", " on", " by", " for")
    )


def _sentence(
    text: str, start: int, end: int, first: int, under: Phrase | None, whole: bool, title: bool
) -> Iterator[Said]:
    places = [place.start() for place in re.finditer(MARK, text[start:end])]
    if not places:
        return
    line = _in_one_line(text[start:end])[:_MAX_SENTENCE]
    marks = [at for at, char in enumerate(line) if char == MARK]
    own_line = not title and _is_own_line(text, start, end)
    lean = _structured(line, under if whole else None) if own_line else None
    bound = dict.fromkeys(range(len(marks)), lean) if lean else _bound(line, marks, under, title)
    days = dates.needed(line, waited_for="depends" in bound.values())
    for index, place in enumerate(places):
        said = Said(first + index, bound.get(index), bool(lean) and index in bound, None, start + place, (start, end))
        yield _dated(said, days)


def _is_own_line(text: str, start: int, end: int) -> bool:
    rest = text[end : end + 40].lstrip(" ")
    return (start == 0 or text[start - 1] == "\n") and (text[end - 1] == "\n" or not rest or rest[0] == "\n")


def _structured(line: str, under: Phrase | None) -> Lean | None:
    """The lean of a line that is a phrase and references, or references alone under a phrase."""
    if under and line.startswith(MARK) and _ONLY_REFERENCES.fullmatch(line):
        return under.lean
    phrase = phrases.opening(line)
    return phrase.lean if phrase and _ONLY_REFERENCES.fullmatch(line, phrase.end) else None


def _bound(line: str, marks: list[int], under: Phrase | None, title: bool) -> dict[int, Lean]:
    """Which marks of a sentence a phrase binds."""
    if line.rstrip(" )\"'*_").endswith(("?", "？")):
        return {}
    bound: dict[int, Lean] = {}
    found = phrases.find(line)
    if under and "no longer" not in line.lower():
        found.insert(0, Phrase(0, 0, under.lean, under.force))
    for at, phrase in enumerate(found):
        limit = found[at + 1].start if at + 1 < len(found) else len(line)
        if _is_void(line, phrase) or not _speaks_of_us(line, marks, phrase, bound, title):
            continue
        for index in _following(line, marks, phrase, limit):
            bound.setdefault(index, phrase.lean)
    for lean, pattern in _REVERSED:
        for match in pattern.finditer(line):
            if not _is_void(line, Phrase(match.start(), match.end(), lean, "firm")):
                bound |= {index: lean for index, at in enumerate(marks) if match.start() <= at < match.end()}
    return bound


def _following(line: str, marks: list[int], phrase: Phrase, limit: int) -> Iterator[int]:
    """The marks that follow a phrase: the first after a few harmless words, then a list of them."""
    ahead = [index for index, at in enumerate(marks) if at >= phrase.end]
    if (
        not ahead
        or marks[ahead[0]] >= limit
        or not _is_harmless(line[phrase.end : marks[ahead[0]]], line[marks[ahead[0]] + 1 :], phrase)
    ):
        return
    end = phrase.end
    for index in ahead:
        at = marks[index]
        listed = index == ahead[0] or _BETWEEN.fullmatch(line[end:at])
        if not listed or (index != ahead[0] and phrases.VERB_AFTER.match(line, at + 1)):
            return
        yield index
        end = _past_parenthesis(line, at + 1)


def _past_parenthesis(line: str, at: int) -> int:
    """Over a remark in a list: "#1 (the ledger), #2"."""
    closed = line.find(")", at, at + 80) if line[at : at + 2] == " (" else -1
    return closed + 1 if closed >= 0 and MARK not in line[at:closed] else at


def _is_harmless(words: str, after: str, phrase: Phrase) -> bool:
    """Whether the words between a phrase and its first reference only say what the reference is."""
    words = words.strip(" :")
    if _NEAR_END.search(words) or len(words.split()) > _REACH[phrase.force] or phrases.STOP.search(words):
        return False
    if phrase.force == "loose" and ("," in words or phrases.LOOSE_STOP.search(words)):
        return False
    # "blocked by the ledger, PAY-12" names it again; "blocked by legal, PAY-12 shows ..." starts anew.
    if "," in words and not (words.endswith(",") and _ENDS_LIST.match(after)):
        return False
    if phrase.lean == "provides":
        return not phrases.PROVIDES_STOP.search(words)
    # "needs a field for PAY-12" is work for PAY-12, not waiting for it.
    return not re.search(r"(?<!\w)for(?!\w)", words, re.IGNORECASE)


def _is_void(line: str, phrase: Phrase) -> bool:
    """Whether the clause that leads to a phrase denies it, or puts it in the past or in doubt."""
    before = line[max(0, phrase.start - 200) : phrase.start]
    breaks = list(_BREAK.finditer(before))
    clause = before[breaks[-1].end() :] if breaks else before
    return bool(phrases.VOID.search(clause))


def _speaks_of_us(line: str, marks: list[int], phrase: Phrase, bound: dict[int, Lean], title: bool) -> bool:
    """False for "PAY-3 depends on PAY-4", which says nothing of the issue that it stands in."""
    before = [index for index, at in enumerate(marks) if at < phrase.start]
    if not before:
        return True
    gap = line[marks[before[-1]] + 1 : phrase.start]
    if _OWN_SUBJECT.search(gap) or (_OUR_CLOSING.match(line[: marks[before[-1]] + 1]) and _JOINS.match(gap)):
        return True
    if before[-1] in bound:
        return bool(_JOINS.match(gap)) or not gap.strip()
    return title and bool(re.match(r"\s*[:)\]|,–—-]", gap))


def _is_open(rest: str) -> bool:
    """Whether nothing but filler stands between a phrase and the colon before a list."""
    return len(rest.split()) <= 4 and not phrases.STOP.search(rest)


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _dated(said: Said, days: set[date]) -> Said:
    """With the day, unless several days make it doubtful which is meant."""
    return replace(said, needed_by=next(iter(days))) if len(days) == 1 and said.needed_by is None else said
