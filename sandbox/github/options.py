"""What can be made worse about this GitHub."""

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Options:
    """How nasty this GitHub is; every one is off at first."""

    # --- limits
    primary_limit: int | None = None
    """Requests, and GraphQL points, per hour. None: 5,000 are shown and the window renews itself."""
    content_per_minute: int | None = None
    """New comments, issues, labels on issues and links; github.com: about 80."""
    content_per_hour: int | None = None
    """github.com: about 500."""
    points_per_minute: int | None = None
    """Of REST and of GraphQL apart; a read takes 1, a write 5. github.com: 900 and 2,000."""
    concurrent: int | None = None
    """How many requests may be under way at once; github.com: 100."""
    concurrent_seconds: float = 0.05
    """How long each request counts as under way. Set it to the latency that clients meet."""
    limit_status: Literal[403, 429] = 403
    """Of refusals over REST, and of all over a secondary limit."""
    tell_retry_after: bool = True
    """Whether a secondary limit says when to come again."""
    longest_body: int = 65_536
    """Characters that a comment may have."""
    spam: str = ""
    """Comments that hold this are taken for spam: 422."""
    slow_above_nodes: int | None = None
    """Queries that may touch more nodes run out of their ten seconds: 502. Lists of an account's projects are quick."""

    # --- what a server lacks
    enterprise: str | None = None
    """The version of an Enterprise Server, such as ``3.17.4``: everything is under ``/api/v3`` and ``/api/graphql``,
    without limits, sub-issues, and (before 3.19) dependencies. Set it before the scene, and ids are small."""
    hide_new_fields: bool = False
    """GraphQL without dependencies, parents and types, as an older server."""
    no_dependencies_api: bool = False
    """REST without dependencies: 404, and rows without the summary."""
    no_graphql: bool = False
    """``/graphql`` answers 404."""
    no_introspection: bool = False
    """GraphQL does not know ``__schema`` and ``__type``."""
    events_kept: int | None = None
    """How many events of a repository its feed still shows. None: all."""

    # --- what is not shown
    hidden_ends: Literal["omitted", "null"] = "omitted"
    """Links to issues that the caller may not read are left out of GraphQL's lists, or are null in them and counted."""
    no_project_scope: bool = False
    """No token may read projects."""
    hidden_projects: Literal["refused", "null", "empty"] = "refused"
    """What who may not read projects is told: the query is refused (what a classic token meets), each of them is
    null with an error (what other tokens meet, whatever stands here), or there are none and not a word."""
    lenient_jwt: bool = False
    """The times in an app's JWT are not looked at: for a sandbox whose clock is not that of the app."""

    @property
    def older_rest(self) -> bool:
        return self.enterprise is not None and _version(self.enterprise) < (3, 19)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit())
