"""Whose uid an issue has: found by what never changes first, by its key last.

A uid is the first ref an issue was known by. Keys change and are even given to other issues
(a Jira project key can be used anew after the project is deleted:
https://support.atlassian.com/jira-cloud-administration/docs/edit-a-projects-details/), so a
known key with an unknown native id is a new issue, whose uid takes a number: ``jira:PAY-12~2``.
"""

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import select

from model.facts import IssueFact, Pointer
from sync.store.base import chunks, upsert
from sync.store.changes import Changes
from sync.store.codec import encode
from sync.store.tables import issues


def give_uids(changes: Changes, found: Sequence[IssueFact]) -> list[str]:
    """The uid of each, in order; new issues get one. Aliases and the register of issues follow."""
    changes.load("alias", (name for issue in found for name in _names(issue)))
    taken = _taken(changes, {str(issue.ref) for issue in found})
    uids = []
    for issue in found:
        uid = _known(changes, issue) or _free(changes, str(issue.ref), taken)
        taken.add(uid)
        for name in _names(issue):
            changes.put("alias", name, encode(uid))
        uids.append(uid)
    _register(changes, uids, found)
    return uids


def uid_of(changes: Changes, pointer: Pointer) -> str:
    """The uid of a link's other end: its ref until it is pulled, and then most likely still."""
    ref = f"{pointer.tracker}:{pointer.key}"
    if pointer.tracker != changes.tracker:
        return ref
    return (pointer.native_id and alias(changes, pointer.native_id)) or alias(changes, pointer.key) or ref


def alias(changes: Changes, name: str) -> str:
    """The uid that a native id or key stands for; empty when it is unknown."""
    doc = changes.get("alias", name)
    return msgspec.json.decode(doc, type=str) if doc else ""


def _names(issue: IssueFact) -> Iterator[str]:
    return filter(None, (issue.native_id, *issue.other_ids, issue.key))


def _known(changes: Changes, issue: IssueFact) -> str:
    ids = filter(None, (issue.native_id, *issue.other_ids))
    return next(filter(None, (alias(changes, name) for name in ids)), "")


def _taken(changes: Changes, uids: set[str]) -> set[str]:
    return {
        row.uid
        for piece in chunks(sorted(uids))
        for row in changes.conn.execute(select(issues.c.uid).where(issues.c.uid.in_(piece)))
    }


def _free(changes: Changes, ref: str, taken: set[str]) -> str:
    uid, number = ref, 1
    while uid in taken or (number > 1 and _taken(changes, {uid})):
        number += 1
        uid = f"{ref}~{number}"
    return uid


def _register(changes: Changes, uids: Sequence[str], found: Sequence[IssueFact]) -> None:
    """Whoever is seen is not missing."""
    rows = {
        uid: {
            "uid": uid,
            "tracker": changes.tracker,
            "scope": issue.ref.scope,
            "native_id": issue.native_id,
            "key": issue.key,
            "absences": 0,
        }
        for uid, issue in zip(uids, found, strict=True)
    }
    upsert(changes.conn, issues, list(rows.values()))
