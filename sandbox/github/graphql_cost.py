"""What a query costs, told before it runs, as
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api describes it.

Points: one request for each connection at each place it stands in, added up, divided by 100, rounded, at
least 1. Nodes: the product of the page sizes down to each connection, added up; at most 500,000.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    value_from_ast_untyped,
)

MOST_NODES = 500_000
LARGEST_PAGE = 100


@dataclass(slots=True)
class Complaint:
    """A page size that GitHub does not take."""

    kind: str
    message: str
    path: list[str]
    node: FieldNode


@dataclass(slots=True)
class Cost:
    requests: int = 0
    nodes: int = 0
    nodes_of_boards: int = 0
    """Those of ``nodes`` that are projects of an account and what stands below them."""
    complaints: list[Complaint] = field(default_factory=list)
    fields: set[str] = field(default_factory=set)
    """Every field name used, for checks of scope."""

    @property
    def points(self) -> int:
        return max(1, (self.requests + 50) // 100)


def reckon(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any]
) -> Cost:
    """The cost of a valid document."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    walk = _Walk(schema, fragments, _with_defaults(operation, variables))
    root = schema.get_root_type(operation.operation)
    walk.into(operation.selection_set, root, 1, [])
    return walk.cost


def _with_defaults(operation: OperationDefinitionNode, given: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {
        d.variable.name.value: value_from_ast_untyped(d.default_value)
        for d in operation.variable_definitions or ()
        if d.default_value is not None
    }
    return {**defaults, **given}


class _Walk:
    def __init__(
        self, schema: GraphQLSchema, fragments: Mapping[str, FragmentDefinitionNode], variables: dict[str, Any]
    ) -> None:
        self.schema = schema
        self.fragments = fragments
        self.variables = variables
        self.cost = Cost()

    def into(self, selections: SelectionSetNode | None, kind: Any, times: int, path: list[str]) -> None:
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                self._field(node, kind, times, path)
            elif isinstance(node, InlineFragmentNode):
                named = self.schema.get_type(node.type_condition.name.value) if node.type_condition else kind
                self.into(node.selection_set, named, times, path)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self.fragments[node.name.value]
                named = self.schema.get_type(fragment.type_condition.name.value)
                self.into(fragment.selection_set, named, times, path)

    def _field(self, node: FieldNode, kind: Any, times: int, path: list[str]) -> None:
        name = node.name.value
        if name.startswith("__") or not isinstance(kind, GraphQLObjectType | GraphQLInterfaceType):
            return
        self.cost.fields.add(name)
        definition = kind.fields[name]
        result = get_named_type(definition.type)
        here = [*path, node.alias.value if node.alias else name]
        if "first" in definition.args:
            self.cost.requests += times
            times *= self._page_size(node, here)
            self.cost.nodes += times
        elif name == "nodes" and kind is self.schema.query_type:
            times *= max(1, len(self._argument(node, "ids") or ()))
        before = self.cost.nodes
        self.into(node.selection_set, result, times, here)
        if name == "projectsV2":
            self.cost.nodes_of_boards += self.cost.nodes - before + times

    def _page_size(self, node: FieldNode, path: list[str]) -> int:
        first, last = self._argument(node, "first"), self._argument(node, "last")
        name = node.name.value
        if first is None and last is None:
            text = f"You must provide a `first` or `last` value to properly paginate the `{name}` connection."
            return self._complain("MISSING_PAGINATION_BOUNDARIES", text, path, node)
        word, size = ("first", first) if first is not None else ("last", last)
        if first is not None and last is not None:
            text = f"Passing both `first` and `last` values to paginate the `{name}` connection is not supported."
            return self._complain("INVALID_PAGINATION_BOUNDARIES", text, path, node)
        if size > LARGEST_PAGE:
            text = (
                f"Requesting {size} records on the `{name}` connection exceeds the `{word}` limit of "
                f"{LARGEST_PAGE} records."
            )
            return self._complain("EXCESSIVE_PAGINATION", text, path, node)
        if size < 1:
            text = f"`{word}` on the `{name}` connection must be between 1 and {LARGEST_PAGE}."
            return self._complain("INVALID_PAGINATION_BOUNDARIES", text, path, node)
        return int(size)

    def _complain(self, kind: str, text: str, path: list[str], node: FieldNode) -> int:
        self.cost.complaints.append(Complaint(kind, text, path, node))
        return 1

    def _argument(self, node: FieldNode, name: str) -> Any:
        value = next((a.value for a in node.arguments or () if a.name.value == name), None)
        return None if value is None else value_from_ast_untyped(value, self.variables)
