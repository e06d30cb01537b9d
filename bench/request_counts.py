"""How many requests a run makes, counted where they arrive, beside the fewest that anyone needs (``bench.terms``).

An unchanged run asks who we are and what changed. One that is due for structure also looks for what deltas cannot
see: removed links, deleted issues, dates of sprints and releases.
"""

import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.crowd import build
from bench.crowd_jira import projects
from bench.terms import Terms, terms_of
from connectors import load
from sandbox.server import serve
from sandbox.world import World
from sync.config import Config, load_config
from sync.outcome import Outcome
from sync.run import Options, Runner
from sync.store import Store

ROOM = 1.05
"""How much more than the fewest a full pull may take; one request more in any case."""
UNCHANGED = 5
"""Requests that an unchanged run may make to a tracker."""
SECRETS = {
    "CROSSTIE_TRACKERS__JIRA__TOKEN": "sandbox-jira-token",
    "CROSSTIE_TRACKERS__GITHUB__TOKEN": "sandbox-github-token",
}
CONFIG = """
[trackers.jira]
kind = "jira"
url = "{jira}"
user = "bot@acme.example"
projects = {projects}
[trackers.github]
kind = "github"
url = "{github}"
repositories = ["acme/*"]
[[teams]]
name = "payments"
owns = ["jira:PAY", "github:acme/web"]
[[teams]]
name = "platform"
owns = ["jira:PLAT", "github:acme/*"]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Requests to one tracker, with ``issues`` issues on it."""

    tracker: str
    issues: int
    read: int
    """Issues that the full pull brought."""
    full: int
    unchanged: int
    structure: int
    """An unchanged run that is due to look for what deltas cannot see."""
    fewest: int
    """Requests that anyone needs for a full pull."""

    @property
    def bound(self) -> int:
        """What the full pull may cost."""
        return max(int(self.fewest * ROOM), self.fewest + 1)


def measure(issues: int) -> list[Count]:
    """Three runs over a fresh world with ``issues`` on each tracker: the first, one right after, one when structure is
    due. Raises RuntimeError when a run is not complete."""
    world = World()
    build(world, issues)
    running = serve(world)
    try:
        with tempfile.TemporaryDirectory() as folder:
            return _measure(world, issues, Path(folder))
    finally:
        running.close()


def _measure(world: World, issues: int, folder: Path) -> list[Count]:
    path = folder / "crosstie.toml"
    path.write_text(CONFIG.format(**world.urls, projects=[*projects(issues)]), encoding="utf-8")
    terms: dict[str, Terms] = {name: terms_of(site) for name, site in world.sites.items()}
    config = load_config(path, environ=SECRETS)
    full, outcome = _run(config, world)
    unchanged, _ = _run(config, world)
    world.clock.set(world.clock.now() + config.refresh.structure + timedelta(minutes=1))
    structure, _ = _run(config, world)
    return [
        Count(
            tracker=name,
            issues=issues,
            read=outcome.trackers[name].issues,
            full=full[name],
            unchanged=unchanged[name],
            structure=structure[name],
            fewest=terms[name].full(),
        )
        for name in ("jira", "github")
    ]


def _run(config: Config, world: World) -> tuple[Counter[str], Outcome]:
    before = len(world.log())
    connectors = {tracker.name: load()[tracker.kind](tracker) for tracker in config.trackers}
    with Store.open(config.store_url) as store:
        outcome = Runner(config, store, connectors, world.clock.now).run(Options(dry_run=True))
    if not outcome.complete:
        raise RuntimeError(f"a run was not complete: {'; '.join(outcome.missing)}")
    return Counter(entry.site for entry in world.log(since=before)), outcome


def table(counts: list[Count]) -> str:
    """For people: what was counted beside what it may be."""
    lines = ["tracker    issues    fewest   full pull   may be   unchanged   may be   structure"]
    for c in counts:
        full = f"{c.tracker:<8} {c.read:>8} {c.fewest:>9} {c.full:>11} {c.bound:>8}"
        lines.append(f"{full} {c.unchanged:>11} {UNCHANGED:>8} {c.structure:>11}")
    return "\n".join(lines)
