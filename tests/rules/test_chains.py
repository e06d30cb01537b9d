"""Rules that look further than one dependency, against plain walks over everything."""

import gc
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import networkx  # type: ignore[import-untyped]  # it has no types
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from model.calendar import Calendar
from model.document import plain
from model.snapshot import Dependency, Snapshot
from rules import graph
from rules.base import RuleSettings
from rules.bottleneck import Bottleneck, BottleneckSettings
from rules.chains import Arrival, arrivals
from rules.cycle import Cycle
from rules.engine import load
from rules.examples import depends, issue, moment, world
from rules.graph import Waits, tangled, waits
from rules.late_chain import LateChain, LateChainSettings
from rules.shared_exposure import SharedExposureSettings
from tests.rules.chained import FIRST, NOW, TEAMS, days, found_by, maybe_days, one, pairs


@st.composite
def dags(draw: st.DrawFn) -> list[tuple[str, str]]:
    """(consumer, provider), sorted, in no order that the names tell."""
    names = draw(st.permutations([f"jira:PAY-{n}" for n in range(7)]))
    return sorted((names[a], names[b]) for a, b in draw(pairs) if a < b)


def paths(edges: Sequence[tuple[str, str]], start: str) -> Iterator[tuple[tuple[str, str], ...]]:
    """Every way on from an issue, of one wait or more; there must be no circle."""
    for edge in edges:
        if edge[0] == start:
            yield (edge,)
            yield from ((edge, *rest) for rest in paths(edges, edge[1]))


@given(dags(), st.data())
def test_what_arrives_is_the_latest_day_on_any_way(edges: list[tuple[str, str]], data: st.DataObject) -> None:
    promised = {edge: data.draw(maybe_days) for edge in edges}
    made = Waits(depends(issue(consumer[5:]), issue(provider[5:])) for consumer, provider in edges)
    order = [made.graph[node].uid for component in made.components for node in component]
    providers = {a: [(c, promised[a, c]) for b, c in edges if b == a] for a, _ in edges}
    found = arrivals(order, providers, longest=100)
    for uid in order:
        known = [day for path in paths(edges, uid) if (day := promised[path[-1]]) is not None]
        assert (found[uid].day if uid in found else None) == max(known, default=None)
        if uid in found:
            way = _followed(found, uid)
            assert len(way) == found[uid].steps
            assert set(way) <= set(edges)
            assert promised[way[-1]] == found[uid].day


def _followed(found: Mapping[str, Arrival[str]], uid: str) -> list[tuple[str, str]]:
    way = [(uid, found[uid].through)]
    while way[-1][1] != found[uid].root:
        way.append((way[-1][1], found[way[-1][1]].through))
    return way


@given(dags(), days, st.data())
def test_a_chain_is_at_risk_as_a_walk_over_all_chains_says(
    pairs: list[tuple[str, str]], today: date, data: st.DataObject
) -> None:
    ends = {f"jira:PAY-{n}": issue(f"PAY-{n}", data.draw(st.sampled_from(TEAMS))) for n in range(7)}
    own = {uid: data.draw(maybe_days) for uid in ends}
    edges = []
    for consumer, provider in pairs:
        needed = data.draw(maybe_days)
        edges.append(
            depends(
                *(ends[consumer], ends[provider]),
                needed=f"{needed} text" if needed else "",
                promised=f"{own[provider]} due" if own[provider] else "",
            )
        )
    web = Calendar(weekend=frozenset({4, 5}), holidays=frozenset({FIRST + timedelta(days=8)}))
    snapshot = world(*edges, now=moment(str(today)), calendars={"web": web})
    expected = {}
    for uid in ends:
        gaps = [gap for edge in edges for gap in _gaps(snapshot, edge, uid, edges, own) if gap > 0]
        if gaps:
            expected[(uid,)] = 1 + (max(gaps) > 5) + (max(gaps) > 15)
    assert {at: finding.level for at, finding in found_by(LateChain(), snapshot).items()} == expected


def _gaps(
    snapshot: Snapshot, first: Dependency, uid: str, edges: Sequence[Dependency], own: Mapping[str, date | None]
) -> Iterator[int]:
    """Working days by which what lies behind ``first`` misses its consumer's days, walked one by one."""
    pairs = [edge.key for edge in edges]
    dues = [first.needed.day] if first.needed else []
    if own[uid] and any(provider == uid for _, provider in pairs):
        dues.append(own[uid] or date.max)
    for path in paths(pairs, first.provider.uid) if first.consumer.uid == uid else ():
        promise = own[path[-1][1]]
        for due in dues if promise else ():
            last = max(promise or date.min, snapshot.now.date() if (promise or date.max) < snapshot.now.date() else due)
            walk = (due + timedelta(days=n) for n in range(1, (last - due).days + 1))
            both = snapshot.calendars(first.consumer.team, first.provider.team)
            yield sum(all(calendar.works(day) for calendar in both) for day in walk)


def test_a_day_is_followed_far_but_not_for_ever() -> None:
    row = [f"{n:05}" for n in range(3000)]
    providers = {a: [(b, FIRST if b == row[-1] else None)] for a, b in pairwise(row)}
    found = arrivals(reversed(row), providers, longest=100)
    assert sorted(found) == row[-101:-1]
    assert found[row[-101]].root == row[-1]


@given(pairs)
def test_circles_are_the_components_that_networkx_finds(edges: set[tuple[int, int]]) -> None:
    ends = [issue(f"PAY-{n}", "payments") for n in range(7)]
    snapshot = world(*(depends(ends[a], ends[b]) for a, b in sorted(edges)), now=NOW)
    graph = networkx.DiGraph([(ends[a].uid, ends[b].uid) for a, b in edges])
    knots = {frozenset(found) for found in networkx.strongly_connected_components(graph) if len(found) > 1}
    assert {frozenset(members) for members in found_by(Cycle(), snapshot)} == knots
    assert set(tangled(snapshot)) == set().union(*knots)


@given(pairs, st.lists(st.sampled_from(TEAMS), min_size=7, max_size=7))
def test_a_bottleneck_is_counted_as_a_walk_counts(edges: set[tuple[int, int]], teams: list[str]) -> None:
    ends = [issue(f"PAY-{n}", team) for n, team in enumerate(teams)]
    snapshot = world(*(depends(ends[a], ends[b]) for a, b in sorted(edges)), now=NOW)
    expected = {}
    for n in range(7):
        waiting = _behind(edges, n)
        if n not in waiting and len(waiting) >= 2 and len({teams[w] for w in waiting} - {""}) >= 2:
            expected[(ends[n].uid,)] = 2 if len(waiting) >= 4 else 1
    assert {at: finding.level for at, finding in found_by(Bottleneck(), snapshot).items()} == expected


def _behind(edges: set[tuple[int, int]], provider: int) -> set[int]:
    met: set[int] = set()
    ahead = [provider]
    while ahead:
        here = ahead.pop()
        new = {a for a, b in edges if b == here and a != b} - met
        met |= new
        ahead.extend(new)
    return met


def test_the_graph_is_made_once_and_goes_with_its_snapshot() -> None:
    gc.collect()  # snapshots of other tests go now, or they would go below
    snapshot = world(depends(issue("PAY-1"), issue("PAY-2")), now=NOW)
    assert waits(snapshot, "declared") is waits(snapshot, "declared")
    assert waits(snapshot, "declared") is not waits(snapshot, "stated")
    kept = len(graph._KEPT)
    del snapshot
    gc.collect()
    assert len(graph._KEPT) == kept - 1


@pytest.mark.parametrize(
    ("settings", "values"),
    [
        (LateChainSettings, {"level_2_after": 10, "level_3_after": 4}),
        (SharedExposureSettings, {"least_teams": 4, "level_2_teams": 3}),
        (BottleneckSettings, {"least_issues": 1}),
    ],
)
def test_limits_that_make_no_sense_are_refused(settings: type[RuleSettings], values: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        settings.model_validate(values)


def test_what_only_counts_is_listed_until_an_admin_asks_for_more() -> None:
    calm = [load()[rule].settings() for rule in ("bottleneck", "shared-exposure", "stuck-parent")]
    assert {(settings.mode, settings.severity) for settings in calm} == {("observe", "info")}
    assert (load()["late-chain"].settings().mode, LateChainSettings().severity) == ("comment", "warning")


def test_a_chain_is_as_private_as_its_most_private_link() -> None:
    secret = issue("SEC-4", "security", audience="jira:SEC")
    edges = (
        depends(issue("PAY-1", "payments"), issue("PLAT-7", "platform"), needed="2026-12-01 text"),
        depends(issue("PLAT-7", "platform"), secret),
        depends(secret, issue("acme/web#3", "web"), promised="2026-12-09 due"),
    )
    assert one(LateChain(), world(*edges, now=NOW)).inputs == {"jira:SEC"}


def test_a_long_chain_is_told_by_its_first_steps_and_a_count() -> None:
    row = [issue(f"PAY-{n}", "payments") for n in range(9)]
    edges = [depends(a, b) for a, b in pairwise(row[:-1])]
    edges[0] = depends(row[0], row[1], needed="2026-12-01 text")
    last = depends(row[7], replace(row[8], team="ops"), promised="2026-12-18 due")
    finding = one(LateChain(), world(*edges, last, now=moment("2026-11-02")))
    assert plain(finding.message) == (
        "jira:PAY-0 (payments) needs jira:PAY-1 (payments) by Tue 1 Dec 2026 (as written); jira:PAY-1 waits for"
        " jira:PAY-2, which waits for jira:PAY-3, which waits for jira:PAY-4, which waits, through 3 issues more, for"
        " jira:PAY-8 (ops), which is promised for Fri 18 Dec 2026 (due date)"
    )
    assert "through jira:PAY-1 and 6 issues more" in plain(finding.places[1].line)
