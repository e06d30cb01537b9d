"""GraphQL nodes into facts. Pure; any optional field may be missing, and nothing is guessed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from connectors.github.marker import OPENING
from connectors.github.parse_projects import parse_dates
from connectors.text import (
    Context,
    commands_in_markdown,
    mentions_in_branch,
    mentions_in_markdown,
    mentions_in_title,
)
from model.facts import Comment, IssueFact, Link, LinkType, Mention, Milestone, Person, Phase, Pointer
from model.statements import CommandLine

Node = Mapping[str, Any]

BELONGS = frozenset({"OWNER", "MEMBER", "COLLABORATOR"})
CONNECTED: Mapping[str, tuple[str, bool]] = {
    "blockedBy": ("blocked_by", False),
    "blocking": ("blocked_by", True),
    "closedByPullRequestsReferences": ("closes", False),
    "closingIssuesReferences": ("closes", True),
}
"""GraphQL connection -> link type, and whether its holder stands where the type's arrow begins."""
TYPES: Mapping[str, tuple[str, str, str]] = {
    "blocked_by": ("blocked by", "blocks", "is blocked by"),
    "closes": ("closing reference", "closes", "is closed by"),
    "mentioned": ("cross reference", "mentions", "is mentioned by"),
}
"""Link type -> name, outward phrase, inward phrase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """The account that notes are written with."""

    login: str
    reads: bool = True
    """Whether it is also the account that reads, so that GitHub's ``viewerDidAuthor`` speaks of it."""

    def wrote(self, node: Node, author: Person | None) -> bool:
        if self.reads and node.get("viewerDidAuthor"):
            return True
        return author is not None and author.id.casefold() == self.login.casefold()


def link_types(tracker: str) -> tuple[LinkType, ...]:
    """GitHub's kinds of link, in the shape of a tracker whose types are configurable."""
    return tuple(
        LinkType(tracker=tracker, id=id_, name=name, outward=outward, inward=inward)
        for id_, (name, outward, inward) in TYPES.items()
    )


def parse_issue(
    node: Node, *, tracker: str, writer: Writer, partial: str = "", boards: Sequence[str] = ()
) -> IssueFact:
    """An ``Issue`` or ``PullRequest`` node. Raises KeyError without ``id``, ``number`` or ``repository``.

    ``boards`` are the names of fields that were asked for.
    """
    repository = str(node["repository"]["nameWithOwner"])
    pull = "pullState" in node
    state = text(node, "pullState" if pull else "state").lower()
    author = person(node.get("author"))
    remarks = [parse_comment(comment, writer) for comment in nodes(node, "comments")]
    return IssueFact(
        tracker=tracker,
        native_id=str(node["id"]),
        other_ids=(str(node["databaseId"]),) if node.get("databaseId") else (),
        key=f"{repository}#{int(node['number'])}",
        url=text(node, "url"),
        kind="pull_request" if pull else "issue",
        type_name=text(node.get("issueType") or {}, "name"),
        title=text(node, "title"),
        status="draft" if node.get("isDraft") and state == "open" else state,
        phase=phase(state, pull=pull),
        resolution=resolution(state, text(node, "stateReason"), pull=pull),
        created=moment(node, "createdAt"),
        updated=moment(node, "updatedAt"),
        resolved=moment(node, "mergedAt") or moment(node, "closedAt"),
        reporter=author,
        assignees=tuple(Person(id=text(one, "login")) for one in nodes(node, "assignees")),
        labels=tuple(text(one, "name") for one in nodes(node, "labels")),
        parent=_pointer(tracker, node["parent"]) if node.get("parent") else None,
        milestone=milestone(node.get("milestone")),
        project_dates=tuple(parse_dates(node, boards)),
        branch=text(node, "headRefName"),
        links=(*_links(tracker, node), *_cross_references(tracker, node, writer)),
        mentions=tuple(_mentions(node, repository, author, remarks)),
        comments=tuple(comment for comment, _ in remarks),
        partial=partial or _hidden(node),
    )


def parse_comment(node: Node, writer: Writer) -> tuple[Comment, Node]:
    """A comment, with the node it came from for whoever reads its text."""
    author = person(node.get("author"))
    ours = writer.wrote(node, author)
    comment = Comment(
        id=str(node.get("databaseId") or node.get("id") or ""),
        author=author,
        created=moment(node, "createdAt"),
        updated=moment(node, "updatedAt"),
        ours=ours,
        commands=() if ours else commands(node, author),
        owner=is_owner(node),
    )
    return comment, node


def commands(comment: Node, author: Person | None) -> tuple[CommandLine, ...]:
    """What a person's comment tells crosstie; notes of ours say nothing, whatever account wrote them.

    Words that another has put into it are not its author's; who edited it only GraphQL tells.
    """
    body, editor = text(comment, "body"), person(comment.get("editor"))
    if author is None or author.bot or body.startswith(OPENING):
        return ()
    if editor is not None and editor.id.casefold() != author.id.casefold():
        return ()
    return commands_in_markdown(body)


def is_owner(comment: Node) -> bool:
    return "OWNER" in (text(comment, "authorAssociation"), text(comment, "author_association"))


def phase(state: str, *, pull: bool) -> Phase:
    """An open pull request is work under way; of an open issue GitHub does not say."""
    if state in ("closed", "merged"):
        return "done"
    return "started" if pull else "open"


def resolution(state: str, reason: str, *, pull: bool) -> str:
    if state not in ("closed", "merged"):
        return "reopened" if reason.lower() == "reopened" else ""
    if pull:
        return "merged" if state == "merged" else "unmerged"
    return reason.lower()


def person(actor: Node | None) -> Person | None:
    """An actor of GraphQL or a user of REST; None for a deleted account.

    An app is ``slug`` to GraphQL and ``slug[bot]`` to REST; here it is always the latter.
    """
    login = text(actor or {}, "login")
    if not actor or not login:
        return None
    bot = login.endswith("[bot]") or "Bot" in (actor.get("__typename"), actor.get("type"))
    return Person(id=login if login.endswith("[bot]") or not bot else f"{login}[bot]", bot=bot)


def belongs(author: Person | None, association: str) -> bool | None:
    """Whether GitHub says the author belongs; None where it does not say, and for bots."""
    if not association or author is None or author.bot:
        return None
    return association in BELONGS


def link(tracker: str, type_id: str, *, forward: bool, holder: str, other: Pointer) -> Link:
    """A link whose id is the same on both ends: made of its type and both native ids, the arrow's beginning first."""
    name, outward, inward = TYPES[type_id]
    far = other.native_id or other.key
    ends = (holder, far) if forward else (far, holder)
    return Link(
        native_id=":".join((type_id, *ends)),
        type_id=type_id,
        type_name=name,
        phrase=outward if forward else inward,
        forward=forward,
        other=other,
    )


def text_mentions(
    body: str, place: str, repository: str, node: Node, author: Person | None, written: datetime | None
) -> tuple[Mention, ...]:
    context = Context(
        place=place,
        repository=repository,
        author=author,
        belongs=belongs(author, text(node, "authorAssociation") or text(node, "author_association")),
        written=written,
    )
    match place:
        case "title":
            return mentions_in_title(body, context)
        case "branch":
            return mentions_in_branch(body, context)
        case _:
            return mentions_in_markdown(body, context)


def text(node: Node, name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def moment(node: Node, name: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(text(node, name))
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def nodes(node: Node, name: str) -> Iterator[Node]:
    """The entries of a connection that are there; None stands for what our account may not see."""
    return (one for one in (node.get(name) or {}).get("nodes") or () if one)


def _mentions(
    node: Node, repository: str, author: Person | None, remarks: Iterable[tuple[Comment, Node]]
) -> Iterator[Mention]:
    created = moment(node, "createdAt")
    yield from text_mentions(text(node, "title"), "title", repository, node, author, created)
    yield from text_mentions(text(node, "headRefName"), "branch", repository, node, author, created)
    edited = moment(node, "lastEditedAt") or created
    yield from text_mentions(text(node, "body"), "body", repository, node, author, edited)
    for comment, source in remarks:
        # Our notes stay ours when another account writes them from now on.
        if not comment.ours and not text(source, "body").startswith(OPENING):
            written = moment(source, "lastEditedAt") or comment.created
            place = f"comment:{comment.id}"
            yield from text_mentions(text(source, "body"), place, repository, source, comment.author, written)


def _links(tracker: str, node: Node) -> Iterator[Link]:
    for name, (type_id, forward) in CONNECTED.items():
        for other in nodes(node, name):
            yield link(tracker, type_id, forward=forward, holder=str(node["id"]), other=_pointer(tracker, other))


def _cross_references(tracker: str, node: Node, writer: Writer) -> Iterator[Link]:
    """What mentions this issue, once each. Our own notes mention issues too, and say nothing new; a source that
    our account may not see is null."""
    sources: dict[str, Node] = {}
    for event in nodes(node, "timelineItems"):
        source = event.get("source")
        if source and source.get("id") != node["id"] and not writer.wrote({}, person(event.get("actor"))):
            sources.setdefault(text(source, "id"), source)
    for source in sources.values():
        yield link(tracker, "mentioned", forward=False, holder=str(node["id"]), other=_pointer(tracker, source))


def _pointer(tracker: str, node: Node) -> Pointer:
    pull = "isDraft" in node
    state = (text(node, "state") or text(node, "pullState")).lower()
    return Pointer(
        tracker=tracker,
        key=f"{node['repository']['nameWithOwner']}#{node['number']}",
        native_id=text(node, "id"),
        title=text(node, "title"),
        status="draft" if node.get("isDraft") and state == "open" else state,
        phase=phase(state, pull=pull) if state else None,
        resolution=resolution(state, text(node, "stateReason"), pull=pull),
        url=text(node, "url"),
    )


def milestone(node: Node | None) -> Milestone | None:
    if not node:
        return None
    due = moment(node, "dueOn") or moment(node, "due_on")
    return Milestone(number=int(node.get("number") or 0), title=text(node, "title"), due_on=due)


def _hidden(node: Node) -> str:
    """Links whose other end our account may not see stand as nulls."""
    for name in CONNECTED:
        entries = (node.get(name) or {}).get("nodes") or ()
        if any(one is None for one in entries):
            phrase = TYPES[CONNECTED[name][0]][1 if CONNECTED[name][1] else 2]
            return f"an issue that this one {phrase} is not visible to our account"
    return ""
