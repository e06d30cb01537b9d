"""Pulling where there is no GraphQL: the issues list, which holds pull requests too, and REST's other lists.

Requests for one repository: 1 for itself, I/100 for its issues and pull requests, P/100 once more for
the branches of its P pull requests, C/100 for its comments, and 1 for each issue that has blockers. A
delta asks for the comments of each changed issue that has any. Closing references are read off the
keywords in pull requests to the default branch. Structure is read by walking all over again.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from connectors.base import Page, Refused
from connectors.crew import read_ahead
from connectors.github.client import Client
from connectors.github.parse import Writer
from connectors.github.parse_rest import Remark, is_pull, number_of, parse_rest_comment, parse_rest_issue, repository_of
from connectors.github.pull import Mark, read_mark
from connectors.github.track import UNSEEN, less_overlap
from model.facts import IssueFact, Scope

Row = Mapping[str, Any]
LISTED = {"state": "all", "sort": "updated"}


@dataclass(slots=True, kw_only=True)
class _Walk:
    """One repository, on the way. A ``mark`` makes it a delta."""

    asked: str
    name: str = ""
    id: str = ""
    public: bool = False
    default_branch: str = ""
    mark: Mark | None = None
    same_as: str = ""
    """A repository that is read already, under another configured name."""
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
class _Whole:
    """A row with all that REST lists elsewhere."""

    row: Row
    remarks: Sequence[Remark] = ()
    blockers: Sequence[Row] = ()
    partial: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RestPuller:
    client: Client
    writer: Writer
    concurrency: int = 1

    def pull(self, names: Sequence[str], cursors: Mapping[str, str], *, structure: bool) -> Iterator[Page]:
        """Every repository once, whatever it is called. What cannot be read of it is named in its scope."""
        if not names:
            return
        clients = [self.client, *(self.client.twin() for _ in range(min(self.concurrency, len(names)) - 1))]
        walks = [_Walk(asked=name) for name in names]
        claimed: dict[str, str] = {}
        marks = {} if structure else cursors

        def read(client: Client, walk: _Walk) -> Iterator[list[_Whole]]:
            return _Hand(client, self.writer).read(walk, marks, claimed)

        for step in read_ahead(clients, walks, read):
            if step.error is not None:
                raise step.error
            if step.item is not None:
                yield Page(issues=tuple(self._facts(step.job, step.item)))
            if step.last:
                yield self._last(step.job)

    def one(self, row: Row) -> IssueFact:
        """A single issue, from its row, with its comments and blockers."""
        hand, walk = _Hand(self.client, self.writer), _Walk(asked="", name=repository_of(row))
        return self._fact(walk, hand.whole(walk, row, hand.remarks(walk.name, row)))

    def _last(self, walk: _Walk) -> Page:
        missing = "; ".join(dict.fromkeys(walk.failed))
        whole, name = not missing and not walk.same_as, walk.name
        at = None if missing else self.client.now()
        keys = (walk.asked,) if walk.same_as or not name else (name, walk.asked)
        return Page(
            scopes=tuple(
                Scope(tracker=self.client.tracker, key=key, public=walk.public, missing=missing, read_at=at)
                for key in dict.fromkeys(keys)
            ),
            cursors={name: walk.cursor()} if whole else {},
            census={name: frozenset(walk.ids)} if whole and not walk.mark else None,
        )

    def _facts(self, walk: _Walk, rows: Sequence[_Whole]) -> Iterator[IssueFact]:
        for whole in rows:
            walk.saw(whole.row)
            try:
                yield self._fact(walk, whole)
            except (AttributeError, KeyError, TypeError, ValueError):
                walk.failed.append(f"number {whole.row.get('number', '?')} came in a shape that makes no sense")

    def _fact(self, walk: _Walk, whole: _Whole) -> IssueFact:
        return parse_rest_issue(
            whole.row,
            tracker=self.client.tracker,
            writer=self.writer,
            blockers=whole.blockers,
            remarks=whole.remarks,
            partial=whole.partial,
            default_branch=walk.default_branch,
        )


@dataclass(frozen=True, slots=True)
class _Hand:
    """What one thread fetches."""

    client: Client
    writer: Writer

    def read(self, walk: _Walk, marks: Mapping[str, str], claimed: dict[str, str]) -> Iterator[list[_Whole]]:
        """Pages of issues with their comments, from the least to the most recently updated."""
        try:
            shown = self.client.get(f"/repos/{walk.asked}").data
        except Refused as error:
            walk.failed.append(f"{UNSEEN} ({error})")
            return
        walk.name, walk.id = str(shown["full_name"]), str(shown["node_id"])
        walk.public, walk.default_branch = not shown.get("private", True), str(shown.get("default_branch") or "")
        if claimed.setdefault(walk.name, walk.asked) != walk.asked:
            walk.same_as = walk.name
            return
        mark = read_mark(marks.get(walk.name, ""))
        walk.mark = mark if mark and mark.repository == walk.id else None
        try:
            yield from self._rows(walk)
        except Refused as error:
            walk.failed.append(str(error))

    def whole(self, walk: _Walk, row: Row, remarks: Sequence[Remark]) -> _Whole:
        blockers, partial = self._blockers(walk.name, row)
        return _Whole(row=row, remarks=remarks, blockers=blockers, partial=partial)

    def remarks(self, name: str, row: Row) -> list[Remark]:
        if not row.get("comments"):
            return []
        pages = self.client.rows(f"/repos/{name}/issues/{row['number']}/comments")
        return [parse_rest_comment(comment, name, self.writer) for page in pages for comment in page]

    def _rows(self, walk: _Walk) -> Iterator[list[_Whole]]:
        remarks = {} if walk.mark else self._all_remarks(walk.name)
        pulls: Mapping[int, Row] | None = None
        since = {"since": walk.since} if walk.since else {}
        for rows in self.client.rows(f"/repos/{walk.name}/issues", {**LISTED, "direction": "asc", **since}):
            if pulls is None and any(is_pull(row) for row in rows):
                pulls = self._pulls(walk)
            yield [
                self.whole(
                    walk,
                    {**row, **(pulls or {}).get(row["number"], {})},
                    self.remarks(walk.name, row) if walk.mark else remarks.get(row["number"], ()),
                )
                for row in rows
            ]

    def _pulls(self, walk: _Walk) -> dict[int, Row]:
        """By number, the branches of pull requests: newest first, as far back as the walk goes."""
        found: dict[int, Row] = {}
        for rows in self.client.rows(f"/repos/{walk.name}/pulls", {**LISTED, "direction": "desc"}):
            for row in rows:
                branches = {end: {"ref": (row.get(end) or {}).get("ref")} for end in ("head", "base")}
                found[row["number"]] = branches
            if rows and walk.since and str(rows[-1].get("updated_at") or "") < walk.since:
                break
        return found

    def _blockers(self, name: str, row: Row) -> tuple[list[Row], str]:
        """``total_blocked_by`` counts closed blockers too; ``blocked_by`` beside it does not."""
        if is_pull(row) or not (row.get("issue_dependencies_summary") or {}).get("total_blocked_by"):
            return [], ""
        path = f"/repos/{name}/issues/{row['number']}/dependencies/blocked_by"
        try:
            return [blocker for page in self.client.rows(path) for blocker in page], ""
        except Refused as error:
            return [], f"its blockers could not be read ({error})"

    def _all_remarks(self, name: str) -> Mapping[int, list[Remark]]:
        """By issue number. Only what the comments mention is held, not their text."""
        found: dict[int, list[Remark]] = defaultdict(list)
        for page in self.client.rows(f"/repos/{name}/issues/comments", {"sort": "created", "direction": "asc"}):
            for comment in page:
                number = number_of(str(comment.get("issue_url") or ""))
                found[number].append(parse_rest_comment(comment, name, self.writer))
        return found
