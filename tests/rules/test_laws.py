"""Laws that hold for every small world."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import rustworkx
from hypothesis import given
from hypothesis import strategies as st

from model.calendar import Calendar, working_days
from model.snapshot import STRENGTHS, Coverage, Dependency, Evidence, Issue, Snapshot
from rules.base import Finding
from rules.engine import judge, undecided
from rules.examples import depends, issue, link, moment, text, world

KEYS = ("PAY-1", "PAY-2", "PLAT-1", "PLAT-2", "acme/web#1", "acme/web#2")
DATED = ("overdue", "order-conflict", "due-soon", "slipped", "late-chain")
ACCUSING = (*DATED, "point-to-point", "unanswered", "started-early")
OF_ENDED = ("started-early",)
OF_THE_DAY = ("overdue", "late-chain", "due-soon", "unanswered", "silent-provider", "unblocked")
OF_ONE_END = ("broken-promise", "dangling", "unblocked")
"""What these find is that one end is over, or gone, while the other waits."""
FIRST = date(2026, 11, 23)

days = st.integers(0, 40).map(lambda n: FIRST + timedelta(days=n))
moves = st.builds("2026-11-{:02}: {} -> {}".format, st.integers(1, 28), days, days)
calendars = st.builds(
    Calendar,
    timezone=st.sampled_from(("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin")),
    weekend=st.sampled_from((frozenset({5, 6}), frozenset({4, 5}), frozenset[int]())),
    holidays=st.frozensets(days, max_size=4),
)


@st.composite
def issues(draw: st.DrawFn) -> Mapping[str, Issue]:
    return {key: _end(draw, key) for key in KEYS}


def _end(draw: st.DrawFn, key: str) -> Issue:
    return issue(
        key,
        draw(st.sampled_from(("", "payments", "platform", "web"))),
        draw(st.sampled_from(("open", "open", "started", "started", "done", "dropped", "unknown"))),
        end=draw(st.sampled_from(("read", "read", "read", "stub", "unreadable", "gone"))),
        sprint=draw(st.sampled_from(("", "Aurora 12"))),
        audience=draw(st.sampled_from(("public", "internal", "jira:PAY"))),
        complete=draw(st.sampled_from((True, True, True, False))),
    )


def _claim(draw: st.DrawFn, sources: tuple[str, ...]) -> str:
    return draw(st.one_of(st.just(""), st.builds("{} {}".format, days, st.sampled_from(sources))))


def _edge(draw: st.DrawFn, consumer: Issue, provider: Issue) -> Dependency:
    said: list[Evidence] = [text(consumer, "blocked by it"), text(provider, "blocks it", "comment:1"), link(consumer)]
    return depends(
        consumer,
        provider,
        *draw(st.lists(st.sampled_from(said), min_size=1, max_size=3)),
        needed=_claim(draw, ("text", "start", "due", "milestone Spring +1")),
        promised=_claim(draw, ("due", "sprint Aurora 12", "milestone Spring +1")),
        covered=draw(st.sampled_from((None, True, False))),
        forums=draw(st.sampled_from(((), ("platform-sos",)))),
        since=draw(st.sampled_from(("", "2026-10-25T22:30+00:00", "2026-11-10"))),
        moves=draw(st.lists(moves, max_size=3).map(tuple)),
    )


@st.composite
def worlds(draw: st.DrawFn) -> Snapshot:
    known = draw(issues())
    pairs = draw(st.sets(st.tuples(st.sampled_from(KEYS), st.sampled_from(KEYS)), max_size=8))
    return world(
        *(_edge(draw, known[consumer], known[provider]) for consumer, provider in sorted(pairs)),
        now=moment(f"{draw(days)}T{draw(st.integers(0, 23)):02}:30+00:00"),
        calendars=draw(st.dictionaries(st.sampled_from(("payments", "platform")), calendars)),
        unreadable=draw(st.lists(st.sampled_from((("jira", "SEC", 2), ("github", "acme/vault", 1))), max_size=3)),
    )


def levels(snapshot: Snapshot, rules: tuple[str, ...] = ACCUSING) -> dict[tuple[str, tuple[str, ...]], int]:
    return {(f.rule, f.subject.members): f.level for f in judge(snapshot, {}) if f.rule in rules}


@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_input_never_matters(snapshot: Snapshot, dice: random.Random) -> None:
    edges = [replace(d, evidence=_shuffled(d.evidence, dice)) for d in snapshot.dependencies]
    dice.shuffle(edges)
    refused = list(snapshot.unreadable)
    dice.shuffle(refused)
    ends_shuffled = dict(dice.sample(sorted(snapshot.issues.items()), len(snapshot.issues)))
    other = replace(snapshot, dependencies=tuple(edges), unreadable=tuple(refused), issues=ends_shuffled)
    assert judge(other, {}) == judge(snapshot, {})


def _shuffled(evidence: tuple[Evidence, ...], dice: random.Random) -> tuple[Evidence, ...]:
    """In any order that still has the strongest first."""
    return tuple(sorted(dice.sample(evidence, len(evidence)), key=lambda e: -STRENGTHS.index(e.strength)))


@given(worlds())
def test_judging_twice_is_judging_once(snapshot: Snapshot) -> None:
    once = judge(snapshot, {})
    assert judge(snapshot, {}) == once
    assert len({(f.rule, f.subject) for f in once}) == len(once)


@given(worlds())
def test_nothing_is_found_where_an_end_is_not_known_to_be_open(snapshot: Snapshot) -> None:
    """Or done, where a rule is about dependencies with one end that is."""
    for finding in judge(snapshot, {}):
        if finding.subject.kind != "scope":
            members = [snapshot.issues[uid] for uid in finding.subject.members]
            known = ("open", "started", *(("done",) if finding.rule in OF_ENDED else ()))
            sure = [m.progress in known and m.end in ("read", "stub") for m in members]
            assert any(sure) if finding.rule in OF_ONE_END else all(sure)
            assert any(m.progress != "done" for m in members)
            assert all(snapshot.issues[place.uid].end == "read" for place in finding.places)


@given(worlds(), st.data())
def test_knowing_less_accuses_nobody(snapshot: Snapshot, data: st.DataObject) -> None:
    before = levels(snapshot)
    if not snapshot.dependencies:
        return
    at = data.draw(st.integers(0, len(snapshot.dependencies) - 1))
    edges = list(snapshot.dependencies)
    edges[at] = _forgotten(edges[at], data.draw(st.sampled_from(("needed", "promised", "strength", "coverage"))))
    after = levels(replace(snapshot, dependencies=tuple(edges)))
    assert all(before.get(found, 0) >= level for found, level in after.items())


def _forgotten(edge: Dependency, what: str) -> Dependency:
    if what == "needed":
        return replace(edge, needed=None, needed_explicit=False)
    if what == "promised":
        return replace(edge, promised=None)
    if what == "coverage":
        return replace(edge, coverage=Coverage(covered=None))
    return replace(edge, evidence=tuple(replace(e, strength="stated") for e in edge.evidence))


@given(worlds(), st.sampled_from(KEYS), st.sampled_from(("progress", "complete", "end")))
def test_an_end_that_becomes_unknown_accuses_nobody_and_clears_nothing(snapshot: Snapshot, key: str, how: str) -> None:
    uid = str(issue(key).uid)
    if uid not in snapshot.issues or snapshot.issues[uid].over:
        return
    before = {(f.rule, f.subject): f for f in judge(snapshot, {})}
    dark = _darkened(snapshot, uid, how)
    after = judge(dark, {})
    for finding in after:
        if finding.rule == "late-chain":
            assert finding.level <= before[finding.rule, finding.subject].level
        elif finding.rule != "cycle":
            assert finding == before[finding.rule, finding.subject]
    stand = {(f.rule, f.subject) for f in after}
    for finding in before.values():
        rests_on = {uid for wait in finding.rests_on for uid in wait}
        if uid in rests_on.union(finding.subject.members) and (finding.rule, finding.subject) not in stand:
            assert undecided(dark, finding)


def _darkened(snapshot: Snapshot, uid: str, how: str) -> Snapshot:
    old = snapshot.issues[uid]
    new = {
        "progress": replace(old, progress="unknown"),
        "complete": replace(old, complete=False, end="read"),
        "end": replace(old, progress="unknown", end="unreadable"),
    }[how]

    def seen(edge: Dependency) -> Dependency:
        if uid not in edge.key or edge.state in ("moot", "delivered", "dropped"):
            return edge
        consumer = new if edge.consumer.uid == uid else edge.consumer
        provider = new if edge.provider.uid == uid else edge.provider
        return replace(edge, consumer=consumer, provider=provider, state="unknown")

    edges = tuple(seen(edge) for edge in snapshot.dependencies)
    return replace(snapshot, issues={**snapshot.issues, uid: new}, dependencies=edges)


@given(worlds(), st.integers(1, 30))
def test_as_days_go_by_overdue_never_eases(snapshot: Snapshot, later: int) -> None:
    then = levels(replace(snapshot, now=snapshot.now + timedelta(days=later)), ("overdue",))
    assert all(then[found] >= level for found, level in levels(snapshot, ("overdue",)).items())


@given(worlds(), st.integers(1, 30))
def test_the_same_facts_at_the_same_level_read_the_same(snapshot: Snapshot, later: int) -> None:
    edges = tuple(replace(d, needed=None, needed_explicit=False) for d in snapshot.dependencies)
    now = replace(snapshot, dependencies=edges)
    then = {(f.rule, f.subject, f.level): f for f in judge(replace(now, now=now.now + timedelta(days=later)), {})}
    for finding in judge(now, {}):
        assert then.get((finding.rule, finding.subject, finding.level), finding) == finding


@given(worlds(), st.integers(0, 400))
def test_only_some_rules_look_at_the_day(snapshot: Snapshot, later: int) -> None:
    then = replace(snapshot, now=snapshot.now + timedelta(days=later))
    timeless = [f for f in judge(snapshot, {}) if f.rule not in OF_THE_DAY]
    assert [f for f in judge(then, {}) if f.rule not in OF_THE_DAY] == timeless


nodes = st.integers(0, 6)
some_days = st.sampled_from(("", "2026-12-01 due", "2026-12-03 due"))


@given(st.sets(st.tuples(nodes, nodes), max_size=16), st.data())
def test_circles_are_those_that_every_loop_shows(pairs: set[tuple[int, int]], data: st.DataObject) -> None:
    ends = [issue(f"PAY-{n}", "payments") for n in range(7)]
    edges = [
        _edge_of(ends[a], ends[b], data.draw(st.booleans()), *data.draw(st.tuples(some_days, some_days)))
        for a, b in sorted(pairs)
    ]
    findings = judge(world(*edges, now=moment("2026-11-01")), {})
    loops = _loops(pairs)
    assert [set(f.subject.members) for f in findings if f.rule == "cycle"] == _knots(loops)
    for finding in (f for f in findings if f.rule == "cycle"):
        _check_cut(finding, edges, loops)


def _edge_of(consumer: Issue, provider: Issue, declared: bool, promised: str, needed: str) -> Dependency:
    proof = link(consumer) if declared else text(consumer, "needs it")
    return depends(consumer, provider, proof, promised=promised, needed=needed)


def _loops(pairs: set[tuple[int, int]]) -> list[list[str]]:
    graph: rustworkx.PyDiGraph[int, None] = rustworkx.PyDiGraph()
    graph.add_nodes_from(list(range(7)))
    graph.add_edges_from_no_data(sorted(pair for pair in pairs if pair[0] != pair[1]))
    return [[f"jira:PAY-{n}" for n in loop] for loop in rustworkx.simple_cycles(graph)]


def _knots(loops: list[list[str]]) -> list[set[str]]:
    """Loops that share an issue, joined."""
    knots: list[set[str]] = []
    for loop in loops:
        touching = [knot for knot in knots if knot & set(loop)]
        knots = [knot for knot in knots if knot not in touching] + [set(loop).union(*touching)]
    return sorted(knots, key=sorted)


def _check_cut(finding: Finding, edges: list[Dependency], loops: list[list[str]]) -> None:
    """It is noted at an edge of a loop, and none of the knot's loops has a cheaper one."""
    in_loops = {
        (loop[at], loop[(at + 1) % len(loop)])
        for loop in loops
        for at in range(len(loop))
        if set(loop) <= set(finding.subject.members)
    }
    by_cost = sorted(
        (
            STRENGTHS.index(d.strength),
            d.promised is not None,
            date.max - (d.needed.day if d.needed else date.max),
            d.key,
        )
        for d in edges
        if d.key in in_loops
    )
    assert (finding.consumer, finding.provider) == by_cost[0][3]


@given(days, days, st.lists(calendars, max_size=3))
def test_working_days_are_those_one_would_count(start: date, end: date, shared: list[Calendar]) -> None:
    first, last = min(start, end), max(start, end)
    walked = [first + timedelta(days=n) for n in range(1, (last - first).days + 1)]
    counted = sum(all(calendar.works(day) for calendar in shared) for day in walked)
    assert working_days(start, end, shared) == (counted if end >= start else -counted)


def test_a_placeholder_far_away_costs_nothing() -> None:
    edges = [
        depends(issue(f"PAY-{n}", "payments"), issue("PLAT-1", "platform"), needed="0001-01-01 text", promised=never)
        for n, never in enumerate(["9999-12-31 due", "9999-12-31 milestone Never +1"] * 500)
    ]
    found = levels(world(*edges, now=moment("2026-12-02")))
    assert {rule for rule, _ in found} == {"overdue", "order-conflict"}
    assert len(found) == 2000
