"""Which day was promised, which day is needed, and where each stands."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from model.calendar import Calendar
from model.evidence import Witness
from model.facts import IssueFact, Milestone, Release, Sprint
from model.policy import PUBLIC, DateSource, Policy
from model.snapshot import DateClaim
from model.statements import Statement

PACIFIC = ZoneInfo("America/Los_Angeles")
"""GitHub stores a milestone's day as midnight there when it is set in the browser (07:00Z or 08:00Z)."""
NEVER = datetime.min.replace(tzinfo=UTC)
Candidate = tuple[str, DateClaim | None]
"""A place where a day may stand, and the day that stands there."""


def promised(
    uid: str, fact: IssueFact, policy: Policy, calendar: Calendar, said: DateClaim | None = None
) -> DateClaim | None:
    """The first day that the provider's issue gives, by configured precedence of sources. ``said``: by command."""
    return _first(candidates(uid, fact, policy, calendar, said))


def candidates(
    uid: str, fact: IssueFact, policy: Policy, calendar: Calendar, said: DateClaim | None = None
) -> Iterator[Candidate]:
    """Every place where a promise is looked for, in order, and what it says; the first day counts."""
    for source in policy.promised_order:
        if source == "command":
            yield source, said
            continue
        claim = _on_board(uid, fact, policy.promise_fields) if source == "project_field" else None
        read = _SOURCES.get(source)
        yield source, claim or (read(uid, fact, calendar) if read else None)


def derived_need(uid: str, fact: IssueFact, policy: Policy, calendar: Calendar) -> DateClaim | None:
    """When the consumer's own dates need it: before it starts, else before it is due."""
    return _first(need_candidates(uid, fact, policy, calendar))


def need_candidates(uid: str, fact: IssueFact, policy: Policy, calendar: Calendar) -> Iterator[Candidate]:
    """Every place where a need is looked for that nobody said, in order; the first day counts."""
    yield "start", DateClaim(day=fact.start, source="start", of=uid) if fact.start is not None else None
    begins = _on_board(uid, fact, policy.start_fields)
    yield "start_field", replace(begins, source="start") if begins is not None else None
    yield "due", _due(uid, fact, calendar)
    yield "project_field", _on_board(uid, fact, policy.promise_fields)
    yield "milestone", _milestone(uid, fact, calendar)


def _first(found: Iterable[Candidate]) -> DateClaim | None:
    return next((claim for _, claim in found if claim is not None), None)


def explicit_need(
    witnesses: Iterable[Witness], said: Statement | None = None, said_to: str = PUBLIC
) -> tuple[DateClaim | None, str]:
    """The day that text or a command names, and who may read that; of several days, the one written last.

    ``said``: by command, to the readers ``said_to``.
    """
    dated = [
        (w.mention.written or NEVER, w.mention.needed_by, w.evidence.at, w.evidence.audience, "text")
        for w in witnesses
        if w.mention is not None and w.mention.needed_by and w.evidence.strength != "hinted"
    ]
    if said is not None and said.day is not None:
        dated.append((said.at, said.day, said.uid, said_to, "command"))
    if not dated:
        return None, PUBLIC
    _, day, uid, audience, source = max(dated)
    return DateClaim(day=day, source=source, of=uid), audience


def milestone_day(milestone: Milestone) -> tuple[date, int] | None:
    """Its calendar date and days of grace.

    The Los Angeles date where it stands at midnight there; otherwise the UTC date, uncertain
    by a day, because the setter's zone is not recorded.
    """
    if milestone.due_on is None:
        return None
    local = milestone.due_on.astimezone(PACIFIC)
    if (local.hour, local.minute) == (0, 0):
        return local.date(), 0
    return milestone.due_on.astimezone(UTC).date(), 1


def current_sprint(sprints: Iterable[Sprint]) -> Sprint | None:
    """The last active one, else the next future one, else the last closed one."""
    ranked = {state: [s for s in sprints if s.state == state] for state in ("active", "future", "closed")}
    if ranked["active"]:
        return ranked["active"][-1]
    if ranked["future"]:
        return ranked["future"][0]
    return ranked["closed"][-1] if ranked["closed"] else None


def next_release(releases: Iterable[Release]) -> Release | None:
    """The first that is not out yet, else the last that is."""
    dated = sorted((r for r in releases if r.day), key=lambda r: (r.day or date.max, r.name))
    waiting = [r for r in dated if not r.released]
    if waiting:
        return waiting[0]
    return dated[-1] if dated else None


def _due(uid: str, fact: IssueFact, _: Calendar) -> DateClaim | None:
    return DateClaim(day=fact.due, source="due", of=uid) if fact.due else None


def _target_end(uid: str, fact: IssueFact, _: Calendar) -> DateClaim | None:
    return DateClaim(day=fact.target_end, source="target_end", of=uid) if fact.target_end else None


def _on_board(uid: str, fact: IssueFact, names: Iterable[str]) -> DateClaim | None:
    """The date that a board gives under the first of these names that has one; of several boards, the earliest."""
    for name in names:
        found = [d for d in fact.project_dates if not d.iteration and d.field.casefold() == name.casefold()]
        if found:
            first = min(found, key=lambda d: (d.day, d.project))
            return DateClaim(day=first.day, source="project_field", of=uid, name=f"{first.field} in {first.project}")
    return None


def _iteration(uid: str, fact: IssueFact) -> DateClaim | None:
    """The last day of the iteration that ends last: where an issue was carried over, that is the one it is in."""
    found = [d for d in fact.project_dates if d.iteration]
    if not found:
        return None
    last = max(found, key=lambda d: (d.day, d.project))
    return DateClaim(day=last.day, source="sprint", of=uid, name=last.iteration)


def _sprint(uid: str, fact: IssueFact, calendar: Calendar) -> DateClaim | None:
    sprint = current_sprint(fact.sprints)
    if sprint is None or sprint.end is None:
        return _iteration(uid, fact)
    return DateClaim(day=calendar.today(sprint.end), source="sprint", of=uid, name=sprint.name)


def _release(uid: str, fact: IssueFact, _: Calendar) -> DateClaim | None:
    release = next_release(fact.releases)
    if release is None or release.day is None:
        return None
    return DateClaim(day=release.day, source="release", of=uid, name=release.name)


def _milestone(uid: str, fact: IssueFact, _: Calendar) -> DateClaim | None:
    dated = milestone_day(fact.milestone) if fact.milestone else None
    if fact.milestone is None or dated is None:
        return None
    return DateClaim(day=dated[0], source="milestone", of=uid, name=fact.milestone.title, grace_days=dated[1])


_SOURCES: Mapping[DateSource, Callable[[str, IssueFact, Calendar], DateClaim | None]] = {
    "due": _due,
    "target_end": _target_end,
    "sprint": _sprint,
    "release": _release,
    "milestone": _milestone,
}
