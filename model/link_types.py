"""What a link type means by default: read from its two phrases, never from its name.

A type's name says little: public Jira sites have a "Depend" whose outward phrase is "is
depended on by", a "Blocked" whose two phrases are both "Blocked", and a "Not related". So each
phrase is read by itself; a direction counts only when the other phrase does not contradict it.
``[[link_types]]`` in the config has the last word.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from model.facts import LinkType
from model.policy import OPPOSITE, Meaning

_OBJECT = r"(?: (?:the |this |an? )?(?:linked |other )?(?:issue|ticket|task|story|item|epic|initiative|one)s?)?"
"""What may stand after the verb without changing it: "is parent of epic"."""
_IS = r"(?:(?:is|are|was|were|gets|has been|must be) )?"
_HAS_TO = r"(?:has to|have to|must|should|needs to)"
_CANNOT = r"can ?(?:no|')t"
_OTHER = r"(?:the )?(?:linked|other) (?:issue|one)"

_VOCABULARY: tuple[tuple[Meaning, str], ...] = (
    ("depends", rf"{_IS}(?:blocked|impeded|hindered|gated) (?:by|on)"),
    ("depends", rf"(?:depends|depending|{_IS}dependent|relies) (?:up)?on|has (?:a )?dependency(?: on)?"),
    ("depends", rf"(?:requires|needs|awaits|{_IS}waiting (?:for|on)|waits (?:for|on)|{_IS}unblocked by)"),
    ("depends", rf"{_HAS_TO} be (?:done|finished|completed|started) after|{_IS}(?:a )?successor (?:of|to)"),
    ("depends", r"has (?:as )?(?:a )?(?:pre-?requisite|precondition|predecessor)(?: of)?"),
    ("depends", rf"{_CANNOT} (?:start|finish|begin) until {_OTHER} is (?:done|finished)"),
    ("provides", rf"blocks|{_IS}(?:blocking|gating)|{_IS}(?:a )?blocker (?:of|for)|impedes|hinders|gates"),
    ("provides", rf"{_IS}dep[ae]nded (?:up)?on by|has (?:a )?dependent|{_IS}(?:a )?dependency (?:of|for)"),
    ("provides", rf"{_IS}(?:required|needed) (?:by|for)|{_IS}(?:waited (?:for|on)|awaited) by|unblocks|enables"),
    ("provides", rf"{_IS}(?:a )?(?:pre-?requisite|precondition|predecessor) (?:of|for|to)"),
    ("provides", rf"{_HAS_TO} be (?:done|finished|completed) before"),
    ("provides", rf"{_OTHER} {_CANNOT} (?:start|finish|begin) until this (?:issue )?is (?:done|finished)"),
    ("child", rf"{_IS}(?:a )?(?:child|sub-?task|sub-?issue) (?:task |issue )?of|belongs to"),
    ("child", rf"{_IS}(?:a )?part of|{_IS}(?:contained|included|incorporated) (?:in|by|into)|has (?:as )?parent"),
    ("parent", rf"{_IS}(?:a |the )?parent (?:task |issue )?(?:of|for)|{_IS}(?:an? |the )?epic (?:of|for)"),
    ("parent", r"contains|includes|incorporates|consists of|has (?:an? |as )?(?:child|part|sub-?task|sub-?issue)"),
    ("duplicate", rf"duplicates|{_IS}duplicated by|{_IS}(?:a )?duplicate of|{_IS}(?:the )?same as"),
    ("implements", r"implements|fixes|resolves|closes|completes|delivers|realizes"),
    ("implements", rf"{_IS}(?:implemented|fixed|resolved|closed|completed|delivered|realized) by"),
    ("relates", rf"{_IS}(?:relates?|related|references?|referenced|linked)(?: (?:to|by|with))?|see also|mentions"),
    ("relates", rf"{_IS}(?:an? )?(?:clones?|cloned|original|copy|copied)(?: (?:of|by|from|to|as|into))?"),
    ("relates", rf"{_IS}(?:split|derived|merged|resulted|results) (?:to|from|into|in)|has a derivative of"),
    ("relates", rf"leads to|creates|{_IS}created(?: by)?"),
    ("relates", rf"causes|{_IS}caused by|breaks|{_IS}broken by|{_IS}a regression of|has a regression in"),
    ("relates", rf"super[sc]edes|replaces|{_IS}(?:super[sc]eded|replaced) by|backports|{_IS}backported by"),
    ("relates", rf"tests|verifies|covers|documents|details|{_IS}testing|testing discovered"),
    ("relates", r"discovered while testing"),
    ("relates", rf"{_IS}(?:tested|verified|covered|documented|detailed) by"),
    ("relates", rf"follows(?: up(?: on)?)?|follow up to|{_IS}followed (?:up )?by|precedes|{_IS}preceded by"),
    ("relates", rf"{_HAS_TO} be (?:started|finished) together with|earliest end is start of|start is earliest end of"),
    ("relates", rf"triggers|{_IS}(?:triggering|triggered)(?: by)?"),
    ("relates", rf"(?:{_OTHER} )?{_CANNOT} (?:start|finish) until (?:this issue|{_OTHER}) (?:starts|begins)"),
)
"""First match counts. A start-start or start-finish tie of a Gantt chart is no dependency here: it is met when
the other begins, while an edge waits for the other to be done."""

_PATTERNS = tuple((meaning, re.compile(f"(?:{pattern}){_OBJECT}")) for meaning, pattern in _VOCABULARY)
_NEGATED = re.compile(r"\b(?:not|no longer|nothing|never|un-?related|(?:do|does|is)n't)\b")


def default_meaning(link_type: LinkType) -> Meaning:
    """What the side that reads the outward phrase is to the other; ``relates`` where the phrases do not tell."""
    return known_meaning(link_type) or "relates"


def known_meaning(link_type: LinkType) -> Meaning | None:
    """As ``default_meaning``, but None for phrases that are not known, so that they can be listed for the admin."""
    outward, inward = _plain(link_type.outward), _plain(link_type.inward)
    if _NEGATED.search(outward) or _NEGATED.search(inward):
        return "ignore"
    if outward == inward:
        return _without_direction(_read(outward))
    return _agreed(set(_readings(outward, inward)))


def _readings(outward: str, inward: str) -> Iterator[Meaning]:
    """What each phrase says, both seen from the outward side."""
    if (meaning := _read(outward)) is not None:
        yield meaning
    if (meaning := _read(inward)) is not None:
        yield OPPOSITE[meaning]


def _agreed(readings: set[Meaning]) -> Meaning | None:
    """One reading counts; two that contradict each other make no edge."""
    return "relates" if len(readings) > 1 else next(iter(readings), None)


def _without_direction(meaning: Meaning | None) -> Meaning | None:
    """Both ends read the same words: nobody waits for anybody, and neither is above the other."""
    return "relates" if meaning is not None and OPPOSITE[meaning] != meaning else meaning


@lru_cache(maxsize=4096)
def _read(phrase: str) -> Meaning | None:
    return next((meaning for meaning, pattern in _PATTERNS if pattern.fullmatch(phrase)), None)


def _plain(phrase: str) -> str:
    """Lower case, single spaces, straight quotes, no brackets and no full stop: "Epic(s)" is "epics"."""
    straight = phrase.casefold().replace("\u2019", "'").replace("_", " ")
    return " ".join(re.sub(r"[()\[\].:,!]", "", straight).split())
