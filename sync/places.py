"""Addresses of the places that evidence and notes stand at. Pure."""

from model.facts import Ref
from model.snapshot import Issue


def place_url(issue: Issue | None, place: str) -> str:
    """The page where it can be read: a comment has an address of its own.

    https://docs.github.com/en/rest/issues/comments (``html_url``); Jira's own permalinks to comments.
    """
    if issue is None or not issue.url:
        return ""
    kind, _, comment = place.partition(":")
    if kind != "comment":
        return issue.url
    return f"{issue.url}#issuecomment-{comment}" if _on_github(issue.ref) else f"{issue.url}?focusedCommentId={comment}"


def _on_github(ref: Ref) -> bool:
    return "#" in ref.key
