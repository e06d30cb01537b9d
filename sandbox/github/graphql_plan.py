"""A query made ready to be run many times: which resolver gives each field, and how its value is shown.

graphql-core's executor finds this out anew for each field of each object, at some 25 µs a field; a page of a hundred
issues has ten thousand. Introspection and directives are left to it (``is_plain``).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLOutputType,
    GraphQLScalarType,
    GraphQLSchema,
    GraphQLUnionType,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    VariableNode,
    Visitor,
    get_argument_values,
    visit,
)
from graphql.execution.values import VariableValues

from sandbox.github.graphql_ask import Ask

Resolver = Callable[[Any, Ask, Mapping[str, Any]], Any]
RESOLVER = "resolver"
"""Under which a field's own resolver stands in its extensions."""


class Fields:
    """What is asked of the objects at one place of a query, by their type."""

    def __init__(self, plan: "Plan", selections: Sequence[SelectionSetNode]) -> None:
        self._plan = plan
        self._selections = selections
        self._by_type: dict[str, list[Step]] = {}

    def of(self, type_name: str) -> "list[Step]":
        found = self._by_type.get(type_name)
        if found is None:
            found = self._by_type[type_name] = list(self._steps(type_name))
        return found

    def _steps(self, type_name: str) -> "Iterator[Step]":
        nodes: dict[str, list[FieldNode]] = {}
        for selection in self._selections:
            for node in self._plan.collect(selection, type_name):
                nodes.setdefault(node.alias.value if node.alias else node.name.value, []).append(node)
        kind = self._plan.schema.type_map[type_name]
        assert isinstance(kind, GraphQLObjectType)  # noqa: S101  # nothing else has a value
        for key, same in nodes.items():
            yield Step(self._plan, key, same, kind)


class Step:
    """One field at one place."""

    __slots__ = ("_definition", "fixed", "key", "kind", "name", "node", "nullable", "resolve", "shape")

    def __init__(self, plan: "Plan", key: str, nodes: Sequence[FieldNode], kind: GraphQLObjectType) -> None:
        self.key, self.node, self.kind = key, nodes[0], kind.name
        self.name = self.node.name.value
        self.fixed: Mapping[str, Any] | None = None
        """Its arguments, where none of them is a variable."""
        if self.name == "__typename":
            self.resolve: Resolver = lambda _source, _ask, _arguments: kind.name
            self.shape, self.nullable, self.fixed = Shape(plan, None, ()), False, {}
            return
        self._definition: GraphQLField = kind.fields[self.name]
        self.resolve = self._definition.extensions[RESOLVER]
        inner = [n.selection_set for n in nodes if n.selection_set is not None]
        self.shape = Shape(plan, self._definition.type, inner)
        self.nullable = self.shape.nullable
        if not _has_variables(self.node):
            self.fixed = get_argument_values(self._definition, self.node)

    def arguments(self, variables: VariableValues) -> Mapping[str, Any]:
        return self.fixed if self.fixed is not None else get_argument_values(self._definition, self.node, variables)


class Shape:
    """How a value of one type is shown: as an object with fields, as a list, or as it is written."""

    __slots__ = ("fields", "item", "nullable", "object_type", "write")

    def __init__(self, plan: "Plan", kind: GraphQLOutputType | None, selections: Sequence[SelectionSetNode]) -> None:
        self.nullable = not isinstance(kind, GraphQLNonNull)
        named = kind.of_type if isinstance(kind, GraphQLNonNull) else kind
        self.item: Shape | None = None
        self.fields: Fields | None = None
        self.object_type = ""
        """Of an object; empty for an interface or union, whose values say it themselves."""
        self.write: Callable[[Any], Any] | None = None
        if isinstance(named, GraphQLList):
            self.item = Shape(plan, named.of_type, selections)
        elif isinstance(named, GraphQLScalarType | GraphQLEnumType):
            self.write = _writer(named)
        elif named is not None:
            self.fields = Fields(plan, selections)
            self.object_type = named.name if isinstance(named, GraphQLObjectType) else ""


class Plan:
    """One operation of a valid document."""

    def __init__(self, schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        self.schema = schema
        self.operation = operation
        self._fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
        root = schema.get_root_type(operation.operation)
        assert root is not None  # noqa: S101  # the document is valid
        self.root = root.name
        self.fields = Fields(self, [operation.selection_set])

    def collect(self, selections: SelectionSetNode, type_name: str) -> Iterable[FieldNode]:
        """The fields that hold for an object of this type, in order, out of fragments too."""
        for node in selections.selections:
            if isinstance(node, FieldNode):
                yield node
                continue
            inner: InlineFragmentNode | FragmentDefinitionNode | None = None
            if isinstance(node, FragmentSpreadNode):
                inner = self._fragments[node.name.value]
            elif isinstance(node, InlineFragmentNode):
                inner = node
            if inner is not None and self._holds(inner, type_name):
                yield from self.collect(inner.selection_set, type_name)

    def _holds(self, fragment: InlineFragmentNode | FragmentDefinitionNode, type_name: str) -> bool:
        if fragment.type_condition is None or fragment.type_condition.name.value == type_name:
            return True
        wider = self.schema.type_map[fragment.type_condition.name.value]
        if not isinstance(wider, GraphQLInterfaceType | GraphQLUnionType):
            return False
        return any(kind.name == type_name for kind in self.schema.get_possible_types(wider))


def _writer(kind: GraphQLScalarType | GraphQLEnumType) -> Callable[[Any], Any] | None:
    """None where values are written as they are; enums are kept by name here."""
    return None if isinstance(kind, GraphQLEnumType) or kind.name in ("Boolean", "String") else kind.coerce_output_value


def _has_variables(node: FieldNode) -> bool:
    found = _Finder()
    for argument in node.arguments or ():
        visit(argument, found)
    return found.variables


class _Finder(Visitor):
    variables = False

    def enter_variable(self, _node: VariableNode, *_where: Any) -> None:
        self.variables = True


class _Odd(Visitor):
    """Looks for what graphql-core has to carry out."""

    found = False

    def enter_directive(self, *_where: Any) -> None:
        self.found = True

    def enter_field(self, node: FieldNode, *_where: Any) -> None:
        self.found |= node.name.value in ("__schema", "__type")


def is_plain(document: DocumentNode) -> bool:
    """Whether a plan can be made of it."""
    odd = _Odd()
    visit(document, odd)
    return not odd.found
