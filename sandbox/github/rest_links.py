"""REST: dependencies, sub-issues and parents (https://docs.github.com/en/rest/issues/issue-dependencies)."""

from collections.abc import Iterable

from sandbox.github.errors import invalid, not_found
from sandbox.github.links import block, remove_parent, set_parent, unblock
from sandbox.github.records import Issue, Repository
from sandbox.github.rest_call import Call, Reply, Route, find_issue, numbered_pages
from sandbox.github.rest_issue_shape import shape_issue, shape_row


def blocked_by(call: Call, repository: Repository, number: int) -> Reply:
    _need_dependencies(call)
    return _list(call, find_issue(call, repository, number).blocked_by_ids)


def blocking(call: Call, repository: Repository, number: int) -> Reply:
    _need_dependencies(call)
    return _list(call, find_issue(call, repository, number).blocking_ids)


def add_blocker(call: Call, repository: Repository, number: int) -> Reply:
    """Takes the blocker's database id; its number is a 422 or another issue altogether."""
    _need_dependencies(call)
    issue = find_issue(call, repository, number)
    actor = call.caller.writes_on(issue)
    blocker = _named(call, "issue_id")
    call.limits.count_creation()
    block(call.state, issue, blocker, actor)
    return Reply(data=shape_issue(call.caller, issue), status=201)


def remove_blocker(call: Call, repository: Repository, number: int, issue_id: int) -> Reply:
    _need_dependencies(call)
    issue = find_issue(call, repository, number)
    actor = call.caller.writes_on(issue)
    blocker = call.state.tables.issues.get(issue_id)
    if blocker is None:
        raise not_found()
    unblock(call.state, issue, blocker, actor)
    return Reply(data=shape_issue(call.caller, issue))


def sub_issues(call: Call, repository: Repository, number: int) -> Reply:
    _need_sub_issues(call)
    return _list(call, find_issue(call, repository, number).sub_issue_ids)


def add_sub_issue(call: Call, repository: Repository, number: int) -> Reply:
    _need_sub_issues(call)
    issue = find_issue(call, repository, number)
    actor = call.caller.writes_on(issue)
    child = _named(call, "sub_issue_id")
    call.limits.count_creation()
    set_parent(call.state, child, issue, actor, replace_parent=bool(call.body().get("replace_parent")))
    return Reply(data=shape_issue(call.caller, issue), status=201)


def remove_sub_issue(call: Call, repository: Repository, number: int) -> Reply:
    _need_sub_issues(call)
    issue = find_issue(call, repository, number)
    actor = call.caller.writes_on(issue)
    child = _named(call, "sub_issue_id")
    if child.parent_id != issue.id:
        raise not_found()
    remove_parent(call.state, child, actor)
    return Reply(data=shape_issue(call.caller, issue))


def parent(call: Call, repository: Repository, number: int) -> Reply:
    """404 for a root is an answer, not an error."""
    _need_sub_issues(call)
    issue = find_issue(call, repository, number)
    found = call.state.tables.issues.get(issue.parent_id or 0)
    if found is None or not call.caller.may_read(call.state.home(found)):
        raise not_found("No parent issue found")
    return Reply(data=shape_issue(call.caller, found))


def _list(call: Call, ids: Iterable[int]) -> Reply:
    """Newest link first, unlike GraphQL; ends that the caller cannot read are left out."""
    issues = [call.state.tables.issues[i] for i in ids]
    seen = [i for i in issues if call.caller.may_read(call.state.home(i))]
    chosen, links = numbered_pages(call, seen[::-1])
    return Reply(data=[shape_row(call.caller, i) for i in chosen], links=links)


def _named(call: Call, field: str) -> Issue:
    wanted = call.body().get(field)
    if not isinstance(wanted, int) or isinstance(wanted, bool):
        raise invalid("Issue", field, "missing_field")
    issue = call.state.tables.issues.get(wanted)
    if issue is None or not call.caller.may_read(call.state.home(issue)):
        raise not_found()
    return issue


def _need_dependencies(call: Call) -> None:
    if call.state.tables.options.no_dependencies_api or call.state.tables.options.older_rest:
        raise not_found()


def _need_sub_issues(call: Call) -> None:
    if call.state.tables.options.enterprise is not None:
        raise not_found()


ROUTES: list[Route] = [
    ("GET", "/issues/<int:number>/dependencies/blocked_by", blocked_by),
    ("POST", "/issues/<int:number>/dependencies/blocked_by", add_blocker),
    ("DELETE", "/issues/<int:number>/dependencies/blocked_by/<int:issue_id>", remove_blocker),
    ("GET", "/issues/<int:number>/dependencies/blocking", blocking),
    ("GET", "/issues/<int:number>/sub_issues", sub_issues),
    ("POST", "/issues/<int:number>/sub_issues", add_sub_issue),
    ("DELETE", "/issues/<int:number>/sub_issue", remove_sub_issue),
    ("GET", "/issues/<int:number>/parent", parent),
]
