"""Single issues over REST: read, create, edit, move through the workflow; properties and history."""

from typing import Any

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.comments import given_properties, property_value
from sandbox.jira.edits import change, create_issue, delete_issue, set_parent, transition
from sandbox.jira.errors import Refusal
from sandbox.jira.fields import taken
from sandbox.jira.records import Issue, Json
from sandbox.jira.state import STATUSES

DIRECT_COMMENTS = 100
"""Comments that a direct read of one issue embeds."""
LISTS = ("labels", "components", "fixVersions", "versions")
"""Fields that one may add to and remove from."""


def get(call: Call) -> Reply:
    fields = call.texts("fields") or ["*all"]
    row = call.view.issue(
        call.issue(), fields, expand=call.request.args.get("expand", ""), properties=call.texts("properties")
    )
    if "comment" in row.get("fields", {}) and not call.state.server:
        issue = call.issue()
        seen = [c for c in map(call.state.comments.__getitem__, issue.comments) if call.view.reads(c)]
        shown = [call.view.comment(c) for c in seen[:DIRECT_COMMENTS]]
        row["fields"]["comment"] = {"comments": shown, "maxResults": len(shown), "total": len(seen), "startAt": 0}
    return Reply(row)


def create(call: Call) -> Reply:
    fields = _object(call.body(), "fields")
    named = fields.pop("project", None)
    name = named.get("key") or named.get("id") if isinstance(named, dict) else None
    project = call.state.project(str(name or ""))
    if project is None or project.status != "live" or not call.view.browses(project):
        raise Refusal(400, errors={"project": "valid project is required"})
    if not call.view.account.may("CREATE_ISSUES", project.key):
        raise Refusal(403, "You do not have permission to create issues in this project.")
    kept = taken(call.view, project, {"summary": "", **fields})
    parent = kept.pop("parent", None)
    issue = create_issue(call.state, project, call.by, kept)
    issue.parent = parent
    return Reply({"id": str(issue.id), "key": issue.key, "self": call.view.issue(issue, ["id"])["self"]}, 201)


def edit(call: Call) -> Reply:
    """Fields, operations on lists, and properties, in one request."""
    issue = call.issue()
    call.may_write(issue, "edit")
    body = call.body()
    fields, properties = _object(body, "fields"), given_properties(body)
    project = call.state.projects[issue.project]
    kept = taken(call.view, project, fields)
    for name, operations in _object(body, "update").items():
        if name == "labels" and call.state.options.fixed_labels:
            words = "Field 'labels' cannot be set. It is not on the appropriate screen, or unknown."
            raise Refusal(400, errors={"labels": words})
        kept[name] = _operated(call, issue, name, operations)
    if "parent" in kept:
        set_parent(call.state, issue, call.by, kept.pop("parent"))
    change(call.state, issue, call.by, kept)
    issue.properties.update(properties)
    if call.request.args.get("returnIssue") == "true":
        return Reply(call.view.issue(issue, ["*all"]))
    return Reply(status=204)


def _object(body: Json, name: str) -> Json:
    value = body.get(name) or {}
    if not isinstance(value, dict):
        raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return dict(value)


def _operated(call: Call, issue: Issue, name: str, operations: Any) -> Any:
    """What a list of ``{"add": x}``, ``{"remove": x}`` and ``{"set": x}`` makes of a field."""
    value = issue.fields.get(name)
    each = operations if isinstance(operations, list) else [operations]
    if not all(isinstance(operation, dict) and len(operation) == 1 for operation in each):
        raise Refusal(400, errors={name: "Each operation must be an object with a single verb."})
    for verb, operand in (next(iter(operation.items())) for operation in each):
        if verb != "set" and not (verb in ("add", "remove") and name in LISTS):
            raise Refusal(400, errors={name: f"Field with id '{name}' and operation '{verb}' is not supported."})
        fit = taken(call.view, call.state.projects[issue.project], {name: operand if verb == "set" else [operand]})
        if verb == "set":
            value = fit[name]
        elif verb == "add":
            value = [*(value or []), *(one for one in fit[name] if one not in (value or []))]
        else:
            value = [one for one in value or [] if one not in fit[name]]
    return value


def transitions(call: Call) -> Reply:
    call.issue()
    rows = [{"id": n, "name": s, "to": call.state.status(s)} for s, (n, _) in STATUSES.items()]
    return Reply({"transitions": rows})


def do_transition(call: Call) -> Reply:
    issue = call.issue()
    call.may_write(issue, "transition")
    wanted = str(_object(call.body(), "transition").get("id", ""))
    name = next((s for s, (n, _) in STATUSES.items() if n == wanted), None)
    if name is None:
        raise Refusal(400, f"Transition id '{wanted}' is not valid for this issue.")
    transition(call.state, issue, call.by, name)
    return Reply(status=204)


def delete(call: Call) -> Reply:
    if not call.view.account.admin:
        raise Refusal(403, "You do not have permission to delete issues in this project.")
    delete_issue(call.state, call.issue())
    return Reply(status=204)


def property_keys(call: Call) -> Reply:
    return Reply({"keys": [{"key": key} for key in call.issue().properties]})


def get_property(call: Call) -> Reply:
    properties, key = call.issue().properties, call.args["key"]
    if key not in properties:
        raise Refusal(404, f"The property {key} does not exist.")
    return Reply({"key": key, "value": properties[key]})


def put_property(call: Call) -> Reply:
    """No history, no new ``updated``: the world does not notice."""
    issue, key = call.issue(), call.args["key"]
    call.may_write(issue, "edit")
    properties = issue.properties
    new = key not in properties
    properties[key] = property_value(call, key)
    return Reply(status=201 if new else 200)


def delete_property(call: Call) -> Reply:
    call.may_write(call.issue(), "edit")
    if call.issue().properties.pop(call.args["key"], None) is None:
        raise Refusal(404, f"The property {call.args['key']} does not exist.")
    return Reply(status=204)


ROUTES: tuple[Route, ...] = (
    ("GET", "/issue/<issue>", get),
    ("POST", "/issue", create),
    ("PUT", "/issue/<issue>", edit),
    ("DELETE", "/issue/<issue>", delete),
    ("GET", "/issue/<issue>/transitions", transitions),
    ("POST", "/issue/<issue>/transitions", do_transition),
    ("GET", "/issue/<issue>/properties", property_keys),
    ("GET", "/issue/<issue>/properties/<key>", get_property),
    ("PUT", "/issue/<issue>/properties/<key>", put_property),
    ("DELETE", "/issue/<issue>/properties/<key>", delete_property),
)
