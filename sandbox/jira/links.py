"""Issue links and remote links.

In a request the *inward* issue is the source: type Blocks with inward A and outward B makes "A blocks B"; read
back on A the other is under ``outwardIssue`` (atlassian/atlassian-mcp-server#112). A duplicate is reported as
created, and its comment is added again.
"""

from typing import Any

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.comments import add_comment, given_text
from sandbox.jira.errors import Refusal, no_issue
from sandbox.jira.history import link_item, remote_item
from sandbox.jira.records import Issue, Json, Link, LinkType
from sandbox.jira.state import State


def add_link(state: State, kind: LinkType, source: Issue, target: Issue, by: str, *, bump: bool = True) -> Link:
    same = (kind.id, source.id, target.id)
    for link_id in source.links:
        link = state.links[link_id]
        if (link.type, link.source, link.target) == same:
            return link
    link = Link(id=state.next_id(), type=kind.id, source=source.id, target=target.id)
    state.links[link.id] = link
    for issue, other, phrase in ((source, target, kind.outward), (target, source, kind.inward)):
        issue.links.append(link.id)
        state.touch(issue, by, [link_item(phrase, other.key)], bump=bump)
    return link


def remove_link(state: State, link: Link, by: str) -> None:
    del state.links[link.id]
    kind, source, target = state.link_types[link.type], state.issues[link.source], state.issues[link.target]
    for issue, other, phrase in ((source, target, kind.outward), (target, source, kind.inward)):
        issue.links.remove(link.id)
        state.touch(issue, by, [link_item(phrase, other.key, made=False)])


def types(call: Call) -> Reply:
    return Reply({"issueLinkTypes": [_type(t) for t in call.state.link_types.values()]})


def one_type(call: Call) -> Reply:
    kind = call.state.link_types.get(call.args["type"])
    if kind is None:
        raise Refusal(404, f"No issue link type with id '{call.args['type']}' found.")
    return Reply(_type(kind))


def _type(kind: LinkType) -> Json:
    return {"id": kind.id, "name": kind.name, "inward": kind.inward, "outward": kind.outward}


def create(call: Call) -> Reply:
    body = call.body()
    named, comment = _object(body, "type"), _object(body, "comment")
    kinds = call.state.link_types.values()
    kind = next((t for t in kinds if t.id == str(named.get("id")) or t.name == named.get("name")), None)
    if kind is None:
        raise Refusal(404, f"No issue link type with name '{named.get('name') or named.get('id')}' found.")
    source, target = (_end(call, body.get(name)) for name in ("inwardIssue", "outwardIssue"))
    if source is target:
        raise Refusal(400, "You cannot link an issue to itself.")
    call.may_write(source, "link")
    call.may_change(target, "link")
    text = given_text(call, comment.get("body")) if comment else None
    add_link(call.state, kind, source, target, call.by)
    if text:
        add_comment(call.state, source, call.by, text)
    return Reply(status=201)


def _end(call: Call, named: Any) -> Issue:
    named = named if isinstance(named, dict) else {}
    issue = call.state.issue(str(named.get("key") or named.get("id") or ""))
    if issue is None or not call.view.sees(issue):
        raise no_issue()
    return issue


def _link(call: Call) -> Link:
    link = call.state.links.get(call.args["link"])
    if link is None or not all(call.view.sees(call.state.issues[i]) for i in (link.source, link.target)):
        raise Refusal(404, f"No issue link with id '{call.args['link']}' exists.")
    return link


def get(call: Call) -> Reply:
    link = _link(call)
    source, target = call.state.issues[link.source], call.state.issues[link.target]
    kind = _type(call.state.link_types[link.type])
    ends = {"inwardIssue": call.view.stub(source), "outwardIssue": call.view.stub(target)}
    return Reply({"id": str(link.id), "type": kind, **ends})


def delete(call: Call) -> Reply:
    link = _link(call)
    call.may_write(call.state.issues[link.source], "link")
    remove_link(call.state, link, call.by)
    return Reply(status=204)


def remote_links(call: Call) -> Reply:
    wanted = call.request.args.get("globalId")
    issue = call.issue()
    return Reply([_shown(call, issue, r) for r in issue.remote_links if wanted in (None, r.get("globalId"))])


def _shown(call: Call, issue: Issue, link: Json) -> Json:
    return {**link, "self": call.view.issue(issue, ["id"])["self"] + f"/remotelink/{link['id']}"}


def put_remote_link(call: Call) -> Reply:
    """An upsert by ``globalId``; what is left out becomes null, and every repetition adds to the history."""
    issue, body = call.issue(), _remote_body(call)
    call.may_write(issue, "link")
    known = any(body.get("globalId") and r["globalId"] == body["globalId"] for r in issue.remote_links)
    link = add_remote_link(call.state, issue, body, call.by)
    where = _shown(call, issue, link)["self"]
    return Reply({"id": link["id"], "self": where}, 200 if known else 201)


def _remote_body(call: Call) -> Json:
    body = call.body()
    thing, named = _object(body, "object"), body.get("globalId") or ""
    if not all(isinstance(thing.get(name), str) and thing[name] for name in ("url", "title")):
        raise Refusal(400, errors={"object": "url and title are required"})
    if not isinstance(named, str) or len(named) > 255:
        raise Refusal(400, errors={"globalId": "globalId takes 255 characters"})
    return body


def remote_link(call: Call) -> Reply:
    return Reply(_shown(call, *_remote(call)))


def edit_remote_link(call: Call) -> Reply:
    """What is left out becomes null here too (pchuri/jira-cli#24)."""
    issue, link = _remote(call)
    call.may_write(issue, "link")
    link.update(_remote_fields(_remote_body(call)))
    call.state.touch(issue, call.by, [remote_item(link)])
    return Reply(status=204)


def delete_remote_link(call: Call) -> Reply:
    issue, link = _remote(call)
    call.may_write(issue, "link")
    issue.remote_links.remove(link)
    call.state.touch(issue, call.by, [remote_item(link, made=False)])
    return Reply(status=204)


def _remote(call: Call) -> tuple[Issue, Json]:
    issue = call.issue()
    found = next((r for r in issue.remote_links if r["id"] == call.args["link"]), None)
    if found is None:
        raise Refusal(404, f"No remote link with id '{call.args['link']}' exists on this issue.")
    return issue, found


def _remote_fields(body: Json) -> Json:
    return {name: body.get(name) for name in ("globalId", "application", "relationship", "object")}


def _object(body: Json, name: str) -> Json:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return value


def add_remote_link(state: State, issue: Issue, body: Json, by: str, *, bump: bool = True) -> Json:
    found = next((r for r in issue.remote_links if body.get("globalId") and r["globalId"] == body["globalId"]), None)
    link = _remote_fields(body)
    link["id"] = found["id"] if found else state.next_id()
    if found:
        issue.remote_links.remove(found)
    issue.remote_links.append(link)
    state.touch(issue, by, [remote_item(link)], bump=bump)
    return link


ROUTES: tuple[Route, ...] = (
    ("GET", "/issueLinkType", types),
    ("POST", "/issueLink", create),
    ("GET", "/issueLink/<int:link>", get),
    ("DELETE", "/issueLink/<int:link>", delete),
    ("GET", "/issueLinkType/<type>", one_type),
    ("GET", "/issue/<issue>/remotelink", remote_links),
    ("GET", "/issue/<issue>/remotelink/<int:link>", remote_link),
    ("PUT", "/issue/<issue>/remotelink/<int:link>", edit_remote_link),
    ("DELETE", "/issue/<issue>/remotelink/<int:link>", delete_remote_link),
    ("POST", "/issue/<issue>/remotelink", put_remote_link),
)
