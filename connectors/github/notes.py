"""Our notes and labels on GitHub issues, by REST.

A note is ours when its first line is our marker **and** its author is the account we write with,
by its number, which outlives a new name, or by its login. Edits notify nobody on GitHub but those
they newly mention, so there is nothing to quiet. Settled notes are minimized as resolved, which
only GraphQL can do; where it may not be done, the note simply stays open.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from connectors.base import ANOTHER_ACCOUNT, Address, Denied, Gone, Receipt, Refused, StandingNote
from connectors.github.client import Client
from connectors.github.markdown import render
from connectors.github.marker import Marked, normal, read, sign
from connectors.github.parse import person
from connectors.github.queries import FOLD, UNFOLD
from connectors.github.refusals import send
from connectors.said import said
from model.document import Document

Row = dict[str, Any]
"""A comment as REST shows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Somebody who writes comments."""

    login: str
    id: str = ""
    """The account's number, which no new name changes; empty where the server does not tell it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    reader: Client
    writer: Client
    ours: Callable[[], Author]
    """The account that ``writer`` writes as."""
    graphql: Callable[[], bool]
    """Whether the server speaks GraphQL."""

    def standing(self, address: Address) -> list[StandingNote]:
        """One request for each 100 comments of the issue."""
        return [
            StandingNote(
                id=str(row["id"]), marker=mark.marker, digest=mark.digest, said=mark.said, edited_by_hand=mark.edited
            )
            for row, mark in self._own(address)
        ]

    def ensure(
        self, address: Address, note: Document, *, marker: str, known: str, folded: bool, repost: bool
    ) -> Receipt:
        body = sign(render(note), marker=marker, digest=note.digest, said=said(note))
        if repost:
            return self._repost(address, body, marker=marker, known=known, new=said(note))
        if known:
            row = self._by_id(address, known)
            return Receipt(id=known, done="edited" if self._edit(address, row, body, folded=folded) else "unchanged")
        standing = [row for row, mark in self._own(address) if mark.marker == marker]
        if not standing:
            return self._create(address, body, folded=folded)
        first, *doubles = standing
        left = self._tidy(address, doubles)
        edited = self._edit(address, first, body, folded=folded)
        return Receipt(id=str(first["id"]), done="edited" if edited else "adopted", left=left)

    def _repost(self, address: Address, body: str, *, marker: str, known: str, new: str) -> Receipt:
        """The new one first: whenever this breaks off there is one, and it is found by what it says."""
        standing = [(row, mark) for row, mark in self._own(address) if mark.marker == marker]
        if (
            known
            and all(str(row["id"]) != known for row, _ in standing)
            and not any(m.said == new for _, m in standing)
        ):
            self._by_id(address, known)  # raises Gone, or Denied when another account wrote it
        made = [row for row, mark in standing if mark.said == new and str(row["id"]) != known]
        receipt = Receipt(id=str(made[-1]["id"]), done="adopted") if made else self._create(address, body, folded=False)
        left = self._tidy(address, [row for row, _ in standing if str(row["id"]) != receipt.id])
        return replace(receipt, left=left)

    def _tidy(self, address: Address, doubles: Sequence[Row]) -> str:
        """Delete what stands too many; what may not be deleted is said and stays."""
        try:
            for double in doubles:
                self._delete(address, str(double["id"]))
        except Denied as error:
            return str(error)
        return ""

    def remove(self, address: Address, known: str) -> None:
        """Deletes only what is ours: a token may well be allowed to delete what others wrote."""
        try:
            self._by_id(address, known)
        except Gone:
            return
        self._delete(address, known)

    def label(self, address: Address, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Adds all in one request and removes one by one; PUT or PATCH would replace what others set meanwhile.

        To GitHub names that differ in case alone are one label: that of what is added stays.
        """
        if add:
            send(self.writer, address, "POST", f"{_issue(address)}/labels", {"labels": list(add)})
        kept = {name.casefold() for name in add}
        for name in (name for name in remove if name.casefold() not in kept):
            try:
                send(self.writer, address, "DELETE", f"{_issue(address)}/labels/{quote(name, safe='')}")
            except Gone:
                continue  # the label is not on the issue

    def _delete(self, address: Address, known: str) -> None:
        try:
            send(self.writer, address, "DELETE", _comment(address, known))
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
        if self._wrote(row):
            return row
        if read(row.get("body") or "") is None:
            raise Denied(self.writer.tracker, f"comment {known} on {address.key} was written by another account")
        who = (row.get("user") or {}).get("login") or "one that is gone"
        why = f"they were written by another account ({who}): {ANOTHER_ACCOUNT}"
        raise Denied(self.writer.tracker, f"the note on {address.key} was written by another account ({who})", why=why)

    def _wrote(self, row: Row) -> bool:
        author, ours = row.get("user") or {}, self.ours()
        if ours.id and str(author.get("id")) == ours.id:
            return True
        who = person(author)
        return who is not None and who.id.casefold() == ours.login.casefold()

    def _create(self, address: Address, body: str, *, folded: bool) -> Receipt:
        row: Row = send(self.writer, address, "POST", f"{_issue(address)}/comments", {"body": body})
        if folded:
            self._fold(row, folded=True)
        return Receipt(id=str(row["id"]), done="created")

    def _edit(self, address: Address, row: Row, body: str, *, folded: bool) -> bool:
        """Make a comment say ``body`` and stand folded or open; False when it does already."""
        changed = normal(row.get("body") or "") != normal(body)
        if changed:
            row = send(self.writer, address, "PATCH", _comment(address, str(row["id"])), {"body": body})
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
