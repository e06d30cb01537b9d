"""A pull of a thousand requests, one in twenty of which goes wrong, ends with the store that a good network gives."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors.limits import Clock
from model.facts import Facts
from sandbox.base import Fault
from sandbox.server import serve
from sandbox.world import World
from sync.base import TrackerCounts
from sync.config import load_config
from sync.pull import Pulling, pull
from sync.store import Store
from tests.run.worlds import CONFIG, LONG_AGO, MORNING, SECRETS, github_of, jira_of, open_connectors

REQUESTS = 1000
WRONG = 0.05
ISSUES = {"PAY": 400, "PLAT": 200}
TALKATIVE = 120
"""Issues with more comments than a search embeds: one more request each."""
BLOCKED = 300
"""GitHub issues with a blocker: without GraphQL, one more request each."""
MISHAPS = (
    Fault(kind="drop_before"),
    Fault(kind="drop_after"),
    Fault(kind="truncate"),
    Fault(kind="html"),
    Fault(kind="status", status=502),
    Fault(kind="status", status=503, headers={"Retry-After": "1"}),
    Fault(kind="status", status=429, headers={"Retry-After": "1"}),
)


@pytest.fixture
def crowd() -> Iterator[World]:
    world = World(seed=7)
    world.clock.set(MORNING)
    _fill_jira(world)
    _fill_github(world)
    world.sites["jira"].set_options({"page_cap": 1})
    world.sites["github"].set_options({"no_graphql": True})
    running = serve(world)
    try:
        yield world
    finally:
        running.close()


def _fill_jira(world: World) -> None:
    write = jira_of(world).writer()
    keys = [f"{project}-{number}" for project, count in ISSUES.items() for number in range(1, count + 1)]
    for project in ISSUES:
        write.project(project, project.title())
    for at, key in enumerate(keys):
        write.issue(key, f"Story {key}", f"Depends on: acme/web#{at % BLOCKED + 1}", reporter="Mira", created=LONG_AGO)
        for remark in range(25 if at < TALKATIVE else 1):
            write.comment(key, "Devi", f"Remark {remark}", LONG_AGO)
        if at % 3 == 1:
            write.link("Blocks", keys[at - 1], key)


def _fill_github(world: World) -> None:
    write = github_of(world).writer()
    write.repository("acme/web", visibility="private", at=LONG_AGO)
    write.person("mira", acme="MEMBER")
    names = [write.issue("acme/web", f"Task {n}", by="mira", body="PAY-1", at=LONG_AGO) for n in range(BLOCKED)]
    for name, blocker in zip(names, [*names[1:], names[0]], strict=True):
        write.block(name, blocker, by="mira")


def test_five_percent_of_faults_change_nothing(crowd: World, tmp_path: Path) -> None:
    good, counts = _pull_all(crowd, tmp_path / "good")
    assert sum(c.requests for c in counts) >= REQUESTS
    for mishap in MISHAPS:
        crowd.add_fault(replace(mishap, count=-1, probability=WRONG / len(MISHAPS)))
    asked = len(crowd.log())
    bad, _ = _pull_all(crowd, tmp_path / "bad")
    struck = [entry.fault for entry in crowd.log(since=asked) if entry.fault]
    assert len(struck) > REQUESTS * WRONG / 2
    assert {kind for fault in struck for kind in fault.split()} == {mishap.kind for mishap in MISHAPS}
    assert bad == good


def _pull_all(world: World, folder: Path) -> tuple[Facts, list[TrackerCounts]]:
    """What a new installation has in its store after one pull, without the moments at which it was read."""
    folder.mkdir()
    path = folder / "crosstie.toml"
    lists = {"projects": '["PAY", "PLAT"]', "repositories": '["acme/web"]', "readers": '["jira:*"]'}
    path.write_text(CONFIG.format(**world.urls, **lists, notes="", more=""), encoding="utf-8")
    config = load_config(path, environ=SECRETS)
    connectors = open_connectors(config, Clock(sleep=lambda seconds: None))
    with Store.open(f"sqlite:///{folder / 'crosstie.db'}") as store:
        counts = [
            pull(t.name, connectors[t.name], store, Pulling(scopes=t.scopes), world.clock.now) for t in config.trackers
        ]
        facts = store.facts()
    assert [c.missing for c in counts] == [(), ()]
    scopes = tuple(replace(scope, read_at=None) for scope in facts.scopes)
    return replace(facts, scopes=scopes, generations={}), counts
