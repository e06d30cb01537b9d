"""What a run could know of what had been noted before it."""

from datetime import UTC, datetime, timedelta

from sync.past import Noted
from sync.store import PastRun

MONDAY = datetime(2026, 3, 2, 11, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)


def _run(name: str, judged: datetime) -> PastRun:
    return PastRun(id=name, started=judged, judged=judged, generations={}, config="c")


def test_a_run_knows_what_earlier_runs_noted_and_not_its_own_notes() -> None:
    first, second = _run("r1", MONDAY), _run("r2", TUESDAY)
    noted = Noted([first, second])
    assert [noted.before(first)(at) for at in (MONDAY, TUESDAY)] == [False, False]
    assert [noted.before(second)(at) for at in (MONDAY, TUESDAY)] == [True, False]


def test_a_run_as_of_an_earlier_day_knows_what_was_noted_on_a_later_one() -> None:
    first, second = _run("r1", TUESDAY), _run("r2", MONDAY)
    assert Noted([first, second]).before(second)(TUESDAY)
