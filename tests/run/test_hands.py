"""A person's hand on a note or a label of ours is final, and nothing else is taken for one."""

from collections.abc import Callable

import pytest

from sync.base import Mute
from tests.run.worlds import Installation, is_settled

ENDS = [("PAY-1", "PLAT-1"), ("PLAT-3", "acme/web#1"), ("acme/web#1", "PLAT-3")]
"""One end of a dependency, and the other."""
LABEL_ONLY = '[rules.overdue]\nmode = "label"'


@pytest.fixture
def read_back(acme: Installation) -> Installation:
    """Notes stand, and a later run has seen them stand."""
    acme.run()
    acme.wait(hours=1)
    acme.run()
    acme.wait(hours=1)
    return acme


@pytest.mark.parametrize(("here", "there"), ENDS)
def test_a_deleted_note_stays_deleted(read_back: Installation, here: str, there: str) -> None:
    acme, kept = read_back, read_back.note(there)
    _delete_note(acme, here)
    for _ in range(3):
        assert acme.run().complete
        acme.wait(hours=7)
        assert acme.note(here) == ""
        assert acme.labels(here) == set()
        assert acme.note(there) == kept
    assert [(mute.uid.partition(":")[2], mute.why) for mute in _mutes(acme)] == [(here, "note deleted")]


def test_a_deleted_note_stays_deleted_when_its_case_gets_worse(read_back: Installation) -> None:
    acme = read_back
    _delete_note(acme, "PAY-1")
    acme.run()
    acme.wait(days=30)
    acme.run()
    assert acme.note("PAY-1") == ""
    assert "more than 15 working days" in acme.note("PLAT-1")


def test_a_new_case_on_that_issue_is_told_all_the_same(read_back: Installation) -> None:
    acme = read_back
    _delete_note(acme, "PAY-1")
    acme.run()
    acme.jira("edit", issue="PLAT-2", due="2026-02-27")
    acme.jira("link", type="Blocks", source="PLAT-2", target="PAY-1")
    acme.run()
    assert "Ledger API" in acme.note("PAY-1")
    assert "Ledger export" not in acme.note("PAY-1")


@pytest.mark.parametrize(("here", "there"), ENDS)
def test_a_removed_label_stays_removed(read_back: Installation, here: str, there: str) -> None:
    """It says that this end wants to hear no more of these cases: the note goes quiet too."""
    acme, kept = read_back, read_back.note(there)
    _site(acme, here)("unlabel", issue=here, labels=["crosstie"])
    for _ in range(3):
        assert acme.run().complete
        acme.wait(hours=7)
        assert acme.labels(here) == set()
        assert is_settled(acme.note(here))
        assert (acme.note(there), acme.labels(there)) == (kept, {"crosstie"})
    assert [(mute.uid.partition(":")[2], mute.why) for mute in _mutes(acme)] == [(here, "label removed")]


def test_a_label_that_is_all_that_stands_of_a_note_stays_removed(read_back: Installation) -> None:
    acme = read_back
    acme.configure(more=LABEL_ONLY)
    _seen(acme)
    assert (is_settled(acme.note("PAY-1")), acme.labels("PAY-1")) == (True, {"crosstie"})
    _remove_label(acme, "PAY-1")


def test_a_removed_label_means_the_cases_that_came_while_it_stood_too(acme: Installation) -> None:
    acme.configure(more=LABEL_ONLY)
    _seen(acme)
    acme.jira("edit", issue="PLAT-2", due="2026-02-27")
    acme.jira("link", type="Blocks", source="PLAT-2", target="PAY-1")
    _seen(acme)
    _remove_label(acme, "PAY-1")
    assert len(_mutes(acme)) == 2


def test_a_label_that_the_repository_spells_otherwise_is_ours_all_the_same(acme: Installation) -> None:
    acme.github("label", issue="acme/web#2", labels=["crosstie"])
    acme.configure(label="Crosstie")
    _seen(acme)
    assert acme.labels("acme/web#1") == {"crosstie"}
    _remove_label(acme, "acme/web#1")
    assert [mute.why for mute in _mutes(acme)] == ["label removed"]


def test_a_settled_note_that_is_deleted_leaves_the_label(read_back: Installation) -> None:
    acme = read_back
    acme.configure(more=LABEL_ONLY)
    _seen(acme)
    _delete_note(acme, "PAY-1")
    _seen(acme)
    assert (acme.notes("PAY-1"), acme.labels("PAY-1"), _mutes(acme)) == ([], {"crosstie"}, [])
    _remove_label(acme, "PAY-1")


@pytest.mark.parametrize(("here", "_"), ENDS)
def test_a_note_that_was_never_seen_to_stand_may_come_again(acme: Installation, here: str, _: str) -> None:
    """Its writing may just as well have come to nothing; when there is something new to say it is said."""
    acme.run()
    _delete_note(acme, here)
    acme.run()
    acme.wait(days=30)
    acme.run()
    acme.run()
    assert "more than 15 working days" in acme.note(here)
    assert _mutes(acme) == []


def test_a_note_that_somebody_edited_is_still_ours(read_back: Installation) -> None:
    acme = read_back
    number = acme.note_id("PAY-1")
    acme.jira("edit_comment", comment=number, text="We talked, all good")
    acme.run()
    acme.wait(days=30)
    acme.run()
    assert acme.note_id("PAY-1") == number
    assert "more than 15 working days" in acme.note("PAY-1")
    assert _mutes(acme) == []


def test_other_peoples_comments_are_left_alone(read_back: Installation) -> None:
    """One that quotes our note, marker and all, is theirs."""
    acme = read_back
    copied = acme.note("acme/web#1")
    theirs = str(acme.github("comment", issue="acme/web#1", body=copied)["comment"])
    acme.run()
    _delete_note(acme, "acme/web#1")
    acme.wait(hours=1)
    acme.run()
    acme.run()
    assert [number for number, _, text in acme.comments("acme/web#1") if text == copied] == [theirs]
    assert acme.note("acme/web#1") == ""


def test_an_index_that_lags_is_never_taken_for_a_hand(acme: Installation) -> None:
    """Written, cleared and written again while searches still show what was before."""
    acme.world.sites["jira"].set_options({"index_lag": 30})
    for status, is_told in (("To Do", True), ("Done", False), ("To Do", True)):
        acme.jira("transition", issue="PLAT-1", status=status)
        acme.wait(seconds=31)
        for _ in range(8):
            assert acme.run().complete
            acme.wait(seconds=6)
        for key in ("PAY-1", "PLAT-1"):
            assert is_settled(acme.note(key)) is not is_told
            assert acme.labels(key) == ({"crosstie"} if is_told else set())
    assert _mutes(acme) == []


def test_an_issue_that_cannot_be_read_says_nothing_of_its_note(read_back: Installation) -> None:
    """The whole project is hidden: our notes cannot be seen, and nobody took them away."""
    acme = read_back
    acme.jira("hide_project", project="PLAT")
    acme.wait(hours=7)
    assert not acme.run().complete
    acme.run()
    assert _mutes(acme) == []
    acme.jira("hide_project", project="PLAT", shown=True)
    acme.wait(hours=7)
    assert acme.run().complete
    assert acme.note("PLAT-1").startswith("Waited for by")
    assert _mutes(acme) == []


def _seen(acme: Installation) -> None:
    """What is to be written is, and a later run has seen it stand."""
    for _ in range(2):
        assert acme.run().complete
        acme.wait(hours=1)


def _remove_label(acme: Installation, key: str) -> None:
    """A person does; and no run brings it back."""
    _site(acme, key)("unlabel", issue=key, labels=["crosstie"])
    for _ in range(2):
        assert acme.run().complete
        acme.wait(hours=1)
        assert acme.labels(key) == set()


def _delete_note(acme: Installation, key: str) -> None:
    _site(acme, key)("delete_comment", comment=acme.note_id(key))


def _site(acme: Installation, key: str) -> Callable[..., object]:
    return acme.github if "#" in key else acme.jira


def _mutes(acme: Installation) -> list[Mute]:
    with acme.store() as store:
        return store.mutes()
