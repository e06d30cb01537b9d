"""Which fields, issue types and priorities the site has."""

from collections.abc import Mapping

from sandbox.jira.records import Json

TYPES: Mapping[str, tuple[str, int]] = {
    "Epic": ("10000", 1),
    "Story": ("10001", 0),
    "Task": ("10002", 0),
    "Bug": ("10003", 0),
    "Sub-task": ("10004", -1),
}
"""Issue types: id and level of hierarchy."""
PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")


def _custom(number: int, name: str, kind: str, type_: str) -> Json:
    schema = {"type": type_, "custom": kind, "customId": number}
    field_id = f"customfield_{number}"
    return {"id": field_id, "key": field_id, "name": name, "custom": True, "clauseNames": [name], "schema": schema}


def _system(name: str, type_: str) -> Json:
    return {"id": name, "key": name, "name": name.title(), "custom": False, "schema": {"type": type_, "system": name}}


SPRINT, START, END, TEAM, POINTS, EPIC, PLAN_PARENT = (
    f"customfield_{n}" for n in (10020, 10022, 10023, 10001, 10016, 10014, 10018)
)
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
SERVER_FIELDS: tuple[Json, ...] = (
    _custom(10018, "Parent Link", "com.atlassian.jpo:jpo-custom-field-parent", "any"),
    _custom(10001, "Team", "com.atlassian.teams:rm-teams-custom-field-team", "any"),
    _custom(10016, "Story Points", "com.atlassian.jira.plugin.system.customfieldtypes:float", "number"),
)
"""What Data Center has besides, or of another kind."""


def issue_type(name: str) -> Json:
    number, level = TYPES[name]
    return {"id": number, "name": name, "subtask": level < 0, "hierarchyLevel": level}


def priority(name: str) -> Json:
    return {"id": str(PRIORITIES.index(name) + 1), "name": name}
