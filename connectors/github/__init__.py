"""GitHub: issues, pull requests, native links, comments and our notes, over GraphQL with REST where it must be."""

from collections.abc import Iterator, Sequence
from functools import cached_property

from connectors.base import (
    Account,
    Address,
    Connector,
    Denied,
    Gone,
    Page,
    Receipt,
    Refused,
    Request,
    StandingNote,
    TrackerSettings,
    Traffic,
)
from connectors.github import catalog, scopes, sweep
from connectors.github.client import Client
from connectors.github.identity import Identity, identify
from connectors.github.notes import Notes
from connectors.github.parse import Writer, link_types
from connectors.github.pull import Puller
from connectors.github.pull_rest import RestPuller
from connectors.github.reading import Reading
from connectors.http import sum_of
from connectors.limits import Clock, Limits
from model.document import Document
from model.facts import IssueFact


class GithubConnector(Connector):
    kind = "github"

    def __init__(self, settings: TrackerSettings, *, limits: Limits | None = None, clock: Clock | None = None) -> None:
        super().__init__(settings)
        self._reader = Client(settings, settings.token, limits=limits, clock=clock)
        self._writer = self._reader
        if settings.write_token and settings.write_token != settings.token:
            self._writer = Client(settings, settings.write_token, limits=limits, clock=clock)
        self._notes = Notes(
            reader=self._reader,
            writer=self._writer,
            ours=lambda: self._written_by.login,
            graphql=lambda: self._identity.schema is not None,
        )

    def account(self) -> Account:
        """Who reads: one request the first time (two where there is no GraphQL), none after."""
        return self._identity.account

    def pull(self, request: Request) -> Iterator[Page]:
        """Request counts are stated in ``connectors.github.pull``."""
        known = catalog.load(request.catalog)
        graphql = self._identity.schema is not None
        listing = scopes.by_graphql(self._reader) if graphql else scopes.by_rest(self._reader)
        chosen = scopes.choose(
            self.settings.name, self.settings.scopes, known, listing, refresh=request.structure or not request.catalog
        )
        yield Page(link_types=link_types(self.settings.name), scopes=tuple(chosen.scopes))
        if graphql:
            yield from self._pull(request, known, chosen.names)
        else:
            for name in chosen.names:
                yield from self._rest.pull(name, request.cursors, structure=request.structure)
        yield Page(catalog=known.dump())

    def look(self, address: Address) -> IssueFact | None:
        """One request; a few more when the issue is not found under its id, to tell gone from moved and hidden."""
        if self._identity.schema is not None:
            for facts, _ in self._reading.by_id([address.native_id] if address.native_id else []):
                if facts:
                    return facts[0]
        return self._look_by_key(address)

    def notes(self, address: Address) -> Sequence[StandingNote]:
        return self._notes.standing(address)

    def ensure_note(
        self,
        address: Address,
        note: Document,
        *,
        marker: str,
        known: str = "",
        quiet: bool = True,
        folded: bool = False,
    ) -> Receipt:
        """``quiet`` changes nothing here: an edit notifies only those it newly mentions."""
        return self._notes.ensure(address, note, marker=marker, known=known, folded=folded)

    def ensure_no_note(self, address: Address, *, known: str) -> None:
        self._notes.remove(address, known)

    def ensure_labels(self, address: Address, *, add: Sequence[str], remove: Sequence[str]) -> None:
        self._notes.label(address, add=add, remove=remove)

    @property
    def traffic(self) -> Traffic:
        return sum_of({self._reader.gate, self._writer.gate})

    def _pull(self, request: Request, known: catalog.Catalog, names: Sequence[str]) -> Iterator[Page]:
        puller = Puller(self._reading, known, request.cursors)
        repositories = [puller.start(name) for name in names]
        yield from puller.pull(repositories)
        if request.structure:
            deltas = [r for r in repositories if r.mark and not r.failed and not r.same_as]
            yield from sweep.sweep(self._reading, known, [sweep.start(r.name, public=r.public) for r in deltas])

    def _look_by_key(self, address: Address) -> IssueFact | None:
        repository, _, number = address.key.partition("#")
        try:
            row = self._reader.get(f"/repos/{repository}/issues/{number}").data
        except Gone:
            self._require_repository(repository, address.key)
            return None
        moved = row.get("node_id") if row.get("node_id") != address.native_id else None
        if moved and self._identity.schema is not None:
            # A transferred issue has a new id, and all else of it is read as usual.
            for facts, _ in self._reading.by_id([moved]):
                return facts[0] if facts else None
        return self._rest.one(row)

    def _require_repository(self, repository: str, key: str) -> None:
        """GitHub says 404 for hidden things too: an issue is gone only where its repository can be seen."""
        try:
            self._reader.get(f"/repos/{repository}")
        except Refused as error:
            raise Denied(self.settings.name, f"the repository of {key} is not visible any more") from error

    @property
    def _rest(self) -> RestPuller:
        return RestPuller(client=self._reader, writer=self._written_by)

    @property
    def _reading(self) -> Reading:
        schema = self._identity.schema
        if schema is None:
            raise RuntimeError("GraphQL was asked of a server that has none")
        return Reading(client=self._reader, schema=schema, writer=self._written_by)

    @cached_property
    def _identity(self) -> Identity:
        return identify(self._reader)

    @cached_property
    def _written_by(self) -> Writer:
        """The account that notes are written with; with a token of its own, one more request."""
        if self._writer is self._reader:
            return Writer(login=self._identity.account.person.id)
        return Writer(login=identify(self._writer).account.person.id, reads=False)
