"""Issues and pull requests as REST shows them, in lists, alone, and from the pull request side."""

from typing import Any

from sandbox.github.access import Caller
from sandbox.github.records import Issue
from sandbox.github.rest_shape import (
    Json,
    issue_url,
    page_url,
    repository_url,
    shape_label,
    shape_milestone,
    shape_person,
    shape_reactions,
    shape_repository,
    stamp,
)


def shape_row(caller: Caller, issue: Issue, *, milestones: dict[int, Json] | None = None) -> Json:
    """A row of the issue list; it lacks ``closed_by``, which only the issue alone has.

    ``milestones`` keeps shaped milestones between the rows of a page.
    """
    row = _common(caller, issue, {} if milestones is None else milestones)
    url = issue_url(caller, issue)
    row |= {
        "url": url,
        "id": issue.id,
        "repository_url": repository_url(caller, caller.state.home(issue)),
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "timeline_url": f"{url}/timeline",
        "comments": caller.state.comment_count(issue),
        "reactions": shape_reactions(url),
        "performed_via_github_app": None,
        "state_reason": issue.state_reason,
        "pinned_comment": None,
    }
    row |= _pull_part(caller, issue) if issue.pull else _issue_part(caller, issue)
    return row | issue.extra


def shape_issue(caller: Caller, issue: Issue) -> Json:
    """The issue alone."""
    closed_by = shape_person(caller, issue.closed_by_id) if issue.closed_by_id else None
    return shape_row(caller, issue) | {"closed_by": closed_by}


def _common(caller: Caller, issue: Issue, milestones: dict[int, Json]) -> Json:
    state, home = caller.state, caller.state.home(issue)
    people = [shape_person(caller, i) for i in issue.assignee_ids]
    return {
        "html_url": page_url(caller, issue),
        "node_id": issue.node_id,
        "number": issue.number,
        "title": issue.title,
        "user": shape_person(caller, issue.author_id),
        "labels": [shape_label(caller, label) for label in state.labels(issue)],
        "state": issue.state,
        "locked": issue.locked,
        "assignee": people[0] if people else None,
        "assignees": people,
        "milestone": _milestone(caller, issue.milestone_id, milestones),
        "created_at": stamp(issue.created_at),
        "updated_at": stamp(issue.updated_at),
        "closed_at": stamp(issue.closed_at),
        "author_association": issue.author_association or state.association(home, issue.author_id),
        "active_lock_reason": issue.active_lock_reason,
        "body": issue.body,
    }


def _milestone(caller: Caller, milestone_id: int | None, known: dict[int, Json]) -> Json | None:
    if milestone_id is None:
        return None
    if milestone_id not in known:
        known[milestone_id] = shape_milestone(caller, caller.state.tables.milestones[milestone_id])
    return known[milestone_id]


def _issue_part(caller: Caller, issue: Issue) -> Json:
    state = caller.state
    parent = state.tables.issues[issue.parent_id] if issue.parent_id is not None else None
    options = state.tables.options
    part: Json = {}
    if options.enterprise is None:
        part = {
            "type": {"name": issue.issue_type, "is_enabled": True} if issue.issue_type else None,
            "parent_issue_url": issue_url(caller, parent) if parent else None,
            "sub_issues_summary": sub_issues_summary(caller, issue),
            "issue_field_values": [],
        }
    if not (options.no_dependencies_api or options.older_rest):
        part["issue_dependencies_summary"] = dependencies_summary(caller, issue)
    return part


def sub_issues_summary(caller: Caller, issue: Issue) -> Json:
    total = len(issue.sub_issue_ids)
    completed = sum(caller.state.tables.issues[i].state == "closed" for i in issue.sub_issue_ids)
    return {
        "total": total,
        "completed": completed,
        "percent_completed": completed * 100 // total if total else 0,
    }


def dependencies_summary(caller: Caller, issue: Issue) -> Json:
    """The plain counts are of open issues only, the ``total_`` ones of all."""
    issues = caller.state.tables.issues
    return {
        "blocked_by": sum(issues[i].state == "open" for i in issue.blocked_by_ids),
        "total_blocked_by": len(issue.blocked_by_ids),
        "blocking": sum(issues[i].state == "open" for i in issue.blocking_ids),
        "total_blocking": len(issue.blocking_ids),
    }


def _pull_part(caller: Caller, issue: Issue) -> Json:
    assert issue.pull is not None  # noqa: S101  # asked for pull requests only
    page = page_url(caller, issue)
    return {
        "draft": issue.pull.draft,
        "pull_request": {
            "url": pull_url(caller, issue),
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "merged_at": stamp(issue.pull.merged_at),
        },
    }


def pull_url(caller: Caller, issue: Issue) -> str:
    return f"{repository_url(caller, caller.state.home(issue))}/pulls/{issue.number}"


def shape_pull(caller: Caller, issue: Issue, *, alone: bool = False) -> Json:
    """From the pull request side: its own database id, its branches, no comment count in lists."""
    pull = issue.pull
    assert pull is not None  # noqa: S101  # asked for pull requests only
    url, page = pull_url(caller, issue), page_url(caller, issue)
    row = _common(caller, issue, {}) | {
        "url": url,
        "id": pull.id,
        "diff_url": f"{page}.diff",
        "patch_url": f"{page}.patch",
        "issue_url": issue_url(caller, issue),
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{repository_url(caller, caller.state.home(issue))}/pulls/comments{{/number}}",
        "comments_url": f"{issue_url(caller, issue)}/comments",
        "statuses_url": f"{repository_url(caller, caller.state.home(issue))}/statuses/{pull.head_sha}",
        "merged_at": stamp(pull.merged_at),
        "merge_commit_sha": pull.head_sha if pull.merged_at else None,
        "requested_reviewers": [],
        "requested_teams": [],
        "draft": pull.draft,
        "auto_merge": None,
        "head": _branch(caller, issue, pull.head_ref, pull.head_sha),
        "base": _branch(caller, issue, pull.base_ref, "f" * 40),
        "_links": {"self": {"href": url}, "html": {"href": page}, "issue": {"href": issue_url(caller, issue)}},
    }
    return row | (_alone(caller, issue) if alone else {})


def _branch(caller: Caller, issue: Issue, ref: str, sha: str) -> dict[str, Any]:
    home = caller.state.home(issue)
    owner = shape_person(caller, home.owner_id)
    repository = shape_repository(caller, home)
    return {"label": f"{owner['login']}:{ref}", "ref": ref, "sha": sha, "user": owner, "repo": repository}


def _alone(caller: Caller, issue: Issue) -> Json:
    pull = issue.pull
    assert pull is not None  # noqa: S101  # asked for pull requests only
    return {
        "merged": pull.merged_at is not None,
        "mergeable": None if pull.merged_at else True,
        "mergeable_state": "unknown",
        "merged_by": shape_person(caller, pull.merged_by_id) if pull.merged_by_id else None,
        "comments": caller.state.comment_count(issue),
        "review_comments": 0,
        "commits": 1,
        "additions": 1,
        "deletions": 0,
        "changed_files": 1,
        "maintainer_can_modify": False,
    }
