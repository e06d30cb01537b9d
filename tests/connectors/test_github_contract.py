"""GitHub keeps every promise of a connector, against the sandbox over real sockets."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from connectors.base import Connector
from connectors.github import GithubConnector
from tests.connectors.contract import ConnectorContract, World, after, issues, walk
from tests.connectors.github_world import GitHub


class TestGithub(ConnectorContract):
    @pytest.fixture
    def world(self) -> Iterator[GitHub]:
        world = GitHub.start()
        yield world
        world.running.close()


@dataclass
class Server(GitHub):
    """A GitHub Enterprise Server: under a path of its own, and older than github.com."""

    def connector(self, *scopes: str, path: str = "/api/v3", **more: Any) -> GithubConnector:
        return super().connector(*scopes, path=path, **more)


class TestGithubEnterpriseServer(ConnectorContract):
    @pytest.fixture
    def world(self) -> Iterator[GitHub]:
        world = Server.start()
        world.site.set_options({"hide_new_fields": True, "no_dependencies_api": True})
        yield world
        world.running.close()


class TestGithubEnterpriseServerWithoutGraphql(ConnectorContract):
    @pytest.fixture
    def world(self) -> Iterator[GitHub]:
        world = Server.start()
        world.site.set_options({"no_graphql": True, "no_dependencies_api": True})
        yield world
        world.running.close()

    def test_an_unchanged_delta_asks_almost_nothing(self, world: World, connector: Connector) -> None:
        """REST asks each repository by itself: here 3 requests each at most, where GraphQL asks ten at once."""
        before = walk(connector)
        again = world.connector(world.scope, world.other_scope)
        pages = walk(again, after(before))
        assert again.traffic.requests <= 2 + 2 * 3
        known = issues(before)
        assert all(issue == known[native_id] for native_id, issue in issues(pages).items())
