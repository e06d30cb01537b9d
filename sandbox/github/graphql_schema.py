"""The schema, whole or as an older server has it, with our resolvers hung onto its fields."""

import re
from collections.abc import Container, Mapping
from functools import cache
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from graphql import (
    DefinitionNode,
    DocumentNode,
    GraphQLAbstractType,
    GraphQLField,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    Node,
    build_ast_schema,
    is_abstract_type,
    parse,
    visit,
)
from graphql.language import REMOVE, Visitor

from sandbox.github.graphql_ask import Ask
from sandbox.github.graphql_mutations import MUTATIONS
from sandbox.github.graphql_objects import OBJECTS
from sandbox.github.graphql_plan import RESOLVER, Resolver
from sandbox.github.graphql_roots import ROOTS
from sandbox.github.graphql_scalars import SERIALIZE, type_name

_FILES = ("schema.graphql", "schema_objects.graphql", "schema_projects.graphql", "schema_history.graphql")
Age = Literal["newest", "older", "oldest"]
_GONE: Mapping[Age, frozenset[str]] = {
    "newest": frozenset(),
    "older": frozenset({"newer"}),
    "oldest": frozenset({"newer", "newest"}),
}


@cache
def schema(age: Age) -> GraphQLSchema:
    """Without what the description marks ``@newer`` where it is ``older``, and ``@newest`` where it is ``oldest``."""
    text = "\n".join(Path(__file__).with_name(name).read_text("utf-8") for name in _FILES)
    built = build_ast_schema(_without_marks(parse(text, no_location=True), _GONE[age]))
    resolvers: dict[str, dict[str, Resolver]] = {**OBJECTS, **ROOTS, "Mutation": MUTATIONS}
    for kind in built.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, GraphQLObjectType):
            _attach(kind, resolvers.get(kind.name, {}))
        elif is_abstract_type(kind):
            _resolve_type(kind)
        elif isinstance(kind, GraphQLScalarType) and kind.name in SERIALIZE:
            # How graphql-core lets the scalars of an SDL be written; the method has had this name since 3.3.
            kind.coerce_output_value = SERIALIZE[kind.name]  # type: ignore[assignment]  # a function, as graphql-core takes it
    return built


def _resolve_type(kind: GraphQLAbstractType) -> None:
    kind.resolve_type = lambda value, _info, _type: type_name(value)


def _attach(kind: GraphQLObjectType, resolvers: Mapping[str, Resolver]) -> None:
    for name, field in kind.fields.items():
        _hang(field, resolvers.get(name), name, from_mapping=kind.name.endswith("Payload"))


def _hang(field: GraphQLField, resolver: Resolver | None, name: str, *, from_mapping: bool) -> None:
    run = resolver or (_entry(name) if from_mapping else _attribute(name))
    field.extensions[RESOLVER] = run
    field.resolve = lambda source, info, **arguments: run(source, _ask(info), arguments)


def _entry(name: str) -> Resolver:
    return lambda source, _ask, _arguments: source.get(name)


def _attribute(name: str) -> Resolver:
    read = attrgetter(re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower())
    return lambda source, _ask, _arguments: read(source)


def _ask(info: GraphQLResolveInfo[Ask]) -> Ask:
    asked: Ask = info.context
    return asked


def _without_marks(document: DocumentNode, marks: frozenset[str]) -> DocumentNode:
    gone = {_name(d) for d in document.definitions if _marked(d, marks)}
    stripper = _Strip(marks, gone)
    stripped: DocumentNode = visit(document, stripper)
    return stripped


def _name(node: DefinitionNode) -> str:
    return str(node.name.value)  # type: ignore[attr-defined]  # every marked definition has a name


def _marked(node: Node, marks: Container[str]) -> bool:
    return any(d.name.value in marks for d in getattr(node, "directives", None) or ())


class _Strip(Visitor):
    """Takes the marks off, and all that carries one of ``marks`` or is of a type that does."""

    def __init__(self, marks: frozenset[str], gone: set[str]) -> None:
        super().__init__()
        self.marks = marks
        self.gone = gone

    def enter(self, node: Node, _key: Any, _parent: Any, _path: Any, _ancestors: Any) -> Any:
        if node.kind == "directive_definition" or (node.kind == "directive" and node.name.value in _GONE["oldest"]):  # type: ignore[attr-defined]  # told by its kind
            return REMOVE
        of_gone_type = node.kind == "named_type" and node.name.value in self.gone  # type: ignore[attr-defined]  # told by its kind
        return REMOVE if _marked(node, self.marks) or of_gone_type else None
