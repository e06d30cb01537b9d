"""As an app's installation every promise of a connector holds as well, over real sockets and with real keys."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from connectors.base import Connector, Stop, TrackerSettings
from connectors.github import GithubConnector
from connectors.limits import Clock, Limits
from tests.connectors.contract import MARKER, ConnectorContract, issues, note, walk
from tests.connectors.github_world import GitHub


@dataclass
class Installed(GitHub):
    """The app ``crosstie`` is installed on acme, for two of its repositories."""

    ahead: float = 0.0
    """Seconds by which the connectors' clock has been moved on."""
    settings: dict[str, str] = field(default_factory=dict)

    @classmethod
    def start(cls) -> "Installed":
        world = super().start()
        assert isinstance(world, cls)
        app = world.write.app()
        made = world.write.install(app, "acme", repositories=["acme/web", "acme/api"])
        world.settings = {"app_id": str(app.id), "private_key": app.private_key, "installation_id": str(made.id)}
        return world

    def connector(
        self, *scopes: str, token: str = "", patient: bool = False, path: str = "", **more: Any
    ) -> GithubConnector:
        app = {} if token else self.settings
        settings = TrackerSettings(
            name="github", kind="github", url=self.url + path, scopes=scopes, token=token, **{**app, **more}
        )
        clock = Clock(now=lambda: time.time() + self.ahead, sleep=lambda _: None)
        return GithubConnector(settings, limits=Limits(attempts=5 if patient else 2), clock=clock)

    def wait(self, **how_long: float) -> None:
        """Time passes on both sides."""
        self.ahead += timedelta(**how_long).total_seconds()
        clock = self.running.world.clock
        clock.set(clock.now() + timedelta(**how_long))


@pytest.fixture
def world() -> Iterator[Installed]:
    world = Installed.start()
    yield world
    world.running.close()


class TestGithubApp(ConnectorContract):
    @pytest.fixture
    def world(self) -> Iterator[Installed]:
        world = Installed.start()
        yield world
        world.running.close()


def tokens_given(world: Installed) -> int:
    return sum(entry.path.endswith("/access_tokens") for entry in world.running.world.log("github"))


def test_the_installation_is_found_by_its_owner(world: Installed) -> None:
    connector = world.connector("acme/web", installation_id="")
    assert connector.account().person.id == "crosstie[bot]"
    assert connector.account().person.bot
    with pytest.raises(Stop, match="not installed for globex"):
        world.connector("globex/web", installation_id="").account()


def test_its_notes_are_ours_to_graphql_and_to_rest(world: Installed) -> None:
    connector = world.connector("acme/web")
    made = connector.ensure_note(world.issue, note(), marker=MARKER)
    for options in ({}, {"no_graphql": True}):
        world.site.set_options(options)
        again = world.connector("acme/web")
        assert [standing.id for standing in again.notes(world.issue)] == [made.id]
        found = issues(walk(again))[world.issue.native_id]
        assert [c.id for c in found.comments if c.ours] == [made.id]


def test_a_token_is_renewed_in_the_middle_of_a_pull(world: Installed) -> None:
    connector: Connector = world.connector("acme/web", "acme/api", concurrency=2)
    connector.account()
    for _ in range(3):
        world.wait(minutes=59)
        assert world.issue.native_id in issues(walk(connector))
    assert tokens_given(world) == 4


def test_a_token_that_was_taken_back_is_renewed(world: Installed) -> None:
    connector = world.connector("acme/web")
    connector.account()
    for token in world.site.state.tables.tokens.values():
        token.revoked = True
    assert connector.ensure_note(world.issue, note(), marker=MARKER).done == "created"
    assert tokens_given(world) == 2


def test_what_the_app_was_not_given_is_said(world: Installed) -> None:
    world.write.repository("acme/other")
    world.write.repository("acme/hidden", visibility="private")
    checks = {c.about: c for c in world.connector("acme/web", "acme/other", "acme/hidden").inspect(["github:acme/*"])}
    assert checks["permissions for writing"].ok is True
    assert {about: check.ok for about, check in checks.items() if about.startswith("repository")} == {
        "repository acme/web": True,
        "repository acme/other": True,
        "repository acme/hidden": False,
        "repository acme/web, writing": True,
        "repository acme/other, writing": False,
    }
    assert "installation" in checks["repository acme/hidden"].remedy
