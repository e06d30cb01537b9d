"""Somebody who pulls a small GitHub again and again and keeps what comes, for several tests."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from connectors.base import ConnectorError, Page, Request, TrackerSettings
from connectors.github import GithubConnector
from connectors.limits import Clock, Limits
from model.facts import IssueFact, Link
from tests.connectors.contract import issues
from tests.connectors.github_world import TOKEN, GitHub

LONG_AGO = datetime(2026, 1, 5, 9, tzinfo=UTC)


@dataclass
class Caller:
    world: GitHub
    scopes: tuple[str, ...]
    concurrency: int = 1
    cursors: dict[str, str] = field(default_factory=dict)
    catalog: str = ""
    facts: dict[str, IssueFact] = field(default_factory=dict)
    """By key: all that was ever read, as it was read last."""
    requests: int = 0
    """Of the last pull, beside the one for the account."""
    gave_up: str = ""

    def connector(self, later: timedelta = timedelta()) -> GithubConnector:
        """One that never sleeps; ``later`` is how far its clock is ahead."""
        settings = TrackerSettings(
            name="github",
            kind="github",
            url=self.world.url,
            scopes=self.scopes,
            token=TOKEN,
            concurrency=self.concurrency,
        )
        clock = Clock(now=lambda: time.time() + later.total_seconds(), sleep=lambda _: None)
        return GithubConnector(settings, limits=Limits(attempts=2), clock=clock)

    def pull(
        self, *, structure: bool = False, full: bool = False, later: timedelta = timedelta(), most: int = 1_000_000
    ) -> list[Page]:
        """Pull on from where the last one ended; after ``most`` pages this caller is killed."""
        github = self.connector(later)
        github.account()
        before, pages = github.traffic.requests, list[Page]()
        cursors = {} if full else self.cursors
        request = Request(cursors=cursors, catalog=self.catalog, structure=structure, resume=not full)
        self.gave_up = ""
        try:
            for page in github.pull(request):
                if len(pages) >= most:
                    break
                pages.append(page)
                self._keep(page)
        except ConnectorError as error:
            self.gave_up = str(error)
        self.requests = github.traffic.requests - before
        return pages

    def _keep(self, page: Page) -> None:
        self.cursors |= page.cursors
        self.catalog = self.catalog if page.catalog is None else page.catalog
        self.facts |= {issue.key: issue for issue in page.issues}


def by_key(pages: Sequence[Page]) -> dict[str, IssueFact]:
    return {issue.key: issue for issue in issues(pages).values()}


def census(pages: Sequence[Page]) -> dict[str, frozenset[str]]:
    return {key: ids for page in pages for key, ids in (page.census or {}).items()}


def missing(pages: Sequence[Page]) -> dict[str, str]:
    """By scope, where something is."""
    return {scope.key: scope.missing for page in pages for scope in page.scopes if scope.missing}


def links(fact: IssueFact, type_id: str) -> list[Link]:
    return [link for link in fact.links if link.type_id == type_id]


def many(world: GitHub, number: int, repository: str = "acme/web") -> None:
    """Quiet issues, each last updated an hour after the one before."""
    for n in range(number):
        moment = LONG_AGO + timedelta(hours=n)
        world.write.issue(repository, f"Issue {n}", by="mira", at=LONG_AGO, updated=moment)
