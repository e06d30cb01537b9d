"""Issue links and remote links.

In a request the *inward* issue is the source: type Blocks with inward A and outward B makes "A blocks B"; read
back on A the other is under ``outwardIssue`` (atlassian/atlassian-mcp-server#112). A duplicate is reported as
created, and its comment is added again.
"""

from typing import Any

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.comments import add_comment
from sandbox.jira.errors import Refusal, no_issue
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
        text = f"This issue {phrase} {other.key}"
        item = {"field": "Link", "fieldtype": "jira", "from": None, "fromString": None, "to": other.key}
        state.touch(issue, by, [{**item, "toString": text}], bump=bump)
    return link


def remove_link(state: State, link: Link, by: str) -> None:
    del state.links[link.id]
    for end, other in ((link.source, link.target), (link.target, link.source)):
        issue = state.issues[end]
        issue.links.remove(link.id)
        item = {"field": "Link", "fieldtype": "jira", "from": state.issues[other].key, "to": None, "toString": None}
        state.touch(issue, by, [item])


def types(call: Call) -> Reply:
    return Reply({"issueLinkTypes": [_type(t) for t in call.state.link_types.values()]})


def _type(kind: LinkType) -> Json:
    return {"id": kind.id, "name": kind.name, "inward": kind.inward, "outward": kind.outward}


def create(call: Call) -> Reply:
    body = call.body()
    named: Json = body.get("type") or {}
    kinds = call.state.link_types.values()
    kind = next((t for t in kinds if t.id == str(named.get("id")) or t.name == named.get("name")), None)
    if kind is None:
        raise Refusal(404, f"No issue link type with name '{named.get('name') or named.get('id')}' found.")
    source, target = (_end(call, body.get(name)) for name in ("inwardIssue", "outwardIssue"))
    call.may_write(source)
    add_link(call.state, kind, source, target, call.by)
    comment = (body.get("comment") or {}).get("body")
    if comment:
        add_comment(call.state, source, call.by, comment)
    return Reply(status=201)


def _end(call: Call, named: Any) -> Issue:
    named = named or {}
    issue = call.state.issue(str(named.get("key") or named.get("id") or ""))
    if issue is None or not call.view.sees(issue):
        raise no_issue()
    return issue


def _link(call: Call) -> Link:
    link = call.state.links.get(call.args["link"])
    if link is None or not any(call.view.sees(call.state.issues[i]) for i in (link.source, link.target)):
        raise Refusal(404, f"No issue link with id '{call.args['link']}' exists.")
    return link


def get(call: Call) -> Reply:
    link = _link(call)
    source, target = call.state.issues[link.source], call.state.issues[link.target]
    kind = _type(call.state.link_types[link.type])
    ends = {"inwardIssue": call.view.stub(source), "outwardIssue": call.view.stub(target)}
    return Reply({"id": str(link.id), "type": kind, **ends})


def delete(call: Call) -> Reply:
    remove_link(call.state, _link(call), call.by)
    return Reply(status=204)


def remote_links(call: Call) -> Reply:
    wanted = call.request.args.get("globalId")
    return Reply([r for r in call.issue().remote_links if wanted in (None, r.get("globalId"))])


def put_remote_link(call: Call) -> Reply:
    """An upsert by ``globalId``; what is left out becomes null, and every repetition adds to the history."""
    issue, body = call.issue(), call.body()
    thing = body.get("object") or {}
    if not thing.get("url") or not thing.get("title"):
        raise Refusal(400, errors={"object": "url and title are required"})
    if len(str(body.get("globalId") or "")) > 255:
        raise Refusal(400, errors={"globalId": "globalId takes 255 characters"})
    link = add_remote_link(call.state, issue, body, call.by)
    return Reply({"id": link["id"], "self": call.view.issue(issue, ["id"])["self"] + f"/remotelink/{link['id']}"}, 201)


def add_remote_link(state: State, issue: Issue, body: Json, by: str) -> Json:
    found = next((r for r in issue.remote_links if body.get("globalId") and r["globalId"] == body["globalId"]), None)
    link = {name: body.get(name) for name in ("globalId", "application", "relationship", "object")}
    link["id"] = found["id"] if found else state.next_id()
    if found:
        issue.remote_links.remove(found)
    issue.remote_links.append(link)
    text = f'This issue links to "{(body.get("object") or {}).get("title")}"'
    item = {"field": "RemoteIssueLink", "fieldtype": "jira", "from": None, "to": str(link["id"]), "toString": text}
    state.touch(issue, by, [item])
    return link


ROUTES: tuple[Route, ...] = (
    ("GET", "/issueLinkType", types),
    ("POST", "/issueLink", create),
    ("GET", "/issueLink/<int:link>", get),
    ("DELETE", "/issueLink/<int:link>", delete),
    ("GET", "/issue/<issue>/remotelink", remote_links),
    ("POST", "/issue/<issue>/remotelink", put_remote_link),
)
