"""One call as one request, on the ``jira`` library's authenticated session."""

import json
from collections.abc import Callable

import requests

from connectors.base import TrackerSettings
from connectors.http import Call, Raw, Send, read_body
from connectors.limits import Limits


def open_send(
    settings: TrackerSettings, token: str, limits: Limits, *, version: Callable[[], str] = lambda: "3"
) -> Send:
    """A ``Send`` under the tracker's url: Basic for ``user`` and token, else Bearer.

    A path that begins with ``/`` is meant as it stands, any other within the REST API of ``version``.
    """
    from jira import JIRA  # here: it takes a third of a second to import, and most commands ask no tracker

    client = JIRA(
        server=settings.url,
        basic_auth=(settings.user, token) if settings.user else None,
        token_auth=None if settings.user else token,
        get_server_info=False,
        max_retries=0,
    )
    return _sender(client._session, settings.url, limits, version)


def open_unknown(settings: TrackerSettings, limits: Limits, url: str) -> Send:
    """A ``Send`` that says nothing of who we are: not even what a netrc file holds for this host."""
    session = requests.Session()
    session.auth = lambda prepared: prepared
    return _sender(session, url, limits, lambda: "3")


def _sender(session: requests.Session, url: str, limits: Limits, version: Callable[[], str]) -> Send:
    def send(call: Call) -> Raw:
        path = call.path if call.path.startswith("/") else f"/rest/api/{version()}/{call.path}"
        # Session.request and not the library's own: that one retries writes after a lost
        # answer, crashes on a Retry-After date, and puts headers and body into its errors.
        response = requests.Session.request(
            session,
            call.method,
            url.rstrip("/") + path,
            params=dict(call.params),
            data=None if call.body is None else json.dumps(call.body),
            headers={"Accept": "application/json", "Content-Type": "application/json", **call.headers},
            timeout=(limits.connect_timeout, limits.read_timeout),
            allow_redirects=False,
            stream=True,
        )
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Raw(status=response.status_code, headers=headers, body=read_body(response, limits.max_bytes))

    return send
