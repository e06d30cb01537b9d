"""Our notes and labels on GitHub issues, by REST.

A note is ours when its first line is our marker **and** its author is the account we write
with. Edits notify nobody on GitHub but those they newly mention, so there is nothing to quiet.
Settled notes are minimized as resolved, which only GraphQL can do; where it may not be done, the
note simply stays open.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from connectors.base import Address, Denied, Gone, Receipt, Refused, StandingNote
from connectors.github.client import Client
from connectors.github.markdown import render
from connectors.github.marker import Marked, normal, read, sign
from connectors.github.parse import person
from connectors.github.queries import FOLD, UNFOLD
from model.document import Document

Row = dict[str, Any]
"""A comment as REST shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    reader: Client
    writer: Client
    ours: Callable[[], str]
    """Login that ``writer`` writes as."""
    graphql: Callable[[], bool]
    """Whether the server speaks GraphQL."""

    def standing(self, address: Address) -> list[StandingNote]:
        """One request for each 100 comments of the issue."""
        return [
            StandingNote(id=str(row["id"]), marker=mark.marker, digest=mark.digest, edited_by_hand=mark.edited)
            for row, mark in self._own(address)
        ]

    def ensure(self, address: Address, note: Document, *, marker: str, known: str, folded: bool) -> Receipt:
        body = sign(render(note), marker=marker, digest=note.digest)
        if known:
            row = self._by_id(address, known)
            return Receipt(id=known, done="edited" if self._edit(address, row, body, folded=folded) else "unchanged")
        standing = [row for row, mark in self._own(address) if mark.marker == marker]
        if not standing:
            return self._create(address, body, folded=folded)
        first, *doubles = standing
        for double in doubles:
            self._delete(address, str(double["id"]))
        edited = self._edit(address, first, body, folded=folded)
        return Receipt(id=str(first["id"]), done="edited" if edited else "adopted")

    def remove(self, address: Address, known: str) -> None:
        """Deletes only what is ours: a token may well be allowed to delete what others wrote."""
        try:
            self._by_id(address, known)
        except Gone:
            return
        self._delete(address, known)

    def label(self, address: Address, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Adds all in one request and removes one by one; PUT or PATCH would replace what others set meanwhile."""
        if add:
            self.writer.write("POST", f"{_issue(address)}/labels", {"labels": list(add)})
        for name in remove:
            try:
                self.writer.write("DELETE", f"{_issue(address)}/labels/{quote(name, safe='')}")
            except Gone:
                continue  # the label is not on the issue

    def _delete(self, address: Address, known: str) -> None:
        try:
            self.writer.write("DELETE", _comment(address, known))
        except Gone:
            return  # somebody was quicker, or our last answer was lost

    def _own(self, address: Address) -> Iterator[tuple[Row, Marked]]:
        """Oldest first, as GitHub lists them."""
        for rows in self.reader.rows(f"{_issue(address)}/comments"):
            for row in rows:
                mark = read(row.get("body") or "")
                if mark is not None and self._wrote(row):
                    yield row, mark

    def _by_id(self, address: Address, known: str) -> Row:
        row: Row = self.reader.get(_comment(address, known)).data
        if not self._wrote(row):
            raise Denied(self.writer.tracker, f"comment {known} on {address.key} was written by another account")
        return row

    def _wrote(self, row: Row) -> bool:
        author = person(row.get("user"))
        return author is not None and author.id.casefold() == self.ours().casefold()

    def _create(self, address: Address, body: str, *, folded: bool) -> Receipt:
        try:
            row: Row = self.writer.write("POST", f"{_issue(address)}/comments", {"body": body}).data
        except Denied as error:
            why = "it is locked, or our account may not comment there"
            raise Denied(self.writer.tracker, f"no note on {address.key}: {why}") from error
        if folded:
            self._fold(row, folded=True)
        return Receipt(id=str(row["id"]), done="created")

    def _edit(self, address: Address, row: Row, body: str, *, folded: bool) -> bool:
        """Make a comment say ``body`` and stand folded or open; False when it does already."""
        changed = normal(row.get("body") or "") != normal(body)
        if changed:
            row = self.writer.write("PATCH", _comment(address, str(row["id"])), {"body": body}).data
        # A server that does not tell is asked to do it: minimizing twice changes nothing.
        is_folded = bool(row["minimized"]) if "minimized" in row else (not folded if changed else folded)
        if is_folded != folded:
            self._fold(row, folded=folded)
        return changed or is_folded != folded

    def _fold(self, row: Row, *, folded: bool) -> None:
        if not self.graphql() or not row.get("node_id"):
            return
        try:
            self.writer.mutate(FOLD if folded else UNFOLD, {"id": row["node_id"]})
        except Refused:
            return  # only how it looks; the note itself is right


def _issue(address: Address) -> str:
    repository, _, number = address.key.partition("#")
    return f"/repos/{repository}/issues/{number}"


def _comment(address: Address, known: str) -> str:
    return f"/repos/{address.key.partition('#')[0]}/issues/comments/{known}"
