"""The words of JQL: which fields it knows, by which names, and functions that stand for several values.

https://support.atlassian.com/jira-software-cloud/docs/jql-functions/
"""

from collections.abc import Callable, Mapping

from sandbox.jira.field_table import END, SPRINT, START
from sandbox.jira.records import Json

_CUSTOM = {SPRINT: "Sprint", START: "Target start", END: "Target end"}
FIELDS: Mapping[str, str] = {
    "project": "project",
    "key": "key",
    "issuekey": "key",
    "issue": "key",
    "id": "key",
    "updated": "updated",
    "updateddate": "updated",
    "created": "created",
    "createddate": "created",
    "due": "duedate",
    "duedate": "duedate",
    "labels": "labels",
    "status": "status",
    "statuscategory": "statusCategory",
    "issuetype": "issuetype",
    "type": "issuetype",
    "assignee": "assignee",
    "reporter": "reporter",
    "priority": "priority",
    "resolution": "resolution",
    "component": "components",
    "fixversion": "fixVersions",
    "summary": "summary",
    "parent": "parent",
    **{name.lower(): field for field, name in _CUSTOM.items()},
    **{f"cf[{field.removeprefix('customfield_')}]": field for field in _CUSTOM},
}
FUNCTIONS = ("now()", "startofday()", "currentuser()")
"""Those that stand for one value."""
GROUPS: Mapping[str, tuple[str, Callable[[Json], bool]]] = {
    "opensprints()": (SPRINT, lambda sprint: sprint.get("state") == "active"),
    "futuresprints()": (SPRINT, lambda sprint: sprint.get("state") == "future"),
    "closedsprints()": (SPRINT, lambda sprint: sprint.get("state") == "closed"),
    "releasedversions()": ("fixVersions", lambda version: bool(version.get("released"))),
    "unreleasedversions()": (
        "fixVersions",
        lambda version: not version.get("released") and not version.get("archived"),
    ),
}
"""Those that stand for several values: of which field, and which."""
NAMING = ("id", "name", "accountId", "displayName")
"""By what JQL knows a version, a status, a person."""
DAYS = ("duedate", START, END)
DATES = ("updated", "created", *DAYS)
CHOICES = ("project", "status", "statusCategory", "issuetype", "priority")
"""Fields of which JQL takes no value that the site does not have."""
