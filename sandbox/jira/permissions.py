"""What the account may do.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-permissions/#api-rest-api-3-mypermissions-get
"""

from collections.abc import Mapping

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.errors import Refusal
from sandbox.jira.records import Json

NAMES: Mapping[str, str] = {
    "BROWSE_PROJECTS": "Browse Projects",
    "CREATE_ISSUES": "Create Issues",
    "EDIT_ISSUES": "Edit Issues",
    "TRANSITION_ISSUES": "Transition Issues",
    "LINK_ISSUES": "Link Issues",
    "ADD_COMMENTS": "Add Comments",
    "EDIT_OWN_COMMENTS": "Edit Own Comments",
    "DELETE_OWN_COMMENTS": "Delete Own Comments",
}


def mine(call: Call) -> Reply:
    """Cloud wants to be told which ones; Data Center tells all, whatever it is asked."""
    asked = call.texts("permissions")
    if not call.state.server:
        if not asked:
            raise Refusal(400, "The 'permissions' query parameter is required.")
        if unknown := [name for name in asked if name not in NAMES]:
            raise Refusal(400, f"Unrecognized permission: {', '.join(unknown)}")
    project = _project(call)
    names = NAMES if call.state.server else asked
    return Reply({"permissions": {name: _row(call, index, name, project) for index, name in enumerate(names)}})


def _row(call: Call, index: int, name: str, project: str) -> Json:
    known = {"id": str(10 + index), "key": name, "name": NAMES[name], "type": "PROJECT", "description": ""}
    return {**known, "havePermission": _has(call, name, project)}


def _has(call: Call, name: str, project: str) -> bool:
    """Without a project: whether there is any in which the account may."""
    seen = [p.key for p in call.state.projects.values() if call.view.browses(p)]
    return any(call.view.account.may(name, key) for key in ([project] if project else seen))


def _project(call: Call) -> str:
    if key := call.request.args.get("issueKey"):
        return call.issue(key).project
    asked = call.request.args.get("projectKey") or call.request.args.get("projectId") or ""
    found = call.state.project(asked) if asked else None
    if asked and (found is None or not call.view.browses(found)):
        raise Refusal(404, f"No project could be found with key '{asked}'.")
    return found.key if found else ""


ROUTES: tuple[Route, ...] = (("GET", "/mypermissions", mine),)
