"""What can be made worse about this GitHub."""

from dataclasses import dataclass
from typing import Literal


@dataclass(slots=True, kw_only=True)
class Options:
    """How nasty this GitHub is; every one is off at first."""

    primary_limit: int | None = None
    """Requests, and GraphQL points, per hour. None: 5,000 are shown and the window renews itself."""
    content_per_minute: int | None = None
    """github.com: about 80."""
    content_per_hour: int | None = None
    """github.com: about 500."""
    hide_new_fields: bool = False
    """GraphQL without dependencies, parents and types, as an older server."""
    no_dependencies_api: bool = False
    """REST without dependencies: 404, and rows without the summary."""
    no_graphql: bool = False
    """``/graphql`` answers 404."""
    slow_above_nodes: int | None = None
    """Queries that may touch more nodes run out of their ten seconds: 502. Lists of an account's projects are quick."""
    no_introspection: bool = False
    """GraphQL does not know ``__schema`` and ``__type``."""
    no_project_scope: bool = False
    """No token may read projects."""
    hidden_projects: Literal["refused", "null", "empty"] = "refused"
    """What who may not read projects is told: the query is refused (what a classic token meets), each of them is
    null with an error (what other tokens meet, whatever stands here), or there are none and not a word."""
    lenient_jwt: bool = False
    """The times in an app's JWT are not looked at: for a sandbox whose clock is not that of the app."""
    events_kept: int | None = None
    """How many events of a repository its feed still shows. None: all."""
