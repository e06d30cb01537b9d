"""How many requests a run makes, counted where they arrive.

For N issues on each tracker, C of them with more comments than come along::

    Jira      full pull     5 + ceil(N/100) + C     serverInfo, myself, fields, link types, projects
                                                    (C: more than 20 comments)
              unchanged     3                       serverInfo, myself, one search
              structure     6 + ceil(N/5000) + N'   fields, link types, projects, the census and the N' open
                                                    issues, 100 at a time, because sprints move silently
    GitHub    full pull     3 + pages + C/10        the account, the organisation's repositories and boards
                                                    (C: more than 50 comments)
              unchanged     2                       the account, one query for up to 10 repositories
              structure     4 + R                   the repositories and boards, and the events of R of them,
                            4 + R + pages           once a day all links read lean, 100 at a time

``pages`` of GitHub is N/100 at most and a few more: a request takes 100 issues and 100 pull requests,
shared out among the repositories that still have some, so the last pages of each are not full.
"""

import math
import tempfile
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from bench.crowd import PROJECTS, build
from connectors import load
from sandbox.server import serve
from sandbox.world import World
from sync.config import Config, load_config
from sync.run import Options, Outcome, Runner
from sync.store import Store

CONSTANT = {"jira": 5, "github": 5}
"""Requests of a full pull beyond N/100: exact for Jira, the most for GitHub (three, and pages that are not full)."""
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

    @property
    def bound(self) -> int:
        """What the full pull may cost."""
        return math.ceil(self.issues / 100) + CONSTANT[self.tracker]


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
    path.write_text(CONFIG.format(**world.urls, projects=[*PROJECTS]), encoding="utf-8")
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
    lines = ["tracker    issues    full pull   may be               unchanged   may be   structure"]
    for c in counts:
        bound = f"N/100 + {CONSTANT[c.tracker]} = {c.bound}"
        lines.append(
            f"{c.tracker:<8} {c.read:>8} {c.full:>12}   {bound:<18} {c.unchanged:>11} {UNCHANGED:>8} {c.structure:>11}"
        )
    return "\n".join(lines)
