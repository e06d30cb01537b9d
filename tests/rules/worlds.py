"""Small worlds in which every rule has something to find now and then, and what is left of them when less is known."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from model.calendar import Calendar
from model.interpret import reach_of, state_of
from model.snapshot import Coverage, Dependency, End, Evidence, Issue, Missing, Snapshot
from rules.examples import depends, issue, link, moment, text, world

KEYS = ("PAY-1", "PAY-2", "PAY-3", "PLAT-1", "PLAT-2", "acme/web#1", "acme/web#2")
FIRST = date(2026, 11, 23)

days = st.integers(0, 30).map(lambda n: FIRST + timedelta(days=n))
claims = st.one_of(
    st.just(""), st.builds("{} {}".format, days, st.sampled_from(("text", "start", "due", "milestone Spring +1")))
)
promises = st.one_of(
    st.just(""), st.builds("{} {}".format, days, st.sampled_from(("due", "sprint Aurora 12", "release 1.0")))
)
moves = st.builds("2026-11-{:02}: {} -> {}".format, st.integers(20, 29), days, days)
calendars = st.builds(
    Calendar,
    timezone=st.sampled_from(("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin")),
    weekend=st.sampled_from((frozenset({5, 6}), frozenset({4, 5}))),
    holidays=st.frozensets(days, max_size=3),
)


@st.composite
def ends(draw: st.DrawFn, key: str) -> Issue:
    end: End = draw(st.sampled_from(("read", "read", "read", "read", "read", "stub", "unreadable", "gone")))
    made = issue(
        key,
        draw(st.sampled_from(("payments", "platform", "web", ""))),
        draw(st.sampled_from(("open", "started", "open", "started", "done", "dropped"))),
        end=end,
        audience=draw(st.sampled_from(("public", "internal"))),
        reopened=draw(st.integers(0, 9)) == 0,
        parent=draw(st.sampled_from(("", "", *KEYS[:4]))),
        complete=end == "read" and draw(st.integers(0, 9)) > 0,
        active=draw(st.sampled_from(("", "2026-09-01", "2026-11-20"))),
        due=draw(st.sampled_from(("", "2026-12-01"))),
        resolved=draw(st.sampled_from(("", "2026-11-30"))),
    )
    dark = end in ("unreadable", "gone")
    return replace(made, progress="unknown" if dark else made.progress, planned=draw(st.booleans()))


@st.composite
def edges(draw: st.DrawFn, consumer: Issue, provider: Issue) -> Dependency:
    said: list[Evidence] = [link(consumer), text(consumer, "blocked by it"), text(provider, "blocks it", "comment:1")]
    made = depends(
        consumer,
        provider,
        *draw(st.lists(st.sampled_from(said), min_size=1, max_size=3, unique_by=lambda e: (e.kind, e.at))),
        needed=draw(claims),
        promised=draw(promises),
        covered=draw(st.sampled_from((None, True, False, False))),
        forums=draw(st.sampled_from(((), ("platform-sos",)))),
        since=draw(st.sampled_from(("", "2026-10-25", "2026-11-10"))),
        moves=draw(st.lists(moves, max_size=2).map(tuple)),
    )
    return stated(made)


@st.composite
def worlds(draw: st.DrawFn) -> Snapshot:
    known = {key: draw(ends(key)) for key in KEYS}
    pairs = draw(st.sets(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), min_size=3, max_size=10))
    return world(
        *(draw(edges(known[consumer], known[provider])) for consumer, provider in sorted(pairs)),
        now=moment(f"{draw(days)}T{draw(st.integers(0, 23)):02}:30+00:00"),
        issues=known.values(),
        calendars=draw(st.dictionaries(st.sampled_from(("payments", "platform")), calendars)),
        meetings=draw(st.sampled_from(({}, {"platform-sos": "2026-11-24"}))),
    )


def stated(edge: Dependency) -> Dependency:
    """With the state and the reach that interpreting gives it."""
    return replace(
        edge,
        state=state_of(edge.consumer, edge.provider, edge.promised),
        reach=reach_of(edge.consumer, edge.provider),
    )


def with_issues(snapshot: Snapshot, new: Mapping[str, Issue]) -> Snapshot:
    """With other issues of the same uids, and the edges that follow."""

    def seen(edge: Dependency) -> Dependency:
        if not new.keys() & set(edge.key):
            return edge
        consumer, provider = (new.get(end.uid, end) for end in (edge.consumer, edge.provider))
        edge = replace(edge, consumer=consumer, provider=provider)
        if consumer.end == "stub" and not edge.needed_explicit:
            edge = replace(edge, needed=None)
        return stated(replace(edge, promised=None, moves=()) if provider.end == "stub" else edge)

    edges = tuple(seen(edge) for edge in snapshot.dependencies)
    known = {uid: new.get(uid, issue) for uid, issue in snapshot.issues.items()}
    return replace(snapshot, issues=known, dependencies=edges)


DARK: Mapping[str, Callable[[Issue], Issue]] = {
    "refused": lambda i: replace(i, end="unreadable", progress="unknown", complete=False, active=None, resolved=None),
    "not read in full": lambda i: replace(i, complete=False),
    "of unknown progress": lambda i: replace(i, progress="unknown"),
    "no longer pulled": lambda i: Issue(
        uid=i.uid,
        ref=i.ref,
        end="stub",
        title=i.title,
        status=i.status,
        progress=i.progress,
        team=i.team,
        party=i.party,
        audience=i.audience,
        complete=False,
    ),
}
"""How an issue that was read can become less known."""


def darkened(snapshot: Snapshot, uid: str, how: str) -> Snapshot:
    return with_issues(snapshot, {uid: DARK[how](snapshot.issues[uid])})


def without_scope(snapshot: Snapshot, tracker: str, scope: str) -> Snapshot:
    """As when a project could not be read to its end: what is left of it counts no more."""
    inside = (i for i in snapshot.issues.values() if (i.ref.tracker, i.ref.scope) == (tracker, scope))
    hole = Missing(tracker=tracker, scope=scope, reason="it could not be reached")
    dark = with_issues(snapshot, {i.uid: replace(i, complete=False) for i in inside})
    return replace(dark, missing=(*snapshot.missing, hole))


FORGOTTEN: Mapping[str, Callable[[Dependency], Dependency]] = {
    "need": lambda d: replace(d, needed=None, needed_explicit=False),
    "promise": lambda d: stated(replace(d, promised=None)),
    "moves": lambda d: replace(d, moves=()),
    "since": lambda d: replace(d, since=None),
    "agreement": lambda d: replace(d, coverage=Coverage(covered=None)),
    "best evidence": lambda d: replace(d, evidence=d.evidence[1:] or d.evidence),
}
"""What can go from a dependency of which both ends are still read."""


OF_ISSUES: Mapping[str, Callable[[Issue], Issue]] = {
    "activity": lambda i: replace(i, active=None),
    "day of closing": lambda i: replace(i, resolved=None),
    "due date": lambda i: replace(i, due=None),
    "sprint": lambda i: replace(i, sprint=""),
}
"""What can go from an issue that is still read."""


def forgetting(snapshot: Snapshot, at: int, what: str) -> Snapshot:
    edges = list(snapshot.dependencies)
    edges[at] = FORGOTTEN[what](edges[at])
    return replace(snapshot, dependencies=tuple(edges))


def paler(snapshot: Snapshot) -> Iterable[tuple[str, Snapshot]]:
    """Every way in which one value goes from a place that is still read, by what goes."""
    for what in FORGOTTEN:
        yield from ((what, forgetting(snapshot, at, what)) for at in range(len(snapshot.dependencies)))
    for what, forget in OF_ISSUES.items():
        yield from ((what, with_issues(snapshot, {uid: forget(i)})) for uid, i in sorted(snapshot.issues.items()))
    if snapshot.forums:
        yield "meetings", replace(snapshot, forums={})


def less(snapshot: Snapshot) -> Iterable[tuple[str, Snapshot]]:
    """Every way in which one place that was read becomes dark."""
    for uid, known in sorted(snapshot.issues.items()):
        if known.end == "read" and known.complete:
            yield from ((f"{uid} {how}", darkened(snapshot, uid, how)) for how in DARK)
    for tracker, scope in sorted({(i.ref.tracker, i.ref.scope) for i in snapshot.issues.values()}):
        yield f"{tracker}:{scope} missing", without_scope(snapshot, tracker, scope)
