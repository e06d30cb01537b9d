"""What every connector promises.

Errors, by what to do next:

    ConnectorError
    |-- TryLater     the tracker is down, limiting or not answering; the same call may work later
    |-- Refused      this one thing cannot be read or written; go on with the others
    |   |-- Gone     it is not there (404, 410), on a tracker we can otherwise read
    |   |-- Denied   our account may not (403)
    |   `-- TooLong  the text is longer than the tracker takes; a shorter one may be
    `-- Stop         nothing will work until a person acts: wrong token, wrong URL, wrong kind of server

Every message names the tracker and the thing, and never holds a token, a header or a body.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from connectors.errors import ANOTHER_ACCOUNT as ANOTHER_ACCOUNT
from connectors.errors import ConnectorError as ConnectorError
from connectors.errors import Denied as Denied
from connectors.errors import Gone as Gone
from connectors.errors import Refused as Refused
from connectors.errors import Stop as Stop
from connectors.errors import TooLong as TooLong
from connectors.errors import TryLater as TryLater
from connectors.survey import Survey
from model.document import Document
from model.facts import Component, IssueFact, Lean, LinkType, Person, Release, Scope, Sprint


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackerSettings:
    """One ``[trackers.NAME]`` table, secrets read, URL checked."""

    name: str
    kind: str
    url: str
    user: str = ""
    scopes: tuple[str, ...]
    """Projects (``PAY``) or repositories (``acme/web``) as configured; globs are the connector's to resolve."""
    token: str = field(repr=False)
    write_token: str = field(repr=False, default="")
    """Empty: writes use ``token``."""
    concurrency: int = 1
    """Requests under way at once, at most, while reading. Writes are always one at a time."""
    app_id: str = ""
    """A GitHub App reads and writes as one of its installations; then ``private_key`` stands in for tokens."""
    installation_id: str = ""
    """Empty: found by the owner of the first scope."""
    private_key: str = field(repr=False, default="")
    """The app's key, PEM."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where an issue lives, by what never changes and by what people call it."""

    native_id: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingNote:
    """A note of ours, as it stands on the tracker."""

    id: str
    marker: str
    """Whose note it is, as given to ``ensure_note``."""
    digest: str
    """Digest of the document it was rendered from; empty when it cannot be told."""
    said: str = ""
    """Digest of all that was said with it, a call to somebody included (``connectors.said``); empty: not known."""
    edited_by_hand: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What ``ensure_note`` did."""

    id: str
    done: Literal["created", "edited", "adopted", "unchanged"]
    left: str = ""
    """What could not be tidied up beside it, in a sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to pull. A scope without a cursor, the mark of its last complete walk, is walked in full."""

    cursors: Mapping[str, str] = field(default_factory=dict)
    """By scope key; opaque outside the connector."""
    catalog: str = ""
    """What ``Page.catalog`` held last time; the connector asks again for what is missing in it."""
    resume: bool = True
    """Whether a full walk that was broken off goes on where the ``catalog`` says it stopped."""
    structure: bool = True
    """Whether to read again what deltas cannot see: native links that leave no trace, versions, the census."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A piece of a walk, to be stored before the next is asked for."""

    issues: tuple[IssueFact, ...] = ()
    scopes: tuple[Scope, ...] = ()
    """Scopes whose walk ended here, complete (``missing`` empty) or not."""
    cursors: Mapping[str, str] = field(default_factory=dict)
    """New cursors of completed walks; to be stored together with this page or after it."""
    link_types: tuple[LinkType, ...] | None = None
    projects: frozenset[str] | None = None
    """All project keys the tracker shows us, to tell a key from a word that looks like one."""
    census: Mapping[str, frozenset[str]] | None = None
    """By scope: native ids of every issue there; only after a complete walk of ids."""
    releases: Mapping[str, tuple[Release, ...]] | None = None
    """By project: all of its releases, with their dates as they stand."""
    sprints: tuple[Sprint, ...] = ()
    """Sprints that may still move; those not named keep what was known of them."""
    components: Mapping[str, tuple[Component, ...]] | None = None
    """By project: all of its components."""
    catalog: str | None = None
    """What the connector wants back in the next ``Request.catalog``, checkpoints included; holds no secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who we are on this tracker."""

    person: Person
    site: str
    """Base URL of the pages people open."""
    zone: str = ""
    server: str = ""
    """What kind of server it is, in the connector's own words, for ``recall``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing that ``inspect`` looked at."""

    about: str
    """``account``, ``project PAY``, ``link type Gantt``, ``quota``."""
    ok: bool | None
    """None: something to know or to decide, or that could not be found out."""
    found: str
    """What is there, or what is wrong, in one sentence."""
    remedy: str = ""
    """What a person can do about it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The other end of a link to be made."""

    url: str
    title: str
    address: Address | None = None
    """Where it lives when it is in the same tracker; then the link is native."""
    name: str = ""
    """What people call it: ``github:acme/web#34``."""


Told = Callable[[str], None]
"""Takes a sentence about what a connector is waiting for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What has been asked of the tracker so far."""

    requests: int = 0
    writes: int = 0
    retries: int = 0
    bytes_read: int = 0
    waited: float = 0.0
    """Seconds spent waiting because the tracker, or our own limit, said so."""
    remaining: int | None = None
    """What the tracker says is left of its quota."""
    resets_at: datetime | None = None


def _nobody(waiting_for: str) -> None:
    """Nobody listens."""


class Connector(ABC):
    """A tracker as crosstie sees it. Not thread-safe: one per thread."""

    kind: ClassVar[str]
    links_pages: ClassVar[bool] = False
    """Whether ``ensure_link`` can link to a page of another tracker."""

    def __init__(self, settings: TrackerSettings) -> None:
        self.settings = settings
        self.tell: Told = _nobody
        """Told of every long wait, with its reason; called from any thread."""

    def recall(self, account: Account) -> None:
        """What ``account()`` said lately. It may save a connector a question, but never the check of its token."""
        return

    @abstractmethod
    def account(self) -> Account:
        """Who the token is. Asked once, then remembered; raises Stop when the token is refused."""

    @abstractmethod
    def pull(self, request: Request) -> Iterator[Page]:
        """Facts, page by page. An item that cannot be read is left out and named in its scope's ``missing``."""

    @abstractmethod
    def look(self, address: Address) -> IssueFact | None:
        """The issue as it stands, by a direct read that no index lags behind; None when it is gone. Raises Denied."""

    @abstractmethod
    def notes(self, address: Address) -> Sequence[StandingNote]:
        """Our own notes on an issue: marker **and** author are ours. Oldest first. Raises Gone, Denied."""

    @abstractmethod
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
        """Make ``note`` the one note that carries ``marker``.

        ``quiet`` asks the tracker not to notify about an edit, where it can be asked (Jira
        ``notifyUsers=false``). ``folded`` hides a settled note behind a click (GitHub minimize).

        ``known`` is the id under which it was last seen: it is edited in place, and ``Gone`` is
        raised when it no longer exists. Without ``known`` our notes are looked up first and one
        is adopted, so calling again after a lost answer never makes a second. A create is sent
        once and never retried here; ``TryLater.sent`` says that it may have arrived.

        ``repost`` makes a new comment instead of editing and then deletes those that stood; called
        again after a lost answer it goes on where it was. Raises TooLong, Denied, Refused.
        """

    def merge_notes(self, address: Address, *, marker: str, keep: str) -> None:
        """Delete our other notes with this marker, provided that ``keep`` is one; those of others are never touched."""
        ours = [note.id for note in self.notes(address) if note.marker == marker]
        for double in ours if keep in ours else ():
            if double != keep:
                self.ensure_no_note(address, known=double)

    @abstractmethod
    def ensure_no_note(self, address: Address, *, known: str) -> None:
        """Delete our note. One that is already gone is no error."""

    @abstractmethod
    def ensure_labels(self, address: Address, *, add: Sequence[str], remove: Sequence[str]) -> None:
        """Add and remove these labels and touch no other."""

    def ensure_link(self, address: Address, other: Target, *, lean: Lean) -> Receipt:
        """Make the issue ``depends`` on the other or ``provides`` it, by the tracker's own kind of link.

        Reads back what it made and says ``unchanged`` when the link stood already. Raises Refused where
        the tracker has no link that could say so.
        """
        raise Refused(self.settings.name, f"{address.key} cannot be linked to {other.name or other.url} here")

    def recall_writes(self, made: Sequence[datetime]) -> None:
        """When runs before this one made something new here, for limits that are counted by the hour."""
        return

    def inspect(self, writes_to: Sequence[str]) -> Iterator[Check]:
        """Everything the config names here, tried: account, scopes, permissions, fields, link types, quota.

        ``writes_to`` are the patterns of scopes that notes may be written to. Writes nothing, and raises
        nothing: what fails is a Check that is not ok. A connector that can tell more goes on from here.
        """
        try:
            account = self.account()
        except ConnectorError as error:
            yield Check(about="account", ok=False, found=str(error))
        else:
            yield Check(about="account", ok=True, found=f"{account.person.name or account.person.id} on {account.site}")

    def survey(self, *, near: bool) -> Survey:
        """What our account sees of the settings' scopes; ``near``: and what tells whose their issues are.

        For whoever writes the first config. Raises ConnectorError when the tracker cannot be asked at all.
        """
        return Survey()

    @property
    @abstractmethod
    def traffic(self) -> Traffic:
        """Counted at the socket: retries included."""
