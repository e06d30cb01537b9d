"""Raw REST issues and pull requests as found in the wild, put behind the sandbox with their ids and times.

Takes a row of ``/issues`` or ``/pulls``; a wrapper with the row under ``raw`` is unwrapped. What is missing is
left at its default; what is unknown is shown again by REST as it came.
"""

import re
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

from sandbox.github.access import DEFAULT_TOKEN
from sandbox.github.records import Issue, Milestone, Pull, Repository, User
from sandbox.github.references import record_references
from sandbox.github.repositories import add_repository, ensure_label, ensure_user, grant
from sandbox.github.state import State

Row = Mapping[str, Any]
_PLACE = re.compile(r"/(?:repos/)?(?P<name>[\w.-]+/[\w.-]+)/(?:issues|pulls|pull)/(?P<number>\d+)(?:$|[?#])")
_KEPT = ("reactions", "performed_via_github_app", "score", "issue_field_values", "pinned_comment")


def load(state: State, rows: Iterable[Row]) -> int:
    """How many rows were taken. Two rows of one pull request, from both sides, become one.

    Mentions and parents are looked up when all rows are in.
    """
    taken: list[tuple[Issue, Row]] = []
    for row in map(_unwrapped, rows):
        with suppress(ValueError, TypeError, AttributeError):  # the wild is wild: what is no issue is not counted
            taken.append((_load_one(state, row), row))
    for issue, row in taken:
        record_references(state, issue, actor_id=issue.author_id, at=issue.created_at)
        _link_parent(state, issue, row)
    return len(taken)


def _unwrapped(row: Row) -> Row:
    inner = row.get("raw")
    return inner if isinstance(inner, Mapping) else row


def _load_one(state: State, row: Row) -> Issue:
    name, number = _place(row)
    repository = state.repository(name) or _new_repository(state, name, row)
    known = state.issue(repository, number)
    if known is not None:
        return _completed(state, repository, known, row)
    issue = _issue(state, repository, number, row)
    state.add(issue)
    repository.next_number = max(repository.next_number, number + 1)
    return issue


def _completed(state: State, repository: Repository, issue: Issue, row: Row) -> Issue:
    """Add what the other side of the same pull request tells."""
    if issue.pull and "head" in row:
        told = _pull(state, repository, row)
        told.merged_at = told.merged_at or issue.pull.merged_at
        issue.pull = told
        state.index(issue)
    issue.comments_elsewhere = row.get("comments") or issue.comments_elsewhere
    return issue


def _link_parent(state: State, issue: Issue, row: Row) -> None:
    found = _PLACE.search(str(row.get("parent_issue_url") or ""))
    repository = state.repository(found["name"]) if found else None
    parent = state.issue(repository, int(found["number"])) if found and repository else None
    if parent and issue.parent_id is None and parent.id != issue.id:
        issue.parent_id = parent.id
        parent.sub_issue_ids.append(issue.id)


def _place(row: Row) -> tuple[str, int]:
    for field in ("url", "html_url", "issue_url"):
        found = _PLACE.search(str(row.get(field) or ""))
        if found:
            return found["name"], int(row.get("number") or found["number"])
    raise ValueError("a GitHub issue row needs a url, html_url or issue_url that names its repository and number")


def _new_repository(state: State, name: str, row: Row) -> Repository:
    """With the ids of a pull request's base, when the row has one. The default token may write in it."""
    repository = add_repository(state, name)
    grant(state, DEFAULT_TOKEN, repository, "write")
    base = (row.get("base") or {}).get("repo") or {}
    repository.description = base.get("description")
    repository.default_branch = base.get("default_branch") or repository.default_branch
    return repository


def _issue(state: State, repository: Repository, number: int, row: Row) -> Issue:
    is_pull = "pull_request" in row or "head" in row
    pull_row = "head" in row
    wanted = None if pull_row else row.get("id")
    issue_id = wanted if isinstance(wanted, int) and wanted not in state.tables.issues else state.fresh_id()
    node = row.get("node_id")
    author = _person(state, row.get("user"))
    association = row.get("author_association")
    created = _time(row.get("created_at")) or state.now()
    milestone = _milestone(state, repository, row.get("milestone"))
    closer = _person(state, row.get("closed_by"))
    return Issue(
        id=issue_id,
        node_id=node
        if node and node not in state.nodes
        else state.new_node_id("PR" if is_pull else "I", issue_id, within=repository),
        repository_id=repository.id,
        number=number,
        title=row.get("title") or "",
        body=row.get("body"),
        author_id=author.id if author else None,
        author_association=association if isinstance(association, str) else None,
        state="closed" if row.get("state") == "closed" else "open",
        state_reason=row.get("state_reason"),
        label_ids=_labels(state, repository, row.get("labels")),
        assignee_ids=[u.id for u in (_person(state, p) for p in row.get("assignees") or []) if u],
        milestone_id=milestone.id if milestone else None,
        issue_type=(row.get("type") or {}).get("name"),
        locked=bool(row.get("locked")),
        active_lock_reason=row.get("active_lock_reason"),
        created_at=created,
        updated_at=_time(row.get("updated_at")) or created,
        closed_at=_time(row.get("closed_at")),
        closed_by_id=closer.id if closer else None,
        comments_elsewhere=row.get("comments") or 0,
        pull=_pull(state, repository, row) if is_pull else None,
        extra={k: row[k] for k in _KEPT if k in row},
    )


def _pull(state: State, repository: Repository, row: Row) -> Pull:
    head, base = row.get("head") or {}, row.get("base") or {}
    merged = _time(row.get("merged_at") or (row.get("pull_request") or {}).get("merged_at"))
    merger = _person(state, row.get("merged_by"))
    number = row.get("id") if "head" in row else None
    return Pull(
        id=number if isinstance(number, int) and not state.issue_of_pull(number) else state.fresh_id(),
        head_ref=head.get("ref") or f"pull-{row.get('number')}",
        base_ref=base.get("ref") or repository.default_branch,
        head_sha=head.get("sha") or "0" * 40,
        draft=bool(row.get("draft")),
        merged_at=merged,
        merged_by_id=merger.id if merger else None,
    )


def _person(state: State, row: Row | None) -> User | None:
    if not row or not row.get("login") or row["login"] == "ghost":
        return None
    kind = row.get("type")
    return ensure_user(
        state,
        row["login"],
        kind=kind if kind in ("User", "Bot", "Organization") else None,
        id=row.get("id"),
        node_id=row.get("node_id"),
    )


def _labels(state: State, repository: Repository, rows: list[Row | str] | None) -> list[int]:
    found: list[int] = []
    for row in rows or []:
        label: Row = row if isinstance(row, Mapping) else {"name": row}
        made = ensure_label(
            state,
            repository,
            label.get("name") or "unnamed",
            color=label.get("color") or "ededed",
            description=label.get("description"),
            id=label.get("id"),
            node_id=label.get("node_id"),
            default=bool(label.get("default")),
        )
        found.append(made.id)
    return list(dict.fromkeys(found))


def _milestone(state: State, repository: Repository, row: Row | None) -> Milestone | None:
    """By its title: rows in the wild show one milestone under several numbers."""
    if not row:
        return None
    known = state.milestone(repository, row.get("title") or "")
    if known:
        return known
    wanted, node = row.get("id"), row.get("node_id")
    number = wanted if isinstance(wanted, int) and wanted not in state.tables.milestones else state.fresh_id()
    creator = _person(state, row.get("creator"))
    taken = {m.number for m in state.milestones(repository)}
    created = _time(row.get("created_at")) or state.now()
    milestone = Milestone(
        id=number,
        node_id=node if node and node not in state.nodes else state.new_node_id("MI", number, within=repository),
        repository_id=repository.id,
        number=row["number"] if row.get("number") not in (None, *taken) else max(taken, default=0) + 1,
        title=row.get("title") or "",
        description=row.get("description"),
        state="closed" if row.get("state") == "closed" else "open",
        creator_id=creator.id if creator else None,
        due_on=_time(row.get("due_on")),
        created_at=created,
        updated_at=_time(row.get("updated_at")) or created,
        closed_at=_time(row.get("closed_at")),
    )
    state.add(milestone)
    return milestone


def _time(text: object) -> datetime | None:
    if not isinstance(text, str) or not text:
        return None
    parsed = datetime.fromisoformat(text)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone(UTC).replace(microsecond=0)
