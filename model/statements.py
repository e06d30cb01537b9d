"""What people tell crosstie by command: facts like any other, kept as they were said.

/crosstie promise 2026-12-01        in a comment on the provider's issue
    |  connectors.text reads the line (``CommandLine``); syntax only
    |  sync.commands decides what it asks, and whether this person may (``Statement``)
    v
interpret gives it a meaning: a date, an agreement, an acknowledgement
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from model.plans import Person

Verb = Literal["ack", "snooze", "mute", "reject", "need", "promise", "declare", "agree", "why"]
StatementState = Literal["done", "refused", "waiting"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandLine:
    """One line ``/crosstie …`` of a comment, outside of code and quotes."""

    number: int
    """Which of the comment's commands it is, from 0."""
    words: str
    """All after ``/crosstie`` on that line, blanks collapsed, at most 500 characters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A command that was understood, by somebody who may say it; or one that was understood and refused."""

    id: str
    """``TRACKER:COMMENT:NUMBER``: reading the comment again is no second statement. A command that was changed by an
    edit is one: ``TRACKER:COMMENT:NUMBER~2``."""
    uid: str
    """The issue it was said on."""
    role: Literal["consumer", "provider", ""] = ""
    """Which end of ``edge`` that issue is; empty where it is about no dependency."""
    at: datetime
    """When the comment was written, or last edited where that changed the command."""
    person: Person
    restricted: bool = False
    """Said in a comment that only some readers of the issue may see. Of a restricted issue, its own audience tells."""
    verb: Verb
    off: bool = False
    """It takes back what was said by that verb before: ``mute off``."""
    said: str = ""
    """The command as it was written; text of a ticket."""
    case: str = ""
    """Id of the case it is about, where it is about one."""
    level: int = 0
    """The level of that case when it was said; of a dependency, the highest of its cases."""
    links: tuple[str, ...] = ()
    """Of ``reject``: ids of the native links between the two at that time. A later one brings the dependency back."""
    edge: tuple[str, str] | None = None
    """(consumer uid, provider uid) of the dependency it is about."""
    day: date | None = None
    """Of ``need`` and ``promise``; of ``snooze`` the first day on which it is over."""
    words: str = ""
    """The reason of an ``ack``, the reference of an ``agree``; text of a ticket, so never shown but quoted."""
    state: StatementState = "done"
    """``waiting``: it asks for a write (``declare``, ``agree``) that is still to be made."""
    answer: str = ""
    """What came of it where that is not plain from the note itself; a sentence without names of issues."""
