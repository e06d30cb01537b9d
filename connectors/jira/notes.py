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
from dataclasses import dataclass, replace

from connectors.base import ANOTHER_ACCOUNT, Address, Denied, Gone, Receipt, StandingNote
from connectors.http import Call, Json
from connectors.jira import writes
from connectors.jira.adf import render_adf
from connectors.jira.client import JiraClient, person_id
from connectors.jira.marks import Mark, as_property, from_anchor, from_properties, with_anchor
from connectors.jira.search import comments
from connectors.jira.wiki import render_wiki
from connectors.said import said
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
                said=mark.said,
                edited_by_hand=person_id(row.get("updateAuthor")) not in ("", ours),
            )
            for row in own
            if (mark := marks.get(identity := str(row["id"])))
        ]

    def ensure(
        self, address: Address, note: Document, *, marker: str, known: str, quiet: bool, repost: bool
    ) -> Receipt:
        mark = Mark(marker, note.digest, said(note))
        if known and not repost:
            self._edit(address, known, note, mark, quiet=quiet)
            return Receipt(id=known, done="edited")
        standing = [n for n in self.standing(address) if n.marker == marker]
        if repost:
            return self._repost(address, note, mark, known, standing)
        if not standing:
            return self._create(address, note, mark)
        first, *doubles = standing
        left = self._tidy(address, doubles)
        if first.digest == note.digest and first.said in ("", mark.said) and not first.edited_by_hand:
            return Receipt(id=first.id, done="adopted", left=left)
        self._edit(address, first.id, note, mark, quiet=quiet)
        return Receipt(id=first.id, done="edited", left=left)

    def remove(self, address: Address, known: str) -> None:
        try:
            writes.delete_comment(self.writer, address, known)
        except Gone:
            return  # somebody was quicker, or our last answer was lost

    def _create(self, address: Address, note: Document, mark: Mark) -> Receipt:
        body, properties = self._written(note, mark)
        return Receipt(id=writes.create_comment(self.writer, address, body, properties), done="created")

    def _repost(
        self, address: Address, note: Document, mark: Mark, known: str, standing: Sequence[StandingNote]
    ) -> Receipt:
        """The new one first: whenever this breaks off there is one, and it is found by what it says."""
        made = [n.id for n in standing if n.said == mark.said and n.id != known]
        if made:
            receipt = Receipt(id=made[-1], done="adopted")
        else:
            if known and known not in {n.id for n in standing}:
                self._require(address, known)
            receipt = self._create(address, note, mark)
        left = self._tidy(address, [n for n in standing if n.id != receipt.id])
        return replace(receipt, left=left)

    def _tidy(self, address: Address, doubles: Sequence[StandingNote]) -> str:
        """Delete what stands too many; what may not be deleted is said and stays."""
        try:
            for double in doubles:
                self.remove(address, double.id)
        except Denied as error:
            return str(error)
        return ""

    def _edit(self, address: Address, known: str, note: Document, mark: Mark, *, quiet: bool) -> None:
        body, properties = self._written(note, mark)
        try:
            writes.edit_comment(self.writer, address, known, body, properties, quiet=quiet)
        except Denied:
            self._require(address, known)
            raise

    def _require(self, address: Address, known: str) -> None:
        """Raises Gone when this comment is not there, and Denied when another account wrote it."""
        row = self.reader.get(f"issue/{address.native_id}/comment/{known}")
        author = row.get("author") or {}
        if person_id(author) != self.ours():
            who = str(author.get("displayName") or "one that is gone")
            why = f"they were written by another account ({who}): {ANOTHER_ACCOUNT}"
            said = f"the note on {address.key} was written by another account ({who})"
            raise Denied(self.writer.tracker, said, why=why)

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
