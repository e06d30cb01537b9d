"""Issues that move, are renamed or go away: their dependencies and notes follow, or are forgotten cleanly."""

import pytest

from sandbox.github.scenario import Writer as GitHubWriter
from sync.base import Case
from tests.run.worlds import LONG_AGO, Installation, github_of, is_settled

EVERYWHERE = ("jira:*", "github:acme/*")


@pytest.fixture
def told(acme: Installation) -> Installation:
    """Notes stand on all ends; another repository is there to move to."""
    write: GitHubWriter = github_of(acme.world).writer()
    write.repository("acme/api", visibility="private", at=LONG_AGO)
    write.person("mira", acme="MEMBER")
    acme.configure(write_to=EVERYWHERE)
    acme.run()
    acme.wait(hours=1)
    acme.run()
    return acme


def test_a_jira_issue_that_moves_to_another_project(told: Installation) -> None:
    case, number = _case_of(told, "jira:PAY-1"), told.note_id("PAY-1")
    assert told.jira("move", issue="PAY-1", project="PLAT")["key"] == "PLAT-4"
    told.wait(hours=1)
    assert told.run().complete
    assert _case_of(told, "jira:PAY-1").id == case.id
    assert told.note_id("PLAT-4") == number
    assert "PLAT-4 “Pay by invoice” (platform)" in told.note("PLAT-1")
    assert case.id in told.note("PLAT-4")
    _assert_settles_down(told)


def test_a_provider_that_moves_keeps_its_own_end(told: Installation) -> None:
    number = told.note_id("PLAT-3")
    told.jira("move", issue="PLAT-3", project="PAY")
    told.wait(hours=7)
    assert told.run().complete
    assert told.note_id("PAY-3") == number
    assert "PAY-3" in told.note("acme/web#1")
    assert told.run().dependencies == 3
    _assert_settles_down(told)


@pytest.mark.parametrize("repositories", ["*", "web"])
def test_a_repository_that_is_renamed(told: Installation, repositories: str) -> None:
    """Whether a pattern finds it by its new name, or the config still has the old one."""
    told.configure(write_to=EVERYWHERE, repositories=[f"acme/{repositories}"])
    told.run()
    case, number = _case_of(told, "github:acme/web#1"), told.note_id("acme/web#1")
    told.github("rename_repository", repository="acme/web", name="site")
    told.wait(hours=7)
    assert told.run().complete
    assert _case_of(told, "github:acme/web#1").id == case.id
    assert told.note_id("acme/site#1") == number
    assert "acme/site#1" in told.note("PLAT-3")
    assert told.run().dependencies == 3
    _assert_settles_down(told)


def test_a_github_issue_that_is_transferred(told: Installation) -> None:
    """It gets another number, and even another node id; our comment comes along, and texts still mean it."""
    told.jira("edit", issue="PAY-2", text="Depends on: acme/web#1")
    number = told.note_id("acme/web#1")
    assert told.github("transfer", issue="acme/web#1", to="acme/api")["issue"] == "acme/api#1"
    for _ in range(3):
        told.wait(hours=7)
        assert told.run().complete
    assert told.note_id("acme/api#1") == number
    assert "acme/api#1" in told.note("PLAT-3")
    assert "acme/web#1" not in told.note("PLAT-3")
    edges = [(e.consumer, e.provider) for e in told.run(full=True).judged.snapshot.dependencies]
    assert sorted((str(c.ref), str(p.ref)) for c, p in edges if "gone" not in (c.end, p.end)) == [
        ("github:acme/api#1", "jira:PLAT-3"),
        ("jira:PAY-1", "jira:PLAT-1"),
        ("jira:PAY-2", "github:acme/api#1"),
        ("jira:PAY-2", "jira:PLAT-2"),
    ]
    _assert_settles_down(told)


@pytest.mark.parametrize(
    ("gone", "other"),
    [("PAY-1", "PLAT-1"), ("PLAT-1", "PAY-1"), ("acme/web#1", "PLAT-3"), ("PLAT-3", "acme/web#1")],
)
def test_an_issue_that_is_deleted(told: Installation, gone: str, other: str) -> None:
    """Absent from two complete readings and from a direct look: gone. Its note went with it, the other end clears."""
    (told.github if "#" in gone else told.jira)("delete", issue=gone)
    told.wait(minutes=5)
    assert told.run().complete
    for _ in range(3):
        told.wait(hours=7)
        assert told.run().complete
    assert is_settled(told.note(other))
    assert told.labels(other) == set()
    with told.store() as store:
        assert not [uid for uid in store.notes() if uid.endswith(f":{gone}")]
    _assert_settles_down(told)


def test_a_project_whose_name_is_taken_out_of_the_config(told: Installation) -> None:
    """It is read no more: nothing is known of its issues, which is no reason to call anything settled."""
    said = told.standing()
    told.configure(write_to=EVERYWHERE, projects=["PAY"])
    told.run()
    assert told.standing()["PLAT-1"] == said["PLAT-1"]
    told.configure(write_to=EVERYWHERE)
    told.wait(hours=7)
    assert told.run().complete
    assert told.standing() == said
    _assert_settles_down(told)


def _case_of(acme: Installation, uid: str) -> Case:
    with acme.store() as store:
        (case,) = (case for case in store.cases() if uid in case.subject.members and case.state == "open")
    return case


def _assert_settles_down(acme: Installation) -> None:
    for hours in (0, 7):
        acme.wait(hours=hours)
        outcome = acme.run()
        assert (outcome.complete, outcome.plan.writes, outcome.events) == (True, (), ())
    with acme.store() as store:
        assert store.unfinished() == []
        for uid, row in store.notes().items():
            key = store.facts().issues[uid].key
            assert acme.note_id(key) == row.id, uid
