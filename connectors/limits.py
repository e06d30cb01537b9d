"""How long to wait before asking a tracker again: what it told us, and our own spacing of writes."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

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


class Pacer:
    """Says when the next request may go out, and waits for it."""

    def __init__(self, clock: Clock, *, write_spacing: float) -> None:
        self._clock = clock
        self._spacing = write_spacing
        self._paused_until = 0.0
        self._next_write = 0.0
        self.waited = 0.0

    def pause(self, seconds: float) -> None:
        """Let nothing out for ``seconds`` from now."""
        self._paused_until = max(self._paused_until, self._clock.now() + seconds)

    def due(self, *, write: bool) -> float:
        """Seconds until the next request may go out."""
        start = max(self._paused_until, self._next_write) if write else self._paused_until
        return max(0.0, start - self._clock.now())

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._clock.sleep(seconds)
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
