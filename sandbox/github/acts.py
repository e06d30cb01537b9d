"""Edits as a person would make them, by verb; ``by`` names the person (made when unknown).

An issue is named ``owner/repo#number``. Text that GitHub would refuse is refused here too.

    create   repository, title, [body, labels, assignees, milestone, pull_request, head, base, draft]
    edit     issue, [title, body]         close    issue, [reason]        reopen    issue
    merge    issue                        comment  issue, body            edit_comment   comment, body
    delete_comment comment                label    issue, labels          unlabel   issue, labels
    assign   issue, people (all of them)  milestone issue, title (empty: none), [due: makes or moves it]
    block    issue, blocker               unblock  issue, blocker         parent    issue, parent
    unparent issue                        link     issue (pull request), to      unlink   issue, to
    lock     issue, [reason]
    unlock   issue                        transfer issue, to              delete    issue
    read_note issue
    rename_repository repository, name    set_visibility repository, visibility
    transfer_repository repository, to (an account)        delete_repository repository
    archive  repository, [archived: true] set_issues repository, enabled         rename_owner owner, login
    grant    repository, permission, [token]      minimize comment, [reason]
    options  any of ``options.Options``

Those of projects and of apps stand in ``sandbox.github.acts_more``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, get_args

from sandbox.github import comments, issues, links, places, repositories
from sandbox.github.access import DEFAULT_LOGIN, DEFAULT_TOKEN
from sandbox.github.act_args import Args, Result
from sandbox.github.acts_more import MORE
from sandbox.github.errors import Refusal
from sandbox.github.options import Options
from sandbox.github.records import Issue, Milestone, Permission, Repository
from sandbox.github.state import State

SMALL = 100_001
"""The first id on an Enterprise Server: all of them fit into 32 bits."""


def perform(state: State, verb: str, given: Mapping[str, Any]) -> Result:
    """Carry out one act; raises Refusal with a sentence when it cannot be."""
    run = VERBS.get(verb)
    if run is None:
        raise Refusal(404, f"there is no act {verb!r}; there are: {', '.join(sorted(VERBS))}")
    return run(Args(state, given)) or {}


def _named(state: State, issue: Issue) -> Result:
    name = state.full_name(state.home(issue))
    return {"issue": f"{name}#{issue.number}", "number": issue.number, "id": issue.id, "node_id": issue.node_id}


def _create(a: Args) -> Result:
    repository, by = a.repository(), a.by
    pull = {k: a.given.get(k) for k in ("head", "base", "draft")} if a.given.get("pull_request") else None
    issue = issues.create_issue(a.state, repository, by, title=a.text("title"), body=a.maybe("body"), pull=pull)
    issues.add_labels(a.state, issue, by, a.texts("labels"))
    _assign_to(a, issue, a.texts("assignees"))
    if a.maybe("milestone"):
        issues.set_milestone(a.state, issue, by, _milestone_named(a, repository, a.text("milestone")).id)
    return _named(a.state, issue)


def _assign_to(a: Args, issue: Issue, logins: list[str]) -> None:
    issues.set_assignees(a.state, issue, a.by, [repositories.ensure_user(a.state, x) for x in logins])


def _milestone_named(a: Args, repository: Repository, title: str) -> Milestone:
    found = a.state.milestone(repository, title)
    return found or repositories.add_milestone(a.state, repository, title, creator=a.by)


def _edit(a: Args) -> Result:
    issue = a.issue()
    issues.edit_issue(a.state, issue, a.by, title=a.maybe("title"), body=a.maybe("body"))
    return _named(a.state, issue)


def _comment(a: Args) -> Result:
    issue, by = a.issue(), a.by
    may_pass = a.state.association(a.state.home(issue), by.id) in ("OWNER", "MEMBER", "COLLABORATOR")
    made = comments.create_comment(a.state, issue, by, a.text("body"), may_pass_lock=may_pass)
    return {"comment": made.id, "node_id": made.node_id}


def _label(a: Args) -> None:
    issues.add_labels(a.state, a.issue(), a.by, a.texts("labels"))


def _unlabel(a: Args) -> None:
    issue = a.issue()
    for name in a.texts("labels"):
        label = a.state.label(a.state.home(issue), name)
        if label is None:
            raise Refusal(404, f"labels: there is no label {name}")
        issues.remove_label(a.state, issue, a.by, label)


def _milestone(a: Args) -> None:
    """An issue gets or loses a milestone; with ``due`` the milestone itself is moved. Without ``issue`` only that."""
    issue = a.issue() if "issue" in a.given else None
    home = a.state.home(issue) if issue else a.repository()
    title = a.text("title", "")
    found = _milestone_named(a, home, title) if title else None
    if found and "due" in a.given:
        due = a.maybe("due")
        found.due_on = repositories.pacific_midnight(date.fromisoformat(due)) if due else None
        found.updated_at = a.state.now()
    if issue:
        issues.set_milestone(a.state, issue, a.by, found.id if found else None)


def _transfer(a: Args) -> Result:
    return _named(a.state, links.transfer_issue(a.state, a.issue(), a.repository("to"), a.by))


def _visibility(a: Args) -> None:
    wanted = a.text("visibility")
    if wanted not in get_args(repositories.Visibility):
        raise Refusal(422, "visibility must be public, private or internal")
    repository = a.repository()
    repository.visibility = wanted  # type: ignore[assignment]  # checked against the literal above
    repository.updated_at = a.state.now()


def _archive(a: Args) -> None:
    a.repository().archived = a.flag("archived", True)


def _set_issues(a: Args) -> None:
    a.repository().has_issues = a.flag("enabled", True)


def _grant(a: Args) -> None:
    wanted, token = a.text("permission"), a.text("token", DEFAULT_TOKEN)
    roles = get_args(Permission)
    if wanted not in roles:
        raise Refusal(422, f"permission must be {', '.join(roles[:-1])} or {roles[-1]}")
    if token not in a.state.tables.tokens:
        raise Refusal(404, "token: no such token")
    repositories.grant(a.state, token, a.repository(), wanted)  # type: ignore[arg-type]  # checked against the literal above


def _options(a: Args) -> Result:
    known = {f.name for f in fields(Options)}
    wanted = {k: v for k, v in a.given.items() if k != "by"}
    if not wanted.keys() <= known:
        raise Refusal(422, f"no such option: {', '.join(sorted(wanted.keys() - known))}")
    for name, value in wanted.items():
        setattr(a.state.tables.options, name, value)
    if a.state.tables.options.enterprise is not None and not a.state.tables.issues:
        a.state.tables.next_id = SMALL
    return {f: getattr(a.state.tables.options, f) for f in sorted(known)}


def _minimize(a: Args) -> None:
    comments.minimize(a.state, a.comment(), a.text("reason", "OUTDATED") or None)


def _read_note(a: Args) -> Result:
    """The newest comment by the bot: what people see of it, and whether it is folded away."""
    issue, bot = a.issue(), a.state.user(DEFAULT_LOGIN)
    ours = [c for c in a.state.comments(issue) if bot is not None and c.author_id == bot.id]
    if not ours:
        raise Refusal(404, f"there is no note on {a.text('issue')}")
    body = re.sub(r"<!--.*?-->\n?", "", ours[-1].body, flags=re.DOTALL)
    return {"title": issue.title, "author": DEFAULT_LOGIN, "body": body, "folded": ours[-1].minimized is not None}


VERBS: dict[str, Callable[[Args], Result | None]] = {
    **MORE,
    "archive": _archive,
    "assign": lambda a: _assign_to(a, a.issue(), a.texts("people")),
    "block": lambda a: links.block(a.state, a.issue(), a.issue("blocker"), a.by),
    "close": lambda a: issues.close_issue(a.state, a.issue(), a.by, reason=a.maybe("reason")),
    "comment": _comment,
    "create": _create,
    "delete": lambda a: links.delete_issue(a.state, a.issue()),
    "delete_comment": lambda a: comments.delete_comment(a.state, a.comment(), a.by),
    "delete_repository": lambda a: places.delete_repository(a.state, a.repository()),
    "edit": _edit,
    "edit_comment": lambda a: comments.edit_comment(a.state, a.comment(), a.by, a.text("body")),
    "grant": _grant,
    "label": _label,
    "link": lambda a: links.link_pull(a.state, a.issue(), a.issue("to"), a.by),
    "lock": lambda a: issues.lock_issue(a.state, a.issue(), a.by, reason=a.maybe("reason")),
    "merge": lambda a: issues.merge_pull(a.state, a.issue(), a.by),
    "milestone": _milestone,
    "minimize": _minimize,
    "options": _options,
    "parent": lambda a: links.set_parent(a.state, a.issue(), a.issue("parent"), a.by, replace_parent=True),
    "read_note": _read_note,
    "rename_repository": lambda a: repositories.rename_repository(a.state, a.repository(), a.text("name")),
    "rename_owner": lambda a: places.rename_owner(a.state, a.account(), a.text("login")),
    "reopen": lambda a: issues.reopen_issue(a.state, a.issue(), a.by),
    "set_issues": _set_issues,
    "set_visibility": _visibility,
    "transfer": _transfer,
    "transfer_repository": lambda a: places.transfer_repository(a.state, a.repository(), a.account("to")),
    "unblock": lambda a: links.unblock(a.state, a.issue(), a.issue("blocker"), a.by),
    "unlabel": _unlabel,
    "unlink": lambda a: links.unlink_pull(a.state, a.issue(), a.issue("to"), a.by),
    "unlock": lambda a: issues.lock_issue(a.state, a.issue(), a.by, locked=False),
    "unparent": lambda a: links.remove_parent(a.state, a.issue(), a.by),
}
