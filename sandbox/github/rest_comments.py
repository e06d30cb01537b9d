"""REST: comments of one issue, of the whole repository, and single ones. Who may write may change anyone's."""

from typing import Any

from sandbox.github.comments import create_comment, delete_comment, edit_comment
from sandbox.github.errors import invalid, not_found
from sandbox.github.records import Comment, Repository, User
from sandbox.github.rest_call import Call, Reply, Route, find_issue, numbered_pages
from sandbox.github.rest_shape import shape_comment


def list_of_issue(call: Call, repository: Repository, number: int) -> Reply:
    """Oldest first, always."""
    since = call.time("since")
    rows = [
        c for c in call.state.comments(find_issue(call, repository, number)) if since is None or c.updated_at >= since
    ]
    return _page(call, rows)


def list_of_repository(call: Call, repository: Repository) -> Reply:
    """By creation unless asked; ``direction`` is ignored without ``sort``."""
    since, sort = call.time("since"), call.arg("sort")
    everything = (c for i in call.state.issues(repository) for c in call.state.comments(i))
    rows = [c for c in everything if since is None or c.updated_at >= since]
    rows.sort(key=lambda c: (c.updated_at if sort == "updated" else c.created_at, c.id))
    if sort and call.arg("direction", "desc") == "desc":
        rows.reverse()
    return _page(call, rows)


def _page(call: Call, rows: list[Comment]) -> Reply:
    chosen, links = numbered_pages(call, rows)
    return Reply(data=[shape_comment(call.caller, c) for c in chosen], links=links)


def post(call: Call, repository: Repository, number: int) -> Reply:
    issue = find_issue(call, repository, number)
    actor = call.caller.writes_on(issue)
    body = _text(call.body())
    call.limits.count_creation()
    return Reply(data=shape_comment(call.caller, create_comment(call.state, issue, actor, body)), status=201)


def get(call: Call, repository: Repository, comment_id: int) -> Reply:
    return Reply(data=shape_comment(call.caller, _find(call, repository, comment_id)))


def patch(call: Call, repository: Repository, comment_id: int) -> Reply:
    comment = _find(call, repository, comment_id)
    edit_comment(call.state, comment, _writer(call, comment), _text(call.body()))
    return Reply(data=shape_comment(call.caller, comment))


def delete(call: Call, repository: Repository, comment_id: int) -> Reply:
    comment = _find(call, repository, comment_id)
    delete_comment(call.state, comment, _writer(call, comment))
    return Reply(status=204)


def _writer(call: Call, comment: Comment) -> User:
    return call.caller.writes_on(call.state.tables.issues[comment.issue_id])


def _find(call: Call, repository: Repository, comment_id: int) -> Comment:
    comment = call.state.tables.comments.get(comment_id)
    if comment is None or call.state.tables.issues[comment.issue_id].repository_id != repository.id:
        raise not_found()
    return comment


def _text(body: dict[str, Any]) -> str:
    text = body.get("body")
    if not isinstance(text, str):
        raise invalid("IssueComment", "body", "missing_field")
    return text


ROUTES: list[Route] = [
    ("GET", "/issues/<int:number>/comments", list_of_issue),
    ("POST", "/issues/<int:number>/comments", post),
    ("GET", "/issues/comments", list_of_repository),
    ("GET", "/issues/comments/<int:comment_id>", get),
    ("PATCH", "/issues/comments/<int:comment_id>", patch),
    ("DELETE", "/issues/comments/<int:comment_id>", delete),
]
