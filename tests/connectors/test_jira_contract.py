"""Jira keeps every promise of a connector, against the sandbox over real sockets."""

from collections.abc import Iterator

import pytest

from tests.connectors.contract import ConnectorContract
from tests.connectors.jira_world import Jira


class TestJira(ConnectorContract):
    @pytest.fixture
    def world(self) -> Iterator[Jira]:
        world = Jira.start()
        yield world
        world.running.close()
