"""From Jira's JSON to facts: pure, and content with whatever fields a site, a project or an old dump leaves out.

A link reads by which end is embedded: ``outwardIssue`` present means *this* ``type.outward``
*other* ("blocks"), ``inwardIssue`` means *this* ``type.inward`` *other* ("is blocked by").
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/ (IssueLink)
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Literal, cast
from urllib.parse import quote

from connectors.http import Json
from connectors.jira.catalog import Catalog
from connectors.text import Context, mentions_in_adf, mentions_in_plain, mentions_in_title
from model.facts import Comment, IssueFact, Link, Mention, Person, Phase, Pointer, Release, Sprint

PHASES: Mapping[str, Phase] = {"new": "open", "undefined": "open", "indeterminate": "started", "done": "done"}
"""By status category: status names are the admin's, categories are Jira's.
https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-workflow-status-categories/"""


_KEY = re.compile(r"[A-Z][A-Z0-9_]*-[1-9][0-9]*")


class Malformed(ValueError):
    """An issue row that lacks what makes it an issue: id or key."""


def parse_issue(raw: Json, *, catalog: Catalog, account: str, site: str, tracker: str) -> IssueFact:
    """One row of a search, or one issue, as a fact.

    ``account`` is the id we write with: comments by it are ``ours`` and their text is not read.
    ``site`` is the base URL of the pages people open. Raises Malformed.
    """
    row = _table(raw)
    native_id, key = _id(row), _text(row.get("key"))
    if not native_id or not key:
        raise Malformed("a row without id or key")
    fields = _table(row.get("fields"))
    comments = _comment_rows(fields)
    return IssueFact(
        tracker=tracker,
        native_id=native_id,
        key=key,
        url=browse_url(site, key),
        type_name=_name(fields.get("issuetype")),
        title=_text(fields.get("summary")),
        status=_name(fields.get("status")),
        phase=_phase(fields.get("status")) or "open",
        resolution=_name(fields.get("resolution")),
        created=moment(fields.get("created")),
        updated=moment(fields.get("updated")),
        resolved=moment(fields.get("resolutiondate")),
        reporter=_person(fields.get("reporter")),
        assignees=tuple(filter(None, (_person(fields.get("assignee")),))),
        labels=tuple(filter(None, map(_text, _rows(fields.get("labels"))))),
        components=tuple(filter(None, map(_name, _rows(fields.get("components"))))),
        team=_team(_first(fields, catalog, "team")),
        parent=_parent(fields, catalog, tracker, site),
        start=day(_first(fields, catalog, "start")),
        due=day(fields.get("duedate")),
        target_end=day(_first(fields, catalog, "target_end")),
        sprints=tuple(filter(None, map(_sprint, _rows(_first(fields, catalog, "sprint"))))),
        releases=tuple(filter(None, map(_release, _rows(fields.get("fixVersions"))))),
        restricted=bool(fields.get("security")),
        links=tuple(filter(None, (_link(r, tracker, site) for r in _rows(fields.get("issuelinks"))))),
        mentions=(*_own_mentions(fields), *_comment_mentions(comments, account)),
        comments=tuple(filter(None, (_comment(r, account) for r in comments))),
    )


def browse_url(site: str, key: str) -> str:
    return f"{site.rstrip('/')}/browse/{quote(key)}"


def comments_missing(raw: Json) -> bool:
    """Whether a row embeds fewer comments than its issue has: Jira caps them in search results."""
    box = _table(_table(_table(raw).get("fields")).get("comment"))
    total = box.get("total")
    return isinstance(total, int) and total > len(_rows(box.get("comments")))


def moment(value: Json) -> datetime | None:
    """``2026-01-31T10:00:00.000+0100`` as an aware datetime; None for what is none."""
    try:
        found = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def day(value: Json) -> date | None:
    """A calendar date, never moved by a zone: of a date and time, the date where it was written."""
    try:
        return date.fromisoformat(value[:10])
    except (TypeError, ValueError):
        return None


def _table(value: Json) -> dict[str, Json]:
    return value if isinstance(value, dict) else {}


def _rows(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _text(value: Json) -> str:
    """Text without NUL, which PostgreSQL refuses to keep."""
    return value.replace("\0", "") if isinstance(value, str) else ""


def _id(row: Mapping[str, Json]) -> str:
    """Jira writes its ids as text; where a number comes instead, it is the same id."""
    value = row.get("id")
    return str(value) if type(value) is int else _text(value)


def _name(value: Json) -> str:
    return _text(_table(value).get("name"))


def _phase(status: Json) -> Phase | None:
    return PHASES.get(_text(_table(_table(status).get("statusCategory")).get("key")))


def _person(value: Json) -> Person | None:
    row = _table(value)
    identity = _text(row.get("accountId")) or _text(row.get("name")) or _text(row.get("key"))
    if not identity:
        return None
    return Person(id=identity, name=_text(row.get("displayName")), bot=row.get("accountType") == "app")


def _first(fields: Mapping[str, Json], catalog: Catalog, kind: str) -> Json:
    return next((fields[i] for i in catalog.custom.get(kind, ()) if fields.get(i)), None)


def _team(value: Json) -> str:
    """The Team field is a table on some sites and a bare id on others."""
    return _name(value) or _id(_table(value)) or _text(value)


def _pointer(value: Json, tracker: str, site: str) -> Pointer | None:
    row = _table(value)
    key, fields = _text(row.get("key")), _table(row.get("fields"))
    if not key:
        return None
    return Pointer(
        tracker=tracker,
        key=key,
        native_id=_id(row),
        title=_text(fields.get("summary")),
        status=_name(fields.get("status")),
        phase=_phase(fields.get("status")),
        resolution=_name(fields.get("resolution")),
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
    row = _table(value)
    kind = _table(row.get("type"))
    forward = bool(row.get("outwardIssue"))
    other = _pointer(row.get("outwardIssue") or row.get("inwardIssue"), tracker, site)
    if other is None:
        return None
    return Link(
        native_id=_id(row),
        type_id=_id(kind),
        type_name=_text(kind.get("name")),
        phrase=_text(kind.get("outward" if forward else "inward")),
        forward=forward,
        other=other,
    )


def _sprint(value: Json) -> Sprint | None:
    row = _table(value)
    state = _text(row.get("state")).lower()
    if state not in ("active", "future", "closed"):
        return None
    return Sprint(
        id=str(row.get("id", "")),
        name=_text(row.get("name")),
        state=cast(Literal["active", "future", "closed"], state),
        start=moment(row.get("startDate")),
        end=moment(row.get("endDate")),
    )


def _release(value: Json) -> Release | None:
    row = _table(value)
    if not row:
        return None
    return Release(
        id=_id(row),
        name=_text(row.get("name")),
        day=day(row.get("releaseDate")),
        released=row.get("released") is True,
    )


def _comment_rows(fields: Mapping[str, Json]) -> list[Json]:
    return [_table(r) for r in _rows(_table(fields.get("comment")).get("comments"))]


def _comment(row: Mapping[str, Json], account: str) -> Comment | None:
    identity = _id(row)
    author = _person(row.get("author"))
    if not identity:
        return None
    return Comment(
        id=identity,
        author=author,
        created=moment(row.get("created")),
        updated=moment(row.get("updated")),
        ours=author is not None and author.id == account,
        restricted=_is_restricted(row),
    )


def _is_restricted(row: Mapping[str, Json]) -> bool:
    """Shown to a role or group only, or internal to a service desk's agents."""
    return bool(row.get("visibility")) or row.get("jsdPublic") is False


def _own_mentions(fields: Mapping[str, Json]) -> Iterable[Mention]:
    reporter, written = _person(fields.get("reporter")), moment(fields.get("created"))
    yield from mentions_in_title(_text(fields.get("summary")), Context(place="title", author=reporter, written=written))
    yield from _mentions(fields.get("description"), Context(place="body", author=reporter, written=written))


def _comment_mentions(comments: Iterable[Mapping[str, Json]], account: str) -> Iterable[Mention]:
    for row in comments:
        author = _person(row.get("author"))
        if author is not None and author.id == account:
            continue
        context = Context(
            place=f"comment:{_text(row.get('id'))}",
            author=author,
            written=moment(row.get("updated")) or moment(row.get("created")),
            restricted=_is_restricted(row),
        )
        yield from _mentions(row.get("body"), context)


def _mentions(body: Json, context: Context) -> tuple[Mention, ...]:
    """Version 3 sends a tree; version 2, and dumps of old sites, wiki text."""
    return mentions_in_plain(body, context) if isinstance(body, str) else mentions_in_adf(body, context)
