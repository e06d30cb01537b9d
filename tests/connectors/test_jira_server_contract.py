"""Jira Data Center keeps every promise of a connector, against the sandbox over real sockets."""

from collections.abc import Iterator

import pytest

from tests.connectors.contract import ConnectorContract
from tests.connectors.jira_world import JiraServer


class TestJiraServer(ConnectorContract):
    @pytest.fixture
    def world(self) -> Iterator[JiraServer]:
        world = JiraServer.start()
        yield world
        world.running.close()
