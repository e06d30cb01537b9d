"""Our notes on Jira issues: comments that carry a property and were written by our own account.

The marker is the comment property ``crosstie`` (``{"marker", "digest"}``): ADF has nothing
hidden, and a property can neither be quoted nor pasted by anyone. It is set in the request
that makes the comment, so a comment of ours never stands without it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from connectors.base import Address, Gone, Receipt, StandingNote
from connectors.http import Json
from connectors.jira.adf import render_adf
from connectors.jira.client import JiraClient
from model.document import Document

PROPERTY = "crosstie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    reader: JiraClient
    writer: JiraClient
    ours: Callable[[], str]
    """The account id that ``writer`` writes as."""

    def standing(self, address: Address) -> list[StandingNote]:
        """Two requests when our account has commented there at all, else one (for up to 100 comments)."""
        ours = self.ours()
        own = [row for row in self.reader.comments(address.native_id) if _id_of(row.get("author")) == ours]
        ids = [str(row["id"]) for row in own]
        marks = {str(row["id"]): _mark(row) for row in self.reader.comments_with_properties(ids)}
        return [
            StandingNote(
                id=identity,
                marker=mark["marker"],
                digest=str(mark.get("digest", "")),
                edited_by_hand=_id_of(row.get("updateAuthor")) not in ("", ours),
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
            identity = self.writer.create_comment(address.native_id, render_adf(note), [_property(marker, note.digest)])
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
            self.writer.delete_comment(address.native_id, known)
        except Gone:
            return  # somebody was quicker, or our last answer was lost

    def _edit(self, address: Address, known: str, note: Document, *, marker: str, quiet: bool) -> None:
        properties = [_property(marker, note.digest)]
        self.writer.edit_comment(address.native_id, known, render_adf(note), properties, quiet=quiet)


def _property(marker: str, digest: str) -> Json:
    return {"key": PROPERTY, "value": {"marker": marker, "digest": digest}}


def _mark(comment: Json) -> dict[str, Json] | None:
    """What our property on a comment says; None when it has none that we could have written."""
    for row in comment.get("properties") or []:
        value = row.get("value")
        if row.get("key") == PROPERTY and isinstance(value, dict) and isinstance(value.get("marker"), str):
            return value
    return None


def _id_of(person: Json) -> str:
    return str(person.get("accountId") or "") if isinstance(person, dict) else ""
