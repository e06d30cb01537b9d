"""GitHub keeps every promise of a connector, against the sandbox over real sockets."""

from collections.abc import Iterator

import pytest

from tests.connectors.contract import ConnectorContract
from tests.connectors.github_world import GitHub


class TestGithub(ConnectorContract):
    @pytest.fixture
    def world(self) -> Iterator[GitHub]:
        world = GitHub.start()
        yield world
        world.running.close()
