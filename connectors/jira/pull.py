"""One pull of a Jira: a delta for projects with a cursor, a full walk for the others, what moves silently, a census.

Requests on Cloud for N issues in P projects, k of them changed, c with more comments than a search embeds,
R with remote links, B boards::

    full pull       5 + ceil(N/100) + 2P + c + R, and one for a thousand issues with more than 40 histories
    delta           2 + max(1, ceil(k/100)) + c + R
    structure       3 + 2P + B + ceil(N/5000) more

On Data Center pages hold a thousand issues, comments and histories are all embedded, and c is 0. With several
hands, every project worth it (``ranges``) costs one more request, and every piece a page that is not full.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import msgspec

from connectors.base import Page, Request
from connectors.crew import read_ahead
from connectors.http import Json
from connectors.jira import ranges
from connectors.jira.catalog import Catalog, Walk
from connectors.jira.client import JiraClient
from connectors.jira.history import TOGETHER
from connectors.jira.jql import since, stamp
from connectors.jira.parse import parse_issue
from connectors.jira.plans import board_of
from connectors.jira.ranges import Piece, RangeIgnored
from connectors.jira.search import Ask, JqlRefused, count, greatest_number, quoted, search
from connectors.jira.silent import census, plans
from connectors.jira.values import rows_of, table
from connectors.jira.walked import UNREADABLE, Walked, milliseconds, note_unreadable
from connectors.jira.whole import Completer, Whole, with_history
from model.facts import IssueFact, Scope

MANY = 10_000
"""Issues on a Data Center that are worth several searches side by side."""


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
        self._held: list[Whole] = []
        """Rows whose history is still to be completed, a thousand to a request."""

    def pages(self, request: Request, projects: Sequence[str]) -> Iterator[Page]:
        """``projects`` are keys that exist and are visible."""
        known = self._catalog
        cursors = {key: request.cursors[key] for key in projects if request.cursors.get(key)}
        fresh = [key for key in projects if key not in cursors]
        if request.structure or fresh:
            boards = known.boards if request.structure and known.agile else ()
            page, agile = plans(self._clients, projects if request.structure else fresh, boards)
            self._learn(agile=known.agile and agile)
            yield page
        yield from self._delta(cursors, request)
        yield from self._full(fresh, resume=request.resume)
        self._learn(boards=tuple(sorted(self._boards)))
        if self._catalog != known:
            yield Page(catalog=self._catalog.dump())
        if request.structure and cursors:
            yield census(self._clients[0], sorted(cursors))

    @property
    def _catalog(self) -> Catalog:
        return self._reading.catalog

    def _learn(self, **news: object) -> None:
        self._reading = replace(self._reading, catalog=msgspec.structs.replace(self._catalog, **news))

    # What changed

    def _delta(self, cursors: Mapping[str, str], request: Request) -> Iterator[Page]:
        silent = request.structure and not self._catalog.agile and bool(self._boards)
        while cursors:
            where = since(cursors, self._catalog, self._reading.zone, and_open=silent)
            ask = Ask(where=where, projects=tuple(sorted(cursors)), fields=self._catalog.fields, history=True)
            walked = {key: Walked() for key in cursors}
            try:
                yield from self._read(walked, [ask], search)
            except JqlRefused as refusal:
                gone = self._make_sense_of(refusal, cursors)
                yield self._not_found(gone)
                cursors = {key: cursor for key, cursor in cursors.items() if key not in gone}
                continue
            moved = {key: w.cursor(cursors[key], self._reading.now) for key, w in walked.items()}
            yield Page(scopes=self._scopes(walked), cursors={key: cursor for key, cursor in moved.items() if cursor})
            return

    def _make_sense_of(self, refusal: JqlRefused, cursors: Mapping[str, str]) -> list[str]:
        """What to leave out before asking again; raises the refusal when its text names nothing we know."""
        named = [key for key in cursors if ranges.names(refusal, key)]
        stamps = [stamp(cursor) for cursor in cursors.values()]
        # The form in minutes is read by every Jira: it is tried before giving up, whatever the text says.
        if self._catalog.takes_milliseconds and (not named or any(ranges.names(refusal, s) for s in stamps)):
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
        walk, begun = self._walk(projects, resume=resume)
        self._learn(walk=walk)
        walked = {key: Walked() for key in projects}
        lost = set[str]()
        while self._left:
            try:
                yield from self._read(walked, self._left, self._piece, done=self._finished)
            except JqlRefused as refusal:
                gone = [key for key in projects if key not in lost and ranges.names(refusal, key)]
                yield self._not_found(self._without(gone, refusal))
                lost |= set(gone)
            except RangeIgnored:
                self._in_one_piece()
        began = datetime.fromtimestamp(walk.began / 1000, UTC)
        left = {key: w for key, w in walked.items() if key not in lost}
        self._learn(walk=None)
        yield Page(
            scopes=self._scopes(left),
            cursors={key: cursor for key, w in left.items() if (cursor := w.cursor("", began))},
            census=None if begun else {key: frozenset(w.ids) for key, w in left.items()},
            catalog=self._catalog.dump(),
        )

    @property
    def _left(self) -> tuple[Piece, ...]:
        walk = self._catalog.walk
        return walk.left if walk else ()

    def _walk(self, projects: Sequence[str], *, resume: bool) -> tuple[Walk, bool]:
        """What is to be read, and whether part of it was read before."""
        before = self._catalog.walk if resume else None
        if before is None or not set(before.projects) & set(projects):
            began = milliseconds(self._reading.now)
            return Walk(began=began, projects=tuple(projects), left=self._cut(projects)), False
        wanted = set(projects)
        left = [p for p in before.left if wanted & set(p.projects)]
        kept = tuple(msgspec.structs.replace(p, projects=tuple(k for k in p.projects if k in wanted)) for p in left)
        new = [key for key in projects if key not in before.projects]
        more = self._cut(new) if new else ()
        return Walk(began=before.began, projects=tuple(projects), left=(*kept, *more)), True

    def _cut(self, projects: Sequence[str]) -> tuple[Piece, ...]:
        hands, client = len(self._clients), self._clients[0]
        if client.face == "cloud":
            return ranges.cut(projects, self._catalog.sizes, hands, lambda key: greatest_number(client, key))
        if hands == 1 or len(projects) == 1 or count(client, f"project in ({quoted(projects)})") < MANY:
            return (Piece(projects=tuple(projects)),)
        return tuple(Piece(projects=tuple(projects[hand::hands])) for hand in range(min(hands, len(projects))))

    def _piece(self, client: JiraClient, piece: Piece) -> Iterator[list[Json]]:
        return ranges.read(client, piece, self._catalog.fields)

    def _finished(self, piece: Piece) -> None:
        walk = self._catalog.walk
        if walk is not None:
            self._learn(walk=msgspec.structs.replace(walk, left=tuple(p for p in walk.left if p != piece)))

    def _without(self, gone: Sequence[str], refusal: JqlRefused) -> Sequence[str]:
        """Leave these projects out of what is left; a refusal that names none of them cannot be made sense of."""
        ranged = [piece for piece in self._left if piece.is_range]
        if not gone and not ranged:
            raise refusal
        if not gone:
            self._in_one_piece()
        left = (msgspec.structs.replace(p, projects=tuple(k for k in p.projects if k not in gone)) for p in self._left)
        self._replan(tuple(p for p in left if p.projects))
        return gone

    def _in_one_piece(self) -> None:
        """Projects that were to be read in ranges, whole after all."""
        ranged = sorted({p.projects[0] for p in self._left if p.is_range})
        whole = tuple(p for p in self._left if not p.is_range)
        self._replan((*whole, *(Piece(projects=(key,)) for key in ranged)))

    def _replan(self, left: tuple[Piece, ...]) -> None:
        if self._catalog.walk is not None:
            self._learn(walk=msgspec.structs.replace(self._catalog.walk, left=left))

    # Both

    def _read(
        self,
        walked: Mapping[str, Walked],
        jobs: Sequence[Ask] | Sequence[Piece],
        pages_of: Callable[..., Iterator[list[Json]]],
        done: Callable[..., None] = lambda job: None,
    ) -> Iterator[Page]:
        """Facts page by page. A job counts as done when the histories of all its issues are complete too."""
        completers = {id(client): Completer(client) for client in self._clients}

        def read(client: JiraClient, job: object) -> Iterator[list[Whole]]:
            for rows in pages_of(client, job):
                yield list(completers[id(client)].rows(rows))

        waiting: list[object] = []
        for step in read_ahead(self._clients, jobs, read):
            if step.error is not None:
                raise step.error
            if issues := tuple(self._facts(self._ready(step.item or []), walked)):
                yield Page(issues=issues)
            if step.last:
                waiting.append(step.job)
            if len(self._held) >= TOGETHER or (step.last and not self._held):
                yield from self._finish(walked, waiting, done)
        yield from self._finish(walked, waiting, done)

    def _finish(self, walked: Mapping[str, Walked], waiting: list[object], done: Callable[..., None]) -> Iterator[Page]:
        """Complete what is held back, and make a checkpoint."""
        held, self._held = self._held, []
        issues = tuple(self._facts(with_history(self._clients[0], held), walked))
        for job in waiting:
            done(job)
        checkpoint = self._catalog.dump() if waiting and self._left else None
        if issues or checkpoint:
            yield Page(issues=issues, catalog=checkpoint)
        waiting.clear()

    def _ready(self, wholes: Iterable[Whole]) -> Iterator[Whole]:
        for whole in wholes:
            if whole.is_cut and self._clients[0].face == "cloud":
                self._held.append(whole)
            else:
                yield whole

    def _facts(self, wholes: Iterable[Whole], walked: Mapping[str, Walked]) -> Iterator[IssueFact]:
        for whole in wholes:
            try:
                fact = self._reading.fact(whole)
            except UNREADABLE:
                note_unreadable(whole.raw, walked)
                continue
            self._note_boards(whole.raw)
            seen = walked.get(fact.ref.scope)
            if seen is not None:
                seen.saw(fact)
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
