"""What the sandbox is made of: a clock, sites, faults to come, and the entries of a log.

A site is one tracker: it answers requests, and people act on it. Everything it knows can be dumped as
JSON and restored. Faults, sockets and the log are the server's (``sandbox.server``); a site never sees them.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from threading import Lock
from typing import Any, ClassVar, Literal, get_args

from werkzeug.wrappers import Request, Response

FaultKind = Literal["latency", "status", "drop_before", "drop_after", "truncate", "html"]
"""What happens to a request: it waits; is answered by another status and not carried out; is dropped before or after
it was carried out; gets the right Content-Length and half the body; gets a web page although it was carried out."""
TICK = timedelta(milliseconds=1)
"""The finest that a tracker's own timestamps show."""


class BadAct(Exception):
    """An act that a person could not do, with the reason."""


class Clock:
    """Aware UTC time that goes on from where it was set and never gives the same moment twice."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._last = datetime.min.replace(tzinfo=UTC)
        self._lock = Lock()

    def now(self) -> datetime:
        with self._lock:
            moment = _to_tick(datetime.now(UTC) + self._offset)
            self._last = moment if moment > self._last else self._last + TICK
            return self._last

    def set(self, moment: date | datetime) -> None:
        """To a moment (UTC when it names no zone), or to 09:00 UTC of a day; earlier than now is allowed."""
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(9))
        moment = _to_tick((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC))
        with self._lock:
            self._offset = moment - datetime.now(UTC)
            self._last = moment - TICK


def _to_tick(moment: datetime) -> datetime:
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


@dataclass(slots=True, kw_only=True)
class Fault:
    """Something that goes wrong with requests that match. Raises ValueError for one that could never be told."""

    kind: FaultKind
    site: str = "*"
    method: str = "*"
    path: str = ""
    """A regular expression looked for in the path."""
    body: str = ""
    """A regular expression looked for in the request's body: tells one GraphQL query from another."""
    count: int = 1
    """How many requests it hits; -1 for ever."""
    skip: int = 0
    """How many matching requests pass first."""
    probability: float = 1.0
    seconds: float = 0.0
    """For ``latency``."""
    status: int = 500
    """For ``status``, with headers and text of the answer."""
    headers: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    def __post_init__(self) -> None:
        kinds = get_args(FaultKind)
        if self.kind not in kinds:
            raise ValueError(f"a fault's kind must be one of {', '.join(kinds)}, not {self.kind!r}")
        if not 200 <= self.status <= 599:
            raise ValueError(f"a fault's status must be 200 to 599, not {self.status}")
        for name, pattern in (("path", self.path), ("body", self.body)):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"a fault's {name} must be a regular expression; {pattern!r}: {error}") from error

    def matches(self, site: str, method: str, path: str, body: str) -> bool:
        return (
            self.site in ("*", site)
            and self.method.upper() in ("*", method)
            and re.search(self.path, path) is not None
            and (not self.body or re.search(self.body, body) is not None)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request as the log keeps it."""

    n: int
    site: str
    method: str
    path: str
    query: str
    status: int
    """0 when the connection was dropped."""
    size: int
    """Bytes of the answer's body that were sent."""
    fault: str = ""
    """The kinds that hit it, apart by blanks."""
    note: str = ""
    """GraphQL: the operation's first line."""
    client: str = ""
    """User-Agent: who of several clients it was."""
    kept: bool = False
    """The answer had been kept from an earlier request."""
    took: float = 0.0
    """Seconds that the sandbox itself worked on it, before any latency was made up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Somebody was told of a comment, as the real tracker tells people by mail and on its pages."""

    issue: str
    """Its key."""
    comment: str
    by: str
    """Who wrote or edited it."""
    how: Literal["created", "edited", "mentioned"]
    """``mentioned``: nobody was told of the edit but those it newly names."""
    who: tuple[str, ...] = ()
    """Who was named; whoever else watches the issue is not listed."""


class Site(ABC):
    """One tracker."""

    name: ClassVar[str]

    def __init__(self, clock: Clock, base_url: Callable[[], str]) -> None:
        self.clock = clock
        self.base_url = base_url

    @abstractmethod
    def respond(self, request: Request) -> Response:
        """Answer as the real one would; called from many threads."""

    @abstractmethod
    def act(self, do: str, args: Mapping[str, Any]) -> dict[str, Any]:
        """Do what a person would do in the browser. Raises BadAct."""

    @abstractmethod
    def dump(self) -> dict[str, Any]: ...

    @abstractmethod
    def restore(self, state: Mapping[str, Any]) -> None: ...

    @property
    @abstractmethod
    def notices(self) -> list[Notice]:
        """Of whom people were told what, since the site was made or restored."""

    @abstractmethod
    def load_rows(self, rows: Iterable[Mapping[str, Any]]) -> int:
        """Take in raw REST JSON as found in the wild; returns how many rows were understood."""

    def set_options(self, options: Mapping[str, Any]) -> None:
        """Change how the site behaves (index lag, page caps). Raises BadAct for an option it does not have."""
        if options:
            raise BadAct(f"{self.name} has no options {', '.join(sorted(options))}")
