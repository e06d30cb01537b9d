"""How much of a document fits into one Jira comment, whatever it is rendered to."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from model.document import Document, Line

Rendered = TypeVar("Rendered")
LONGEST_NOTE = 30_000
"""Jira takes 32,767 characters, and on Cloud does not say whether it counts text or JSON; JSON is the longer.
https://jira.atlassian.com/browse/JRASERVER-64351"""
RESERVED = 2_000
"""Of these, what is kept free for the closing lines, which stand under no heading."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted(Generic[Rendered]):
    sections: tuple[tuple[str, list[Rendered]], ...]
    """Heading and lines, in order."""
    left_out: int
    """Lines that had no room."""


def fit(
    document: Document, render: Callable[[Line], Rendered | None], size_of: Callable[[Rendered], int]
) -> Fitted[Rendered]:
    """The lines that have room, rendered; ``render`` gives None for a line that shows nothing."""
    size = left_out = 0
    sections: list[tuple[str, list[Rendered]]] = []
    for section in document.sections:
        room = LONGEST_NOTE - (RESERVED if section.heading else 0)
        kept: list[Rendered] = []
        for line in filter(None, map(render, section.lines)):
            needs = size_of(line)
            if size + needs > room:
                left_out += 1
                continue
            kept.append(line)
            size += needs
        sections.append((section.heading, kept))
    return Fitted(sections=tuple(sections), left_out=left_out)
