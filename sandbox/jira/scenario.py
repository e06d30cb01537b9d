"""For who sets a scene: issues with a past, in words."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from sandbox.jira import adf, comments, edits, links
from sandbox.jira.field_table import END, SPRINT, START, TEAM, issue_type
from sandbox.jira.records import Issue, Json, LinkType, Person, Project
from sandbox.jira.state import BOT, State


class Writer:
    """Adds to a site's state without bumping anything: what it writes happened when it says."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._versions: dict[tuple[str, str], Json] = {}

    def person(self, name: str, account_id: str = "", zone: str = "Europe/Berlin") -> Person:
        if account_id:
            self.state.people[account_id] = Person(account_id=account_id, name=name, zone=zone)
        return self.state.person(account_id or name)

    def project(
        self, key: str, name: str, *, hidden_from_bot: bool = False, lead: str = "", description: str = ""
    ) -> None:
        project = self.state.add_project(key, name)
        project.lead = self.state.person(lead).account_id if lead else ""
        project.description = description
        if hidden_from_bot:
            next(a for a in self.state.accounts.values() if a.person == BOT).hidden.append(key)

    def sprint(self, name: str, state: str, start: date, end: date, *, board: int = 1) -> None:
        """``state``: active, future or closed. It begins and ends at 09:00 UTC."""
        number = self.state.next_id()
        self.state.sprints[number] = {
            "id": number,
            "name": name,
            "state": state,
            "boardId": board,
            "startDate": f"{start}T09:00:00.000Z",
            "endDate": f"{end}T09:00:00.000Z",
            "goal": "",
        }

    def version(
        self, project: str, name: str, day: date | None, *, released: bool = False, start: date | None = None
    ) -> None:
        version: Json = {"id": str(self.state.next_id()), "name": name, "released": released, "archived": False}
        if day is not None:
            version["releaseDate"] = day.isoformat()
        if start is not None:
            version["startDate"] = start.isoformat()
        self._versions[project, name] = version
        self.state.projects[project].versions.append(version)

    def component(self, project: str, name: str, *, lead: str = "") -> Json:
        made: Json = {"id": str(self.state.next_id()), "name": name}
        if lead:
            made["lead"] = self.state.user(self.state.person(lead))
        self.state.projects[project].components.append(made)
        return made

    def issue(
        self,
        key: str,
        title: str,
        text: str = "",
        *,
        type: str = "Story",
        status: str = "To Do",
        resolution: str = "",
        assignee: str = "",
        reporter: str = "",
        due: date | None = None,
        target_start: date | None = None,
        target_end: date | None = None,
        labels: Sequence[str] = (),
        components: Sequence[str] = (),
        sprints: Sequence[str] = (),
        versions: Sequence[str] = (),
        parent: str = "",
        team: str = "",
        created: datetime | None = None,
        updated: datetime | None = None,
        readers: Sequence[str] | None = None,
    ) -> Issue:
        """The issue ``key``, whatever numbers are still free below it. Versions and sprints must be there."""
        project = self.state.projects[key.rpartition("-")[0]]
        number, free = int(key.rpartition("-")[2]), project.next_number
        project.next_number = number
        by = self.state.person(reporter or "Site admin").account_id
        made = _utc(created or self.state.clock.now())
        fields: Json = {
            "summary": title,
            "description": adf.from_markdown(text) if text else None,
            "issuetype": issue_type(type),
            "status": self.state.status(status),
            "labels": list(labels),
            "components": [self._component(project, name) for name in components],
            "fixVersions": [self._versions[project.key, name] for name in versions],
            "assignee": self.state.user(self.state.person(assignee)) if assignee else None,
            "duedate": due.isoformat() if due else None,
            "updated": _utc(updated or created or self.state.clock.now()),
            SPRINT: [self.state.sprint(name) for name in sprints] or None,
            START: target_start.isoformat() if target_start else None,
            END: target_end.isoformat() if target_end else None,
            TEAM: {"id": team.lower(), "name": team} if team else None,
        }
        if fields["status"]["statusCategory"]["key"] == "done":
            fields["resolution"] = {"id": "10000", "name": resolution or "Done"}
            fields["resolutiondate"] = fields["updated"]
        issue = edits.create_issue(self.state, project, by, fields, at=made)
        if parent:
            issue.parent = self._issue(parent).id
        if readers is not None:
            issue.readers = [self.state.person(name).account_id for name in readers]
            issue.fields["security"] = {"id": "10100", "name": "Confidential"}
        project.next_number = max(free, number + 1)
        return issue

    def link_type(self, name: str, *, outward: str, inward: str) -> LinkType:
        """As an admin adds one, in whatever language."""
        kind = LinkType(id=str(self.state.next_id()), name=name, inward=inward, outward=outward)
        self.state.link_types[kind.id] = kind
        return kind

    def link(self, type: str, source: str, target: str) -> None:
        """``source`` reads the type's outward phrase: with Blocks, source *blocks* target."""
        kind = next(t for t in self.state.link_types.values() if t.name == type)
        links.add_link(self.state, kind, self._issue(source), self._issue(target), BOT, bump=False)

    def comment(self, key: str, author: str, text: str, at: datetime, visibility: Json | None = None) -> int:
        by = self.state.person(author).account_id
        body = adf.from_markdown(text)
        return comments.add_comment(self.state, self._issue(key), by, body, at=_utc(at), visibility=visibility).id

    def remote_link(self, key: str, url: str, title: str) -> None:
        body = {"globalId": url, "object": {"url": url, "title": title}}
        links.add_remote_link(self.state, self._issue(key), body, BOT, bump=False)

    def _issue(self, key: str) -> Issue:
        found = self.state.issue(key)
        if found is None:
            raise ValueError(f"there is no issue {key} yet")
        return found

    def _component(self, project: Project, name: str) -> Json:
        found = next((c for c in project.components if c["name"] == name), None)
        if found is None:
            found = self.component(project.key, name)
        return found


def _utc(at: datetime) -> str:
    """As the state keeps moments; one without a zone is UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
