"""Words that say who waits for whom, and words that take it back. Only vocabulary; ``grammar`` applies it.

A *firm* phrase says waiting and little else ("blocked by"). A *loose* one has other everyday
uses ("needs review"), so it reaches less far. A *label* counts only as a heading or before a
colon ("Dependencies: ..."). To teach a new phrase, add it to one of the lists.
"""

import re
from dataclasses import dataclass
from typing import Literal

from model.facts import Lean

Force = Literal["firm", "loose", "label"]
_FORCES: dict[str, Force] = {"firm": "firm", "loose": "loose", "label": "label"}
_LEANS: dict[str, Lean] = {"depends": "depends", "provides": "provides"}

_GO = (
    r"(?:start(?:ed)?|beg[iu]n|continued?|resumed?|proceed|merged?|land(?:ed)?|ship(?:ped)?|released?|deploy(?:ed)?"
    r"|rebased?|go (?:ahead|out|live|in)|picked up|worked on|tackled|implemented|enabled|switched on|rolled out)"
)
_ONCE = r"(?:once|when|after|as soon as)"

_DEPENDS_FIRM = (
    r"(?:blocked|held up|gated|impeded|hindered)[ -](?:by|on|until|behind)",
    r"blocks on|blocking on",
    r"(?:depend|depends|depending|dependent|dependant)(?:[ -]|(?: \w+ly| only| also) )(?:on|upon|of)",
    r"dependenc(?:y|ies) (?:up)?on",
    r"(?:wait|waits|waiting)[ -](?:for|on|until)|await(?:s|ing)?",
    r"(?:will|to) (?:be|get) unblocked (?:by|with)",
    # "PR pending #7" tells how far the fix is, so "pending" alone is no phrase.
    r"pending (?:the )?(?:completion|release|resolution|delivery|rollout) of",
    r"stuck (?:on|behind|until|because of)",
    r"(?:on hold|pending|paused|parked) (?:until|for|on|because of|due to)",
    r"(?:rely|relies|relying) (?:up)?on",
    r"(?:contingent|conditional|hinges|hinging) (?:up)?on",
    r"stacked on(?: top of)?",
    r"(?:can't|cannot|can not|can only|unable to|won't|will not|must not|mustn't|should not|shouldn't|do not|don't)"
    r"(?: \w+){1,4}? (?:until|before|once)",
    rf"(?:merge|land|start)(?: this)?(?: only)? {_ONCE}",
    rf"(?:can|can only|must|should|has to|needs to|to) (?:only )?(?:be )?{_GO}(?: this| it)?(?: only)? {_ONCE}",
    rf"will (?:start|continue|resume|proceed|rebase)(?: this| it)?(?: only)? {_ONCE}",
    r"blockers? (?:is|are)|prerequisites? (?:is|are)",
)
_DEPENDS_LOOSE = (
    r"needs|requires|requiring",
    r"(?:we|i|this will|both|also) (?:need|require)",
    r"has a dependency (?:to|with)",
)
_DEPENDS_LABEL = (r"depends|dependency|dependencies|blockers?|prerequisites?|prereqs?|predecessors?",)

_PROVIDES_FIRM = (
    r"blocks|unblocks|(?<!please )unblock|unblocking|will block",
    # "Blocking:" over a list may be what blocks, or what is blocked.
    r"blocking(?! ?[:：]| (?:issue|bug|call|problem|task|ticket|defect|story)s?)",
    r"(?:needed|required|wanted|awaited)[ -](?:by|for)",
    r"needs? this (?:for|in)|requires? this (?:for|in)",
    r"(?:prerequisite|prereq|precondition) (?:for|of|to)",
    r"dependency (?:of|for)",
    r"blocker (?:for|of|to)",
    r"hold(?:s|ing) up",
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase where it stands in a text."""

    start: int
    end: int
    lean: Lean
    force: Force


def _either(*phrases: str) -> str:
    return "(?:" + "|".join(phrases) + ")"


_COLON = r" ?[:：]"
_ANY = (
    rf"(?P<firm_depends>{_either(*_DEPENDS_FIRM)})"
    rf"|(?P<firm_provides>{_either(*_PROVIDES_FIRM)})"
    rf"|(?P<loose_depends>{_either(*_DEPENDS_LOOSE)})"
)
_PHRASE = re.compile(
    rf"(?<![\w-])(?:(?P<label_depends>{_either(*_DEPENDS_LABEL)}(?={_COLON}))|{_ANY})(?![\w-])(?:{_COLON})?",
    re.IGNORECASE,
)
_ALONE = re.compile(
    rf"(?:{_ANY}|(?P<label_depends>{_either(*_DEPENDS_LABEL)}))(?![\w-])(?: ?[:：=–—-](?!\w))?", re.IGNORECASE
)

LONGEST = 200
"""Characters of a text that may be a phrase and nothing else; all are far shorter."""


def find(text: str) -> list[Phrase]:
    """All phrases of a text in one line of blanks, from left to right."""
    return [_phrase(match) for match in _PHRASE.finditer(text)]


def alone(text: str) -> Phrase | None:
    """The phrase, when the text is one and nothing else: ``Depends on:``."""
    match = _ALONE.fullmatch(text)
    return _phrase(match) if match else None


def opening(text: str) -> Phrase | None:
    """The phrase that a text begins with."""
    match = _ALONE.match(text)
    return _phrase(match) if match else None


def _phrase(match: re.Match[str]) -> Phrase:
    force, _, lean = (match.lastgroup or "").partition("_")
    return Phrase(match.start(), match.end(), _LEANS[lean], _FORCES[force])


def _words(*lines: str) -> re.Pattern[str]:
    return re.compile(r"(?<![\w-])(?:" + "|".join(lines) + r")(?![\w-])", re.IGNORECASE)


VOID = _words(
    # said not to be
    r"not|no|never|none|nor|neither|nothing|nobody|without|hardly|avoid\w*|instead of|rather than|longer|unlike",
    r"independent|\w+n't|cannot|dont|doesnt|isnt|arent|wont|wasnt|didnt",
    # said to be over
    r"was|were|had|did|used to|previously|formerly|originally|stopped|remov\w+|dropp?\w*",
    # not said to be
    r"if|whether|could|might|may|can|would|should|maybe|perhaps|possibl[ey]|potentially|probably|unless|assuming|suppose",
    r"in case|whenever|depending on whether|in theory",
    r"seems?|appears?|until|when|once|e\.g\.?|example|does|do|is it|anything|something|anyone|what|who|as(?= $)",
)
"""Before a phrase in its clause: it is denied, past, conditional, asked or an example."""

STOP = _words(
    r"see|refer\w*|cf|but|because|since|so|as|while|which|who|when|whether|if|how|what|where|why|unless",
    r"although|though|however|then|not|no|none|neither|nor|never|nothing|anything|without|except|instead|rather|like|similar|same",
    r"related|duplicate\w*|dupe|about|regarding|concerning|re|per|via|before|after|until|once|unlike|despite|besides",
    r"is|are|was|were|has|have|had|does|do|did|will|would|can|could|should|must|may|might|isn't|aren't|don't|doesn't",
    r"closes?|closed|fixes|fixed|resolves?|resolved|mentioned|described|discussed|reported|tracked|introduced|caused",
    r"added|merged|landed|shipped|done|opened|filed|created|started|wrote|made|moved|found",
)
"""Between a phrase and a reference: something else is being said by now."""

LOOSE_STOP = _words(
    r"to|and|or|with|on|more|review\w*|rebas\w+|feedback|discussion|info|information|clarification|attention|work|help",
    r"approval|test|tests|testing|verification|investigation|triage|update|updating|backport\w*",
)
"""The same after a loose phrase: "needs review in PAY-12" waits for nothing."""

DEPENDS_STOP = _words("for")
"""The same after a phrase that depends: "needs a field for PAY-12" is work for PAY-12."""

PROVIDES_STOP = _words(r"in|from|of|at|with|into|under|inside")
"""The same after a phrase that provides: "code blocks from PAY-12" are nouns."""

VERB_AFTER = re.compile(
    r"\s*(?:is|are|was|were|has|have|will|would|can|could|should|must|may|might|needs?|blocks?|depends?|does|did|fixe[sd]"
    r"|adds?|added|landed|shipped|merged)(?![\w-])",
    re.IGNORECASE,
)
"""After a listed reference: it begins a sentence of its own ("blocked by #1, #2 is done")."""

TIMED = re.compile(r"(?:until|before|once|when|after|as soon as)$", re.IGNORECASE)
"""A phrase that ends so needs such a verb: "not until #1 and #2 are merged"."""

_TICK = r"(?:✅|✔|☑|:(?:white|heavy)_check_mark:)"
_MET = (
    r"(?:(?:is|are|was|were|has|have|been|got|now|already|finally|all|both) ){0,4}"
    r"(?:done|merged|closed|resolved|fixed|finished|completed|complete|released|shipped|deployed|delivered|live|landed)"
)
MET_AFTER = re.compile(
    rf"\s?(?:[(\[–—-]\s?{_MET}(?![\w-])(?! (?:by|in|on|until))|,? ?which {_MET}(?![\w-])(?! (?:by|in|on|until))"
    rf"|\(?{_TICK}|until (?:last|yesterday|recently))",
    re.IGNORECASE,
)
"""After a reference: what was waited for has come ("blocked by #1 (merged)")."""

TICKED = re.compile(rf"\W{{0,3}}{_TICK}")
"""Before a sentence: the same."""

OWN_SUBJECT = _words(r"this|it|we|i|i'm|we're|it's|here|our")
"""Between a reference and a phrase: the phrase speaks of the issue at hand, not of that reference."""

OWN_CLOSING = re.compile(
    r"\W*(?:this |it )?(?:is )?(?:an? |the )?(?:fix(?:es)?|close[sd]?|resolve[sd]?|implements?|part of|relate[sd] to"
    r"|refs?|addresses|supersedes|follow-?up (?:to|of|on)|follows up on)[ :]{1,3}\ue000[\ue000 ,&]*(?:and \ue000)?",
    re.IGNORECASE,
)
"""References that a pull request opens with before it speaks of itself: "Fixes #12, depends on #13"."""

_MARKS = r"\ue000(?: ?(?:,|and|&|or) ?\ue000){0,20}\)?"
_NOW = r"(?: (?:currently|also|still|now|really|directly|actually|both))?"
_ARE = rf" (?:is|are){_NOW}"
_US = r" (?:this|these|us|me|our|my)(?![\w-])"
_CANNOT = r" (?:can't|cannot|can not|can only|won't|will not|must not|should not|shouldn't)"


def _reversed(pattern: str) -> re.Pattern[str]:
    return re.compile(_MARKS + pattern, re.IGNORECASE)


REVERSED: tuple[tuple[Lean, re.Pattern[str]], ...] = (
    ("depends", _reversed(rf"{_NOW}(?: blocks?|{_ARE} blocking){_US}")),
    (
        "depends",
        _reversed(
            rf"{_ARE}(?: an?)? (?:needed|required|(?:hard )?prerequisites?|prereqs?|dependenc(?:y|ies)|blockers?)"
            rf" (?:for|of|by|to){_US}"
        ),
    ),
    (
        "depends",
        _reversed(
            r" (?:must|has to|have to|needs? to|should) (?:be |get |go )?\w+(?: \w+)?"
            rf" (?:first|before{_US}|before (?:we|i|it)(?![\w-]))"
        ),
    ),
    ("depends", _reversed(rf"{_ARE} (?:an?|the|our)(?: hard)? (?:prerequisites?|prereqs?)(?= ?(?:[.!,;]|here|$))")),
    (
        "depends",
        re.compile(
            rf"(?<![\w-]){_ONCE} (?:both )?{_MARKS}(?: \w+){{1,4}},? (?:then )?(?:we|i|this|it)"
            rf"(?: can| can then| can finally| will be able to)(?: be)? {_GO}(?![\w-])",
            re.IGNORECASE,
        ),
    ),
    ("depends", re.compile(rf"(?<![\w-])(?:merge|land|ship|do|finish|need) {_MARKS} first(?![\w-])", re.IGNORECASE)),
    ("provides", _reversed(rf"{_CANNOT}(?: \w+){{1,3}} (?:until|before|once|after){_US}")),
    (
        "provides",
        _reversed(
            rf"{_NOW}(?:{_ARE})? (?:blocked by|waiting (?:for|on)|waits? (?:for|on)|depends? on|dependent on"
            rf"|depending on|needs?|requires?|reli(?:es|y) on|stuck on){_US}"
        ),
    ),
)
"""A reference, then what it is to us: "PAY-12 blocks this"."""
