"""Resolvers of what issues, comments, people and repositories hold; plain attributes need none."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.github.access import ISSUES, PULLS
from sandbox.github.graphql_ask import Ask, Connection, connect
from sandbox.github.graphql_history import HISTORY, timeline
from sandbox.github.graphql_projects import OWNER, PROJECTS, project_items
from sandbox.github.graphql_scalars import IssueType, int32
from sandbox.github.ids import node_id
from sandbox.github.records import Comment, Issue, Label, Milestone, Permission, Repository, User
from sandbox.github.rest_issue_shape import dependencies_summary, sub_issues_summary
from sandbox.github.rest_shape import SITE, page_url

Args = Mapping[str, Any]
Resolver = Callable[[Any, Ask, Args], Any]
_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)", re.S)


def login(user: User) -> str:
    """GraphQL shows an app without the ``[bot]`` that REST shows."""
    return user.login.removesuffix("[bot]")


def _page(path: Callable[[Any, Ask], str]) -> dict[str, Resolver]:
    return {"url": lambda x, a, _: SITE + path(x, a), "resourcePath": lambda x, a, _: path(x, a)}


def _issue_path(issue: Issue, ask: Ask) -> str:
    return page_url(ask.caller, issue).removeprefix(SITE)


def _comment_path(comment: Comment, ask: Ask) -> str:
    return f"{_issue_path(ask.state.tables.issues[comment.issue_id], ask)}#issuecomment-{comment.id}"


def _repository_path(repository: Repository, ask: Ask) -> str:
    return f"/{ask.state.full_name(repository)}"


def _milestone_path(milestone: Milestone, ask: Ask) -> str:
    home = ask.state.tables.repositories[milestone.repository_id]
    return f"{_repository_path(home, ask)}/milestone/{milestone.number}"


def _home(issue: Issue, ask: Ask) -> Repository:
    return ask.state.home(issue)


def _own_repository(x: Label | Milestone, ask: Ask, _: Args) -> Repository:
    return ask.state.tables.repositories[x.repository_id]


def _association(x: Issue | Comment, ask: Ask, _: Args) -> str:
    issue = x if isinstance(x, Issue) else ask.state.tables.issues[x.issue_id]
    return x.author_association or ask.state.association(ask.state.home(issue), x.author_id)


def _labels(issue: Issue, ask: Ask, args: Args) -> Connection[Label]:
    labels = ask.state.labels(issue)
    order = args.get("orderBy") or {}
    if order.get("field") == "NAME":
        labels.sort(key=lambda x: x.name.lower(), reverse=order["direction"] == "DESC")
    return connect(labels, args)


def _comments(issue: Issue, ask: Ask, args: Args) -> Connection[Comment]:
    rows, order = ask.state.comments(issue), args.get("orderBy")
    total = ask.state.comment_count(issue)
    if not order:
        return connect(rows, args, lambda c: (c.created_at, c.id), total=total)
    descending = order["direction"] == "DESC"
    rows.sort(key=lambda c: (c.updated_at, c.id), reverse=descending)
    return connect(rows, args, lambda c: (c.updated_at, c.id), descending=descending, total=total)


def _editor(x: Issue | Comment, ask: Ask, _: Args) -> User | None:
    by = x.editor_id if isinstance(x, Comment) else None
    return ask.state.person(by or x.author_id) if x.last_edited_at else None


def _closed_by_pulls(issue: Issue, ask: Ask, args: Args) -> Connection[Issue]:
    """Closed ones only when asked for, as the default hides them."""
    found = [p for p in ask.closers.get(issue.id, ()) if ask.sees(p)]
    if not args.get("includeClosedPrs"):
        found = [p for p in found if p.state == "open"]
    if args.get("userLinkedOnly"):
        found = [p for p in found if p.pull and issue.id in p.pull.linked]
    return connect(found, args)


def _closing(pull: Issue, ask: Ask, args: Args) -> Connection[Issue | None]:
    assert pull.pull is not None  # noqa: S101  # a resolver of PullRequest
    return connect(ask.ends(pull.pull.linked if args.get("userLinkedOnly") else pull.pull.closes), args)


def _parent(issue: Issue, ask: Ask, _: Args) -> Issue | None:
    return next(iter(ask.visible([issue.parent_id] if issue.parent_id is not None else [])), None)


def _reason(issue: Issue, _ask: Ask, args: Args) -> str | None:
    """A duplicate shows as not planned unless the query knows duplicates."""
    if issue.state_reason == "duplicate" and not args.get("enableDuplicate"):
        return "NOT_PLANNED"
    return issue.state_reason.upper() if issue.state_reason else None


def _lock_reason(issue: Issue, _ask: Ask, _: Args) -> str | None:
    return re.sub(r"[- ]", "_", issue.active_lock_reason).upper() if issue.active_lock_reason else None


def _type(issue: Issue, ask: Ask, _: Args) -> IssueType | None:
    """Null on user-owned repositories."""
    owner = ask.state.tables.users[ask.state.home(issue).owner_id]
    if issue.issue_type is None or owner.kind != "Organization":
        return None
    return IssueType(node_id("IT", owner.id, sum(issue.issue_type.encode())), issue.issue_type)


def _summary(issue: Issue, ask: Ask, _: Args) -> "_Summary":
    return _Summary(dependencies_summary(ask.caller, issue))


def _sub_summary(issue: Issue, ask: Ask, _: Args) -> "_Summary":
    return _Summary(sub_issues_summary(ask.caller, issue))


class _Summary:
    """REST's counts under the same names in snake case."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self.__dict__.update(counts)


def _may(role: Permission) -> Resolver:
    """By the account's role; what its token lacks does not show."""

    def resolve(issue: Issue, ask: Ask, _: Args) -> bool:
        home = ask.state.home(issue)
        return (
            not home.archived
            and (ask.caller.installation is None or ask.caller.may_write(home, ISSUES, PULLS))
            and ask.caller.has_role(home, role)
        )

    return resolve


_COMMENT: dict[str, Resolver] = {
    "author": lambda x, a, _: a.state.person(x.author_id),
    "authorAssociation": _association,
    "body": lambda x, _a, _: x.body or "",
    "bodyText": lambda x, _a, _: _HIDDEN.sub("", x.body or "").strip(),
    "editor": _editor,
    "id": lambda x, _a, _: x.node_id,
    "includesCreatedEdit": lambda x, _a, _: x.last_edited_at is not None,
    "publishedAt": lambda x, _a, _: x.created_at,
    "viewerDidAuthor": lambda x, a, _: a.caller.user is not None and x.author_id == a.caller.user.id,
}
_SHARED: dict[str, Resolver] = _COMMENT | {
    "activeLockReason": _lock_reason,
    "assignees": lambda x, a, g: connect([a.state.tables.users[i] for i in x.assignee_ids], g),
    "closed": lambda x, _a, _: x.state == "closed",
    "comments": _comments,
    "labels": _labels,
    "milestone": lambda x, a, _: a.state.tables.milestones.get(x.milestone_id or 0),
    "projectItems": project_items,
    "repository": lambda x, a, _: _home(x, a),
    "timelineItems": timeline,
    "viewerCanClose": _may("triage"),
    "viewerCanLabel": _may("triage"),
    "viewerCanUpdate": _may("write"),
    **_page(_issue_path),
}
_ACTOR: dict[str, Resolver] = {
    "avatarUrl": lambda u, _a, _: f"https://avatars.githubusercontent.com/u/{u.id}?v=4",
    "databaseId": lambda u, _a, _: int32(u.id),
    "id": lambda u, _a, _: u.node_id,
    "isViewer": lambda u, a, _: a.caller.user is u,
    "login": lambda u, _a, _: login(u),
    "repositories": lambda u, a, g: connect(
        [r for r in a.state.tables.repositories.values() if r.owner_id == u.id and a.caller.may_read(r)], g
    ),
    **_page(lambda u, _a: f"/apps/{login(u)}" if u.kind == "Bot" else f"/{login(u)}"),
}

OBJECTS: dict[str, dict[str, Resolver]] = {
    "Issue": _SHARED
    | {
        "blockedBy": lambda x, a, g: connect(a.ends(x.blocked_by_ids), g),
        "blocking": lambda x, a, g: connect(a.ends(x.blocking_ids), g),
        "closedByPullRequestsReferences": _closed_by_pulls,
        "databaseId": lambda x, _a, _: int32(x.id),
        "duplicateOf": lambda x, a, _: next(iter(a.visible([x.duplicate_of_id or 0])), None),
        "fullDatabaseId": lambda x, _a, _: x.id,
        "isPinned": lambda x, _a, _: x.pinned,
        "issueDependenciesSummary": _summary,
        "issueType": _type,
        "parent": _parent,
        "state": lambda x, _a, _: x.state.upper(),
        "stateReason": _reason,
        "subIssues": lambda x, a, g: connect(a.ends(x.sub_issue_ids), g),
        "subIssuesSummary": _sub_summary,
    },
    "PullRequest": _SHARED
    | {
        "baseRefName": lambda x, _a, _: x.pull.base_ref,
        "baseRepository": lambda x, a, _: _home(x, a),
        "closingIssuesReferences": _closing,
        "databaseId": lambda x, _a, _: int32(x.pull.id),
        "fullDatabaseId": lambda x, _a, _: x.pull.id,
        "headRefName": lambda x, _a, _: x.pull.head_ref,
        "headRefOid": lambda x, _a, _: x.pull.head_sha,
        "headRepository": lambda x, a, _: _home(x, a),
        "isCrossRepository": lambda _x, _a, _: False,
        "isDraft": lambda x, _a, _: x.pull.draft,
        "merged": lambda x, _a, _: x.pull.merged_at is not None,
        "mergedAt": lambda x, _a, _: x.pull.merged_at,
        "mergedBy": lambda x, a, _: a.state.person(x.pull.merged_by_id),
        "permalink": lambda x, a, _: page_url(a.caller, x),
        "state": lambda x, _a, _: "MERGED" if x.pull.merged_at else x.state.upper(),
    },
    "IssueComment": _COMMENT
    | {
        "databaseId": lambda c, _a, _: int32(c.id),
        "fullDatabaseId": lambda c, _a, _: c.id,
        "isMinimized": lambda c, _a, _: c.minimized is not None,
        "issue": lambda c, a, _: a.state.tables.issues[c.issue_id],
        "minimizedReason": lambda c, _a, _: c.minimized,
        "pullRequest": lambda c, a, _: (i := a.state.tables.issues[c.issue_id]).pull and i,
        "repository": lambda c, a, _: _home(a.state.tables.issues[c.issue_id], a),
        **{
            f"viewerCan{verb}": lambda c, a, _: a.caller.may_write(
                _home(a.state.tables.issues[c.issue_id], a), ISSUES, PULLS
            )
            for verb in ("Delete", "Minimize", "Update")
        },
        **_page(_comment_path),
    },
    "Label": {
        "id": lambda x, _a, _: x.node_id,
        "isDefault": lambda x, _a, _: x.default,
        "repository": _own_repository,
        "url": lambda x, a, _: f"{SITE}{_repository_path(_own_repository(x, a, {}), a)}/labels/{x.name}",
    },
    "Milestone": {
        "closed": lambda m, _a, _: m.state == "closed",
        "creator": lambda m, a, _: a.state.person(m.creator_id),
        "id": lambda m, _a, _: m.node_id,
        "repository": _own_repository,
        "state": lambda m, _a, _: m.state.upper(),
        **_page(_milestone_path),
    },
    "User": _ACTOR | OWNER | {"login": lambda u, _a, _: u.login},  # as the viewer an app is a User, with its [bot]
    "Bot": _ACTOR,
    "Organization": _ACTOR | OWNER,
    **PROJECTS,
    **HISTORY,
}
REPOSITORY_PAGE = _page(_repository_path)
