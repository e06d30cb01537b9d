"""How Data Center shows what Cloud shows otherwise: people, sprints, parents, histories."""

from collections.abc import Mapping
from typing import Any
from zlib import crc32

from sandbox.jira.field_table import EPIC, FIELDS, PLAN_PARENT, SERVER_FIELDS
from sandbox.jira.records import Issue, Json, Person
from sandbox.jira.wiki import login

CLOUD_ONLY = frozenset({"hierarchyLevel", "jsdPublic", "simplified", "fieldId"})
_SPRINT = "com.atlassian.greenhopper.service.sprint.Sprint"


def field_rows(server: bool) -> tuple[Json, ...]:
    own = {row["id"] for row in SERVER_FIELDS} if server else set()
    return (*(row for row in FIELDS if row["id"] not in own), *(SERVER_FIELDS if server else ()))


def user(person: Person, base_url: str) -> Json:
    name = login(person.account_id)
    return {
        "self": f"{base_url}/rest/api/2/user?username={name}",
        "name": name,
        "key": f"JIRAUSER{10000 + crc32(person.account_id.encode()) % 90000}",
        "displayName": person.name,
        "emailAddress": person.email or f"{name}@acme.example",
        "active": True,
        "timeZone": person.zone,
    }


def shaped(value: Any, people: Mapping[str, Person], base_url: str) -> Any:
    """A value of Cloud's as Data Center has it: people by name, nothing that only Cloud knows."""
    if isinstance(value, list):
        return [shaped(one, people, base_url) for one in value]
    if not isinstance(value, dict):
        return value
    if isinstance(value.get("accountId"), str) and value["accountId"] in people:
        return user(people[value["accountId"]], base_url)
    return {k: shaped(v, people, base_url) for k, v in value.items() if k not in CLOUD_ONLY}


def sprint(row: Json) -> str:
    """As the agile plugin puts it into an issue: a Java object's ``toString``."""
    shown = {
        "id": row.get("id"),
        "rapidViewId": row.get("boardId"),
        "state": str(row.get("state", "")).upper(),
        "name": row.get("name"),
        "startDate": row.get("startDate"),
        "endDate": row.get("endDate"),
        "completeDate": row.get("completeDate"),
        "activatedDate": row.get("startDate") if row.get("state") != "future" else None,
        "sequence": row.get("id"),
        "goal": row.get("goal") or None,
    }
    parts = ",".join(f"{k}={'<null>' if v is None else v}" for k, v in shown.items())
    return f"{_SPRINT}@{crc32(parts.encode()):x}[{parts}]"


def parent_field(issue: Issue, parent: Issue | None) -> str:
    """The field that holds an issue's parent: only a sub-task's is called so."""
    if parent is None or (issue.fields.get("issuetype") or {}).get("subtask"):
        return "parent"
    above = parent.fields.get("issuetype") or {}
    return EPIC if above.get("name") == "Epic" else PLAN_PARENT
