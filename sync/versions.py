"""Which configs were run with, and how much each changed. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from sync.store.runs import ConfigRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A config by its meaning: one that differs in comments or order alone is the same."""

    digest: str
    at: datetime
    """When it was first run with."""
    who: str
    """Who started that run."""
    added: int
    removed: int
    """Lines, against the version before it; all of them added in the first."""


def versions(rows: Iterable[ConfigRow]) -> list[Version]:
    """The newest first; ``rows`` in the order of their first use."""
    found, before = list[Version](), list[str]()
    for row in rows:
        lines = row.text.splitlines()
        changes = SequenceMatcher(None, before, lines, autojunk=False).get_opcodes()
        found.append(
            Version(
                digest=row.digest,
                at=row.at,
                who=row.who,
                added=sum(end - start for kind, _, _, start, end in changes if kind != "equal"),
                removed=sum(end - start for kind, start, end, _, _ in changes if kind != "equal"),
            )
        )
        before = lines
    return found[::-1]
