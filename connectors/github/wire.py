"""PyGithub's connection, cut down to sending: one request a call, and the answer kept as it came.

``Requester.requestJson`` takes the connection it should use. This one never lets it see a
redirect or a 202, because PyGithub would follow the first without its query string and sleep
through the second (``github/Requester.py`` 2.10.0, ``__requestRaw``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

import github
import requests
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass

from connectors.base import TrackerSettings
from connectors.http import Call, Raw, read_body
from connectors.limits import Limits

API_VERSION = "2022-11-28"


class Wire:
    """The sending part of a connection; session, host, port and protocol are PyGithub's."""

    session: requests.Session
    protocol: str
    host: str
    port: int
    limits: Limits
    _raw: Raw | None = None

    def request(self, verb: str, url: str, input: Any, headers: dict[str, str], stream: bool = False) -> None:
        self._call = (verb, url, input, headers)

    def getresponse(self) -> Any:
        verb, path, body, headers = self._call
        response = self.session.request(
            verb,
            f"{self.protocol}://{self.host}:{self.port}{path}",
            data=body,
            headers=headers,
            timeout=(self.limits.connect_timeout, self.limits.read_timeout),
            allow_redirects=False,
            stream=True,
        )
        lowered = {name.lower(): value for name, value in response.headers.items()}
        self._raw = Raw(status=response.status_code, headers=lowered, body=read_body(response, self.limits.max_bytes))
        return _Success()

    def take(self) -> Raw:
        """The answer to the call just made, which is then forgotten."""
        raw, self._raw = self._raw, None
        if raw is None:
            raise requests.ConnectionError("the request was not sent")
        return raw


@dataclass(frozen=True, slots=True)
class _Success:
    """What PyGithub is shown of any answer."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)

    def getheaders(self) -> Sequence[tuple[str, str]]:
        return ()

    def read(self) -> str:
        return ""


class _Https(Wire, HTTPSRequestsConnectionClass):
    pass


class _Http(Wire, HTTPRequestsConnectionClass):
    pass


def connect(scheme: str, host: str, port: int | None, limits: Limits) -> Wire:
    """A connection without retries of its own. Opens no socket yet."""
    wire = (_Https if scheme == "https" else _Http)(host, port, retry=0)
    wire.limits = limits
    return wire


class Line:
    """PyGithub's requester for one credential, and a connection of its own. Not thread-safe (its #2052)."""

    def __init__(self, settings: TrackerSettings, auth: github.Auth.Auth, limits: Limits) -> None:
        self._requester = github.Github(
            auth=auth,
            base_url=settings.url.rstrip("/"),
            user_agent="crosstie",
            api_version=API_VERSION,
            retry=None,
            seconds_between_requests=0,
            seconds_between_writes=0,
            lazy=True,
        ).requester
        self.base_url = self._requester.base_url
        self.host = self._requester.hostname
        self.prefix = urlsplit(self.base_url).path
        self.graphql_path = urlsplit(self._requester.graphql_url).path
        self._wire = connect(self._requester.scheme, self.host, urlsplit(settings.url).port, limits)

    def send(self, call: Call) -> Raw:
        path = self._requester.graphql_url if call.path == self.graphql_path else call.path
        wire = cast(Any, self._wire)  # one of PyGithub's two connection classes
        self._requester.requestJson(call.method, path, dict(call.params), dict(call.headers), call.body, cnx=wire)
        return self._wire.take()
