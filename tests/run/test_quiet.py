"""Whom our notes call on the two trackers, and when: by the trackers' own account of whom they told."""

from collections.abc import Mapping

import pytest

from sandbox.base import Notice
from sync.store import Store
from tests.run.trace_world import counted, notices
from tests.run.worlds import NOTED, Installation, is_settled

PEOPLE = {
    'owns = ["jira:PAY", "github:acme/*"]': 'representative = { jira = "5b10:mira", github = "mira" }\ncalendar = "de"',
    'owns = ["jira:PLAT"]': 'representative = { jira = "5b10:devi" }\ncalendar = "de"',
}
CALENDAR = '[calendars.de]\ntimezone = "Europe/Berlin"\nquiet_hours = "18:00-08:00"'


def configure(acme: Installation, more: str = "", **notes: object) -> None:
    acme.configure(more=f"{CALENDAR}\n{more}", **notes)  # type: ignore[arg-type]  # settings of [notes], as configure takes them
    file = acme.folder / "crosstie.toml"
    text = file.read_text(encoding="utf-8")
    for owns, more in PEOPLE.items():
        text = text.replace(owns, f"{owns}\n{more}")
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def company(acme: Installation) -> Installation:
    """What is not late stays so; nothing is written yet."""
    acme.jira("edit", issue="PLAT-2", due="2026-12-31")
    configure(acme)
    return acme


@pytest.fixture
def noted(company: Installation) -> Installation:
    acme = company
    acme.run()
    assert set(acme.standing()) == set(NOTED)
    return acme


def heard(acme: Installation, since: Mapping[str, int]) -> dict[str, Notice]:
    """By issue; an issue of which people hear twice is an error."""
    new = notices(acme.world, since)
    assert len({one.issue for one in new}) == len(new)
    return {one.issue: one for one in new}


def worsen(acme: Installation, days: int = 30) -> dict[str, Notice]:
    """The dates go by; one run."""
    before = counted(acme.world)
    acme.wait(days=days)
    assert acme.run().complete
    return heard(acme, before)


def test_a_first_note_names_nobody(noted: Installation) -> None:
    assert {one.issue: (one.how, one.who) for one in notices(noted.world)} == dict.fromkeys(NOTED, ("created", ()))


def test_what_gets_worse_calls_each_teams_representative_once(noted: Installation) -> None:
    acme = noted
    called = worsen(acme)
    assert {key: one.who for key, one in called.items()} == {
        "PAY-1": ("5b10:mira",),
        "PLAT-1": ("5b10:devi",),
        "PLAT-3": ("5b10:devi",),
        "acme/web#1": ("mira",),
    }
    assert called["acme/web#1"].how == "mentioned"
    assert "@mira" in acme.note("acme/web#1")
    assert worsen(acme, days=1) == {}, "told once, it is not told again"


def test_a_call_is_gone_at_the_next_quiet_edit(noted: Installation) -> None:
    acme = noted
    worsen(acme)
    before = counted(acme.world)
    acme.jira("edit", issue="PLAT-3", title="Feed of balances")
    acme.run()
    assert "Feed of balances" in acme.note("acme/web#1")
    assert "@mira" not in acme.note("acme/web#1")
    assert heard(acme, before) == {}


def test_whoever_is_named_already_is_called_again_all_the_same(noted: Installation) -> None:
    """GitHub tells only those whom an edit newly names."""
    acme = noted
    worsen(acme)
    before = counted(acme.world)
    acme.github("create", repository="acme/web", title="Another feed")
    acme.jira("edit", issue="PLAT-2", due="2026-03-20")
    acme.github("edit", issue="acme/web#1", body="Depends on: PLAT-3\n\nDepends on: PLAT-2")
    acme.run()
    assert "PLAT-2" in acme.note("acme/web#1")
    assert heard(acme, before)["acme/web#1"].who == ("mira",)
    assert acme.note("acme/web#1").count("@mira") == 1


def test_in_quiet_hours_and_on_days_off_nobody_is_called_and_nothing_is_lost(company: Installation) -> None:
    acme = company
    acme.wait(hours=9)  # seven in the evening in Berlin
    night = acme.run()
    assert (night.plan.writes, {step.why for step in night.plan.held}) == ((), {"quiet hours"})
    assert acme.standing() == {}
    acme.wait(hours=14)
    acme.run()
    assert set(heard(acme, {})) == set(NOTED)

    before = counted(acme.world)
    acme.wait(days=25)  # a Saturday
    assert acme.run().plan.held
    assert "more than 15 working days" in acme.note("PAY-1"), "the edit is made"
    assert heard(acme, before) == {}, "and calls nobody"
    acme.wait(days=2)
    acme.run()
    assert set(heard(acme, before)) == set(NOTED)


def test_beyond_the_budget_a_team_is_called_on_its_next_working_day(noted: Installation) -> None:
    acme = noted
    configure(acme, budget_per_team_per_day=1)
    days = [set(worsen(acme, days=30)), set(worsen(acme, days=0)), set(worsen(acme, days=1)), set(worsen(acme, days=1))]
    assert [len(day) for day in days] == [2, 0, 2, 0]
    assert days[0] | days[2] == set(NOTED)


def test_a_repost_takes_the_old_notes_place(noted: Installation) -> None:
    acme = noted
    configure(acme, notify="repost")
    old = {key: acme.note_id(key) for key in NOTED}
    called = worsen(acme)
    assert {key: one.how for key, one in called.items()} == dict.fromkeys(NOTED, "created")
    assert all(acme.note_id(key) != old[key] for key in NOTED), "and there is one note on each"
    assert called["acme/web#1"].who == ("mira",)
    assert worsen(acme, days=1) == {}


def test_a_repost_goes_on_beside_an_old_note_that_may_not_be_deleted(noted: Installation) -> None:
    acme, old = noted, noted.note_id("PAY-1")
    configure(acme, notify="repost")
    acme.fault("status", site="jira", status=403, count=-1, path="/comment/", method="DELETE")
    acme.wait(days=30)
    acme.run()
    told = {key: len(acme.notes(key)) for key in NOTED}
    acme.jira("edit", issue="PLAT-1", title="Export of ledgers")
    for _ in range(2):
        assert acme.run().complete
    before, after = acme.notes("PAY-1")
    assert acme.note_ids("PAY-1")[0] == old
    assert "Export of ledgers" not in before
    assert "Export of ledgers" in after
    assert {key: len(acme.notes(key)) for key in NOTED} == told


class Killed(BaseException):
    """As SIGKILL would: nothing is written down any more."""


@pytest.mark.parametrize("status", [403, 503])
def test_a_repost_that_was_killed_before_the_old_note_went(
    noted: Installation, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    """What arrived is known; the old note goes when it may, and nothing waits for that."""
    acme = noted
    configure(acme, notify="repost")
    acme.fault("status", site="jira", status=status, count=-1, path="/comment/", method="DELETE")
    with monkeypatch.context() as dying:
        dying.setattr(Store, "finish", _die)
        acme.wait(days=30)
        for _ in range(len(NOTED)):
            with pytest.raises(Killed):
                acme.run()
    if status != 403:
        acme.world.clear_faults()
    for _ in range(3):
        outcome = acme.run()
    assert (outcome.complete, outcome.plan.writes) == (True, ())
    on_jira = 1 + (status == 403)
    assert {key: len(acme.notes(key)) for key in NOTED} == {**dict.fromkeys(NOTED, on_jira), "acme/web#1": 1}
    with acme.store() as store:
        assert store.unfinished() == []


def _die(*_: object, **__: object) -> None:
    raise Killed


@pytest.mark.parametrize(
    ("off", "gone"),
    [
        ('[rules.overdue]\nmode = "off"', set(NOTED)),
        ('[rules.overdue]\nmode = "observe"', set(NOTED)),
        ('[rules.overdue.teams.payments]\nmode = "off"', {"PAY-1", "acme/web#1"}),
    ],
)
def test_a_rule_or_a_team_that_is_switched_off_is_settled_and_calls_nobody(
    noted: Installation, off: str, gone: set[str]
) -> None:
    acme, before = noted, counted(noted.world)
    configure(acme, off)
    assert acme.run().complete
    assert {key for key in NOTED if is_settled(acme.note(key))} == gone
    assert {key for key in NOTED if not acme.labels(key)} == gone
    assert heard(acme, before) == {}
