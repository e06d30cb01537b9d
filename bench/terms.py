"""The fewest requests anyone needs, from what a crowd holds.

With N issues (on GitHub I issues and P pull requests), k of them changed, S projects or repositories::

    Jira    full      4 + 2S + ceil(N/100) + c      serverInfo, myself, fields, link types; each project's versions
                                                    and components; links, parents, dates and 20 comments come with
                                                    an issue, and c requests of 100 bring the rest of the comments
            changed   1 + max(1, ceil(k/100)) + c   c among the changed issues
    GitHub  full      3 + ceil(I/100) + ceil(P/100) + ceil(o/10)
                                                    the account, the owner's repositories and its boards; o lists of
                                                    comments with more than the 100 of a page, followed ten at a time
            changed   1 + max(ceil(S/10), ceil(k/100)) + ceil(o/10)
                                                    the account; ten repositories in one query by aliases

Unchanged is k = 0. Nothing cheaper is documented: pages of 100 are the most that either tracker hands out with fields
(https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-search/,
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api).
"""

import math
from collections.abc import Collection

import msgspec

from sandbox.base import Site
from sandbox.github.site import GitHubSite
from sandbox.jira.site import JiraSite

EMBEDDED = {"jira": 20, "github": 100}
"""Comments that can come along with an issue."""
PAGE = 100
TOGETHER = 10


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """What the formula needs to know of a crowd, and what changes need: names."""

    tracker: str
    places: list[str]
    """Projects or repositories, the idle ones too."""
    idle: int
    """Places without any issue."""
    issues: list[str]
    """Names of the issues, oldest first."""
    pulls: list[str]
    long: dict[str, int]
    """Comments of the issues that have more than come along."""

    @property
    def total(self) -> int:
        return len(self.issues) + len(self.pulls)

    def full(self) -> int:
        """The fewest requests for everything."""
        pages = math.ceil(len(self.issues) / PAGE) + math.ceil(len(self.pulls) / PAGE)
        constant = 4 + 2 * len(self.places) if self.tracker == "jira" else 3
        return constant + pages + self._rest(self.long)

    def changed(self, names: Collection[str]) -> int:
        """The fewest requests when these have changed; for none, those of an unchanged run."""
        pages = math.ceil(len(names) / PAGE)
        least = 1 if self.tracker == "jira" else math.ceil(len(self.places) / TOGETHER)
        return 1 + max(least, pages) + self._rest(set(names) & self.long.keys())

    def _rest(self, names: Collection[str]) -> int:
        embedded = EMBEDDED[self.tracker]
        pages = sum(math.ceil((self.long[name] - embedded) / PAGE) for name in names)
        return pages if self.tracker == "jira" else math.ceil(pages / TOGETHER)


def terms_of(site: Site) -> Terms:
    """Raises TypeError for a site that is neither."""
    if isinstance(site, JiraSite):
        return _of_jira(site)
    if isinstance(site, GitHubSite):
        return _of_github(site)
    raise TypeError(f"there is no formula for {site.name}")


def _of_jira(site: JiraSite) -> Terms:
    issues = list(site.state.issues.values())
    used = {issue.project for issue in issues}
    return Terms(
        tracker="jira",
        places=[*site.state.projects],
        idle=len(site.state.projects.keys() - used),
        issues=[issue.key for issue in issues],
        pulls=[],
        long={issue.key: len(issue.comments) for issue in issues if len(issue.comments) > EMBEDDED["jira"]},
    )


def _of_github(site: GitHubSite) -> Terms:
    state = site.state
    names = {i.id: f"{state.full_name(state.home(i))}#{i.number}" for i in state.tables.issues.values()}
    counts = {names[i.id]: state.comment_count(i) for i in state.tables.issues.values()}
    places = state.tables.repositories.values()
    return Terms(
        tracker="github",
        places=[state.full_name(place) for place in places],
        idle=sum(not state.issues(place) for place in places),
        issues=[names[i.id] for i in state.tables.issues.values() if i.pull is None],
        pulls=[names[i.id] for i in state.tables.issues.values() if i.pull is not None],
        long={name: count for name, count in counts.items() if count > EMBEDDED["github"]},
    )
