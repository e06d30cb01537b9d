"""Switching crosstie off cleans up after it, on both trackers, and only what is ours."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from cli.main import main
from connectors.base import Connector
from sync.carry import address
from sync.pull import silent
from sync.retire import Retired, Retirer, Retiring
from tests.run.worlds import LONG_AGO, NOTED, SECRETS, Installation, jira_of

ALL = Retiring(everything=True)


def retire(acme: Installation, what: Retiring, **options: bool) -> Retired:
    connectors: dict[str, Connector] = acme.connectors(acme.config)
    with acme.store() as store:
        retirer = Retirer(
            config=acme.config, store=store, connectors=connectors, now=acme.world.clock.now, progress=silent
        )
        return retirer.retire(what, **options)


@pytest.fixture
def noted(acme: Installation) -> Installation:
    """Notes and labels stand on both trackers; somebody has commented and labelled as well."""
    acme.jira("label", issue="PAY-1", labels=["urgent"])
    acme.github("comment", issue="acme/web#1", body="Hello")
    acme.run()
    assert set(acme.standing()) == set(NOTED)
    return acme


@pytest.fixture
def seen(noted: Installation) -> Installation:
    """A later run has seen them stand: what is gone then may be a person's hand."""
    noted.wait(hours=1)
    noted.run()
    return noted


def test_all_of_ours_goes_and_nothing_of_anybody_elses(noted: Installation) -> None:
    acme = noted
    acme.configure(write_to=[])
    retired = retire(acme, ALL)
    assert (retired.written.removed, retired.written.labels, retired.written.failed) == (4, 4, 0)
    assert acme.standing() == {"PAY-1": ((), ("urgent",))}
    assert [author for _, author, _ in acme.comments("acme/web#1")] == ["mira"]
    with acme.store() as store:
        assert store.notes() == {}
        assert store.mutes() == []
        assert store.unfinished() == []
    again = retire(acme, ALL)
    assert (again.plan.writes, again.plan.left) == ((), ())


def test_what_we_took_away_is_no_persons_hand(seen: Installation) -> None:
    acme = seen
    acme.configure(write_to=[])
    retire(acme, ALL)
    acme.wait(hours=7)
    outcome = acme.run(full=True)
    assert (outcome.complete, outcome.plan.writes) == (True, ())
    with acme.store() as store:
        assert store.mutes() == []


def test_only_the_scopes_that_are_named(noted: Installation) -> None:
    acme = noted
    acme.configure(write_to=["jira:PLAT"])
    retired = retire(acme, Retiring(scopes=("jira:pay", "github:acme/*")))
    assert retired.written.removed == 2
    assert set(acme.standing()) == {"PLAT-1", "PLAT-3", "PAY-1"}
    assert acme.notes("PAY-1") == []
    acme.wait(hours=1)
    assert acme.run().plan.writes == ()


def test_what_the_next_run_would_put_back_is_not_taken_away(noted: Installation) -> None:
    acme, before = noted, noted.standing()
    acme.configure(write_to=["jira:*"])
    for what in (ALL, Retiring(scopes=("jira:PAY",)), Retiring(scopes=("jira:NEW",))):
        refused = retire(acme, what).plan.refused
        assert refused.startswith('notes.write_to in crosstie.toml still names "jira:')
    refused = retire(acme, Retiring(rule="overdue")).plan.refused
    assert refused.startswith('rules.overdue.mode is "comment" in crosstie.toml: set it to "off"')
    assert acme.standing() == before


def test_where_it_is_switched_on_again_it_is_a_first_time(noted: Installation) -> None:
    """What stands then is the baseline, although it had been said before."""
    acme = noted
    acme.configure(write_to=[])
    retire(acme, ALL)
    acme.configure(baseline="silent")
    acme.wait(hours=1)
    outcome = acme.run()
    assert outcome.silenced > 0
    assert outcome.plan.writes == ()
    acme.wait(days=30)
    acme.run()
    assert "more than 15 working days" in acme.note("PAY-1")


def test_the_notes_of_a_rule_that_is_off(noted: Installation) -> None:
    """A note that shows another rule's cases as well stays, and loses its lines to the next run."""
    acme = noted
    acme.jira("edit", issue="PAY-1", due="2026-03-10")
    acme.jira("link", type="Blocks", source="PLAT-2", target="PAY-1")
    acme.run()
    assert set(acme.standing()) == {*NOTED, "PLAT-2"}
    acme.configure(more='[rules.overdue]\nmode = "off"')
    retired = retire(acme, Retiring(rule="overdue"))
    ((key, why),) = ((left.place.key, left.why) for left in retired.plan.left)
    assert key == "PAY-1"
    assert why.startswith("the note also shows cases of order-conflict")
    for _ in range(2):
        assert {key for key in acme.standing() if acme.notes(key)} == {"PAY-1", "PLAT-2"}
        acme.wait(hours=1)
        acme.run()
    assert "Fri 20 Feb 2026" not in acme.note("PAY-1")


def test_many_notes_need_the_brake_released(noted: Installation) -> None:
    acme = noted
    write = jira_of(acme.world).writer()
    for number in range(101, 112):
        write.issue(f"PAY-{number}", "Waits", created=LONG_AGO)
        write.issue(f"PLAT-{number}", "Is waited for", created=LONG_AGO, due=LONG_AGO.date())
        write.link("Blocks", f"PLAT-{number}", f"PAY-{number}")
    acme.configure(budget_per_team_per_day=100, brake_percent=100)
    acme.run(full=True)
    acme.configure(write_to=[])
    before = acme.standing()
    braked = retire(acme, ALL)
    assert "from 26 of" in braked.plan.braked
    assert acme.standing() == before
    assert retire(acme, ALL, released=True).written.removed == 26
    assert set(acme.standing()) == {"PAY-1"}


def test_what_may_not_be_removed_is_told_and_left(noted: Installation) -> None:
    acme = noted
    acme.configure(write_to=[])
    acme.github("archive", repository="acme/web")
    retired = retire(acme, ALL)
    assert retired.written.removed == 3
    assert retired.written.failed
    assert any("acme/web#1" in error for error in retired.written.errors)
    acme.github("archive", repository="acme/web", archived=False)
    assert retire(acme, ALL).written.removed == 1
    assert set(acme.standing()) == {"PAY-1"}


def test_a_tracker_that_is_no_longer_configured_is_named(noted: Installation) -> None:
    acme = noted
    acme.configure(write_to=[])
    text = (acme.folder / "crosstie.toml").read_text(encoding="utf-8")
    head, rest = text.split("[trackers.github]")
    (acme.folder / "crosstie.toml").write_text(
        head + rest[rest.index("[audiences]") :].replace(', "github:acme/*"', "")
    )
    retired = retire(acme, ALL)
    assert retired.written.removed == 3
    assert [left.why for left in retired.plan.left] == [
        "github is not among the trackers of the config, so nothing can be written there"
    ]


@pytest.mark.parametrize("lost", ["jira", "github"])
def test_a_lost_answer_removes_nothing_twice_and_fails_nothing(noted: Installation, lost: str) -> None:
    acme = noted
    acme.configure(write_to=[])
    acme.fault("drop_after", site=lost, method="DELETE")
    retired = retire(acme, ALL)
    assert (retired.written.removed, retired.written.failed) == (4, 0)
    assert set(acme.standing()) == {"PAY-1"}


@pytest.mark.parametrize("done", [True, False], ids=["carried out", "not carried out"])
def test_killed_at_a_removal_it_is_looked_for_and_was_no_persons_hand(seen: Installation, done: bool) -> None:
    """On each tracker one: the call was sent, and nobody was there to read the answer."""
    acme = seen
    acme.configure(write_to=[])
    _die_removing(acme, ("PAY-1", "acme/web#1"), done=done)
    acme.wait(hours=7)
    assert acme.run(full=True).plan.writes == ()
    with acme.store() as store:
        assert store.mutes() == []
        assert store.unfinished() == []
    assert retire(acme, ALL).written.removed == (2 if done else 4)
    assert set(acme.standing()) == {"PAY-1"}


def _die_removing(acme: Installation, keys: Sequence[str], *, done: bool) -> None:
    connectors = acme.connectors(acme.config)
    with acme.store() as store:
        retirer = Retirer(
            config=acme.config, store=store, connectors=connectors, now=acme.world.clock.now, progress=silent
        )
        removals = [write for write in retirer.plan(ALL).writes if write.kind == "remove" and write.key in keys]
        assert len(removals) == len(keys)
        for row in store.enqueue("t1", removals):
            store.mark_sent(row.id)
            if done:
                connectors[row.write.tracker].ensure_no_note(address(row.write), known=row.write.known)


class TestCommand:
    def test_it_says_what_it_would_do_does_it_and_says_when_there_is_nothing(
        self, noted: Installation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        acme = noted
        code, said = command(acme.folder, monkeypatch, "--all")
        assert code == 2
        assert "Nothing was removed: notes.write_to in crosstie.toml still names" in said
        acme.configure(write_to=[])
        code, said = command(acme.folder, monkeypatch, "--all", "--dry-run")
        assert (code, "4 notes and 4 labels would be removed" in said) == (0, True)
        assert "jira:PAY-1" in said
        assert acme.note("PAY-1")
        code, said = command(acme.folder, monkeypatch, "--all")
        assert (code, "Removed 4 notes and 4 labels." in said) == (0, True)
        for args, says in (
            (["--all"], "anywhere"),
            (["--scope", "jira:PAY"], "in jira:PAY"),
            (["--rule", "x"], "of x"),
        ):
            code, said = command(acme.folder, monkeypatch, *args)
            assert (code, f"No note or label of ours stands {says}." in said) == (0, True)

    def test_it_wants_to_know_what(self, acme: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
        for args in ([], ["--all", "--rule", "overdue"]):
            code, said = command(acme.folder, monkeypatch, *args)
            assert (code, "Say what is to go" in said) == (2, True)


def command(folder: Path, monkeypatch: pytest.MonkeyPatch, *args: str) -> tuple[int, str]:
    from click.testing import CliRunner

    for name, secret in SECRETS.items():
        monkeypatch.setenv(name, secret)
    result = CliRunner().invoke(main, ["retire", "--config", str(folder / "crosstie.toml"), *args])
    return result.exit_code, result.output
