"""Why GitHub does not take a write, in words that hold for every issue it concerns.

https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api
"""

from collections.abc import Mapping
from typing import Any

from connectors.base import Address, Denied, Refused, TooLong
from connectors.github.client import Client
from connectors.http import Answer, Json

REFUSED = frozenset({403, 410, 422, 451})
"""Statuses whose text says why; that of a limit is dealt with before this."""


def send(client: Client, address: Address, method: str, path: str, body: Json = None) -> Any:
    """Write, and hand back what is answered. Raises TooLong, Denied, Refused, and what ``Client.write`` raises."""
    answer = client.write(method, path, body, accept=REFUSED)
    if answer.status in REFUSED:
        raise refusal(client.tracker, address, answer)
    return answer.data


def refusal(tracker: str, address: Address, answer: Answer) -> Refused:
    said, place = _said(answer.data).lower(), address.key.partition("#")[0]
    if answer.status == 422 and "too long" in said:
        return TooLong(tracker, f"{address.key} takes no text as long as this", why="the text is too long")
    kind = Denied if answer.status == 403 else Refused
    why = _why(answer.status, said, place)
    return kind(tracker, f"nothing can be written on {address.key}: {why}", why=why)


def _why(status: int, said: str, place: str) -> str:
    if status == 410:
        return f"issues are switched off in {place}"
    if status == 451:
        return f"{place} is closed for legal reasons"
    if status == 422:
        return "GitHub takes it for spam" if "spam" in said else "GitHub does not accept the text"
    if "archived" in said:
        return f"{place} is archived"
    if "locked" in said:
        return "the issue is locked"
    if "blocked" in said:
        return f"our account is blocked in {place}"
    return f"our account may not write in {place}"


def _said(data: Json) -> str:
    """All messages of an answer: its own, and what its fields are reproached with."""
    if not isinstance(data, Mapping):
        return ""
    errors = data.get("errors")
    details = errors if isinstance(errors, list) else []
    more = (str(one.get("message") or "") if isinstance(one, Mapping) else str(one) for one in details)
    return " ".join((str(data.get("message") or ""), *more))
