"""The same facts under another policy: nothing is pulled again, and nothing that was pulled is changed."""

import random
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from model.calendar import Calendar
from model.facts import Facts, IssueFact, Link
from model.interpret import interpret
from model.policy import PROMISED_ORDER, Agreements, Forum, LinkMeaning, Meaning, Policy, Team
from model.snapshot import Snapshot
from tests.model.build import NOW, blocked_by, blocks, fact, facts, policy, says, team

K = TypeVar("K")
V = TypeVar("V")
KEYS = ("PAY-1", "PAY-2", "PLAT-1", "PLAT-2", "acme/web#1", "acme/web#2")
JIRA = KEYS[:4]

days = st.one_of(st.none(), st.integers(0, 60).map(lambda n: date(2026, 2, 1) + timedelta(days=n)))
meanings: st.SearchStrategy[Meaning] = st.sampled_from(("provides", "depends", "ignore", "relates", "child", "parent"))


@st.composite
def issues(draw: st.DrawFn, key: str, pairs: set[tuple[str, str]]) -> IssueFact:
    links: list[Link] = [blocks(other, by=key) for one, other in sorted(pairs) if one == key]
    links += [blocked_by(one, on=key) for one, other in sorted(pairs) if other == key]
    mentioned = draw(st.sets(st.sampled_from(KEYS), max_size=2)) - {key}
    return fact(
        key,
        phase=draw(st.sampled_from(("open", "started", "done"))),
        resolution=draw(st.sampled_from(("", "Won't Do", "Done"))),
        due=draw(days),
        target_end=draw(days),
        start=draw(days),
        labels=draw(st.sampled_from(((), ("agreed",)))),
        links=tuple(links),
        mentions=tuple(says(other, belongs=True) for other in sorted(mentioned)),
    )


@st.composite
def known(draw: st.DrawFn) -> Facts:
    pairs = draw(
        st.sets(st.tuples(st.sampled_from(JIRA), st.sampled_from(JIRA)).filter(lambda p: p[0] != p[1]), max_size=5)
    )
    return facts(*(draw(issues(key, pairs)) for key in KEYS))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    owned = draw(st.sampled_from((("jira:PAY", "jira:PLAT"), ("jira:PLAT", "jira:PAY"), ("jira:*", "jira:PAY"))))
    teams: tuple[Team, ...] = (
        team("payments", owned[0], calendar="here"),
        team("platform", owned[1]),
        team("web", "github:acme/web"),
    )
    return policy(
        *teams,
        link_meanings=tuple(
            LinkMeaning(tracker="jira", type="Blocks", outward=m) for m in draw(st.lists(meanings, max_size=1))
        ),
        dropped=draw(st.sampled_from(((), ("Won't Do",), ("Done",)))),
        promised_order=tuple(draw(st.permutations(PROMISED_ORDER))),
        agreements=draw(st.sampled_from((Agreements(), Agreements(labels=("agreed",))))),
        calendars={"here": Calendar(timezone=draw(st.sampled_from(("UTC", "Asia/Tokyo"))))},
        forums=draw(st.sampled_from(({}, {"sos": Forum(name="sos", teams=("payments", "platform"))}))),
    )


def under(meaning: Meaning, other: Policy) -> Policy:
    return replace(other, link_meanings=(LinkMeaning(tracker="jira", type="Blocks", outward=meaning),))


def linked(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {d.key for d in snapshot.dependencies if d.evidence[0].kind == "link"}


@given(known(), policies(), policies())
def test_interpreting_changes_no_fact_and_remembers_no_policy(found: Facts, one: Policy, other: Policy) -> None:
    before, first = deepcopy(found), interpret(found, one, NOW)
    second = interpret(found, other, NOW)
    assert found == before
    assert interpret(found, one, NOW) == first
    assert interpret(before, other, NOW) == second


@given(known(), policies(), st.randoms(use_true_random=False))
def test_the_order_in_which_facts_were_read_never_matters(found: Facts, terms: Policy, dice: random.Random) -> None:
    other = replace(
        found,
        issues=_shuffled(found.issues, dice),
        aliases=_shuffled(found.aliases, dice),
        scopes=tuple(dice.sample(found.scopes, len(found.scopes))),
    )
    assert interpret(other, terms, NOW) == interpret(found, terms, NOW)


def _shuffled(some: Mapping[K, V], dice: random.Random) -> dict[K, V]:
    return dict(dice.sample(sorted(some.items(), key=str), len(some)))


@given(known(), policies())
def test_a_link_type_turned_round_turns_its_edges_round(found: Facts, terms: Policy) -> None:
    there = linked(interpret(found, under("provides", terms), NOW))
    back = linked(interpret(found, under("depends", terms), NOW))
    assert back == {(provider, consumer) for consumer, provider in there}
    assert linked(interpret(found, under("ignore", terms), NOW)) == set()


@given(known(), policies())
def test_what_counts_as_dropped_is_the_policys_business(found: Facts, terms: Policy) -> None:
    strict = interpret(found, replace(terms, dropped=("Won't Do", "Done", "")), NOW)
    lax = interpret(found, replace(terms, dropped=()), NOW)
    for uid, issue in lax.issues.items():
        assert issue.progress != "dropped"
        assert strict.issues[uid].progress == ("dropped" if issue.progress == "done" else issue.progress)
