"""REST rows into the same facts as GraphQL nodes. Pure; any optional field may be missing."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from connectors.github.marker import OPENING
from connectors.github.parse import (
    Node,
    Writer,
    commands,
    is_owner,
    link,
    milestone,
    moment,
    person,
    phase,
    resolution,
    text,
    text_mentions,
)
from model.facts import Comment, IssueFact, Link, Mention, Person, Pointer

_CLOSING = re.compile(
    r"\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:(?P<repository>[\w.-]+/[\w.-]+)?#|GH-)(?P<number>\d{1,10})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """A comment and what it mentions; its text is not kept."""

    comment: Comment
    mentions: tuple[Mention, ...] = ()


def parse_rest_issue(
    row: Node,
    *,
    tracker: str,
    writer: Writer,
    blockers: Iterable[Node] = (),
    remarks: Sequence[Remark] = (),
    partial: str = "",
    default_branch: str = "",
) -> IssueFact:
    """A row of the issues list, or of the pulls list. Raises KeyError without ``number``."""
    repository = repository_of(row)
    pull = is_pull(row)
    state = _state(row, pull=pull)
    author = person(row.get("user"))
    native_id = str(row.get("node_id") or "")
    branch = text(row.get("head") or {}, "ref")
    mentions = (
        *_own_mentions(row, repository, author, branch),
        *(mention for remark in remarks for mention in remark.mentions),
    )
    return IssueFact(
        tracker=tracker,
        native_id=native_id,
        other_ids=(str(row["id"]),) if row.get("id") else (),
        key=f"{repository}#{int(row['number'])}",
        url=text(row, "html_url"),
        kind="pull_request" if pull else "issue",
        type_name=text(row.get("type") or {}, "name"),
        title=text(row, "title"),
        status="draft" if row.get("draft") and state == "open" else state,
        phase=phase(state, pull=pull),
        resolution=resolution(state, text(row, "state_reason"), pull=pull),
        created=moment(row, "created_at"),
        updated=moment(row, "updated_at"),
        resolved=moment(row, "closed_at"),
        reporter=author,
        assignees=tuple(Person(id=text(one, "login")) for one in row.get("assignees") or ()),
        labels=tuple(one if isinstance(one, str) else text(one, "name") for one in row.get("labels") or ()),
        parent=_parent(tracker, row),
        milestone=milestone(row.get("milestone")),
        branch=branch,
        links=(
            *_blocked_by(tracker, native_id, blockers),
            *_closes(tracker, native_id, _closed(mentions, repository) if _closes_at_all(row, default_branch) else ()),
        ),
        mentions=mentions,
        comments=tuple(remark.comment for remark in remarks),
        partial=partial,
    )


def _blocked_by(tracker: str, holder: str, blockers: Iterable[Node]) -> Iterator[Link]:
    for other in blockers:
        yield link(tracker, "blocked_by", forward=False, holder=holder, other=_pointer(tracker, other))


def _closes(tracker: str, holder: str, keys: Iterable[str]) -> Iterator[Link]:
    for key in keys:
        yield link(tracker, "closes", forward=True, holder=holder, other=Pointer(tracker=tracker, key=key))


def _closes_at_all(row: Node, default_branch: str) -> bool:
    return bool(default_branch) and _base(row) == default_branch


def parse_rest_comment(row: Node, repository: str, writer: Writer) -> Remark:
    author = person(row.get("user"))
    ours = writer.wrote(row, author)
    comment = Comment(
        id=str(row.get("id") or ""),
        author=author,
        created=moment(row, "created_at"),
        updated=moment(row, "updated_at"),
        ours=ours,
        commands=() if ours else commands(row, author),
        owner=is_owner(row),
    )
    body = text(row, "body")
    if comment.ours or body.startswith(OPENING):
        return Remark(comment=comment)
    place = f"comment:{comment.id}"
    mentions = text_mentions(body, place, repository, row, author, comment.updated or comment.created)
    return Remark(comment=comment, mentions=mentions)


def is_pull(row: Node) -> bool:
    """A row of the issues list that is a pull request has ``pull_request``; a row of the pulls list has ``head``."""
    return bool(row.get("pull_request")) or "head" in row


def repository_of(row: Node) -> str:
    """``owner/name`` out of whichever of its URLs a row has; empty when it has none."""
    path = urlsplit(text(row, "repository_url") or text(row, "url")).path
    _, found, rest = path.partition("/repos/")
    return "/".join(rest.split("/")[:2]) if found else ""


def number_of(url: str) -> int:
    """The number at the end of an issue's URL; 0 when there is none."""
    last = urlsplit(url).path.rpartition("/")[2]
    return int(last) if last.isdecimal() else 0


def _base(row: Node) -> str:
    return text(row.get("base") or {}, "ref")


def _closed(mentions: Iterable[Mention], repository: str) -> Iterable[str]:
    """Keys of issues that the body closes by a keyword; it counts in pull requests to the default branch only.

    docs.github.com, "Linking a pull request to an issue".
    """
    for mention in mentions:
        if mention.place == "body" and mention.shape == "github":
            found = _CLOSING.finditer(mention.excerpt)
            if mention.key in {f"{match['repository'] or repository}#{match['number']}" for match in found}:
                yield mention.key


def _state(row: Node, *, pull: bool) -> str:
    state = text(row, "state").lower()
    merged = row.get("merged_at") or (row.get("pull_request") or {}).get("merged_at")
    return "merged" if pull and merged else state


def _own_mentions(row: Node, repository: str, author: Person | None, branch: str) -> Iterable[Mention]:
    created = moment(row, "created_at")
    for place, words in (("title", text(row, "title")), ("branch", branch), ("body", text(row, "body"))):
        yield from text_mentions(words, place, repository, row, author, created)


def _pointer(tracker: str, row: Node) -> Pointer:
    pull = is_pull(row)
    state = _state(row, pull=pull)
    return Pointer(
        tracker=tracker,
        key=f"{repository_of(row)}#{row['number']}",
        native_id=str(row.get("node_id") or ""),
        title=text(row, "title"),
        status=state,
        phase=phase(state, pull=pull) if state else None,
        resolution=resolution(state, text(row, "state_reason"), pull=pull),
        url=text(row, "html_url"),
    )


def _parent(tracker: str, row: Node) -> Pointer | None:
    url = text(row, "parent_issue_url")
    number, repository = number_of(url), repository_of({"url": url})
    if not number or not repository:
        return None
    return Pointer(tracker=tracker, key=f"{repository}#{number}")
