"""Resolvers of the timeline: events of every kind, and comments among them."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.github.graphql_ask import Ask, Connection, connect, moment
from sandbox.github.graphql_scalars import type_name
from sandbox.github.records import Comment, Event, Issue, Label, Repository, User
from sandbox.github.rest_shape import page_url

Args = Mapping[str, Any]
Resolver = Callable[[Any, Ask, Args], Any]
_NEEDS_OTHER = frozenset({"cross-referenced", "connected", "disconnected"})
_SHOWN = frozenset(
    [
        *("assigned", "unassigned", "labeled", "unlabeled", "milestoned", "demilestoned", "renamed"),
        *("closed", "reopened", "merged", "locked", "unlocked", "transferred", "comment_deleted"),
        *("blocked_by_added", "blocked_by_removed", "blocking_added", "blocking_removed"),
        *("parent_issue_added", "parent_issue_removed", "sub_issue_added", "sub_issue_removed"),
        *("cross-referenced", "connected", "disconnected"),
    ]
)


def timeline(issue: Issue, ask: Ask, args: Args) -> Connection[Event | Comment]:
    """Oldest first, without references from places the caller cannot read."""
    entries: list[Event | Comment] = [e for e in ask.state.events(issue) if _shown(ask, e)]
    entries += ask.state.comments(issue)
    total = len(entries)
    wanted, since = args.get("itemTypes"), args.get("since")
    if wanted is not None:
        entries = [e for e in entries if _item_type(e) in wanted]
    if since is not None:
        entries = [e for e in entries if e.created_at >= moment(since)]
    entries.sort(key=lambda e: (e.created_at, e.id))
    entries = entries[args.get("skip") or 0 :]
    return connect(entries, args, lambda e: (e.created_at, e.id), total=total, updated_at=issue.updated_at)


def _shown(ask: Ask, event: Event) -> bool:
    if event.kind not in _SHOWN:
        return False
    return event.kind not in _NEEDS_OTHER or _other(event, ask, {}) is not None


def _item_type(entry: Event | Comment) -> str:
    if isinstance(entry, Comment):
        return "ISSUE_COMMENT"
    name = type_name(entry)
    return "".join(f"_{c}" if c.isupper() and i else c for i, c in enumerate(name)).upper()


def _issue(event: Event, ask: Ask, _: Args) -> Issue:
    return ask.state.tables.issues[event.issue_id]


def _other(event: Event, ask: Ask, _: Args) -> Issue | None:
    return next(iter(ask.visible([event.other_id or 0])), None)


def _actor(event: Event, ask: Ask, _: Args) -> User | None:
    return ask.state.person(event.actor_id)


def _crosses(event: Event, ask: Ask, _: Args) -> bool:
    other = _other(event, ask, {})
    return other is not None and other.repository_id != _issue(event, ask, {}).repository_id


def _will_close(event: Event, ask: Ask, _: Args) -> bool:
    source, target = _other(event, ask, {}), _issue(event, ask, {})
    return bool(source and source.pull and source.state == "open" and target.id in source.pull.closes)


def _person(event: Event, ask: Ask, field: str) -> User | None:
    login = event.data.get(field)
    return ask.state.user(login) if login else None


def _label(event: Event, ask: Ask, _: Args) -> Label:
    """The label as it is, or as it was when it has since been deleted."""
    home, shown = ask.state.home(_issue(event, ask, {})), event.data["label"]
    found = ask.state.label(home, shown["name"])
    return found or Label(
        id=event.id,
        node_id=event.node_id,
        repository_id=home.id,
        name=shown["name"],
        color=shown["color"],
        created_at=event.created_at,
    )


def _reason(event: Event, _ask: Ask, _: Args) -> str | None:
    reason = event.data.get("state_reason")
    return reason.upper() if reason else None


def _source_url(event: Event, ask: Ask, _: Args) -> str:
    source = _other(event, ask, {})
    assert source is not None  # noqa: S101  # events without a visible source are not shown
    page = page_url(ask.caller, source)
    return f"{page}#issuecomment-{event.comment_id}" if event.comment_id else page


def _lock_reason(event: Event, _ask: Ask, _: Args) -> str | None:
    reason = event.data.get("lock_reason")
    return reason.replace("-", "_").replace(" ", "_").upper() if reason else None


def _from(event: Event, ask: Ask, _: Args) -> Repository | None:
    found = ask.state.tables.repositories.get(event.data.get("repository_id", 0))
    return found if found and ask.caller.may_read(found) else None


_EVENT: dict[str, Resolver] = {"actor": _actor, "id": lambda e, _a, _: e.node_id}
_ASSIGNED = _EVENT | {"assignee": lambda e, a, _: _person(e, a, "assignee")}
_LABELED = _EVENT | {"label": _label, "labelable": _issue}
_MILESTONED = _EVENT | {"milestoneTitle": lambda e, _a, _: e.data["milestone"]["title"]}
_STATE = _EVENT | {"closable": _issue, "stateReason": _reason}
_CONNECTED = _EVENT | {"isCrossRepository": _crosses, "source": _issue, "subject": _other}
HISTORY: dict[str, dict[str, Resolver]] = {
    "AssignedEvent": _ASSIGNED,
    "BlockedByAddedEvent": _EVENT | {"blockingIssue": _other},
    "BlockedByRemovedEvent": _EVENT | {"blockingIssue": _other},
    "BlockingAddedEvent": _EVENT | {"blockedIssue": _other},
    "BlockingRemovedEvent": _EVENT | {"blockedIssue": _other},
    "ClosedEvent": _STATE,
    "CommentDeletedEvent": _EVENT
    | {"databaseId": lambda _e, _a, _: None, "deletedCommentAuthor": lambda e, a, _: _person(e, a, "author")},
    "ConnectedEvent": _CONNECTED,
    "CrossReferencedEvent": _EVENT
    | {
        "isCrossRepository": _crosses,
        "referencedAt": lambda e, _a, _: e.created_at,
        "resourcePath": lambda e, a, g: _source_url(e, a, g).removeprefix("https://github.com"),
        "source": _other,
        "target": _issue,
        "url": _source_url,
        "willCloseTarget": _will_close,
    },
    "DemilestonedEvent": _MILESTONED,
    "DisconnectedEvent": _CONNECTED,
    "LabeledEvent": _LABELED,
    "LockedEvent": _EVENT | {"lockReason": _lock_reason, "lockable": _issue},
    "MergedEvent": _EVENT | {"pullRequest": _issue},
    "MilestonedEvent": _MILESTONED,
    "ParentIssueAddedEvent": _EVENT | {"parent": _other},
    "ParentIssueRemovedEvent": _EVENT | {"parent": _other},
    "RenamedTitleEvent": _EVENT
    | {
        "currentTitle": lambda e, _a, _: e.data["rename"]["to"],
        "previousTitle": lambda e, _a, _: e.data["rename"]["from"],
        "subject": _issue,
    },
    "ReopenedEvent": _STATE,
    "SubIssueAddedEvent": _EVENT | {"subIssue": _other},
    "SubIssueRemovedEvent": _EVENT | {"subIssue": _other},
    "TransferredEvent": _EVENT | {"fromRepository": _from, "issue": _issue},
    "UnassignedEvent": _ASSIGNED,
    "UnlabeledEvent": _LABELED,
    "UnlockedEvent": _EVENT | {"lockable": _issue},
}
