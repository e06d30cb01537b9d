"""The one gate to a tracker: pacing, retries, errors and counting around somebody else's transport.

A connector brings a ``Send``: a function that carries out one call as exactly one HTTP request
with its library's session (authenticated, TLS checked, library retries off, redirects not
followed) and hands back the answer unjudged. The gate decides what the answer means.

    read(call)    tried again after 429, 5xx, lost or unreadable answers, within ``Limits``
    write(call)   sent once; sent again only when the tracker said that it did not carry it out

What is left over becomes an error of ``connectors.base``; its text names the tracker, the
method and the path, and never a query, a header or a body.
"""

import math
from _thread import LockType
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential, wait_random

from connectors.answers import Answer as Answer
from connectors.answers import Call as Call
from connectors.answers import Moved as Moved
from connectors.answers import Raw as Raw
from connectors.answers import TooLarge as TooLarge
from connectors.answers import decoded, decoded_or_none, lost, refusal
from connectors.answers import read_body as read_body
from connectors.base import Refused, Traffic, TryLater
from connectors.decode import Json as Json
from connectors.decode import decode as decode
from connectors.limits import CUSHION, Clock, Hold, Limits, Pacer, Rate, remaining, resets_at, told_to_wait

NOT_CARRIED_OUT = frozenset({403, 429, 503})
"""Answers that, with a wait named beside them, say the request was turned away at the door."""

Send = Callable[[Call], Raw]
"""Carries out one call as one request. Raises ``requests.RequestException`` or ``TooLarge``."""
Wait = Callable[[Call, Raw, float], Hold | None]
"""(call, answer, epoch seconds) -> what to hold back when the answer is the tracker limiting us; else None."""
Concerns = Callable[[Call], tuple[str, ...]]
"""What may be limited on its own and is touched by a call: the ``where`` of a Hold."""
Rates = Callable[[Call, bool], tuple[Rate, ...]]
"""(call, whether it is a write) -> the published limits that it counts towards."""
WORTH_TELLING = 2.0
"""Seconds of a wait from which on it is told."""


@dataclass(slots=True)
class _Count:
    """What was asked over all threads."""

    requests: int = 0
    writes: int = 0
    retries: int = 0
    bytes_read: int = 0
    waited: float = 0.0
    remaining: int | None = None
    resets_at: datetime | None = None
    lock: LockType = field(default_factory=Lock)


class Gate:
    """All traffic of one credential with one host. Each thread has its own (``beside``); they pace and count as one."""

    def __init__(
        self,
        tracker: str,
        send: Send,
        *,
        limits: Limits | None = None,
        clock: Clock | None = None,
        limited: Wait | None = None,
        concerns: Concerns = lambda call: (),
        rates: Rates = lambda call, write: (),
        pacer: Pacer | None = None,
        tell: Callable[[str], None] = lambda waiting_for: None,
        on_401: str = "check that the token is whole, has not expired and was not revoked",
    ) -> None:
        self._tracker = tracker
        self._send = send
        self._limits = limits or Limits()
        self._clock = clock or Clock()
        self._limited = limited or limited_by_headers
        self._concerns = concerns
        self._rates = rates
        self._tell = tell
        self._on_401 = on_401
        self._pacer = pacer or Pacer(self._clock, write_spacing=self._limits.write_spacing)
        self._counted = _Count()

    def beside(self, send: Send) -> "Gate":
        """A gate for another thread with a connection of its own, under the same limits and counts."""
        twin = copy(self)
        twin._send = send
        return twin

    def read(self, call: Call) -> Answer:
        return self._insist(call, write=False)

    def write(self, call: Call) -> Answer:
        """Send a change. ``TryLater.sent`` of the error says whether it may have been carried out."""
        return self._insist(call, write=True)

    @property
    def traffic(self) -> Traffic:
        counted = self._counted
        return Traffic(
            requests=counted.requests,
            writes=counted.writes,
            retries=counted.retries,
            bytes_read=counted.bytes_read,
            waited=counted.waited,
            remaining=counted.remaining,
            resets_at=counted.resets_at,
        )

    def recall(self, where: str, made: Iterable[float]) -> None:
        """What earlier processes spent of a rate, in epoch seconds."""
        self._pacer.recall(where, made, by=self._tracker)

    def _insist(self, call: Call, *, write: bool) -> Answer:
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, TryLater) and not error.sent),
            wait=_as_told,
            stop=lambda state: self._is_enough(state, self._patience(write)),
            sleep=self._sleep_before_retry,
            reraise=True,
        )
        return retrying(self._once, call, write)

    def _patience(self, write: bool) -> float:
        return self._limits.write_seconds if write else self._limits.seconds

    def _is_enough(self, state: RetryCallState, patience: float) -> bool:
        over_time = state.idle_for + state.upcoming_sleep > patience
        return over_time or state.attempt_number >= self._limits.attempts

    def _sleep_before_retry(self, seconds: float) -> None:
        with self._counted.lock:
            self._counted.retries += 1
        self._sleep(seconds, "the last try failed")

    def _sleep(self, seconds: float, why: str) -> None:
        if seconds >= WORTH_TELLING:
            until = datetime.fromtimestamp(self._clock.now() + seconds).astimezone()
            self._tell(f"{self._tracker}: waiting {seconds:.0f} s, until {until:%H:%M:%S}: {why}")
        self._pacer.sleep(seconds)
        with self._counted.lock:
            self._counted.waited += max(0.0, seconds)

    def _once(self, call: Call, write: bool) -> Answer:
        self._wait_for_turn(call, write=write)
        try:
            raw = self._count(call, write=write)
        except requests.RequestException as error:
            raise lost(self._tracker, call, error, write=write) from error
        except TooLarge as error:
            raise Refused(self._tracker, f"{call} answered with more than {self._limits.max_bytes:,} bytes") from error
        self._note_quota(raw)
        self._raise_if_limited(call, raw)
        if raw.status in call.accept:
            return Answer(status=raw.status, headers=raw.headers, data=decoded_or_none(raw.body))
        if not 200 <= raw.status < 300:
            raise refusal(self._tracker, call, raw, write=write, on_401=self._on_401)
        return Answer(status=raw.status, headers=raw.headers, data=decoded(self._tracker, call, raw, write=write))

    def _wait_for_turn(self, call: Call, *, write: bool) -> None:
        rates = self._rates(call, write)
        hold = self._pacer.due(self._concerns(call), write=write, rates=rates)
        if hold.seconds > self._patience(write):
            said = f"{call} not sent: asked to wait {hold.seconds:.0f} s more ({hold.why})"
            raise TryLater(self._tracker, said, after=hold.seconds)
        self._sleep(hold.seconds, hold.why)
        self._pacer.spend(rates)

    def _count(self, call: Call, *, write: bool) -> Raw:
        counted = self._counted
        with counted.lock:
            counted.requests += 1
            counted.writes += write
        try:
            raw = self._send(call)
        finally:
            if write:
                self._pacer.wrote()
        with counted.lock:
            counted.bytes_read += len(raw.body)
        if len(raw.body) > self._limits.max_bytes:
            raise TooLarge
        return raw

    def _note_quota(self, raw: Raw) -> None:
        left = remaining(raw.headers)
        if left is None:
            return
        with self._counted.lock:
            self._counted.remaining, self._counted.resets_at = left, resets_at(raw.headers)
        seconds = told_to_wait(raw.headers, self._clock.now())
        if left == 0 and seconds is not None and raw.status not in NOT_CARRIED_OUT:
            # The next request would only be refused, and insisting costs a tracker's goodwill. Of a refusal,
            # ``limited`` says what it concerns, which may be less than all.
            where = raw.headers.get("x-ratelimit-resource", "")
            self._pacer.hold(Hold(seconds=seconds + CUSHION, where=where, why="its quota is used up"))

    def _raise_if_limited(self, call: Call, raw: Raw) -> None:
        hold = self._limited(call, raw, self._clock.now())
        if hold is not None:
            self._pacer.hold(hold)
            said = f"{call} answered {raw.status}: asked to wait {hold.seconds:.0f} s ({hold.why})"
            raise TryLater(self._tracker, said, after=hold.seconds)
        if raw.status == 429:
            raise TryLater(self._tracker, f"{call} answered 429: too many requests")


def sum_of(gates: Iterable[Gate]) -> Traffic:
    """The traffic of a connector that reads and writes with different credentials."""
    parts = [gate.traffic for gate in gates]
    scarcest = min(parts, key=lambda t: math.inf if t.remaining is None else t.remaining)
    return Traffic(
        requests=sum(t.requests for t in parts),
        writes=sum(t.writes for t in parts),
        retries=sum(t.retries for t in parts),
        bytes_read=sum(t.bytes_read for t in parts),
        waited=sum(t.waited for t in parts),
        remaining=scarcest.remaining,
        resets_at=scarcest.resets_at,
    )


def limited_by_headers(call: Call, raw: Raw, now: float) -> Hold | None:
    """A refusal that names a wait: 429 or 503 with Retry-After, 403 or 429 with an empty quota and its reset."""
    if raw.status not in NOT_CARRIED_OUT:
        return None
    if raw.status == 503 and "retry-after" not in raw.headers:
        return None
    seconds = told_to_wait(raw.headers, now)
    return None if seconds is None else Hold(seconds=seconds, where=raw.headers.get("x-ratelimit-resource", ""))


_backoff = wait_exponential(multiplier=1, max=30) + wait_random(0, 1)


def _as_told(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TryLater) and error.after is not None:
        return error.after + CUSHION
    return _backoff(state)
