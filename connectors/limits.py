"""How long to wait before asking a tracker again: what it told us, and our own pacing below its limits."""

import hashlib
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Lock
from weakref import WeakValueDictionary

CUSHION = 0.5
"""Seconds added to what a tracker asked for: waking a moment early costs another refusal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one call may cost before it is given up as TryLater."""

    attempts: int = 5
    seconds: float = 300.0
    """Most that one call may spend waiting between its attempts."""
    write_seconds: float = 600.0
    """The same for a write, which may have to wait for its turn: what would take longer is left to the next run."""
    write_spacing: float = 0.0
    """Least seconds from one write to the next."""
    paced: bool = False
    """Whether to keep below the limits that the makers of the tracker publish, instead of hitting them."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most so much of something within so long, and what one call takes of it."""

    where: str
    """What is counted; the same for all rates of one thing."""
    most: int
    seconds: float
    cost: int = 1
    why: str
    """What is paced, for people."""


class Pacer:
    """Says when the next request may go out, for all threads that use one credential with one host."""

    def __init__(self, clock: Clock, *, write_spacing: float) -> None:
        self._clock = clock
        self._spacing = write_spacing
        self._holds: dict[str, tuple[float, str]] = {}
        self._spent: dict[str, deque[tuple[float, int]]] = {}
        """By what is counted: when, and how much, oldest first."""
        self._recalled: set[tuple[str, str]] = set()
        self._next_write = 0.0
        self._lock = Lock()

    def hold(self, hold: Hold) -> None:
        """Let nothing out that ``hold`` concerns, for its seconds from now."""
        until = self._clock.now() + hold.seconds
        with self._lock:
            if until > self._holds.get(hold.where, (0.0, ""))[0]:
                self._holds[hold.where] = (until, hold.why)

    def due(self, concerns: Iterable[str], *, write: bool, rates: Iterable[Rate] = ()) -> Hold:
        """How long a request that concerns these must wait, and why."""
        now = self._clock.now()
        with self._lock:
            until, why = max(self._holds.get(where, (0.0, "")) for where in ("", *concerns))
            if write and self._next_write > until:
                until, why = self._next_write, "writes are spaced"
            for rate in rates:
                if (free := self._free(rate, now)) > until:
                    until, why = free, rate.why
        return Hold(seconds=max(0.0, until - now), why=why)

    def _free(self, rate: Rate, now: float) -> float:
        """When what a call costs is to be had; a clock that was set back frees everything."""
        left = rate.most - rate.cost
        for moment, cost in reversed(self._spent.get(rate.where, ())):
            if not now - rate.seconds < moment <= now:
                break
            left -= cost
            if left < 0:
                return moment + rate.seconds
        return now

    def spend(self, rates: Iterable[Rate]) -> None:
        """A request goes out that counts towards these."""
        now, longest = self._clock.now(), {rate.where: rate for rate in sorted(rates, key=lambda rate: rate.seconds)}
        with self._lock:
            for where, rate in longest.items():
                spent = self._spent.setdefault(where, deque())
                spent.append((now, rate.cost))
                while spent[0][0] <= now - rate.seconds:
                    spent.popleft()

    def recall(self, where: str, made: Iterable[float], *, by: str) -> None:
        """What was spent before our time, in epoch seconds; each of those that tell (``by``) is heard once."""
        with self._lock:
            if (where, by) not in self._recalled:
                self._recalled.add((where, by))
                before = [(moment, 1) for moment in made if moment <= self._clock.now()]
                self._spent[where] = deque(sorted([*before, *self._spent.get(where, ())]))

    def sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._clock.sleep(seconds)

    def wrote(self) -> None:
        self._next_write = self._clock.now() + self._spacing


_PACERS: "WeakValueDictionary[tuple[str, str, Clock], Pacer]" = WeakValueDictionary()


def pacer_of(host: str, credential: str, clock: Clock, *, write_spacing: float) -> Pacer:
    """The pacer of a credential on a host: one for all trackers of this process that share both."""
    key = (host.lower(), hashlib.sha256(credential.encode()).hexdigest(), clock)
    pacer = _PACERS.get(key)
    if pacer is None:
        pacer = _PACERS[key] = Pacer(clock, write_spacing=write_spacing)
    return pacer


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
