"""A run keeps its pace, says how long it will take, and leaves to the next one what would take too long."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Connector
from connectors.github import GithubConnector
from connectors.jira import JiraConnector
from connectors.limits import Clock, Limits
from sync.base import Write
from sync.outcome import Outcome
from sync.pace import Pace
from sync.run import Options, Runner
from tests.run.crowd import build_crowd, issues
from tests.run.worlds import Installation

PACED = Limits(write_spacing=1.0, paced=True)
"""As for github.com."""


@dataclass
class Shown:
    """Progress as a terminal would show it."""

    lines: list[str] = field(default_factory=list)

    def __call__(self, doing: str, done: int, total: int | None = None) -> None:
        self.lines.append(f"{doing}: {done} of {total}")

    def waiting(self, reason: str) -> None:
        self.lines.append(reason)


def paced_run(acme: Installation, shown: Shown | None = None) -> Outcome:
    """With connectors that wait on the world's clock, which that moves on."""
    config, world = acme.config, acme.world.clock

    def sleep(seconds: float) -> None:
        world.set(world.now() + timedelta(seconds=seconds))

    clock = Clock(now=lambda: world.now().timestamp(), sleep=sleep)
    trackers = {tracker.name: tracker for tracker in config.trackers}
    connectors: dict[str, Connector] = {
        "jira": JiraConnector(trackers["jira"], clock=clock),
        "github": GithubConnector(trackers["github"], limits=PACED, clock=clock),
    }
    with acme.store() as store:
        return Runner(config, store, connectors, world.now, shown or Shown()).run(Options())


@pytest.fixture
def crowd(acme: Installation) -> Installation:
    build_crowd(acme)
    return acme


def test_an_estimate_is_shown_and_no_limit_is_met(crowd: Installation) -> None:
    crowd.world.sites["github"].set_options({"content_per_minute": 80, "content_per_hour": 500})
    crowd.world.sites["jira"].set_options({"issue_burst": 20, "issue_long_burst": 100})
    shown = Shown()
    outcome = paced_run(crowd, shown)
    assert (outcome.complete, outcome.written.left) == (True, 0)
    assert not [e for e in crowd.requests() if e.status in (403, 429)]
    assert "writing notes: 40 of 40" in shown.lines


def test_what_would_take_too_long_is_left_and_done_by_the_next_run(crowd: Installation) -> None:
    """Of the hour's 480 a run before has made 474: three issues of six still have their note and label."""
    crowd.run(dry_run=True)
    _made_before(crowd, 474)
    first = paced_run(crowd)
    assert first.complete, "it is no failure"
    assert (first.written.failed, first.written.left) == (0, 6)
    (said,) = first.written.waits
    assert said.startswith("6 writes are left for the next run: github: ")
    assert "500 new comments, labels and links an hour" in said
    assert sum(bool(crowd.note(key)) for key in issues(crowd)) == 17
    crowd.wait(minutes=10)
    soon = paced_run(crowd)
    assert soon.written.left == 6, "the hour is not over, and not forgotten"
    assert sum(bool(crowd.note(key)) for key in issues(crowd)) == 17
    crowd.wait(minutes=55)
    last = paced_run(crowd)
    assert (last.complete, last.written.left, last.written.created) == (True, 0, 3)
    assert all(crowd.note(key) and crowd.labels(key) for key in issues(crowd))


def _made_before(acme: Installation, count: int) -> None:
    """A run that ended just now and made so many comments: what the outbox knows of it."""
    now = acme.world.clock.now()
    with acme.store() as store:
        store.begin_run("before", now - timedelta(minutes=5), "")
        write = Write(uid="x", tracker="github", native_id="x", key="acme/web#2", kind="note", reason="new")
        for row in store.enqueue("before", [write] * count):
            store.finish(row.id, note=None)
        store.end_run("before", now, {})


@pytest.mark.parametrize("site", ["jira", "github"])
def test_a_limit_that_is_met_leaves_the_rest_and_the_other_tracker(crowd: Installation, site: str) -> None:
    """The tracker asks for an hour: nothing more is tried on it, and nothing has failed."""
    path = r"/comments?$"
    crowd.fault(
        "status", site=site, method="POST", path=path, status=429, headers={"Retry-After": "3600"}, count=-1, skip=2
    )
    outcome = crowd.run()
    sent = [e for e in crowd.requests(site) if e.method == "POST" and e.path.endswith(("/comment", "/comments"))]
    assert len(sent) == 3, "two that worked, and one that was asked to wait"
    assert outcome.complete
    assert outcome.written.left == 2 * ((14 if site == "jira" else 6) - 2)
    crowd.world.clear_faults()
    again = crowd.run()
    assert (again.complete, again.written.left) == (True, 0)
    assert all(len(crowd.note_ids(key)) == 1 for key in issues(crowd))


def test_a_tracker_that_goes_silent_is_soon_left_alone(crowd: Installation) -> None:
    crowd.fault("status", site="jira", method="POST", path=r"/comment$", status=502, count=-1)
    outcome = crowd.run()
    assert not outcome.complete
    assert (outcome.written.failed, outcome.written.left) == (3, 25)
    crowd.world.clear_faults()
    assert crowd.run().complete
    assert all(len(crowd.note_ids(key)) == 1 for key in issues(crowd))


@pytest.mark.parametrize(
    ("seconds", "done", "total", "says"),
    [
        (4, 4, 140, "writing notes"),
        (12, 12, 140, "writing notes, about 2 min left"),
        (12, 12, 60, "writing notes, about 50 s left"),
        (12, 12, 20, "writing notes"),
        (600, 100, 400, "writing notes, about 30 min left"),
    ],
)
def test_the_estimate(seconds: int, done: int, total: int, says: str) -> None:
    began = datetime(2026, 3, 2, 9, tzinfo=UTC)
    moments = iter([began, began + timedelta(seconds=seconds)])
    assert Pace(lambda: next(moments), total).saying(done) == says
