"""Answers kept whole, so that asking the same again costs the sandbox next to nothing.

Off at first. Whoever measures clients turns it on: what a client takes is then not what this sandbox takes. A kept
answer is given again to the same request by the same account, until anything changes: every write and every
act, option or clock set through the control API makes all of them void. Faults, the log and the latency hold for
kept answers as for others. What changes by itself is not noticed: leave it off together with an index that lags,
page tokens that expire and limits that are enforced.
"""

import json
import re
from collections.abc import Hashable
from threading import Lock
from typing import Any

from werkzeug.wrappers import Request, Response

READS = re.compile(r"/(search(/jql|/approximate-count)?|(issue|changelog)/bulkfetch|comment/list)$")
"""POST requests to Jira that change nothing."""
DEPENDS_ON = ("Authorization", "Accept", "If-None-Match", "If-Modified-Since", "X-GitHub-Api-Version")
"""Headers that an answer may depend on."""


class Answers:
    """Thread-safe. ``on`` may be turned at any time."""

    def __init__(self) -> None:
        self.on = False
        self._kept: dict[Hashable, Response] = {}
        self._version = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def key(self, site: str, request: Request) -> Hashable | None:
        """What the answer depends on; None when the request may change something, or nothing is kept."""
        if not self.on or not is_read(request):
            return None
        headers = tuple(request.headers.get(name) for name in DEPENDS_ON)
        return self._version, site, request.method, request.path, request.query_string, request.get_data(), headers

    def get(self, key: Hashable) -> Response | None:
        return self._kept.get(key)

    def keep(self, key: Hashable, response: Response) -> None:
        """Answers of 200; not one that was begun before the last change."""
        with self._lock:
            if response.status_code == 200 and isinstance(key, tuple) and key[0] == self._version:
                self._kept[key] = response

    def forget(self) -> None:
        """Something has changed."""
        with self._lock:
            self._version += 1
            self._kept.clear()


def is_read(request: Request) -> bool:
    """Whether it changes nothing, as far as can be told without carrying it out."""
    if request.method in ("GET", "HEAD"):
        return True
    if request.method != "POST":
        return False
    if request.path.endswith("/graphql"):
        return not re.search(r"\bmutation\b", _query(request))
    return READS.search(request.path) is not None


def _query(request: Request) -> str:
    """The GraphQL text; what is none counts as a mutation."""
    try:
        body: Any = json.loads(request.get_data())
    except ValueError:
        body = None
    query = body.get("query") if isinstance(body, dict) else None
    return query if isinstance(query, str) else "mutation"
