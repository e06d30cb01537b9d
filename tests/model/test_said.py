"""What people's words make of a dependency: dates, agreements, acknowledgements; and the laws that hold for them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.facts import Facts, IssueFact, Retraction
from model.interpret import interpret
from model.plans import Person
from model.policy import Agreements, Policy
from model.snapshot import Dependency, Snapshot
from model.statements import Statement
from tests.model.build import MIRA, NOW, blocked_by, blocks, fact, facts, policy, says

PAY, PLAT = "jira:PAY-1", "jira:PLAT-1"
EDGE = (PAY, PLAT)
LINK = "L-1-PAY-1+PLAT-1"
WITH_AGREEMENTS = policy(agreements=Agreements(labels=("agreed",)))


def words(verb: Any, number: int = 0, **fields: Any) -> Statement:
    fields.setdefault("role", "provider" if verb in ("promise", "ack") else "consumer")
    fields.setdefault("uid", PLAT if fields["role"] == "provider" else PAY)
    fields.setdefault("id", f"jira:{number}:0")
    fields.setdefault("at", NOW - timedelta(days=20) + timedelta(hours=number))
    fields.setdefault("edge", EDGE)
    return Statement(verb=verb, person=Person(id="u"), **fields)


def world(*statements: Statement, **fields: Any) -> Facts:
    provider = fields.pop("provider", None) or fact("PLAT-1", links=(blocks("PAY-1", by="PLAT-1"),))
    consumer = fields.pop("consumer", None) or fact("PAY-1", links=(blocked_by("PLAT-1", on="PAY-1"),))
    return facts(consumer, provider, statements=statements, **fields)


def seen(*statements: Statement, under: Policy = WITH_AGREEMENTS, **fields: Any) -> Snapshot:
    return interpret(world(*statements, **fields), under, NOW)


def edge(*statements: Statement, **fields: Any) -> Dependency:
    (found,) = seen(*statements, **fields).dependencies
    return found


def day(number: int) -> date:
    return date(2026, 4, number)


def test_a_promise_goes_before_the_dates_of_the_issue() -> None:
    late = fact("PLAT-1", due=day(1), links=(blocks("PAY-1", by="PLAT-1"),))
    found = edge(words("promise", day=day(9)), provider=late)
    assert found.promised is not None
    assert (found.promised.day, found.promised.source, found.state) == (day(9), "command", "committed")
    after = edge(
        words("promise", day=day(9)), provider=late, under=replace(policy(), promised_order=("due", "command"))
    )
    assert after.promised is not None
    assert after.promised.source == "due"
    without = edge(words("promise", day=day(9)), provider=late, under=replace(policy(), promised_order=("sprint",)))
    assert without.promised is None


def test_the_last_promise_counts_and_the_days_between_are_moves() -> None:
    said = [words("promise", n, day=day(n)) for n in (1, 5, 5, 3)]
    found = edge(*said)
    assert found.promised is not None
    assert found.promised.day == day(5)
    assert [(move.before, move.after) for move in found.moves] == [(day(1), day(3)), (day(3), day(5))]
    back = edge(*said, words("promise", 9, off=True))
    assert (back.promised, back.moves, back.state) == (None, (), "requested")


def test_a_need_is_explicit_and_the_last_said_counts_be_it_text_or_command() -> None:
    written = NOW - timedelta(days=20)
    text = fact("PAY-1", mentions=(says("PLAT-1", needed_by=day(2), written=written + timedelta(hours=4)),))
    for number, expected in ((3, (day(2), "text")), (5, (day(9), "command"))):
        found = edge(words("need", number, day=day(9)), consumer=text)
        assert found.needed is not None
        assert found.needed_explicit
        assert (found.needed.day, found.needed.source) == expected


def test_an_agreement_covers_it_also_where_nothing_is_configured() -> None:
    assert edge().coverage.covered is False
    for under in (WITH_AGREEMENTS, policy()):
        assert edge(words("agree", words="ADR-7"), under=under).coverage.covered
    assert edge(words("agree", words="ADR-7")).coverage.by == "agreement ADR-7"
    assert edge(words("agree", 1, words="ADR-7"), words("agree", 2, off=True)).coverage.covered is False


def test_only_the_providers_side_commits_by_acknowledging() -> None:
    assert edge(words("ack")).state == "committed"
    assert edge(words("ack")).acknowledged is not None
    assert edge(words("ack", role="consumer", uid=PAY)).state == "requested"
    assert edge(words("ack", 1), words("ack", 2, off=True)).state == "requested"
    assert edge(words("snooze", role="provider", uid=PLAT)).state == "requested"


def test_what_is_rejected_is_no_dependency_but_is_remembered() -> None:
    rejected = words("reject", links=(LINK,))
    snapshot = seen(rejected)
    assert snapshot.dependencies == ()
    assert snapshot.rejected == {EDGE: rejected}
    assert seen(rejected, words("reject", 2, off=True)).rejected == {}
    text: dict[str, Any] = {
        "consumer": fact("PAY-1", mentions=(says("PLAT-1", author=MIRA),)),
        "provider": fact("PLAT-1"),
    }
    assert seen(words("reject"), **text).dependencies == ()


def test_a_native_link_that_is_newer_than_the_reject_brings_it_back() -> None:
    assert edge(words("reject", links=())).strength == "declared"
    again = Retraction(one=PLAT, other=PAY, at=NOW - timedelta(days=1), type_id="1")
    rejected = words("reject", links=(LINK,))
    assert edge(rejected, retractions=(again,)).strength == "declared"
    before = replace(again, at=rejected.at - timedelta(days=1))
    assert seen(rejected, retractions=(before,)).dependencies == ()


@pytest.mark.parametrize("verb", ["need", "promise", "reject", "agree", "ack"])
def test_a_refused_or_edited_statement_says_nothing(verb: str) -> None:
    said = words(verb, day=day(9), words="ADR-7", links=(LINK,))
    plain = edge()
    assert edge(replace(said, state="refused")) == plain
    assert edge(said, replace(said, id=f"{said.id}~2", verb="why")) == plain
    assert (
        edge(said, replace(said, id=f"{said.id}~2", verb="why"), replace(said, id=f"{said.id}~10", off=True)) == plain
    )


@pytest.mark.parametrize("verb", ["need", "promise", "ack"])
def test_what_was_said_to_few_is_told_to_few(verb: str) -> None:
    said = words(verb, 7, day=day(9), restricted=True)
    assert edge(said).inputs == edge().inputs | {f"only {said.uid} jira:7:0"}
    assert edge(replace(said, restricted=False)).inputs == edge().inputs


def test_an_agreement_said_to_few_is_told_to_few() -> None:
    assert edge(words("agree", 7, words="ADR-7", restricted=True)).coverage.inputs == {f"only {PAY} jira:7:0"}


def test_an_earlier_promise_said_to_few_is_in_its_moves() -> None:
    found = edge(words("promise", 1, day=day(1), restricted=True), words("promise", 2, day=day(2)))
    assert f"only {PLAT} jira:1:0" in found.inputs


# laws

KEYS = ("PAY-1", "PAY-2", "PLAT-1", "PLAT-2")
PAIRS = (EDGE, (PAY, "jira:PLAT-2"), ("jira:PAY-2", PLAT))


def company() -> list[IssueFact]:
    return [
        fact("PAY-1", links=(blocked_by("PLAT-1", on="PAY-1"),), mentions=(says("PLAT-2", author=MIRA),)),
        fact("PAY-2", due=day(3), links=(blocked_by("PLAT-1", on="PAY-2"),)),
        fact("PLAT-1", due=day(2)),
        fact("PLAT-2"),
    ]


@st.composite
def statements(draw: st.DrawFn) -> list[Statement]:
    def one(number: int) -> Statement:
        pair = draw(st.sampled_from(PAIRS))
        role = draw(st.sampled_from(["consumer", "provider"]))
        return words(
            draw(st.sampled_from(["need", "promise", "reject", "agree", "ack", "snooze", "mute"])),
            draw(st.integers(0, 5)),
            id=f"jira:{draw(st.integers(0, 3))}:{number // 2}~{number + 2}",
            edge=pair,
            role=role,
            uid=pair[role == "provider"],
            off=draw(st.booleans()),
            state=draw(st.sampled_from(["done", "done", "refused"])),
            day=draw(st.sampled_from([day(1), day(5), day(9)])),
            words="ADR-1",
        )

    return [one(number) for number in range(draw(st.integers(0, 7)))]


def judged(said: Sequence[Statement]) -> Snapshot:
    return interpret(facts(*company(), statements=tuple(said)), WITH_AGREEMENTS, NOW)


@settings(max_examples=50)
@given(said=statements(), data=st.data())
def test_order_never_matters(said: list[Statement], data: st.DataObject) -> None:
    assert judged(said) == judged(data.draw(st.permutations(said)))


@settings(max_examples=50)
@given(said=statements(), data=st.data())
def test_taking_one_away_touches_nothing_but_what_it_was_about(said: list[Statement], data: st.DataObject) -> None:
    if said:
        gone = data.draw(st.sampled_from(said))
        left = [one for one in said if one is not gone]
        # What it had replaced by an edit speaks again, too.
        name = gone.id.partition("~")[0]
        about = {one.edge for one in said if one.id.partition("~")[0] == name}
        before, after = judged(said).by_key, judged(left).by_key
        for pair in before.keys() | after.keys():
            assert pair in about or before.get(pair) == after.get(pair)
