"""Rate limits: always shown, enforced only where an option says so.

Answers follow https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api.
"""

from collections import deque
from datetime import datetime, timedelta
from typing import Literal

from sandbox.github.access import Caller
from sandbox.github.errors import Refusal
from sandbox.github.options import Options
from sandbox.github.records import Quota
from sandbox.github.state import State

Resource = Literal["core", "graphql"]
_WINDOW, _MINUTE = timedelta(hours=1), timedelta(minutes=1)
_SHOWN = 5_000


class Limits:
    """The budget of one caller for one kind of request."""

    def __init__(self, caller: Caller, resource: Resource) -> None:
        self.state: State = caller.state
        self.resource = resource
        self.caller = caller
        self.quota = self.state.tables.quotas.setdefault(f"{resource}:{caller.quota_key}", Quota())
        self.options = self.state.tables.options
        self.enforced = self.options.primary_limit is not None
        self.told = self.enforced or self.options.enterprise is None
        """An Enterprise Server has no limits unless its admin sets them."""
        self.limit = self.options.primary_limit or (_SHOWN if caller.user else 60)

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
        return Refusal(self.options.limit_status, f"API rate limit exceeded for {who}.", kind="RATE_LIMITED")

    def count_points(self, *, write: bool) -> None:
        """The secondary limit on points a minute."""
        cap, now = self.options.points_per_minute, self.state.now()
        if cap is None:
            return
        spent = self.quota.spent = [at for at in self.quota.spent if at > now - _MINUTE]
        if len(spent) + (cost := 5 if write else 1) > cap:
            oldest = spent[0] if spent else now
            raise too_fast(self.options, max(1, int((oldest + _MINUTE - now).total_seconds())))
        spent += [now] * cost

    def count_creation(self, how_many: int = 1) -> None:
        """The secondary limit on new content; raises 403 with Retry-After."""
        options, now = self.options, self.state.now()
        caps = ((_MINUTE, options.content_per_minute), (_WINDOW, options.content_per_hour))
        if all(cap is None for _, cap in caps):
            return
        shared = self.state.tables.quotas.setdefault(f"content:{self.caller.quota_key}", Quota())
        shared.created = [at for at in shared.created if at > now - _WINDOW]
        for window, cap in caps:
            recent = [at for at in shared.created if at > now - window]
            if cap is not None and len(recent) + how_many > cap:
                wait = max(1, int((recent[0] + window - now).total_seconds()) if recent else 60)
                raise too_fast(options, wait, " and have been temporarily blocked from content creation")
        shared.created += [now] * how_many

    def headers(self) -> dict[str, str]:
        if not self.told:
            return {}
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


class UnderWay:
    """How many requests are answered at once, each for as long as an option says. By the machine's own clock."""

    def __init__(self) -> None:
        self._arrivals: deque[float] = deque()

    def enter(self, options: Options, now: float) -> None:
        """``now`` in seconds. Raises the secondary limit's refusal for one too many, which then does not count."""
        if options.concurrent is None:
            return
        while self._arrivals and self._arrivals[0] <= now - options.concurrent_seconds:
            self._arrivals.popleft()
        if len(self._arrivals) >= options.concurrent:
            raise too_fast(options, 60)
        self._arrivals.append(now)


def too_fast(options: Options, seconds: int, what: str = "") -> Refusal:
    """A secondary limit; whether it says when it ends is an option."""
    text = f"You have exceeded a secondary rate limit{what}. Please wait a few minutes before you try again."
    headers = {"Retry-After": str(seconds)} if options.tell_retry_after else {}
    return Refusal(options.limit_status, text, kind="RATE_LIMITED", headers=headers)
