"""What deltas cannot see: links added or removed, dates moved on boards, and issues that went away.

None of it moves ``updatedAt``. Links are told by a repository's own events (``events``): one request a
repository, free of quota while nothing happened, and one for each 100 issues to be read again. Dates on
boards and who is there take a sweep (``sweep``): N/100 lean requests at 6 points or fewer, once in
``EVERY``, and whenever the events do not reach back. A repository of 100 issues and pull requests or
fewer is swept each time: ten of them, or one of a hundred, take a single request.

Open issues that block or wait for one of a repository that is not pulled are read again each time: nothing in
their own tells when the other end moves on. Cross references that appear between two readings of an issue are seen
when it is read next; who mentions it from within what is pulled says so itself.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Page
from connectors.github import sweep
from connectors.github.catalog import Catalog
from connectors.github.events import read_news
from connectors.github.reading import Reading
from connectors.github.sweep import Swept

EVERY = timedelta(hours=24)
SMALL = 100
"""Issues and pull requests up to which a sweep costs no more than a look at the events."""


def refresh(
    reading: Reading, catalog: Catalog, repositories: Sequence[Swept], within: Collection[str]
) -> Iterator[Page]:
    """Facts of every issue whose links changed, then the census of each repository that was swept.

    ``within`` names all repositories that are pulled, in lower case.
    """
    told = _told(reading, catalog, [r.name for r in repositories if not _small(catalog, r.name)])
    now = reading.client.now()
    swept = [r for r in repositories if r.name not in told or _due(catalog, r.name, now)]
    sweep.sweep(reading, catalog, swept)
    changed = dict.fromkeys(identity for r in swept for identity in r.changed)
    for name, touched in told.items():
        changed |= dict.fromkeys((*touched, *catalog.outside.get(name, {}).values()))
    yield from _again(reading, catalog, list(filter(None, changed)), {r.name: r for r in repositories}, within)
    counted = {r.name for r in swept}
    for repository in repositories:
        if repository.name in counted or repository.failed:
            yield from sweep.census(reading, catalog, repository)


def _told(reading: Reading, catalog: Catalog, names: Sequence[str]) -> dict[str, list[str]]:
    """By repository whose events reach back to the last look: node ids of issues whose links came or went."""
    told: dict[str, list[str]] = {}
    for news in read_news(reading, {name: catalog.feeds.get(name) for name in names}):
        catalog.feeds.pop(news.name, None)
        if news.feed is not None:
            catalog.feeds[news.name] = news.feed
        if news.known:
            told[news.name] = news.touched
    return told


def _again(
    reading: Reading,
    catalog: Catalog,
    ids: Sequence[str],
    repositories: Mapping[str, Swept],
    within: Collection[str],
) -> Iterator[Page]:
    """Read these in full. What has moved to a repository that is not pulled is left to whoever misses it."""
    for batch in reading.by_id(ids):
        mine: dict[str, list[dict[str, Any]]] = {}
        for row in batch.rows:
            name = str((row.get("repository") or {}).get("nameWithOwner"))
            if name in repositories:
                mine.setdefault(name, []).append(row)
                catalog.note_full(name, row, within)
        for name, rows in mine.items():
            issues, failed = reading.facts(rows, batch.troubles)
            repositories[name].failed += failed
            yield Page(issues=issues)


def _small(catalog: Catalog, name: str) -> bool:
    count = catalog.counts.get(name)
    return count is not None and count.rows <= SMALL


def _due(catalog: Catalog, name: str, now: datetime) -> bool:
    count = catalog.counts.get(name)
    return count is None or now - count.at >= EVERY
