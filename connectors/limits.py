"""How long to wait before asking a tracker again: what it told us, and our own spacing of writes."""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock

CUSHION = 0.5
"""Seconds added to what a tracker asked for: waking a moment early costs another refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one call may cost before it is given up as TryLater."""

    attempts: int = 5
    seconds: float = 300.0
    """Most that one call may spend waiting between its attempts."""
    write_spacing: float = 0.0
    """Least seconds from one write to the next."""
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    """Seconds without a byte before an answer counts as lost."""
    max_bytes: int = 256 * 1024 * 1024
    """Largest answer that is read into memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """Time as the gate sees it; tests hand in one that never sleeps."""

    now: Callable[[], float] = time.time
    """Seconds since the epoch."""
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A tracker's wish to be left alone for a while."""

    seconds: float
    where: str = ""
    """What it limits: an endpoint, an issue, a quota of several; empty for all that our credential does."""
    why: str = "it limits us"


class Pacer:
    """Says when the next request may go out, for all threads that use one credential with one host."""

    def __init__(self, clock: Clock, *, write_spacing: float) -> None:
        self._clock = clock
        self._spacing = write_spacing
        self._holds: dict[str, tuple[float, str]] = {}
        self._next_write = 0.0
        self._lock = Lock()
        self.waited = 0.0

    def hold(self, hold: Hold) -> None:
        """Let nothing out that ``hold`` concerns, for its seconds from now."""
        until = self._clock.now() + hold.seconds
        with self._lock:
            if until > self._holds.get(hold.where, (0.0, ""))[0]:
                self._holds[hold.where] = (until, hold.why)

    def due(self, concerns: Iterable[str], *, write: bool) -> Hold:
        """How long a request that concerns these must wait, and why."""
        with self._lock:
            until, why = max(self._holds.get(where, (0.0, "")) for where in ("", *concerns))
            if write and self._next_write > until:
                until, why = self._next_write, "writes are spaced"
        return Hold(seconds=max(0.0, until - self._clock.now()), why=why)

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._clock.sleep(seconds)
            with self._lock:
                self.waited += seconds

    def wrote(self) -> None:
        self._next_write = self._clock.now() + self._spacing


def told_to_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that an answer asks us to wait, by ``retry-after``, else by its reset headers; None if it does not say.

    ``headers`` have lower-case names, ``now`` is epoch seconds. Moments are compared with
    the answer's own ``date`` where it has one, so that a wrong clock here does no harm.
    """
    there = _moment(headers.get("date", "")) or now
    after = headers.get("retry-after", "").strip()
    if after:
        try:
            return max(0.0, float(after))
        except ValueError:
            moment = _moment(after)
            if moment is not None:
                return max(0.0, moment - there)
    if remaining(headers) == 0:
        moment = _moment(headers.get("x-ratelimit-reset", ""))
        if moment is not None:
            return max(0.0, moment - there)
        return _refill(headers)
    return None


def _refill(headers: Mapping[str, str]) -> float | None:
    """Seconds until an empty bucket of Jira Data Center holds something again.

    https://confluence.atlassian.com/adminjiraserver/adjusting-your-code-for-rate-limiting-987143384.html
    """
    try:
        return max(0.0, float(headers["x-ratelimit-interval-seconds"]))
    except (KeyError, ValueError):
        return None


def remaining(headers: Mapping[str, str]) -> int | None:
    """Requests (or points) left by the tracker's own count."""
    try:
        return int(float(headers["x-ratelimit-remaining"]))
    except (KeyError, ValueError, OverflowError):
        return None


def resets_at(headers: Mapping[str, str]) -> datetime | None:
    moment = _moment(headers.get("x-ratelimit-reset", ""))
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


def date_of(headers: Mapping[str, str]) -> datetime | None:
    """When the server says that it answered, to the second."""
    moment = _moment(headers.get("date", ""))
    return None if moment is None else datetime.fromtimestamp(moment, UTC)


def _moment(text: str) -> float | None:
    """Epoch seconds from a number (GitHub), an ISO moment (Jira Cloud) or an HTTP date."""
    for read in (float, _iso, _http_date):
        try:
            moment = read(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        if 0 <= moment < 1e11:
            return moment
    return None


def _iso(text: str) -> float:
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _http_date(text: str) -> float:
    moment = parsedate_to_datetime(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
