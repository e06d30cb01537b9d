"""Pulls one tracker into the store, page by page; a cursor moves only after what it covers is kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from connectors.base import Connector, ConnectorError, Denied, Page
from model.facts import Scope
from sync.base import TrackerCounts
from sync.store import Store


class Progress(Protocol):
    """Told of long work as it goes; the CLI shows it, tests ignore it."""

    def __call__(self, doing: str, done: int, total: int | None = None) -> None: ...

    def waiting(self, reason: str) -> None:
        """A tracker asked for a pause; called from any thread."""


class Silent:
    """Progress for nobody."""

    def __call__(self, doing: str, done: int, total: int | None = None) -> None: ...

    def waiting(self, reason: str) -> None: ...


silent = Silent()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulling:
    """How to pull."""

    scopes: Sequence[str]
    full: bool = False
    refresh: timedelta = timedelta(hours=6)
    """Age at which what deltas cannot see (removed links, deleted issues, link types) is read again."""


def pull(
    name: str,
    connector: Connector,
    store: Store,
    pulling: Pulling,
    now: Callable[[], datetime],
    progress: Progress = silent,
) -> TrackerCounts:
    """Never raises for a tracker's failure: what could not be read is named in ``missing`` and in the scopes."""
    age = store.structure_age(name, now())
    structure = pulling.full or age is None or age >= pulling.refresh
    before = connector.traffic.requests
    connector.tell = progress.waiting
    tally = _Tally(missing=[])
    known = store.accounts().get(name)
    if known is not None and not structure:
        connector.recall(known)
    try:
        store.save_account(name, connector.account(), now())
        for page in connector.pull(store.request(name, pulling.scopes, full=pulling.full, structure=structure)):
            _keep(name, page, store, tally, now())
            progress(f"reading {name}", tally.issues)
        store.keep_only(name, tally.scopes, now())
        if structure:
            _look_for_absent(name, connector, store, now())
            store.structure_read(name, now())
    except ConnectorError as error:
        tally.missing.append(str(error))
        _mark_missing(name, pulling.scopes, str(error), store, now())
    return TrackerCounts(
        requests=connector.traffic.requests - before,
        issues=tally.issues,
        changed=tally.changed,
        links=tally.links,
        missing=tuple(dict.fromkeys(tally.missing)),
    )


@dataclass(slots=True)
class _Tally:
    missing: list[str]
    scopes: set[str] = field(default_factory=set)
    """Every scope that the connector spoke of: those that the config still names."""
    issues: int = 0
    changed: int = 0
    links: int = 0


def _keep(name: str, page: Page, store: Store, tally: _Tally, now: datetime) -> None:
    saved = store.save_page(name, page, now)
    tally.issues += len(page.issues)
    tally.changed += saved.new + saved.changed
    tally.links += saved.links
    tally.scopes |= {scope.key for scope in page.scopes}
    tally.missing.extend(f"{scope}: {scope.missing}" for scope in page.scopes if scope.missing)


def _mark_missing(name: str, scopes: Sequence[str], why: str, store: Store, now: datetime) -> None:
    """A tracker that gave up leaves all its scopes incomplete: what is known stands, nothing new is concluded."""
    known = {scope.key: scope for scope in store.scopes() if scope.tracker == name}
    wanted = {key for key in scopes if "*" not in key} | known.keys()
    page = Page(
        scopes=tuple(
            Scope(tracker=name, key=key, public=known[key].public if key in known else False, missing=why)
            for key in sorted(wanted)
        )
    )
    store.save_page(name, page, now)


def _look_for_absent(name: str, connector: Connector, store: Store, now: datetime) -> None:
    """Absent from two complete walks: one direct look tells gone from hidden and from moved."""
    for uid, address in store.absent_twice(name):
        try:
            found = connector.look(address)
            if found is None:
                store.mark_absent(uid, "gone", now)
            elif found.native_id != address.native_id:
                store.mark_moved(uid, address, found.native_id, now)
        except Denied:
            store.mark_absent(uid, "unreadable", now)
