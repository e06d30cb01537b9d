"""The tables with what makes them quick to ask: indexes, never dumped, rebuilt on restore."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Protocol, TypeAlias

import msgspec

from sandbox.base import Notice
from sandbox.github.errors import gone, not_found
from sandbox.github.ids import node_id
from sandbox.github.project_records import Draft, Project, ProjectField, ProjectItem
from sandbox.github.records import Comment, Event, Issue, Label, Milestone, Repository, Tables, User

Record: TypeAlias = User | Repository | Label | Milestone | Issue | Comment | Event | Project | ProjectItem
Node: TypeAlias = Record | ProjectField | Draft


class Now(Protocol):
    """The part of the sandbox clock that this tracker needs."""

    def now(self) -> datetime:
        """Aware UTC, later than ever before."""


class State:
    """Everything this GitHub knows. Not thread-safe: the site holds one lock around each request."""

    def __init__(self, clock: Now, tables: Tables | None = None) -> None:
        self.clock = clock
        self.tables = tables or Tables()
        self.nodes: dict[str, Node] = {}
        self._logins: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._numbers: dict[tuple[int, int], int] = {}
        self._issues: defaultdict[int, dict[int, Issue]] = defaultdict(dict)
        self._comments: defaultdict[int, dict[int, Comment]] = defaultdict(dict)
        self._events: defaultdict[int, list[Event]] = defaultdict(list)
        self._items: defaultdict[int, dict[int, ProjectItem]] = defaultdict(dict)
        self._boards: defaultdict[int, dict[int, ProjectItem]] = defaultdict(dict)
        self._labels: dict[tuple[int, str], int] = {}
        self._pulls: dict[int, int] = {}
        self.notices: list[Notice] = []
        self._reindex()

    def dump(self) -> dict[str, Any]:
        state: dict[str, Any] = msgspec.to_builtins(self.tables, str_keys=True)
        return state

    def restore(self, state: Mapping[str, Any]) -> None:
        """Raises ValueError naming the place that is not as ``dump`` makes it."""
        try:
            tables = msgspec.convert(state, Tables, strict=False)
        except msgspec.ValidationError as error:
            raise ValueError(f"not a GitHub state: {error}") from error
        self.__init__(self.clock, tables)  # type: ignore[misc]  # every index starts anew

    def _reindex(self) -> None:
        tables = self.tables
        for records in (
            tables.users,
            tables.repositories,
            tables.labels,
            tables.milestones,
            tables.issues,
            tables.comments,
            tables.projects,
            tables.items,
        ):
            for record in records.values():
                self.index(record)
        for event in tables.events:
            self.index(event)

    # --- ids and time

    def now(self) -> datetime:
        """Whole seconds, as GitHub stamps: two changes may share one."""
        return self.clock.now().astimezone(UTC).replace(microsecond=0)

    def fresh_id(self, *, small: bool = False) -> int:
        """Accounts and repositories get small ids, everything else ids past 32 bits, as on github.com."""
        if small:
            self.tables.next_small_id += 1
            return self.tables.next_small_id - 1
        self.tables.next_id += 1
        return self.tables.next_id - 1

    # --- adding and removing

    def add(self, record: Record) -> None:
        if isinstance(record, Event):
            self.tables.events.append(record)
        else:
            self._table(type(record))[record.id] = record
        self.index(record)

    def _table(self, kind: type[Record]) -> dict[int, Any]:
        tables: dict[type[Record], dict[int, Any]] = {
            User: self.tables.users,
            Repository: self.tables.repositories,
            Label: self.tables.labels,
            Milestone: self.tables.milestones,
            Issue: self.tables.issues,
            Comment: self.tables.comments,
            Project: self.tables.projects,
            ProjectItem: self.tables.items,
        }
        return tables[kind]

    def index(self, record: Record) -> None:
        self.nodes[record.node_id] = record
        match record:
            case User():
                self._logins[record.login.lower()] = record.id
            case Repository():
                self._names[self.full_name(record).lower()] = record.id
            case Label():
                self._labels[record.repository_id, record.name.lower()] = record.id
            case Issue():
                self._index_issue(record)
            case Comment() | Event():
                self._index_part(record)
            case ProjectItem():
                self._index_item(record)
            case Project():
                self.nodes |= {field.node_id: field for field in record.fields}
            case _:
                pass

    def _index_issue(self, issue: Issue) -> None:
        self._numbers[issue.repository_id, issue.number] = issue.id
        self._issues[issue.repository_id][issue.id] = issue
        if issue.pull:
            self._pulls[issue.pull.id] = issue.id

    def _index_part(self, part: Comment | Event) -> None:
        """What hangs on an issue."""
        if isinstance(part, Comment):
            self._comments[part.issue_id][part.id] = part
        else:
            self._events[part.issue_id].append(part)

    def _index_item(self, item: ProjectItem) -> None:
        self._boards[item.project_id][item.id] = item
        if item.draft is None:
            self._items[item.issue_id][item.id] = item
        else:
            self.nodes[item.draft.node_id] = item.draft

    def move(self, repository: Repository, owner: User, name: str) -> None:
        """The old name keeps leading here until someone takes it."""
        former = self.full_name(repository).lower()
        del self._names[former]
        repository.owner_id, repository.name = owner.id, name
        self._names[self.full_name(repository).lower()] = repository.id
        self.tables.redirects[former] = repository.id
        self.tables.redirects.pop(self.full_name(repository).lower(), None)

    def rename_owner(self, owner: User, login: str) -> None:
        former = owner.login.lower()
        mine = [r for r in self.tables.repositories.values() if r.owner_id == owner.id]
        del self._logins[former]
        self._logins[login.lower()], owner.login = owner.id, login
        for repository in mine:
            name = repository.name.lower()
            del self._names[f"{former}/{name}"]
            self._names[f"{login.lower()}/{name}"] = repository.id
            self.tables.redirects[f"{former}/{name}"] = repository.id

    def drop_repository(self, repository: Repository) -> None:
        """One without issues."""
        del self._names[self.full_name(repository).lower()], self.tables.repositories[repository.id]
        del self.nodes[repository.node_id]
        for former in [name for name, number in self.tables.redirects.items() if number == repository.id]:
            del self.tables.redirects[former]
        for table in (self.tables.labels, self.tables.milestones):
            for number in [n for n, x in table.items() if x.repository_id == repository.id]:
                del self.nodes[table.pop(number).node_id]
        self._labels = {key: number for key, number in self._labels.items() if key[0] != repository.id}

    def drop_comment(self, comment: Comment) -> None:
        del self.tables.comments[comment.id]
        del self._comments[comment.issue_id][comment.id]
        del self.nodes[comment.node_id]

    def drop_item(self, item: ProjectItem) -> None:
        del self.tables.items[item.id], self._boards[item.project_id][item.id], self.nodes[item.node_id]
        self._items[item.issue_id].pop(item.id, None)
        if item.draft is not None:
            del self.nodes[item.draft.node_id]

    def drop_issue(self, issue: Issue) -> None:
        """Forget the record and what hangs on it; links of others are the caller's to cut."""
        for comment in list(self.comments(issue)):
            self.drop_comment(comment)
        for item in self.items(issue):
            self.drop_item(item)
        self.tables.events = [e for e in self.tables.events if e.issue_id != issue.id]
        for event in self._events.pop(issue.id, []):
            del self.nodes[event.node_id]
        del self.tables.issues[issue.id]
        del self._issues[issue.repository_id][issue.id]
        del self._numbers[issue.repository_id, issue.number]
        del self.nodes[issue.node_id]

    # --- asking

    def user(self, login: str) -> User | None:
        found = self._logins.get(login.lower())
        return None if found is None else self.tables.users[found]

    def person(self, user_id: int | None) -> User | None:
        return None if user_id is None else self.tables.users.get(user_id)

    def full_name(self, repository: Repository) -> str:
        return f"{self.tables.users[repository.owner_id].login}/{repository.name}"

    def repository(self, full_name: str) -> Repository | None:
        found = self._names.get(full_name.lower())
        return None if found is None else self.tables.repositories[found]

    def former(self, full_name: str) -> Repository | None:
        """The repository that once had this name."""
        found = self.tables.redirects.get(full_name.lower())
        return None if found is None else self.tables.repositories.get(found)

    def home(self, issue: Issue) -> Repository:
        return self.tables.repositories[issue.repository_id]

    def issues(self, repository: Repository) -> list[Issue]:
        """Pull requests too."""
        return list(self._issues[repository.id].values())

    def issue(self, repository: Repository, number: int) -> Issue | None:
        found = self._numbers.get((repository.id, number))
        return None if found is None else self.tables.issues[found]

    def issue_here(self, repository: Repository, number: int) -> Issue:
        """The issue; raises 410 when deleted, 404 when there never was one. Transfers are the caller's to look up."""
        issue = self.issue(repository, number)
        if issue is None:
            if f"{repository.id}/{number}" in self.tables.deleted:
                raise gone("This issue was deleted")
            raise not_found()
        return issue

    def transferred(self, repository: Repository, number: int) -> Issue | None:
        found = self.tables.moved.get(f"{repository.id}/{number}")
        return None if found is None else self.tables.issues.get(found)

    def issue_of_pull(self, pull_id: int) -> Issue | None:
        found = self._pulls.get(pull_id)
        return None if found is None else self.tables.issues[found]

    def comments(self, issue: Issue) -> list[Comment]:
        """Oldest first."""
        return sorted(self._comments[issue.id].values(), key=lambda c: (c.created_at, c.id))

    def comment_count(self, issue: Issue) -> int:
        return len(self._comments[issue.id]) + issue.comments_elsewhere

    def events(self, issue: Issue) -> list[Event]:
        return self._events[issue.id]

    def items(self, issue: Issue) -> list[ProjectItem]:
        return list(self._items[issue.id].values())

    def items_of(self, project: Project) -> list[ProjectItem]:
        """In the order they were added."""
        return list(self._boards[project.id].values())

    def label(self, repository: Repository, name: str) -> Label | None:
        found = self._labels.get((repository.id, name.lower()))
        return None if found is None else self.tables.labels[found]

    def labels(self, issue: Issue) -> list[Label]:
        return [self.tables.labels[i] for i in issue.label_ids]

    def milestones(self, repository: Repository) -> list[Milestone]:
        return [m for m in self.tables.milestones.values() if m.repository_id == repository.id]

    def milestone(self, repository: Repository, wanted: str | int) -> Milestone | None:
        """By number or title."""
        return next((m for m in self.milestones(repository) if wanted in (m.number, m.title)), None)

    def association(self, repository: Repository, user_id: int | None) -> str:
        """How the author stands to the repository, as GitHub words it."""
        if user_id is not None and user_id == repository.owner_id:
            return "OWNER"
        return repository.associations.get(user_id or 0, "NONE")

    def new_node_id(self, prefix: str, number: int, *, within: Repository | Project | None = None) -> str:
        return node_id(prefix, within.id, number) if within else node_id(prefix, number)
