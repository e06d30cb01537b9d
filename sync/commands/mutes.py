"""Which ends of which cases people muted by command, and which they want to hear of again. Pure."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from model.said import in_force
from model.statements import Statement
from sync.base import Case, Mute

Lifted = dict[tuple[str, str], datetime]
"""By (uid, case id): when the ``mute off`` was said that stands."""


def mutes_of(statements: Iterable[Statement], cases: Iterable[Case]) -> tuple[list[Mute], Lifted]:
    """Of the cases that stand; a whole dependency that is muted is so with each of its cases, later ones too."""
    said = [s for s in in_force(statements) if s.verb == "mute"]
    last: dict[tuple[str, str], Statement] = {}
    for case in cases if said else ():
        for statement in _about(said, case):
            last[statement.uid, case.id] = statement
    muted = [
        Mute(uid=uid, case=case, why="muted by command", at=statement.at, level=statement.level)
        for (uid, case), statement in sorted(last.items())
        if not statement.off
    ]
    return muted, {end: statement.at for end, statement in last.items() if statement.off}


def _about(said: Iterable[Statement], case: Case) -> Iterator[Statement]:
    edge = (case.finding.consumer, case.finding.provider)
    return (s for s in said if s.case == case.id or (not s.case and s.edge == edge))
