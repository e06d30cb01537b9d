"""Cases and everything that happened to them."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, func, insert, or_, select, update

from rules.base import Subject
from sync.base import Case, CaseEvent, EventKind, Happening
from sync.store.base import Database, chunks, upsert
from sync.store.codec import FORMAT, Codec, encode
from sync.store.tables import case_events, cases, runs

CASE = Codec[Case](Case, "case")
EVENT = Codec[CaseEvent](CaseEvent, "case event")

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: without i, l, o and u, which are misread. https://www.crockford.com/base32.html"""
SHORTEST = 5
REOPENS_FOR = timedelta(days=9)
"""Five working days, with a weekend and a holiday or two among them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    id: str
    rule: str
    level: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """As much of a case event as is read where there are very many."""

    case: _Named
    kind: EventKind
    why: str = ""


_SAID = Codec[_Said](_Said, "case event")


class CaseStore(Database):
    def __init__(self, engine: Engine, name: str) -> None:
        super().__init__(engine, name)
        self._given_ids: dict[str, str] = {}
        """What ids stand for that were given and are not saved yet."""

    def cases(self, now: datetime | None = None) -> list[Case]:
        """Cases that are not cleared, or were so lately that they may yet reopen, by id.

        Lately is seen from ``now``; by default from when the newest run began.
        """
        with self.reading() as conn:
            moment = now or conn.execute(select(func.max(runs.c.started))).scalar()
            query = select(cases.c.doc, cases.c.format).order_by(cases.c.id)
            if moment is not None:
                query = query.where(or_(cases.c.state != "cleared", cases.c.cleared >= moment - REOPENS_FOR))
            return [CASE.decode(row.doc, row.format) for row in conn.execute(query)]

    def case(self, case_id: str) -> Case | None:
        """Any case, however long ago it was cleared."""
        with self.reading() as conn:
            return _read(conn, [case_id]).get(case_id)

    def cases_of(self, ids: Iterable[str]) -> list[Case]:
        """Those of these cases that there are, cleared or not, by id."""
        wanted = sorted(set(ids))
        with self.reading() as conn:
            found = _read(conn, wanted) if wanted else {}
        return [found[case_id] for case_id in wanted if case_id in found]

    def case_events(self, case_id: str) -> list[tuple[str, datetime, CaseEvent]]:
        """(run, moment, event) from the first to the last."""
        query = select(case_events).where(case_events.c.case_id == case_id).order_by(case_events.c.seq)
        with self.reading() as conn:
            return [(row.run, row.at, EVENT.decode(row.doc, row.format)) for row in conn.execute(query)]

    def happenings(self) -> Iterator[Happening]:
        """Everything that ever happened to any case, oldest first, without the findings."""
        query = select(case_events.c.run, case_events.c.at, case_events.c.doc, case_events.c.format)
        with self.reading() as conn:
            for row in conn.execute(query.order_by(case_events.c.seq)):
                said = _SAID.decode(row.doc, row.format)
                case = said.case
                yield Happening(
                    case=case.id,
                    rule=case.rule,
                    run=row.run,
                    at=row.at,
                    kind=said.kind,
                    why=said.why,
                    level=case.level,
                )

    def save_events(
        self, run: str, now: datetime, events: Sequence[CaseEvent], of: Mapping[str, int] | None = None
    ) -> None:
        """Make each event's case stand as it is after the event, and keep the event.

        ``now``: the moment that was judged at; ``of``: the generations of the facts that were judged.
        """
        with self.writing() as conn:
            if of is not None:
                judged = {"judged": now, "generations": encode(dict(of))}
                conn.execute(update(runs).where(runs.c.id == run).values(judged))
            _write(conn, {event.case.id: event.case for event in events})
            rows = [
                {"case_id": event.case.id, "run": run, "at": now, "format": FORMAT, "doc": encode(event)}
                for event in events
            ]
            if rows:
                conn.execute(insert(case_events), rows)
        self._given_ids.clear()

    def new_case_id(self, rule: str, subject: Subject) -> str:
        """The id of a case of ``rule`` on ``subject``: the same always, longer when a different case has it."""
        case_id = shortest_free(rule, subject, lambda id_: self._given_ids.get(id_) or self._holder(id_))
        self._given_ids[case_id] = name_of(rule, subject)
        return case_id

    def _holder(self, case_id: str) -> str:
        case = self.case(case_id)
        return name_of(case.rule, case.subject) if case else ""

    def mark_notified(self, levels: Mapping[str, int]) -> None:
        """By case id: the level that somebody was told of. It never sinks."""
        with self.writing() as conn:
            raise_notified(conn, levels)


def name_of(rule: str, subject: Subject) -> str:
    """What an id stands for."""
    return encode((rule, subject))


def shortest_free(rule: str, subject: Subject, holder: Callable[[str], str]) -> str:
    """The shortest id for a case of ``rule`` on ``subject``; ``holder``: what an id stands for already, or ""."""
    name, letters = name_of(rule, subject), letters_of(rule, subject)
    lengths = range(SHORTEST, len(letters))
    return next((letters[:n] for n in lengths if holder(letters[:n]) in ("", name)), letters)


def letters_of(rule: str, subject: Subject) -> str:
    """All of what a case id is the beginning of."""
    digits = int.from_bytes(hashlib.sha256(encode((rule, subject)).encode()).digest())
    return "".join(ALPHABET[digits >> shift & 31] for shift in range(251, 0, -5))


def raise_notified(conn: Connection, levels: Mapping[str, int]) -> None:
    standing = _read(conn, levels)
    raised = {
        case.id: replace(case, notified=levels[case.id])
        for case in standing.values()
        if levels[case.id] > case.notified
    }
    _write(conn, raised)


def _read(conn: Connection, ids: Sequence[str] | Mapping[str, int]) -> dict[str, Case]:
    found = {}
    for piece in chunks(ids):
        for row in conn.execute(select(cases).where(cases.c.id.in_(piece))):
            found[row.id] = CASE.decode(row.doc, row.format)
    return found


def _write(conn: Connection, standing: Mapping[str, Case]) -> None:
    rows = [
        {
            "id": case.id,
            "rule": case.rule,
            "state": case.state,
            "cleared": case.cleared,
            "format": FORMAT,
            "doc": encode(case),
        }
        for case in standing.values()
    ]
    upsert(conn, cases, rows)
