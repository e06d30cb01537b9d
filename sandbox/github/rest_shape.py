"""Records as REST shows them (field names of api.github.com's OpenAPI description)."""

from datetime import datetime
from typing import Any

from sandbox.github.access import Caller
from sandbox.github.records import App, Comment, Issue, Label, Milestone, Permission, Repository, User

SITE = "https://github.com"
Json = dict[str, Any]
_REACTIONS = ("+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes")


def stamp(at: datetime | None) -> str | None:
    return f"{at.isoformat()[:19]}Z" if at else None  # strftime takes five times as long


def repository_url(caller: Caller, repository: Repository) -> str:
    return f"{caller.root}/repos/{caller.state.full_name(repository)}"


def page_url(caller: Caller, issue: Issue) -> str:
    """The page people open."""
    kind = "pull" if issue.pull else "issues"
    return f"{SITE}/{caller.state.full_name(caller.state.home(issue))}/{kind}/{issue.number}"


def issue_url(caller: Caller, issue: Issue) -> str:
    return f"{repository_url(caller, caller.state.home(issue))}/issues/{issue.number}"


def shape_user(caller: Caller, user: User | None) -> Json:
    """A vanished account is shown as ``ghost``."""
    login, number = (user.login, user.id) if user else ("ghost", 10137)
    api = f"{caller.root}/users/{login}"
    return {
        "login": login,
        "id": number,
        "node_id": user.node_id if user else "MDQ6VXNlcjEwMTM3",
        "avatar_url": f"https://avatars.githubusercontent.com/u/{number}?v=4",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{SITE}/{login}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": user.kind if user else "User",
        "user_view_type": "public",
        "site_admin": False,
    }


def shape_person(caller: Caller, user_id: int | None) -> Json:
    return shape_user(caller, caller.state.person(user_id))


def shape_app_of(caller: Caller, user_id: int | None) -> Json | None:
    """The app that writes as this account; None for everybody else."""
    apps = caller.state.tables.apps
    app = next((a for a in apps.values() if a.bot_id == user_id), None) if user_id and apps else None
    return shape_app(caller, app) if app else None


def shape_app(caller: Caller, app: App) -> Json:
    return {
        "id": app.id,
        "slug": app.slug,
        "node_id": app.node_id,
        "client_id": app.client_id,
        "owner": shape_person(caller, app.owner_id),
        "name": app.slug,
        "description": "",
        "external_url": "https://example.com",
        "html_url": f"{SITE}/apps/{app.slug}",
        "created_at": stamp(app.created_at),
        "updated_at": stamp(app.created_at),
        "permissions": app.permissions,
        "events": [],
    }


def shape_label(caller: Caller, label: Label) -> Json:
    home = caller.state.tables.repositories[label.repository_id]
    return {
        "id": label.id,
        "node_id": label.node_id,
        "url": f"{repository_url(caller, home)}/labels/{label.name.replace(' ', '%20')}",
        "name": label.name,
        "color": label.color,
        "default": label.default,
        "description": label.description,
    }


def shape_milestone(caller: Caller, milestone: Milestone) -> Json:
    state = caller.state
    home = state.tables.repositories[milestone.repository_id]
    url = f"{repository_url(caller, home)}/milestones/{milestone.number}"
    within = [i for i in state.issues(home) if i.milestone_id == milestone.id]
    return {
        "url": url,
        "html_url": f"{SITE}/{state.full_name(home)}/milestone/{milestone.number}",
        "labels_url": f"{url}/labels",
        "id": milestone.id,
        "node_id": milestone.node_id,
        "number": milestone.number,
        "title": milestone.title,
        "description": milestone.description,
        "creator": shape_person(caller, milestone.creator_id),
        "open_issues": sum(i.state == "open" for i in within),
        "closed_issues": sum(i.state == "closed" for i in within),
        "state": milestone.state,
        "created_at": stamp(milestone.created_at),
        "updated_at": stamp(milestone.updated_at),
        "due_on": stamp(milestone.due_on),
        "closed_at": stamp(milestone.closed_at),
    }


def shape_comment(caller: Caller, comment: Comment) -> Json:
    state = caller.state
    issue = state.tables.issues[comment.issue_id]
    home = state.home(issue)
    url = f"{repository_url(caller, home)}/issues/comments/{comment.id}"
    return {
        "url": url,
        "html_url": f"{page_url(caller, issue)}#issuecomment-{comment.id}",
        "issue_url": issue_url(caller, issue),
        "id": comment.id,
        "node_id": comment.node_id,
        "user": shape_person(caller, comment.author_id),
        "created_at": stamp(comment.created_at),
        "updated_at": stamp(comment.updated_at),
        "body": comment.body,
        "author_association": comment.author_association or state.association(home, comment.author_id),
        "reactions": shape_reactions(url),
        "performed_via_github_app": shape_app_of(caller, comment.author_id),
        "pin": None,
        "minimized": {"reason": comment.minimized} if comment.minimized else None,
    }


def shape_reactions(url: str) -> Json:
    return {"url": f"{url}/reactions", "total_count": 0, **dict.fromkeys(_REACTIONS, 0)}


def shape_repository(caller: Caller, repository: Repository) -> Json:
    state, api = caller.state, repository_url(caller, repository)
    name = state.full_name(repository)
    open_issues = sum(i.state == "open" for i in state.issues(repository))
    return {
        "id": repository.id,
        "node_id": repository.node_id,
        "name": repository.name,
        "full_name": name,
        "private": repository.visibility != "public",
        "owner": shape_person(caller, repository.owner_id),
        "html_url": f"{SITE}/{name}",
        "description": repository.description,
        "fork": False,
        "url": api,
        "comments_url": f"{api}/comments{{/number}}",
        "issue_comment_url": f"{api}/issues/comments{{/number}}",
        "issue_events_url": f"{api}/issues/events{{/number}}",
        "issues_url": f"{api}/issues{{/number}}",
        "labels_url": f"{api}/labels{{/name}}",
        "milestones_url": f"{api}/milestones{{/number}}",
        "pulls_url": f"{api}/pulls{{/number}}",
        "created_at": stamp(repository.created_at),
        "updated_at": stamp(repository.updated_at),
        "pushed_at": stamp(repository.updated_at),
        "default_branch": repository.default_branch,
        "open_issues_count": open_issues,
        "open_issues": open_issues,
        "has_issues": repository.has_issues,
        "archived": repository.archived,
        "disabled": False,
        "visibility": repository.visibility,
        "permissions": _shape_permissions(caller, repository),
    }


def _shape_permissions(caller: Caller, repository: Repository) -> Json:
    """The role of the account. An app's account has none, whatever its installation may do."""
    roles: dict[str, Permission] = {
        "admin": "admin",
        "maintain": "maintain",
        "push": "write",
        "triage": "triage",
        "pull": "read",
    }
    return {name: not caller.installation and caller.has_role(repository, role) for name, role in roles.items()}
