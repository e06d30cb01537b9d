"""Findings that rest on several dependencies: what is not known any more neither accuses nor clears."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.document import plain
from model.snapshot import Dependency, Issue, Missing, Snapshot
from rules.base import AnyRule
from rules.bottleneck import Bottleneck
from rules.cycle import Cycle
from rules.engine import load, run, undecided
from rules.examples import depends, issue, link, moment, text, world
from rules.late_chain import LateChain
from rules.shared_exposure import SharedExposure
from rules.stuck_parent import StuckParent
from tests.rules.chained import NOW, SMALL, TEAMS, days, found_by, maybe_days, nodes, one, pairs

CHAINED = ("bottleneck", "cycle", "late-chain", "shared-exposure", "stuck-parent")


@st.composite
def families(draw: st.DrawFn) -> Snapshot:
    """Issues of several teams with days, some of them parents of others, circles allowed."""
    keys = [f"PAY-{n}" for n in range(7)]
    ends = []
    for n, key in enumerate(keys):
        above = draw(st.one_of(st.just(""), st.sampled_from(keys[: n or 1])))
        due = draw(maybe_days)
        ends.append(
            issue(
                key,
                draw(st.sampled_from(TEAMS)),
                draw(st.sampled_from(("open", "open", "started", "done"))),
                parent=above if above != key else "",
                due=str(due or ""),
                party=draw(st.sampled_from(("", "", "", "CloudMail"))),
            )
        )
    edges = []
    for a, b in sorted(draw(pairs)):
        proof = text(ends[a], "needs it") if draw(st.integers(0, 9)) == 9 else link(ends[a])
        needed, promise = draw(maybe_days), ends[b].due
        promised = f"{promise} due" if promise else ""
        edges.append(depends(ends[a], ends[b], proof, needed=f"{needed} text" if needed else "", promised=promised))
    return world(*edges, now=moment(str(draw(days))), issues=ends)


@given(families(), nodes, st.sampled_from(("progress", "complete", "end")))
def test_an_issue_that_becomes_unknown_accuses_nobody_and_clears_nothing(
    snapshot: Snapshot, number: int, how: str
) -> None:
    uid = f"jira:PAY-{number}"
    if snapshot.issues[uid].over:
        return
    dark = _darkened(snapshot, uid, how)
    for rule_id in CHAINED:
        before, after = found_by(load()[rule_id], snapshot), found_by(load()[rule_id], dark)
        for members, finding in after.items():
            if rule_id != "cycle":
                assert members in before
                assert finding.level <= before[members].level
        for members, finding in before.items():
            if members not in after:
                assert undecided(dark, finding), (rule_id, members)


def _darkened(snapshot: Snapshot, uid: str, how: str) -> Snapshot:
    old = snapshot.issues[uid]
    new = {
        "progress": replace(old, progress="unknown"),
        "complete": replace(old, complete=False),
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


@given(families(), st.integers(0, 20))
def test_forgetting_a_date_or_a_link_accuses_nobody(snapshot: Snapshot, number: int) -> None:
    edges = list(snapshot.dependencies)
    if not edges:
        return
    edge = edges[number % len(edges)]
    stated = tuple(replace(e, strength="stated") for e in edge.evidence)
    for less in (replace(edge, needed=None), replace(edge, promised=None), replace(edge, evidence=stated)):
        edges[number % len(edges)] = less
        fewer = replace(snapshot, dependencies=tuple(edges))
        for rule_id in CHAINED:
            before, after = found_by(load()[rule_id], snapshot), found_by(load()[rule_id], fewer)
            assert all(at in before and finding.level <= before[at].level for at, finding in after.items())


@given(families(), st.integers(1, 30))
def test_as_days_go_by_a_late_chain_never_eases(snapshot: Snapshot, later: int) -> None:
    then = found_by(LateChain(), replace(snapshot, now=snapshot.now + timedelta(days=later)))
    for at, finding in found_by(LateChain(), snapshot).items():
        assert then[at].level >= finding.level


class TestUnsure:
    """A finding that rested on several dependencies is gone. Is that good news?"""

    PAY, PLAT, WEB = issue("PAY-1", "payments"), issue("PLAT-7", "platform"), issue("acme/web#3", "web")

    def chain(self, plat: Issue = PLAT, web: Issue = WEB) -> Snapshot:
        edges = (depends(self.PAY, plat, needed="2026-12-01 text"), depends(plat, web, promised="2026-12-09 due"))
        return world(*edges, now=moment("2026-11-02"))

    def test_a_chain_with_a_link_in_the_dark_is_not_cleared(self) -> None:
        finding = one(LateChain(), self.chain())
        assert finding.rests_on == (("jira:PAY-1", "jira:PLAT-7"), ("jira:PLAT-7", "github:acme/web#3"))
        dark = issue("acme/web#3", "web", "unknown", end="unreadable")
        assert undecided(self.chain(web=dark), finding) == "github:acme/web#3 could not be read in full"

    def test_a_chain_with_a_link_certainly_gone_is_cleared_whatever_else_is_dark(self) -> None:
        finding = one(LateChain(), self.chain())
        done, dark = issue("PLAT-7", "platform", "done"), issue("acme/web#3", "web", "unknown", end="unreadable")
        assert undecided(self.chain(done, dark), finding) == ""

    def test_a_chain_whose_link_was_removed_is_cleared(self) -> None:
        finding = one(LateChain(), self.chain())
        cut = replace(self.chain(), dependencies=self.chain().dependencies[:1])
        assert undecided(cut, finding) == ""

    def test_a_chain_through_a_project_that_is_down_is_not_cleared(self) -> None:
        finding = one(LateChain(), self.chain())
        cut = replace(self.chain(), dependencies=(), missing=(Missing(tracker="jira", scope="PLAT", reason="503"),))
        cut = replace(cut, issues={self.PAY.uid: self.PAY, self.WEB.uid: self.WEB})
        assert undecided(cut, finding) == "jira:PLAT could not be read in full: 503, so jira:PLAT-7 is not known"

    def test_days_that_moved_clear_a_chain(self) -> None:
        moved = (depends(self.PAY, self.PLAT, needed="2026-12-20 text"), depends(self.PLAT, self.WEB))
        assert undecided(world(*moved, now=NOW), one(LateChain(), self.chain())) == ""

    def crowd(self, last: Issue) -> Snapshot:
        first = issue("acme/web#4", "web")
        return world(*(depends(waiting, self.PLAT) for waiting in (self.PAY, first, last)), now=NOW)

    @pytest.mark.parametrize("rule", [Bottleneck(), SharedExposure()])
    def test_a_crowd_is_cleared_when_too_few_can_be_left(self, rule: AnyRule) -> None:
        settings = rule.settings.model_validate({**SMALL[rule.id], "least_teams": 3})
        if rule.id == "bottleneck":
            settings = settings.model_copy(update={"least_issues": 3})
        (finding,) = run(rule, self.crowd(issue("OPS-4", "ops")), settings)
        dark = self.crowd(issue("OPS-4", "ops", "unknown", end="unreadable"))
        assert undecided(dark, finding) == "jira:OPS-4 could not be read in full"
        done = replace(dark, issues={**dark.issues, self.PAY.uid: replace(self.PAY, progress="done")})
        assert undecided(done, finding) == ""
        assert undecided(self.crowd(issue("OPS-4", "ops", "done")), finding) == ""

    def test_a_party_is_no_issue_and_is_judged_by_what_waits_for_it(self) -> None:
        vendor = issue("VEN-1", party="CloudMail")
        found = found_by(SharedExposure(), world(depends(self.PAY, vendor), depends(self.WEB, vendor), now=NOW))
        finding = found["CloudMail",]
        assert finding.places == ()
        assert finding.subject.kind == "party"
        dark = issue("acme/web#3", "web", "unknown", end="unreadable")
        assert undecided(world(depends(self.PAY, vendor), depends(dark, vendor), now=NOW), finding)
        assert undecided(world(depends(self.PAY, vendor), now=NOW, issues=[self.WEB]), finding) == ""

    def parent(self, child: Issue, *more: Issue, missing: Sequence[Missing] = ()) -> Snapshot:
        epic = issue("PAY-10", "payments")
        return world(depends(child, self.PLAT), now=NOW, issues=(epic, *more), missing=missing)

    def test_a_parent_is_not_cleared_while_a_child_is_in_the_dark(self) -> None:
        finding = one(StuckParent(), self.parent(issue("PAY-11", "payments", parent="PAY-10")))
        dark = issue("PAY-11", "payments", "unknown", end="unreadable", parent="PAY-10")
        assert undecided(self.parent(dark), finding) == "jira:PAY-11 could not be read in full"
        new = issue("PAY-12", "payments", parent="PAY-10", complete=False)
        assert undecided(self.parent(issue("PAY-11", parent="PAY-10"), new), finding)
        free = issue("PAY-12", "payments", parent="PAY-10")
        assert undecided(self.parent(issue("PAY-11", parent="PAY-10"), free), finding) == ""

    def test_a_parent_is_not_cleared_while_a_project_may_hold_another_child(self) -> None:
        child = issue("PAY-11", "payments", parent="PAY-10")
        finding = one(StuckParent(), self.parent(child))
        down = self.parent(child, missing=[Missing(tracker="jira", scope="OPS", reason="503")])
        assert undecided(down, finding) == "jira:OPS could not be read in full: 503"
        over = replace(down, issues={**down.issues, "jira:PAY-10": issue("PAY-10", "payments", "done")})
        assert undecided(over, finding) == ""

    def ring(self, *ends: Issue) -> Snapshot:
        return world(*(depends(a, b) for a, b in zip(ends, (*ends[1:], ends[0]), strict=True)), now=NOW)

    def test_a_circle_with_one_wait_certainly_gone_is_cleared_whatever_else_is_dark(self) -> None:
        finding = one(Cycle(), self.ring(self.PAY, self.PLAT, self.WEB))
        dark = issue("acme/web#3", "web", "unknown", end="unreadable")
        assert undecided(self.ring(self.PAY, self.PLAT, dark), finding) == "github:acme/web#3 could not be read in full"
        done = issue("PLAT-7", "platform", "done")
        assert undecided(self.ring(self.PAY, done, dark), finding) == ""

    def test_two_tied_circles_are_not_cleared_while_one_of_them_may_stand(self) -> None:
        more = (depends(self.PAY, issue("PAY-2", "payments")), depends(issue("PAY-2", "payments"), self.PAY))
        tied = replace(
            self.ring(self.PAY, self.PLAT), dependencies=(*self.ring(self.PAY, self.PLAT).dependencies, *more)
        )
        finding = one(Cycle(), tied)
        dark, done = issue("PAY-2", "payments", complete=False), issue("PLAT-7", "platform", "done")
        half = (depends(self.PAY, dark), depends(dark, self.PAY), depends(self.PAY, done), depends(done, self.PAY))
        assert undecided(world(*half, now=NOW), finding) == "jira:PAY-2 could not be read in full"


def test_who_may_not_read_all_of_a_circle_is_told_his_part_and_how_many_there_are() -> None:
    people, law = issue("HR-2", "people", audience="jira:HR"), issue("LAW-9", "legal", audience="jira:LAW")
    more = [issue("HR-3", "people", audience="jira:HR"), issue("PLAT-7", "platform")]
    ring = [people, law, *more]
    edges = [depends(a, b, promised="2026-12-09 due" if b is not law else "") for a, b in pairwise([*ring, people])]
    finding = one(Cycle(), world(*edges, now=NOW))
    assert [(plain(place.veiled), plain(place.veiled_step)) for place in finding.places] == [
        (
            "This issue is part of a circle of 4 issues that wait for each other, 1 of them not open to every reader of"
            " this one: jira:PLAT-7 waits for it.",
            "Agree with platform on what can go first.",
        ),
        (
            "This issue is part of a circle of 4 issues that wait for each other, 2 of them not open to every reader of"
            " this one.",
            "Agree with whoever runs crosstie on what can go first.",
        ),
    ]


def test_nothing_is_veiled_in_public_or_where_all_may_read_all() -> None:
    inside = [issue(key, "payments", audience="internal") for key in ("PAY-1", "PAY-2")]
    outside = [issue("PAY-3", "payments"), issue("SEC-4", "security", audience="jira:SEC")]
    for ring in (inside, outside):
        finding = one(Cycle(), world(depends(ring[0], ring[1]), depends(ring[1], ring[0]), now=NOW))
        assert not any(place.veiled or place.veiled_step for place in finding.places if place.uid != "jira:SEC-4")
