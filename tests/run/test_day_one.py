"""The first day with five hundred findings: nothing where nothing may be written, and little by little where it may."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from sync.outcome import Outcome
from tests.run.trace_world import notices
from tests.run.worlds import LONG_AGO, MORNING, SCOPES, Installation, jira_of

FINDINGS, STOOD, BUDGET = 500, 2, 5
"""Two of them are in the small world as it is."""
TUESDAY, WEDNESDAY, SATURDAY, MONDAY = 1, 2, 5, 7
"""Days after the first."""
TEAMS = """
[[teams]]
name = "ledger"
owns = ["jira:PLAT/component=Ledger"]
"""


class FirstDays:
    """Observed for a day, enabled on the next, and looked at for a week. On the first day of those it runs twice."""

    def __init__(self, acme: Installation) -> None:
        self.acme = acme
        write = jira_of(acme.world).writer()
        for number in range(101, 101 + FINDINGS - STOOD):
            ours, own = (f"PAY-{number}", f"PLAT-{number}")
            write.issue(ours, "Waits", created=LONG_AGO)
            components = ["Ledger"] if number % 4 == 0 else []
            write.issue(own, "Is waited for", created=LONG_AGO, due=date(2026, 2, 20), components=components)
            write.link("Blocks", own, ours)
        acme.configure(write_to=[], more=TEAMS)
        self.observing = [self._run(), self._run()]
        acme.configure(write_to=["github:acme/none"], more=TEAMS)
        self.elsewhere = self._run()
        self.observed = len(notices(acme.world)), len(acme.standing())
        acme.configure(write_to=SCOPES, more=TEAMS, budget_per_team_per_day=BUDGET, brake_percent=100)
        self.days: dict[int, Outcome] = {}
        for day in (TUESDAY, WEDNESDAY, SATURDAY, MONDAY):
            acme.world.clock.set(MORNING + timedelta(days=day))
            self.days[day] = self._run()
            if day == TUESDAY:
                self.again = self._run()

    def _run(self) -> Outcome:
        self.acme.wait(minutes=20)
        return self.acme.run()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[FirstDays]:
    acme = Installation.at(tmp_path_factory.mktemp("day-one"), empty_store)
    try:
        yield FirstDays(acme)
    finally:
        acme.running.close()


def test_all_is_found_and_nothing_is_written_while_nothing_may_be(first: FirstDays) -> None:
    for outcome in (*first.observing, first.elsewhere):
        assert outcome.by_rule["overdue"] == FINDINGS
        assert (outcome.plan.writes, outcome.plan.held) == ((), ())
    assert first.observed == (0, 0)


def test_on_no_day_is_a_team_called_more_often_than_its_budget(first: FirstDays) -> None:
    with first.acme.store() as store:
        steps = store.notifications()
    writes = {(step.team, step.day, step.uid, step.at) for step in steps}
    per_day = Counter((team, day) for team, day, _, _ in writes)
    assert {team for team, _ in per_day} == {"payments", "platform", "ledger"}
    assert set(per_day.values()) == {BUDGET}
    assert len({day for _, day in per_day}) == len(first.days) - 1
    assert len(notices(first.acme.world)) == len(writes) == sum(per_day.values())


def test_the_second_run_of_a_day_has_nothing_left_to_spend(first: FirstDays) -> None:
    assert first.days[TUESDAY].complete
    assert first.again.plan.writes == ()


def test_what_is_not_said_yet_is_found_and_held_for_the_digest(first: FirstDays) -> None:
    for outcome in (*first.days.values(), first.again):
        ids = {case.id for case in outcome.cases if case.rule == "overdue"}
        assert len(ids) == FINDINGS
        ends = {(place.uid, case.id) for case in outcome.cases for place in case.finding.places if case.id in ids}
        with first.acme.store() as store:
            told = {(step.uid, step.case) for step in store.notifications()}
        assert {(step.uid, step.case) for step in outcome.plan.held} | told >= ends


def test_the_weekend_is_quiet(first: FirstDays) -> None:
    saturday = first.days[SATURDAY]
    assert saturday.plan.writes == ()
    assert {step.why for step in saturday.plan.held} == {"quiet hours"}
