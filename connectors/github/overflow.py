"""Lists that did not fit into a page of issues: followed by node id, ten to a request.

These are the only requests that a single issue can cause, and few issues have more than 50
comments.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from connectors.github.client import Client
from connectors.github.queries import Connection, Query, Schema, connections

TOGETHER = 10


@dataclass(slots=True)
class _Rest:
    node: dict[str, Any]
    connection: Connection
    type_name: str

    @property
    def after(self) -> str | None:
        page = (self.node.get(self.connection.name) or {}).get("pageInfo") or {}
        return page.get("endCursor") if page.get("hasNextPage") else None


def follow(client: Client, schema: Schema, nodes: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Complete the lists of these nodes in place; by node id, what could not be completed and why."""
    failed: dict[str, str] = {}
    pending = [rest for node in nodes for rest in _rests(node, schema)]
    while pending:
        batch, pending = pending[:TOGETHER], pending[TOGETHER:]
        query = Query(boards=schema.boards)
        for index, rest in enumerate(batch):
            query.parts.append(_text(query, index, rest))
        reply = client.graphql(query.text(), query.values)
        for index, rest in enumerate(batch):
            if not _extend(rest, reply.data.get(f"c{index}")):
                failed[rest.node["id"]] = f"not all of its {rest.connection.name} could be read"
            elif rest.after:
                pending.append(rest)
    return failed


def count(schema: Schema, nodes: Sequence[dict[str, Any]]) -> int:
    """How many lists of these nodes are to be followed."""
    return sum(1 for node in nodes for _ in _rests(node, schema))


def _rests(node: dict[str, Any], schema: Schema) -> Iterator[_Rest]:
    type_name = "PullRequest" if "pullState" in node else "Issue"
    for connection in connections(type_name, schema):
        rest = _Rest(node, connection, type_name)
        if rest.after:
            yield rest


def _text(query: Query, index: int, rest: _Rest) -> str:
    node = query.value(f"id{index}", "ID!", rest.node["id"])
    after = query.value(f"after{index}", "String", rest.after)
    more = rest.connection.text("100", f", after: {after}")
    return f"c{index}: node(id: {node}) {{ ... on {rest.type_name} {{ {more} }} }}"


def _extend(rest: _Rest, answer: dict[str, Any] | None) -> bool:
    """Append what came; False when nothing did, or when the page leads back to itself."""
    more = (answer or {}).get(rest.connection.name)
    if not more:
        return False
    whole, before = rest.node[rest.connection.name], rest.after
    whole["nodes"] += more.get("nodes") or ()
    whole["pageInfo"] = more.get("pageInfo") or {}
    return rest.after != before
