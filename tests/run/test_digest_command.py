"""``crosstie digest``, and the digests that a run ends with, as people and programs see them."""

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from cli import base as cli_base
from cli import digest as cli_digest
from cli import run as cli_run
from cli.main import main
from tests.run.test_digest_run import FILE, digest, file_of
from tests.run.worlds import SECRETS, Installation


@pytest.fixture
def crosstie(acme: Installation, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The command at the moment of the world, whose clock is the only one that it reads."""
    for module in (cli_base, cli_digest, cli_run):
        monkeypatch.setattr(module, "now", acme.world.clock.now)
    for name, value in SECRETS.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> Result:
        config = str(acme.folder / "crosstie.toml")
        return CliRunner().invoke(main, [*arguments, "--config", config], catch_exceptions=False)

    return run


def test_a_run_ends_with_what_is_due(acme: Installation, crosstie: Any) -> None:
    acme.configure(more=digest())
    done = crosstie("run")
    assert done.exit_code == 0, done.output
    assert done.output.splitlines()[-1] == "Digest pay: 2 new or worse; to digests/pay-2026-03-02.md."
    said = json.loads(crosstie("run", "--json").output)
    assert said["digests"] == []


def test_a_dry_run_and_a_braked_run_send_none(acme: Installation, crosstie: Any) -> None:
    acme.configure(more=digest())
    assert crosstie("run", "--dry-run").exit_code == 0
    assert file_of(acme) == ""


def test_a_digest_that_fails_makes_the_run_partial_and_loses_nothing(acme: Installation, crosstie: Any) -> None:
    (acme.folder / "digests").write_text("in the way")
    acme.configure(more=digest())
    done = crosstie("run", "--json")
    assert done.exit_code == 3
    said = json.loads(done.stdout)
    assert said["writes"]["created"] == 4
    assert [one["state"] for one in said["digests"]] == ["failed"]
    assert "incomplete: digest pay: the file " in done.stderr
    (acme.folder / "digests").unlink()
    assert "Digest pay: " in crosstie("run").output
    assert file_of(acme)


def test_it_is_shown_sent_and_sent_again(acme: Installation, crosstie: Any) -> None:
    acme.configure(more=digest() + digest(FILE, name="plat", team="platform", when="weekly:thu"))
    acme.run()
    shown = crosstie("digest", "pay", "--dry-run").output
    assert "pay, to digests/pay-2026-03-02.md (not sent):" in shown
    assert "New or worse since Fri 27 Feb 2026: 2" in shown
    assert file_of(acme) == ""
    done = crosstie("digest").output
    assert "Digest plat: not due now; the next is for Thu 5 Mar 2026" in done
    assert "Digest pay: 2 new or worse" in done
    assert "Digest pay: not due now; the next is for Tue 3 Mar 2026" in crosstie("digest", "pay").output
    assert "Digest pay: 2 new or worse" in crosstie("digest", "pay", "--again").output
    (page,) = json.loads(crosstie("digest", "plat", "--dry-run", "--json").output)
    assert (page["name"], page["counts"]["new_or_worse"]) == ("plat", 2)


def test_a_wrong_name_and_a_config_without_digests_are_said(acme: Installation, crosstie: Any) -> None:
    wrong = crosstie("digest")
    assert (wrong.exit_code, "has no [[digests]]" in wrong.output) == (2, True)
    acme.configure(more=digest())
    assert "there is no digest pya; there are pay." in crosstie("digest", "pya").output
    assert crosstie("digest", "--again").exit_code == 2
