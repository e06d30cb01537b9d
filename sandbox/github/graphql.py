"""GraphQL: from a request to an answer, executed for real.

Refusals come as HTTP 200 with ``errors``, as on github.com: some with partial ``data``, some with none.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute_sync,
    get_location,
    get_operation_ast,
    parse,
    validate,
)
from werkzeug.wrappers import Request, Response

from sandbox.github.access import Caller
from sandbox.github.errors import Refusal, not_found
from sandbox.github.graphql_ask import Ask
from sandbox.github.graphql_cost import MOST_NODES, Cost, reckon
from sandbox.github.graphql_mutations import CREATING
from sandbox.github.graphql_plan import Plan, is_plain
from sandbox.github.graphql_projects import missing_scope
from sandbox.github.graphql_run import Run
from sandbox.github.graphql_schema import Age, schema
from sandbox.github.limits import Limits
from sandbox.github.rest import refuse

Body = dict[str, Any]
_OF_PROJECTS = frozenset({"projectItems", "projectV2", "projectsV2"})
_TIMEOUT = (
    "Something went wrong while executing your query. This may be the result of a timeout, or it could be a GitHub bug."
)


class _TooSlow(Exception):
    """A query would have taken more than its ten seconds."""


def answer(caller: Caller, request: Request) -> Response:
    limits = Limits(caller, "graphql")
    try:
        if caller.state.tables.options.no_graphql or request.method != "POST":
            raise not_found()
        if caller.user is None:
            raise Refusal(401, "This endpoint requires you to be authenticated.")
        status, body = 200, _Run(caller, limits, _sent(request)).body()
    except Refusal as refusal:
        return refuse(refusal, limits)
    except _TooSlow:
        status, body = 502, {"data": None, "errors": [{"message": _TIMEOUT}]}
    response = Response(msgspec.json.encode(body), status=status, content_type="application/json; charset=utf-8")
    response.headers.update(limits.headers())
    return response


def _sent(request: Request) -> Body:
    try:
        sent = msgspec.json.decode(request.get_data())
    except msgspec.DecodeError:
        raise Refusal(400, "Problems parsing JSON") from None
    if not isinstance(sent, dict) or not isinstance(sent.get("query"), str):
        raise Refusal(400, "A query attribute must be specified and must be a string.")
    return sent


@lru_cache(maxsize=256)
def _checked(text: str, age: Age) -> tuple[DocumentNode | None, tuple[Mapping[str, Any], ...]]:
    """The parsed query, or what is wrong with it; queries come again and again."""
    described = schema(age)
    try:
        document = parse(text)
    except GraphQLError as error:
        return None, ({"message": error.message, "locations": _places(error)},)
    errors = validate(described, document, max_errors=20)
    return document, tuple(_invalid(error, described) for error in errors)


@lru_cache(maxsize=256)
def _planned(text: str, age: Age, operation_name: str | None) -> Plan | None:
    """Of a query found to be valid; None where graphql-core has to carry it out."""
    document, _ = _checked(text, age)
    operation = get_operation_ast(document, operation_name) if document else None
    if document is None or operation is None or not is_plain(document):
        return None
    return Plan(schema(age), document, operation)


def _places(error: GraphQLError) -> list[Mapping[str, int]]:
    return [{"line": p.line, "column": p.column} for p in error.locations or ()]


def _invalid(error: GraphQLError, described: GraphQLSchema) -> Body:
    """GitHub words some of these in its own way; capability probes look for it."""
    node = error.nodes[0] if error.nodes else None
    shown: Body = {"message": error.message, "locations": _places(error)}
    if isinstance(node, FragmentDefinitionNode) and error.message.endswith("is never used."):
        fragment = node.name.value
        shown["message"] = f"Fragment {fragment} was defined, but not used"
        shown["path"] = [f"fragment {fragment}"]
        shown["extensions"] = {"code": "useAndDefineFragment", "fragmentName": fragment}
    if isinstance(node, FieldNode) and error.message.startswith("Cannot query field"):
        shown |= _unknown_field(node, error.message.split(" on type ")[1].split("'")[1])
    return shown


def _unknown_field(node: FieldNode, kind: str) -> Body:
    field = node.name.value
    return {
        "message": f"Field '{field}' doesn't exist on type '{kind}'",
        "path": ["query", field],
        "extensions": {"code": "undefinedField", "typeName": kind, "fieldName": field},
    }


def _introspections(document: DocumentNode) -> Iterator[Body]:
    """What a server with introspection switched off says to it."""
    for definition in document.definitions:
        chosen = definition.selection_set.selections if isinstance(definition, OperationDefinitionNode) else ()
        for node in chosen:
            if isinstance(node, FieldNode) and node.name.value in ("__schema", "__type"):
                yield _unknown_field(node, "Query") | {"locations": _of_node(node)}


class _Run:
    """One request on its way to an answer."""

    def __init__(self, caller: Caller, limits: Limits, sent: Body) -> None:
        self.caller = caller
        self.limits = limits
        self.text: str = sent["query"]
        self.variables: Body = sent.get("variables") or {}
        self.operation_name: str | None = sent.get("operationName")
        self.options = caller.state.tables.options
        self.age: Age = "older" if self.options.hide_new_fields else "newest"
        if self.options.enterprise is not None:
            self.age = "oldest"

    def body(self) -> Body:
        document, errors = _checked(self.text, self.age)
        if document is not None and self.options.no_introspection:
            errors = (*_introspections(document), *errors)
        if document is None or errors:
            return {"errors": list(errors)}
        operation = get_operation_ast(document, self.operation_name)
        if operation is None:
            return {"errors": [{"message": "An operation name is required"}]}
        described = schema(self.age)
        cost = reckon(described, document, operation, self.variables)
        refused = self._refused(operation, cost)
        if refused is not None:
            return refused
        slow = self.options.slow_above_nodes
        if slow is not None and cost.nodes - cost.nodes_of_boards > slow:
            raise _TooSlow
        try:
            self.limits.charge(cost.points)
        except Refusal as refusal:
            return {"errors": [{"type": refusal.kind, "message": refusal.message}]}
        self.limits.count_points(write=operation.operation is OperationType.MUTATION)
        self.limits.count_creation(_creations(operation))
        return self._execute(described, document, cost)

    def _refused(self, operation: OperationDefinitionNode, cost: Cost) -> Body | None:
        """What is refused before it runs."""
        if cost.complaints:
            errors = [
                {"type": c.kind, "path": c.path, "locations": _of_node(c.node), "message": c.message}
                for c in cost.complaints
            ]
            tops = [s for s in operation.selection_set.selections if isinstance(s, FieldNode)]
            return {"data": {(s.alias or s.name).value: None for s in tops}, "errors": errors}
        if cost.nodes > MOST_NODES:
            text = (
                f"This query requests up to {cost.nodes:,} possible nodes which exceeds "
                f"the maximum limit of {MOST_NODES:,}."
            )
            return {"errors": [{"type": "MAX_NODE_LIMIT_EXCEEDED", "message": text}]}
        unscoped = sorted(_OF_PROJECTS & cost.fields)
        if unscoped and self.options.hidden_projects == "refused" and not self.caller.has_project_scope():
            granted = self.caller.token.scopes if self.caller.token else ()
            texts = [missing_scope(name, granted) for name in unscoped]
            return {"errors": [{"type": "INSUFFICIENT_SCOPES", "message": text} for text in texts]}
        return None

    def _execute(self, described: GraphQLSchema, document: DocumentNode, cost: Cost) -> Body:
        ask = Ask(caller=self.caller, limits=self.limits, cost=cost.points, nodes=cost.nodes)
        plan = _planned(self.text, self.age, self.operation_name)
        if plan is not None:
            return Run(plan, ask).body(self.variables)
        result: ExecutionResult = execute_sync(
            described,
            document,
            context_value=ask,
            variable_values=self.variables,
            operation_name=self.operation_name,
        )
        body: Body = {} if result.data is None and result.errors else {"data": result.data}
        if result.errors:
            body["errors"] = [_failed(error) for error in result.errors]
        return body


def _creations(operation: OperationDefinitionNode) -> int:
    chosen = operation.selection_set.selections
    return sum(isinstance(s, FieldNode) and s.name.value in CREATING for s in chosen)


def _of_node(node: FieldNode) -> list[Mapping[str, int]]:
    if node.loc is None:
        return []
    place = get_location(node.loc.source, node.loc.start)
    return [{"line": place.line, "column": place.column}]


def _failed(error: GraphQLError) -> Body:
    """An error of one field. Anything but a refusal is our own fault and is raised."""
    cause = error.original_error
    shown: Body = {"locations": _places(error), "message": error.message}
    if error.path is not None:  # None of a variable
        shown["path"] = error.path
    if isinstance(cause, Refusal):
        words = "; ".join(str(e.get("message") or e) for e in cause.errors or ()) or cause.message
        return {"type": cause.kind, **shown, "message": words}
    if cause is not None and not isinstance(cause, GraphQLError):
        raise cause
    return shown
