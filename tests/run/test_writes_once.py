"""A run says what is wrong; the next one on unchanged trackers writes nothing and asks almost nothing."""

import pytest

from tests.run.worlds import NOTED, Installation

ALMOST_NOTHING = 5
"""Requests per tracker that an unchanged run may make."""
JIRA_DELTA = ["GET /rest/api/3/myself", "POST /rest/api/3/search/jql"]
"""Whose site it is, who we are, and what changed since the cursor."""
GITHUB_DELTA = ["query { viewer", "query($o0: Str"]
"""Who we are and what the server can do; and what changed in the repositories since their cursors."""


def test_first_run_writes_one_note_per_issue(acme: Installation) -> None:
    outcome = acme.run()
    assert outcome.complete
    assert outcome.written.created == len(NOTED)
    assert outcome.written.failed == 0
    standing = acme.standing()
    assert sorted(standing) == sorted(NOTED)
    assert all(len(notes) == 1 and labels == ("crosstie",) for notes, labels in standing.values())


def test_each_end_is_told_its_part(acme: Installation) -> None:
    acme.run()
    assert acme.note("PAY-1").startswith("Waiting for\n\nPLAT-1 “Ledger export” (platform)")
    assert acme.note("PLAT-1").startswith("Waited for by\n\nPAY-1 “Pay by invoice” (payments)")
    assert "Fri 20 Feb 2026" in acme.note("PAY-1")
    assert "**Waiting for**" in acme.note("acme/web#1")
    assert "/browse/PLAT-3)** “Balance feed” (platform)" in acme.note("acme/web#1")
    assert "acme/web#1 “Show the balance” (payments)" in acme.note("PLAT-3")


def test_a_case_has_one_id_on_both_ends(acme: Installation) -> None:
    for case in acme.run().cases:
        ends = [acme.note(uid.partition(":")[2]) for uid in (case.finding.consumer, case.finding.provider)]
        assert all(case.id in text for text in ends), case.id


def test_an_issue_at_both_ends_has_one_note_in_two_parts(acme: Installation) -> None:
    acme.jira("create", project="PLAT", title="Number ranges", fields={"duedate": "2026-02-23"})
    acme.jira("link", type="Blocks", source="PLAT-4", target="PAY-1")
    acme.jira("edit", issue="PAY-1", due="2026-02-25")
    acme.jira("link", type="Blocks", source="PAY-1", target="PLAT-2")
    acme.run()
    note = acme.note("PAY-1")
    waiting, waited = note.index("Waiting for"), note.index("Waited for by")
    assert waiting < note.index("PLAT-1") < waited < note.index("PLAT-2")
    assert waiting < note.index("PLAT-4") < waited


def test_the_second_run_writes_nothing_and_asks_almost_nothing(acme: Installation) -> None:
    acme.run()
    before = acme.standing()
    outcome = acme.run()
    assert (outcome.plan.writes, outcome.plan.unchanged) == ((), len(NOTED))
    assert acme.standing() == before
    _assert_asks_almost_nothing(acme)


@pytest.mark.parametrize("hours", [0.02, 5])
def test_nor_does_a_third_one_later(acme: Installation, hours: float) -> None:
    acme.run()
    acme.run()
    acme.wait(hours=hours)
    outcome = acme.run()
    assert outcome.plan.writes == ()
    assert all(counts.changed == 0 for counts in outcome.trackers.values())
    _assert_asks_almost_nothing(acme)


def test_a_new_day_alone_is_no_news(acme: Installation) -> None:
    """The note names the day it speaks of; that day passing is no reason to write."""
    acme.run()
    before = acme.standing()
    acme.wait(days=1)
    outcome = acme.run()
    assert outcome.complete
    assert outcome.plan.writes == ()
    assert acme.standing() == before


def test_the_echo_of_our_own_writes_changes_no_finding(acme: Installation) -> None:
    """Our comments and labels move ``updated``, so the next delta brings those issues back."""
    first = acme.run()
    second = acme.run()
    assert second.trackers["jira"].issues >= 3
    assert second.trackers["github"].issues >= 1
    assert second.events == ()
    assert second.judged.findings == first.judged.findings
    assert {case.notified for case in second.cases} == {1, 2}


def test_reading_all_again_writes_nothing_either(acme: Installation) -> None:
    acme.run()
    acme.wait(hours=7)
    for outcome in (acme.run(), acme.run(full=True)):
        assert outcome.complete
        assert outcome.plan.writes == ()
        assert outcome.events == ()


def _assert_asks_almost_nothing(acme: Installation) -> None:
    assert acme.asked("jira") == JIRA_DELTA
    assert [entry.note[1:15] for entry in acme.requests("github")] == GITHUB_DELTA
    assert max(len(JIRA_DELTA), len(GITHUB_DELTA)) <= ALMOST_NOTHING
