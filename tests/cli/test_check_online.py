"""What ``check --online`` prints: short where all is well, and never without a way out."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from cli.main import main
from cli.show_checks import MOST, shortened, show_checks
from connectors.base import Check
from sandbox.server import Running, serve
from sandbox.world import World

CONFIG = """
[trackers.github]
kind = "github"
url = "{url}"
repositories = ["acme/*"{more}]

[notes]
write_to = ["github:acme/web"]
"""


@pytest.fixture
def github() -> Iterator[Running]:
    running = serve(World())
    running.world.sites["github"].writer().repository("acme/web")  # type: ignore[attr-defined]  # sites bring their own
    yield running
    running.close()


def check(running: Running, path: Path, *arguments: str, more: str = "", secret: str = "") -> Result:
    path.write_text(CONFIG.format(url=running.urls["github"], more=more))
    env = {"CROSSTIE_TRACKERS__GITHUB__TOKEN": secret or "sandbox-github-token"}
    return CliRunner(env=env).invoke(main, ["check", "--online", "--config", str(path), *arguments])


def printed(checks: list[Check], width: int = 80) -> str:
    out = Console(file=io.StringIO(), width=width)
    show_checks(checks, out)
    assert isinstance(out.file, io.StringIO)
    return "\n".join(line.rstrip() for line in out.file.getvalue().splitlines())


def test_all_is_well(github: Running, tmp_path: Path) -> None:
    result = check(github, tmp_path / "crosstie.toml")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "  ok  account: crosstie-bot on" in result.stdout
    assert "  ok  repository acme/web: can be read (public" in result.stdout
    asked = {(entry.method, entry.path) for entry in github.world.log("github")}
    assert {path for method, path in asked if method != "GET"} == {"/graphql"}, "nothing is written"


def test_what_failed_is_named_with_its_remedy_and_an_exit_code(github: Running, tmp_path: Path) -> None:
    result = check(github, tmp_path / "crosstie.toml", more=', "acme/nowhere"')
    assert result.exit_code == 3
    assert "  x   repository acme/nowhere: not there" in result.stdout
    assert "      → correct it in repositories of [trackers.github]" in result.stdout
    assert result.stderr.endswith("checks failed: repository acme/nowhere\n")


def test_json_holds_every_check(github: Running, tmp_path: Path) -> None:
    result = check(github, tmp_path / "crosstie.toml", "--json", more=', "acme/nowhere"')
    checks = json.loads(result.stdout)["trackers"]["github"]["checks"]
    assert all(set(row) == {"about", "ok", "found", "remedy"} for row in checks)
    assert {row["about"]: row["ok"] for row in checks}["repository acme/nowhere"] is False
    assert result.exit_code == 3


def test_a_refused_token_is_a_failed_check_and_not_shown(github: Running, tmp_path: Path) -> None:
    result = check(github, tmp_path / "crosstie.toml", secret="wr0ng-t0ken")
    assert (result.exit_code, "github: 1 of 1 checks failed: account\n") == (3, result.stderr)
    assert "answered 401" in result.stdout
    assert "wr0ng-t0ken" not in result.output


def test_hundreds_that_are_well_take_a_line() -> None:
    checks = [Check(about=f"repository acme/r{i}", ok=True, found="can be read") for i in range(148)]
    checks += [Check(about=f"repository acme/r{i}, writing", ok=True, found="can be written") for i in range(7)]
    checks += [Check(about=f"project P{i}", ok=True, found="can be read") for i in range(2)]
    assert printed(checks).splitlines() == [
        "  ok  148 repositories: can be read",
        "  ok  7 repositories, writing: can be written",
        "  ok  project P0: can be read",
        "  ok  project P1: can be read",
    ]


def test_what_is_wrong_is_listed_and_then_counted() -> None:
    bad = [Check(about=f"repository acme/r{i}", ok=False, found="not there", remedy="correct it") for i in range(33)]
    odd = [Check(about="quota", ok=None, found="10 left", remedy="wait")]
    shown = list(shortened([*bad, *odd]))
    assert [c.about for c in shown[MOST:]] == ["quota", f"{33 - MOST} more"]
    assert shown[-1].ok is False


def test_nothing_is_wider_than_the_terminal_or_taken_for_markup() -> None:
    long = "acme/" + "a-very-long-name-" * 9
    text = printed(
        [Check(about=f"repository {long}", ok=False, found="[red]gone[/red]", remedy="see [trackers.github]")]
    )
    assert max(map(len, text.splitlines())) <= 80
    assert "[red]gone[/red]" in text
    assert "      → see [trackers.github]" in text
