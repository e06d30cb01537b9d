"""A repository's own events, newest first: whose links came or went since the event seen last.

One request, or none of the quota: an unchanged list answers 304 to its ETag (docs.github.com, "Best
practices for using the REST API", conditional requests). How far back GitHub lists events is not
documented, so where the last one seen is not found, or the server refuses the list, only a sweep tells.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connectors.base import Refused
from connectors.crew import read_ahead
from connectors.github.catalog import Feed
from connectors.github.client import Client, next_link
from connectors.github.reading import Reading
from connectors.http import Answer, Call

Row = Mapping[str, Any]

PAGES = 10
"""How far back to look before a sweep is cheaper."""
ROWS = 100
STRUCTURAL = frozenset(
    f"{what}_{how}" for what in ("blocked_by", "blocking", "parent_issue", "sub_issue") for how in ("added", "removed")
) | {"connected", "disconnected", "transferred", "marked_as_duplicate", "unmarked_as_duplicate"}


@dataclass(slots=True, kw_only=True)
class News:
    """What a repository's events tell."""

    name: str
    feed: Feed | None = None
    """Where to begin the next time; None when the list cannot be read."""
    touched: list[str] = field(default_factory=list)
    """Node ids of issues whose links came or went."""
    known: bool = False
    """Whether ``touched`` are all of them; if not, only a sweep tells."""


def read_news(reading: Reading, feeds: Mapping[str, Feed | None]) -> Iterator[News]:
    """By repository, what happened since; a repository without a feed is only shown where to begin."""
    if not feeds:
        return
    for step in read_ahead(reading.hands(), list(feeds.items()), _read):
        if step.error is not None:
            raise step.error
        if step.item is not None:
            yield step.item


def _read(client: Client, job: tuple[str, Feed | None]) -> Iterator[News]:
    name, before = job
    news = News(name=name)
    try:
        for number in range(1, PAGES + 1 if before else 2):
            answer = _page(client, name, number, before.etag if before and number == 1 else "")
            if answer.status == 304:
                news.known, news.feed = True, before
                break
            rows = answer.data if isinstance(answer.data, list) else []
            news.feed = news.feed or Feed(last=max(map(_id, rows), default=0), etag=answer.headers.get("etag", ""))
            more = bool(next_link(answer.headers.get("link", "")))
            news.known = before is not None and _take(rows, before, news, whole=number == 1 and not more)
            if news.known or not more:
                break
    except Refused:
        news = News(name=name)
    yield news


def _page(client: Client, name: str, number: int, etag: str) -> Answer:
    return client.gate.read(
        Call(
            method="GET",
            path=f"/repos/{name}/issues/events",
            params={"per_page": ROWS, "page": number},
            headers={"If-None-Match": etag} if etag else {},
            accept=frozenset({304}),
        )
    )


def _take(rows: Sequence[Row], before: Feed, news: News, *, whole: bool) -> bool:
    """Keep what is newer than the last event seen; returns whether that one's place was found.

    A list that was empty has no last event: then all of a list that fits on one page is new.
    """
    for row in rows:
        if _id(row) <= before.last:
            return True
        if row.get("event") in STRUCTURAL and (issue := row.get("issue")):
            news.touched.append(str(issue.get("node_id") or ""))
    return whole and before.last == 0


def _id(row: Row) -> int:
    return int(row.get("id") or 0)
