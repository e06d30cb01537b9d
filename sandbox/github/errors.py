"""The one refusal of the sandbox GitHub, told as REST or as GraphQL by whoever answers.

Shapes follow https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api.
"""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):
    """What GitHub says instead of doing it."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "UNPROCESSABLE",
        errors: list[Mapping[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.kind = kind
        """The ``type`` of a GraphQL error."""
        self.errors = errors
        self.headers = headers or {}
        self.body = body or {}
        """Further keys of the REST answer."""


def not_found(message: str = "Not Found") -> Refusal:
    """Invisible and absent look the same."""
    return Refusal(404, message, kind="NOT_FOUND")


def gone(message: str) -> Refusal:
    return Refusal(410, message, kind="NOT_FOUND")


def bad_credentials() -> Refusal:
    return Refusal(401, "Bad credentials", kind="UNAUTHENTICATED")


def login_required() -> Refusal:
    return Refusal(401, "Requires authentication", kind="UNAUTHENTICATED")


def no_access(*, by_app: bool = False, accepted: str = "") -> Refusal:
    """``accepted`` as the header has it: ``issues=write; pull_requests=write``."""
    who = "integration" if by_app else "personal access token"
    headers = {"X-Accepted-GitHub-Permissions": accepted} if accepted else {}
    return Refusal(403, f"Resource not accessible by {who}", kind="FORBIDDEN", headers=headers)


def invalid(resource: str, field: str, code: str, message: str = "") -> Refusal:
    """422 as GitHub shapes it: which field of which resource, and why."""
    detail: dict[str, Any] = {"resource": resource, "field": field, "code": code}
    if message:
        detail["message"] = message
    return Refusal(422, "Validation Failed", errors=[detail])


def unprocessable(message: str) -> Refusal:
    return Refusal(422, message)


def moved(url: str, *, permanent: bool) -> Refusal:
    """A redirect: 301 for reads, 307 for everything else."""
    return Refusal(301 if permanent else 307, "Moved Permanently", headers={"Location": url}, body={"url": url})
