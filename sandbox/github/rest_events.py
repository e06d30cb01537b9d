"""REST: the event feed of a repository, newest first, and the history of one issue."""

from operator import attrgetter
from typing import Any

from sandbox.github.records import Comment, Event, Issue, Repository
from sandbox.github.rest_call import Call, Reply, Route, find_issue, numbered_pages
from sandbox.github.rest_issue_shape import shape_row
from sandbox.github.rest_shape import (
    repository_url,
    shape_comment,
    shape_person,
    shape_repository,
    shape_user,
    stamp,
)
from sandbox.github.state import State

_OTHER_FIELD = {
    "blocked_by_added": "blocked_by",
    "blocked_by_removed": "blocked_by",
    "blocking_added": "blocking",
    "blocking_removed": "blocking",
    "parent_issue_added": "parent_issue",
    "parent_issue_removed": "parent_issue",
    "sub_issue_added": "sub_issue",
    "sub_issue_removed": "sub_issue",
}
_TIMELINE_ONLY = frozenset({"cross-referenced"})


def of_repository(call: Call, repository: Repository) -> Reply:
    """Everything but cross-references and comments."""
    rows = [e for i in call.state.issues(repository) for e in call.state.events(i) if e.kind not in _TIMELINE_ONLY]
    rows.sort(key=attrgetter("id"), reverse=True)
    chosen, links = numbered_pages(call, rows[: call.state.tables.options.events_kept])
    return Reply(data=[_shape(call, e, with_issue=True) for e in chosen], links=links)


def of_issue(call: Call, repository: Repository, number: int) -> Reply:
    """Oldest first."""
    issue = find_issue(call, repository, number)
    rows = [e for e in call.state.events(issue) if e.kind not in _TIMELINE_ONLY]
    chosen, links = numbered_pages(call, rows)
    return Reply(data=[_shape(call, e) for e in chosen], links=links)


def timeline(call: Call, repository: Repository, number: int) -> Reply:
    issue = find_issue(call, repository, number)
    entries = history(call, issue)
    chosen, links = numbered_pages(call, entries)
    return Reply(data=[_timeline_entry(call, e) for e in chosen], links=links)


def history(call: Call, issue: Issue) -> list[Event | Comment]:
    """Events and comments, oldest first, without references from places the caller cannot read."""
    events = [e for e in call.state.events(issue) if e.kind not in _TIMELINE_ONLY or _source(call, e)]
    entries: list[Event | Comment] = [*events, *call.state.comments(issue)]
    return sorted(entries, key=lambda e: (e.created_at, e.id))


def _source(call: Call, event: Event) -> Issue | None:
    source = call.state.tables.issues.get(event.other_id or 0)
    return source if source and call.caller.may_read(call.state.home(source)) else None


def _timeline_entry(call: Call, entry: Event | Comment) -> dict[str, Any]:
    if isinstance(entry, Comment):
        shown = shape_comment(call.caller, entry)
        return shown | {"event": "commented", "actor": shown["user"]}
    source = _source(call, entry)
    if entry.kind not in _TIMELINE_ONLY or source is None:
        return _shape(call, entry)
    row = shape_row(call.caller, source) | {"repository": shape_repository(call.caller, call.state.home(source))}
    return {
        "event": "cross-referenced",
        "actor": shape_person(call.caller, entry.actor_id),
        "created_at": stamp(entry.created_at),
        "updated_at": stamp(entry.created_at),
        "source": {"type": "issue", "issue": row},
    }


def _shape(call: Call, event: Event, *, with_issue: bool = False) -> dict[str, Any]:
    caller, state = call.caller, call.state
    issue = state.tables.issues[event.issue_id]
    shown: dict[str, Any] = {
        "id": event.id,
        "node_id": event.node_id,
        "url": f"{repository_url(caller, state.home(issue))}/issues/events/{event.id}",
        "actor": shape_person(caller, event.actor_id),
        "event": event.kind,
        "commit_id": None,
        "commit_url": None,
        "created_at": stamp(event.created_at),
        "performed_via_github_app": None,
    }
    shown |= _payload(call, event)
    if with_issue:
        shown["issue"] = shape_row(caller, issue)
    return shown


def _payload(call: Call, event: Event) -> dict[str, Any]:
    data: dict[str, Any] = {k: v for k, v in event.data.items() if k in ("label", "milestone", "rename", "lock_reason")}
    if "assignee" in event.data:
        data["assignee"] = shape_user(call.caller, call.state.user(event.data["assignee"]))
        data["assigner"] = shape_person(call.caller, event.actor_id)
    if event.kind == "closed":
        data["state_reason"] = event.data.get("state_reason")
    if event.kind in _OTHER_FIELD:
        data[_OTHER_FIELD[event.kind]] = _reference(call.state, _source(call, event))
    return data


def _reference(state: State, issue: Issue | None) -> dict[str, Any] | None:
    """A minimal reference; null when the other end cannot be seen."""
    if issue is None:
        return None
    home = state.home(issue)
    return {
        "number": issue.number,
        "title": issue.title,
        "state": issue.state,
        "state_reason": issue.state_reason,
        "repository": {"id": home.id, "node_id": home.node_id, "name": home.name, "full_name": state.full_name(home)},
        "issue_type": {"name": issue.issue_type} if issue.issue_type else None,
    }


ROUTES: list[Route] = [
    ("GET", "/issues/events", of_repository),
    ("GET", "/issues/<int:number>/events", of_issue),
    ("GET", "/issues/<int:number>/timeline", timeline),
]
