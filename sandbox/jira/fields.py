"""The fields of an issue: which there are, and which values an edit may give them.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/ (edit issue)
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sandbox.jira import adf
from sandbox.jira.errors import Refusal
from sandbox.jira.field_table import END, POINTS, PRIORITIES, START, TEAM, TYPES, issue_type, priority
from sandbox.jira.records import Json, Project
from sandbox.jira.view import View

LONGEST_SUMMARY = 255


class _Unfit(Exception):
    """A value that Jira would not take, in its words."""


def taken(view: View, project: Project, given: Mapping[str, Any]) -> Json:
    """The given fields as an issue keeps them (``parent`` as an id). Raises Refusal naming all that cannot be set."""
    kept: Json = {}
    errors: dict[str, str] = {}
    for name, value in given.items():
        take = _TAKES.get(name)
        try:
            if take is None:
                raise _Unfit(f"Field '{name}' cannot be set. It is not on the appropriate screen, or unknown.")
            kept[name] = take(_Value(view, project, name, value))
        except _Unfit as unfit:
            errors[name] = str(unfit)
    if errors:
        raise Refusal(400, errors=errors)
    return kept


class _Value:
    """One value on its way into one field. Everything here raises _Unfit."""

    def __init__(self, view: View, project: Project, name: str, given: Any) -> None:
        self.view, self.project, self.name, self.given = view, project, name, given

    def summary(self) -> str:
        if not isinstance(self.given, str):
            raise _Unfit("Operation value must be a string")
        if not self.given.strip():
            raise _Unfit("You must specify a summary of the issue.")
        if len(self.given) > LONGEST_SUMMARY:
            raise _Unfit(f"Summary must be less than {LONGEST_SUMMARY} characters.")
        if "\n" in self.given or "\r" in self.given:
            raise _Unfit("The summary is invalid because it contains newline characters.")
        return self.given

    def text(self) -> Json | str | None:
        if self.given is None:
            return None
        document = self.given
        if self.view.state.server and isinstance(document, str):
            return document
        if self.view.version == "2":
            if not isinstance(document, str):
                raise _Unfit("Operation value must be a string")
            document = adf.from_plain(document)
        if problem := adf.problem(document):
            raise _Unfit(problem)
        return dict(document)

    def labels(self) -> list[str]:
        for label in self._list():
            if not isinstance(label, str) or not label:
                raise _Unfit("The label must be a string.")
            if any(c.isspace() for c in label):
                raise _Unfit(f"The label '{label}' contains spaces which is invalid.")
            if len(label) > LONGEST_SUMMARY:
                raise _Unfit(f"The label '{label}' exceeds the maximum length for labels of 255 characters.")
        return list(dict.fromkeys(self._list()))

    def day(self) -> str | None:
        if self.given is None:
            return None
        try:
            return date.fromisoformat(self.given).isoformat()
        except (TypeError, ValueError):
            raise _Unfit(f"Error parsing date string: {self.given}") from None

    def user(self) -> Json | None:
        if self.given is None:
            return None
        by = ("name",) if self.view.state.server else ("accountId", "id")
        person = self.view.state.user_named(str(self._named(*by)))
        if person is None:
            raise _Unfit(f"User '{self._named(*by)}' does not exist.")
        return self.view.state.user(person)

    def chosen(self, options: list[Json], what: str) -> Json:
        wanted = self._named("id", "name")
        found = next((o for o in options if str(wanted) in (str(o["id"]), o["name"])), None)
        if found is None:
            raise _Unfit(f"{what} name '{wanted}' is not valid")
        return found

    def several(self, options: list[Json], what: str) -> list[Json]:
        each = [_Value(self.view, self.project, self.name, value) for value in self._list()]
        return [value.chosen(options, what) for value in each]

    def parent(self) -> int | None:
        if self.given is None:
            return None
        found = self.view.state.issue(str(self._named("key", "id")))
        if found is None or not self.view.sees(found):
            raise _Unfit("Could not find issue by id or key.")
        return found.id

    def number(self) -> float | None:
        if self.given is not None and (isinstance(self.given, bool) or not isinstance(self.given, int | float)):
            raise _Unfit("Operation value must be a number")
        return self.given

    def team(self) -> Json | None:
        if self.given is not None and not isinstance(self.given, str):
            raise _Unfit("Operation value must be a string")
        return {"id": self.given, "name": self.given} if self.given else None

    def _list(self) -> list[Any]:
        if not isinstance(self.given, list):
            raise _Unfit("data was not an array")
        return self.given

    def _named(self, *names: str) -> Any:
        if not isinstance(self.given, dict):
            raise _Unfit("data was not an object")
        return next((self.given[name] for name in names if self.given.get(name) is not None), None)


_TAKES: Mapping[str, Callable[[_Value], Any]] = {
    "summary": _Value.summary,
    "description": _Value.text,
    "environment": _Value.text,
    "labels": _Value.labels,
    "duedate": _Value.day,
    START: _Value.day,
    END: _Value.day,
    "assignee": _Value.user,
    "reporter": _Value.user,
    "priority": lambda v: v.chosen([priority(name) for name in PRIORITIES], "Priority"),
    "issuetype": lambda v: v.chosen([issue_type(name) for name in TYPES], "Issue type"),
    "components": lambda v: v.several(v.project.components, "Component"),
    "fixVersions": lambda v: v.several(v.project.versions, "Version"),
    "versions": lambda v: v.several(v.project.versions, "Version"),
    "parent": _Value.parent,
    POINTS: _Value.number,
    TEAM: _Value.team,
}
