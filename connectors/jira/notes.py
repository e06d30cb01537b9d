"""Our notes on Jira issues: comments that carry a property and were written by our own account.

The marker is the comment property ``crosstie`` (``{"marker", "digest"}``): ADF has nothing
hidden, and a property can neither be quoted nor pasted by anyone. It is set in the request
that makes the comment, so a comment of ours never stands without it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from connectors.base import Address, Gone, Receipt, StandingNote
from connectors.http import Call, Json
from connectors.jira import writes
from connectors.jira.adf import render_adf
from connectors.jira.client import JiraClient, person_id
from model.document import Document

PROPERTY = "crosstie"
COMMENT_LIST = 1000
"""https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-comment-list-post"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    reader: JiraClient
    writer: JiraClient
    ours: Callable[[], str]
    """The account id that ``writer`` writes as."""

    def standing(self, address: Address) -> list[StandingNote]:
        """Two requests when our account has commented there at all, else one (for up to 100 comments)."""
        ours = self.ours()
        own = [row for row in self.reader.comments(address.native_id) if person_id(row.get("author")) == ours]
        ids = [str(row["id"]) for row in own]
        marks = {str(row["id"]): _mark(row) for row in _with_properties(self.reader, ids)}
        return [
            StandingNote(
                id=identity,
                marker=mark["marker"],
                digest=str(mark.get("digest", "")),
                edited_by_hand=person_id(row.get("updateAuthor")) not in ("", ours),
            )
            for identity, row in zip(ids, own, strict=True)
            if (mark := marks.get(identity))
        ]

    def ensure(self, address: Address, note: Document, *, marker: str, known: str, quiet: bool) -> Receipt:
        if known:
            self._edit(address, known, note, marker=marker, quiet=quiet)
            return Receipt(id=known, done="edited")
        standing = [n for n in self.standing(address) if n.marker == marker]
        if not standing:
            identity = writes.create_comment(
                self.writer, address.native_id, render_adf(note), [_property(marker, note.digest)]
            )
            return Receipt(id=identity, done="created")
        first, *doubles = standing
        for double in doubles:
            self.remove(address, double.id)
        if first.digest == note.digest and not first.edited_by_hand:
            return Receipt(id=first.id, done="adopted")
        self._edit(address, first.id, note, marker=marker, quiet=quiet)
        return Receipt(id=first.id, done="edited")

    def remove(self, address: Address, known: str) -> None:
        try:
            writes.delete_comment(self.writer, address.native_id, known)
        except Gone:
            return  # somebody was quicker, or our last answer was lost

    def _edit(self, address: Address, known: str, note: Document, *, marker: str, quiet: bool) -> None:
        properties = [_property(marker, note.digest)]
        writes.edit_comment(self.writer, address.native_id, known, render_adf(note), properties, quiet=quiet)


def _with_properties(client: JiraClient, ids: Sequence[str]) -> list[Json]:
    """These comments, of any issues; those that are gone are left out."""
    rows: list[Json] = []
    for start in range(0, len(ids), COMMENT_LIST):
        some = [int(i) for i in ids[start : start + COMMENT_LIST]]
        call = Call(method="POST", path="comment/list", params={"expand": "properties"}, body={"ids": some})
        rows += client.rows(call.path, client.checked(call.path, client.gate.read(call).data, dict), "values")
    return rows


def _property(marker: str, digest: str) -> Json:
    return {"key": PROPERTY, "value": {"marker": marker, "digest": digest}}


def _mark(comment: Json) -> dict[str, Json] | None:
    """What our property on a comment says; None when it has none that we could have written."""
    for row in comment.get("properties") or []:
        value = row.get("value")
        if row.get("key") == PROPERTY and isinstance(value, dict) and isinstance(value.get("marker"), str):
            return value
    return None
