"""Errors as a GraphQL answer names them. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connectors.http import Json

TOO_BIG = frozenset({"MAX_NODE_LIMIT_EXCEEDED", "RESOURCE_LIMITS_EXCEEDED", "EXCESSIVE_PAGINATION"})
_UNKNOWN_FIELD = re.compile(r"Field '(?P<field>\w+)' doesn't exist on type '(?P<type>\w+)'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One entry of a GraphQL answer's ``errors``."""

    type: str
    message: str
    path: tuple[str | int, ...] = ()
    lacks: tuple[str, str] | None = None
    """The type, and the field that this server's does not have."""

    def __str__(self) -> str:
        known = {"NOT_FOUND": "not there, or not visible to our account", "FORBIDDEN": "our account may not read it"}
        return known.get(self.type) or self.message or self.type

    @property
    def about_size(self) -> bool:
        """A query that ran out of time may also say so with status 200, or only that something went wrong."""
        said = self.message.lower()
        return self.type in TOO_BIG or "timeout" in said or "something went wrong while executing your query" in said


def problems_of(answer: Mapping[str, Json]) -> tuple[Problem, ...]:
    entries = answer.get("errors")
    entries = [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else []
    return tuple(
        Problem(
            type=str(entry.get("type") or ""),
            message=" ".join(str(entry.get("message") or "").split())[:200],
            path=tuple(step for step in entry.get("path") or () if isinstance(step, str | int)),
            lacks=_lacks(entry),
        )
        for entry in entries
    )


def _lacks(entry: Mapping[str, Any]) -> tuple[str, str] | None:
    """Of an unknown field; graphql-ruby, which GitHub uses, names it in ``extensions`` as well as in the message."""
    more = entry.get("extensions")
    if isinstance(more, dict) and more.get("code") == "undefinedField":
        return str(more.get("typeName")), str(more.get("fieldName"))
    said = _UNKNOWN_FIELD.search(str(entry.get("message")))
    return (said["type"], said["field"]) if said else None
