"""A Jira and a GitHub with as many issues each as one likes, as real trackers are (``bench.figures``), seeded.

``python -m bench.crowd TRACKER N SEED FILE`` writes the state of one of them, as the sandbox's control API gives
it, to FILE, and what a bench needs to know of it (``Terms``) beside it.
"""

import sys
from pathlib import Path

import msgspec

from bench.crowd_github import GitHubCrowd
from bench.crowd_jira import JiraCrowd
from bench.days import MORNING
from bench.terms import terms_of
from sandbox.github.site import GitHubSite
from sandbox.jira.site import JiraSite
from sandbox.world import World


def build(world: World, issues: int, seed: int = 1, trackers: tuple[str, ...] = ("jira", "github")) -> None:
    """``issues`` on each of the trackers."""
    world.clock.set(MORNING)
    for name in trackers:
        site = world.sites[name]
        if isinstance(site, JiraSite):
            JiraCrowd(site.writer(), issues, seed).fill()
        elif isinstance(site, GitHubSite):
            GitHubCrowd(site.writer(), issues, seed).fill()


def write(tracker: str, issues: int, seed: int, path: Path) -> None:
    """To FILE.terms.json first: a state file that is there is whole."""
    world = World()
    build(world, issues, seed, (tracker,))
    terms = terms_of(world.sites[tracker])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.with_suffix(".terms.json").write_bytes(msgspec.json.encode(terms))
    part = path.with_suffix(".part")
    part.write_bytes(msgspec.json.encode({tracker: world.sites[tracker].dump()}))
    part.replace(path)


if __name__ == "__main__":
    write(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), Path(sys.argv[4]))
