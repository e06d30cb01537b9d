"""What a digest is, and what its destinations promise.

    store ---- world ----> Matter ---- build ----> Letter ---- Destination.send ----> a file, an issue, a chat, mail
               (held, cases, events)   (pure; gate)            (the only step that does anything)

Errors, by what to do next:

    NotSent      it certainly did not go out: the next run tries again
    |-- Lost     it may have gone out, no answer came: it is not sent again by itself
    `-- Left     a person took its comment away: none is written there again
"""

from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from model.document import Document


class NotSent(Exception):
    """``str()`` is a sentence for people that holds no URL, no password and nothing of a ticket."""


class Lost(NotSent):
    pass


class Left(NotSent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much of each kind the readers may read; ``withheld``: what they may not."""

    untold: int = 0
    news: int = 0
    settled: int = 0
    waiting: int = 0
    withheld: int = 0

    @property
    def total(self) -> int:
        return self.untold + self.news + self.settled + self.waiting

    def summary(self) -> dict[str, int]:
        return {
            "not_said": self.untold,
            "new_or_worse": self.news,
            "settled": self.settled,
            "waiting": self.waiting,
        }

    def __str__(self) -> str:
        parts = (
            (self.untold, "not said on the tickets"),
            (self.news, "new or worse"),
            (self.settled, "settled"),
            (self.waiting, "waiting for an answer"),
        )
        return ", ".join(f"{number} {what}" for number, what in parts if number) or "nothing new"


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A digest, put together for its readers and not sent yet."""

    name: str
    day: date
    whom: str
    """The team or forum that it is for."""
    title: str
    """One line of our own words and names from the config; nothing of a ticket, so it may stand in a header."""
    counts: Counts
    document: Document | None
    """None: there is nothing to say."""


class Destination(Protocol):
    """A place that digests go to."""

    @property
    def where(self) -> str:
        """For people: ``mail to team@acme.example``, ``a comment on jira:PAY-1``; no URL."""

    @property
    def notifies(self) -> bool:
        """Whether sending a second time would be noticed: then what may have gone out is not sent again."""

    def send(self, letter: Letter, document: Document, place: str) -> str:
        """Make the letter stand there. ``place``: what the last send returned; returns what to remember of it.

        Retries by itself, within bounds, what was certainly not carried out. Raises NotSent.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a digest in this run."""

    letter: Letter
    where: str
    state: str
    """As ``sync.store.digests`` has it."""
    error: str = ""

    def summary(self) -> dict[str, Any]:
        """One entry of ``digest --json`` and of ``digests`` in ``run --json``; stable: docs/digests.md."""
        return {
            "name": self.letter.name,
            "day": self.letter.day.isoformat(),
            "to": self.where,
            "state": self.state,
            "counts": self.letter.counts.summary(),
            "error": self.error,
        }

    def __str__(self) -> str:
        said = f"{self.letter.counts}; to {self.where}" if self.state == "sent" else "nothing to say"
        return f"Digest {self.letter.name}: {said}."
