"""A lost answer at every one of forty writes, on both trackers: nothing is doubled, nothing lost, nobody told twice."""

from typing import Any

import pytest

from tests.run.crowd import (
    WRITES,
    build_crowd,
    forget_notices,
    give_representatives,
    issues,
    notices,
    writes_to,
)
from tests.run.worlds import Installation, is_settled

LOST = ("drop_after", "drop_before", "truncate")
"""Carried out and not answered; not carried out; and answered with half an answer."""


@pytest.fixture
def crowd(acme: Installation) -> Installation:
    build_crowd(acme)
    return acme


def lose_every_answer(acme: Installation, kind: Any) -> None:
    """The first of each kind of write to each issue."""
    for key in issues(acme):
        for method, path in writes_to(acme, key):
            acme.fault(kind, method=method, path=path)


def struck(acme: Installation) -> int:
    return sum(bool(entry.fault) for entry in acme.requests())


def assert_one_note_each(acme: Installation) -> None:
    acme.world.clear_faults()
    assert {key: len(acme.note_ids(key)) for key in issues(acme)} == dict.fromkeys(issues(acme), 1)
    acme.wait(minutes=1)
    again = acme.run()
    assert (again.plan.writes, again.complete) == ((), True)
    with acme.store() as store:
        assert store.unfinished() == []
        assert {row.id for row in store.notes().values() if row.id} == {acme.note_id(key) for key in issues(acme)}


@pytest.mark.parametrize("kind", LOST)
def test_at_every_first_note_and_label(crowd: Installation, kind: str) -> None:
    lose_every_answer(crowd, kind)
    outcome = crowd.run()
    assert outcome.complete
    assert (outcome.written.created, outcome.written.labels, struck(crowd)) == (20, 20, WRITES)
    assert [one.how for one in notices(crowd)] == ["created"] * 20
    assert all(crowd.labels(key) == {"crosstie"} for key in issues(crowd))
    assert_one_note_each(crowd)


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
@pytest.mark.parametrize("notify", ["edit", "repost"])
def test_at_every_call(crowd: Installation, notify: str, kind: str) -> None:
    """Everything gets worse, and each representative is called once for each issue."""
    crowd.configure(budget_per_team_per_day=1000, max_new_per_run=1000, brake_percent=100, notify=notify)
    give_representatives(crowd)
    crowd.run()
    crowd.run()
    before = {key: crowd.note_id(key) for key in issues(crowd)}
    forget_notices(crowd)
    crowd.wait(days=30)
    lose_every_answer(crowd, kind)
    assert crowd.run().complete
    assert struck(crowd) >= 20
    assert sorted(one.issue for one in notices(crowd)) == sorted(issues(crowd))
    assert all(one.who for one in notices(crowd)), "each calls somebody"
    assert all((crowd.note_id(key) == before[key]) is (notify == "edit") for key in issues(crowd))
    assert_one_note_each(crowd)
    assert len(notices(crowd)) == 20


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_at_every_settling(crowd: Installation, kind: str) -> None:
    """Edits, foldings and labels that go: none of them tells anybody."""
    crowd.run()
    forget_notices(crowd)
    for key in issues(crowd):
        if key.startswith("PLAT"):
            crowd.jira("transition", issue=key, status="Done")
    lose_every_answer(crowd, kind)
    crowd.fault(kind, site="github", path="/graphql$", body="minimizeComment")
    assert crowd.run().complete
    assert notices(crowd) == []
    assert all(is_settled(crowd.note(key)) and not crowd.labels(key) for key in issues(crowd))
    assert all(crowd.folded(key) for key in issues(crowd) if "#" in key)
    assert_one_note_each(crowd)
