"""Runs a plan: resolvers are asked, values shown, and what fails is null with an error, up to the next nullable place
(https://spec.graphql.org/October2021/#sec-Handling-Field-Errors)."""

from collections.abc import Mapping
from typing import Any

from graphql import GraphQLError, get_location, get_variable_values

from sandbox.github.errors import Refusal
from sandbox.github.graphql_ask import Ask
from sandbox.github.graphql_plan import Plan, Shape, Step
from sandbox.github.graphql_scalars import type_name

Json = dict[str, Any]
Path = tuple[Any, ...] | None
"""Linked from the end: (the place before, key or index)."""


class _Null(Exception):
    """A value that may not be null is; its error is told already."""


class Run:
    """One request."""

    def __init__(self, plan: Plan, ask: Ask) -> None:
        self._plan = plan
        self._ask = ask
        self._arguments: dict[Step, Mapping[str, Any]] = {}
        self.errors: list[Json] = []

    def body(self, variables: Json) -> Json:
        """``data`` and ``errors`` as GraphQL answers."""
        definitions = self._plan.operation.variable_definitions or ()
        coerced = get_variable_values(self._plan.schema, definitions, variables)
        if isinstance(coerced, list):
            return {"errors": [{"message": e.message, "locations": _places(e)} for e in coerced]}
        self._variables = coerced
        try:
            data: Json | None = self._object(self._plan.fields.of(self._plan.root), None, None)
        except _Null:
            data = None
        return {"data": data, "errors": self.errors} if self.errors else {"data": data}

    def _object(self, steps: list[Step], source: Any, path: Path) -> Json:
        shown: Json = {}
        ask = self._ask
        for step in steps:
            arguments = self._of(step) if step.fixed is None else step.fixed
            try:
                value = step.resolve(source, ask, arguments)
                shown[step.key] = self._show(step, step.shape, value, (path, step.key))
            except (Refusal, GraphQLError) as error:
                self._tell(step, error, (path, step.key))
                if not step.nullable:
                    raise _Null from None
                shown[step.key] = None
            except _Null:
                if not step.nullable:
                    raise
                shown[step.key] = None
        return shown

    def _of(self, step: Step) -> Mapping[str, Any]:
        """Arguments with variables in them, once a request."""
        found = self._arguments.get(step)
        if found is None:
            found = self._arguments[step] = step.arguments(self._variables)
        return found

    def _show(self, step: Step, shape: Shape, value: Any, path: Path) -> Any:
        """Raises what the resolver gave instead of a value."""
        if value is None:
            if shape.nullable:
                return None
            raise GraphQLError(f"Cannot return null for non-nullable field {step.kind}.{step.name}")
        if isinstance(value, Exception):
            raise value
        if shape.fields is not None:
            return self._object(shape.fields.of(shape.object_type or type_name(value)), value, path)
        if shape.item is not None:
            return [self._item(step, shape.item, x, (path, i)) for i, x in enumerate(value)]
        return value if shape.write is None else shape.write(value)

    def _item(self, step: Step, shape: Shape, value: Any, path: Path) -> Any:
        try:
            return self._show(step, shape, value, path)
        except (Refusal, GraphQLError) as error:
            self._tell(step, error, path)
        except _Null:
            pass
        if shape.nullable:
            return None
        raise _Null

    def _tell(self, step: Step, error: Refusal | GraphQLError, path: Path) -> None:
        shown: Json = {"path": _flat(path), "locations": _of_node(step), "message": error.message}
        if isinstance(error, Refusal):
            words = "; ".join(str(e.get("message") or e) for e in error.errors or ())
            shown = {"type": error.kind, **shown, "message": words or error.message}
        self.errors.append(shown)


def _flat(path: Path) -> list[str | int]:
    keys: list[str | int] = []
    while path is not None:
        path, key = path
        keys.append(key)
    return keys[::-1]


def _of_node(step: Step) -> list[Json]:
    if step.node.loc is None:
        return []
    place = get_location(step.node.loc.source, step.node.loc.start)
    return [{"line": place.line, "column": place.column}]


def _places(error: GraphQLError) -> list[Json]:
    return [{"line": p.line, "column": p.column} for p in error.locations or ()]
