"""Killed at any step of the outbox, the next run leaves what a run leaves that was never killed."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from tests.run.crowd import WRITES, build_crowd, notices
from tests.run.worker import MOMENTS, Order
from tests.run.worlds import Installation, is_settled

Stage = Literal["first notes", "clearing"]
WRITABLE = ("github:acme/web", "jira:PLAT")
NOTED = ("PLAT-1", "PLAT-3", "acme/web#1")
ROWS = 2 * len(NOTED)
"""A note and a label on each issue; the GitHub issue comes first."""


@dataclass
class Mortal:
    """Runs in processes of their own that SIGKILL takes."""

    process: "subprocess.Popen[str]"

    def run(self, acme: Installation, moment: str, number: int) -> bool:
        """Whether it was killed: the ``number``-th time that it came to ``moment``."""
        assert self.process.stdin
        assert self.process.stdout
        now = acme.world.clock.now().isoformat()
        self.process.stdin.write(Order(folder=str(acme.folder), now=now, moment=moment, number=number).line())
        self.process.stdin.flush()
        answer = self.process.stdout.readline().strip()
        assert answer in ("killed", "done"), answer
        return answer == "killed"


@pytest.fixture(scope="module")
def mortal() -> Iterator[Mortal]:
    command = [sys.executable, "-m", "tests.run.worker"]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        yield Mortal(process)
        assert process.stdin
        process.stdin.close()


@dataclass
class Scene:
    """Everything as it was just before the run that is killed; to be gone back to as often as one likes."""

    acme: Installation
    world: str
    store: bytes

    @classmethod
    def before(cls, stage: Stage, acme: Installation) -> "Scene":
        acme.configure(write_to=WRITABLE)
        if stage == "clearing":
            acme.run()
            acme.wait(hours=1)
            acme.run()
            acme.jira("transition", issue="PLAT-1", status="Done")
            acme.jira("transition", issue="PLAT-3", status="Done")
            acme.wait(hours=1)
        return cls.as_it_is(acme)

    @classmethod
    def as_it_is(cls, acme: Installation) -> "Scene":
        world = {name: site.dump() for name, site in acme.world.sites.items()}
        return cls(acme, json.dumps(world), (acme.folder / "crosstie.db").read_bytes())

    def go_back(self) -> None:
        for name, state in json.loads(self.world).items():
            self.acme.world.sites[name].restore(state)
        self.acme.world.clear_log()
        before = self.acme.folder / "before.db"
        before.write_bytes(self.store)
        self.acme.adopt_store(before)


@pytest.mark.parametrize(
    ("stage", "moment"),
    [("first notes", moment) for moment in MOMENTS] + [("clearing", "after call")],
)
def test_killed_at_each_step_of_each_row(acme: Installation, mortal: Mortal, stage: Stage, moment: str) -> None:
    scene = Scene.before(stage, acme)
    acme.run()
    never_killed = acme.standing()
    scene.go_back()
    for number in _numbers(stage, moment):
        assert mortal.run(acme, moment, number)
        acme.run()
        _assert_as_if_never_killed(acme, never_killed, stage)
        scene.go_back()
    if moment == "after call":
        assert not mortal.run(acme, moment, _numbers(stage, moment)[-1] + 1)


def _numbers(stage: Stage, moment: str) -> Sequence[int]:
    """Every request that changes something, where a note may be doubled or lost; elsewhere the first row."""
    folding = stage == "clearing"
    return range(1, ROWS + folding + 1) if moment == "after call" else (1,)


@pytest.mark.parametrize("steps", [("after mark_sent", "after call"), ("after finish",)])
def test_killed_at_every_step_of_forty_writes(acme: Installation, mortal: Mortal, steps: tuple[str, ...]) -> None:
    """One run after the other, each killed at the next step of the next write, until nothing is left to write.

    Between the steps nothing happens but reading: before the call is as after ``mark_sent``, before ``finish`` as after
    the call, and before ``mark_sent`` as after the ``finish`` of the write before. Each is tried in the small.
    """
    build_crowd(acme)
    scene = Scene.as_it_is(acme)
    assert len(acme.run().plan.writes) == WRITES == 40
    never_killed = acme.standing()
    scene.go_back()
    killed = 0
    while all(mortal.run(acme, step, 1) for step in steps):
        killed += len(steps)
        assert killed <= WRITES * len(steps)
    assert killed == WRITES * len(steps)
    assert acme.run().plan.writes == ()
    assert acme.standing() == never_killed
    told = notices(acme)
    assert sorted(one.issue for one in told) == sorted(never_killed), "one note for each issue"
    assert {one.how for one in told} == {"created"}
    _assert_at_rest(acme)


def test_killed_again_and_again(acme: Installation, mortal: Mortal) -> None:
    """Each run gets one row further, and the one after it is killed too."""
    scene = Scene.before("first notes", acme)
    acme.run()
    never_killed = acme.standing()
    scene.go_back()
    killed = 0
    while mortal.run(acme, "before finish", 2):
        killed += 1
    assert killed >= ROWS // 2
    _assert_as_if_never_killed(acme, never_killed, "first notes")


@pytest.mark.parametrize("site", ["jira", "github"])
def test_killed_and_then_the_tracker_cannot_be_asked(acme: Installation, mortal: Mortal, site: str) -> None:
    """Nobody knows yet whether the note arrived: that tracker waits, the other one is done."""
    scene = Scene.before("first notes", acme)
    acme.run()
    never_killed = acme.standing()
    scene.go_back()
    assert mortal.run(acme, "before finish", 1 if site == "github" else 3)
    acme.fault("status", site=site, status=503, count=-1)
    outcome = acme.run()
    assert not outcome.complete
    assert {name for name, counts in outcome.trackers.items() if counts.missing} == {site}
    acme.world.clear_faults()
    assert acme.run().complete
    _assert_as_if_never_killed(acme, never_killed, "first notes")


@pytest.mark.parametrize("row", [1, 2, 3, 4])
def test_killed_and_then_there_is_nothing_left_to_say(acme: Installation, mortal: Mortal, row: int) -> None:
    """What arrived and was not written down is ours all the same: it does not stay for ever."""
    acme.configure(write_to=WRITABLE)
    assert mortal.run(acme, "before finish", row)
    for key in ("PLAT-1", "PLAT-3"):
        acme.jira("transition", issue=key, status="Done")
    assert acme.run().complete
    assert all(is_settled(note) for notes, _ in acme.standing().values() for note in notes)
    assert {labels for _, labels in acme.standing().values()} <= {()}


def _assert_as_if_never_killed(acme: Installation, never_killed: object, stage: Stage) -> None:
    assert acme.standing() == never_killed
    assert _created(acme) == (sorted(NOTED) if stage == "first notes" else [])
    assert acme.folded("acme/web#1") is (stage == "clearing")
    assert len(notices(acme)) == len(_created(acme)), "nobody is told twice"
    _assert_store_knows(acme)
    _assert_at_rest(acme)


def _assert_at_rest(acme: Installation) -> None:
    again = acme.run()
    assert (again.plan.writes, again.events, again.complete) == ((), (), True)
    with acme.store() as store:
        assert store.unfinished() == []


def _created(acme: Installation) -> list[str]:
    """Issues of which a comment was made, as often as one was."""
    made = [e for e in acme.world.log() if e.method == "POST" and e.path.endswith(("/comment", "/comments"))]
    return sorted(acme.key_of(entry.path) for entry in made if entry.status == 201)


def _assert_store_knows(acme: Installation) -> None:
    with acme.store() as store:
        assert store.unfinished() == []
        rows = {uid.partition(":")[2]: row for uid, row in store.notes().items()}
        assert {key: row.id for key, row in rows.items()} == {key: acme.note_id(key) for key in NOTED}
        assert {key: set(row.labels) for key, row in rows.items()} == {key: acme.labels(key) for key in NOTED}
        assert all(case.notified == case.level for case in store.cases())
