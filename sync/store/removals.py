"""Native links that were removed.

A link stands on both its ends, and both must have been read without it before it counts as
removed: one end's answer may be stale, partial or cut short. What an end no longer shows is
therefore kept as ``vanished`` until the other end agrees; showing the link again voids it.
An end that was never pulled, that is gone, or that lies in another tracker (a remote link
stands on one end only) has no say; one that may no longer be read keeps the say it had, because
Jira leaves out links to issues that the reader may not see.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import delete, or_, select

from model.facts import IssueFact, Retraction
from sync.store.base import chunks, upsert
from sync.store.changes import Changes
from sync.store.codec import Codec, encode
from sync.store.identity import uid_of
from sync.store.tables import vanished

ISSUE = Codec[IssueFact](IssueFact, "issue")
GONE = encode("gone")


class Tie(NamedTuple):
    """A link by what it says, whichever end says it and whatever id it has."""

    type_id: str
    one: str
    """Uid of the issue where the type's arrow begins."""
    other: str


class Reading(NamedTuple):
    """An issue before and after it was read."""

    old: IssueFact | None
    new: IssueFact


def follow_links(changes: Changes, readings: Mapping[str, Reading]) -> None:
    """Note which links came and went, by uid of the issue read, and settle which now count as removed."""
    touched: set[Tie] = set()
    gone: dict[tuple[str, Tie], datetime | None] = {}
    waiting = _waiting(changes, readings)
    for uid, (old, new) in readings.items():
        if uid not in waiting and (old is None or _shape(old) == _shape(new)):
            continue
        before, after = ties(changes, uid, old), ties(changes, uid, new)
        known = {tie for tie, _, _ in waiting.get(uid, ())}
        out_of_sight = {tie for tie, holder, at in waiting.get(uid, ()) if holder == uid and at is None}
        lost = (before | out_of_sight) - after
        _forget(changes, known & after)
        gone |= {(uid, tie): None if new.partial else changes.now for tie in lost}
        touched |= known | lost
    _remember(changes, gone)
    for tie in sorted(touched):
        settle(changes, tie)


def settle(changes: Changes, tie: Tie) -> None:
    """Make the retraction of ``tie`` stand or not, by what its two ends show now."""
    same = (vanished.c.type_id == tie.type_id, vanished.c.one == tie.one, vanished.c.other == tie.other)
    rows = changes.conn.execute(select(vanished.c.at).where(vanished.c.tracker == changes.tracker, *same)).all()
    times = [row.at for row in rows if row.at is not None]
    holds = bool(times) and len(times) == len(rows) and not any(_shows(changes, end, tie) for end in tie[1:])
    doc = encode(Retraction(one=tie.one, other=tie.other, at=min(times), type_id=tie.type_id)) if holds else None
    changes.put("retraction", " ".join(tie), doc)


def settle_all(changes: Changes, uid: str) -> None:
    """Settle every vanished link of an issue whose own say has changed."""
    for tie in sorted({tie for tie, _, _ in _waiting(changes, [uid]).get(uid, ())}):
        settle(changes, tie)


def ties(changes: Changes, uid: str, issue: IssueFact | None) -> set[Tie]:
    pairs = [(link, uid_of(changes, link.other)) for link in issue.links] if issue else []
    return {Tie(link.type_id, *((uid, far) if link.forward else (far, uid))) for link, far in pairs}


def _shape(issue: IssueFact) -> tuple[object, ...]:
    """Tells at little cost that the links did not change; equal shapes are equal ties."""
    ends = {(x.type_id, x.forward, x.other.tracker, x.other.native_id, x.other.key) for x in issue.links}
    return (ends, bool(issue.partial))


def _shows(changes: Changes, uid: str, tie: Tie) -> bool:
    doc = changes.get("issue", uid)
    if doc is None or changes.get("absent", uid) == GONE:
        return False
    return tie in ties(changes, uid, ISSUE.decode(doc))


def _waiting(changes: Changes, uids: Iterable[str]) -> dict[str, list[tuple[Tie, str, datetime | None]]]:
    """Vanished links (tie, holder, when) by each of these issues that is an end of them."""
    wanted = set(uids)
    found: dict[str, dict[tuple[Tie, str], datetime | None]] = {}
    for piece in chunks(sorted(wanted)):
        query = select(vanished).where(or_(vanished.c.one.in_(piece), vanished.c.other.in_(piece)))
        for row in changes.conn.execute(query.where(vanished.c.tracker == changes.tracker)):
            tie = Tie(row.type_id, row.one, row.other)
            for end in wanted.intersection(tie[1:]):
                found.setdefault(end, {})[tie, row.holder] = row.at
    return {uid: [(tie, holder, at) for (tie, holder), at in rows.items()] for uid, rows in found.items()}


def _forget(changes: Changes, shown: Iterable[Tie]) -> None:
    for tie in shown:
        same = (vanished.c.type_id == tie.type_id, vanished.c.one == tie.one, vanished.c.other == tie.other)
        changes.conn.execute(delete(vanished).where(vanished.c.tracker == changes.tracker, *same))


def _remember(changes: Changes, gone: Mapping[tuple[str, Tie], datetime | None]) -> None:
    rows = [
        {"holder": holder, **tie._asdict(), "tracker": changes.tracker, "at": at} for (holder, tie), at in gone.items()
    ]
    upsert(changes.conn, vanished, rows)
