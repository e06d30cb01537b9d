"""One pull of a Jira: a delta for projects with a cursor, a full walk for the others, what moves silently, a census.

Requests on Cloud for N issues in P projects, k of them changed, c with more comments than a search embeds,
R with remote links, B boards::

    full pull       5 + ceil(N/100) + 2P + c + R, and one for 250 issues with more than 40 histories
    delta           2 + max(1, ceil(k/100)) + c + R
    structure       3 + 2P + B + ceil(N/5000) more

On Data Center pages hold a thousand issues, comments and histories are all embedded, and c is 0. With several
hands there is more to pay (``cut``): a request for every project that is shared, half a page for every piece.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from connectors.base import Page, Request
from connectors.crew import Step, read_ahead
from connectors.http import Json
from connectors.jira.catalog import Catalog, Walk
from connectors.jira.client import JiraClient
from connectors.jira.cut import pieces
from connectors.jira.jql import in_open_sprints, since, stamp
from connectors.jira.parse import parse_issue
from connectors.jira.plans import board_of
from connectors.jira.ranges import Piece, RangeIgnored, names, read
from connectors.jira.recent import Recent
from connectors.jira.search import JqlRefused
from connectors.jira.silent import census, plans
from connectors.jira.track import Track
from connectors.jira.values import rows_of, table
from connectors.jira.walked import UNREADABLE, Walked, milliseconds, note_unreadable
from connectors.jira.whole import Batch, Completer, Whole
from model.facts import IssueFact, Scope

CHECKPOINT = 10
"""Pages after which it is kept how far a full walk has come."""


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

    def fact(self, whole: Whole) -> IssueFact:
        """Raises one of UNREADABLE for a row that makes no sense."""
        fact = parse_issue(
            whole.raw,
            catalog=self.catalog,
            account=self.ours(),
            site=self.site,
            tracker=self.tracker,
            remote=whole.remote,
        )
        return replace(fact, partial=whole.partial) if whole.partial else fact


class Puller:
    """Carries out one Request; what it learns of the site on the way is in its catalog."""

    def __init__(self, clients: Sequence[JiraClient], reading: Reading) -> None:
        self._clients = clients
        self._reading = reading
        self._boards = set(reading.catalog.boards)
        self._recent = Recent(reading.catalog.recent)
        self._kept = reading.catalog
        self._besides = ""
        """JQL of what is to be read although it has not changed."""

    def pages(self, request: Request, projects: Sequence[str]) -> Iterator[Page]:
        """``projects`` are keys that exist and are visible."""
        cursors = {key: request.cursors[key] for key in projects if request.cursors.get(key)}
        fresh = [key for key in projects if key not in cursors]
        if request.structure or fresh:
            yield self._plans(projects, structure=True) if request.structure else self._plans(fresh, structure=False)
        yield from self._delta(cursors)
        yield from self._full(fresh, resume=request.resume)
        if news := self._news():
            yield Page(catalog=news)
        if request.structure and cursors:
            yield census(self._clients[0], sorted(cursors))

    @property
    def _catalog(self) -> Catalog:
        return self._reading.catalog

    def _news(self) -> str | None:
        """What is to be kept of the catalog, when it is not what was kept last."""
        self._learn(boards=tuple(sorted(self._boards)), recent=self._recent.kept())
        if self._catalog == self._kept:
            return None
        self._kept = self._catalog
        return self._kept.dump()

    def _learn(self, **news: object) -> None:
        self._reading = replace(self._reading, catalog=msgspec.structs.replace(self._catalog, **news))

    # What moves without touching an issue

    def _plans(self, projects: Sequence[str], *, structure: bool) -> Page:
        """Where boards refuse to tell their sprints, the issues in open sprints are read again."""
        known = self._catalog.boards if structure else ()
        asked = known if self._catalog.agile else known[:1]
        page, refused = plans(self._clients, projects, asked)
        if asked:
            self._learn(agile=len(refused) < len(asked))
        if refused:
            self._besides = in_open_sprints(self._catalog)
        return page

    # What changed

    def _delta(self, cursors: Mapping[str, str]) -> Iterator[Page]:
        while cursors:
            where = since(cursors, self._catalog, self._reading.zone, besides=self._besides)
            walked = {key: Walked() for key in cursors}
            try:
                yield from self._read([Piece(projects=tuple(sorted(cursors)))], walked, also=where)
            except JqlRefused as refusal:
                gone = self._make_sense_of(refusal, cursors)
                yield self._not_found(gone)
                cursors = {key: cursor for key, cursor in cursors.items() if key not in gone}
                continue
            moved = {key: w.cursor(cursors[key], self._reading.now) for key, w in walked.items()}
            kept = {key: cursor for key, cursor in moved.items() if cursor}
            yield Page(scopes=self._scopes(walked), cursors=kept, catalog=self._news())
            return

    def _make_sense_of(self, refusal: JqlRefused, cursors: Mapping[str, str]) -> list[str]:
        """What to leave out before asking again; raises the refusal when its text names nothing we know."""
        named = [key for key in cursors if names(refusal, key)]
        old = any(names(refusal, stamp(cursor)) for cursor in cursors.values())
        # Other forms, which every Jira reads, are tried before giving up, whatever the text says.
        if self._besides and not named and not old and self._catalog.sprint_jql:
            self._learn(sprint_jql=False)
            self._besides = in_open_sprints(self._catalog)
            return []
        if self._catalog.takes_milliseconds and (old or not named):
            self._learn(takes_milliseconds=False)
            return []
        if not named:
            raise refusal
        return named

    # Everything

    def _full(self, projects: Sequence[str], *, resume: bool) -> Iterator[Page]:
        if not projects:
            self._learn(walk=None)
            return
        track = self._track(projects, resume=resume)
        while track.left:
            try:
                yield from self._read(track.give_out(), track.walked, track=track)
            except JqlRefused as refusal:
                yield self._not_found(_leave_out(track, refusal))
            except RangeIgnored:
                track.without_bounds()
        began = datetime.fromtimestamp(track.began / 1000, UTC)
        self._learn(walk=None)
        yield Page(
            scopes=self._scopes(track.walked),
            cursors={key: cursor for key, w in track.walked.items() if (cursor := w.cursor("", began))},
            census=None if track.going_on else {key: frozenset(w.ids) for key, w in track.walked.items()},
            catalog=self._news(),
        )

    def _track(self, projects: Sequence[str], *, resume: bool) -> Track:
        track = Track.after(self._catalog.walk, projects) if resume else None
        if track is None:
            track = Track(Walk(began=milliseconds(self._reading.now), projects=(), left=()))
        new = [key for key in projects if key not in track.walked]
        if new:
            track.add(new, pieces(self._clients[0], new, self._catalog.sizes, len(self._clients)))
        return track

    def _checkpoint(self, track: Track) -> str | None:
        self._learn(walk=track.checkpoint())
        return self._news()

    # Both

    def _read(
        self, jobs: Sequence[Piece], walked: Mapping[str, Walked], *, also: str = "", track: Track | None = None
    ) -> Iterator[Page]:
        fields = self._catalog.fields

        # What is read besides has not changed, and is not left out for it.
        fresh = self._recent.fresh if also and not self._besides else list

        def batches(client: JiraClient, piece: Piece) -> Iterator[Batch]:
            parts = read(client, piece, fields, also=also, history=True)
            return Completer(client).batches(replace(part, rows=fresh(part.rows)) for part in parts)

        since_checkpoint = 0
        with closing(read_ahead(self._clients, jobs, batches)) as steps:
            for step in steps:
                issues = tuple(self._facts(step.item.wholes, walked)) if step.item else ()
                since_checkpoint += 1
                catalog = None
                if track is not None:
                    _note(track, step)
                    if step.last or since_checkpoint >= CHECKPOINT:
                        catalog, since_checkpoint = self._checkpoint(track), 0
                if issues or catalog:
                    yield Page(issues=issues, catalog=catalog)
                if step.error is not None:
                    raise step.error

    def _facts(self, wholes: Iterable[Whole], walked: Mapping[str, Walked]) -> Iterator[IssueFact]:
        for whole in wholes:
            try:
                fact = self._reading.fact(whole)
            except UNREADABLE:
                note_unreadable(whole.raw, walked)
                continue
            self._note_boards(whole.raw)
            self._recent.saw(fact)
            seen = walked.get(fact.ref.scope)
            if seen is not None:
                seen.saw(fact, again=whole.again)
            yield fact

    def _note_boards(self, raw: Json) -> None:
        fields = table(table(raw).get("fields"))
        for field_id in self._catalog.custom.get("sprint", ()):
            self._boards |= {board for value in rows_of(fields.get(field_id)) if (board := board_of(value))}

    def _scopes(self, walked: Mapping[str, Walked]) -> tuple[Scope, ...]:
        return tuple(self._scope(key, w.missing) for key, w in walked.items())

    def _scope(self, key: str, missing: str) -> Scope:
        reading = self._reading
        return Scope(tracker=reading.tracker, key=key, missing=missing, read_at=None if missing else reading.now)

    def _not_found(self, keys: Iterable[str]) -> Page:
        return Page(scopes=tuple(self._scope(key, "Jira does not find this project") for key in keys))


def _note(track: Track, step: Step[Piece, Batch]) -> None:
    if step.item is not None:
        track.came(step.job, step.item.rest)
    if step.last and step.error is None:
        track.ended(step.job)


def _leave_out(track: Track, refusal: JqlRefused) -> list[str]:
    """Leave projects out that a refusal names, or ranges where it names none; raises it when that is no help."""
    gone = [key for key in track.walked if names(refusal, key)]
    if not gone and not track.without_bounds():
        raise refusal
    for key in gone:
        track.leave_out(key)
    return gone
