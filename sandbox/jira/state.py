"""The state of a Jira site: its tables, the indexes over them, and what happens when anything changes."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from sandbox.base import Clock, Notice
from sandbox.jira.records import Account, Comment, Issue, Json, Link, LinkType, Options, Person, Project
from sandbox.jira.wiki import login

STATUSES: Mapping[str, tuple[str, str]] = {
    "To Do": ("10000", "new"),
    "Open": ("1", "new"),
    "Backlog": ("10002", "new"),
    "In Progress": ("3", "indeterminate"),
    "In Review": ("10003", "indeterminate"),
    "Blocked": ("10004", "indeterminate"),
    "Done": ("10001", "done"),
    "Closed": ("6", "done"),
    "Resolved": ("5", "done"),
}
CATEGORIES: Mapping[str, Json] = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}
LINK_TYPES = (
    LinkType(id="10000", name="Blocks", inward="is blocked by", outward="blocks"),
    LinkType(id="10001", name="Cloners", inward="is cloned by", outward="clones"),
    LinkType(id="10002", name="Duplicate", inward="is duplicated by", outward="duplicates"),
    LinkType(id="10003", name="Relates", inward="relates to", outward="relates to"),
    LinkType(id="10004", name="Depends", inward="is depended on by", outward="depends on"),
    LinkType(id="10005", name="Governed by", inward="governs", outward="is governed by"),
)
BOT = "557058:crosstie-bot"


class State:
    """Everything the site knows. Not thread-safe: the site holds a lock."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.reset()

    def reset(self) -> None:
        self.options = Options()
        self.base_url = "https://acme.atlassian.net"
        self.people: dict[str, Person] = {}
        self.accounts: dict[str, Account] = {}
        self.projects: dict[str, Project] = {}
        self.link_types: dict[str, LinkType] = {t.id: t for t in LINK_TYPES}
        self.issues: dict[int, Issue] = {}
        self.comments: dict[int, Comment] = {}
        self.links: dict[int, Link] = {}
        self.sprints: dict[int, Json] = {}
        """As issues show them in their sprint field."""
        self.keys: dict[str, int] = {}
        self.notices: list[Notice] = []
        self.last_id = 10000
        self.version = 0
        """Counts changes; a walk's result is good for one version."""
        self.walks: OrderedDict[tuple[str, str, bool, int], list[int]] = OrderedDict()
        """Ids that recent searches found, by account, JQL, leniency and version: the pages of a walk share them."""
        self.add_account("bot@acme.example", "sandbox-jira-token", BOT, "crosstie")
        self.add_account("admin@acme.example", "sandbox-jira-admin", "557058:admin", "Site admin", admin=True)

    def add_account(self, email: str, token: str, account_id: str, name: str, *, admin: bool = False) -> None:
        self.people[account_id] = Person(account_id=account_id, name=name, email=email)
        self.accounts[token] = Account(email=email, token=token, person=account_id, admin=admin)

    @property
    def server(self) -> bool:
        """Whether this is Data Center, which calls itself so."""
        return self.options.deployment == "Server"

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def now(self) -> str:
        return self.clock.now().isoformat()

    def person(self, name: str) -> Person:
        """By accountId or display name; made when unknown."""
        found = self.people.get(name) or next((p for p in self.people.values() if p.name == name), None)
        if found is None:
            account_id = name if ":" in name else f"5b10ac:{name.lower().replace(' ', '-')}"
            found = self.people[account_id] = Person(account_id=account_id, name=name)
        return found

    def user_named(self, name: str) -> Person | None:
        """By accountId, and on Data Center by user name."""
        if not self.server:
            return self.people.get(name)
        return next((p for p in self.people.values() if login(p.account_id) == name), None)

    def user(self, person: Person) -> Json:
        """As issues keep it in their user fields."""
        return {
            "accountId": person.account_id,
            "displayName": person.name,
            "accountType": person.kind,
            "active": True,
        }

    def sprint(self, name: str) -> Json:
        """By name or id. Raises ValueError."""
        found = next((row for row in self.sprints.values() if name in (row["name"], str(row["id"]))), None)
        if found is None:
            raise ValueError(f"there is no sprint {name}")
        return found

    def project(self, key: str) -> Project | None:
        return self.projects.get(key.upper()) or next(
            (p for p in self.projects.values() if key in (str(p.id), p.name) or key.upper() in p.old_keys), None
        )

    def add_project(self, key: str, name: str = "", *, outside: bool = False) -> Project:
        if key not in self.projects:
            self.projects[key] = Project(id=self.next_id(), key=key, name=name or key, outside=outside)
        return self.projects[key]

    def issue(self, name: str) -> Issue | None:
        """By numeric id, key, or a key it once had."""
        found = self.keys.get(name.upper())
        if found is None and name.isdigit():
            found = int(name)
        return self.issues.get(found) if found is not None else None

    def put_issue(self, issue: Issue) -> None:
        self.issues[issue.id] = issue
        self.keys[issue.key] = issue.id
        for key in issue.old_keys:
            self.keys.setdefault(key, issue.id)
        self.last_id = max(self.last_id, issue.id)
        project = self.add_project(issue.project)
        project.next_number = max(project.next_number, issue.number + 1)
        self.version += 1

    def touch(self, issue: Issue, by: str, items: Iterable[Json] = (), *, bump: bool = True) -> None:
        """Something about the issue changed: history, ``updated``, and the index's lag behind it."""
        now = self.clock.now()
        lagging = self.options.index_lag and now.timestamp() - issue.touched < self.options.index_lag
        if bump:
            if not lagging:
                issue.indexed_updated = issue.fields.get("updated", "")
            issue.touched = now.timestamp()
            issue.fields["updated"] = now.isoformat()
        listed = list(items)
        if listed:
            issue.changes.append({"id": str(self.next_id()), "author": by, "created": now.isoformat(), "items": listed})
        self.version += 1

    def status(self, name: str) -> Json:
        known = {n.lower(): n for n in STATUSES}
        name = known.get(name.lower(), name)
        number, category = STATUSES.get(name, ("10099", "indeterminate"))
        return {"id": number, "name": name, "statusCategory": dict(CATEGORIES[category])}

    def dump(self) -> dict[str, Any]:
        return {
            "options": msgspec.to_builtins(self.options),
            "base_url": self.base_url,
            "last_id": self.last_id,
            "sprints": [*self.sprints.values()],
            **{name: msgspec.to_builtins([*getattr(self, name).values()]) for name in _TABLES},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Raises ValueError for what ``dump`` did not make, and then leaves everything as it was."""
        try:
            options = Options(**state["options"])
            tables = {name: [kind(**row) for row in state[name]] for name, (kind, _) in _TABLES.items()}
            base_url, last_id = str(state["base_url"]), int(state["last_id"])
            sprints = {int(row["id"]): dict(row) for row in state.get("sprints", ())}
        except (KeyError, TypeError) as error:
            raise ValueError(f"not a Jira state: {error}") from error
        version = self.version
        self.reset()
        self.options, self.base_url, self.last_id, self.version = options, base_url, last_id, version + 1
        self.sprints = sprints
        for name, (_, key) in _TABLES.items():
            setattr(self, name, {getattr(row, key): row for row in tables[name]})
        self.keys = {old: i.id for i in self.issues.values() for old in i.old_keys}
        self.keys |= {i.key: i.id for i in self.issues.values()}


_TABLES: Mapping[str, tuple[Any, str]] = {
    "people": (Person, "account_id"),
    "accounts": (Account, "token"),
    "projects": (Project, "key"),
    "link_types": (LinkType, "id"),
    "issues": (Issue, "id"),
    "comments": (Comment, "id"),
    "links": (Link, "id"),
}


def moment(text: str) -> datetime:
    """A stored or foreign timestamp as aware UTC; ``+0000`` without a colon is Jira's way."""
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
