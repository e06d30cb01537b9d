"""Whose issues are whose, and from when on."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.calendar import Calendar
from model.interpret import interpret
from model.ownership import Ownership, specificity
from model.policy import Forum, Owns, Policy, Team
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


names = st.sampled_from(
    ("LOG", "log", "LO*", "*", "LOG-1", "LOG-2", "OPS", "acme/*", "acme/web", "acme/web#1", "ac[m]e/web")
)
patterns = st.builds(
    Owns,
    tracker=st.sampled_from(("jira", "github")),
    scope=names,
    facet=st.sampled_from(("", "", "label")),
    value=st.sampled_from(("team/*", "other")),
)
keys = st.sampled_from(("LOG-1", "LOG-12", "OPS-3", "acme/web#1", "acme/api#2"))


@given(
    st.lists(st.tuples(patterns, st.sampled_from(("a", "b"))), max_size=8), st.lists(keys, min_size=1), st.booleans()
)
def test_an_issue_meets_every_pattern_that_matches_it(
    owned: list[tuple[Owns, str]], asked: list[str], labelled: bool
) -> None:
    teams = {t: Team(name=t, owns=tuple(o for o, name in owned if name == t)) for t in ("a", "b")}
    forums = {t: Forum(name=t, owns=teams[t].owns) for t in teams}
    ownership = Ownership(Policy(teams=teams, forums=forums))
    for key in asked:
        one = fact(key, labels=("team/one",) if labelled else ())
        ranks = {
            t: max((specificity(o, one.ref, one) for o, n in owned if (n, o.tracker) == (t, one.tracker)), default=0)
            for t in teams
        }
        best = max(ranks.values())
        found = ownership.owner(one.ref, one)
        assert {found.team, *found.tied} - {""} == {t for t, rank in ranks.items() if best and rank == best}
        assert ownership.forums(one.ref, one) == tuple(t for t in ("a", "b") if ranks[t])
