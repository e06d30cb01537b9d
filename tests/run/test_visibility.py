"""What is hidden from us and shown again, links taken away on one side, comments edited: nothing is lost by it."""

import pytest

from sync.base import Case
from tests.run.worlds import Installation, is_settled

HOURS = 7
"""Longer than ``refresh.structure``: the next run reads what deltas cannot see."""


@pytest.fixture
def told(acme: Installation) -> Installation:
    acme.run()
    acme.wait(hours=1)
    acme.run()
    return acme


def test_a_hidden_project_clears_nothing_and_comes_back_as_it_was(told: Installation) -> None:
    said, cases = told.standing(), _open(told)
    told.jira("hide_project", project="PLAT")
    for _ in range(3):
        told.wait(hours=HOURS)
        outcome = told.run()
        assert not outcome.complete
        assert "PLAT" in " ".join(outcome.missing)
        assert told.standing() == said
    told.jira("hide_project", project="PLAT", shown=True)
    told.wait(hours=HOURS)
    assert told.run().complete
    assert told.standing() == said
    assert _open(told) == cases


def test_a_restricted_issue_that_is_shown_again_goes_on_with_its_case_and_note(told: Installation) -> None:
    cases, number = _open(told), told.note_id("PAY-1")
    told.jira("restrict", issue="PLAT-1", readers=["Devi"])
    for _ in range(3):
        told.wait(hours=HOURS)
        told.run()
    told.jira("restrict", issue="PLAT-1")
    told.wait(hours=HOURS)
    assert told.run().complete
    told.wait(hours=HOURS)
    assert told.run().complete
    assert _open(told) == cases
    assert told.note_id("PAY-1") == number
    assert not is_settled(told.note("PAY-1"))


def test_a_repository_we_may_no_longer_see_clears_nothing(told: Installation) -> None:
    said, cases = told.standing(), _open(told)
    told.configure(repositories=["acme/web"])
    told.github("grant", repository="acme/web", permission="none")
    for _ in range(3):
        told.wait(hours=HOURS)
        outcome = told.run()
        assert not outcome.complete
        assert told.standing() == said
    told.github("grant", repository="acme/web", permission="write")
    told.wait(hours=HOURS)
    assert told.run().complete
    assert told.standing() == said
    assert _open(told) == cases


@pytest.mark.parametrize("taken_on", ["PAY-1", "PLAT-1"])
def test_a_link_taken_away_on_one_side_is_gone_on_both(told: Installation, taken_on: str) -> None:
    other = "PLAT-1" if taken_on == "PAY-1" else "PAY-1"
    told.jira("unlink", source="PLAT-1", target="PAY-1", link_type="Blocks", by="Mira")
    told.wait(hours=HOURS)
    assert told.run().complete
    assert [is_settled(told.note(key)) for key in (taken_on, other)] == [True, True]


def test_a_dependency_that_is_edited_out_of_a_text_is_gone(told: Installation) -> None:
    told.github("edit", issue="acme/web#1", body="Nothing is needed any more.")
    told.wait(minutes=10)
    assert told.run().complete
    assert is_settled(told.note("PLAT-3"))
    told.github("edit", issue="acme/web#1", body="Depends on: PLAT-3")
    told.wait(minutes=10)
    assert told.run().complete
    assert "acme/web#1" in told.note("PLAT-3")


def test_a_comment_that_is_edited_or_deleted_says_what_it_says_now(told: Installation) -> None:
    made = told.jira("comment", issue="PAY-2", text="We are blocked by PLAT-1.")["comment"]
    told.wait(minutes=10)
    assert told.run().complete
    assert "PLAT-1" in told.note("PAY-2")
    told.jira("edit_comment", issue="PAY-2", comment=made, text="PLAT-1 is not needed after all.")
    told.wait(minutes=10)
    assert told.run().complete
    assert is_settled(told.note("PAY-2"))
    told.jira("edit_comment", issue="PAY-2", comment=made, text="We are blocked by PLAT-1.")
    told.wait(minutes=10)
    told.run()
    assert "PLAT-1" in told.note("PAY-2")
    told.jira("delete_comment", issue="PAY-2", comment=made)
    told.wait(hours=HOURS)
    assert told.run().complete
    assert is_settled(told.note("PAY-2"))


def _open(acme: Installation) -> dict[str, tuple[str, ...]]:
    with acme.store() as store:
        return {case.id: case.subject.members for case in store.cases() if _is_open(case)}


def _is_open(case: Case) -> bool:
    return case.state == "open"
