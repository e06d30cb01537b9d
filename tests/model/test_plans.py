"""Dates that stand elsewhere than on the issue: boards, fresh lists of releases and sprints, leads of components."""

from dataclasses import replace
from datetime import UTC, date, datetime

from model.facts import Component, Facts, Person, ProjectDate, Release, Sprint
from model.interpret import interpret
from model.policy import Policy
from model.snapshot import Dependency
from tests.model.build import NOW, blocked_by, fact, facts, policy, team

CONSUMER, PROVIDER = "acme/web#1", "acme/api#2"


def board(field: str, day: date, *, project: str = "Roadmap", **rest: object) -> ProjectDate:
    return ProjectDate(project=project, field=field, day=day, **rest)  # type: ignore[arg-type]  # named by the caller


def edge(known: Facts, under: Policy | None = None) -> Dependency:
    (found,) = interpret(known, under or policy(), NOW).dependencies
    return found


def test_a_date_on_a_board_is_a_promise() -> None:
    dates = (board("Target Date", date(2026, 5, 4)), board("Review", date(2026, 4, 1)))
    found = edge(facts(fact(CONSUMER, links=(blocked_by(PROVIDER, on=CONSUMER),)), fact(PROVIDER, project_dates=dates)))
    assert found.promised is not None
    assert (found.promised.day, found.promised.source) == (date(2026, 5, 4), "project_field")
    assert found.promised.name == "Target Date in Roadmap"


def test_of_two_boards_the_earlier_date_is_the_promise() -> None:
    dates = (board("Due", date(2026, 5, 4)), board("due", date(2026, 5, 1), project="Team"))
    found = edge(facts(fact(CONSUMER, links=(blocked_by(PROVIDER, on=CONSUMER),)), fact(PROVIDER, project_dates=dates)))
    assert found.promised is not None
    assert found.promised.name == "due in Team"


def test_the_iteration_that_ends_last_stands_in_for_a_sprint() -> None:
    dates = tuple(
        board("Iteration", day, start=day.replace(day=1), iteration=f"until {day}")
        for day in (date(2026, 5, 14), date(2026, 4, 30))
    )
    found = edge(facts(fact(CONSUMER, links=(blocked_by(PROVIDER, on=CONSUMER),)), fact(PROVIDER, project_dates=dates)))
    assert found.promised is not None
    assert (found.promised.day, found.promised.source) == (date(2026, 5, 14), "sprint")


def test_which_fields_count_is_the_policys_business() -> None:
    dates = (board("Cutover", date(2026, 5, 4)),)
    known = facts(
        fact(CONSUMER, links=(blocked_by(PROVIDER, on=CONSUMER),), project_dates=(board("Kickoff", date(2026, 5, 1)),)),
        fact(PROVIDER, project_dates=dates),
    )
    assert edge(known).promised is None
    found = edge(known, replace(policy(), promise_fields=("cutover",), start_fields=("kickoff",)))
    assert found.promised is not None
    assert found.needed is not None
    assert (found.needed.day, found.needed.source) == (date(2026, 5, 1), "start")


def test_a_release_that_was_moved_counts_as_its_project_lists_it_now() -> None:
    embedded = Release(id="10", name="2026.5", day=date(2026, 5, 1))
    known = facts(fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),)), fact("PLAT-2", releases=(embedded,)))
    moved = replace(known, releases={("jira", "10"): replace(embedded, day=date(2026, 6, 1))})
    assert [edge(k).promised.day for k in (known, moved)] == [date(2026, 5, 1), date(2026, 6, 1)]  # type: ignore[union-attr]  # both have one


def test_so_does_a_sprint() -> None:
    embedded = Sprint(id="5", name="S5", state="active", end=datetime(2026, 5, 1, 12, tzinfo=UTC))
    known = facts(fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),)), fact("PLAT-2", sprints=(embedded,)))
    moved = replace(known, sprints={("jira", "5"): replace(embedded, end=datetime(2026, 5, 8, 12, tzinfo=UTC))})
    promised = edge(moved).promised
    assert promised is not None
    assert promised.day == date(2026, 5, 8)


def test_who_leads_a_component_answers_for_what_nobody_is_assigned_to() -> None:
    known = facts(
        fact("PLAT-1", components=("Ledger",)),
        fact("PLAT-2", components=("Ledger",), assignees=(Person(id="u-ann"),)),
        fact("PLAT-3"),
    )
    led = {("jira", "PLAT/Ledger"): Component(id="1", name="Ledger", lead=Person(id="u-lee"))}
    under = policy(team("ledger", "jira:*/person=u-lee"))
    teams = {uid: i.team for uid, i in interpret(replace(known, components=led), under, NOW).issues.items()}
    assert teams == {"jira:PLAT-1": "ledger", "jira:PLAT-2": "", "jira:PLAT-3": ""}
