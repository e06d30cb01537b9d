"""What a tracker does not take is tried once, told once, and not tried again for nothing."""

from collections.abc import Mapping
from typing import Any

import pytest

from sandbox.base import Entry
from sandbox.github.records import Permission
from sync.outcome import Outcome
from tests.run.worlds import NOTED, Installation, github_of, jira_of

WRITE: Mapping[str, Permission] = {"acme/web": "write"}
CHANGES = ("POST", "PUT", "PATCH", "DELETE")


def tried(acme: Installation, site: str) -> list[str]:
    """Writes that the last run sent."""
    return [f"{e.method} {e.path}" for e in acme.requests(site) if e.method in CHANGES and not _reads(e)]


def _reads(entry: Entry) -> bool:
    return entry.path.endswith(("/search/jql", "/comment/list", "/graphql"))


def told(outcome: Outcome) -> tuple[list[str], list[str]]:
    return outcome.written.errors, outcome.written.refused


GITHUB: tuple[tuple[Mapping[str, Any], str], ...] = (
    ({"do": "archive", "repository": "acme/web"}, "acme/web is archived"),
    ({"do": "lock", "issue": "acme/web#1"}, "the issue is locked"),
    ({"do": "set_issues", "repository": "acme/web", "enabled": False}, "issues are switched off in acme/web"),
    ({"do": "options", "spam": "Balance feed"}, "GitHub takes it for spam"),
)


@pytest.mark.parametrize(("act", "why"), GITHUB, ids=[act["do"] for act, _ in GITHUB])
def test_a_refusal_is_told_once_and_not_tried_again(acme: Installation, act: Mapping[str, Any], why: str) -> None:
    acme.github(**act)
    first = acme.run()
    assert not first.complete
    assert first.written.failed == 1
    assert told(first) == ([f"github: nothing can be written on acme/web#1: {why}"], [])
    assert tried(acme, "github") == ["POST /repos/acme/web/issues/1/comments"], "and no label without its note"
    for _ in range(2):
        acme.wait(minutes=5)
        again = acme.run()
        assert again.complete
        assert told(again) == ([], [f"github: 1 note cannot be written: {why}"])
        assert tried(acme, "github") == []
    assert sorted(acme.standing()) == sorted(key for key in NOTED if key != "acme/web#1")


@pytest.mark.parametrize("wait", [{"days": 1}, {"minutes": 5}])
def test_what_was_mended_is_written(acme: Installation, wait: dict[str, float]) -> None:
    """Unlocking changes the issue; an archived repository that is opened again changes none, so it takes a day."""
    acme.github("lock" if "minutes" in wait else "archive", **_place(wait))
    acme.run()
    acme.run()
    if "minutes" in wait:
        acme.wait(minutes=1)  # GitHub tells seconds apart, no less
        acme.github("unlock", issue="acme/web#1")
        acme.github("comment", issue="acme/web#1", body="Open again")
    else:
        acme.github("archive", repository="acme/web", archived=False)
    acme.wait(**wait)
    outcome = acme.run()
    assert outcome.complete
    assert outcome.written.refused == []
    assert acme.note("acme/web#1")
    assert acme.run().plan.writes == ()


def _place(wait: Mapping[str, float]) -> dict[str, str]:
    return {"issue": "acme/web#1"} if "minutes" in wait else {"repository": "acme/web"}


def test_a_full_run_tries_all_of_it_and_tells_only_news(acme: Installation) -> None:
    acme.github("archive", repository="acme/web")
    acme.run()
    outcome = acme.run(full=True)
    assert tried(acme, "github") == ["POST /repos/acme/web/issues/1/comments"]
    assert outcome.complete
    assert outcome.written.errors == []


def test_a_full_run_keeps_to_the_budget_in_what_it_tries_again(acme: Installation) -> None:
    acme.configure(budget_per_team_per_day=1)
    acme.fault("status", site="jira", status=403, count=-1, path="/comment$", method="POST")
    for _ in range(2):
        acme.run()
        acme.wait(days=1)
    acme.run()
    acme.world.clear_faults()
    acme.run(full=True)
    assert len([key for key in acme.standing() if key.startswith("PLAT-")]) == 1


def test_a_refusal_ends_with_what_was_to_be_said(acme: Installation) -> None:
    acme.github("lock", issue="acme/web#1")
    acme.run()
    acme.jira("transition", issue="PLAT-3", status="Done")
    outcome = acme.run()
    assert (outcome.complete, outcome.written.refused) == (True, [])
    with acme.store() as store:
        assert all(row.refusal is None for row in store.notes().values())


def test_a_text_that_was_not_taken_is_tried_when_it_is_another(acme: Installation) -> None:
    acme.github("options", spam="Balance feed")
    acme.run()
    acme.jira("edit", issue="PLAT-3", title="Feed of balances")
    assert acme.run().complete
    assert "Feed of balances" in acme.note("acme/web#1")


@pytest.mark.parametrize("site", ["jira", "github"])
def test_a_text_that_is_too_long_is_made_shorter(acme: Installation, site: str) -> None:
    acme.configure(budget_per_team_per_day=100)
    for n in range(4, 12):
        _one_more(acme, site, n)
    acme.run()
    key = "PAY-1" if site == "jira" else "acme/web#1"
    most = len(acme.note(key)) - 100
    acme.world.sites[site].set_options({"longest_text" if site == "jira" else "longest_body": most})
    acme.jira("edit", issue="PLAT-11", title="Step 11 of many")
    assert acme.run().complete
    assert "more could not be shown here" in acme.note(key)
    assert len(acme.note(key)) < most
    again = acme.run()
    assert (again.plan.writes, again.complete) == ((), True)


def _one_more(acme: Installation, site: str, n: int) -> None:
    """Another thing that the issue with the long note waits for."""
    acme.jira("create", project="PLAT", title=f"Step {n}", fields={"duedate": "2026-02-20"})
    if site == "jira":
        acme.jira("link", type="Blocks", source=f"PLAT-{n}", target="PAY-1")
    else:
        acme.github("comment", issue="acme/web#1", body=f"Depends on: PLAT-{n}")


def test_a_forbidden_project_on_jira_is_one_calm_line(acme: Installation) -> None:
    acme.jira("mute_project", project="PLAT")
    first = acme.run()
    why = "our account may not comment in PLAT"
    assert told(first) == ([f"jira: nothing can be written on PLAT-1, PLAT-3: {why}"], [])
    assert first.written.failed == 2
    again = acme.run()
    assert told(again) == ([], [f"jira: 2 notes cannot be written: {why}"])
    assert tried(acme, "jira") == []
    assert again.complete


def test_labels_that_may_not_be_changed_leave_the_notes(acme: Installation) -> None:
    acme.world.sites["jira"].set_options({"fixed_labels": True})
    assert acme.run().written.failed == 3
    again = acme.run()
    assert told(again) == ([], ["jira: 3 labels cannot be written: Jira refuses to change labels"])
    assert tried(acme, "jira") == []
    assert all(acme.note(key) for key in NOTED)


def test_notes_of_a_former_account_stay_and_are_not_doubled(acme: Installation) -> None:
    """The token was exchanged for one of another account: told once, in plain words."""
    acme.run()
    acme.run()
    before = acme.standing()
    jira_of(acme.world).state.add_account("bot@acme.example", "other-token", "557058:other", "Other bot")
    github_of(acme.world).writer().token("other-token", "other-bot", **WRITE)
    acme.secrets = dict.fromkeys(acme.secrets, "other-token")
    acme.wait(days=30)
    outcome = acme.run()
    assert not outcome.complete
    assert len(outcome.written.errors) == 2
    assert all("written by another account" in said and "crosstie retire" in said for said in outcome.written.errors)
    again = acme.run()
    assert (again.complete, again.written.errors) == (True, [])
    assert len(again.written.refused) == 2
    ours = {key: [text for _, _, text in acme.comments(key) if text in before[key][0]] for key in before}
    assert {key: len(notes) for key, notes in ours.items()} == dict.fromkeys(before, 1)
    assert {key: len(acme.comments(key)) for key in before} == {key: 1 + (key == "PAY-1") for key in before}
