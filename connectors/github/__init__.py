"""GitHub: issues, pull requests, native links, comments and our notes, over GraphQL with REST where it must be."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cached_property

from connectors.base import (
    Account,
    Address,
    Check,
    Connector,
    Denied,
    Gone,
    Page,
    Receipt,
    Refused,
    Request,
    StandingNote,
    Target,
    TrackerSettings,
    Traffic,
)
from connectors.github.client import Client
from connectors.github.identity import Identity, identify
from connectors.github.inspect import Inspector
from connectors.github.limits import CONTENT
from connectors.github.links import Links
from connectors.github.notes import Author, Notes
from connectors.github.parse import Writer
from connectors.github.pull_all import Pulls
from connectors.github.survey import survey
from connectors.http import sum_of
from connectors.limits import Clock, Limits
from connectors.survey import Survey
from model.document import Document
from model.facts import IssueFact, Lean


class GithubConnector(Connector):
    kind = "github"

    def __init__(self, settings: TrackerSettings, *, limits: Limits | None = None, clock: Clock | None = None) -> None:
        super().__init__(settings)
        token = "" if settings.app_id else settings.token
        self._reader = self._writer = Client(settings, token, limits=limits, clock=clock, tell=self._told)
        if settings.write_token and settings.write_token != token:
            self._writer = Client(settings, settings.write_token, limits=limits, clock=clock, tell=self._told)
        self._notes = Notes(
            reader=self._reader,
            writer=self._writer,
            ours=lambda: self._author,
            graphql=lambda: self._identity.schema is not None,
        )
        self._links = Links(client=self._writer)

    def account(self) -> Account:
        """Who reads: one request the first time (two where there is no GraphQL), none after."""
        return self._identity.account

    def pull(self, request: Request) -> Iterator[Page]:
        """Request counts are stated in ``connectors.github.pull_all``."""
        yield from self._pulls.pages(request)

    def look(self, address: Address) -> IssueFact | None:
        """One request; a few more when the issue is not found under its id, to tell gone from moved and hidden."""
        fact = self._by_id(address.native_id)
        return self._look_by_key(address) if fact is None else fact

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
        repost: bool = False,
    ) -> Receipt:
        """``quiet`` changes nothing here: an edit notifies only those it newly mentions."""
        return self._notes.ensure(address, note, marker=marker, known=known, folded=folded, repost=repost)

    def ensure_no_note(self, address: Address, *, known: str) -> None:
        self._notes.remove(address, known)

    def ensure_labels(self, address: Address, *, add: Sequence[str], remove: Sequence[str]) -> None:
        self._notes.label(address, add=add, remove=remove)

    def ensure_link(self, address: Address, other: Target, *, lean: Lean) -> Receipt:
        """By blocked-by, which only issues of one GitHub can have."""
        return self._links.ensure(address, other, lean)

    def recall_writes(self, made: Sequence[datetime]) -> None:
        self._writer.gate.recall(CONTENT, (moment.timestamp() for moment in made))

    def inspect(self, writes_to: Sequence[str]) -> Iterator[Check]:
        """Request counts are stated in ``connectors.github.inspect``."""
        inspector = Inspector(
            settings=self.settings, reader=self._reader, writer=self._writer, identity=lambda: self._identity
        )
        return inspector.checks(writes_to)

    def survey(self, *, near: bool) -> Survey:
        """Request counts are stated in ``connectors.github.survey``."""
        return survey(self._reader, self.settings, graphql=self._identity.schema is not None, near=near)

    @property
    def traffic(self) -> Traffic:
        return sum_of({self._reader.gate, self._writer.gate})

    def _by_id(self, native_id: str) -> IssueFact | None:
        return self._pulls.reading.one(native_id) if native_id and self._identity.schema is not None else None

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
            return self._by_id(moved)
        return self._pulls.rest.one(row)

    def _require_repository(self, repository: str, key: str) -> None:
        """GitHub says 404 for hidden things too: an issue is gone only where its repository can be seen."""
        try:
            self._reader.get(f"/repos/{repository}")
        except Refused as error:
            raise Denied(self.settings.name, f"the repository of {key} is not visible any more") from error

    @cached_property
    def _pulls(self) -> Pulls:
        return Pulls(settings=self.settings, client=self._reader, schema=self._identity.schema, writer=self._written_by)

    def _told(self, waiting_for: str) -> None:
        """``tell`` as it is when there is something to tell."""
        self.tell(waiting_for)

    @cached_property
    def _identity(self) -> Identity:
        return identify(self._reader)

    @property
    def _written_by(self) -> Writer:
        """The account that notes are written with."""
        return Writer(login=self._author.login, reads=self._writer is self._reader)

    @cached_property
    def _author(self) -> Author:
        """The same with its number; with a token of its own for writing, one more request."""
        one = self._identity if self._writer is self._reader else identify(self._writer)
        return Author(login=one.account.person.id, id=one.number)
