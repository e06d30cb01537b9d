"""Our notes on one plain page, each about as its tracker would show it: on a phone and a desk, light and dark."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib import resources
from typing import Literal

from connectors.github import page as github
from connectors.http import Json
from connectors.jira import page as jira
from connectors.jira import wiki_page as wiki

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Notes as their trackers show them</title>
<style>
{style}</style>
</head>
<body>
<header><h1>Notes as their trackers show them</h1>
<p>{count}, written by crosstie. About what a reader sees there, in the light or dark that this device prefers.</p>
</header>
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNote:
    """A note as it stands on its issue."""

    kind: Literal["github", "jira"]
    issue: str
    """What people call the issue: ``jira:PAY-12``."""
    title: str
    author: str
    body: Json
    """As the tracker stores it: Markdown (GitHub), an ADF tree (Jira Cloud), wiki markup (Jira Data Center)."""
    url: str = ""
    """Of the issue's page; empty: no link."""
    labels: Sequence[str] = ()
    folded: bool = False
    """Minimized, as GitHub does with a note that has nothing more to say."""


def page(notes: Sequence[ShownNote]) -> str:
    """One HTML page, complete in itself: it loads nothing and runs nothing. Same notes, same text."""
    style = (resources.files("connectors") / "shown.css").read_text()
    count = "1 note" if len(notes) == 1 else f"{len(notes)} notes"
    return "\n".join([_HEAD.format(style=style, count=count), *map(_note, notes), "</body>\n</html>\n"])


def _note(note: ShownNote) -> str:
    said = _said(note)
    if note.folded:
        said = f"<details><summary>This comment was marked as resolved.</summary>{said}</details>"
    labels = "".join(f'<span class="label">{escape(label)}</span>' for label in note.labels)
    return (
        f'<article class="{note.kind}">\n<h2>{_issue(note)} {escape(note.title)}{labels}</h2>\n'
        f'<section><p class="author"><b>{escape(note.author)}</b> commented</p>\n'
        f'<div class="body">{said}</div></section>\n</article>'
    )


def _said(note: ShownNote) -> str:
    if note.kind == "github":
        return github.as_html(note.body)
    return wiki.as_html(note.body) if isinstance(note.body, str) else jira.as_html(note.body)


def _issue(note: ShownNote) -> str:
    issue = escape(note.issue)
    return f'<a href="{escape(note.url)}">{issue}</a>' if note.url.startswith(("https://", "http://")) else issue
