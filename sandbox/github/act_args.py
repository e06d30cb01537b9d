"""The arguments of an act, each asked for by what it must be."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sandbox.github import repositories
from sandbox.github.errors import Refusal
from sandbox.github.project_records import Project
from sandbox.github.projects import find_project
from sandbox.github.records import Comment, Issue, Repository, User
from sandbox.github.state import State

Result = dict[str, Any]


class Args:
    """Raises Refusal naming the argument that is not as it must be."""

    def __init__(self, state: State, given: Mapping[str, Any]) -> None:
        self.state = state
        self.given = given

    @property
    def by(self) -> User:
        return repositories.ensure_user(self.state, self.text("by"))

    def text(self, name: str, default: str | None = None) -> str:
        value = self.given.get(name, default)
        if not isinstance(value, str):
            raise Refusal(422, f"{name} must be given as text")
        return value

    def maybe(self, name: str) -> str | None:
        return self.text(name) if self.given.get(name) is not None else None

    def texts(self, name: str) -> list[str]:
        value = self.given.get(name, [])
        value = [value] if isinstance(value, str) else value
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise Refusal(422, f"{name} must be a text or a list of texts")
        return value

    def repository(self, name: str = "repository") -> Repository:
        found = self.state.repository(self.text(name))
        if found is None:
            raise Refusal(404, f"{name}: there is no repository {self.text(name)}")
        return found

    def issue(self, name: str = "issue") -> Issue:
        place, _, number = self.text(name).partition("#")
        repository = self.state.repository(place)
        found = self.state.issue(repository, int(number)) if repository and number.isdigit() else None
        if found is None:
            raise Refusal(404, f"{name}: there is no issue {self.text(name)} (write owner/repo#number)")
        return found

    def comment(self) -> Comment:
        value = self.given.get("comment")
        number = int(value) if isinstance(value, str | int) and str(value).isdigit() else 0
        found = self.state.tables.comments.get(number)
        if found is None:
            raise Refusal(404, f"comment: there is no comment {value}")
        return found

    def account(self, name: str = "owner") -> User:
        found = self.state.user(self.text(name))
        if found is None:
            raise Refusal(404, f"{name}: there is no account {self.text(name)}")
        return found

    def flag(self, name: str, default: bool) -> bool:
        value = self.given.get(name, default)
        if not isinstance(value, bool):
            raise Refusal(422, f"{name} must be true or false")
        return value

    def count(self, name: str, default: int) -> int:
        value = self.given.get(name, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise Refusal(422, f"{name} must be a number of at least 1")
        return value

    def day(self, name: str) -> date:
        return date.fromisoformat(self.text(name))

    def project(self, owner: User) -> Project:
        """By title or number."""
        wanted = str(self.given.get("project", ""))
        found = find_project(self.state, owner, wanted)
        if found is None:
            raise Refusal(404, f"project: {owner.login} has no project {wanted!r}; make it by the act project")
        return found
