"""All facts at once, as they stand or as they stood."""

import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import select

from model.facts import Component, Facts, IssueFact, LinkType, Ref, Release, Retraction, Scope, Sprint
from sync.store.changes import Found, Kind, generations, past, standing
from sync.store.codec import Codec
from sync.store.ledger import LedgerStore
from sync.store.statements import StatementStore
from sync.store.tables import facts, issues

CODECS: Mapping[Kind, Codec[Any]] = {
    "issue": Codec[IssueFact](IssueFact, "issue"),
    "alias": Codec[str](str, "name of an issue"),
    "scope": Codec[Scope](Scope, "scope"),
    "link_type": Codec[LinkType](LinkType, "link type"),
    "project": Codec[bool](bool, "project"),
    "absent": Codec[Literal["gone", "unreadable"]](Literal["gone", "unreadable"], "missing issue"),
    "retraction": Codec[Retraction](Retraction, "removed link"),
    "release": Codec[Release](Release, "release"),
    "sprint": Codec[Sprint](Sprint, "sprint"),
    "component": Codec[Component](Component, "component"),
}


class FactStore(LedgerStore, StatementStore):
    def facts(self, at: Mapping[str, int] | None = None) -> Facts:
        """Facts as they stand, or as they stood at the generations ``at`` of each tracker.

        A scope's ``read_at`` is no part of its versions: of the past it tells when that version was first read.
        """
        with self.reading() as conn, _no_garbage():
            found = _gather(standing(conn), generations(conn)) if at is None else _gather(past(conn, at), dict(at))
        return replace(found, since=self.edges_since(), promises=self.promises(), statements=self.statements())

    def generations(self) -> dict[str, int]:
        """By tracker: how often its facts have changed."""
        with self.reading() as conn:
            return generations(conn)

    def scopes(self) -> tuple[Scope, ...]:
        """Every project and repository, without reading any issue."""
        query = select(facts.c.format, facts.c.doc).where(facts.c.kind == "scope").order_by(facts.c.tracker, facts.c.id)
        with self.reading() as conn:
            return tuple(CODECS["scope"].decode(row.doc, row.format) for row in conn.execute(query))

    def refs(self) -> dict[str, str]:
        """uid -> what the issue is called now."""
        with self.reading() as conn:
            rows = conn.execute(select(issues.c.uid, issues.c.tracker, issues.c.key))
            return {row.uid: str(Ref(row.tracker, row.key)) for row in rows}


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Hundreds of thousands of values come to stay: looking for garbage among them doubles the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _gather(found: Iterable[Found], at: Mapping[str, int]) -> Facts:
    things: dict[Kind, dict[tuple[str, str], Any]] = {kind: {} for kind in CODECS}
    for tracker, kind, id_, format_, doc in found:
        things[kind][tracker, id_] = CODECS[kind].decode(doc, format_)
    return Facts(
        issues={uid: issue for (_, uid), issue in things["issue"].items()},
        aliases=things["alias"],
        scopes=tuple(things["scope"].values()),
        link_types=tuple(things["link_type"].values()),
        known_projects=frozenset(things["project"]),
        absent={uid: why for (_, uid), why in things["absent"].items()},
        retractions=tuple(things["retraction"].values()),
        releases={(tracker, release.id): release for (tracker, _), release in things["release"].items()},
        sprints=things["sprint"],
        components=things["component"],
        generations=at,
    )
