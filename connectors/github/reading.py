"""From GraphQL answers to facts: what pulls, sweeps and direct looks share."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.github.client import Client, TooSlow
from connectors.github.overflow import follow
from connectors.github.parse import Writer, parse_issue
from connectors.github.queries import Schema
from connectors.github.queries import nodes as nodes_by_id
from model.facts import IssueFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is needed to read issues: whom to ask, what the server has, who we are."""

    client: Client
    schema: Schema
    writer: Writer

    @property
    def tracker(self) -> str:
        return self.client.tracker

    def facts(
        self, nodes: Sequence[dict[str, Any]], troubles: Mapping[str, str]
    ) -> tuple[tuple[IssueFact, ...], list[str]]:
        """Facts of these nodes, their long lists completed; and what made no sense. ``troubles`` by node id."""
        partial = {**troubles, **follow(self.client, self.schema, nodes)}
        facts, failed = [], []
        for node in nodes:
            try:
                why = partial.get(node["id"], "")
                facts.append(parse_issue(node, tracker=self.tracker, writer=self.writer, partial=why))
            except (AttributeError, KeyError, TypeError, ValueError):
                failed.append(f"number {node.get('number', '?')} came in a shape that makes no sense")
        return tuple(facts), failed

    def by_id(self, ids: Sequence[str]) -> Iterator[tuple[tuple[IssueFact, ...], list[str]]]:
        """Facts and failures for these node ids, 100 to a request; those that vanished are left out."""
        size, left = 100, list(ids)
        while left:
            try:
                reply = self.client.graphql(*nodes_by_id(left[:size], self.schema), divisible=size > 1)
            except TooSlow:
                size = max(1, size // 2)
                continue
            left = left[size:]
            nodes = [node for node in reply.data.get("nodes") or () if node and node.get("number")]
            yield self.facts(nodes, {})
