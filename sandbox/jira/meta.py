"""What is not an issue: the server, ourselves, fields, projects, versions, components."""

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.errors import Refusal
from sandbox.jira.issues import FIELDS
from sandbox.jira.records import Project
from sandbox.jira.state import STATUSES


def server_info(call: Call) -> Reply:
    return Reply(
        {
            "baseUrl": call.state.base_url,
            "version": "1001.0.0-SNAPSHOT",
            "versionNumbers": [1001, 0, 0],
            "deploymentType": call.state.options.deployment,
            "buildNumber": 100300,
            "serverTime": call.state.now(),
            "serverTitle": "Jira",
            "serverTimeZone": "Europe/Berlin",
        }
    )


def myself(call: Call) -> Reply:
    return Reply({**call.view.user(call.view.person), "emailAddress": call.view.person.email, "locale": "en_GB"})


def fields(call: Call) -> Reply:
    return Reply(list(FIELDS))


def statuses(call: Call) -> Reply:
    return Reply([call.state.status(name) for name in STATUSES])


def projects(call: Call) -> Reply:
    start, size = call.number("startAt", 0, 10**9), call.number("maxResults", 50, 100)
    seen = sorted((p for p in call.state.projects.values() if call.view.browses(p)), key=lambda p: p.key)
    keys = call.texts("keys")
    if keys:
        seen = [p for p in seen if p.key in keys]
    page = [call.view.project(p) for p in seen[start : start + size]]
    return Reply(
        {
            "startAt": start,
            "maxResults": size,
            "total": len(seen),
            "isLast": start + size >= len(seen),
            "values": page,
        }
    )


def all_projects(call: Call) -> Reply:
    return Reply([call.view.project(p) for p in call.state.projects.values() if call.view.browses(p)])


def project(call: Call) -> Reply:
    return Reply(call.view.project(_project(call)))


def versions(call: Call) -> Reply:
    return Reply(_project(call).versions)


def components(call: Call) -> Reply:
    return Reply(_project(call).components)


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
    ("GET", "/project/search", projects),
    ("GET", "/project", all_projects),
    ("GET", "/project/<project>", project),
    ("GET", "/project/<project>/versions", versions),
    ("GET", "/project/<project>/components", components),
)
