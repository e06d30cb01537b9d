"""How the site keeps a caller within bounds, and what it says of them.

Cloud: https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
Data Center has a bucket of tokens for each user, which is off unless its admin turns it on:
https://confluence.atlassian.com/adminjiraserver/improving-instance-stability-with-rate-limiting-983794911.html
"""

import math
from collections import deque
from datetime import timedelta
from typing import Final

from werkzeug.wrappers import Response

from sandbox.jira.errors import Refusal
from sandbox.jira.state import State

WRITES = frozenset({"POST", "PUT", "DELETE"})
ISSUE_SPAN: Final = 2.0
LONG_SPAN: Final = 30.0


class Limits:
    """What was asked lately. Not thread-safe: the site holds a lock."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._recent: deque[float] = deque()
        self._writes: dict[tuple[int, float], deque[float]] = {}
        self._buckets: dict[str, tuple[float, float]] = {}
        """By person: tokens left, and when they were counted."""

    def request(self) -> None:
        """Raises Refusal(429)."""
        if not self._state.server:
            self._within(self._recent, self._state.options.rate_limit, 1.0, "jira-burst-based")

    def write(self, issue_id: int) -> None:
        """Raises Refusal(429)."""
        if not self._state.server:
            options = self._state.options
            for span, most in ((ISSUE_SPAN, options.issue_burst), (LONG_SPAN, options.issue_long_burst)):
                recent = self._writes.setdefault((issue_id, span), deque())
                self._within(recent, most, span, "jira-per-issue-on-write")

    def take(self, person: str) -> dict[str, str]:
        """A token of this person's bucket, and the headers that tell of it. Raises Refusal(429)."""
        options = self._state.options
        if not self._state.server or not options.bucket:
            return {}
        now = self._state.clock.now().timestamp()
        left, counted = self._buckets.get(person, (float(options.bucket), now))
        filled = max(0.0, now - counted) * options.bucket_fill / options.bucket_seconds
        left = min(float(options.bucket), left + filled)
        headers = {
            "X-RateLimit-Limit": str(options.bucket),
            "X-RateLimit-Remaining": str(max(0, int(left) - 1)),
            "X-RateLimit-FillRate": str(options.bucket_fill),
            "X-RateLimit-Interval-Seconds": str(options.bucket_seconds),
        }
        self._buckets[person] = (left - (left >= 1), now)
        if left < 1:
            wait = math.ceil((1 - left) * options.bucket_seconds / options.bucket_fill)
            raise Refusal(429, "Rate limit exceeded.", headers={**headers, "Retry-After": str(max(1, wait))})
        return {**headers, "Retry-After": "0"}

    def tell(self, response: Response) -> None:
        """Cloud: without the option, limits are those that the real one names, and never come near."""
        if self._state.server:
            return
        limit = self._state.options.rate_limit or 100
        left = max(0, limit - len(self._recent)) if self._state.options.rate_limit else limit - 1
        response.headers["X-RateLimit-Limit"] = str(limit)
        response.headers.setdefault("X-RateLimit-Remaining", str(left))
        if response.status_code == 429:
            reset = self._state.clock.now() + timedelta(seconds=1)
            response.headers["X-RateLimit-Reset"] = f"{reset:%Y-%m-%dT%H:%M:%SZ}"
        if left < limit / 5:
            response.headers["X-RateLimit-NearLimit"] = "true"

    def _within(self, recent: deque[float], limit: int, seconds: float, reason: str) -> None:
        now = self._state.clock.now().timestamp()
        while recent and not 0 <= now - recent[0] <= seconds:  # less than 0: the clock was set back
            recent.popleft()
        if limit and len(recent) >= limit:
            headers = {"Retry-After": str(math.ceil(seconds)), "RateLimit-Reason": reason, "X-RateLimit-Remaining": "0"}
            raise Refusal(429, "Rate limit exceeded.", headers=headers)
        recent.append(now)
