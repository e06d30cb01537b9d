"""Which link types the defaults understand, and which a person must explain. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from model.facts import LinkType
from model.link_types import known_meaning
from sync.init.base import Question, Tracker
from sync.init.toml import TITLE, commented, plain, text, texts, wrapped

WAITING = frozenset({"depends", "provides"})
_AGREED = re.compile(r"agree|contract|govern|decision|decided", re.IGNORECASE)
"""What a label or link type is called that says that something was agreed."""
_LACKING = re.compile(r"need|lack|missing|without|pending|wait|\bno\b|to-|dis", re.IGNORECASE)
"""And what says that it was not."""


def questions(tracker: Tracker) -> Iterator[Question]:
    """Types that would make no dependency, and might be meant to."""
    for kind in tracker.survey.link_types:
        directionless = kind.outward.casefold().split() == kind.inward.casefold().split()
        if known_meaning(kind) is None and not _AGREED.search(kind.name):
            yield Question(link_type=kind, directionless=directionless)
        elif directionless and known_meaning(replace(kind, inward="")) in WAITING:
            yield Question(link_type=kind, directionless=True)


def link_types(trackers: Sequence[Tracker]) -> list[str]:
    """The section; empty where no tracker has link types of its own."""
    meant = [words for tracker in trackers for words in _known(tracker)]
    lines = wrapped(f"Link types whose phrases say who waits: {', '.join(meant)}.") if meant else []
    asked = [question for tracker in trackers for question in questions(tracker)]
    if asked:
        lines += [
            "# Those below do not say it. While they stay comments, they make no dependency. `outward` is what the",
            '# issue that reads the first phrase is to the other: "provides" (it is waited for), "depends" (it waits),',
            '# "parent", "child", "duplicate", "relates", "implements" or "ignore".',
        ]
    for question in asked:
        lines += ["#", *_asked(question)]
    return [TITLE + "what link types mean", "", *lines] if lines else []


def _known(tracker: Tracker) -> Iterator[str]:
    for kind in tracker.survey.link_types:
        meaning = known_meaning(kind)
        if meaning in WAITING:
            told = "is waited for" if meaning == "provides" else "waits"
            yield f'{plain(kind.name)} (the issue that "{plain(kind.outward)}" {told})'


def _asked(question: Question) -> Iterator[str]:
    kind = question.link_type
    words = f'"{plain(kind.outward)}"'
    if question.directionless:
        said = f"both issues read {words}. Is one of them waited for?"
    else:
        said = f'one issue reads {words}, the other "{plain(kind.inward)}". Which one waits?'
    yield from wrapped(f"QUESTION: {plain(kind.name)}: {said}")
    yield "# [[link_types]]"
    yield f"# tracker = {text(kind.tracker)}"
    yield f"# name = {text(kind.name)}"
    yield '# outward = "relates"' if question.directionless else '# outward = "provides"'


def agreements(trackers: Sequence[Tracker]) -> list[str]:
    """What is there that sounds like an agreement, as a comment."""
    usages = [usage for tracker in trackers for usage in tracker.survey.usage.values()]
    labels = {label for usage in usages for label in usage.labels}
    labels |= {label for usage in usages for issue in usage.issues for label in issue.labels}
    types = (kind for tracker in trackers for kind in tracker.survey.link_types)
    block = [
        "[agreements]",
        *texts("labels", sorted(filter(_is_agreed, labels)) or ["agreed"]),
        *_agreed_types(types),
        "references = ['ADR-\\d+'] # regular expressions for names of decisions and contracts",
    ]
    return ["# Or an issue says itself that there is an agreement:", *commented(block)]


def _is_agreed(label: str) -> bool:
    return bool(_AGREED.search(label)) and not _LACKING.search(label)


def _agreed_types(types: Iterator[LinkType]) -> list[str]:
    names = [kind.name for kind in types if known_meaning(kind) is None and _AGREED.search(kind.name)]
    return texts("link_types", names) if names else []
