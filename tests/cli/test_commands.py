"""The command as a person meets it: what it prints, where, and with which exit code."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.main import COMMANDS, main
from rules.engine import load
from sandbox.server import Running, serve
from sandbox.world import World

TOKENS = {
    "CROSSTIE_TRACKERS__JIRA__TOKEN": "sandbox-jira-token",
    "CROSSTIE_TRACKERS__GITHUB__TOKEN": "sandbox-github-token",
}
CONFIG = """
[trackers.jira]
kind = "jira"
url = "{jira}"
user = "bot@acme.example"
projects = ["PAY", "PLAT"]

[trackers.github]
kind = "github"
url = "{github}"
repositories = ["acme/web"]

[audiences]
internal = ["jira:*", "github:acme/*"]

[[teams]]
name = "payments"
owns = ["jira:PAY"]

[[teams]]
name = "platform"
owns = ["jira:PLAT"]

[notes]
write_to = ["jira:*"]
baseline = "none"
"""


@pytest.fixture
def trackers() -> Iterator[Running]:
    """PAY-1 waits for PLAT-7, which was due two weeks ago."""
    running = serve(World())
    running.world.clock.set(date(2026, 3, 3))
    write = running.world.sites["jira"].writer()  # type: ignore[attr-defined]  # sites bring their own writers
    write.project("PAY", "Payments")
    write.project("PLAT", "Platform")
    write.issue("PAY-1", "Pay by invoice")
    write.issue("PLAT-7", "Ledger export", status="In Progress", due=date(2026, 2, 17))
    write.link("Blocks", "PLAT-7", "PAY-1")
    running.world.sites["github"].writer().repository("acme/web")  # type: ignore[attr-defined]
    yield running
    running.close()


@pytest.fixture
def config(trackers: Running, tmp_path: Path) -> Path:
    path = tmp_path / "crosstie.toml"
    path.write_text(CONFIG.format(**trackers.urls))
    return path


def crosstie(*args: str | Path, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(a) for a in args], env={**TOKENS, **(env or {})}, prog_name="crosstie")


def run_json(config: Path, *args: str) -> tuple[Result, dict[str, object]]:
    result = crosstie("run", "--config", config, "--json", "--as-of", "2026-03-03", *args)
    return result, json.loads(result.stdout)


def cases(config: Path) -> Sequence[dict[str, object]]:
    result = crosstie("findings", "--config", config, "--json")
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    result = crosstie(command, "--help")
    assert result.exit_code == 0
    assert "Usage: crosstie" in result.stdout


def test_a_run_reads_judges_and_writes(config: Path) -> None:
    result, printed = run_json(config, "--write")
    assert (result.exit_code, printed["complete"]) == (0, True)
    assert printed["findings"] == {"overdue": 1}
    assert printed["writes"] == {
        **dict.fromkeys(("edited", "cleared", "unchanged", "suppressed", "held", "left", "failed"), 0),
        "created": 2,
        "labels": 2,
    }
    (case,) = cases(config)
    assert (case["rule"], case["consumer"], case["provider"]) == ("overdue", "jira:PAY-1", "jira:PLAT-7")
    assert case["about"] == ["jira:PAY-1", "jira:PLAT-7"]


def test_as_of_alone_writes_nothing_and_keeps_no_case(config: Path, trackers: Running) -> None:
    result, printed = run_json(config)
    assert (result.exit_code, printed["findings"]) == (0, {"overdue": 1})
    assert not [e for e in trackers.world.log() if e.method != "GET" and "comment" in e.path]
    assert cases(config) == []


def test_fail_on_tells_by_exit_code(config: Path) -> None:
    assert run_json(config, "--fail-on", "warning")[0].exit_code == 4
    assert run_json(config, "--fail-on", "error")[0].exit_code == 0


def test_explain_shows_what_a_case_rests_on(config: Path) -> None:
    run_json(config, "--write")
    name = str(cases(config)[0]["case"])
    told = json.loads(crosstie("explain", name.upper(), "--config", config, "--json").stdout)
    assert told["dependency"]["promised"] == {"day": "2026-02-17", "source": "due", "name": "", "of": "jira:PLAT-7"}
    assert [piece["says"] for piece in told["dependency"]["evidence"]] == ["is blocked by"]
    assert [event["event"] for event in told["history"]] == ["opened"]
    text = crosstie("explain", name, "--config", config).stdout
    assert "https://acme.atlassian.net/browse/PLAT-7" in text.replace("\n", "")


@pytest.mark.parametrize(
    ("args", "code", "says"),
    [
        (["run", "--config", "nothere.toml"], 2, "there is no such file"),
        (["rules", "overdu"], 2, 'Did you mean "overdue"?'),
        (["run", "--write"], 2, "--write goes with --as-of"),
        (["run", "--as-of", "2026-02-30"], 2, "is no date"),
        (["frobnicate"], 2, "No such command"),
    ],
)
def test_wrong_usage_is_two_and_says_the_way_out(args: list[str], code: int, says: str) -> None:
    result = crosstie(*args)
    assert result.exit_code == code
    assert says in result.stderr


def test_every_config_mistake_at_once(config: Path) -> None:
    config.write_text(config.read_text().replace("projects =", "projcts =").replace('"none"', '"nome"'))
    result = crosstie("check", "--config", config)
    assert result.exit_code == 2
    assert 'did you mean "projects"?' in result.stderr
    assert "notes.baseline" in result.stderr


def test_an_unknown_case_is_named(config: Path) -> None:
    result = crosstie("explain", "zzzzz", "--config", config)
    assert (result.exit_code, "crosstie findings" in result.stderr) == (2, True)


def test_a_wrong_token_is_partial_named_and_never_shown(config: Path) -> None:
    secret = "ghp_not_a_real_token"
    result = crosstie("run", "--config", config, env={"CROSSTIE_TRACKERS__GITHUB__TOKEN": secret})
    assert result.exit_code == 3
    assert "incomplete: github:" in result.stderr
    assert "401" in result.stderr
    assert secret not in result.output + result.stderr


def test_a_project_that_does_not_exist_leaves_the_others(config: Path) -> None:
    config.write_text(config.read_text().replace('"PLAT"]', '"PLAT", "NOPE"]'))
    result, printed = run_json(config)
    assert result.exit_code == 3
    assert "jira:NOPE" in result.stderr
    assert printed["findings"] == {"overdue": 1}


def test_check_says_what_is_read_and_where_notes_go(config: Path) -> None:
    text = crosstie("check", "--config", config, "--online").stdout
    for part in ("reads PAY, PLAT", "crosstie-bot on", "team payments  owns jira:PAY", "Notes go to jira:*"):
        assert part in text


def test_rules_are_listed_and_explained() -> None:
    names = [entry["rule"] for entry in json.loads(crosstie("rules", "--json").stdout)]
    assert names == sorted(load())
    assert {"cycle", "late-chain", "overdue"} <= set(names)
    assert "Why it matters" in crosstie("rules", "overdue").stdout


def test_a_project_taken_out_of_the_config_is_forgotten_and_its_cases_close(config: Path) -> None:
    run_json(config, "--write")
    config.write_text(config.read_text().replace('"PAY", "PLAT"', '"PLAT"'))
    result, printed = run_json(config, "--write")
    assert (result.exit_code, printed["findings"]) == (0, {"overdue": 1}), "the link still shows the consumer's status"
    config.write_text(config.read_text().replace('"PLAT"]', '"PAY"]'))
    result, printed = run_json(config, "--write")
    assert (result.exit_code, printed["findings"]) == (0, {})


def test_check_says_who_reads_whose_notes_before_and_after_a_pull(config: Path) -> None:
    config.write_text(config.read_text().replace('write_to = ["jira:*"]', 'write_to = ["jira:PAY", "jira:OLD*"]'))
    names = ["github:acme/web", "jira:PAY", "jira:PLAT"]
    before = json.loads(crosstie("check", "--config", config, "--json").stdout)["readers"]
    assert before["audiences"] == [
        {"audience": "internal", "scopes": names, "notes_on": ["jira:PAY"], "may_carry": names}
    ]
    assert (before["known"], before["write_to_matches_nothing"]) == ("config", ["jira:OLD*"])
    run_json(config)
    after = json.loads(crosstie("check", "--config", config, "--json").stdout)["readers"]
    assert after["known"] == "pulled"
    everybody = {"audience": "public", "scopes": names[:1], "notes_on": [], "may_carry": []}
    inside = {"audience": "internal", "scopes": names[1:], "notes_on": ["jira:PAY"], "may_carry": names}
    assert after["audiences"] == [everybody, inside]
    text = crosstie("check", "--config", config).stdout
    for part in ("Everybody    github:acme/web", "may carry  what is on any of them, and on github:acme/web"):
        assert part in text
    assert "! notes.write_to: nothing that is read fits jira:OLD*" in text


def test_check_names_what_nobody_or_two_own(config: Path) -> None:
    run_json(config)
    teams = '\n[[teams]]\nname = "ledger"\nowns = ["jira:PLAT/label=a", "jira:PLAT-7"]\n'
    config.write_text(config.read_text().replace('owns = ["jira:PLAT"]', 'owns = ["jira:PLAT-7"]') + teams)
    report = json.loads(crosstie("check", "--config", config, "--json").stdout)
    assert report["ownership"] == {"tied": {"jira:PLAT-7": ["ledger", "platform"]}, "unowned": []}
    config.write_text(config.read_text().replace('"jira:PLAT-7"', '"jira:PLAT-1"'))
    assert json.loads(crosstie("check", "--config", config, "--json").stdout)["ownership"]["unowned"] == ["jira:PLAT-7"]
    assert "no team owns jira:PLAT-7" in crosstie("check", "--config", config).stdout
