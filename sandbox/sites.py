"""Which sites a world has. Apart from ``base`` because sites are built on it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # only a name: a world builds its sites, sites know nothing of worlds
    from sandbox.base import Site, World


def build_sites(world: "World") -> "dict[str, Site]":
    from sandbox.github.site import GitHubSite
    from sandbox.jira.site import JiraSite

    return {
        "jira": JiraSite(world.clock, lambda: world.urls.get("jira", "http://127.0.0.1")),
        "github": GitHubSite(world.clock, lambda: world.urls.get("github", "http://127.0.0.1")),
    }
