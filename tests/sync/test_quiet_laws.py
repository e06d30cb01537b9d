"""Whatever happens on whichever days: no team is called beyond its budget, nothing twice, and all of it in the end."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from model.calendar import Calendar
from model.policy import Member, Team
from sync.base import Case, NoteRow, Notification
from tests.sync.quiet_world import applied, bell, planned, standing_case, wants

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALENDARS = {
    "payments": Calendar(
        timezone="Europe/Berlin", quiet_hours=(time(18), time(8)), holidays=frozenset({date(2026, 3, 5)})
    ),
    "platform": Calendar(timezone="Pacific/Auckland", weekend=frozenset({4, 5})),
    "": Calendar(),
}
TEAMS = {
    name: Team(name=name, representative=Member(ids={"jira": f"5b10:{name}"})) for name in ("payments", "platform")
}
ISSUES = {f"jira:PAY-{n}": ("payments", "platform", "")[n % 3] for n in range(6)}
ENDS = {f"case{n}": (f"jira:PAY-{n % 6}", f"jira:PAY-{(n * 5 + 1) % 6}") for n in range(8)}
"""Eight cases, each noted at two of six issues."""


@dataclass
class World:
    """What stands, what was told, and the levels of the cases; 0: cleared."""

    budget: int
    repost: bool
    most_new: int
    now: datetime = START
    levels: dict[str, int] = field(default_factory=dict)
    rows: dict[str, NoteRow] = field(default_factory=dict)
    told: list[Notification] = field(default_factory=list)
    loud: list[tuple[str, date]] = field(default_factory=list)
    """Team and day of each write that notified."""
    held: int = 0

    def run(self) -> None:
        cases = {id_: self._case(id_, level) for id_, level in self.levels.items() if level}
        shown = {uid: [c for id_, c in sorted(cases.items()) if uid in ENDS[id_]] for uid in ISSUES}
        ring = bell(
            cases.values(),
            at=self.now,
            told=self.told,
            teams=TEAMS,
            calendars=CALENDARS,
            budget=self.budget,
            most_new=self.most_new,
            repost=self.repost,
        )
        notes = [wants(uid, *own) for uid, own in shown.items() if own]
        plan = planned(notes, self.rows.values(), ring=ring, teams=ISSUES)
        self.held = len(plan.held)
        for write in plan.writes:
            self.rows[write.uid] = applied(self.rows.get(write.uid), write)
            self.told += write.notifies
            if write.notifies:
                team = ISSUES[write.uid]
                self.loud.append((team, CALENDARS[team].today(self.now)))
                assert not CALENDARS[team].is_quiet(self.now)

    def _case(self, id_: str, level: int) -> Case:
        severity = ("info", "warning", "error")[int(id_[-1]) % 3]
        notified = max((step.level for step in self.told if step.case == id_), default=0)
        return standing_case(id_, level, severity, notified=notified)  # type: ignore[arg-type]  # one of the three

    def heard(self, uid: str, id_: str) -> int:
        return max((step.level for step in self.told if (step.uid, step.case) == (uid, id_)), default=0)


CHANGES = st.lists(st.tuples(st.sampled_from(sorted(ENDS)), st.integers(0, 4)), max_size=5)
RUNS = st.lists(st.tuples(st.integers(1, 60), CHANGES), max_size=14)
WORLDS = st.builds(World, budget=st.integers(0, 3), repost=st.booleans(), most_new=st.integers(1, 4))


@settings(max_examples=60, deadline=None)
@given(WORLDS, RUNS)
def test_budgets_hold_and_nothing_is_told_twice(world: World, runs: list[tuple[int, list[tuple[str, int]]]]) -> None:
    for hours, changes in runs:
        world.now += timedelta(hours=hours)
        world.levels |= dict(changes)
        world.run()
    assert max(Counter(world.loud).values(), default=0) <= world.budget
    steps = Counter((step.uid, step.case, step.level) for step in world.told)
    assert max(steps.values(), default=0) <= 1


@settings(max_examples=40, deadline=None)
@given(WORLDS.filter(lambda world: world.budget > 0), RUNS)
def test_with_days_enough_all_that_still_stands_is_told(
    world: World, runs: list[tuple[int, list[tuple[str, int]]]]
) -> None:
    for hours, changes in runs:
        world.now += timedelta(hours=hours)
        world.levels |= dict(changes)
        world.run()
    for _ in range(30):
        world.now = (world.now + timedelta(days=1)).replace(hour=11)
        world.run()
    assert world.held == 0
    for id_, level in world.levels.items():
        for uid in ENDS[id_] if level else ():
            callable_ = ISSUES[uid] or world.repost
            assert world.heard(uid, id_) >= level or not callable_
            assert world.rows[uid].id, "there is a note at each end"
    before = len(world.told)
    world.run()
    assert len(world.told) == before


def test_the_world_of_these_laws_is_not_empty() -> None:
    """Both laws would hold of one in which nothing is ever told."""
    world = World(budget=1, repost=False, most_new=4, levels=dict.fromkeys(ENDS, 1))
    loud = []
    for day in range(4):
        world.now = START + timedelta(days=day)
        world.run()
        loud.append(len(world.loud))
    assert loud[0] == 3
    assert loud[-1] > loud[0]
