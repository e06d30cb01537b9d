"""Which configs were run with, when first, and by whom."""

import getpass
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.base import ACTORS, who
from cli.main import main
from sandbox.server import serve
from sandbox.world import World

CONFIG = """
[trackers.github]
kind = "github"
url = "{url}"
repositories = ["acme/web"]
"""


@pytest.fixture
def config(tmp_path: Path) -> Iterator[Path]:
    running = serve(World())
    running.world.sites["github"].writer().repository("acme/web")  # type: ignore[attr-defined]  # sites bring their own
    path = tmp_path / "crosstie.toml"
    path.write_text(CONFIG.format(url=running.urls["github"]))
    yield path
    running.close()


def crosstie(*args: str, name: str = "mira") -> Result:
    env = {"CROSSTIE_TRACKERS__GITHUB__TOKEN": "sandbox-github-token", "CROSSTIE_WHO": name}
    return CliRunner(env=env).invoke(main, args)


def test_every_config_that_was_run_with_has_its_day_and_its_person(config: Path) -> None:
    assert crosstie("run", "--config", str(config), name="mira").exit_code == 0
    config.write_text(config.read_text() + "# a comment changes no meaning\n")
    crosstie("run", "--config", str(config), name="jo")
    config.write_text(config.read_text() + '[notes]\nlabel = "seen"\n')
    crosstie("run", "--config", str(config), "--dry-run", name="devi[bot]")
    rows = json.loads(crosstie("check", "--history", "--config", str(config), "--json").stdout)
    assert [(row["who"], row["added"], row["removed"], row["current"]) for row in rows] == [
        ("devi[bot]", 3, 0, True),
        ("mira", 5, 0, False),
    ]
    text = crosstie("check", "--history", "--config", str(config)).stdout
    assert "devi[bot]" in text
    assert f"{rows[0]['digest'][:12]} (now)" in text


def test_a_config_that_was_never_run_with_has_no_history_and_asking_makes_no_store(config: Path) -> None:
    result = crosstie("check", "--history", "--config", str(config))
    assert (result.exit_code, result.stdout) == (0, "The config as it stands has not been run with yet.\n")
    assert [file.name for file in config.parent.iterdir()] == ["crosstie.toml"]


def test_who_is_what_the_job_says_else_the_account_else_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    assert who({"CROSSTIE_WHO": " mira ", "GITHUB_ACTOR": "jo"}) == "mira"
    for name in ACTORS[1:]:
        assert who({name: "jo"}) == "jo"
    assert who({"CROSSTIE_WHO": " "}) == getpass.getuser()
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_111)
    assert who({}) == "uid 4000111"
