"""Comments and their properties. https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/"""

import json
import re
from typing import Any, Literal

from sandbox.base import Notice
from sandbox.jira import adf
from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.errors import Refusal, no_issue
from sandbox.jira.records import Comment, Issue, Json
from sandbox.jira.state import State

SERVER_PAGE = 1_048_576
"""Data Center lists all comments unless it is asked for fewer."""
_MENTION = re.compile(r"(?<!\\)\[~([^\]]+)\]")
ROLES = ("Administrators", "Developers", "Member", "Service Desk Team", "Viewer")


def add_comment(
    state: State, issue: Issue, by: str, body: Json | str | None, *, at: str = "", visibility: Json | None = None
) -> Comment:
    """``at``: an ISO moment in the past; empty: now, which bumps the issue."""
    moment = at or state.now()
    comment = Comment(
        id=state.next_id(),
        issue=issue.id,
        author=by,
        update_author=by,
        created=moment,
        updated=moment,
        body=body,
        visibility=visibility,
    )
    state.comments[comment.id] = comment
    issue.comments.append(comment.id)
    state.touch(issue, by, bump=not at)
    return comment


def edit_comment(state: State, comment: Comment, by: str, body: Json | str) -> None:
    comment.body, comment.update_author, comment.updated = body, by, state.now()
    state.touch(state.issues[comment.issue], by)


def delete_comment(state: State, comment: Comment, by: str) -> None:
    issue = state.issues[comment.issue]
    del state.comments[comment.id]
    issue.comments.remove(comment.id)
    state.touch(issue, by)


def listed(call: Call) -> Reply:
    issue = call.issue()
    most = SERVER_PAGE if call.state.server else 100
    start, size = call.number("startAt", 0, 10**9), call.number("maxResults", most, most)
    order = call.request.args.get("orderBy", "created")
    if order.lstrip("+-") != "created":
        raise Refusal(400, f"orderBy: '{order}' is not supported")
    seen = [c for c in map(call.state.comments.__getitem__, issue.comments) if call.view.reads(c)]
    if order.startswith("-"):
        seen.reverse()
    page = [call.view.comment(c) for c in seen[start : start + size]]
    return Reply({"startAt": start, "maxResults": size, "total": len(seen), "comments": page})


def by_ids(call: Call) -> Reply:
    """The only way to read comment properties in bulk."""
    ids = call.body().get("ids")
    if not isinstance(ids, list) or not 0 < len(ids) <= 1000 or not all(type(i) is int for i in ids):
        raise Refusal(400, "ids must hold between 1 and 1000 whole numbers.")
    expand = call.request.args.get("expand", "")
    values = [
        call.view.comment(c, properties="properties" in expand)
        for i in ids
        if (c := call.state.comments.get(i)) is not None
        and call.view.sees(call.state.issues[c.issue])
        and call.view.reads(c)
    ]
    return Reply({"values": values, "startAt": 0, "maxResults": 1000, "total": len(values), "isLast": True})


def create(call: Call) -> Reply:
    issue = call.issue()
    call.may_write(issue, "comment on")
    most = call.state.options.most_comments
    if most and len(issue.comments) >= most:
        raise Refusal(413, f"The issue has reached its limit of {most} comments.")
    body = call.body()
    text, visibility, properties = given_text(call, body.get("body")), _visibility(body), given_properties(body)
    comment = add_comment(call.state, issue, call.by, text, visibility=visibility)
    comment.properties.update(properties)
    call.state.notices.append(_notice(call, comment, "created"))
    return Reply(call.view.comment(comment), 201)


def get(call: Call) -> Reply:
    return Reply(call.view.comment(_comment(call)))


def update(call: Call) -> Reply:
    comment = _own(call, "edit")
    if call.request.args.get("notifyUsers") not in (None, "true", "false"):
        raise Refusal(400, "notifyUsers must be true or false")
    body = call.body()
    text, visibility, properties = given_text(call, body.get("body")), _visibility(body), given_properties(body)
    edit_comment(call.state, comment, call.by, text)
    comment.visibility = visibility or comment.visibility
    comment.properties.update(properties)
    if call.state.server or call.request.args.get("notifyUsers") != "false":
        call.state.notices.append(_notice(call, comment, "edited"))
    return Reply(call.view.comment(comment))


def _notice(call: Call, comment: Comment, how: Literal["created", "edited"]) -> Notice:
    key, body = call.state.issues[comment.issue].key, comment.body
    who = _MENTION.findall(body) if isinstance(body, str) else adf.mentions(body)
    return Notice(issue=key, comment=str(comment.id), by=call.by, how=how, who=tuple(who))


def delete(call: Call) -> Reply:
    delete_comment(call.state, _own(call, "delete"), call.by)
    return Reply(status=204)


def property_keys(call: Call) -> Reply:
    return Reply({"keys": [{"key": key} for key in _comment(call).properties]})


def get_property(call: Call) -> Reply:
    comment, key = _comment(call), call.args["key"]
    if key not in comment.properties:
        raise Refusal(404, f"The property {key} does not exist.")
    return Reply({"key": key, "value": comment.properties[key]})


def put_property(call: Call) -> Reply:
    comment, key = _own(call, "edit"), call.args["key"]
    new = key not in comment.properties
    comment.properties[key] = property_value(call, key)
    return Reply(status=201 if new else 200)


def delete_property(call: Call) -> Reply:
    if _own(call, "edit").properties.pop(call.args["key"], None) is None:
        raise Refusal(404, f"The property {call.args['key']} does not exist.")
    return Reply(status=204)


def property_value(call: Call, key: str) -> Any:
    text = call.request.get_data().decode("utf-8", "replace")
    _check_property(key, text)
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal(400, "The property value is not valid JSON.") from None


def _check_property(key: str, value: str) -> None:
    if not 0 < len(key) <= 255 or not 0 < len(value) <= 32_768:
        raise Refusal(400, "The property key takes 255 characters and its value 32768.")


def given_properties(body: Json) -> dict[str, Any]:
    given = body.get("properties") or []
    if not isinstance(given, list) or not all(isinstance(p, dict) and isinstance(p.get("key"), str) for p in given):
        raise Refusal(400, "properties must be a list of objects with key and value.")
    for entry in given:
        _check_property(entry["key"], json.dumps(entry.get("value")))
    return {p["key"]: p.get("value") for p in given}


def _visibility(body: Json) -> Json | None:
    """For a role or a group. https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/"""
    given = body.get("visibility")
    if given is None:
        return None
    if not isinstance(given, dict) or given.get("type") not in ("role", "group"):
        raise Refusal(400, errors={"commentLevel": "visibility must have the type role or group."})
    named = {k: given[k] for k in ("type", "value", "identifier") if given.get(k)}
    if len(named) < 2 or not all(isinstance(v, str) for v in named.values()):
        raise Refusal(400, errors={"commentLevel": "visibility must name the role or group."})
    if given["type"] == "role" and named.get("value", ROLES[0]) not in ROLES:
        raise Refusal(400, errors={"commentLevel": f"Role '{named['value']}' does not exist in this project."})
    return named


def given_text(call: Call, body: object) -> Json | str:
    """A comment's body as it is kept. Raises Refusal(400) as Jira words it."""
    if call.view.version == "2":
        if not isinstance(body, str) or not body.strip():
            raise Refusal(400, errors={"comment": "Comment body can not be empty!"})
        most = call.state.options.longest_text or adf.LONGEST
        if call.state.server and len(body) > most:
            words = f"The entered text is too long. It exceeds the allowed limit of {most:,} characters."
            raise Refusal(400, errors={"comment": words})
        if call.state.server:
            return body
        body = adf.from_plain(body)
    problem = adf.problem(body, call.state.options.longest_text or adf.LONGEST)
    if problem:
        raise Refusal(400, errors={"comment": problem})
    if not adf.to_plain(body):
        raise Refusal(400, errors={"comment": "Comment body can not be empty!"})
    return dict(body)  # type: ignore[call-overload, no-any-return]  # problem() found it to be a document


def _comment(call: Call) -> Comment:
    """By its id, and when the path names an issue, on that issue."""
    found = call.state.comments.get(int(call.args["comment"]))
    if found is not None and call.view.sees(call.state.issues[found.issue]) and call.view.reads(found):
        if "issue" not in call.args or call.issue().id == found.issue:
            return found
    elif "issue" in call.args:
        call.issue()
    raise Refusal(404, f"Can not find a comment for the id: {call.args['comment']}.")


def _own(call: Call, what: str) -> Comment:
    comment = _comment(call)
    issue = call.state.issues.get(comment.issue)
    if issue is None:
        raise no_issue()
    call.may_write(issue, f"{what} your comments on")
    if comment.author != call.by and not call.view.account.admin:
        raise Refusal(400, f"You do not have permission to {what} comment with id: {comment.id}")
    return comment


ROUTES: tuple[Route, ...] = (
    ("GET", "/issue/<issue>/comment", listed),
    ("POST", "/issue/<issue>/comment", create),
    ("GET", "/issue/<issue>/comment/<int:comment>", get),
    ("PUT", "/issue/<issue>/comment/<int:comment>", update),
    ("DELETE", "/issue/<issue>/comment/<int:comment>", delete),
    ("POST", "/comment/list", by_ids),
    ("GET", "/comment/<int:comment>/properties", property_keys),
    ("GET", "/comment/<int:comment>/properties/<key>", get_property),
    ("PUT", "/comment/<int:comment>/properties/<key>", put_property),
    ("DELETE", "/comment/<int:comment>/properties/<key>", delete_property),
)
