"""REST: the issue list, one issue, creating and patching it, locking, pull requests."""

from collections.abc import Callable
from datetime import UTC, datetime
from operator import attrgetter
from typing import Any

from sandbox.github.errors import invalid, not_found
from sandbox.github.issues import (
    add_labels,
    close_issue,
    create_issue,
    edit_issue,
    lock_issue,
    remove_label,
    reopen_issue,
    set_assignees,
    set_milestone,
)
from sandbox.github.records import Issue, Repository, User
from sandbox.github.repositories import ensure_label, ensure_user
from sandbox.github.rest_call import Call, Reply, Route, cursor_pages, find_issue, numbered_pages
from sandbox.github.rest_issue_shape import shape_issue, shape_pull, shape_row
from sandbox.github.state import State

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Key = Callable[[Issue], tuple[Any, int]]
Test = Callable[[Issue], bool]


def list_issues(call: Call, repository: Repository) -> Reply:
    """Pull requests are in it. ``since`` is inclusive; that of 1970 finds nothing, as on github.com."""
    key, descending = _order(call)
    tests = _tests(call)
    rows = call.state.issues(repository)
    for test in tests:
        rows = [i for i in rows if test(i)]
    rows.sort(key=key, reverse=descending)
    base = f"/repositories/{repository.id}/issues"
    chosen, links = cursor_pages(call, rows, key, base=base, descending=descending)
    known: dict[int, dict[str, Any]] = {}
    return Reply(data=[shape_row(call.caller, i, milestones=known) for i in chosen], links=links)


def _order(call: Call) -> tuple[Key, bool]:
    state = call.state
    keys: dict[str, Key] = {
        "created": attrgetter("created_at", "id"),
        "updated": attrgetter("updated_at", "id"),
        "comments": lambda i: (state.comment_count(i), i.id),
    }
    return keys.get(call.arg("sort"), keys["created"]), call.arg("direction", "desc") != "asc"


def _tests(call: Call) -> list[Test]:
    """What an issue must pass, made once for the whole list."""
    state, since = call.arg("state", "open"), call.time("since")
    tests: list[Test] = [*_label_tests(call), *_people_tests(call)]
    if state != "all":
        tests.append(lambda i: i.state == state)
    if since is not None:
        tests.append(lambda i: since > _EPOCH and i.updated_at >= since)
    return tests


def _label_tests(call: Call) -> list[Test]:
    tests: list[Test] = []
    wanted = {name.strip().lower() for name in call.arg("labels").split(",") if name.strip()}
    if wanted:
        tests.append(lambda i: wanted <= {label.name.lower() for label in call.state.labels(i)})
    milestone = call.arg("milestone")
    if milestone in ("*", "none"):
        tests.append(lambda i: (i.milestone_id is None) == (milestone == "none"))
    elif milestone:
        milestones = call.state.tables.milestones
        tests.append(lambda i: i.milestone_id is not None and str(milestones[i.milestone_id].number) == milestone)
    return tests


def _people_tests(call: Call) -> list[Test]:
    assignee, creator, mentioned = (call.arg(name).lower() for name in ("assignee", "creator", "mentioned"))
    tests: list[Test] = []
    if assignee in ("*", "none"):
        tests.append(lambda i: bool(i.assignee_ids) == (assignee == "*"))
    elif assignee:
        person = call.state.user(assignee)
        tests.append(lambda i: person is not None and person.id in i.assignee_ids)
    if creator:
        author = call.state.user(creator)
        tests.append(lambda i: author is not None and i.author_id == author.id)
    if mentioned:
        tests.append(lambda i: f"@{mentioned}" in (i.body or "").lower())
    return tests


def get_issue(call: Call, repository: Repository, number: int) -> Reply:
    return Reply(data=shape_issue(call.caller, find_issue(call, repository, number)))


def post_issue(call: Call, repository: Repository) -> Reply:
    """Labels, milestone and assignees of someone without write access are silently dropped."""
    actor, body = call.caller.known(), call.body()
    if not isinstance(body.get("title"), str):
        raise invalid("Issue", "title", "missing_field")
    call.caller.writer(repository)
    call.limits.count_creation()
    issue = create_issue(call.state, repository, actor, title=body["title"], body=body.get("body"))
    _set_people_and_labels(call.state, issue, actor, body)
    return Reply(data=shape_issue(call.caller, issue), status=201)


def patch_issue(call: Call, repository: Repository, number: int) -> Reply:
    """``labels`` and ``assignees`` replace the whole set."""
    issue, body = find_issue(call, repository, number), call.body()
    actor = call.caller.writer(repository)
    if "title" in body or "body" in body:
        edit_issue(call.state, issue, actor, title=body.get("title"), body=body.get("body"))
    if body.get("state") == "closed":
        close_issue(call.state, issue, actor, reason=body.get("state_reason"))
    elif body.get("state") == "open":
        reopen_issue(call.state, issue, actor)
    elif "state" in body:
        raise invalid("Issue", "state", "invalid")
    _set_people_and_labels(call.state, issue, actor, body)
    return Reply(data=shape_issue(call.caller, issue))


def _set_people_and_labels(state: State, issue: Issue, actor: User, body: dict[str, Any]) -> None:
    if "labels" in body:
        replace_labels(state, issue, actor, body["labels"] or [])
    if "assignees" in body:
        set_assignees(state, issue, actor, [ensure_user(state, login) for login in body["assignees"] or []])
    if "milestone" in body:
        number = body["milestone"]
        milestone = None if number is None else state.milestone(state.home(issue), number)
        if number is not None and milestone is None:
            raise invalid("Issue", "milestone", "invalid")
        set_milestone(state, issue, actor, milestone.id if milestone else None)


def label_names(wanted: object) -> list[str]:
    """Names from a list of names or of objects with a name; raises 422 for anything else."""
    if not isinstance(wanted, list):
        raise invalid("Label", "name", "invalid")
    names = [entry.get("name") if isinstance(entry, dict) else entry for entry in wanted]
    if not all(isinstance(name, str) for name in names):
        raise invalid("Label", "name", "invalid")
    return [str(name) for name in names]


def replace_labels(state: State, issue: Issue, actor: User, wanted: object) -> None:
    names = label_names(wanted)
    keep = {ensure_label(state, state.home(issue), name).id for name in names}
    for label in state.labels(issue):
        if label.id not in keep:
            remove_label(state, issue, actor, label)
    add_labels(state, issue, actor, names)


def put_lock(call: Call, repository: Repository, number: int) -> Reply:
    issue = find_issue(call, repository, number)
    lock_issue(call.state, issue, call.caller.writes_on(issue), reason=call.body().get("lock_reason"))
    return Reply(status=204)


def delete_lock(call: Call, repository: Repository, number: int) -> Reply:
    issue = find_issue(call, repository, number)
    lock_issue(call.state, issue, call.caller.writes_on(issue), locked=False)
    return Reply(status=204)


def list_pulls(call: Call, repository: Repository) -> Reply:
    state, sort = call.arg("state", "open"), call.arg("sort", "created")
    newest_first = call.arg("direction", "desc" if sort == "created" else "asc") != "asc"
    rows = [i for i in call.state.issues(repository) if i.pull and state in ("all", i.state)]
    rows.sort(key=lambda i: (i.updated_at if sort == "updated" else i.created_at, i.id), reverse=newest_first)
    chosen, links = numbered_pages(call, rows)
    return Reply(data=[shape_pull(call.caller, i) for i in chosen], links=links)


def get_pull(call: Call, repository: Repository, number: int) -> Reply:
    issue = call.state.issue_here(repository, number)
    if issue.pull is None:
        raise not_found()
    return Reply(data=shape_pull(call.caller, issue, alone=True))


ROUTES: list[Route] = [
    ("GET", "/issues", list_issues),
    ("POST", "/issues", post_issue),
    ("GET", "/issues/<int:number>", get_issue),
    ("PATCH", "/issues/<int:number>", patch_issue),
    ("PUT", "/issues/<int:number>/lock", put_lock),
    ("DELETE", "/issues/<int:number>/lock", delete_lock),
    ("GET", "/pulls", list_pulls),
    ("GET", "/pulls/<int:number>", get_pull),
]
