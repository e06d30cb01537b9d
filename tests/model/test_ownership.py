"""Whose issues are whose, and from when on."""

from datetime import UTC, date, datetime

import pytest

from model.calendar import Calendar
from model.interpret import interpret
from model.policy import Owns, Policy, Team
from tests.model.build import fact, facts

HANDED_OVER = Policy(
    teams={
        "old": Team(name="old", owns=(Owns(tracker="jira", scope="LOG", last=date(2026, 6, 30)),), calendar="east"),
        "new": Team(name="new", owns=(Owns(tracker="jira", scope="LOG", first=date(2026, 7, 1)),), calendar="east"),
    },
    calendars={"east": Calendar(timezone="Pacific/Kiritimati")},
)


@pytest.mark.parametrize(
    ("moment", "team"),
    [
        (datetime(2026, 6, 30, 9, 59, tzinfo=UTC), "old"),
        (datetime(2026, 6, 30, 10, 0, tzinfo=UTC), "new"),  # where they work it is 1 July
        (datetime(2030, 1, 1, tzinfo=UTC), "new"),
    ],
)
def test_a_project_is_handed_over_at_midnight_of_its_teams(moment: datetime, team: str) -> None:
    snapshot = interpret(facts(fact("LOG-1")), HANDED_OVER, moment)
    assert snapshot.issues["jira:LOG-1"].team == team


def test_between_two_owners_it_is_nobodys() -> None:
    gap = Policy(teams={"a": Team(name="a", owns=(Owns(tracker="jira", scope="LOG", last=date(2026, 6, 1)),))})
    assert interpret(facts(fact("LOG-1")), gap, datetime(2026, 6, 2, tzinfo=UTC)).issues["jira:LOG-1"].team == ""
