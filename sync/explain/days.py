"""The days of a dependency as data: where each was looked for, and how the days between were counted. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from model.calendar import Calendar, stretch
from model.dates import Candidate, candidates, need_candidates
from model.interpret import calendar_of
from model.said import Spoken
from model.snapshot import DateClaim, Dependency
from rules.edges import latest
from sync.explain.view import View

Refs = Mapping[str, str]


def date_data(claim: DateClaim | None, refs: Refs) -> dict[str, Any] | None:
    if claim is None:
        return None
    return {
        "day": claim.day.isoformat(),
        "source": claim.source,
        "name": claim.name,
        "of": refs.get(claim.of, claim.of),
    }


def looked_for(edge: Dependency, view: View, refs: Refs) -> dict[str, Any]:
    """Of need and promise: every place in the order in which it was looked at, and what stood there."""
    return {
        "needed": _places(_needs(edge, view), edge.needed, refs),
        "promised": _places(_promises(edge, view), edge.promised, refs),
    }


def _needs(edge: Dependency, view: View) -> Iterator[Candidate]:
    said = edge.needed if edge.needed_explicit else None
    yield said.source if said is not None else "text", said
    consumer = edge.consumer
    fact = view.facts.issues.get(consumer.uid)
    if fact is not None:
        yield from need_candidates(consumer.uid, fact, view.policy, calendar_of(view.policy, consumer.team))


def _promises(edge: Dependency, view: View) -> Iterator[Candidate]:
    provider = edge.provider
    fact = view.facts.issues.get(provider.uid)
    said = Spoken(view.facts, {}).of(edge.key).promised()
    if fact is not None:
        yield from candidates(provider.uid, fact, view.policy, calendar_of(view.policy, provider.team), said)
    elif said is not None:
        yield said.source, said


def _places(found: Iterable[Candidate], counts: DateClaim | None, refs: Refs) -> list[dict[str, Any]]:
    """The first that has a day is the one that counts; what the others say is told as well."""
    told: list[dict[str, Any]] = []
    for source, claim in found:
        counted = claim is not None and claim == counts and not any(entry["counts"] for entry in told)
        said = {"day": claim.day.isoformat(), "name": claim.name} if claim is not None else {"day": None, "name": ""}
        told.append({"source": source, **said, "counts": counted})
    return told


def counted(edge: Dependency, view: View) -> dict[str, Any]:
    """Which day it is for whom, and the working days between the days that matter."""
    calendars = _calendars(edge, view)
    return {
        "today": {team: calendar.today(view.at).isoformat() for team, calendar in calendars.items()},
        "today_for_both": view.snapshot.today(edge).isoformat(),
        "counted": [_stretch(what, start, end, calendars) for what, start, end in _spans(edge, view)],
    }


def _calendars(edge: Dependency, view: View) -> dict[str, Calendar]:
    teams = dict.fromkeys((edge.consumer.team, edge.provider.team))
    return {team or "no team": view.snapshot.calendars(team)[0] for team in teams}


def _spans(edge: Dependency, view: View) -> Iterator[tuple[str, date, date]]:
    today = view.snapshot.today(edge)
    for what, claim in (("the day it is needed", edge.needed), ("the promised day", edge.promised)):
        if claim is not None:
            yield what, latest(claim), today
    if edge.needed is not None and edge.promised is not None:
        yield "needed to promised", latest(edge.needed), latest(edge.promised)
    if edge.since is not None:
        yield "since it is known", edge.since.date(), today


def _stretch(what: str, start: date, end: date, calendars: Mapping[str, Calendar]) -> dict[str, Any]:
    """From the earlier of the two days to the later one."""
    found = stretch(start, end, calendars)
    return {
        "what": what,
        "from": found.start.isoformat(),
        "to": found.end.isoformat(),
        "working_days": found.working,
        "weekend": [day.isoformat() for day in found.weekend],
        "holidays": [{"day": day.isoformat(), "of": list(whose)} for day, whose in found.holidays],
        "listed": found.listed,
    }
