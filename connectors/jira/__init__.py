"""Jira: issues, native links, comments and our notes, over REST (Jira Cloud, version 3)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
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
    Stop,
    Target,
    TrackerSettings,
    Traffic,
)
from connectors.http import Json, sum_of
from connectors.jira.catalog import Catalog, load_catalog
from connectors.jira.client import JiraClient, person_id
from connectors.jira.inspect import Inspector
from connectors.jira.links import Links
from connectors.jira.notes import Notes
from connectors.jira.pull import Puller, Reading
from connectors.jira.search import issue
from connectors.jira.site import read_catalog, resolve_scopes, sees_project
from connectors.jira.survey import survey
from connectors.jira.values import moment
from connectors.jira.walked import UNREADABLE
from connectors.jira.whole import Completer
from connectors.jira.writes import edit_labels
from connectors.limits import Clock, Limits
from connectors.survey import Survey
from model.document import Document
from model.facts import IssueFact, Lean, Person, Scope

WRITE_SPACING = 0.1
"""Seconds between writes: Jira takes 20 on one issue in 2 seconds, and 50 edits a second on a site.
https://developer.atlassian.com/cloud/jira/platform/rate-limiting/"""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What account() learned, and how far the server's clock is from ours."""

    account: Account
    ahead: float
    """Seconds."""


class JiraConnector(Connector):
    kind = "jira"
    links_pages = True

    def __init__(self, settings: TrackerSettings, *, limits: Limits | None = None, clock: Clock | None = None) -> None:
        super().__init__(settings)
        self._clock = clock or Clock()
        limits = limits or Limits(write_spacing=WRITE_SPACING, paced=True)
        self._reader = JiraClient(
            settings, settings.token, limits=limits, clock=self._clock, tell=lambda waiting_for: self.tell(waiting_for)
        )
        self._writer = self._reader
        if settings.write_token and settings.write_token != settings.token:
            self._writer = self._reader.with_token(settings.write_token)
        self._notes = Notes(reader=self._reader, writer=self._writer, ours=lambda: self._written_by)
        self._links = Links(self._writer)
        self._catalog: Catalog | None = None
        self._recalled: Account | None = None

    def account(self) -> Account:
        """Two requests the first time (serverInfo alone says the site's own URL), one after ``recall``, then none."""
        return self._seen.account

    def recall(self, account: Account) -> None:
        self._recalled = account

    def pull(self, request: Request) -> Iterator[Page]:
        """Request counts are stated in ``connectors.jira.pull``."""
        seen = self._seen
        known = load_catalog(request.catalog)
        projects, missing = resolve_scopes(self.settings.scopes, known.projects if known else ())
        if known is None or request.structure or missing:
            known = self._read_catalog(known)
            projects, missing = resolve_scopes(self.settings.scopes, known.projects)
            yield Page(
                link_types=known.types(self.settings.name), projects=frozenset(known.projects), catalog=known.dump()
            )
        self._catalog = known
        if missing:
            yield Page(scopes=tuple(Scope(tracker=self.settings.name, key=k, missing=m) for k, m in missing.items()))
        yield from Puller(self._hands, self._reading(known, seen)).pages(request, projects)

    def look(self, address: Address) -> IssueFact | None:
        """One request, and one for the project when the issue is not found.

        Jira answers the same for an issue that issue security hides as for one that never was, in every way of
        asking, so that nobody can tell that it is there. Where its project is visible it is taken as gone: that is
        by far the more likely, and should it be shown again, its ``updated`` moves and it is back under its old id.
        https://support.atlassian.com/jira-cloud-administration/docs/configure-issue-security-schemes/
        """
        catalog = self._catalog = self._catalog or self._read_catalog(None)
        try:
            row = issue(self._reader, address.native_id, catalog.fields)
        except Gone as error:
            if not sees_project(self._reader, address.key.rpartition("-")[0]):
                raise Denied(self.settings.name, f"the project of {address.key} is not visible any more") from error
            return None
        try:
            return self._reading(catalog, self._seen).fact(Completer(self._reader).one(row))
        except UNREADABLE as error:
            raise Refused(self.settings.name, f"what Jira says of {address.key} cannot be read") from error

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
        """``folded`` does nothing here: a settled note is a single line already."""
        return self._notes.ensure(address, note, marker=marker, known=known, quiet=quiet, repost=repost)

    def ensure_no_note(self, address: Address, *, known: str) -> None:
        self._notes.remove(address, known)

    def ensure_labels(self, address: Address, *, add: Sequence[str], remove: Sequence[str]) -> None:
        if add or remove:
            edit_labels(self._writer, address, add=add, remove=remove)

    def ensure_link(self, address: Address, other: Target, *, lean: Lean) -> Receipt:
        return self._links.ensure(address, other, lean)

    def inspect(self, writes_to: Sequence[str]) -> Iterator[Check]:
        """About five requests, and one for each project that the config names (two with a token for writing)."""
        inspector = Inspector(
            settings=self.settings,
            reader=self._reader,
            writer=self._writer,
            account=self.account,
            ahead=lambda: self._seen.ahead,
            catalog=lambda: self._read_catalog(None),
            traffic=lambda: self.traffic,
        )
        return inspector.checks(writes_to)

    def survey(self, *, near: bool) -> Survey:
        """Request counts are stated in ``connectors.jira.survey``."""
        self.account()  # first, so that a wrong token is told as such
        return survey(self._reader, lambda: self._read_catalog(None), self.settings, near=near)

    @property
    def traffic(self) -> Traffic:
        return sum_of({self._reader.gate, self._writer.gate})

    @cached_property
    def _hands(self) -> list[JiraClient]:
        """One client for each request that may be under way at once."""
        return [self._reader, *(self._reader.twin() for _ in range(self.settings.concurrency - 1))]

    @cached_property
    def _seen(self) -> _Seen:
        recalled = self._recalled
        if recalled is not None and self._reader.recall(recalled.server):
            me, there = self._reader.myself(), self._reader.server_date
            site = recalled.site
        else:
            info = self._reader.server_info()
            me, there = self._reader.myself(), moment(info.get("serverTime"))
            site = str(info.get("baseUrl") or self.settings.url).rstrip("/")
        account = Account(
            person=self._person(me), site=site, zone=str(me.get("timeZone") or ""), server=self._reader.face
        )
        return _Seen(account=account, ahead=there.timestamp() - self._clock.now() if there else 0.0)

    @cached_property
    def _written_by(self) -> str:
        """The account id we write with: the reading one, unless writing has its own token (then one request, once)."""
        if self._writer is self._reader:
            return self.account().person.id
        return self._person(self._writer.myself()).id

    def _person(self, me: Json) -> Person:
        identity = person_id(me)
        if not identity:
            raise Stop(self.settings.name, "Jira does not say who this token belongs to: check user and token")
        return Person(id=identity, name=str(me.get("displayName") or ""), bot=me.get("accountType") == "app")

    def _reading(self, catalog: Catalog, seen: _Seen) -> Reading:
        return Reading(
            tracker=self.settings.name,
            site=seen.account.site,
            catalog=catalog,
            ours=lambda: self._written_by,
            zone=seen.account.zone,
            now=datetime.fromtimestamp(self._clock.now() + seen.ahead, UTC),
        )

    def _read_catalog(self, before: Catalog | None) -> Catalog:
        return read_catalog(self._reader, before)
