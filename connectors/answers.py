"""Calls, answers, and what an answer that is no success means: pure, for every tracker alike."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from connectors.base import ConnectorError, Denied, Gone, Refused, Stop, TryLater
from connectors.decode import Json, decode
from connectors.lost import never_sent, not_trusted

REDIRECTS = frozenset({301, 302, 303, 307, 308})
NO_BODY = frozenset({204, 205, 304})
ANSWER_MAY_BE_EMPTY = frozenset({"PUT", "DELETE"})
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


def refusal(tracker: str, call: Call, raw: Raw, *, write: bool, on_401: str) -> ConnectorError:
    """The error that a status is."""
    said = f"{call} answered {raw.status}"
    if raw.status in REDIRECTS:
        return Moved(tracker, f"{said}: it has moved", location=raw.headers.get("location", ""))
    if raw.status == 501:
        return Refused(tracker, f"{said}: the server does not know how to do this")
    if raw.status >= 500 or raw.status == 408:
        return TryLater(tracker, said, sent=write)
    if raw.status == 401:
        return Stop(tracker, f"{said}: {on_401}")
    if raw.status == 403:
        return Denied(tracker, f"{said}: our account may not do this")
    if raw.status in {404, 410}:
        return Gone(tracker, f"{said}: not there, or not visible to our account")
    return Refused(tracker, said)


def lost(tracker: str, call: Call, error: requests.RequestException, *, write: bool) -> ConnectorError:
    """The error that no answer is."""
    if isinstance(error, NO_URL):
        return Stop(tracker, f"{call} cannot be sent: check the tracker's url")
    if not_trusted(error):
        return Stop(tracker, f"{call} failed: the server's TLS certificate is not trusted here")
    if never_sent(error):
        return TryLater(tracker, f"{call} failed: no connection")
    what = "no answer in time" if isinstance(error, requests.Timeout) else "the connection broke"
    return TryLater(tracker, f"{call} failed: {what}", sent=write)


def decoded(tracker: str, call: Call, raw: Raw, *, write: bool) -> Json:
    """The body of a success; raises TryLater for one that is no JSON."""
    if raw.status in NO_BODY or (not raw.body and call.method in ANSWER_MAY_BE_EMPTY):
        return None
    kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
    if "html" in kind:
        said = f"{call} answered with a web page instead of JSON: check the url, and whether a login page or proxy"
        raise TryLater(tracker, f"{said} stands in between", sent=write)
    try:
        return decode(raw.body)
    except ValueError as error:
        raise TryLater(tracker, f"{call} answered with broken JSON", sent=write) from error


def decoded_or_none(body: bytes) -> Json:
    try:
        return decode(body)
    except ValueError:
        return None


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
