"""What is over is said in one quiet line, in the same comment; what comes back is said there again."""

import pytest

from tests.run.worlds import NOTED, Installation, is_settled


def _finish(acme: Installation, status: str = "Done") -> None:
    """The feed that acme/web#1 waits for."""
    acme.jira("transition", issue="PLAT-3", status=status)
    acme.wait(hours=1)


def test_a_finished_provider_clears_both_ends(acme: Installation) -> None:
    acme.run()
    ids = {key: acme.note_id(key) for key in NOTED}
    _finish(acme)
    outcome = acme.run()
    assert outcome.written.cleared == 2
    for key in ("acme/web#1", "PLAT-3"):
        assert is_settled(acme.note(key))
        assert acme.labels(key) == set()
        assert acme.note_id(key) == ids[key]
    for key in ("PAY-1", "PLAT-1"):
        assert not is_settled(acme.note(key))
        assert acme.labels(key) == {"crosstie"}
    assert acme.folded("acme/web#1")
    assert acme.run().plan.writes == ()


def test_a_reopened_provider_edits_the_same_comment_back(acme: Installation) -> None:
    acme.run()
    ids = {key: acme.note_id(key) for key in NOTED}
    said = acme.standing()
    _finish(acme)
    acme.run()
    _finish(acme, "To Do")
    outcome = acme.run()
    assert acme.standing() == said
    assert {key: acme.note_id(key) for key in NOTED} == ids
    assert not acme.folded("acme/web#1")
    assert (outcome.written.created, outcome.written.edited) == (0, 2)


def test_the_case_goes_on_with_its_history(acme: Installation) -> None:
    (case,) = (c for c in acme.run().cases if "github:acme/web#1" in c.subject.members)
    _finish(acme)
    acme.run()
    _finish(acme, "To Do")
    (again,) = (c for c in acme.run().cases if "github:acme/web#1" in c.subject.members)
    assert (again.id, again.opened) == (case.id, case.opened)
    with acme.store() as store:
        assert [event.kind for _, _, event in store.case_events(case.id)] == ["opened", "cleared", "reopened"]


def test_a_closed_consumer_clears_too(acme: Installation) -> None:
    acme.run()
    acme.github("close", issue="acme/web#1")
    acme.run()
    assert is_settled(acme.note("acme/web#1"))
    assert acme.folded("acme/web#1")
    assert is_settled(acme.note("PLAT-3"))


@pytest.mark.parametrize("full", [False, True])
def test_a_removed_link_clears_when_both_ends_were_read_again(acme: Installation, full: bool) -> None:
    acme.run()
    acme.jira("unlink", source="PLAT-1", target="PAY-1")
    acme.wait(hours=0 if full else 7)
    assert acme.run(full=full).complete
    assert is_settled(acme.note("PAY-1"))
    assert is_settled(acme.note("PLAT-1"))


def test_a_new_date_only_changes_the_line(acme: Installation) -> None:
    acme.run()
    number = acme.note_id("PAY-1")
    acme.jira("edit", issue="PLAT-1", due="2026-02-25")
    outcome = acme.run()
    assert (outcome.written.created, outcome.written.edited, outcome.written.cleared) == (0, 2, 0)
    assert "Wed 25 Feb 2026" in acme.note("PAY-1")
    assert acme.note_id("PAY-1") == number


def test_one_of_two_lines_goes_and_the_other_stays(acme: Installation) -> None:
    acme.jira("link", type="Blocks", source="PLAT-3", target="PAY-1")
    acme.run()
    assert "Ledger export" in acme.note("PAY-1")
    assert "Balance feed" in acme.note("PAY-1")
    _finish(acme)
    acme.run()
    assert "Ledger export" in acme.note("PAY-1")
    assert "Balance feed" not in acme.note("PAY-1")
    assert acme.labels("PAY-1") == {"crosstie"}


def test_a_note_that_was_not_folded_is_folded_by_a_later_run(acme: Installation) -> None:
    """Its text is right already, and yet something is left to do."""
    acme.run()
    _finish(acme)
    acme.fault("drop_before", site="github", path="graphql", body="minimizeComment", count=-1)
    assert not acme.run().complete
    assert is_settled(acme.note("acme/web#1"))
    assert not acme.folded("acme/web#1")
    acme.world.clear_faults()
    assert acme.run().complete
    assert acme.folded("acme/web#1")
    assert acme.run().plan.writes == ()


def test_a_note_that_was_not_opened_again_is_opened_by_a_later_run(acme: Installation) -> None:
    acme.run()
    _finish(acme)
    acme.run()
    _finish(acme, "To Do")
    acme.fault("drop_before", site="github", path="graphql", body="unminimizeComment", count=-1)
    assert not acme.run().complete
    acme.world.clear_faults()
    assert acme.run().complete
    assert not acme.folded("acme/web#1")
    assert acme.run().plan.writes == ()


def test_an_issue_that_is_gone_takes_its_note_along(acme: Installation) -> None:
    """The other end has nothing to wait for any more; two complete readings and a look say so."""
    acme.run()
    acme.jira("delete", issue="PLAT-1")
    for _ in range(2):
        acme.wait(hours=7)
        assert acme.run().complete
    acme.run()
    assert "Ledger export" not in acme.note("PAY-1")
    with acme.store() as store:
        assert "jira:PLAT-1" not in store.notes()
        assert store.unfinished() == []
