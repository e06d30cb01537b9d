"""The past judged once more."""

import random
import shutil
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.facts import Phase
from sync.base import Case, CaseEvent
from sync.past import config_of
from sync.replay import last_of_each_day, replay
from sync.store import Store
from sync.tally import Tally
from tests.sync.past_world import KEYS, START, VARIANTS, Act, History
from tests.sync.stores import copied

LONG = timedelta(days=60)
PHASES: tuple[Phase, ...] = ("open", "started", "done")
WORDS = (
    *(f"{verb} 2026-03-{day}" for verb in ("promise", "need") for day in ("04", "09")),
    *("reject", "reject off", "promise off", "ack", "agree ADR-7", "mute", "reject PLAT-1", "promise PAY-1 2026-03-12"),
)
ACTS = st.one_of(
    st.builds(Act, do=st.just("due"), key=st.sampled_from(KEYS), days=st.integers(-5, 12)),
    st.builds(Act, do=st.just("phase"), key=st.sampled_from(KEYS), phase=st.sampled_from(PHASES)),
    st.builds(Act, do=st.sampled_from(("link", "unlink")), key=st.sampled_from(KEYS), other=st.sampled_from(KEYS)),
    st.builds(Act, do=st.just("hide"), key=st.sampled_from(KEYS)),
    st.builds(Act, do=st.just("show")),
    st.builds(Act, do=st.just("config"), variant=st.integers(0, len(VARIANTS) - 1)),
    st.builds(Act, do=st.sampled_from(("say", "edit")), key=st.sampled_from(KEYS), words=st.sampled_from(WORDS)),
)
DAYS = st.lists(st.tuples(st.integers(0, 3), st.lists(ACTS, max_size=4)), min_size=1, max_size=6)


def assert_replays(history: History) -> None:
    """Every event and every case, but for whom a note has told of it."""
    store = history.store
    replayed: list[tuple[str, CaseEvent]] = []
    for step in replay(store, store.past_runs(), lambda run: config_of(store, run.config, history.path)):
        replayed += [(step.run.id, _untold(event)) for event in step.judgement.events]
    recorded = [(run, _untold(event)) for run, event in _recorded(store, {event.case.id for _, event in replayed})]
    assert sorted(replayed, key=str) == sorted(recorded, key=str)
    last: dict[str, Case] = {event.case.id: event.case for _, event in replayed}
    assert {case.id: replace(case, notified=0) for case in store.cases(START - LONG)} == last


def _recorded(store: Store, ids: set[str]) -> list[tuple[str, CaseEvent]]:
    known = ids | {case.id for case in store.cases(START - LONG)}
    return [(run, event) for case_id in known for run, _, event in store.case_events(case_id)]


def _untold(event: CaseEvent) -> CaseEvent:
    return replace(event, case=replace(event.case, notified=0))


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=DAYS)
def test_the_configs_that_were_active_lead_to_the_cases_that_were_recorded(
    empty_store: Path, days: list[tuple[int, list[Act]]]
) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        with copied(empty_store, folder) as store:
            history = History(folder, store)
            history.act(Act("link", "PAY-1", "PLAT-1"))
            history.act(Act("due", "PLAT-1", days=1))
            history.run()
            for wait, acts in days:
                for act in acts:
                    history.act(act)
                history.run(days=wait, hours=1)
            assert_replays(history)
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("seed", range(2))
def test_long_histories_are_reproduced_whatever_happens_in_them(store: Store, tmp_path: Path, seed: int) -> None:
    """Circles that grow and shrink, projects out of sight, changed configs, and runs as of a day that was."""
    chance, history = random.Random(seed), History(tmp_path, store)
    for _ in range(14):
        for _ in range(chance.randrange(5)):
            history.act(_anything(chance))
        back = chance.choice((0, 0, 1, 1, 6)) if chance.random() < 0.3 else None
        as_of = history.later(-back).date() if back is not None else None
        history.run(hours=chance.choice((1, 7, 24, 24, 24, 72, 200)), as_of=as_of)
    assert_replays(history)
    assert {"opened", "cleared"} <= {event.kind for event in _all_events(store)}
    assert store.statements()


def _anything(chance: random.Random) -> Act:
    consumer, provider = chance.sample(KEYS, 2)
    match chance.randrange(13):
        case 0 | 1:
            return Act("due", consumer, days=chance.randrange(-5, 25))
        case 2 | 3:
            return Act("phase", consumer, phase=chance.choice(PHASES))
        case 4 | 5 | 6:
            return Act("link", consumer, provider)
        case 7:
            return Act("unlink", consumer, provider)
        case 8:
            return Act(chance.choice(("hide", "show", "show")), consumer)
        case 9 | 10 | 11:
            return Act(chance.choice(("say", "say", "edit")), consumer, words=chance.choice(WORDS))
    return Act("config", variant=chance.randrange(len(VARIANTS)))


def _all_events(store: Store) -> list[CaseEvent]:
    return [event for case in store.cases(START - LONG) for _, _, event in store.case_events(case.id)]


@pytest.fixture
def watched(store: Store, tmp_path: Path) -> History:
    """A week of runs, two a day: PLAT-1 is late from Wednesday on, PLAT-2 only on Thursday."""
    history = History(tmp_path, store)
    history.act(Act("link", "PAY-1", "PLAT-1"))
    history.act(Act("link", "PAY-2", "PLAT-2"))
    history.act(Act("due", "PLAT-1", days=1))
    history.act(Act("due", "PLAT-2", days=20))
    for day in range(5):
        if day in (3, 4):
            history.act(Act("due", "PLAT-2", days=2 if day == 3 else 20))
        history.run(days=float(day > 0))
        history.run(hours=1)
        history.tracker.now -= timedelta(hours=1)
    return history


def test_a_week_is_replayed(watched: History) -> None:
    assert_replays(watched)


def test_what_would_have_been_said(watched: History) -> None:
    tally = _tally(watched)
    assert len(tally.days) == 5
    overdue = tally.rules["overdue"]
    assert (overdue.opened, overdue.by_itself, overdue.standing) == (2, 1, 1)
    assert tally.told["platform"][START.date() + timedelta(days=2)] == 1
    assert tally.told["platform"][START.date() + timedelta(days=3)] == 1
    assert "web" not in tally.told


def test_a_stricter_config_would_have_said_less(watched: History) -> None:
    watched.act(Act("config", variant=1))
    tally = _tally(watched)
    assert tally.rules["overdue"].opened == 1
    assert "undated" not in tally.rules


def test_nothing_is_kept(watched: History) -> None:
    before = [watched.store.case_events(case.id) for case in watched.store.cases()]
    _tally(watched)
    assert [watched.store.case_events(case.id) for case in watched.store.cases()] == before


def _tally(history: History) -> Tally:
    config = history.config
    tally = Tally(config)
    for step in replay(history.store, last_of_each_day(history.store.past_runs()), lambda _: config):
        tally.add(step)
    return tally
