"""The tracker of docs/adding.md, taken from that page: it keeps the contract, and one file is all it takes."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

import connectors
from cli.main import main
from connectors.base import Connector
from connectors.registry import tables
from sync.config import ConfigError, load_config
from sync.config.root import settings_model
from sync.config.shape import schema
from sync.run import Options, Runner
from sync.store import Store
from tests.connectors.contract import ConnectorContract, issues, walk
from tests.connectors.desk_world import TOKEN, DeskWorld

PAGE = Path(__file__).parents[2] / "docs" / "adding.md"
CONFIG = """
[trackers.desk]
kind = "desk"
url = "{url}"
queues = ["OPS", "NET"]
[[teams]]
name = "operations"
owns = ["desk:OPS"]
[[teams]]
name = "network"
owns = ["desk:NET"]
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[type[Connector]]:
    """The file of the page, put where connectors are looked for."""
    text = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    folder = tmp_path_factory.mktemp("room")
    (folder / "desk.py").write_text(text, encoding="utf-8")
    caches = (tables, settings_model, schema)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connectors, "__path__", [*connectors.__path__, str(folder)])
        for cached in caches:
            cached.cache_clear()
        yield connectors.load()["desk"]
    sys.modules.pop("connectors.desk", None)
    for cached in caches:
        cached.cache_clear()


@pytest.fixture
def world(desk: type[Connector]) -> Iterator[DeskWorld]:
    made = DeskWorld(desk)
    try:
        yield made
    finally:
        made.close()


class TestDesk(ConnectorContract):
    pass


def test_it_reads_its_links(world: DeskWorld) -> None:
    found = {issue.key: issue for issue in issues(walk(world.connector("OPS", "NET"))).values()}
    assert [(link.phrase, link.other.key) for link in found["OPS-2"].links] == [("depends on", "NET-1")]


def test_a_whole_run_finds_what_crosses_teams(world: DeskWorld, tmp_path: Path) -> None:
    """Config, pull, store, model, teams and rules, without a word to any of them about Desk."""
    world.desk.add("OPS-4", "Move the racks", "Blocked by NET-1 until the cables are in.")
    path = tmp_path / "crosstie.toml"
    path.write_text(CONFIG.format(url=world.url), encoding="utf-8")
    config = load_config(path, environ={"CROSSTIE_TRACKERS__DESK__TOKEN": TOKEN})
    with Store.open(config.store_url) as store:
        outcome = Runner(config, store, {"desk": world.connector("OPS", "NET")}, lambda: world.desk.moment).run(
            Options()
        )
    assert outcome.complete
    edges = {(str(d.consumer.ref), str(d.provider.ref)): d for d in outcome.judged.snapshot.dependencies}
    assert {pair: d.evidence[0].strength for pair, d in edges.items()} == {
        ("desk:OPS-2", "desk:NET-1"): "declared",
        ("desk:OPS-4", "desk:NET-1"): "stated",
    }
    assert {d.reach for d in edges.values()} == {"cross_team"}


def test_a_mistake_in_its_table_is_named(world: DeskWorld, tmp_path: Path) -> None:
    path = tmp_path / "crosstie.toml"
    path.write_text(CONFIG.format(url=world.url).replace("queues", "queus"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r'trackers\.desk\.queus: there is no such setting; did you mean "queues"'):
        load_config(path, environ={"CROSSTIE_TRACKERS__DESK__TOKEN": TOKEN})


def test_init_writes_its_table(world: DeskWorld, tmp_path: Path) -> None:
    path = tmp_path / "crosstie.toml"
    options = ["--yes", "--url", f"desk={world.url}", "--read", "desk:OPS", "--config", str(path)]
    result = CliRunner(env={"CROSSTIE_TRACKERS__DESK__TOKEN": TOKEN}).invoke(main, ["init", *options])
    assert (result.exit_code, result.stderr) == (0, "")
    (tracker,) = load_config(path, environ={}, need_tokens=False).trackers
    assert (tracker.kind, tracker.url, tracker.scopes) == ("desk", world.url, ("OPS",))
