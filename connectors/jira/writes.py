"""What we change in a Jira: comments and labels, each in one request."""

from collections.abc import Sequence
from functools import partial

from connectors.base import Address, TryLater
from connectors.http import Call, Json
from connectors.jira.client import JiraClient
from connectors.jira.refusals import send

QUIET = {"notifyUsers": "false"}
"""Cloud only: Data Center knows it for edits of issues and not for those of comments."""
INTERNAL: Json = {"key": "sd.public.comment", "value": {"internal": True}}
"""Keeps a comment of a service desk project from its customers; a property like any other elsewhere.
https://github.com/pycontribs/jira/issues/313"""


def create_comment(client: JiraClient, address: Address, body: Json, properties: Sequence[Json] = ()) -> str:
    """The new comment's id. Its properties are set with it, so that no comment of ours ever stands unmarked."""
    call = Call(
        method="POST",
        path=f"issue/{address.native_id}/comment",
        body={"body": body, "properties": [*properties, INTERNAL]},
    )
    made = send(client, address, call, what="comment").data
    if not isinstance(made, dict) or not made.get("id"):
        raise TryLater(client.tracker, f"{call} answered without the new comment's id", sent=True)
    return str(made["id"])


def edit_comment(
    client: JiraClient, address: Address, comment_id: str, body: Json, properties: Sequence[Json] = (), *, quiet: bool
) -> None:
    """``quiet`` asks Cloud not to notify anybody; Data Center cannot be asked."""
    call = Call(
        method="PUT",
        path=f"issue/{address.native_id}/comment/{comment_id}",
        params=QUIET if quiet and client.face == "cloud" else {},
        body={"body": body, "properties": [*properties, INTERNAL]},
    )
    send(client, address, call, what="edit its comments")


def delete_comment(client: JiraClient, address: Address, comment_id: str) -> None:
    call = Call(method="DELETE", path=f"issue/{address.native_id}/comment/{comment_id}")
    send(client, address, call, what="delete its comments")


def edit_labels(client: JiraClient, address: Address, *, add: Sequence[str], remove: Sequence[str]) -> None:
    """Adds and removes by name, never the whole list; a clash with somebody's edit (409) is tried once more."""
    labels = [*({"add": name} for name in add), *({"remove": name} for name in remove)]
    call = partial(Call, method="PUT", path=f"issue/{address.native_id}", body={"update": {"labels": labels}})
    if send(client, address, call(accept=frozenset({409})), what="change labels").status == 409:
        send(client, address, call(), what="change labels")
