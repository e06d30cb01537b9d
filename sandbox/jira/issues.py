"""Single issues: read, create, edit, move through the workflow; properties and history."""

from collections.abc import Mapping
from typing import Any

from sandbox.jira import adf
from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.comments import property_value
from sandbox.jira.errors import Refusal
from sandbox.jira.records import Issue, Json, Project
from sandbox.jira.state import STATUSES, State

DIRECT_COMMENTS = 100
"""Comments that a direct read of one issue embeds."""
EDITABLE = ("summary", "description", "labels", "duedate", "assignee", "components", "fixVersions", "priority")


def create_issue(state: State, project: Project, by: str, fields: Mapping[str, Any], *, at: str = "") -> Issue:
    """With every field that a fresh issue has; ``fields`` as REST v3 gives them."""
    now = at or state.now()
    person = state.people[by]
    issue = Issue(
        id=state.next_id(),
        key=f"{project.key}-{project.next_number}",
        fields={
            "summary": "",
            "description": None,
            "issuetype": {"id": "10001", "name": "Story", "subtask": False, "hierarchyLevel": 0},
            "status": state.status("To Do"),
            "priority": {"id": "3", "name": "Medium"},
            "resolution": None,
            "resolutiondate": None,
            "created": now,
            "updated": now,
            "reporter": {"accountId": by, "displayName": person.name, "accountType": person.kind, "active": True},
            "assignee": None,
            "labels": [],
            "components": [],
            "fixVersions": [],
            "duedate": None,
            "security": None,
            **fields,
        },
    )
    state.put_issue(issue)
    if not at:
        issue.touched = state.clock.now().timestamp()
    return issue


def change(state: State, issue: Issue, by: str, changes: Mapping[str, Any], *, bump: bool = True) -> None:
    """Set fields, with one history entry for all that differ."""
    items = [
        {
            "field": name,
            "fieldId": name,
            "fieldtype": "jira",
            "from": _plain(issue.fields.get(name)),
            "fromString": _plain(issue.fields.get(name)),
            "to": _plain(value),
            "toString": _plain(value),
        }
        for name, value in changes.items()
        if issue.fields.get(name) != value
    ]
    issue.fields.update(changes)
    if items:
        state.touch(issue, by, items, bump=bump)


def transition(state: State, issue: Issue, by: str, status: str, resolution: str = "Done") -> None:
    after = state.status(status)
    done = after["statusCategory"]["key"] == "done"
    changes: Json = {"status": after}
    if done != (issue.fields.get("resolution") is not None):
        changes["resolution"] = {"id": "10000", "name": resolution} if done else None
        changes["resolutiondate"] = state.now() if done else None
    change(state, issue, by, changes)


def delete_issue(state: State, issue: Issue) -> None:
    for link_id in list(issue.links):
        link = state.links.pop(link_id)
        for end in (link.source, link.target):
            state.issues[end].links.remove(link_id)
    for comment in issue.comments:
        del state.comments[comment]
    del state.issues[issue.id]
    state.keys = {key: i for key, i in state.keys.items() if i != issue.id}
    state.version += 1


def move_issue(state: State, issue: Issue, by: str, project: Project) -> None:
    """To another project: a new key, the old one still finds it."""
    before = issue.key
    issue.old_keys.append(before)
    issue.key = f"{project.key}-{project.next_number}"
    project.next_number += 1
    state.keys[issue.key] = issue.id
    item = {"field": "Key", "fieldtype": "jira", "from": None, "fromString": before, "to": None, "toString": issue.key}
    state.touch(issue, by, [item])


def _plain(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, dict):
        return str(value.get("name") or value.get("displayName") or adf.to_plain(value))
    if isinstance(value, list):
        return " ".join(str(v.get("name") if isinstance(v, dict) else v) for v in value)
    return str(value)


def get(call: Call) -> Reply:
    fields = call.texts("fields") or ["*all"]
    row = call.view.issue(
        call.issue(), fields, expand=call.request.args.get("expand", ""), properties=call.texts("properties")
    )
    if "comment" in row.get("fields", {}):
        issue = call.issue()
        seen = [c for c in map(call.state.comments.__getitem__, issue.comments) if call.view.reads(c)]
        shown = [call.view.comment(c) for c in seen[:DIRECT_COMMENTS]]
        row["fields"]["comment"] = {"comments": shown, "maxResults": len(shown), "total": len(seen), "startAt": 0}
    return Reply(row)


def create(call: Call) -> Reply:
    fields = dict(call.body().get("fields") or {})
    name = fields.pop("project", {})
    project = call.state.project(str(name.get("key") or name.get("id") or ""))
    if project is None or not call.view.browses(project):
        raise Refusal(400, errors={"project": "valid project is required"})
    if not fields.get("summary"):
        raise Refusal(400, errors={"summary": "You must specify a summary of the issue."})
    _check(call, fields)
    issue = create_issue(call.state, project, call.by, fields)
    return Reply({"id": str(issue.id), "key": issue.key, "self": call.view.issue(issue, ["id"])["self"]}, 201)


def edit(call: Call) -> Reply:
    """Fields, label and other list operations, and properties, in one request."""
    issue = call.issue()
    call.may_write(issue)
    body = call.body()
    fields = dict(body.get("fields") or {})
    _check(call, fields)
    for name, operations in (body.get("update") or {}).items():
        if name != "labels":
            raise Refusal(400, errors={name: f"Field '{name}' cannot be set. It is not on the appropriate screen."})
        fields["labels"] = _labels(list(issue.fields.get("labels") or []), operations)
    change(call.state, issue, call.by, fields)
    for entry in body.get("properties") or ():
        issue.properties[str(entry["key"])] = entry.get("value")
    if call.request.args.get("returnIssue") == "true":
        return Reply(call.view.issue(issue, ["*all"]))
    return Reply(status=204)


def _check(call: Call, fields: Mapping[str, Any]) -> None:
    known = {f["id"] for f in FIELDS}
    for name, value in fields.items():
        if name not in known:
            raise Refusal(400, errors={name: f"Field '{name}' cannot be set. It is not on the appropriate screen."})
        if name == "labels":
            _labels([], [{"set": value}])
        if name == "description" and call.view.version == "3" and value is not None:
            problem = adf.problem(value)
            if problem:
                raise Refusal(400, errors={"description": problem})


def _labels(labels: list[str], operations: Any) -> list[str]:
    for operation in operations if isinstance(operations, list) else [operations]:
        for verb, value in operation.items():
            values = value if isinstance(value, list) else [value]
            if any(not isinstance(v, str) or " " in v for v in values):
                raise Refusal(400, errors={"labels": f"The label '{values[0]}' contains spaces which is invalid."})
            match verb:
                case "add":
                    labels += [v for v in values if v not in labels]
                case "remove":
                    labels = [v for v in labels if v not in values]
                case "set":
                    labels = list(values)
                case _:
                    raise Refusal(400, errors={"labels": f"Operation '{verb}' is not supported."})
    return labels


def transitions(call: Call) -> Reply:
    call.issue()
    rows = [{"id": n, "name": s, "to": call.state.status(s)} for s, (n, _) in STATUSES.items()]
    return Reply({"transitions": rows})


def do_transition(call: Call) -> Reply:
    wanted = str((call.body().get("transition") or {}).get("id", ""))
    name = next((s for s, (n, _) in STATUSES.items() if n == wanted), None)
    if name is None:
        raise Refusal(400, f"Transition id '{wanted}' is not valid for this issue.")
    transition(call.state, call.issue(), call.by, name)
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
    properties, key = call.issue().properties, call.args["key"]
    new = key not in properties
    properties[key] = property_value(call, key)
    return Reply(status=201 if new else 200)


def delete_property(call: Call) -> Reply:
    if call.issue().properties.pop(call.args["key"], None) is None:
        raise Refusal(404, f"The property {call.args['key']} does not exist.")
    return Reply(status=204)


def _custom(number: int, name: str, kind: str, type_: str) -> Json:
    schema = {"type": type_, "custom": kind, "customId": number}
    field_id = f"customfield_{number}"
    return {"id": field_id, "key": field_id, "name": name, "custom": True, "clauseNames": [name], "schema": schema}


def _system(name: str, type_: str) -> Json:
    return {"id": name, "key": name, "name": name.title(), "custom": False, "schema": {"type": type_, "system": name}}


SPRINT, START, END, TEAM, POINTS, EPIC = (f"customfield_{n}" for n in (10020, 10022, 10023, 10001, 10016, 10014))
FIELDS: tuple[Json, ...] = (
    *(_system(name, "string") for name in ("summary", "description", "environment")),
    *(_system(name, "array") for name in ("labels", "components", "fixVersions", "versions", "issuelinks", "subtasks")),
    *(_system(name, "user") for name in ("assignee", "reporter", "creator")),
    *(_system(name, "datetime") for name in ("created", "updated", "resolutiondate")),
    *(_system(n, n) for n in ("issuetype", "status", "priority", "resolution", "project", "parent", "security")),
    _system("duedate", "date"),
    _system("comment", "comments-page"),
    _custom(10020, "Sprint", "com.pyxis.greenhopper.jira:gh-sprint", "array"),
    _custom(10022, "Target start", "com.atlassian.jpo:jpo-custom-field-baseline-start", "date"),
    _custom(10023, "Target end", "com.atlassian.jpo:jpo-custom-field-baseline-end", "date"),
    _custom(10001, "Team", "com.atlassian.jira.plugin.system.customfieldtypes:atlassian-team", "team"),
    _custom(10016, "Story point estimate", "com.pyxis.greenhopper.jira:jsw-story-points", "number"),
    _custom(10014, "Epic Link", "com.pyxis.greenhopper.jira:gh-epic-link", "any"),
)
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
