"""Sends what is due, each digest of a day once: a row before it goes out, and what came of it after.

no row, failed     it is put together and sent
sending            an earlier run was stopped while it went out: a file or a comment is made again; a chat or
                   a mailbox is not, for people would hear it twice
sent, empty, lost  done
left               done for good: a person took the comment away
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from connectors.base import Address, Connector, ConnectorError
from model.calendar import Calendar
from sync.config import Config
from sync.config.digests import DigestTable
from sync.digest.base import Destination, Left, Letter, Lost, NotSent, Sent
from sync.digest.build import Brief, build
from sync.digest.cases import Events
from sync.digest.due import calendar_of, day_before, due_day, start_of, teams_of
from sync.digest.file import FileDestination, path_of
from sync.digest.issue import IssueDestination
from sync.digest.mail import MailDestination
from sync.digest.matter import Matter
from sync.digest.webhook import NAMES, WebhookDestination
from sync.digest.world import issue_named, matter_of, reader_of
from sync.planning import desk_of
from sync.run import policy_of
from sync.store import Store
from sync.store.digests import DigestRow, DigestState

STOPPED = (
    "an earlier run was stopped while it went out, so it may have arrived and is not sent again; "
    "`crosstie digest {name} --again` sends it all the same"
)


class Post:
    """All digests of a config. ``now`` is the only clock; no tracker is asked anything but to take a comment."""

    def __init__(
        self, config: Config, store: Store, connectors: Mapping[str, Connector], now: Callable[[], datetime]
    ) -> None:
        self._config, self._store, self._connectors, self._now = config, store, connectors, now
        self._policy = policy_of(config, store)
        self._matter: dict[datetime, Matter] = {}
        self._happened: dict[int | datetime, Events] = {}

    def due(self, at: datetime, names: Iterable[str] = ()) -> list[tuple[DigestTable, date]]:
        """Those whose day has come and who are not done, in the order of the config."""
        wanted = set(names)
        found = []
        for digest in self._config.digests:
            day = due_day(digest, self.calendar(digest), at)
            if day is None or (wanted and digest.name not in wanted):
                continue
            rows = self._store.digests(digest.name)
            late = day < self.calendar(digest).today(at)
            done = any(row.day == day and row.state in ("sent", "empty", "lost", "left") for row in rows)
            left = any(row.state == "left" and row.to == _to(digest) for row in rows[:1])
            # One that never went out begins on its day: nobody who sets it up on a Thursday waits for Tuesday's.
            if not (done or left or (late and not rows)):
                found.append((digest, day))
        return found

    def calendar(self, digest: DigestTable) -> Calendar:
        return calendar_of(digest, self._policy)

    def letter(self, digest: DigestTable, day: date, at: datetime) -> Letter:
        """The digest as its readers may read it; sends nothing and keeps nothing."""
        matter = self._matter.get(at)
        if matter is None:
            matter = self._matter[at] = matter_of(self._config, self._store, at)
        calendar = self.calendar(digest)
        before = self._before(digest, day)
        since = before.day if before is not None else day_before(digest, calendar, day)
        brief = Brief(
            digest=digest,
            teams=teams_of(digest, self._policy),
            calendar=calendar,
            reader=reader_of(digest, matter.snapshot, self._policy, self._store.scopes()),
            day=day,
            since=since,
        )
        return build(brief, matter, self._events(before, since, calendar))

    def send(self, digest: DigestTable, day: date, at: datetime, *, again: bool = False) -> Sent:
        """Make it stand where it belongs, and keep what came of it."""
        seen, rows = self._store.newest_event(), self._store.digests(digest.name)
        letter = self.letter(digest, day, at)
        said = letter.document.digest if letter.document is not None else ""
        stands = next((row for row in rows[:1] if row.to == _to(digest)), None)
        row = DigestRow(
            name=digest.name,
            day=day,
            state="empty",
            at=at,
            seen=seen,
            said=said,
            to=_to(digest),
            place=stands.place if stands else "",
            uid=stands.uid if stands else "",
        )
        where = where_of(digest, day)
        if letter.document is None or (_said_before(digest, said, rows) and not again):
            self._store.save_digest(row)
            return Sent(letter=letter, where=where, state="empty")
        try:
            destination = self.destination(digest, at)
            stopped = any(row.day == day and row.state == "sending" for row in rows)
            if stopped and destination.notifies and not again:
                raise Lost(STOPPED.format(name=digest.name))
            self._store.save_digest(replace(row, state="sending"))
            place = destination.send(letter, letter.document, row.place)
        except NotSent as error:
            state: DigestState = "lost" if isinstance(error, Lost) else "left" if isinstance(error, Left) else "failed"
            row = replace(row, place="", uid="") if state == "left" else row
            self._store.save_digest(replace(row, state=state, error=str(error)))
            return Sent(letter=letter, where=where, state=state, error=str(error))
        uid = destination.uid if isinstance(destination, IssueDestination) else ""
        self._store.save_digest(replace(row, state="sent", place=place, uid=uid))
        return Sent(letter=letter, where=where, state="sent")

    def send_due(self, at: datetime) -> list[Sent]:
        """Everything that is due, under the lease. Raises Busy when another run is at work."""
        if not self.due(at) and not self._left_behind():
            return []
        with self._store.lease(f"d{self._now():%Y%m%d%H%M%S%f}", now=self._now()):
            self.tidy()
            return [self.send(digest, day, at) for digest, day in self.due(at)]

    def tidy(self) -> None:
        """Take away our comments of digests that no longer go there. What fails is tried again by the next run."""
        behind = self._left_behind()
        facts = self._store.facts() if behind else None
        for row in behind:
            issue = facts.issues.get(row.uid) if facts is not None else None
            connector = self._connectors.get(issue.tracker) if issue is not None else None
            if issue is not None and connector is None:
                continue
            try:
                if issue is not None and connector is not None:
                    connector.ensure_no_note(Address(native_id=issue.native_id, key=issue.key), known=row.place)
            except ConnectorError:
                continue
            self._store.save_digest(replace(row, place="", uid=""))

    def _left_behind(self) -> list[DigestRow]:
        goes = {digest.name: _to(digest) for digest in self._config.digests}
        return [row for row in self._store.standing_digests() if goes.get(row.name) != row.to]

    def destination(self, digest: DigestTable, at: datetime) -> Destination:
        """Raises NotSent where it cannot be reached as things are configured."""
        to, config = digest.to, self._config
        if to.file:
            return FileDestination(folder=config.path.parent, name=to.file)
        if to.issue:
            return self._issue(to.issue, at)
        if to.webhook:
            url = config.webhooks.get(digest.name, "")
            return WebhookDestination(kind=to.webhook, url=url, variable=digest.variable)
        return MailDestination(mail=config.mail, to=to.mail, password=config.mail_password, now=self._now)

    def _issue(self, ref: str, at: datetime) -> IssueDestination:
        """Where ``notes.write_to`` does not reach, nothing is written: a digest is a write like every other."""
        matter = self._matter.get(at) or matter_of(self._config, self._store, at)
        issue = issue_named(matter.snapshot, ref)
        native = self._store.facts().issues.get(issue.uid) if issue is not None else None
        if issue is None or native is None:
            raise NotSent(f"{ref} has not been read; name an issue of a project or repository that is")
        if not desk_of(self._config, matter.snapshot).writable(issue):
            raise NotSent(f"{ref} is not written to, for notes.write_to does not name its project or repository")
        connector = self._connectors.get(issue.ref.tracker)
        if connector is None:
            raise NotSent(f"{ref}: there is no tracker {issue.ref.tracker}")
        return IssueDestination(
            connector=connector,
            address=Address(native_id=native.native_id, key=native.key),
            ref=ref,
            uid=issue.uid,
        )

    def _before(self, digest: DigestTable, day: date) -> DigestRow | None:
        """The last one that was told, or had nothing to tell."""
        rows = self._store.digests(digest.name)
        return next((row for row in rows if row.day < day and row.state in ("sent", "empty")), None)

    def _events(self, before: DigestRow | None, since: date, calendar: Calendar) -> Events:
        """Read once for all digests that went out together."""
        start = before.seen if before is not None else start_of(since, calendar)
        if start not in self._happened:
            store = self._store
            self._happened[start] = store.events_after(start) if isinstance(start, int) else store.events_since(start)
        return self._happened[start]


def _said_before(digest: DigestTable, said: str, rows: Iterable[DigestRow]) -> bool:
    """Whether a daily one would say word for word what the last one said: what only stands is no news."""
    if digest.weekday is not None or digest.empty == "send":
        return False
    last = next((row for row in rows if row.state == "sent"), None)
    return last is not None and (last.said, last.to) == (said, _to(digest))


def _to(digest: DigestTable) -> str:
    """Its destination as configured; of a webhook the kind, for the URL is a secret."""
    to = digest.to
    return to.file or to.issue or to.webhook or " ".join(to.mail)


def where_of(digest: DigestTable, day: date) -> str:
    """Where it goes, for people."""
    to = digest.to
    if to.webhook:
        return NAMES[to.webhook]
    if to.mail:
        return f"mail to {to.mail[0]}" + (f" and {len(to.mail) - 1} more" if len(to.mail) > 1 else "")
    return path_of(to.file, digest.name, day) if to.file else f"a comment on {to.issue}"
