"""What we change in a Jira: comments and labels, each in one request."""

from collections.abc import Sequence
from functools import partial

from connectors.base import TryLater
from connectors.http import Call, Json
from connectors.jira.client import JiraClient

QUIET = {"notifyUsers": "false"}
"""Cloud only: Data Center knows it for edits of issues and not for those of comments."""
INTERNAL: Json = {"key": "sd.public.comment", "value": {"internal": True}}
"""Keeps a comment of a service desk project from its customers; a property like any other elsewhere.
https://github.com/pycontribs/jira/issues/313"""


def create_comment(client: JiraClient, issue_id: str, body: Json, properties: Sequence[Json] = ()) -> str:
    """The new comment's id. Its properties are set with it, so that no comment of ours ever stands unmarked."""
    call = Call(
        method="POST",
        path=f"issue/{issue_id}/comment",
        body={"body": body, "properties": [*properties, INTERNAL]},
    )
    made = client.gate.write(call).data
    if not isinstance(made, dict) or not made.get("id"):
        raise TryLater(client.tracker, f"{call} answered without the new comment's id", sent=True)
    return str(made["id"])


def edit_comment(
    client: JiraClient, issue_id: str, comment_id: str, body: Json, properties: Sequence[Json] = (), *, quiet: bool
) -> None:
    """``quiet`` asks Cloud not to notify anybody; Data Center cannot be asked."""
    client.gate.write(
        Call(
            method="PUT",
            path=f"issue/{issue_id}/comment/{comment_id}",
            params=QUIET if quiet and client.face == "cloud" else {},
            body={"body": body, "properties": [*properties, INTERNAL]},
        )
    )


def delete_comment(client: JiraClient, issue_id: str, comment_id: str) -> None:
    client.gate.write(Call(method="DELETE", path=f"issue/{issue_id}/comment/{comment_id}"))


def edit_labels(client: JiraClient, issue_id: str, *, add: Sequence[str], remove: Sequence[str]) -> None:
    """Adds and removes by name, never the whole list; a clash with somebody's edit (409) is tried once more."""
    labels = [*({"add": name} for name in add), *({"remove": name} for name in remove)]
    call = partial(Call, method="PUT", path=f"issue/{issue_id}", body={"update": {"labels": labels}})
    if client.gate.write(call(accept=frozenset({409}))).status == 409:
        client.gate.write(call())
