"""Which references of a sentence a phrase binds.

Made to be precise rather than complete: a warning that is wrong costs more than a hint that
is missed. A phrase binds the references that follow it in its sentence, a few harmless words
on, or those before it in the few reversed forms ("PAY-12 blocks this"). What is denied, past,
asked or only possible binds nothing.
"""

import re
from collections.abc import Iterator
from itertools import zip_longest

from connectors.text import phrases
from connectors.text.base import MARK
from connectors.text.phrases import Phrase
from model.facts import Lean

_REACH = {"firm": 12, "loose": 6, "label": 12}
"""Words between a phrase and its first reference, at most."""
_CLAUSE = 200
"""Characters before a phrase that are looked at for a word that voids it."""

_BREAK = re.compile(
    r"[,;；:()\[\]|–—\ue000]|(?<= )-(?= )|(?<![\w-])(?:and|but|so|because|since|while|which|though)(?![\w-])",
    re.IGNORECASE,
)
_TURN = re.compile(r"[;；:|–—]|(?<= )-(?= )")
_BETWEEN = re.compile(
    r"[ ,;，、；&+/()\[\]]{0,10}(?:(?:and|or|plus|as well as|also|then)[ ()\[\]]{1,5})?", re.IGNORECASE
)
_JOINS = re.compile(r"[ )]*(?:[,;&+(|–—-]|and|but|also|plus|$)", re.IGNORECASE)
_ENDS_LIST = re.compile(r" ?(?:[,.;)]|and(?!\w)|$)", re.IGNORECASE)
_AFTER_KEY = re.compile(r"\s*[:)\]|,–—-]")


def bind(line: str, *, under: Phrase | None, title: bool) -> dict[int, Lean]:
    """The lean of each mark of a sentence that has one, by its index.

    ``line`` is in one line with single blanks. ``under`` is the phrase of the line that this
    sentence is listed under. A ``title`` may begin with a key of its own.
    """
    if line.rstrip(" )\"'*_").endswith(("?", "？")) or phrases.TICKED.match(line):
        return {}
    bound: dict[int, Lean] = {}
    marks = [at for at, char in enumerate(line) if char == MARK]
    found = phrases.find(line)
    if under and "no longer" not in line.lower():
        found.insert(0, Phrase(0, 0, under.lean, under.force))
    for phrase, following in zip_longest(found, found[1:]):
        limit = following.start if following else len(line)
        if not is_void(line, phrase.start) and _speaks_of_us(line, marks, phrase, bound, title):
            bound = dict.fromkeys(_following(line, marks, phrase, limit), phrase.lean) | bound
    return bound | dict(_before(line, marks))


def is_void(line: str, start: int) -> bool:
    """Whether the clause that leads to a phrase denies it, or puts it in the past or in doubt."""
    before = line[max(0, start - _CLAUSE) : start]
    # A phrase in quotation marks is talked about, not said.
    clause = before[max((each.end() for each in _BREAK.finditer(before)), default=0) :]
    return bool(phrases.VOID.search(clause)) or before.endswith(('"', "'", "“", "„", "«"))


def _before(line: str, marks: list[int]) -> Iterator[tuple[int, Lean]]:
    """The marks of reversed forms."""
    for lean, pattern in phrases.REVERSED:
        for match in pattern.finditer(line):
            if not is_void(line, match.start()):
                yield from ((index, lean) for index, at in enumerate(marks) if match.start() <= at < match.end())


def _following(line: str, marks: list[int], phrase: Phrase, limit: int) -> Iterator[int]:
    """The marks that follow a phrase: the first after a few harmless words, then a list of them."""
    ahead = [index for index, at in enumerate(marks) if at >= phrase.end]
    if not ahead or marks[ahead[0]] >= limit or not _is_harmless(line, phrase, marks[ahead[0]]):
        return
    timed = phrases.TIMED.search(line, phrase.start, phrase.end)
    end = marks[ahead[0]]
    for index in ahead:
        at = marks[index]
        verb = index > ahead[0] and not timed and phrases.VERB_AFTER.match(line, at + 1)
        if verb or not _BETWEEN.fullmatch(line, end, at):
            return
        if not phrases.MET_AFTER.match(line, at + 1):
            yield index
        end = _past_remark(line, at + 1)


def _is_harmless(line: str, phrase: Phrase, at: int) -> bool:
    """Whether the words between a phrase and its first reference only say what the reference is."""
    words = line[phrase.end : at].strip(" :")
    stops = [phrases.STOP, phrases.DEPENDS_STOP if phrase.lean == "depends" else phrases.PROVIDES_STOP]
    if phrase.force == "loose":
        stops.append(phrases.LOOSE_STOP)
    if len(words.split()) > _REACH[phrase.force] or _TURN.search(words) or any(stop.search(words) for stop in stops):
        return False
    # "blocked by the ledger, PAY-12" names it again; "blocked by legal, PAY-12 shows ..." starts anew.
    return "," not in words or (phrase.force != "loose" and words[-1] == "," and bool(_ENDS_LIST.match(line, at + 1)))


def _past_remark(line: str, at: int) -> int:
    """Over a remark in a list: "#1 (the ledger), #2"."""
    closed = line.find(")", at, at + 80) if line[at : at + 2] == " (" else -1
    return closed + 1 if closed >= 0 and MARK not in line[at:closed] else at


def _speaks_of_us(line: str, marks: list[int], phrase: Phrase, bound: dict[int, Lean], title: bool) -> bool:
    """False for "PAY-3 depends on PAY-4", which says nothing of the issue that it stands in."""
    before = [index for index, at in enumerate(marks) if at < phrase.start]
    if not before:
        return True
    gap = line[marks[before[-1]] + 1 : phrase.start]
    if phrases.OWN_SUBJECT.search(gap):
        return True
    if before[-1] in bound or phrases.OWN_CLOSING.fullmatch(line, 0, marks[before[-1]] + 1):
        return bool(_JOINS.match(gap))
    return title and bool(_AFTER_KEY.match(gap))
