"""What a search leaves out of an issue, asked for by the hand that read the page: older comments, remote links."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from connectors.base import Refused, TryLater
from connectors.http import Json
from connectors.jira import history
from connectors.jira.client import JiraClient
from connectors.jira.remote import remote_links
from connectors.jira.search import comments
from connectors.jira.values import rows_of, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A row, completed."""

    raw: Json
    remote: tuple[Json, ...] = ()
    partial: str = ""
    """What stays unread of it, in words."""

    @property
    def is_cut(self) -> bool:
        """Whether part of its history is still to be read."""
        return history.is_cut(self.raw)


class Completer:
    """Works for one client. Two failures in a row are an outage and end the walk; one costs its issue a part."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client
        self._failed = False

    def rows(self, rows: Iterable[Json]) -> Iterator[Whole]:
        for row in rows:
            raw, partial = self._with_comments(row)
            yield self.with_remote_links(Whole(raw=raw, partial=partial))

    def with_remote_links(self, whole: Whole) -> Whole:
        """Asked for only when the history says that there may be some."""
        if not history.may_have_remote_links(whole.raw):
            return whole
        try:
            found = remote_links(self._client, str(whole.raw["id"]))
        except (Refused, TryLater) as error:
            self._note(error)
            return Whole(raw=whole.raw, partial=whole.partial or "its remote links could not be read")
        self._failed = False
        return Whole(raw=whole.raw, remote=tuple(found), partial=whole.partial)

    def _with_comments(self, row: Json) -> tuple[Json, str]:
        if not comments_missing(row):
            return row, ""
        try:
            found = comments(self._client, str(row["id"]))
        except (Refused, TryLater) as error:
            self._note(error)
            refused = isinstance(error, Refused)
            return row, "its older comments are refused" if refused else "its older comments could not be read"
        self._failed = False
        return {**row, "fields": {**row["fields"], "comment": {"comments": found, "total": len(found)}}}, ""

    def _note(self, error: Refused | TryLater) -> None:
        if isinstance(error, TryLater):
            if self._failed:
                raise error
            self._failed = True


def comments_missing(raw: Json) -> bool:
    """Whether a row embeds fewer comments than its issue has: Jira caps them in search results."""
    box = table(table(table(raw).get("fields")).get("comment"))
    total = box.get("total")
    return isinstance(total, int) and total > len(rows_of(box.get("comments")))


def with_history(client: JiraClient, held: Sequence[Whole]) -> Iterator[Whole]:
    """Their histories completed, a thousand issues to a request; Cloud only."""
    found = history.bulk(client, [str(whole.raw["id"]) for whole in held]) if held else {}
    completer = Completer(client)
    for whole in held:
        full = replace(whole, raw=history.completed(whole.raw, found.get(str(whole.raw["id"]), [])))
        yield full if full.remote else completer.with_remote_links(full)
