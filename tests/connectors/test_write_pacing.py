"""Writes keep below what trackers publish, over processes too, and a limit that is met all the same is honoured."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connectors.base import Address, Connector, TrackerSettings, TryLater
from connectors.github import GithubConnector
from connectors.github.client import Client
from connectors.jira import JiraConnector
from connectors.limits import Clock, Limits, Pacer, Rate, pacer_of
from sandbox.base import Clock as WorldClock
from sandbox.jira.site import JiraSite
from sandbox.server import Running, serve
from sandbox.world import World
from tests.connectors.contract import note

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
PACED = Limits(write_spacing=1.0, paced=True)
"""As for GitHub itself."""


class StoodStill(WorldClock):
    """Time that only sleeping moves, for the trackers and for whoever writes."""

    def __init__(self) -> None:
        super().__init__()
        self.at = NOW
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self.at

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += timedelta(seconds=seconds)

    @property
    def own(self) -> Clock:
        return Clock(now=lambda: self.at.timestamp(), sleep=self.sleep)


@dataclass
class Trackers:
    running: Running
    clock: StoodStill
    told: list[str] = field(default_factory=list)

    def github(self, limits: Limits = PACED) -> GithubConnector:
        url = self.running.urls["github"]
        settings = TrackerSettings(
            name="github", kind="github", url=url, scopes=("acme/web",), token="sandbox-github-token"
        )
        connector = GithubConnector(settings, limits=limits, clock=self.clock.own)
        connector.tell = self.told.append
        return connector

    def jira(self) -> JiraConnector:
        settings = TrackerSettings(
            name="jira",
            kind="jira",
            url=self.running.urls["jira"],
            user="bot@acme.example",
            scopes=("PAY",),
            token="sandbox-jira-token",
        )
        return JiraConnector(settings, clock=self.clock.own)

    def options(self, site: str, **options: Any) -> None:
        self.running.world.sites[site].set_options(options)


@pytest.fixture
def trackers() -> Iterator[Trackers]:
    world, clock = World(), StoodStill()
    world.clock = clock
    for site in world.sites.values():
        site.clock = clock
        site.state.clock = clock  # type: ignore[attr-defined]  # both sites have one
    running = serve(world)
    yield Trackers(running, clock)
    running.close()


def github_issues(trackers: Trackers, count: int) -> list[Address]:
    write = trackers.running.world.sites["github"].writer()  # type: ignore[attr-defined]  # a GitHubSite has one
    write.repository("acme/web")
    keys = [write.issue("acme/web", f"Issue {n}", by="crosstie-bot") for n in range(count)]
    return [Address(native_id=write.find(key).node_id, key=key) for key in keys]


def test_github_takes_ninety_notes_without_a_refusal(trackers: Trackers) -> None:
    """Eighty are let through in a minute; serial writes a second apart never come near."""
    addresses = github_issues(trackers, 45)
    trackers.options("github", content_per_minute=80, content_per_hour=500, points_per_minute=900)
    connector = trackers.github()
    for address in addresses:
        connector.ensure_note(address, note(), marker="m")
        connector.ensure_labels(address, add=["crosstie"], remove=[])
    assert connector.traffic.writes == 90
    assert connector.traffic.retries == 0
    assert connector.traffic.waited == pytest.approx(89, abs=1)


def test_what_was_made_within_the_hour_is_not_forgotten(trackers: Trackers) -> None:
    """By an earlier run, with 478 notes that ended ten minutes ago: two more now, and then the rest of the hour."""
    one, two, three, *_ = github_issues(trackers, 3)
    connector = trackers.github()
    connector.recall_writes([NOW - timedelta(minutes=10)] * 478 + [NOW - timedelta(minutes=70)] * 100)
    connector.recall_writes([NOW - timedelta(minutes=10)] * 478)
    connector.ensure_note(one, note(), marker="m")
    connector.ensure_note(two, note(), marker="m")
    with pytest.raises(TryLater, match="500 new comments, labels and links an hour") as caught:
        connector.ensure_note(three, note(), marker="m")
    assert caught.value.after == pytest.approx(50 * 60, abs=5)
    assert not caught.value.sent
    assert sum(trackers.clock.slept) < 5, "it is left to the next run, not waited for"
    trackers.clock.at += timedelta(minutes=50)
    connector.ensure_note(three, note(), marker="m")
    assert connector.traffic.writes == 3


def test_edits_and_reads_do_not_count_as_new(trackers: Trackers) -> None:
    (address,) = github_issues(trackers, 1)
    connector = trackers.github()
    made = connector.ensure_note(address, note(), marker="m")
    connector.recall_writes([NOW - timedelta(minutes=1)] * 600)
    for title in ("A", "B"):
        connector.ensure_note(address, note(title=title), marker="m", known=made.id)
    assert [standing.id for standing in connector.notes(address)] == [made.id]


def test_a_secondary_limit_on_a_write_is_waited_out_as_told(trackers: Trackers) -> None:
    """Where somebody else uses up the account's share: the wait is theirs to name."""
    addresses = github_issues(trackers, 3)
    trackers.options("github", content_per_minute=2)
    connector = trackers.github()
    for address in addresses:
        connector.ensure_note(address, note(), marker="m")
    assert connector.traffic.retries == 1
    assert max(trackers.clock.slept) > 50
    assert any("waiting" in line for line in trackers.told)


def test_a_limit_without_an_end_is_given_up_after_a_while(trackers: Trackers) -> None:
    (address,) = github_issues(trackers, 1)
    trackers.options("github", content_per_hour=0, tell_retry_after=False)
    connector = trackers.github()
    with pytest.raises(TryLater) as caught:
        connector.ensure_note(address, note(), marker="m")
    assert caught.value.after is not None
    assert not caught.value.sent
    assert 200 < sum(trackers.clock.slept) <= 600


def test_two_trackers_with_one_credential_share_their_pace(trackers: Trackers) -> None:
    github_issues(trackers, 1)
    one, clock = (
        TrackerSettings(name="one", kind="github", url=trackers.running.urls["github"], scopes=(), token="t"),
        trackers.clock.own,
    )
    first, second = (Client(one, "t", limits=PACED, clock=clock) for _ in range(2))
    other = Client(one, "another", limits=PACED, clock=clock)
    assert first.gate._pacer is second.gate._pacer
    assert first.gate._pacer is not other.gate._pacer


def test_jira_keeps_below_the_bursts_of_one_issue(trackers: Trackers) -> None:
    """Twenty writes in two seconds and a hundred in thirty."""
    site = trackers.running.world.sites["jira"]
    assert isinstance(site, JiraSite)
    site.writer().project("PAY", "Payments")
    site.writer().issue("PAY-1", "Pay by invoice")
    found = site.state.issue("PAY-1")
    assert found is not None
    trackers.options("jira", issue_burst=20, issue_long_burst=100)
    connector: Connector = trackers.jira()
    address = Address(native_id=str(found.id), key="PAY-1")
    for n in range(130):
        connector.ensure_labels(address, add=[f"label-{n}"], remove=[])
    assert connector.traffic.retries == 0
    assert 29 < (trackers.clock.at - NOW).total_seconds() < 60


# --- the pacer by itself


@pytest.mark.parametrize(("most", "seconds"), [(1, 1.0), (3, 2.0), (20, 2.0), (100, 30.0)])
def test_never_more_than_the_rate_in_any_window(most: int, seconds: float) -> None:
    clock = StoodStill()
    pacer, rates = Pacer(clock.own, write_spacing=0.0), (Rate(where="x", most=most, seconds=seconds, why="x"),)
    sent: list[float] = []
    for n in range(3 * most + 7):
        pacer.sleep(pacer.due((), write=True, rates=rates).seconds)
        pacer.spend(rates)
        sent.append(clock.at.timestamp())
        clock.at += timedelta(seconds=0.013 * (n % 5))
    for moment in sent:
        assert sum(moment - seconds < other <= moment for other in sent) <= most


def test_a_clock_set_back_frees_the_pace() -> None:
    clock = StoodStill()
    pacer, rates = Pacer(clock.own, write_spacing=0.0), (Rate(where="x", most=1, seconds=60, why="x"),)
    pacer.spend(rates)
    clock.at -= timedelta(hours=1)
    assert pacer.due((), write=True, rates=rates).seconds == 0


def test_a_pacer_ends_with_those_who_use_it() -> None:
    kept = pacer_of("https://github.example", "secret", Clock(), write_spacing=0.0)
    kept.recall("content", [0.0], by="github")
    assert pacer_of("https://GITHUB.example", "secret", Clock(), write_spacing=0.0) is kept
    assert kept.due((), write=True, rates=(Rate(where="content", most=1, seconds=1e11, why="x"),)).seconds > 0
    del kept
    fresh = pacer_of("https://github.example", "secret", Clock(), write_spacing=0.0)
    assert fresh.due((), write=True, rates=(Rate(where="content", most=1, seconds=1e11, why="x"),)).seconds == 0
