"""Thirty days with two hundred changes at Acme, over real sockets: people hear of what is new or worse, and no more."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.limits import Clock
from sandbox.scenarios import acme
from sandbox.server import serve
from sandbox.world import World
from sync.base import Notification
from sync.config import Config, load_config
from sync.run import Options, Runner
from sync.store import Store
from tests.run.trace_world import Lead, People, counted, notices
from tests.run.worlds import open_connectors

DAYS, CHANGES, BUDGET = 30, 200, 3
SECRETS = {
    f"CROSSTIE_TRACKERS__{name}__TOKEN": token
    for name, token in (("JIRA", acme.JIRA_TOKEN), ("GITHUB", acme.GITHUB_TOKEN))
}


@dataclass
class Trace:
    """What was told on each day, by the trackers, and what should have been."""

    told: list[int] = field(default_factory=list)
    expected: list[int] = field(default_factory=list)
    held: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    names: list[tuple[str, ...]] = field(default_factory=list)
    """Who was named in each edit that notified."""
    steps: list[Notification] = field(default_factory=list)
    wishes: int = 0
    incomplete: list[str] = field(default_factory=list)
    lives: set[tuple[str, datetime]] = field(default_factory=set)
    """Cases and when each opened."""


def configured(folder: Path, world: World) -> Config:
    file = folder / "crosstie.toml"
    text = acme.config(world.urls["jira"], world.urls["github"], folder / "crosstie.db")
    # Without a label: it notifies nobody, and putting it on and taking it off takes as long as all the rest.
    for name, value in (("budget_per_team_per_day", BUDGET), ("brake_percent", 100), ("label", '""')):
        line = next(line for line in text.splitlines() if line.startswith(f"{name} ="))
        text = text.replace(line, f"{name} = {value}")
    file.write_text(text, encoding="utf-8")
    return load_config(file, environ=SECRETS, today=acme.TODAY)


def live(config: Config, world: World) -> Trace:
    """A run each morning but on Sundays; the changes fall on working days."""
    people, lead, trace = People(world, seed=20260303), Lead(config), Trace()
    days = [acme.TODAY + timedelta(days=n) for n in range(DAYS)]
    busy = [day for day in days[1:] if day.weekday() < 5]
    with closing(Store.open(config.store_url)) as store:
        connectors = open_connectors(config, Clock(now=time.time, sleep=lambda _: None))
        for day in (day for day in days if day.weekday() != 6):
            morning = datetime.combine(day, clock_time(9), ZoneInfo("UTC"))
            world.clock.set(morning)
            for _ in range(_share(day, busy)):
                people.change(day)
            before = counted(world)
            outcome = Runner(config, store, connectors, world.clock.now).run(Options())
            new = notices(world, before)
            trace.told.append(len(new))
            trace.names += [one.who for one in new if one.how != "created"]
            trace.expected.append(lead.hear(outcome, morning))
            trace.held.append(len({held.uid for held in outcome.plan.held}))
            trace.waiting.append(lead.waiting)
            trace.incomplete += [*outcome.missing, *outcome.written.errors]
        trace.steps, trace.wishes, trace.lives = store.notifications(), lead.wishes, lead.lives
    return trace


def _share(day: date, busy: list[date]) -> int:
    if day not in busy:
        return 0
    at = busy.index(day)
    return CHANGES * (at + 1) // len(busy) - CHANGES * at // len(busy)


@pytest.fixture(scope="module")
def trace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trace]:
    world = World()
    running = serve(world)
    acme.build(world)
    try:
        yield live(configured(tmp_path_factory.mktemp("trace"), world), world)
    finally:
        running.close()


def test_every_day_was_read_and_written_in_full(trace: Trace) -> None:
    assert trace.incomplete == []


def test_people_were_notified_of_what_is_new_or_worse_and_of_nothing_else(trace: Trace) -> None:
    assert trace.told == trace.expected
    assert sum(trace.told) > 60, "a trace in which little happens shows little"
    assert trace.names, "and one without a case that gets worse shows nothing of calls"


def test_what_was_held_back_is_what_the_budget_left(trace: Trace) -> None:
    assert trace.held == trace.waiting
    assert any(trace.held)


def test_no_team_is_called_more_often_in_a_day_than_its_budget(trace: Trace) -> None:
    writes = {(step.team, step.day, step.uid, step.at) for step in trace.steps}
    assert max(Counter((team, day) for team, day, _, _ in writes).values()) == BUDGET
    assert len(writes) == sum(trace.told)


def test_each_edit_that_notifies_names_one_person(trace: Trace) -> None:
    assert {len(names) for names in trace.names} == {1}


def test_nothing_is_told_twice(trace: Trace) -> None:
    """In one life of a case."""
    lives = [(s.uid, s.case, s.level, sum(c == s.case and at <= s.at for c, at in trace.lives)) for s in trace.steps]
    assert max(Counter(lives).values()) == 1


def test_a_bot_that_comments_on_each_finding_would_be_heard_many_times_as_often(trace: Trace) -> None:
    print(f"{sum(trace.told)} notifications in {DAYS} days; a comment for each finding in each run: {trace.wishes}")
    assert trace.wishes > 10 * sum(trace.told)
