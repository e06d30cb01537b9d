"""What is not an issue: the server, ourselves, fields, projects, versions, components."""

from collections.abc import Sequence
from datetime import datetime

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.errors import Refusal
from sandbox.jira.field_table import PRIORITIES, TYPES, issue_type, priority
from sandbox.jira.records import PROJECT_STATUSES, Json, Project
from sandbox.jira.server_shape import field_rows
from sandbox.jira.state import STATUSES, moment


def server_info(call: Call) -> Reply:
    version = (9, 12, 5) if call.state.server else (1001, 0, 0)
    return Reply(
        {
            "baseUrl": call.state.base_url,
            "version": ".".join(map(str, version)) + ("" if call.state.server else "-SNAPSHOT"),
            "versionNumbers": list(version),
            "deploymentType": call.state.options.deployment,
            "buildNumber": 100300,
            "serverTime": server_time(call.state.clock.now()),
            "serverTitle": "Jira",
            **({} if call.state.server else {"serverTimeZone": "Europe/Berlin"}),
        }
    )


def myself(call: Call) -> Reply:
    return Reply({**call.view.user(call.view.person), "emailAddress": call.view.person.email, "locale": "en_GB"})


def fields(call: Call) -> Reply:
    return Reply(list(field_rows(call.state.server)))


def statuses(call: Call) -> Reply:
    return Reply([call.state.status(name) for name in STATUSES])


def issue_types(call: Call) -> Reply:
    return Reply(call.view.shaped([issue_type(name) for name in TYPES]))


def priorities(call: Call) -> Reply:
    return Reply([priority(name) for name in PRIORITIES])


def user(call: Call) -> Reply:
    name = "username" if call.state.server else "accountId"
    found = call.state.user_named(call.request.args.get(name, ""))
    if found is None:
        raise Refusal(404, "Specified user does not exist or you do not have required permissions")
    return Reply(call.view.user(found))


def server_time(now: datetime) -> str:
    """Milliseconds and no colon in the offset, as all of Jira's moments."""
    return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}{now:%z}"


def projects(call: Call) -> Reply:
    """Live ones, unless ``status`` asks for others."""
    wanted, keys = call.texts("status") or ["live"], call.texts("keys")
    if unknown := [status for status in wanted if status not in PROJECT_STATUSES]:
        raise Refusal(400, f"status: {', '.join(unknown)} is none of {', '.join(PROJECT_STATUSES)}")
    listed = [p for p in call.state.projects.values() if p.status in wanted and _lists(call, p)]
    chosen = [p for p in sorted(listed, key=lambda p: p.key) if not keys or p.key in keys]
    page, expand = call.page(chosen, most=100), call.texts("expand")
    return Reply({**page, "values": [_expanded(call, project, expand) for project in page["values"]]})


def _lists(call: Call, project: Project) -> bool:
    """What is in the trash is listed too, though nobody may browse it."""
    return not project.outside and call.view.account.may("BROWSE_PROJECTS", project.key)


def _expanded(call: Call, project: Project, expand: Sequence[str]) -> Json:
    row = _told(call, project)
    for name in {"lead", "description"} - {*expand}:
        row.pop(name, None)
    return {**row, "insight": _insight(call, project.key)} if "insight" in expand else row


def _told(call: Call, project: Project) -> Json:
    row = {**call.view.project(project), "description": project.description}
    if project.lead:
        row["lead"] = call.view.user(call.state.people[project.lead])
    return row if project.status == "live" else {**row, project.status: True}


def _insight(call: Call, key: str) -> Json:
    """Counts all issues of the project, also those that the caller may not see."""
    updated = [i.fields.get("updated") for i in call.state.issues.values() if i.project == key and not i.outside]
    newest = max(filter(None, updated), default="", key=moment)
    return {"totalIssueCount": len(updated), **({"lastIssueUpdateTime": call.view.time(newest)} if newest else {})}


def all_projects(call: Call) -> Reply:
    """On Data Center the archived ones too, when it is asked to."""
    archived = call.state.server and call.request.args.get("includeArchived") == "true"
    seen = filter(call.view.browses, call.state.projects.values())
    return Reply([call.view.project(p) for p in seen if archived or p.status == "live"])


def project(call: Call) -> Reply:
    return Reply(_told(call, _project(call)))


def versions(call: Call) -> Reply:
    return Reply(_versions(call))


def components(call: Call) -> Reply:
    return Reply(_components(call))


def version_page(call: Call) -> Reply:
    return Reply(call.page(_versions(call), most=50))


def component_page(call: Call) -> Reply:
    return Reply(call.page(_components(call), most=50))


def _versions(call: Call) -> list[Json]:
    """With what issues do not show of them. A version whose day is over before it is out is overdue."""
    project, today = _project(call), f"{call.state.clock.now():%Y-%m-%d}"
    return [
        {**row, "projectId": project.id, "overdue": not row.get("released") and row.get("releaseDate", today) < today}
        for row in project.versions
    ]


def _components(call: Call) -> list[Json]:
    project = _project(call)
    own = {"project": project.key, "projectId": project.id, "assigneeType": "PROJECT_DEFAULT"}
    return [dict(call.view.shaped({**own, **row})) for row in project.components]


def _project(call: Call) -> Project:
    found = call.state.project(call.args["project"])
    if found is None or not call.view.browses(found):
        raise Refusal(404, f"No project could be found with key '{call.args['project']}'.")
    return found


ROUTES: tuple[Route, ...] = (
    ("GET", "/serverInfo", server_info),
    ("GET", "/myself", myself),
    ("GET", "/field", fields),
    ("GET", "/status", statuses),
    ("GET", "/issuetype", issue_types),
    ("GET", "/priority", priorities),
    ("GET", "/user", user),
    ("GET", "/project/search", projects),
    ("GET", "/project", all_projects),
    ("GET", "/project/<project>", project),
    ("GET", "/project/<project>/versions", versions),
    ("GET", "/project/<project>/version", version_page),
    ("GET", "/project/<project>/components", components),
    ("GET", "/project/<project>/component", component_page),
)
