"""The GraphQL texts. Field names as GitHub publishes them (docs.github.com, "GraphQL reference").

Values always travel as variables. What a server's schema lacks is left out: blocked-by, sub-issue
parents and issue types are younger than many a GitHub Enterprise Server.

Cost: a page of 100 issues and 100 pull requests, with all the connections below, takes 14 of the
5,000 points of an hour (8 for issues alone, 6 for pull requests alone) and 34,200 of the 500,000 nodes of
a query; without boards 12, 7 and 5 (docs.github.com, "Rate limits and query limits for the GraphQL API").
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

LINKS = 50
"""GitHub allows 50 blockers on an issue, and 50 issues blocked by one."""
CLOSING = 10
COMMENTS, MOST_COMMENTS = 50, 100
"""That come along with an issue, and where few issues do: more cost no points, but time and nodes of the query."""
MENTIONED = 20
ITEMS = 10
"""Boards that an issue is on."""

REMARK = "author { __typename login } authorAssociation viewerDidAuthor body createdAt updatedAt lastEditedAt"
OTHER = "id number title state stateReason url repository { nameWithOwner }"
OTHER_PULL = "id number title state isDraft url repository { nameWithOwner }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """What can be asked of a server."""

    fields: dict[str, frozenset[str]] = field(default_factory=dict)
    """By type, those it has. A type not listed has them all."""
    boards: tuple[str, ...] = ()
    """Names of the date and iteration fields to ask for of every board that an issue is on."""
    comments: int = COMMENTS
    """How many come along with an issue."""

    def has(self, type_name: str, name: str) -> bool:
        return name in self.fields.get(type_name, frozenset({name}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A list inside an issue or pull request. ``first`` is how many come along; more are followed by node id."""

    name: str
    first: int
    nodes: str
    arguments: str = ""

    def text(self, first: str, after: str = "") -> str:
        page = "pageInfo { hasNextPage endCursor }"
        return f"{self.name}(first: {first}{after}{self.arguments}) {{ nodes {{ {self.nodes} }} {page} }}"


SHARED = (
    Connection(name="labels", first=20, nodes="name"),
    Connection(name="assignees", first=10, nodes="login"),
)
ISSUE_LINKS = (
    Connection(name="blockedBy", first=LINKS, nodes=OTHER),
    Connection(name="blocking", first=LINKS, nodes=OTHER),
    # Without includeClosedPrs merged ones, which are the ones that closed something, stay hidden.
    Connection(
        name="closedByPullRequestsReferences", first=CLOSING, nodes=OTHER_PULL, arguments=", includeClosedPrs: true"
    ),
)
PULL_LINKS = (Connection(name="closingIssuesReferences", first=CLOSING, nodes=OTHER),)
MENTIONS = Connection(
    name="timelineItems",
    first=MENTIONED,
    arguments=", itemTypes: [CROSS_REFERENCED_EVENT]",
    # Both kinds of source stand in one list, where two enums may not share the name ``state``.
    nodes=(
        "... on CrossReferencedEvent { actor { __typename login } source { "
        f"... on Issue {{ {OTHER} }} "
        f"... on PullRequest {{ {OTHER_PULL.replace(' state ', ' pullState: state ')} }} }} }}"
    ),
)

PROBED = ("Issue", "PullRequest", "IssueComment")
_PROBES = " ".join(
    f'{name}: __type(name: "{name}") {{ fields(includeDeprecated: true) {{ name }} }}' for name in PROBED
)
ACCOUNT = f"query {{ viewer {{ login databaseId url }} {_PROBES} }}"


def connections(type_name: str, schema: Schema) -> list[Connection]:
    editor = "editor { __typename login }" if schema.has("IssueComment", "editor") else ""
    comment = f"{_database_id('IssueComment', schema)} {REMARK} {editor}".rstrip()
    links = ISSUE_LINKS if type_name == "Issue" else PULL_LINKS
    boards = [on_boards(schema)] if schema.boards else []
    listed = (*SHARED, *links, MENTIONS, *boards, Connection(name="comments", first=schema.comments, nodes=comment))
    return [connection for connection in listed if schema.has(type_name, connection.name)]


def on_boards(schema: Schema) -> Connection:
    """The boards that an issue is on, with their dates by name: ``fieldValues`` would be a list inside a list."""
    day = "... on ProjectV2ItemFieldDateValue { date }"
    days = "... on ProjectV2ItemFieldIterationValue { title startDate duration }"
    values = (f"a{i}: fieldValueByName(name: ${_board(i)}) {{ {day} {days} }}" for i in range(len(schema.boards)))
    nodes = f"isArchived project {{ title closed }} {' '.join(values)}"
    return Connection(name="projectItems", first=ITEMS, nodes=nodes)


def _board(index: int) -> str:
    return f"board{index}"


def fragments(schema: Schema) -> dict[str, str]:
    """``IssueFields`` and ``PullFields``, all that an issue fact is made of, by the list they are for."""
    issue = ["state stateReason", *_optional("Issue", schema)]
    # Where both fragments meet in one query, two enums may not share the name ``state``.
    pull = ["pullState: state isDraft mergedAt headRefName"]
    return {
        "issues": _fragment("IssueFields", "Issue", issue, schema),
        "pullRequests": _fragment("PullFields", "PullRequest", pull, schema),
    }


def _fragment(name: str, type_name: str, own: Iterable[str], schema: Schema) -> str:
    common = f"__typename id {_database_id(type_name, schema)} number url title closedAt repository {{ nameWithOwner }}"
    lists = " ".join(c.text(str(c.first)) for c in connections(type_name, schema))
    milestone = "milestone { number title dueOn }"
    return f"fragment {name} on {type_name} {{ {common} {REMARK} {milestone} {' '.join(own)} {lists} }}"


def _optional(type_name: str, schema: Schema) -> Iterable[str]:
    wanted = {"issueType": "issueType { name }", "parent": f"parent {{ {OTHER} }}"}
    return [text for name, text in wanted.items() if schema.has(type_name, name)]


def _database_id(type_name: str, schema: Schema) -> str:
    # databaseId is an Int that newer comments no longer fit into. Issues and pull requests, which
    # meet in one query, take the same of the two: one name may not be an Int here and a BigInt there.
    types = ("IssueComment",) if type_name == "IssueComment" else ("Issue", "PullRequest")
    return "databaseId: fullDatabaseId" if all(schema.has(t, "fullDatabaseId") for t in types) else "databaseId"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What to read of each row, by the list it stands in."""

    nodes: Mapping[str, str]
    fragments: Mapping[str, str] = field(default_factory=dict)
    """What ``nodes`` spreads: GitHub refuses a query with a fragment that it does not use."""


def full(schema: Schema) -> Wish:
    return Wish(nodes={"issues": "...IssueFields", "pullRequests": "...PullFields"}, fragments=fragments(schema))


def lean(schema: Schema) -> Wish:
    return Wish(nodes={"issues": structure("Issue", schema), "pullRequests": structure("PullRequest", schema)})


@dataclass(slots=True)
class Query:
    """A query put together alias by alias, its values in variables."""

    boards: tuple[str, ...] = ()
    """As in the schema that its parts are made by."""
    declared: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    parts: list[str] = field(default_factory=list)

    def value(self, name: str, type_name: str, value: Any) -> str:
        self.declared.append(f"${name}: {type_name}")
        self.values[name] = value
        return f"${name}"

    def text(self, fragment_texts: str = "") -> str:
        body = f"{{ {' '.join(self.parts)} }} {fragment_texts}".strip()
        for index, name in enumerate(self.boards):
            if f"${_board(index)})" in body:  # GitHub refuses a variable that is not used
                self.value(_board(index), "String!", name)
        return f"query({', '.join(self.declared)}) {body}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One connection of a repository to be read on: ``issues`` or ``pullRequests``."""

    name: str
    nodes: str
    order: str
    """``UPDATED_AT, direction: ASC`` and the like."""
    after: str | None = None
    since: str = ""


def repository(query: Query, index: int, full_name: str, parts: Sequence[Part], size: int) -> None:
    """Add repository ``r<index>`` with pages of ``size``."""
    owner, _, name = full_name.partition("/")
    where = f"owner: {query.value(f'o{index}', 'String!', owner)}, name: {query.value(f'n{index}', 'String!', name)}"
    lists = " ".join(_part(query, f"{part.name}{index}", part, size) for part in parts)
    query.parts.append(f"r{index}: repository({where}) {{ id nameWithOwner isPrivate {lists} }}")


def _part(query: Query, name: str, part: Part, size: int) -> str:
    arguments = f"first: {size}, orderBy: {{field: {part.order}}}"
    if part.after is not None:
        arguments += f", after: {query.value(f'{name}After', 'String', part.after)}"
    if part.since:
        arguments += f", filterBy: {{since: {query.value(f'{name}Since', 'DateTime', part.since)}}}"
    return f"{part.name}({arguments}) {{ totalCount nodes {{ {part.nodes} }} pageInfo {{ hasNextPage endCursor }} }}"


def structure(type_name: str, schema: Schema) -> str:
    """Just enough to tell whether an issue's links moved, or what their other ends show."""
    links = ISSUE_LINKS if type_name == "Issue" else PULL_LINKS
    lean = [replace(connection, nodes="id state") for connection in links]
    boards = [on_boards(schema)] if schema.boards else []
    lists = (
        f"{c.name}(first: {c.first}{c.arguments}) {{ nodes {{ {c.nodes} }} }}"
        for c in (*lean, *boards)
        if schema.has(type_name, c.name)
    )
    parent = "parent { id state }" if type_name == "Issue" and schema.has("Issue", "parent") else ""
    return f"id number {parent} {' '.join(lists)}"


def nodes(ids: Sequence[str], schema: Schema) -> tuple[str, dict[str, Any]]:
    """Up to 100 issues and pull requests by node id, in full."""
    query = Query(boards=schema.boards)
    query.parts.append(f"nodes(ids: {query.value('ids', '[ID!]!', list(ids))}) {{ ...IssueFields ...PullFields }}")
    return query.text(" ".join(fragments(schema).values())), query.values


def repositories_of(owner: str, after: str | None) -> tuple[str, dict[str, Any]]:
    text = (
        "query($owner: String!, $after: String) { repositoryOwner(login: $owner) { "
        "repositories(first: 100, after: $after) { "
        "nodes { nameWithOwner } pageInfo { hasNextPage endCursor } } } }"
    )
    return text, {"owner": owner, "after": after}


FOLD = (
    "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) "
    "{ minimizedComment { isMinimized } } }"
)
UNFOLD = "mutation($id: ID!) { unminimizeComment(input: {subjectId: $id}) { unminimizedComment { isMinimized } } }"
