"""From Jira's JSON to facts: pure, and content with whatever fields a site, a project or an old dump leaves out.

A link reads by which end is embedded: ``outwardIssue`` present means *this* ``type.outward``
*other* ("blocks"), ``inwardIssue`` means *this* ``type.inward`` *other* ("is blocked by").
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/ (IssueLink)
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import quote

from connectors.http import Json
from connectors.jira.catalog import Catalog
from connectors.jira.history import changes
from connectors.jira.plans import release, sprint
from connectors.jira.remote import remote_link
from connectors.jira.values import day, id_of, moment, name_of, person, rows_of, table, text
from connectors.text import (
    Context,
    commands_in_adf,
    commands_in_wiki,
    mentions_in_adf,
    mentions_in_plain,
    mentions_in_title,
)
from model.facts import Comment, IssueFact, Link, Mention, Person, Phase, Pointer
from model.statements import CommandLine

PHASES: Mapping[str, Phase] = {"new": "open", "undefined": "open", "indeterminate": "started", "done": "done"}
"""By status category: status names are the admin's, categories are Jira's.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-workflow-status-categories/"""


_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[1-9][0-9]*")


class Malformed(ValueError):
    """An issue row that lacks what makes it an issue: id or key."""


def parse_issue(
    raw: Json, *, catalog: Catalog, account: str, site: str, tracker: str, remote: Iterable[Json] = ()
) -> IssueFact:
    """One row of a search, or one issue, as a fact.

    ``account`` is the id we write with: comments by it are ``ours`` and their text is not read.
    ``site`` is the base URL of the pages people open. Raises Malformed.
    """
    row = table(raw)
    native_id, key = id_of(row), text(row.get("key"))
    if not native_id or not key:
        raise Malformed("a row without id or key")
    fields = table(row.get("fields"))
    comments = [(r, c) for r in _comment_rows(fields) if (c := _comment(r, account))]
    reporter, created = person(fields.get("reporter")), moment(fields.get("created"))
    return IssueFact(
        tracker=tracker,
        native_id=native_id,
        key=key,
        url=browse_url(site, key),
        type_name=name_of(fields.get("issuetype")),
        title=text(fields.get("summary")),
        status=name_of(fields.get("status")),
        phase=_phase(fields.get("status")) or "open",
        resolution=name_of(fields.get("resolution")),
        created=created,
        updated=moment(fields.get("updated")),
        resolved=moment(fields.get("resolutiondate")),
        reporter=reporter,
        assignees=tuple(filter(None, (person(fields.get("assignee")),))),
        labels=tuple(filter(None, map(text, rows_of(fields.get("labels"))))),
        components=tuple(filter(None, map(name_of, rows_of(fields.get("components"))))),
        team=_team(_first(fields, catalog, "team")),
        parent=_parent(fields, catalog, tracker, site),
        start=day(_first(fields, catalog, "start")),
        due=day(fields.get("duedate")),
        target_end=day(_first(fields, catalog, "target_end")),
        sprints=tuple(filter(None, map(sprint, rows_of(_first(fields, catalog, "sprint"))))),
        releases=tuple(filter(None, map(release, rows_of(fields.get("fixVersions"))))),
        restricted=bool(fields.get("security")),
        links=tuple(filter(None, (_link(r, tracker, site) for r in rows_of(fields.get("issuelinks"))))),
        remote_links=tuple(filter(None, map(remote_link, remote))),
        history=changes(raw, catalog),
        mentions=(*_own_mentions(fields, reporter, created), *_comment_mentions(comments)),
        comments=tuple(comment for _, comment in comments),
    )


def browse_url(site: str, key: str) -> str:
    return f"{site.rstrip('/')}/browse/{quote(key)}"


def _phase(status: Json) -> Phase | None:
    return PHASES.get(text(table(table(status).get("statusCategory")).get("key")))


def _first(fields: Mapping[str, Json], catalog: Catalog, kind: str) -> Json:
    return next((fields[i] for i in catalog.custom.get(kind, ()) if fields.get(i)), None)


def _team(value: Json) -> str:
    """The Team field is a table on some sites and a bare id on others."""
    return name_of(value) or id_of(table(value)) or text(value)


def _pointer(value: Json, tracker: str, site: str) -> Pointer | None:
    row = table(value)
    key, fields = text(row.get("key")), table(row.get("fields"))
    if not key:
        return None
    return Pointer(
        tracker=tracker,
        key=key,
        native_id=id_of(row),
        title=text(fields.get("summary")),
        status=name_of(fields.get("status")),
        phase=_phase(fields.get("status")),
        resolution=name_of(fields.get("resolution")),
        url=browse_url(site, key),
    )


def _parent(fields: Mapping[str, Json], catalog: Catalog, tracker: str, site: str) -> Pointer | None:
    """``parent``; on sites that kept the older fields, the epic link or the plan's parent, which hold a bare key."""
    parent = _pointer(fields.get("parent"), tracker, site)
    if parent is not None:
        return parent
    older = _first(fields, catalog, "epic")
    if isinstance(older, str):
        older = {"key": older} if _KEY.fullmatch(older) else None
    return _pointer(older, tracker, site)


def _link(value: Json, tracker: str, site: str) -> Link | None:
    row = table(value)
    kind = table(row.get("type"))
    forward = bool(row.get("outwardIssue"))
    other = _pointer(row.get("outwardIssue") or row.get("inwardIssue"), tracker, site)
    if other is None:
        return None
    return Link(
        native_id=id_of(row),
        type_id=id_of(kind),
        type_name=text(kind.get("name")),
        phrase=text(kind.get("outward" if forward else "inward")),
        forward=forward,
        other=other,
    )


def _comment_rows(fields: Mapping[str, Json]) -> list[Json]:
    return [table(r) for r in rows_of(table(fields.get("comment")).get("comments"))]


def _comment(row: Mapping[str, Json], account: str) -> Comment | None:
    identity = id_of(row)
    author = person(row.get("author"))
    if not identity:
        return None
    return Comment(
        id=identity,
        author=author,
        created=moment(row.get("created")),
        updated=moment(row.get("updated")),
        ours=author is not None and author.id == account,
        restricted=_is_restricted(row),
        commands=_commands(row, author, account),
    )


def _commands(row: Mapping[str, Json], author: Person | None, account: str) -> tuple[CommandLine, ...]:
    """What a person's comment tells crosstie; words that another has put into it are not theirs."""
    editor = person(row.get("updateAuthor"))
    if author is None or author.bot or author.id == account or (editor is not None and editor.id != author.id):
        return ()
    body = row.get("body")
    return commands_in_wiki(body) if isinstance(body, str) else commands_in_adf(body)


def _is_restricted(row: Mapping[str, Json]) -> bool:
    """Shown to a role or group only, or internal to a service desk's agents."""
    return bool(row.get("visibility")) or row.get("jsdPublic") is False


def _own_mentions(fields: Mapping[str, Json], reporter: Person | None, written: datetime | None) -> Iterable[Mention]:
    yield from mentions_in_title(text(fields.get("summary")), Context(place="title", author=reporter, written=written))
    yield from _mentions(fields.get("description"), Context(place="body", author=reporter, written=written))


def _comment_mentions(comments: Iterable[tuple[Mapping[str, Json], Comment]]) -> Iterable[Mention]:
    for row, comment in comments:
        if comment.ours:
            continue
        context = Context(
            place=f"comment:{comment.id}",
            author=comment.author,
            written=comment.updated or comment.created,
            restricted=comment.restricted,
        )
        yield from _mentions(row.get("body"), context)


def _mentions(body: Json, context: Context) -> tuple[Mention, ...]:
    """Version 3 sends a tree; version 2, and dumps of old sites, wiki text."""
    return mentions_in_plain(body, context) if isinstance(body, str) else mentions_in_adf(body, context)
