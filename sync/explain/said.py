"""What people said of a case by command, as plain data. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from model.said import current
from model.statements import Statement
from sync.base import Case


def said_of(case: Case, statements: Iterable[Statement], refs: Mapping[str, str]) -> list[dict[str, Any]]:
    """All that was said of it or of its dependency, refused or not, as it was said last; oldest first."""
    edge = (case.finding.consumer, case.finding.provider)
    return [
        {
            "at": statement.at.isoformat(),
            "by": statement.person.name or statement.person.id,
            "on": refs.get(statement.uid, statement.uid),
            "command": statement.said,
            "state": statement.state,
            "answer": statement.answer,
        }
        for statement in current(statements)
        if statement.case == case.id or statement.edge == edge
    ]
