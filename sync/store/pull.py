"""What a pull needs of the store: where it left off, and each page put away in one transaction."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Literal

from sqlalchemy import delete, select, update

from connectors.base import Account, Address, Page, Request
from model.facts import IssueFact, Scope
from sync.store.base import Database, upsert
from sync.store.census import count_census, missing_twice
from sync.store.changes import Changes, Kind, ensure_tracker
from sync.store.codec import Codec, encode
from sync.store.identity import alias, give_uids
from sync.store.removals import ISSUE, Reading, follow_links, settle_all
from sync.store.tables import cursors, issues, trackers

SCOPE = Codec[Scope](Scope, "scope")
ACCOUNT = Codec[Account](Account, "account")
ONCE = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for any moment where only matters whether there was one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What a page brought."""

    new: int = 0
    changed: int = 0
    """Not counting those that differ only in ``updated`` or in comments of ours: the echo of our own writes."""
    unchanged: int = 0
    links: int = 0
    """Native links on the page's issues."""


class PullStore(Database):
    def request(self, tracker: str, scopes: Sequence[str], *, full: bool, structure: bool) -> Request:
        """What to pull next: from the last complete walks on, or everything again with ``full``.

        ``scopes`` may hold globs; the cursors of other scopes are left out.
        """
        mine = select(cursors.c.scope, cursors.c.cursor).where(cursors.c.tracker == tracker)
        with self.reading() as conn:
            kept = {} if full else {row.scope: row.cursor for row in conn.execute(mine)}
            catalog = conn.execute(select(trackers.c.catalog).where(trackers.c.name == tracker)).scalar()
        wanted = {scope: cursor for scope, cursor in kept.items() if any(_covers(glob, scope) for glob in scopes)}
        return Request(cursors=wanted, catalog=catalog or "", resume=not full, structure=structure)

    def save_page(self, tracker: str, page: Page, now: datetime) -> Saved:
        """Put a page away, all of it or nothing. Saving it twice is as saving it once."""
        with self.writing() as conn:
            changes = Changes(conn, tracker, now)
            uids = give_uids(changes, page.issues)
            saved = _save_issues(changes, uids, page.issues)
            for scope in page.scopes:
                _save_scope(changes, scope)
            if page.link_types is not None:
                _save_all(changes, "link_type", {kind.id: encode(kind) for kind in page.link_types})
            if page.projects is not None:
                _save_all(changes, "project", dict.fromkeys(page.projects, "true"))
            _save_plans(changes, page)
            count_census(changes, page.census or {}, uids)
            changes.flush()
            walked = [{"tracker": tracker, "scope": scope, "cursor": at} for scope, at in page.cursors.items()]
            upsert(conn, cursors, walked)
            if page.catalog is not None:
                conn.execute(update(trackers).where(trackers.c.name == tracker).values(catalog=page.catalog))
        return saved

    def absent_twice(self, tracker: str) -> list[tuple[str, Address]]:
        """(uid, where) of issues that two censuses in a row did not name and that nobody has looked for directly."""
        with self.reading() as conn:
            return missing_twice(conn, tracker)

    def mark_absent(self, uid: str, why: Literal["gone", "unreadable"], now: datetime) -> None:
        """What a direct look found. Stands until the issue is seen again."""
        with self.writing() as conn:
            changes = Changes(conn, uid.partition(":")[0], now)
            changes.put("absent", uid, encode(why))
            settle_all(changes, uid)
            changes.flush()

    def mark_moved(self, uid: str, was: Address, native_id: str, now: datetime) -> None:
        """It goes on as another issue: a transfer on GitHub gives even a new native id. ``was`` means that one now."""
        with self.writing() as conn:
            changes = Changes(conn, uid.partition(":")[0], now)
            if heir := alias(changes, native_id):
                for name in (was.native_id, was.key):
                    changes.put("alias", name, encode(heir))
            changes.put("absent", uid, encode("gone"))
            settle_all(changes, uid)
            changes.flush()

    def forget_cursors(self, tracker: str, scope: str) -> None:
        """Let the next pull walk this scope in full."""
        with self.writing() as conn:
            conn.execute(delete(cursors).where(cursors.c.tracker == tracker, cursors.c.scope == scope))

    def keep_only(self, tracker: str, scopes: AbstractSet[str], now: datetime) -> list[str]:
        """Forget what is known of all other projects and repositories: nobody reads them any more.

        Their issues keep their uids, so that links to them stay the same edges. Returns what was forgotten.
        """
        with self.writing() as conn:
            changes = Changes(conn, tracker, now)
            dropped = [key for key in changes.load_all("scope") if key not in scopes]
            for key in dropped:
                mine = (issues.c.tracker == tracker, issues.c.scope == key)
                uids = list(conn.execute(select(issues.c.uid).where(*mine)).scalars())
                changes.load("issue", uids)
                changes.load("absent", uids)
                for uid in uids:
                    changes.put("issue", uid, None)
                    changes.put("absent", uid, None)
                changes.put("scope", key, None)
            changes.flush()
            old = cursors.c.scope.in_(dropped)
            conn.execute(delete(cursors).where(cursors.c.tracker == tracker, old))
        return dropped

    def structure_age(self, tracker: str, now: datetime) -> timedelta | None:
        """How long ago all structure was last read; None: never."""
        with self.reading() as conn:
            at = conn.execute(select(trackers.c.structure_read).where(trackers.c.name == tracker)).scalar()
        return now - at if at else None

    def structure_read(self, tracker: str, now: datetime) -> None:
        with self.writing() as conn:
            ensure_tracker(conn, tracker)
            conn.execute(update(trackers).where(trackers.c.name == tracker).values(structure_read=now))

    def save_account(self, tracker: str, account: Account, now: datetime) -> None:
        with self.writing() as conn:
            ensure_tracker(conn, tracker)
            conn.execute(update(trackers).where(trackers.c.name == tracker).values(account=encode(account)))

    def accounts(self) -> dict[str, Account]:
        """By tracker: who we were when we last asked."""
        query = select(trackers.c.name, trackers.c.account).where(trackers.c.account.is_not(None))
        with self.reading() as conn:
            return {row.name: ACCOUNT.decode(row.account) for row in conn.execute(query)}


def _covers(glob: str, scope: str) -> bool:
    return fnmatchcase(scope.casefold(), glob.casefold())


def _save_issues(changes: Changes, uids: Sequence[str], found: Sequence[IssueFact]) -> Saved:
    latest = dict(zip(uids, found, strict=True))
    changes.load("issue", latest)
    changes.load("absent", latest)
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    readings = {}
    for uid, issue in latest.items():
        doc, stored = encode(issue), changes.get("issue", uid)
        changes.put("absent", uid, None)
        old = None if stored is None else issue if stored == doc else ISSUE.decode(stored)
        readings[uid] = Reading(old, issue)
        counts[_difference(old, issue)] += 1
        if old != issue or stored is None:
            changes.put("issue", uid, doc)
    follow_links(changes, readings)
    return Saved(**counts, links=sum(len(issue.links) for issue in latest.values()))


def _difference(old: IssueFact | None, new: IssueFact) -> Literal["new", "changed", "unchanged"]:
    if old is None:
        return "new"
    return "unchanged" if old == new or _silent(old) == _silent(new) else "changed"


def _silent(issue: IssueFact) -> IssueFact:
    """Without what our own writes move."""
    return replace(issue, updated=None, comments=tuple(comment for comment in issue.comments if not comment.ours))


def _save_scope(changes: Changes, scope: Scope) -> None:
    """A later ``read_at`` alone is no new version: it says how fresh the scope is, not how it is."""
    stored = changes.get("scope", scope.key)
    old = SCOPE.decode(stored) if stored is not None else None
    before = old.read_at if old else None
    new = replace(scope, read_at=before if scope.missing else scope.read_at or changes.now)
    if old and _meaning(old) == _meaning(new):
        changes.freshen("scope", scope.key, encode(new))
    else:
        changes.put("scope", scope.key, encode(new))


def _meaning(scope: Scope) -> Scope:
    return replace(scope, read_at=ONCE if scope.read_at else None)


def _save_all(changes: Changes, kind: Kind, found: Mapping[str, str], within: str = "") -> None:
    """Make exactly these stand, among those whose ids begin with ``within``."""
    for id_ in changes.load_all(kind):
        if id_ not in found and id_.startswith(within):
            changes.put(kind, id_, None)
    for id_, doc in found.items():
        changes.put(kind, id_, doc)


def _save_plans(changes: Changes, page: Page) -> None:
    for project, releases in (page.releases or {}).items():
        _save_all(changes, "release", {f"{project}/{r.id}": encode(r) for r in releases}, f"{project}/")
    for project, components in (page.components or {}).items():
        _save_all(changes, "component", {f"{project}/{c.name}": encode(c) for c in components}, f"{project}/")
    for sprint in page.sprints:
        changes.put("sprint", sprint.id, encode(sprint))
