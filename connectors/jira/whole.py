"""What a search leaves out of an issue, asked for by the hand that read the page: older comments and histories,
remote links."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from connectors.base import Refused, TryLater
from connectors.http import Json
from connectors.jira import history
from connectors.jira.client import JiraClient
from connectors.jira.ranges import Part, Piece
from connectors.jira.remote import remote_links
from connectors.jira.search import comments
from connectors.jira.values import rows_of, table, text

HELD = 250
"""Issues with a long history that wait for one request."""
PATIENCE = 50
"""Pages for which they wait, at most: until then there is no checkpoint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A row, completed."""

    raw: Json
    remote: tuple[Json, ...] = ()
    partial: str = ""
    """What stays unread of it, in words."""
    again: bool = False
    """Whether that may be read the next time: it was not refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    wholes: Sequence[Whole]
    rest: Piece | None = None
    """What is left of the piece when these are kept; None where that cannot be said."""


class Completer:
    """Works for one client. Two failures in a row are an outage and end the walk; one costs its issue a part."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._failed = False

    def batches(self, parts: Iterable[Part]) -> Iterator[Batch]:
        """Issues with a long history come later than the others, many together."""
        held: list[Json] = []
        waited = 0
        for part in parts:
            cut = [row for row in part.rows if self._is_cut(row)]
            wholes = [self.whole(row) for row in part.rows if not self._is_cut(row)]
            held, waited = held + cut, waited + 1 if held or cut else 0
            if len(held) >= HELD or waited >= PATIENCE:
                wholes += self.with_history(held)
                held, waited = [], 0
            yield Batch(wholes=wholes, rest=None if held else part.rest)
        if held:
            yield Batch(wholes=self.with_history(held))

    def one(self, row: Json) -> Whole:
        return self.with_history([row])[0] if self._is_cut(row) else self.whole(row)

    def _is_cut(self, row: Json) -> bool:
        """Data Center embeds whole histories, and has no list of them."""
        return history.is_cut(row) and self._client.face == "cloud"

    def whole(self, row: Json, unread: str = "") -> Whole:
        """``unread``: what of the row's own could not be read, and may be the next time."""
        return self._with_remote_links(self._with_comments(Whole(raw=row, partial=unread, again=bool(unread))))

    def with_history(self, rows: Sequence[Json]) -> list[Whole]:
        """About one request for all of them. Where it is refused, the newest histories have to do."""
        found: dict[str, list[Json]] = {}
        unread = ""
        try:
            found = history.bulk(self._client, [text(row.get("id")) for row in rows])
            self._failed = False
        except Refused:
            pass
        except TryLater as error:
            self._note(error)
            unread = "its older history could not be read"
        return [self.whole(history.completed(row, found.get(text(row.get("id")), [])), unread) for row in rows]

    def _with_comments(self, whole: Whole) -> Whole:
        row = whole.raw
        if not comments_missing(row):
            return whole
        try:
            found = comments(self._client, str(row["id"]))
        except (Refused, TryLater) as error:
            return self._lacking(whole, "its older comments", error)
        self._failed = False
        box = {"comments": found, "total": len(found)}
        return replace(whole, raw={**row, "fields": {**row["fields"], "comment": box}})

    def _with_remote_links(self, whole: Whole) -> Whole:
        """Asked for only when the history says that there may be some."""
        if not history.may_have_remote_links(whole.raw):
            return whole
        try:
            found = remote_links(self._client, str(whole.raw["id"]))
        except (Refused, TryLater) as error:
            return self._lacking(whole, "its remote links", error)
        self._failed = False
        return replace(whole, remote=tuple(found))

    def _lacking(self, whole: Whole, what: str, error: Refused | TryLater) -> Whole:
        """A refusal stands until somebody changes a permission: looking each time would not help."""
        if isinstance(error, Refused):
            return replace(whole, partial=f"{what} are refused")
        self._note(error)
        return replace(whole, partial=f"{what} could not be read", again=True)

    def _note(self, error: TryLater) -> None:
        if self._failed:
            raise error
        self._failed = True


def comments_missing(raw: Json) -> bool:
    """Whether a row embeds fewer comments than its issue has: Jira caps them in search results.

    A row that says nothing of comments is taken to have none: asking for each would be a request an issue.
    """
    box = table(table(table(raw).get("fields")).get("comment"))
    total = box.get("total")
    return isinstance(total, int) and total > len(rows_of(box.get("comments")))
