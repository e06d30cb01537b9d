"""Resolvers of the query itself and of a repository's lists."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any

from sandbox.github.access import ISSUES, PULLS
from sandbox.github.errors import Refusal, not_found
from sandbox.github.graphql_ask import Ask, Connection, connect, moment
from sandbox.github.graphql_objects import REPOSITORY_PAGE
from sandbox.github.graphql_scalars import int32
from sandbox.github.project_records import Project, ProjectField, ProjectItem
from sandbox.github.records import Comment, Event, Issue, Label, Milestone, Repository, User
from sandbox.github.state import Node

Args = Mapping[str, Any]
Resolver = Callable[[Any, Ask, Args], Any]
Test = Callable[[Issue], bool]


def _repository(_root: Any, ask: Ask, args: Args) -> Repository:
    name = f"{args['owner']}/{args['name']}"
    found = ask.state.repository(name)
    if found is None and args.get("followRenames", True):
        found = ask.state.former(name)
    if found is None or not ask.caller.may_read(found):
        raise not_found(f"Could not resolve to a Repository with the name '{name}'.")
    return found


def find_node(ask: Ask, node_id: str) -> Node:
    """Raises NOT_FOUND for ids never given, of things gone or transferred, and of what may not be seen."""
    found = ask.state.nodes.get(node_id)
    home = _home(ask, found) if found else None
    unseen = home is not None and not ask.caller.may_read(home)
    if found is None or unseen or not _reads_board(ask, found):
        raise not_found(f"Could not resolve to a node with the global id of '{node_id}'")
    return found


def _reads_board(ask: Ask, node: Node) -> bool:
    match node:
        case Project():
            return ask.caller.reads_projects(node)
        case ProjectItem() | ProjectField():
            return ask.caller.reads_projects(ask.state.tables.projects[node.project_id])
        case _:
            return True


def _home(ask: Ask, node: Node) -> Repository | None:
    match node:
        case Repository():
            return node
        case Label() | Milestone():
            return ask.state.tables.repositories[node.repository_id]
        case Issue():
            return ask.state.home(node)
        case Comment() | Event():
            return ask.state.home(ask.state.tables.issues[node.issue_id])
        case _:
            return None


def _nodes(_root: Any, ask: Ask, args: Args) -> list[Node | Refusal]:
    """Each missing id is a null and an error of its own."""
    if len(args["ids"]) > 100:
        raise Refusal(422, "You may not provide more than 100 node ids", kind="ARGUMENT_LIMIT")
    return [_or_refusal(ask, i) for i in args["ids"]]


def _or_refusal(ask: Ask, node_id: str) -> Node | Refusal:
    try:
        return find_node(ask, node_id)
    except Refusal as refusal:
        return refusal


def _account(_root: Any, ask: Ask, args: Args, *, kind: str) -> User:
    found = ask.state.user(args["login"])
    if found is None or (kind != "RepositoryOwner" and found.kind != kind):
        word = "an Organization" if kind == "Organization" else f"a {kind}"
        raise not_found(f"Could not resolve to {word} with the login of '{args['login']}'.")
    return found


class _RateLimit:
    def __init__(self, ask: Ask) -> None:
        self.cost, self.node_count = ask.cost, ask.nodes
        self.limit, self.remaining = ask.limits.limit, ask.limits.remaining
        self.reset_at, self.used = ask.limits.resets_at, ask.limits.quota.used


def _one(repository: Repository, ask: Ask, number: int, *, pull: bool | None) -> Issue:
    found = ask.state.issue(repository, number)
    if found is not None:
        _need_part(ask, repository, PULLS if found.pull else ISSUES)
    if found is None or (pull is not None and (found.pull is not None) != pull):
        word = {None: "an issue or pull request", True: "a PullRequest", False: "an Issue"}[pull]
        raise not_found(f"Could not resolve to {word} with the number of {number}.")
    return found


def _need_part(ask: Ask, repository: Repository, name: str) -> None:
    if not ask.caller.may_read_part(repository, name):
        raise ask.caller.refused("read", name)


def _issues(repository: Repository, ask: Ask, args: Args) -> Connection[Issue]:
    _need_part(ask, repository, ISSUES)
    filters = args.get("filterBy") or {}
    if "assignee" in filters and filters["assignee"] is None:
        filters = {k: v for k, v in filters.items() if k != "assignee"}
    states = set(args.get("states") or ()) | set(filters.get("states") or ())
    tests = [*_tests(ask, filters), *_label_test(ask, args.get("labels"))]
    rows = [i for i in ask.state.issues(repository) if i.pull is None and (not states or i.state.upper() in states)]
    for test in tests:
        rows = [i for i in rows if test(i)]
    return _ordered(rows, ask, args)


def _tests(ask: Ask, filters: Args) -> list[Test]:
    tests = _label_test(ask, filters.get("labels"))
    if filters.get("since"):
        since = moment(filters["since"])
        tests.append(lambda i: i.updated_at >= since)
    if filters.get("createdBy"):
        author = ask.state.user(filters["createdBy"])
        tests.append(lambda i: author is not None and i.author_id == author.id)
    if filters.get("assignee"):
        assignee = ask.state.user(filters["assignee"])
        tests.append(lambda i: assignee is not None and assignee.id in i.assignee_ids)
    if filters.get("mentioned"):
        mention = f"@{filters['mentioned']}".lower()
        tests.append(lambda i: mention in (i.body or "").lower())
    number = filters.get("milestoneNumber") or filters.get("milestone")
    if number:
        tests.append(lambda i: _in_milestone(ask, i, str(number)))
    return tests


def _in_milestone(ask: Ask, issue: Issue, wanted: str) -> bool:
    """By number or title; ``*`` is any."""
    found = ask.state.tables.milestones.get(issue.milestone_id or 0)
    return found is not None and wanted in ("*", str(found.number), found.title)


def _label_test(ask: Ask, names: list[str] | None) -> list[Test]:
    """Any of the labels is enough here, unlike in REST."""
    if not names:
        return []
    wanted = {name.lower() for name in names}
    return [lambda i: any(label.name.lower() in wanted for label in ask.state.labels(i))]


def _pulls(repository: Repository, ask: Ask, args: Args) -> Connection[Issue]:
    _need_part(ask, repository, PULLS)
    states, head, base = args.get("states"), args.get("headRefName"), args.get("baseRefName")
    tests = _label_test(ask, args.get("labels"))
    rows = [
        i
        for i in ask.state.issues(repository)
        if i.pull
        and (not states or _pull_state(i) in states)
        and head in (None, i.pull.head_ref)
        and base in (None, i.pull.base_ref)
        and all(test(i) for test in tests)
    ]
    return _ordered(rows, ask, args)


def _pull_state(issue: Issue) -> str:
    return "MERGED" if issue.pull and issue.pull.merged_at else issue.state.upper()


def _ordered(rows: list[Issue], ask: Ask, args: Args) -> Connection[Issue]:
    order = args.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
    keys: dict[str, Callable[[Issue], tuple[Any, int]]] = {
        "CREATED_AT": attrgetter("created_at", "id"),
        "UPDATED_AT": attrgetter("updated_at", "id"),
        "COMMENTS": lambda i: (ask.state.comment_count(i), i.id),
    }
    key, descending = keys[order["field"]], order["direction"] == "DESC"
    rows.sort(key=key, reverse=descending)
    return connect(rows, args, key, descending=descending)


def _milestones(repository: Repository, ask: Ask, args: Args) -> Connection[Milestone]:
    states = args.get("states")
    rows = [m for m in ask.state.milestones(repository) if not states or m.state.upper() in states]
    return connect(sorted(rows, key=lambda m: m.number), args, lambda m: (m.number, m.id))


def _labels(repository: Repository, ask: Ask, args: Args) -> Connection[Label]:
    wanted = (args.get("query") or "").lower()
    rows = [x for x in ask.state.tables.labels.values() if x.repository_id == repository.id]
    return connect([x for x in rows if wanted in x.name.lower()], args)


def _role(repository: Repository, ask: Ask, _: Args) -> str | None:
    """Of the account; an app's has none."""
    role = ask.caller.permission(repository)
    return None if role == "none" or ask.caller.installation else role.upper()


ROOTS: dict[str, dict[str, Resolver]] = {
    "Query": {
        "node": lambda _r, a, g: find_node(a, g["id"]),
        "nodes": _nodes,
        "organization": lambda r, a, g: _account(r, a, g, kind="Organization"),
        "rateLimit": lambda _r, a, _: _RateLimit(a) if a.limits.told else None,
        "repository": _repository,
        "repositoryOwner": lambda r, a, g: _account(r, a, g, kind="RepositoryOwner"),
        "user": lambda r, a, g: _account(r, a, g, kind="User"),
        "viewer": lambda _r, a, _: a.caller.known(),
    },
    "Repository": {
        "databaseId": lambda r, _a, _: int32(r.id),
        "hasIssuesEnabled": lambda r, _a, _: r.has_issues,
        "id": lambda r, _a, _: r.node_id,
        "isArchived": lambda r, _a, _: r.archived,
        "isDisabled": lambda _r, _a, _: False,
        "isFork": lambda _r, _a, _: False,
        "isLocked": lambda _r, _a, _: False,
        "isPrivate": lambda r, _a, _: r.visibility != "public",
        "issue": lambda r, a, g: _one(r, a, g["number"], pull=False),
        "issueOrPullRequest": lambda r, a, g: _one(r, a, g["number"], pull=None),
        "issues": _issues,
        "label": lambda r, a, g: a.state.label(r, g["name"]),
        "labels": _labels,
        "milestone": lambda r, a, g: a.state.milestone(r, g["number"]),
        "milestones": _milestones,
        "nameWithOwner": lambda r, a, _: a.state.full_name(r),
        "owner": lambda r, a, _: a.state.tables.users[r.owner_id],
        "pullRequest": lambda r, a, g: _one(r, a, g["number"], pull=True),
        "pullRequests": _pulls,
        "pushedAt": lambda r, _a, _: r.updated_at,
        "viewerCanAdminister": lambda r, a, _: a.caller.has_role(r, "admin"),
        "viewerPermission": _role,
        "visibility": lambda r, _a, _: r.visibility.upper(),
        **REPOSITORY_PAGE,
    },
}
