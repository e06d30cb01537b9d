"""One request on its way through the site: who asks, what was asked, and the things every handler needs."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from sandbox.jira.errors import Refusal, no_issue
from sandbox.jira.records import Issue, Json
from sandbox.jira.state import State
from sandbox.jira.view import View

NEEDS: Mapping[str, str] = {
    "comment on": "ADD_COMMENTS",
    "edit your comments on": "EDIT_OWN_COMMENTS",
    "delete your comments on": "DELETE_OWN_COMMENTS",
    "edit": "EDIT_ISSUES",
    "link": "LINK_ISSUES",
    "transition": "TRANSITION_ISSUES",
}
"""What one does to an issue -> the permission for it."""


@dataclass(frozen=True, slots=True)
class Call:
    view: View
    request: Request
    args: dict[str, Any]

    @property
    def state(self) -> State:
        return self.view.state

    @property
    def by(self) -> str:
        return self.view.account.person

    def body(self) -> Json:
        try:
            body = json.loads(self.request.get_data() or b"{}")
        except (ValueError, RecursionError):
            raise Refusal(400, "There was an error parsing JSON. Check that your request body is valid.") from None
        if not isinstance(body, dict):
            raise Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
        return body

    def number(self, name: str, default: int, most: int) -> int:
        text = self.request.args.get(name)
        if text is None:
            return default
        if not text.lstrip("-").isdigit():
            raise Refusal(400, f"{name}: '{text}' is not a number")
        return max(0, min(int(text), most))

    def texts(self, name: str) -> list[str]:
        """A parameter given as ``a,b`` or several times."""
        return [part for value in self.request.args.getlist(name) for part in value.split(",") if part]

    def issue(self, name: str = "") -> Issue:
        issue = self.state.issue(name or self.args["issue"])
        if issue is None or not self.view.sees(issue):
            raise no_issue()
        return issue

    def may_write(self, issue: Issue, what: str) -> None:
        """``what``: one of ``NEEDS``."""
        self.may_change(issue, what)
        if not self.view.account.may(NEEDS[what], issue.project):
            raise Refusal(403, f"You do not have permission to {what} this issue.")

    def may_change(self, issue: Issue, what: str) -> None:
        """What belongs to an archived project stays as it is, whoever asks."""
        if self.state.projects[issue.project].status != "live":
            raise Refusal(403, f"You cannot {what} this issue, because its project is archived.")

    def page(self, rows: Sequence[Any], *, most: int) -> Json:
        """A page by ``startAt`` and ``maxResults`` in the shape that most lists have."""
        start, size = self.number("startAt", 0, 10**9), self.number("maxResults", min(50, most), most)
        return {
            "startAt": start,
            "maxResults": size,
            "total": len(rows),
            "isLast": start + size >= len(rows),
            "values": list(rows[start : start + size]),
        }


@dataclass(frozen=True, slots=True)
class Reply:
    value: Any = None
    status: int = 200


Handler = Callable[[Call], Reply]
Route = tuple[str, str, Handler]
"""(method, path below /rest/api/N, handler)."""
