"""From GraphQL answers to facts: what pulls, sweeps and direct looks share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from connectors.base import Refused
from connectors.crew import read_ahead
from connectors.github.client import Client, TooSlow
from connectors.github.overflow import count, follow
from connectors.github.parse import Writer, parse_issue
from connectors.github.queries import Schema
from connectors.github.queries import nodes as nodes_by_id
from model.facts import IssueFact

BATCH = 100
"""Node ids that GitHub takes in one query."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Nodes read by their ids; those that vanished are left out."""

    rows: list[dict[str, Any]]
    troubles: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Reading:
    """What is needed to read issues: whom to ask, what for, who we are."""

    client: Client
    schema: Schema
    writer: Writer
    concurrency: int = 1
    boards: tuple[str, ...] = ()
    """What ``schema.boards`` was at first, before a server refused it."""
    refused: str = ""
    """Why boards could not be read with the issues."""
    _hands: list[Client] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.boards = self.schema.boards
        self._hands.append(self.client)

    @property
    def tracker(self) -> str:
        return self.client.tracker

    def hands(self) -> list[Client]:
        """A client for each thread that reads."""
        while len(self._hands) < self.concurrency:
            self._hands.append(self.client.twin())
        return self._hands

    def give_up_boards(self, why: str) -> bool:
        """Ask for no dates of boards from now on; returns whether they were asked for."""
        if not self.schema.boards:
            return False
        self.refused, self.schema = why, replace(self.schema, boards=())
        return True

    def with_comments(self, number: int) -> "Reading":
        """Itself, so many comments coming along with each issue from now on."""
        self.schema = replace(self.schema, comments=number)
        return self

    def overflowing(self, rows: Sequence[dict[str, Any]]) -> int:
        """How many long lists of these rows are to be followed."""
        return count(self.schema, rows)

    def complete(self, client: Client, rows: Sequence[dict[str, Any]]) -> dict[str, str]:
        """Follow the long lists of these rows; by node id what could not be read."""
        return follow(client, self.schema, rows)

    def facts(
        self, rows: Sequence[dict[str, Any]], troubles: Mapping[str, str]
    ) -> tuple[tuple[IssueFact, ...], list[str]]:
        """Facts of rows that are complete, and what made no sense. ``troubles`` by node id."""
        facts, failed = [], []
        for row in rows:
            try:
                why = troubles.get(row["id"], "") or self._without_boards(row)
                facts.append(
                    parse_issue(row, tracker=self.tracker, writer=self.writer, partial=why, boards=self.boards)
                )
            except (AttributeError, KeyError, TypeError, ValueError):
                failed.append(f"number {row.get('number', '?')} came in a shape that makes no sense")
        return tuple(facts), failed

    def _without_boards(self, row: Mapping[str, Any]) -> str:
        """What to say of a row that lacks the dates of boards although the boards are known."""
        lacking = self.refused and "projectItems" not in row
        return f"its dates on project boards could not be read ({self.refused})" if lacking else ""

    def one(self, native_id: str) -> IssueFact | None:
        """The issue as it stands now; None when there is no such id."""
        for batch in self._by_id(self.client, [native_id]):
            for fact in self.facts(batch.rows, batch.troubles)[0]:
                return fact
        return None

    def by_id(self, ids: Sequence[str]) -> Iterator[Batch]:
        """Nodes in full, 100 to a request."""
        batches = [tuple(ids[start : start + BATCH]) for start in range(0, len(ids), BATCH)]
        if not batches:
            return
        for step in read_ahead(self.hands(), batches, self._by_id):
            if step.error is not None:
                raise step.error
            if step.item is not None:
                yield step.item

    def _by_id(self, client: Client, ids: Sequence[str]) -> Iterator[Batch]:
        size, left = BATCH, list(ids)
        while left:
            try:
                reply = client.graphql(*nodes_by_id(left[:size], self.schema), divisible=size > 1)
            except TooSlow:
                size = max(1, size // 2)
                continue
            except Refused as error:
                if not self.give_up_boards(str(error)):
                    raise
                continue
            left = left[size:]
            rows = [row for row in reply.data.get("nodes") or () if row and row.get("number")]
            yield Batch(rows=rows, troubles=self.complete(client, rows))
