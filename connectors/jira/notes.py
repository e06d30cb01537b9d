"""Our notes on Jira issues: comments that carry our mark and were written by our own account.

On Cloud the mark is the comment property ``crosstie`` (``{"marker", "digest"}``): ADF has
nothing hidden, and a property can neither be quoted nor pasted by anyone.

On Data Center it is an anchor at the end of the text, ``{anchor:crosstie.MARKER.DIGEST}``, which
shows nothing. Its documentation names no properties for creating or listing comments, and a
property set by a second request would leave, when that request is lost, a comment of ours that
nobody finds again. The text is certain to be stored and comes with every list of comments, so a
note is found again in one request. Somebody else may copy the anchor; the author tells. (Where a
project shows comments without wiki markup, the anchor is seen as it stands, as all markup is.)

Either way the mark is set in the request that makes the comment: none of ours ever stands
without it, and one whose answer was lost is found by looking.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from connectors.base import Address, Gone, Receipt, StandingNote
from connectors.http import Call, Json
from connectors.jira import writes
from connectors.jira.adf import render_adf
from connectors.jira.client import JiraClient, person_id
from connectors.jira.marks import Mark, as_property, from_anchor, from_properties, with_anchor
from connectors.jira.search import comments
from connectors.jira.wiki import render_wiki
from model.document import Document

COMMENT_LIST = 1000
"""https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issue-comments/#api-rest-api-3-comment-list-post"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notes:
    reader: JiraClient
    writer: JiraClient
    ours: Callable[[], str]
    """The account id that ``writer`` writes as."""

    def standing(self, address: Address) -> list[StandingNote]:
        """One request (for up to 100 comments), and on Cloud a second when our account has commented there at all."""
        ours = self.ours()
        own = [row for row in comments(self.reader, address.native_id) if person_id(row.get("author")) == ours]
        marks = self._marks(own)
        return [
            StandingNote(
                id=identity,
                marker=mark.marker,
                digest=mark.digest,
                edited_by_hand=person_id(row.get("updateAuthor")) not in ("", ours),
            )
            for row in own
            if (mark := marks.get(identity := str(row["id"])))
        ]

    def ensure(self, address: Address, note: Document, *, marker: str, known: str, quiet: bool) -> Receipt:
        mark = Mark(marker, note.digest)
        if known:
            self._edit(address, known, note, mark, quiet=quiet)
            return Receipt(id=known, done="edited")
        standing = [n for n in self.standing(address) if n.marker == marker]
        if not standing:
            body, properties = self._written(note, mark)
            identity = writes.create_comment(self.writer, address.native_id, body, properties)
            return Receipt(id=identity, done="created")
        first, *doubles = standing
        for double in doubles:
            self.remove(address, double.id)
        if first.digest == note.digest and not first.edited_by_hand:
            return Receipt(id=first.id, done="adopted")
        self._edit(address, first.id, note, mark, quiet=quiet)
        return Receipt(id=first.id, done="edited")

    def remove(self, address: Address, known: str) -> None:
        try:
            writes.delete_comment(self.writer, address.native_id, known)
        except Gone:
            return  # somebody was quicker, or our last answer was lost

    def _edit(self, address: Address, known: str, note: Document, mark: Mark, *, quiet: bool) -> None:
        body, properties = self._written(note, mark)
        writes.edit_comment(self.writer, address.native_id, known, body, properties, quiet=quiet)

    def _written(self, note: Document, mark: Mark) -> tuple[Json, list[Json]]:
        """Body and properties of the comment that a note becomes."""
        if self.writer.face == "server":
            return with_anchor(render_wiki(note), mark), []
        return render_adf(note), [as_property(mark)]

    def _marks(self, own: Sequence[Json]) -> Mapping[str, Mark | None]:
        if self.reader.face == "server":
            return {str(row["id"]): from_anchor(row.get("body")) for row in own}
        found = _with_properties(self.reader, [str(row["id"]) for row in own])
        return {str(row["id"]): from_properties(row) for row in found}


def _with_properties(client: JiraClient, ids: Sequence[str]) -> list[Json]:
    """These comments, of any issues; those that are gone are left out."""
    rows: list[Json] = []
    for start in range(0, len(ids), COMMENT_LIST):
        some = [int(i) for i in ids[start : start + COMMENT_LIST]]
        call = Call(method="POST", path="comment/list", params={"expand": "properties"}, body={"ids": some})
        rows += client.rows(call.path, client.checked(call.path, client.gate.read(call).data, dict), "values")
    return rows
