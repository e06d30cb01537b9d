"""Whatever a tracker does to a request, a run ends with one note per issue, or says what it could not do."""

import re
from typing import Any

import pytest

from sync.outcome import Outcome
from tests.run.worlds import NOTED, Installation, is_settled

COMMENT = {"jira": r"/comment$", "github": r"/comments$"}
"""Paths under which a comment is made."""
LABEL = {"jira": r"/issue/\d+$", "github": r"/labels$"}
TRACKERS = ("jira", "github")
ON = {"jira": tuple(key for key in NOTED if "#" not in key), "github": ("acme/web#1",)}


@pytest.mark.parametrize("site", TRACKERS)
@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "html", "truncate"])
def test_a_lost_answer_to_a_new_comment(acme: Installation, site: str, kind: str) -> None:
    """Whether or not it was carried out is looked up, in the same run."""
    acme.fault(kind, site=site, method="POST", path=COMMENT[site])
    outcome = acme.run()
    assert outcome.complete
    assert outcome.written.created == len(NOTED)
    assert len(_posted(acme, site)) == len(ON[site]) + (kind == "drop_before")
    _assert_all_is_well(acme)


@pytest.mark.parametrize("site", TRACKERS)
@pytest.mark.parametrize(
    ("fault", "waits"),
    [
        ({"status": 500}, 0.0),
        ({"status": 503, "headers": {"Retry-After": "7"}}, 7.0),
        ({"status": 429, "headers": {"Retry-After": "9"}}, 9.0),
    ],
    ids=["500", "503 and wait", "429 and wait"],
)
def test_a_new_comment_that_is_turned_away_once(
    acme: Installation, site: str, fault: dict[str, Any], waits: float
) -> None:
    acme.fault("status", site=site, method="POST", path=COMMENT[site], **fault)
    outcome = acme.run()
    assert outcome.complete
    _assert_all_is_well(acme)
    assert max(acme.slept, default=0.0) >= waits


@pytest.mark.parametrize("site", TRACKERS)
@pytest.mark.parametrize("kind", ["drop_after", "status"])
def test_comments_that_never_come_to_an_end(acme: Installation, site: str, kind: str) -> None:
    """One that was carried out is found though its answer never comes; what never is, the next run does."""
    acme.fault(kind, site=site, method="POST", path=COMMENT[site], status=500, count=-1)
    outcome = acme.run()
    assert outcome.complete is (kind == "drop_after")
    assert outcome.written.failed == (0 if outcome.complete else len(ON[site]))
    acme.world.clear_faults()
    assert acme.run().complete
    _assert_all_is_well(acme)


@pytest.mark.parametrize("site", TRACKERS)
@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "status"])
def test_labels_whose_answer_is_lost_are_looked_after(acme: Installation, site: str, kind: str) -> None:
    method = "PUT" if site == "jira" else "POST"
    acme.fault(kind, site=site, path=LABEL[site], method=method)
    assert acme.run().complete
    sent = [e for e in acme.requests(site) if e.method == method and re.search(LABEL[site], e.path)]
    assert len(sent) == len(ON[site]) + (kind != "drop_after")
    _assert_all_is_well(acme)


@pytest.mark.parametrize("site", TRACKERS)
@pytest.mark.parametrize("kind", ["drop_before", "html", "truncate", "status"])
def test_any_read_may_fail_once(acme: Installation, site: str, kind: str) -> None:
    """Each request of the pull in its turn."""
    acme.run(dry_run=True)
    for turn in range(len(acme.requests(site))):
        acme.fault(kind, site=site, skip=turn, status=503)
        outcome = acme.run(dry_run=True, full=True)
        assert outcome.complete, (turn, outcome.missing)
        acme.world.clear_faults()
    assert acme.run().complete
    _assert_all_is_well(acme)


def test_slow_trackers_are_waited_for(acme: Installation) -> None:
    acme.fault("latency", seconds=0.05, count=-1)
    assert acme.run().complete
    _assert_all_is_well(acme)


@pytest.mark.parametrize("site", TRACKERS)
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "html"},
        {"kind": "status", "status": 503},
        {"kind": "status", "status": 401},
        {"kind": "status", "status": 429, "headers": {"Retry-After": "3600"}},
    ],
    ids=lambda fault: f"{fault['kind']} {fault.get('status', '')}".strip(),
)
def test_a_tracker_that_fails_for_good_leaves_the_other_whole(
    acme: Installation, site: str, fault: dict[str, Any]
) -> None:
    acme.run()
    before = acme.standing()
    acme.world.sites[site].act(*_finish_elsewhere(site))
    acme.fault(site=site, count=-1, **fault)
    acme.wait(hours=7)
    outcome = acme.run()
    _assert_only_that_one_is_missing(outcome, site)
    for key in ON[site]:
        assert acme.standing()[key] == before[key]
    acme.world.clear_faults()
    acme.wait(hours=1)
    assert acme.run().complete


def _finish_elsewhere(site: str) -> tuple[str, dict[str, Any]]:
    """An edit on this tracker while it cannot be read: of no consequence until it can."""
    if site == "jira":
        return "edit", {"issue": "PAY-2", "title": "Refund in several parts", "by": "Mira"}
    return "edit", {"issue": "acme/web#2", "title": "Round all corners", "by": "mira"}


def test_jira_down_clears_and_accuses_nothing(acme: Installation) -> None:
    """The GitHub issue waits for a Jira issue: nobody knows how far that is, and the line stays."""
    first = acme.run()
    before = acme.standing()
    port = _take_down(acme, "jira")
    acme.wait(hours=7)
    outcome = acme.run()
    _assert_only_that_one_is_missing(outcome, "jira")
    assert {case.id for case in outcome.cases if case.rule == "overdue"} == {case.id for case in first.cases}
    assert {case.state for case in outcome.cases if case.rule == "overdue"} == {"unknown"}
    assert acme.standing() == before
    acme.serve_again("jira", port)
    acme.wait(hours=1)
    last = acme.run()
    assert last.complete
    assert {case.state for case in last.cases} == {"open"}
    assert acme.standing() == before


def test_what_happened_while_a_tracker_was_down_is_seen_when_it_is_back(acme: Installation) -> None:
    acme.run()
    port = _take_down(acme, "github")
    acme.jira("transition", issue="PLAT-1", status="Done")
    acme.wait(hours=1)
    outcome = acme.run()
    _assert_only_that_one_is_missing(outcome, "github")
    assert is_settled(acme.note("PAY-1"))
    assert "Balance feed" in acme.note("acme/web#1")
    acme.github("close", issue="acme/web#1")
    acme.serve_again("github", port)
    acme.wait(hours=1)
    assert acme.run().complete
    assert is_settled(acme.note("acme/web#1"))
    assert is_settled(acme.note("PLAT-3"))


def _take_down(acme: Installation, site: str) -> int:
    (server,) = (server for server in acme.running.servers if server.site.name == site)
    server.stop()
    return server.server_port


def _assert_only_that_one_is_missing(outcome: Outcome, site: str) -> None:
    assert not outcome.complete
    assert {name for name, counts in outcome.trackers.items() if counts.missing} == {site}


def _posted(acme: Installation, site: str) -> list[str]:
    return [e.path for e in acme.requests(site) if e.method == "POST" and e.path.endswith(("/comment", "/comments"))]


def _assert_all_is_well(acme: Installation) -> None:
    standing = acme.standing()
    assert sorted(standing) == sorted(NOTED)
    assert {(len(notes), labels) for notes, labels in standing.values()} == {(1, ("crosstie",))}
    again = acme.run()
    assert (again.complete, again.plan.writes) == (True, ())
    with acme.store() as store:
        assert store.unfinished() == []
