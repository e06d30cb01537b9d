"""What people said is kept once, and kept as it was read."""

from dataclasses import replace

import pytest

from model.plans import Person
from model.statements import Statement
from sync.base import Mute
from sync.store import Heard, Store
from tests.sync.stores import NOON, later

ACK = Statement(
    id="jira:7:0", uid="jira:PAY-1", at=NOON, person=Person(id="u"), verb="ack", words="süß \ud83d", said="ack"
)
MUTE = Mute(uid="jira:PAY-1", case="k3f9q", why="muted by command", at=NOON, level=2)
HAND = replace(MUTE, why="note deleted")
BASELINE = replace(MUTE, why="baseline")
END = (MUTE.uid, MUTE.case)


def test_reading_again_is_no_second_statement(store: Store) -> None:
    store.save_statements([ACK], "r1", NOON)
    store.save_statements([replace(ACK, verb="mute"), replace(ACK, id="jira:6:0", at=later(-5))], "r2", later(9))
    first, second = store.heard()
    assert (first.statement.id, first.run, first.at) == ("jira:6:0", "r2", later(9))
    assert (second.statement.verb, second.run, second.at) == ("ack", "r1", NOON)
    assert store.facts().statements == store.statements() == (first.statement, second.statement)


def test_what_came_of_it_is_kept_with_it(store: Store) -> None:
    waiting = replace(ACK, verb="declare", state="waiting", words="")
    store.save_statements([waiting], "r1", NOON)
    store.settle_statement(waiting.id, "done", "The link is made.")
    store.settle_statement("jira:8:0", "done", "")
    done = replace(waiting, state="done", answer="The link is made.")
    assert store.heard() == (Heard(run="r1", at=NOON, statement=done),)


def test_mutes_by_command_are_as_they_were_said_last(store: Store) -> None:
    other = replace(MUTE, uid="jira:PLAT-1")
    store.keep_muted([MUTE, other], {})
    assert store.mutes() == [MUTE, other]
    store.keep_muted([other], {END: later(1)})
    assert store.mutes() == [other]
    store.keep_muted([], {})
    assert store.mutes() == []


@pytest.mark.parametrize("before", [HAND, BASELINE])
def test_taking_it_back_counts_for_what_was_muted_before(store: Store, before: Mute) -> None:
    store.save_mutes([before])
    store.keep_muted([], {END: later(-1)})
    assert store.mutes() == [before]
    store.keep_muted([], {END: later(1)})
    assert store.mutes() == []


def test_a_hand_stays_and_a_baseline_gives_way_to_a_command(store: Store) -> None:
    store.save_mutes([HAND])
    store.keep_muted([MUTE], {})
    assert store.mutes() == [HAND]
    store.keep_muted([], {END: later(1)})
    store.save_mutes([BASELINE])
    store.keep_muted([MUTE], {})
    assert store.mutes() == [MUTE]
