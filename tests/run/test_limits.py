"""What holds writing back: the list of scopes, the baseline, the brake, the cap, and who may read what."""

from datetime import date

import pytest

from sandbox.github.scenario import Writer as GitHubWriter
from tests.run.worlds import LONG_AGO, NOTED, SCOPES, Installation, github_of, is_settled, jira_of


def test_a_new_installation_writes_nothing(acme: Installation) -> None:
    acme.configure(write_to=[])
    outcome = acme.run()
    assert outcome.complete
    assert len(outcome.cases) == 2
    assert acme.standing() == {}
    assert _writes(acme) == []


def test_a_dry_run_writes_nothing(acme: Installation) -> None:
    outcome = acme.run(dry_run=True)
    assert len(outcome.plan.writes) == 2 * len(NOTED)
    assert acme.standing() == {}
    assert _writes(acme) == []


def test_only_the_scopes_listed_are_written_to(acme: Installation) -> None:
    acme.configure(write_to=["jira:PAY", "github:*"])
    acme.run()
    assert sorted(acme.standing()) == ["PAY-1", "acme/web#1"]


def test_a_rule_that_only_labels(acme: Installation) -> None:
    acme.configure(more='[rules.overdue]\nmode = "label"')
    acme.run()
    assert acme.standing() == dict.fromkeys(sorted(NOTED), ((), ("crosstie",)))
    assert acme.run().plan.writes == ()
    acme.configure(more='[rules.overdue]\nmode = "observe"')
    acme.run()
    assert acme.standing() == {}


def test_a_scope_taken_off_the_list_is_left_as_it_stands(acme: Installation) -> None:
    acme.run()
    before = acme.standing()
    acme.configure(write_to=["jira:PAY"])
    acme.jira("transition", issue="PLAT-1", status="Done")
    acme.run()
    assert is_settled(acme.note("PAY-1"))
    assert {key: acme.standing()[key] for key in before if key != "PAY-1"} == {
        key: stands for key, stands in before.items() if key != "PAY-1"
    }


# --- the baseline


def test_a_silent_baseline_keeps_what_stood_when_a_scope_became_writable(acme: Installation) -> None:
    acme.configure(baseline="silent")
    acme.run()
    assert acme.standing() == {}
    acme.jira("edit", issue="PLAT-2", due="2026-02-27")
    acme.run()
    assert sorted(acme.standing()) == ["PAY-2", "PLAT-2"]


def test_a_baseline_is_silent_only_until_it_gets_worse(acme: Installation) -> None:
    acme.configure(baseline="silent")
    acme.run()
    acme.wait(days=7)
    acme.run()
    assert sorted(acme.standing()) == ["PLAT-3", "acme/web#1"]
    acme.wait(days=7)
    acme.run()
    assert sorted(acme.standing()) == sorted(NOTED)


def test_a_persons_hand_goes_before_the_baseline(acme: Installation) -> None:
    acme.configure(baseline="silent")
    acme.run()
    acme.wait(days=21)
    for _ in range(2):
        acme.run()
        acme.wait(hours=1)
    acme.jira("delete_comment", comment=acme.note_id("PAY-1"))
    for _ in range(2):
        acme.run()
        acme.wait(hours=7)
    assert acme.note("PAY-1") == ""
    assert acme.note("PLAT-1")


def test_each_scope_has_its_own_baseline(acme: Installation) -> None:
    """What stood before a scope was opened is silent there, and said where it had been open already."""
    acme.configure(write_to=["jira:PAY"], baseline="none")
    acme.run()
    acme.configure(write_to=SCOPES, baseline="silent")
    acme.run()
    assert sorted(acme.standing()) == ["PAY-1"]


# --- the brake and the cap


@pytest.fixture
def crowded(acme: Installation) -> Installation:
    """Fifteen more overdue links: 34 of 37 issues would be written to."""
    write = jira_of(acme.world).writer()
    for number in range(101, 116):
        write.issue(f"PAY-{number}", "Waits", created=LONG_AGO)
        write.issue(f"PLAT-{number}", "Is waited for", created=LONG_AGO, due=date(2026, 2, 20))
        write.link("Blocks", f"PLAT-{number}", f"PAY-{number}")
    acme.configure(budget_per_team_per_day=100)
    return acme


def test_the_brake_stops_before_the_first_write(crowded: Installation) -> None:
    outcome = crowded.run()
    assert "34 of 37" in outcome.plan.braked
    assert not outcome.complete
    assert _writes(crowded) == []
    assert crowded.standing() == {}


def test_the_brake_is_released_by_name_and_for_once(crowded: Installation) -> None:
    crowded.run()
    outcome = crowded.run(release_brake=True)
    assert outcome.complete
    assert outcome.written.created == 34
    assert crowded.run().plan.writes == ()
    crowded.configure(label="waits", budget_per_team_per_day=100)
    assert crowded.run().plan.braked


def test_the_cap_leaves_the_rest_to_later_runs(crowded: Installation) -> None:
    crowded.configure(max_new_per_run=15, budget_per_team_per_day=100)
    written, left = [], []
    for _ in range(4):
        outcome = crowded.run()
        assert outcome.complete
        written.append(outcome.written.created)
        left.append(outcome.plan.suppressed)
    assert written == [15, 15, 4, 0]
    assert left == [19, 4, 0, 0]
    assert {(len(notes), labels) for notes, labels in crowded.standing().values()} == {(1, ("crosstie",))}


# --- who may read what


SECRET = "Buy the competitor"


def _add_vault(write: GitHubWriter) -> None:
    write.repository("acme/vault", visibility="private", at=LONG_AGO)
    write.milestone("acme/vault", "Winter", due=date(2026, 2, 20), at=LONG_AGO)
    write.issue("acme/vault", SECRET, by="mira", milestone="Winter", at=LONG_AGO)


def _add_open(write: GitHubWriter) -> None:
    write.repository("acme/open", visibility="public", at=LONG_AGO)
    write.issue("acme/open", "Say what is new", by="mira", at=LONG_AGO)
    write.person("mira", acme="MEMBER")


@pytest.fixture
def mixed(acme: Installation) -> Installation:
    """A public issue waits for one in a private repository, whose date has passed."""
    write = github_of(acme.world).writer()
    _add_vault(write)
    _add_open(write)
    write.block("acme/open#1", "acme/vault#1", by="mira")
    acme.configure(write_to=[*SCOPES, "github:acme/open", "github:acme/vault"])
    return acme


def test_a_private_title_never_shows_on_a_public_issue(mixed: Installation) -> None:
    """No line, no label, no count: the readers of the public issue learn nothing. The private end is told."""
    outcome = mixed.run()
    assert [c for c in outcome.cases if "github:acme/open#1" in c.subject.members]
    assert mixed.notes("acme/open#1") == []
    assert mixed.labels("acme/open#1") == set()
    assert "Say what is new" in mixed.note("acme/vault#1")
    assert not [e for e in mixed.requests("github") if e.path.startswith("/repos/acme/open/")]


def test_beside_what_may_be_said_the_rest_leaves_no_trace(mixed: Installation) -> None:
    write = github_of(mixed.world).writer()
    write.milestone("acme/open", "Winter", due=date(2026, 2, 20), at=LONG_AGO)
    write.issue("acme/open", "Print the news", by="mira", milestone="Winter", at=LONG_AGO)
    write.block("acme/open#1", "acme/open#2", by="mira")
    mixed.run()
    note = mixed.note("acme/open#1")
    assert "Print the news" in note
    assert "vault" not in note
    assert "more" not in note.partition("Print the news")[2].partition("crosstie")[0].replace("more than", "")
    assert SECRET not in note


def test_two_private_worlds_count_what_they_may_not_say(mixed: Installation) -> None:
    """Without a common audience PAY and the vault know nothing of each other but that there is something."""
    mixed.configure(readers=())
    mixed.jira("edit", issue="PAY-2", text="Depends on: acme/vault#1")
    mixed.jira("create", project="PAY", title="Draw the form", fields={"duedate": "2026-02-20"})
    mixed.jira("link", type="Blocks", source="PAY-3", target="PAY-2")
    mixed.run()
    assert "Draw the form" in mixed.note("PAY-2")
    assert "1 more thing" in mixed.note("PAY-2")
    assert SECRET not in "".join(text for notes, _ in _without("acme/vault#1", mixed) for text in notes)


def test_a_repository_that_becomes_public_is_cleaned_up(mixed: Installation) -> None:
    mixed.run()
    assert "Balance feed" in mixed.note("acme/web#1")
    mixed.github("set_visibility", repository="acme/web", visibility="public")
    mixed.wait(hours=7)
    mixed.run()
    assert "Balance feed" not in mixed.note("acme/web#1")
    assert mixed.labels("acme/web#1") == set()


def _without(key: str, acme: Installation) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    return [stands for issue, stands in acme.standing().items() if issue != key]


# --- another config over the same facts


def test_another_meaning_of_a_link_type_is_judged_without_a_new_pull(acme: Installation) -> None:
    acme.run()
    acme.run()
    unchanged = acme.asked()
    acme.configure(more='[[link_types]]\ntracker = "jira"\nname = "Blocks"\noutward = "relates"')
    outcome = acme.run()
    reads = [
        f"{e.method} {e.path}" for e in acme.requests() if e.method == "GET" or e.path.endswith(("jql", "graphql"))
    ]
    assert reads == [" ".join(asked.split()[:2]) for asked in unchanged]
    assert outcome.dependencies == 1
    assert is_settled(acme.note("PAY-1"))
    assert "Balance feed" in acme.note("acme/web#1")
    acme.configure()
    acme.run()
    assert not is_settled(acme.note("PAY-1"))


def _writes(acme: Installation) -> list[str]:
    """Requests of the last run that change anything."""
    reads = ("/graphql", "/search/jql", "/comment/list")
    return [f"{e.method} {e.path}" for e in acme.requests() if e.method != "GET" and not e.path.endswith(reads)]
