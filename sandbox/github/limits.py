"""Rate limits: always shown, enforced only where an option says so.

Answers follow https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api.
"""

from datetime import datetime, timedelta
from typing import Literal

from sandbox.github.access import Caller
from sandbox.github.errors import Refusal
from sandbox.github.records import Quota
from sandbox.github.state import State

Resource = Literal["core", "graphql"]
_WINDOW = timedelta(hours=1)
_SHOWN = 5_000


class Limits:
    """The budget of one caller for one kind of request."""

    def __init__(self, caller: Caller, resource: Resource) -> None:
        self.state: State = caller.state
        self.resource = resource
        self.caller = caller
        self.quota = self.state.tables.quotas.setdefault(f"{resource}:{caller.quota_key}", Quota())
        self.enforced = self.state.tables.options.primary_limit is not None
        self.limit = self.state.tables.options.primary_limit or (_SHOWN if caller.user else 60)

    @property
    def remaining(self) -> int:
        return max(0, self.limit - self.quota.used)

    @property
    def resets_at(self) -> datetime:
        now = self.state.now()
        if self.quota.resets_at is None or self.quota.resets_at <= now:
            self.quota.used, self.quota.resets_at = 0, now + _WINDOW
        return self.quota.resets_at

    def charge(self, cost: int) -> None:
        """Take points; raises 403 with nothing left. Not enforced, the window renews itself when used up."""
        _ = self.resets_at
        if self.quota.used + cost > self.limit:
            if self.enforced:
                self.quota.used = self.limit
                raise self.exceeded()
            self.quota.used = 0
        self.quota.used += cost

    def refund(self, cost: int) -> None:
        """A 304 costs nothing."""
        self.quota.used = max(0, self.quota.used - cost)

    def exceeded(self) -> Refusal:
        who = f"user ID {self.caller.user.id}" if self.caller.user else "127.0.0.1"
        return Refusal(403, f"API rate limit exceeded for {who}.", kind="RATE_LIMITED")

    def count_creation(self, how_many: int = 1) -> None:
        """The secondary limit on new content; raises 403 with Retry-After."""
        options, now = self.state.tables.options, self.state.now()
        caps = ((timedelta(minutes=1), options.content_per_minute), (_WINDOW, options.content_per_hour))
        if all(cap is None for _, cap in caps):
            return
        shared = self.state.tables.quotas.setdefault(f"content:{self.caller.quota_key}", Quota())
        shared.created = [at for at in shared.created if at > now - _WINDOW]
        for window, cap in caps:
            recent = [at for at in shared.created if at > now - window]
            if cap is not None and len(recent) + how_many > cap:
                raise self._too_fast(max(1, int((recent[0] + window - now).total_seconds()) if recent else 60))
        shared.created += [now] * how_many

    @staticmethod
    def _too_fast(seconds: int) -> Refusal:
        text = (
            "You have exceeded a secondary rate limit and have been temporarily blocked from content creation. "
            "Please retry your request again later."
        )
        return Refusal(403, text, kind="RATE_LIMITED", headers={"Retry-After": str(seconds)})

    def headers(self) -> dict[str, str]:
        reset = int(self.resets_at.timestamp())
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.remaining),
            "X-RateLimit-Used": str(min(self.quota.used, self.limit)),
            "X-RateLimit-Reset": str(reset),
            "X-RateLimit-Resource": self.resource,
        }

    def shown(self) -> dict[str, int | str]:
        reset = int(self.resets_at.timestamp())
        return {
            "limit": self.limit,
            "used": min(self.quota.used, self.limit),
            "remaining": self.remaining,
            "reset": reset,
            "resource": self.resource,
        }
