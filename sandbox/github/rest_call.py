"""One REST request as its handlers see it, what they answer, and how lists are cut into pages."""

import base64
import binascii
import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlencode

from werkzeug.wrappers import Request

from sandbox.github.access import Caller
from sandbox.github.errors import Refusal, invalid, moved, not_found, unprocessable
from sandbox.github.limits import Limits
from sandbox.github.records import Issue, Repository
from sandbox.github.state import State

T = TypeVar("T")
Handler = Callable[..., "Reply"]
Route = tuple[str, str, Handler]
"""Method, path below the repository (or from the root), handler."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    data: Any = None
    status: int = 200
    links: Mapping[str, str] = field(default_factory=dict)
    """For the Link header, by ``rel``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    caller: Caller
    request: Request
    limits: Limits
    path: str
    """Below the API root, with the names the caller used."""

    @property
    def state(self) -> State:
        return self.caller.state

    @property
    def root(self) -> str:
        return self.caller.root

    def arg(self, name: str, default: str = "") -> str:
        return self.request.args.get(name, default)

    def body(self) -> dict[str, Any]:
        """The JSON object sent; raises 400 as GitHub does."""
        parsed = self.json()
        if not isinstance(parsed, dict):
            raise Refusal(400, "Body should be a JSON object")
        return parsed

    def json(self) -> Any:
        raw = self.request.get_data()
        try:
            return json.loads(raw) if raw else {}
        except ValueError:
            raise Refusal(400, "Problems parsing JSON") from None

    def time(self, name: str) -> datetime | None:
        """An ISO 8601 argument; GitHub reads one without a zone as UTC."""
        value = self.arg(name)
        if not value:
            return None
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            raise invalid("Issue", name, "invalid") from None
        return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)

    def per_page(self) -> int:
        """30 unless asked; more than 100 is silently 100."""
        wanted = self.arg("per_page")
        return min(100, max(1, int(wanted))) if wanted.isdigit() else 30

    def page(self) -> int:
        wanted = self.arg("page")
        return max(1, int(wanted)) if wanted.isdigit() else 1


def find_issue(call: Call, repository: Repository, number: int) -> Issue:
    """The issue; raises a redirect when it was transferred to where the caller may read, 404 or 410 otherwise."""
    elsewhere = call.state.transferred(repository, number)
    if elsewhere is not None:
        home = call.state.home(elsewhere)
        if not call.caller.may_read(home):
            raise not_found()
        old = f"/issues/{number}"
        rest = call.path.partition(old)[2]
        raise redirect(call, f"/repositories/{home.id}/issues/{elsewhere.number}{rest}")
    return call.state.issue_here(repository, number)


def redirect(call: Call, path: str) -> Refusal:
    query = call.request.query_string.decode()
    permanent = call.request.method in ("GET", "HEAD")
    return moved(f"{call.root}{path}{'?' + query if query else ''}", permanent=permanent)


def numbered_pages(call: Call, rows: Sequence[T]) -> tuple[Sequence[T], dict[str, str]]:
    """The page asked for by number, with ``first``, ``prev``, ``next`` and ``last``."""
    size, page = call.per_page(), call.page()
    last = max(1, -(-len(rows) // size))
    links: dict[str, str] = {}
    if page > 1:
        links["prev"] = _link(call, page=min(page - 1, last))
    if page < last:
        links["next"], links["last"] = _link(call, page=page + 1), _link(call, page=last)
    if page > 1:
        links["first"] = _link(call, page=1)
    return rows[(page - 1) * size : page * size], links


def cursor_pages(
    call: Call, rows: Sequence[T], key: Callable[[T], tuple[Any, int]], *, base: str, descending: bool
) -> tuple[Sequence[T], dict[str, str]]:
    """The page after an opaque cursor: ``next`` but never ``last``, as the issue list has it.

    A cursor stands for a place in the order, so an issue that changes meanwhile can be met twice or jumped over.
    Page numbers still work, up to 10,000 rows (422 after that).
    """
    size, page = call.per_page(), call.page()
    if call.arg("after"):
        mark = _read_cursor(call.arg("after"))
        start = bisect_left(rows, True, key=lambda row: _beyond(_mark(key(row)), mark, descending))
    else:
        start = (page - 1) * size
        if start >= 10_000:
            raise unprocessable("Pagination with the page parameter is not supported for large datasets")
    chosen = rows[start : start + size]
    links: dict[str, str] = {}
    if start + size < len(rows):
        cursor = base64.b64encode(json.dumps(_mark(key(chosen[-1]))).encode()).decode()
        links["next"] = _link(call, base=base, after=cursor, page=page + 1)
    return chosen, links


def _mark(key: tuple[Any, int]) -> list[Any]:
    value, tie = key
    return [value.timestamp() if isinstance(value, datetime) else value, tie]


def _beyond(mark: list[Any], limit: list[Any], descending: bool) -> bool:
    return mark < limit if descending else mark > limit


def _read_cursor(text: str) -> list[Any]:
    try:
        mark = json.loads(base64.b64decode(text))
        return [float(mark[0]), int(mark[1])]
    except (binascii.Error, ValueError, TypeError, IndexError, KeyError):
        raise unprocessable("The cursor is not valid; follow the Link header as it stands") from None


def _link(call: Call, *, base: str | None = None, **changed: object) -> str:
    arguments = {**call.request.args.to_dict(), **{k: str(v) for k, v in changed.items()}}
    return f"{call.root}{base or call.path}?{urlencode(arguments)}"
