"""Why Jira does not take a write, in words that hold for every issue it concerns.

Jira says it in words and hardly in codes: a comment that is too long, one whose document it cannot read, and one
that somebody else wrote are all answered with 400.
"""

from dataclasses import replace

from connectors.base import Address, Denied, Refused, TooLong
from connectors.http import Answer, Call, Json
from connectors.jira.client import JiraClient

REFUSED = frozenset({400, 403, 413})
TOO_LONG = ("CONTENT_LIMIT_EXCEEDED", "too long", "exceeds the allowed limit")
"""The second and third by Data Center: https://jira.atlassian.com/browse/JRASERVER-64351"""
NO_PERMISSION = "permission"


def send(client: JiraClient, address: Address, call: Call, *, what: str) -> Answer:
    """Write ``what``, and hand back the answer. Raises TooLong, Denied, Refused, and what the gate raises."""
    answer = client.gate.write(replace(call, accept=call.accept | REFUSED))
    if answer.status in REFUSED:
        raise refusal(client.tracker, address, answer, what)
    return answer


def refusal(tracker: str, address: Address, answer: Answer, what: str) -> Refused:
    said, project = _said(answer.data), address.key.rpartition("-")[0]
    if any(words.lower() in said.lower() for words in TOO_LONG):
        return TooLong(tracker, f"{address.key} takes no text as long as this", why="the text is too long")
    if answer.status == 413:
        why = "the issue takes no more comments"
    elif "archived" in said.lower():
        why = f"project {project} is archived"
    elif answer.status == 403 or NO_PERMISSION in said.lower():
        why = f"our account may not {what} in {project}"
    else:
        return Refused(
            tracker, f"Jira does not accept what should be written on {address.key}", why=f"Jira refuses to {what}"
        )
    return Denied(tracker, f"nothing can be written on {address.key}: {why}", why=why)


def _said(data: Json) -> str:
    """All messages of an answer: those about the whole, and those about single fields."""
    if not isinstance(data, dict):
        return ""
    messages, errors = data.get("errorMessages"), data.get("errors")
    words = [*(messages if isinstance(messages, list) else ()), *(errors.values() if isinstance(errors, dict) else ())]
    return " ".join(str(word) for word in words)
