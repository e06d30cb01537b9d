"""Mutations: the same changes as over REST, by node id."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sandbox.github import comments, issues, links
from sandbox.github.errors import Refusal, not_found
from sandbox.github.graphql_ask import Ask, Edge, connect
from sandbox.github.graphql_roots import find_node
from sandbox.github.records import Comment, Issue, Label, User

T = TypeVar("T")
Input = Mapping[str, Any]
Payload = dict[str, Any]
CREATING = frozenset({"addComment", "addLabelsToLabelable", "addBlockedBy", "addSubIssue"})
"""Mutations that count as content creation."""


def _find(ask: Ask, node_id: str, kind: type[T]) -> T:
    found = find_node(ask, node_id)
    if not isinstance(found, kind):
        raise not_found(f"Could not resolve to {kind.__name__} node with the global id of '{node_id}'.")
    return found


def _writer(ask: Ask, issue: Issue) -> User:
    return ask.caller.writes_on(issue)


def _comment(ask: Ask, node_id: str) -> tuple[Comment, User]:
    comment = _find(ask, node_id, Comment)
    return comment, _writer(ask, ask.state.tables.issues[comment.issue_id])


def _add_comment(ask: Ask, sent: Input) -> Payload:
    issue = _find(ask, sent["subjectId"], Issue)
    made = comments.create_comment(ask.state, issue, _writer(ask, issue), sent["body"])
    place = connect([made], {"first": 1}, lambda c: (c.created_at, c.id))
    return {"commentEdge": Edge(place.cursors(0), made), "subject": issue}


def _update_comment(ask: Ask, sent: Input) -> Payload:
    comment, actor = _comment(ask, sent["id"])
    comments.edit_comment(ask.state, comment, actor, sent["body"])
    return {"issueComment": comment}


def _delete_comment(ask: Ask, sent: Input) -> Payload:
    comments.delete_comment(ask.state, *_comment(ask, sent["id"]))
    return {}


def _minimize(ask: Ask, sent: Input) -> Payload:
    comment, _ = _comment(ask, sent["subjectId"])
    comments.minimize(ask.state, comment, sent["classifier"])
    return {"minimizedComment": comment}


def _unminimize(ask: Ask, sent: Input) -> Payload:
    comment, _ = _comment(ask, sent["subjectId"])
    comments.minimize(ask.state, comment, None)
    return {"unminimizedComment": comment}


def _labelable(ask: Ask, sent: Input) -> tuple[Issue, User, list[Label]]:
    issue = _find(ask, sent["labelableId"], Issue)
    actor = _writer(ask, issue)
    labels = [_find(ask, node_id, Label) for node_id in sent["labelIds"]]
    if any(label.repository_id != issue.repository_id for label in labels):
        raise Refusal(422, "Label does not belong to the repository of the labelable")
    return issue, actor, labels


def _add_labels(ask: Ask, sent: Input) -> Payload:
    issue, actor, labels = _labelable(ask, sent)
    issues.add_labels(ask.state, issue, actor, [label.name for label in labels])
    return {"labelable": issue}


def _remove_labels(ask: Ask, sent: Input) -> Payload:
    """A label that is not there is no error."""
    issue, actor, labels = _labelable(ask, sent)
    for label in labels:
        if label.id in issue.label_ids:
            issues.remove_label(ask.state, issue, actor, label)
    return {"labelable": issue}


def _pair(ask: Ask, sent: Input, other: str) -> tuple[Issue, Issue, User]:
    issue = _find(ask, sent["issueId"], Issue)
    return issue, _find(ask, sent[other], Issue), _writer(ask, issue)


def _block(ask: Ask, sent: Input) -> Payload:
    issue, blocker, actor = _pair(ask, sent, "blockingIssueId")
    links.block(ask.state, issue, blocker, actor)
    return {"issue": issue, "blockingIssue": blocker}


def _unblock(ask: Ask, sent: Input) -> Payload:
    issue, blocker, actor = _pair(ask, sent, "blockingIssueId")
    links.unblock(ask.state, issue, blocker, actor)
    return {"issue": issue, "blockingIssue": blocker}


def _add_sub_issue(ask: Ask, sent: Input) -> Payload:
    if not sent.get("subIssueId"):
        raise Refusal(422, "subIssueId is required; the sandbox does not look up subIssueUrl")
    parent, child, actor = _pair(ask, sent, "subIssueId")
    links.set_parent(ask.state, child, parent, actor, replace_parent=bool(sent.get("replaceParent")))
    return {"issue": parent, "subIssue": child}


def _remove_sub_issue(ask: Ask, sent: Input) -> Payload:
    parent, child, actor = _pair(ask, sent, "subIssueId")
    if child.parent_id != parent.id:
        raise not_found("The issue is not a sub-issue of this parent")
    links.remove_parent(ask.state, child, actor)
    return {"issue": parent, "subIssue": child}


def _mutation(run: Callable[[Ask, Input], Payload]) -> Callable[[Any, Ask, Mapping[str, Any]], Payload]:
    def resolve(_root: Any, ask: Ask, args: Mapping[str, Any]) -> Payload:
        sent = args["input"]
        return run(ask, sent) | {"clientMutationId": sent.get("clientMutationId")}

    return resolve


MUTATIONS = {
    "addBlockedBy": _mutation(_block),
    "addComment": _mutation(_add_comment),
    "addLabelsToLabelable": _mutation(_add_labels),
    "addSubIssue": _mutation(_add_sub_issue),
    "deleteIssueComment": _mutation(_delete_comment),
    "minimizeComment": _mutation(_minimize),
    "removeBlockedBy": _mutation(_unblock),
    "removeLabelsFromLabelable": _mutation(_remove_labels),
    "removeSubIssue": _mutation(_remove_sub_issue),
    "unminimizeComment": _mutation(_unminimize),
    "updateIssueComment": _mutation(_update_comment),
}
