"""Who is missing: an issue that two complete lists of its scope do not name deserves a direct look."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, exists, select, update

from connectors.base import Address
from sync.store.base import chunks, upsert
from sync.store.changes import Changes
from sync.store.removals import settle_all
from sync.store.tables import censuses, facts, issues


def count_census(changes: Changes, census: Mapping[str, frozenset[str]], seen: Iterable[str]) -> None:
    """Count who is missing, once per moment of reading. ``seen`` were read just now and cannot be missing."""
    here = set(seen)
    for scope, natives in census.items():
        if _counted(changes, scope):
            continue
        own = (issues.c.tracker == changes.tracker, issues.c.scope == scope)
        rows = changes.conn.execute(select(issues.c.uid, issues.c.native_id, issues.c.absences).where(*own)).all()
        missing = [row.uid for row in rows if row.native_id not in natives and row.uid not in here]
        back = [row.uid for row in rows if row.native_id in natives and row.absences]
        _set(changes, missing, issues.c.absences + 1)
        _set(changes, back, 0)
        for uid in back:
            changes.put("absent", uid, None)
            settle_all(changes, uid)
        upsert(changes.conn, censuses, [{"tracker": changes.tracker, "scope": scope, "at": changes.now}])


def _counted(changes: Changes, scope: str) -> bool:
    query = select(censuses.c.at).where(censuses.c.tracker == changes.tracker, censuses.c.scope == scope)
    at = changes.conn.execute(query).scalar()
    return at is not None and at >= changes.now


def _set(changes: Changes, uids: list[str], absences: object) -> None:
    for piece in chunks(uids):
        changes.conn.execute(update(issues).where(issues.c.uid.in_(piece)).values(absences=absences))


def missing_twice(conn: Connection, tracker: str) -> list[tuple[str, Address]]:
    """Issues missing from the last two censuses of their scope that nobody has looked for yet."""
    looked = exists().where(facts.c.tracker == tracker, facts.c.kind == "absent", facts.c.id == issues.c.uid)
    query = (
        select(issues.c.uid, issues.c.native_id, issues.c.key)
        .where(issues.c.tracker == tracker, issues.c.absences >= 2, ~looked)
        .order_by(issues.c.uid)
    )
    return [(row.uid, Address(native_id=row.native_id, key=row.key)) for row in conn.execute(query)]
