"""Issues as one caller sees them: which, which fields, in which version of the API, in whose time zone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sandbox.jira import adf, server_shape
from sandbox.jira.field_table import EPIC, PLAN_PARENT, SPRINT, TEAM
from sandbox.jira.records import Account, Comment, Issue, Json, Link, Person, Project
from sandbox.jira.state import State, moment
from sandbox.jira.wiki import as_wiki

EMBEDDED_COMMENTS = 20
"""Comments that search shows of an issue; the rest is behind its comment list."""
EMBEDDED_HISTORIES = 40
"""Histories that Cloud's search shows of an issue, the newest."""
TIMES = ("created", "updated", "resolutiondate", "statuscategorychangedate", "lastViewed")
UNTOLD: Mapping[str, str] = {"components": "lead", "fixVersions": "startDate", "versions": "startDate"}
"""What a project tells of its components and versions, and its issues do not."""
COMPUTED = ("comment", "issuelinks", "parent", "project", "subtasks")


@dataclass(frozen=True, slots=True)
class View:
    state: State
    account: Account
    base_url: str
    version: str = "3"

    @property
    def person(self) -> Person:
        return self.state.people[self.account.person]

    def browses(self, project: Project) -> bool:
        """What is archived stays readable: https://developer.atlassian.com/server/jira/platform/jira-archiver/"""
        there = not project.outside and project.status != "deleted"
        return there and self.account.may("BROWSE_PROJECTS", project.key)

    def sees(self, issue: Issue) -> bool:
        if issue.outside or not self.browses(self.state.projects[issue.project]):
            return False
        return issue.readers is None or self.account.admin or self.account.person in issue.readers

    def finds(self, issue: Issue) -> bool:
        """Whether a search may show it."""
        return self.state.projects[issue.project].status == "live" and self.sees(issue)

    def issue(self, issue: Issue, fields: Sequence[str], *, expand: str = "", properties: Iterable[str] = ()) -> Json:
        row: Json = {"id": str(issue.id), "self": f"{self.base_url}/rest/api/{self.version}/issue/{issue.id}"}
        if self.state.server or list(fields) != ["id"]:
            row["key"] = issue.key
            wanted = self._wanted(issue, fields)
            if wanted:
                row["fields"] = {name: self._field(issue, name) for name in wanted}
        if "changelog" in expand:
            row["changelog"] = self._changelog(issue)
        asked = list(properties)
        if asked:
            known = issue.properties
            row["properties"] = {k: v for k, v in known.items() if "*all" in asked or k in asked}
        return row

    def _changelog(self, issue: Issue) -> Json:
        """The newest few, newest first; on Data Center all, oldest first."""
        total = len(issue.changes)
        some = issue.changes if self.state.server else issue.changes[: -EMBEDDED_HISTORIES - 1 : -1]
        most = total if self.state.server else EMBEDDED_HISTORIES
        return {"startAt": 0, "maxResults": most, "total": total, "histories": [self.history(c) for c in some]}

    def shaped(self, value: Any) -> Any:
        """Nothing of what only Cloud knows, on Data Center."""
        return server_shape.shaped(value, self.state.people, self.base_url) if self.state.server else value

    def _wanted(self, issue: Issue, fields: Sequence[str]) -> list[str]:
        names, all_of_them = _asked(tuple(fields))
        computed = self._computed(issue)
        wanted = dict.fromkeys([*issue.fields, *computed] if all_of_them else ())
        for name in names:
            if name[0] == "-":
                wanted.pop(name[1:], None)
            elif name in issue.fields or name in computed:
                wanted[name] = None
        return [name for name in wanted if name not in ("id", "key")]

    def _computed(self, issue: Issue) -> tuple[str, ...]:
        if not self.state.server:
            return COMPUTED
        custom = (EPIC, PLAN_PARENT)
        sub_task = server_shape.parent_field(issue, self._parent(issue)) == "parent" and issue.parent is not None
        return (*(n for n in COMPUTED if n != "parent" or sub_task), *custom)

    def _parent(self, issue: Issue) -> Issue | None:
        found = self.state.issues.get(issue.parent or -1)
        return found if found is not None and self.sees(found) else None

    def _field(self, issue: Issue, name: str) -> Any:
        if name == "comment":
            return self._comments(issue)
        if name == "issuelinks":
            found = [self.link(self.state.links[i], issue) for i in issue.links]
            return [link for link in found if link is not None]
        if name == "parent":
            parent = self._parent(issue)
            return self.stub(parent) if parent is not None else None
        if name == "subtasks":
            return []
        if name == "project":
            return self.project(self.state.projects[issue.project])
        if self.state.server and name in (EPIC, PLAN_PARENT):
            parent = self._parent(issue)
            return parent.key if parent is not None and server_shape.parent_field(issue, parent) == name else None
        return self._plain(name, issue.fields[name])

    def _plain(self, name: str, value: Any) -> Any:
        if name in TIMES and isinstance(value, str):
            return self.time(value)
        if name in ("description", "environment"):
            return self.text(value)
        if name in UNTOLD and value:
            value = [{k: v for k, v in row.items() if k != UNTOLD[name]} for row in value]
        if name == SPRINT and self.state.server and value:
            return [server_shape.sprint(row) for row in value]
        if name == TEAM and self.state.server and isinstance(value, dict):
            return value["id"]
        return self.shaped(value)

    def text(self, body: Json | str | None) -> Json | str | None:
        """A document, its words on version 2, or wiki markup on Data Center."""
        if self.state.server:
            return as_wiki(body)
        if isinstance(body, str):
            body = adf.from_plain(body)
        return body if self.version == "3" or body is None else adf.to_plain(body)

    def _comments(self, issue: Issue) -> Json:
        seen = [c for c in map(self.state.comments.__getitem__, issue.comments) if self.reads(c)]
        shown = [self.comment(c) for c in (seen if self.state.server else seen[:EMBEDDED_COMMENTS])]
        return {"comments": shown, "maxResults": len(shown), "total": len(seen), "startAt": 0}

    def reads(self, comment: Comment) -> bool:
        """Comments for a role are seen by members of the site's staff, which the default accounts are."""
        return comment.visibility is None or self.account.admin or not comment.visibility.get("hidden")

    def comment(self, comment: Comment, *, properties: bool = False) -> Json:
        row: Json = {
            "id": str(comment.id),
            "self": f"{self.base_url}/rest/api/{self.version}/issue/{comment.issue}/comment/{comment.id}",
            "created": self.time(comment.created),
            "updated": self.time(comment.updated),
        }
        if not self.state.server:
            row["jsdPublic"] = True
        if comment.author:
            row["author"] = self.user(self.state.people[comment.author])
            row["updateAuthor"] = self.user(self.state.people[comment.update_author])
        if comment.body is not None:
            row["body"] = self.text(comment.body)
        if comment.visibility is not None:
            row["visibility"] = {k: v for k, v in comment.visibility.items() if k != "hidden"}
        if properties:
            row["properties"] = [{"key": k, "value": v} for k, v in comment.properties.items()]
        return row

    def link(self, link: Link, at: Issue) -> Json | None:
        """``outwardIssue`` is there when the issue at hand reads the outward phrase."""
        outward = link.source == at.id
        other = self.state.issues[link.target if outward else link.source]
        shown = self.sees(other) or other.outside or self.state.options.show_hidden_links
        if not shown:
            return None
        kind = self.state.link_types[link.type]
        return {
            "id": str(link.id),
            "self": f"{self.base_url}/rest/api/{self.version}/issueLink/{link.id}",
            "type": {"id": kind.id, "name": kind.name, "inward": kind.inward, "outward": kind.outward},
            "outwardIssue" if outward else "inwardIssue": self.stub(other),
        }

    def stub(self, issue: Issue) -> Json:
        names = ("summary", "status", "priority", "issuetype")
        return {
            "id": str(issue.id),
            "key": issue.key,
            "self": f"{self.base_url}/rest/api/{self.version}/issue/{issue.id}",
            "fields": {name: self.shaped(issue.fields[name]) for name in names if name in issue.fields},
        }

    def history(self, change: Json) -> Json:
        author = self.state.people.get(change["author"])
        return {
            "id": change["id"],
            "created": self.time(change["created"]),
            "items": self.shaped(change["items"]),
            **({"author": self.user(author)} if author else {}),
        }

    def project(self, project: Project) -> Json:
        row = {
            "id": str(project.id),
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "simplified": False,
            "self": f"{self.base_url}/rest/api/{self.version}/project/{project.id}",
        }
        return dict(self.shaped(row))

    def user(self, person: Person) -> Json:
        if self.state.server:
            return server_shape.user(person, self.base_url)
        return {
            "accountId": person.account_id,
            "accountType": person.kind,
            "displayName": person.name,
            "active": True,
            "timeZone": person.zone,
            "self": f"{self.base_url}/rest/api/{self.version}/user?accountId={person.account_id}",
        }

    def time(self, text: str) -> str:
        """As Jira writes it: the caller's zone, milliseconds, no colon in the offset."""
        told = moment(text).astimezone(ZoneInfo(self.person.zone)).isoformat(timespec="milliseconds")
        return f"{told[:-3]}{told[-2:]}"


@lru_cache(maxsize=64)
def _asked(fields: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
    """The fields by name, and whether all are asked for."""
    names = tuple(name for part in fields for name in part.split(",") if name)
    return names, not {"*all", "*navigable"}.isdisjoint(names)
