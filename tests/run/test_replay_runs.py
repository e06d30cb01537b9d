"""The past of a whole installation, notes written and all, is reproduced by the configs that were active."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from sync.base import CaseEvent
from sync.past import config_of
from sync.replay import replay
from sync.store import Store
from tests.run.worlds import LONG_AGO, MORNING, Installation


def _weeks(acme: Installation) -> None:
    """People move dates and close issues, a tracker fails, the admin changes the config, and one run looks back."""
    path = acme.folder / "crosstie.toml"
    acme.run()
    acme.wait(hours=25)
    acme.jira("edit", issue="PLAT-2", due="2026-02-27")
    acme.run()
    acme.run(day=datetime(2026, 3, 4, 11, tzinfo=UTC))
    acme.jira("transition", issue="PLAT-3", status="Done")
    acme.run(day=datetime(2026, 3, 4, 11, tzinfo=UTC))
    acme.wait(hours=48)
    acme.fault("drop_before", site="jira", path="search", count=-1)
    acme.run()
    acme.world.clear_faults()
    acme.wait(hours=24)
    path.write_text(path.read_text() + "[rules.overdue]\ngrace_days = 3\nlevel_2_after = 8\n")
    acme.run()
    acme.wait(days=6)
    acme.jira("transition", issue="PLAT-3", status="To Do")
    acme.github("close", issue="acme/web#1")
    acme.run(day=MORNING + timedelta(hours=1))
    acme.run()


def test_every_case_and_event_comes_out_as_it_was_recorded(acme: Installation) -> None:
    _weeks(acme)
    path = acme.folder / "crosstie.toml"
    with acme.store() as store:
        runs = store.past_runs()
        steps = replay(store, runs, lambda run: config_of(store, run.config, path))
        again = [(step.run.id, event) for step in steps for event in step.judgement.events]
        assert sorted(_untold(again), key=str) == sorted(_untold(_recorded(store)), key=str)
    assert len({run.config for run in runs}) == 2
    assert len(runs) == 8
    assert {"opened", "worsened", "cleared"} <= {event.kind for _, event in again}


def _recorded(store: Store) -> Iterator[tuple[str, CaseEvent]]:
    for case in store.cases(LONG_AGO):
        for run, _, event in store.case_events(case.id):
            yield run, event


def _untold(events: Iterable[tuple[str, CaseEvent]]) -> list[tuple[str, CaseEvent]]:
    """But for whom a note has told of them: a replay writes none."""
    return [(run, replace(event, case=replace(event.case, notified=0))) for run, event in events]
