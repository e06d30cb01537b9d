"""What a walk has seen of a project: its newest change, who is there, what could not be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from connectors.http import Json
from connectors.jira.catalog import Seen
from connectors.jira.values import moment, table
from model.facts import IssueFact

NAMED_AT_MOST = 5
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""Whatever an issue's JSON holds, it costs us that issue and not the walk."""


@dataclass(slots=True)
class Walked:
    newest: int = 0
    """Greatest ``updated``, epoch milliseconds."""
    ids: set[str] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)
    """Issues of which no fact could be made."""
    read_again_from: int | None = None
    """``updated`` of the oldest issue not read in full: the cursor stays there; 0 when even that is unreadable."""

    @classmethod
    def since(cls, seen: Seen) -> Self:
        """Going on where a walk was broken off."""
        return cls(newest=seen.newest, read_again_from=seen.again, left_out=list(seen.left_out))

    @property
    def seen(self) -> Seen:
        return Seen(newest=self.newest, again=self.read_again_from, left_out=tuple(dict.fromkeys(self.left_out)))

    def saw(self, fact: IssueFact, *, again: bool) -> None:
        """``again``: part of it may be readable the next time."""
        self.ids.add(fact.native_id)
        self.newest = max(self.newest, milliseconds(fact.updated) if fact.updated else 0)
        if again:
            self.stay_at(fact.updated)

    def stay_at(self, updated: datetime | None) -> None:
        moment_ = milliseconds(updated) if updated else 0
        self.read_again_from = moment_ if self.read_again_from is None else min(moment_, self.read_again_from)

    def cursor(self, before: str, began: datetime) -> str:
        """Where the next delta begins: by what the data say, and never later than the server's time at the start."""
        newest = min(max(self.newest, int(before or 0)), milliseconds(began))
        if self.read_again_from is None:
            return str(newest)
        return str(min(newest, self.read_again_from)) if self.read_again_from else before

    @property
    def missing(self) -> str:
        names = list(dict.fromkeys(self.left_out))
        if not names:
            return ""
        named = ", ".join(names[:NAMED_AT_MOST])
        more = len(names) - NAMED_AT_MOST
        return f"could not be read: {named}" + (f" and {more} more" if more > 0 else "")


def milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def note_unreadable(row: Json, walked: Mapping[str, Walked]) -> None:
    """Name the row in its project's ``missing``; in that of all projects when it does not even say its key."""
    key, native_id = table(row).get("key"), table(row).get("id")
    updated = moment(table(table(row).get("fields")).get("updated"))
    own = walked.get(str(key).rpartition("-")[0])
    for seen in walked.values() if own is None else (own,):
        seen.left_out.append(str(key or native_id or "an issue without a key"))
        seen.stay_at(updated)
        if native_id:
            seen.ids.add(str(native_id))
