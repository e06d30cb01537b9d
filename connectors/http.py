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
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from tenacity import RetryCallState, Retrying, retry_if_exception, wait_exponential, wait_random

from connectors.base import ConnectorError, Denied, Gone, Refused, Stop, Traffic, TryLater
from connectors.decode import Json as Json
from connectors.decode import decode as decode
from connectors.limits import CUSHION, Clock, Limits, Pacer, remaining, resets_at, told_to_wait
from connectors.lost import never_sent, not_trusted

REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_BODY = frozenset({204, 205, 304})
ANSWER_MAY_BE_EMPTY = frozenset({"PUT", "DELETE"})
NOT_CARRIED_OUT = frozenset({403, 429, 503})
"""Answers that, with a wait named beside them, say the request was turned away at the door."""

NO_URL = (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    method: str
    path: str
    """As the transport wants it, without the query: it appears in error messages."""
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Json = None
    headers: Mapping[str, str] = field(default_factory=dict)
    accept: frozenset[int] = frozenset()
    """Statuses to hand back although they are not a success: 304, or a 400 whose text matters."""

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """What came over the wire. Header names are lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    data: Json = None
    """The decoded body; None where the status has none (204, 304) or an accepted error was not JSON."""


class Moved(Refused):
    """A redirect, which is never followed silently: doing so loses the query or sends the token elsewhere."""

    def __init__(self, tracker: str, message: str, *, location: str) -> None:
        super().__init__(tracker, message)
        self.location = location


class TooLarge(Exception):
    """A transport met a body over ``Limits.max_bytes``."""


Send = Callable[[Call], Raw]
"""Carries out one call as one request. Raises ``requests.RequestException`` or ``TooLarge``."""
Wait = Callable[[Raw, float], float | None]
"""(answer, epoch seconds) -> seconds to wait when the answer is the tracker limiting us; None when it is not."""


class Gate:
    """All traffic of one credential with one host. Not thread-safe, like the connector that holds it."""

    def __init__(
        self,
        tracker: str,
        send: Send,
        *,
        limits: Limits | None = None,
        clock: Clock | None = None,
        limited: Wait | None = None,
        on_401: str = "check that the token is whole, has not expired and was not revoked",
    ) -> None:
        self._tracker = tracker
        self._send = send
        self._limits = limits or Limits()
        self._clock = clock or Clock()
        self._limited = limited or limited_by_headers
        self._on_401 = on_401
        self._pacer = Pacer(self._clock, write_spacing=self._limits.write_spacing)
        self._requests = self._writes = self._retries = self._bytes = 0
        self._remaining: int | None = None
        self._resets_at: datetime | None = None

    def read(self, call: Call) -> Answer:
        return self._insist(call, write=False)

    def write(self, call: Call) -> Answer:
        """Send a change. ``TryLater.sent`` of the error says whether it may have been carried out."""
        return self._insist(call, write=True)

    @property
    def traffic(self) -> Traffic:
        return Traffic(
            requests=self._requests,
            writes=self._writes,
            retries=self._retries,
            bytes_read=self._bytes,
            waited=self._pacer.waited,
            remaining=self._remaining,
            resets_at=self._resets_at,
        )

    def _insist(self, call: Call, *, write: bool) -> Answer:
        retrying = Retrying(
            retry=retry_if_exception(lambda error: isinstance(error, TryLater) and not error.sent),
            wait=_as_told,
            stop=self._is_enough,
            sleep=self._sleep_before_retry,
            reraise=True,
        )
        return retrying(self._once, call, write)

    def _is_enough(self, state: RetryCallState) -> bool:
        over_time = state.idle_for + state.upcoming_sleep > self._limits.seconds
        return over_time or state.attempt_number >= self._limits.attempts

    def _sleep_before_retry(self, seconds: float) -> None:
        self._retries += 1
        self._pacer.sleep(seconds)

    def _once(self, call: Call, write: bool) -> Answer:
        self._wait_for_turn(call, write=write)
        try:
            raw = self._count(call, write=write)
        except requests.RequestException as error:
            raise self._lost(call, error, write=write) from error
        except TooLarge as error:
            raise Refused(self._tracker, f"{call} answered with more than {self._limits.max_bytes:,} bytes") from error
        self._note_quota(raw)
        self._raise_if_limited(call, raw)
        if raw.status in call.accept:
            return Answer(status=raw.status, headers=raw.headers, data=_decoded_or_none(raw.body))
        if not 200 <= raw.status < 300:
            raise self._refusal(call, raw, write=write)
        return Answer(status=raw.status, headers=raw.headers, data=self._decode(call, raw, write=write))

    def _wait_for_turn(self, call: Call, *, write: bool) -> None:
        seconds = self._pacer.due(write=write)
        if seconds > self._limits.seconds:
            raise TryLater(self._tracker, f"{call} not sent: asked to wait {seconds:.0f} s more", after=seconds)
        self._pacer.sleep(seconds)

    def _count(self, call: Call, *, write: bool) -> Raw:
        self._requests += 1
        self._writes += write
        try:
            raw = self._send(call)
        finally:
            if write:
                self._pacer.wrote()
        self._bytes += len(raw.body)
        if len(raw.body) > self._limits.max_bytes:
            raise TooLarge
        return raw

    def _note_quota(self, raw: Raw) -> None:
        left = remaining(raw.headers)
        if left is None:
            return
        self._remaining, self._resets_at = left, resets_at(raw.headers)
        seconds = told_to_wait(raw.headers, self._clock.now())
        if left == 0 and seconds is not None:
            # The next request would only be refused, and insisting costs a tracker's goodwill.
            self._pacer.pause(seconds + CUSHION)

    def _raise_if_limited(self, call: Call, raw: Raw) -> None:
        seconds = self._limited(raw, self._clock.now())
        if seconds is not None:
            self._pacer.pause(seconds)
            raise TryLater(self._tracker, f"{call} answered {raw.status}: asked to wait {seconds:.0f} s", after=seconds)
        if raw.status == 429:
            raise TryLater(self._tracker, f"{call} answered 429: too many requests")

    def _refusal(self, call: Call, raw: Raw, *, write: bool) -> ConnectorError:
        said = f"{call} answered {raw.status}"
        if raw.status in REDIRECTS:
            return Moved(self._tracker, f"{said}: it has moved", location=raw.headers.get("location", ""))
        if raw.status == 501:
            return Refused(self._tracker, f"{said}: the server does not know how to do this")
        if raw.status >= 500 or raw.status == 408:
            return TryLater(self._tracker, said, sent=write)
        if raw.status == 401:
            return Stop(self._tracker, f"{said}: {self._on_401}")
        if raw.status == 403:
            return Denied(self._tracker, f"{said}: our account may not do this")
        if raw.status in {404, 410}:
            return Gone(self._tracker, f"{said}: not there, or not visible to our account")
        return Refused(self._tracker, said)

    def _lost(self, call: Call, error: requests.RequestException, *, write: bool) -> ConnectorError:
        if isinstance(error, NO_URL):
            return Stop(self._tracker, f"{call} cannot be sent: check the tracker's url")
        if not_trusted(error):
            return Stop(self._tracker, f"{call} failed: the server's TLS certificate is not trusted here")
        if never_sent(error):
            return TryLater(self._tracker, f"{call} failed: no connection")
        what = "no answer in time" if isinstance(error, requests.Timeout) else "the connection broke"
        return TryLater(self._tracker, f"{call} failed: {what}", sent=write)

    def _decode(self, call: Call, raw: Raw, *, write: bool) -> Json:
        if raw.status in NO_BODY or (not raw.body and call.method in ANSWER_MAY_BE_EMPTY):
            return None
        kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
        if "html" in kind:
            raise TryLater(
                self._tracker,
                f"{call} answered with a web page instead of JSON: check the url, and whether a login page "
                "or proxy stands in between",
                sent=write,
            )
        try:
            return decode(raw.body)
        except ValueError as error:
            raise TryLater(self._tracker, f"{call} answered with broken JSON", sent=write) from error


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


def limited_by_headers(raw: Raw, now: float) -> float | None:
    """A refusal that names a wait: 429 or 503 with Retry-After, 403 or 429 with an empty quota and its reset."""
    if raw.status not in NOT_CARRIED_OUT:
        return None
    if raw.status == 503 and "retry-after" not in raw.headers:
        return None
    return told_to_wait(raw.headers, now)


def read_body(response: requests.Response, max_bytes: int) -> bytes:
    """The body of a response opened with ``stream=True``; raises TooLarge before memory runs out."""
    parts, size = [], 0
    with response:
        for part in response.iter_content(64 * 1024):
            size += len(part)
            if size > max_bytes:
                raise TooLarge
            parts.append(part)
    return b"".join(parts)


def _decoded_or_none(body: bytes) -> Json:
    try:
        return decode(body)
    except ValueError:
        return None


_backoff = wait_exponential(multiplier=1, max=30) + wait_random(0, 1)


def _as_told(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, TryLater) and error.after is not None:
        return error.after + CUSHION
    return _backoff(state)
