"""PyGithub's connection, cut down to sending: one request a call, and the answer kept as it came.

``Requester.requestJson`` takes the connection it should use. This one never lets it see a
redirect or a 202, because PyGithub would follow the first without its query string and sleep
through the second (``github/Requester.py`` 2.10.0, ``__requestRaw``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests
from github.Requester import HTTPRequestsConnectionClass, HTTPSRequestsConnectionClass

from connectors.http import Raw, read_body
from connectors.limits import Limits


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
