"""Pulling where there is no GraphQL: the issues list, which holds pull requests too, and REST's other lists.

Requests for one repository: 1 for itself, I/100 for its issues and pull requests, C/100 for its
comments, and 1 for each issue that has blockers. A delta asks for the comments of each changed
issue that has any. Closing references and branch names are not to be had at this price.
Structure is read by walking all over again.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from connectors.base import Page, Refused
from connectors.github.client import Client
from connectors.github.parse import Writer
from connectors.github.parse_rest import Remark, is_pull, number_of, parse_rest_comment, parse_rest_issue, repository_of
from connectors.github.pull import Mark, less_overlap, read_mark
from connectors.github.walk import UNSEEN
from model.facts import IssueFact, Scope

Row = Mapping[str, Any]


@dataclass(slots=True)
class _Walk:
    """One repository, on the way. A ``mark`` makes it a delta."""

    name: str
    id: str
    mark: Mark | None
    newest: str = ""
    ids: set[str] = field(default_factory=set)
    failed: list[str] = field(default_factory=list)

    def saw(self, row: Row) -> None:
        self.newest = max(self.newest, str(row.get("updated_at") or ""))
        self.ids.add(str(row.get("node_id") or ""))

    @property
    def since(self) -> str:
        return min(self.mark.issues, self.mark.pull_requests) if self.mark else ""

    def cursor(self) -> str:
        before = self.since
        newest = max(less_overlap(self.newest), before)
        mark = Mark(repository=self.id, issues=newest, pull_requests=newest)  # one list holds both
        return msgspec.json.encode(mark).decode()


@dataclass(frozen=True, slots=True, kw_only=True)
class RestPuller:
    client: Client
    writer: Writer

    def pull(self, asked: str, cursors: Mapping[str, str], *, structure: bool) -> Iterator[Page]:
        """One repository. What cannot be read of it is named in its scope."""
        try:
            shown = self.client.get(f"/repos/{asked}").data
        except Refused as error:
            yield Page(scopes=(Scope(tracker=self.client.tracker, key=asked, missing=f"{UNSEEN} ({error})"),))
            return
        name, identity = str(shown["full_name"]), str(shown["node_id"])
        mark = None if structure else read_mark(cursors.get(name, ""))
        walk = _Walk(name=name, id=identity, mark=mark if mark and mark.repository == identity else None)
        try:
            for rows in self._rows(walk):
                yield Page(issues=tuple(self._facts(walk, rows)))
        except Refused as error:
            walk.failed.append(str(error))
        yield self._last(walk, asked, public=not shown.get("private", True))

    def one(self, row: Row) -> IssueFact:
        """A single issue, from its row, with its comments and blockers."""
        name = repository_of(row)
        return self._fact(name, row, self._remarks(name, row))

    def _last(self, walk: _Walk, asked: str, *, public: bool) -> Page:
        missing = "; ".join(dict.fromkeys(walk.failed))
        at = None if missing else self.client.now()
        return Page(
            scopes=tuple(
                Scope(tracker=self.client.tracker, key=key, public=public, missing=missing, read_at=at)
                for key in dict.fromkeys((walk.name, asked))
            ),
            cursors={} if missing else {walk.name: walk.cursor()},
            census=None if missing or walk.mark else {walk.name: frozenset(walk.ids)},
        )

    def _rows(self, walk: _Walk) -> Iterator[list[tuple[Row, Sequence[Remark]]]]:
        """Pages of issues with their comments, from the least to the most recently updated."""
        remarks = {} if walk.mark else self._all_remarks(walk.name)
        params = {"state": "all", "sort": "updated", "direction": "asc"}
        since = {"since": walk.since} if walk.since else {}
        for rows in self.client.rows(f"/repos/{walk.name}/issues", params | since):
            yield [
                (row, self._remarks(walk.name, row) if walk.mark else remarks.get(row["number"], ())) for row in rows
            ]

    def _facts(self, walk: _Walk, rows: Sequence[tuple[Row, Sequence[Remark]]]) -> Iterator[IssueFact]:
        for row, remarks in rows:
            walk.saw(row)
            try:
                yield self._fact(walk.name, row, remarks)
            except (AttributeError, KeyError, TypeError, ValueError):
                walk.failed.append(f"number {row.get('number', '?')} came in a shape that makes no sense")

    def _fact(self, name: str, row: Row, remarks: Sequence[Remark]) -> IssueFact:
        blockers, partial = self._blockers(name, row)
        return parse_rest_issue(
            row,
            tracker=self.client.tracker,
            writer=self.writer,
            blockers=blockers,
            remarks=remarks,
            partial=partial,
        )

    def _blockers(self, name: str, row: Row) -> tuple[list[Row], str]:
        """``total_blocked_by`` counts closed blockers too; ``blocked_by`` beside it does not."""
        if is_pull(row) or not (row.get("issue_dependencies_summary") or {}).get("total_blocked_by"):
            return [], ""
        path = f"/repos/{name}/issues/{row['number']}/dependencies/blocked_by"
        try:
            return [blocker for page in self.client.rows(path) for blocker in page], ""
        except Refused as error:
            return [], f"its blockers could not be read ({error})"

    def _remarks(self, name: str, row: Row) -> list[Remark]:
        if not row.get("comments"):
            return []
        pages = self.client.rows(f"/repos/{name}/issues/{row['number']}/comments")
        return [parse_rest_comment(comment, name, self.writer) for page in pages for comment in page]

    def _all_remarks(self, name: str) -> Mapping[int, list[Remark]]:
        """By issue number. Only what the comments mention is held, not their text."""
        found: dict[int, list[Remark]] = defaultdict(list)
        for page in self.client.rows(f"/repos/{name}/issues/comments", {"sort": "created", "direction": "asc"}):
            for comment in page:
                number = number_of(str(comment.get("issue_url") or ""))
                found[number].append(parse_rest_comment(comment, name, self.writer))
        return found
