"""A digest to a webhook: Slack, a workflow of Teams, or plain JSON.

The URL is the secret: whoever has it may post. So it is in no message, and the loggers of the
HTTP library, which would write its path, are shut while it is used.
"""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import requests

from connectors.base import ConnectorError, Gone, TryLater
from connectors.http import Call, Gate, Raw, read_body
from connectors.limits import Clock, Limits
from model.document import Document
from sync.digest.base import Letter, Lost, NotSent
from sync.digest.plain import as_json
from sync.digest.slack import render_slack
from sync.digest.teams import render_teams

Kind = Literal["slack", "teams", "json"]
RENDER: Mapping[Kind, Callable[[Letter, Document], dict[str, Any]]] = {
    "slack": render_slack,
    "teams": render_teams,
    "json": lambda letter, document: as_json(letter),
}
NAMES: Mapping[Kind, str] = {"slack": "Slack", "teams": "Teams", "json": "a webhook"}
LIMITS = Limits(attempts=4, seconds=60, connect_timeout=10, read_timeout=30, max_bytes=64 * 1024)
SUCCESS = frozenset(range(200, 300))
_REASON = re.compile(rb"[a-z_]{3,40}")
"""How Slack says why: ``channel_is_archived``. Anything else an answer holds is not repeated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDestination:
    kind: Kind
    url: str = field(repr=False)
    variable: str
    """Where the URL is set, for messages."""
    clock: Clock = field(default_factory=Clock)
    limits: Limits = LIMITS
    notifies: bool = True

    @property
    def where(self) -> str:
        return NAMES[self.kind]

    def send(self, letter: Letter, document: Document, place: str) -> str:
        last: list[Raw] = []
        with requests.Session() as session:
            send = _sender(session, self.url, self.limits, last)
            gate = Gate(self.where, send, limits=self.limits, clock=self.clock)
            call = Call(method="POST", path="", body=RENDER[self.kind](letter, document), accept=SUCCESS)
            # Raised outside of the handler: nothing of the request may hang on the error as its context.
            failed = _post(gate, call)
        if failed is not None:
            raise self._said(failed, last[-1] if last else None)
        return ""

    def _said(self, error: ConnectorError, answer: Raw | None) -> NotSent:
        status = f" ({_answered(answer)})" if answer is not None else ""
        match error:
            case TryLater(sent=True):
                return Lost(f"{self.where} gave no clear answer{status}, so the message may have arrived")
            case TryLater():
                return NotSent(f"{self.where} cannot be reached, or asks us to wait{status}; the next run tries again")
            case Gone():
                return NotSent(f"{self.where} knows no such webhook{status}; make a new one and set {self.variable}")
        return NotSent(f"{self.where} does not take the message{status}; look at the webhook, and at {self.variable}")


def _post(gate: Gate, call: Call) -> ConnectorError | None:
    try:
        gate.write(call)
    except ConnectorError as error:
        return error
    return None


def _answered(answer: Raw) -> str:
    reason = answer.body.strip()
    return f"{answer.status} {reason.decode()}" if _REASON.fullmatch(reason) else str(answer.status)


def _sender(session: requests.Session, url: str, limits: Limits, last: list[Raw]) -> Callable[[Call], Raw]:
    """One call as one request: no retries and no redirects of the library's own.

    The charset matters: without it Teams takes the body for another encoding and counts it double.
    """

    def send(call: Call) -> Raw:
        last.clear()
        with _unlogged():
            response = session.post(
                url,
                data=json.dumps(call.body).encode(),
                headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "crosstie"},
                timeout=(limits.connect_timeout, limits.read_timeout),
                allow_redirects=False,
                stream=True,
            )
            body = read_body(response, limits.max_bytes)
        headers = {name.lower(): value for name, value in response.headers.items()}
        last.append(Raw(status=response.status_code, headers=headers, body=body))
        return last[-1]

    return send


@contextmanager
def _unlogged() -> Iterator[None]:
    loggers = [logging.getLogger(name) for name in ("urllib3.connectionpool", "urllib3.util.retry")]
    before = [logger.disabled for logger in loggers]
    try:
        for logger in loggers:
            logger.disabled = True
        yield
    finally:
        for logger, disabled in zip(loggers, before, strict=True):
            logger.disabled = disabled
