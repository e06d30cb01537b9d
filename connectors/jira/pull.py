"""One pull of a Jira site: a delta for projects with a cursor, a full walk for the others, a census.

Requests for N issues, of which k changed, c of them with more comments than a search embeds::

    full pull       2 + catalog + ceil(N/100) + c
    delta           2 + max(1, ceil(k/100)) + c
    structure       catalog + ceil(N/5000) + ceil(open issues/100) more

2 are serverInfo and myself; the catalog is 2 + ceil(P/100) for P visible projects; an issue
with more than 100 comments costs one more for each further hundred.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from connectors.base import Page, Refused, Request, TryLater
from connectors.http import Json
from connectors.jira.catalog import Catalog
from connectors.jira.client import CENSUS_PAGE, JiraClient, JqlRefused
from connectors.jira.parse import comments_missing, moment, parse_issue
from model.facts import IssueFact, Scope

OVERLAP = timedelta(minutes=6)
"""Read again before a cursor: a minute of JQL's granularity and five of index lag."""
NAMED_AT_MOST = 5
UNREADABLE = (ValueError, TypeError, KeyError, AttributeError, RecursionError)
"""Whatever an issue's JSON holds, it costs us that issue and not the walk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Who reads what, with which words: all that turns this site's rows into facts."""

    tracker: str
    site: str
    catalog: Catalog
    ours: Callable[[], str]
    """The account id we write with; asked for only when there is an issue to read."""
    zone: str
    """Time zone of the reading account's profile, in which JQL reads dates."""
    now: datetime
    """The server's own time."""


@dataclass(slots=True)
class _Walked:
    """What a walk has seen of one project."""

    newest: int = 0
    """Greatest ``updated``, epoch milliseconds."""
    ids: set[str] = field(default_factory=set)
    left_out: list[str] = field(default_factory=list)
    """Issues of which no fact could be made."""
    read_again_from: int | None = None
    """``updated`` of the oldest issue not read in full: the cursor stays there; 0 when even that is unreadable."""

    def stay_at(self, updated: datetime | None) -> None:
        stamp = _milliseconds(updated) if updated else 0
        self.read_again_from = stamp if self.read_again_from is None else min(stamp, self.read_again_from)

    def cursor(self, before: str, now: datetime) -> str:
        """Where the next delta begins: by what the data say, and never later than the server's own time."""
        stamp = min(max(self.newest, int(before or 0)), _milliseconds(now))
        if self.read_again_from is None:
            return str(stamp)
        return str(min(stamp, self.read_again_from)) if self.read_again_from else before

    @property
    def missing(self) -> str:
        if not self.left_out:
            return ""
        named = ", ".join(self.left_out[:NAMED_AT_MOST])
        more = len(self.left_out) - NAMED_AT_MOST
        return f"could not be read: {named}" + (f" and {more} more" if more > 0 else "")


class Puller:
    """Carries out one Request. ``catalog`` is replaced when this Jira turns out not to take milliseconds."""

    def __init__(self, client: JiraClient, reading: Reading) -> None:
        self._client = client
        self._reading = reading
        self._comments_failed = False

    def pages(self, request: Request, projects: Sequence[str]) -> Iterator[Page]:
        """``projects`` are keys that exist and are visible."""
        cursors = {key: request.cursors.get(key, "") for key in projects}
        knew_milliseconds = self._reading.catalog.takes_milliseconds
        for known in (True, False):
            some = {key: cursor for key, cursor in cursors.items() if bool(cursor) is known}
            yield from self._walk(some, structure=request.structure)
        if self._reading.catalog.takes_milliseconds is not knew_milliseconds:
            yield Page(catalog=self._reading.catalog.dump())
        if request.structure:
            yield from self._census([key for key, cursor in cursors.items() if cursor])

    def _walk(self, cursors: Mapping[str, str], *, structure: bool) -> Iterator[Page]:
        while cursors:
            walked = {key: _Walked() for key in cursors}
            try:
                for rows in self._client.search(self._jql(cursors, structure=structure), self._reading.catalog.fields):
                    if issues := tuple(self._facts(rows, walked)):
                        yield Page(issues=issues)
            except JqlRefused as refusal:
                gone = self._make_sense_of(refusal, cursors)
                yield Page(scopes=tuple(self._scope(key, "Jira does not find this project") for key in gone))
                cursors = {key: cursor for key, cursor in cursors.items() if key not in gone}
                continue
            full = not any(cursors.values())
            yield self._last_page(walked, cursors, census=structure and full)
            return

    def _last_page(self, walked: Mapping[str, _Walked], cursors: Mapping[str, str], *, census: bool) -> Page:
        moved = {key: w.cursor(cursors[key], self._reading.now) for key, w in walked.items()}
        return Page(
            scopes=tuple(self._scope(key, w.missing) for key, w in walked.items()),
            cursors={key: cursor for key, cursor in moved.items() if cursor},
            census={key: frozenset(w.ids) for key, w in walked.items()} if census else None,
        )

    def _scope(self, key: str, missing: str) -> Scope:
        reading = self._reading
        return Scope(tracker=reading.tracker, key=key, missing=missing, read_at=None if missing else reading.now)

    def _make_sense_of(self, refusal: JqlRefused, cursors: Mapping[str, str]) -> list[str]:
        """What to leave out before asking again; raises the refusal when its text names nothing we know."""
        catalog = self._reading.catalog
        stamps = [_stamp(cursor) for cursor in cursors.values() if cursor]
        named = [key for key in cursors if _names(refusal, key)]
        # The form in minutes is read by every Jira: it is tried before giving up, whatever the text says.
        if catalog.takes_milliseconds and stamps and (not named or any(_names(refusal, s) for s in stamps)):
            self._reading = replace(self._reading, catalog=msgspec.structs.replace(catalog, takes_milliseconds=False))
            return []
        if not named:
            raise refusal
        return named

    def _jql(self, cursors: Mapping[str, str], *, structure: bool) -> str:
        """Bounded, ordered by what does not change while we page, and open towards now."""
        by_cursor: dict[str, list[str]] = {}
        for key, cursor in cursors.items():
            by_cursor.setdefault(cursor, []).append(key)
        parts = [self._since(keys, cursor, structure=structure) for cursor, keys in by_cursor.items()]
        where = parts[0] if len(parts) == 1 else " OR ".join(f"({part})" for part in parts)
        return f"{where} ORDER BY created ASC, key ASC"

    def _since(self, keys: Iterable[str], cursor: str, *, structure: bool) -> str:
        """``structure`` adds the open issues: a release's or sprint's dates move without touching ``updated``."""
        projects = f"project in ({_quoted(keys)})"
        if not cursor:
            return projects
        since = f"updated >= {_stamp(cursor)}"
        if not self._reading.catalog.takes_milliseconds:
            since = f'updated >= "{jql_minute(int(_stamp(cursor)), self._reading.zone)}"'
        return f"{projects} AND ({since} OR statusCategory != Done)" if structure else f"{projects} AND {since}"

    def _facts(self, rows: Iterable[Json], walked: Mapping[str, _Walked]) -> Iterator[IssueFact]:
        for row in rows:
            fact = self._fact(row, walked)
            if fact is not None:
                yield fact

    def _fact(self, row: Json, walked: Mapping[str, _Walked]) -> IssueFact | None:
        try:
            fact = self.fact(row)
        except UNREADABLE:
            _note_unreadable(row, walked)
            return None
        seen = walked.get(fact.ref.scope)
        if seen is not None:
            seen.ids.add(fact.native_id)
            seen.newest = max(seen.newest, _milliseconds(fact.updated) if fact.updated else 0)
            if fact.partial:
                seen.stay_at(fact.updated)
        return fact

    def fact(self, row: Json) -> IssueFact:
        """A row as a fact, with all its comments. Raises one of UNREADABLE for a row that makes no sense."""
        reading = self._reading
        whole, partial = self._with_comments(row)
        fact = parse_issue(
            whole, catalog=reading.catalog, account=reading.ours(), site=reading.site, tracker=reading.tracker
        )
        return replace(fact, partial=partial) if partial else fact

    def _with_comments(self, row: Json) -> tuple[Json, str]:
        """The row with all its comments, and what stays unread of it, in words."""
        if not comments_missing(row):
            return row, ""
        try:
            comments = self._client.comments(str(row["id"]))
        except Refused:
            return row, "its older comments are refused"
        except TryLater:
            if self._comments_failed:
                raise
            self._comments_failed = True
            return row, "its older comments could not be read"
        self._comments_failed = False
        return {**row, "fields": {**row["fields"], "comment": {"comments": comments, "total": len(comments)}}}, ""

    def _census(self, keys: Sequence[str]) -> Iterator[Page]:
        if not keys:
            return
        found: dict[str, set[str]] = {key: set() for key in keys}
        jql = f"project in ({_quoted(keys)}) ORDER BY created ASC, key ASC"
        for rows in self._client.search(jql, ["key"], page=CENSUS_PAGE):
            for row in rows:
                scope = str(row["key"]).rpartition("-")[0]
                found.setdefault(scope, set()).add(str(row["id"]))
        yield Page(census={key: frozenset(found[key]) for key in keys})


def resolve_scopes(wanted: Iterable[str], visible: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Project keys to pull, and why the others of ``wanted`` cannot be. Patterns match as file names do."""
    found: list[str] = []
    missing: dict[str, str] = {}
    for key in wanted:
        matches = [v for v in visible if fnmatchcase(v, key.upper())]
        found += matches
        if not matches:
            missing[key] = "no such project, or it is not visible to our account"
    return list(dict.fromkeys(found)), missing


def jql_minute(stamp: int, zone: str) -> str:
    """``2026/10/25 02:30`` in ``zone`` for epoch milliseconds: JQL's own form, which knows minutes only.

    In the hour that a zone goes through twice, an hour earlier, because JQL cannot say which one is meant.
    https://support.atlassian.com/jira-software-cloud/docs/jql-fields/#Updated
    """
    place: tzinfo
    try:
        place = ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        place = timezone(timedelta(hours=-12))  # the furthest behind of all: reads too much and never too little
    local = datetime.fromtimestamp(stamp / 1000, UTC).astimezone(place)
    if local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset():
        local -= timedelta(hours=1)
    return local.strftime("%Y/%m/%d %H:%M")


def _names(refusal: JqlRefused, word: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", refusal.said) is not None


def _quoted(keys: Iterable[str]) -> str:
    return ", ".join(f'"{key}"' for key in keys)


def _stamp(cursor: str) -> str:
    return str(max(0, int(cursor) - int(OVERLAP.total_seconds() * 1000)))


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _note_unreadable(row: Json, walked: Mapping[str, _Walked]) -> None:
    """Name the row in its project's ``missing``; in that of all projects when it does not even say its key."""
    table = row if isinstance(row, dict) else {}
    key, native_id = table.get("key"), table.get("id")
    fields = table.get("fields")
    updated = moment(fields.get("updated")) if isinstance(fields, dict) else None
    own = walked.get(str(key).rpartition("-")[0])
    for seen in walked.values() if own is None else (own,):
        seen.left_out.append(str(key or native_id or "an issue without a key"))
        seen.stay_at(updated)
        if native_id:
            seen.ids.add(str(native_id))
