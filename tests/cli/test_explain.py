"""``crosstie explain`` as a person meets it: of a case, of a run, and of what was not found."""

import io
import json
from pathlib import Path

from rich.console import Console

from cli.show_why_not import show_why_not
from tests.cli.test_commands import cases, config, crosstie, run_json, trackers

__all__ = ["config", "trackers"]


def test_a_case_is_explained_as_its_run_judged_it(config: Path) -> None:
    _, printed = run_json(config, "--write")
    name = str(cases(config)[0]["case"])
    told = json.loads(crosstie("explain", name, "--config", config, "--json", "--run", str(printed["run"])).stdout)
    assert told["judged"]["run"] == printed["run"]
    assert told["judged"]["identical"] is True
    assert told["judged"]["config"]["who"]
    assert {end["noted"] for end in told["told"]} == {True}
    text = crosstie("explain", name, "--config", config).stdout
    assert "the identical verdict" in text
    assert "looked for: command, due (found 2026-02-17)" in " ".join(text.split())


def test_a_changed_config_does_not_change_what_was_judged(config: Path) -> None:
    run_json(config, "--write")
    name = str(cases(config)[0]["case"])
    config.write_text(config.read_text() + "[rules.overdue]\ngrace_days = 90\n")
    told = json.loads(crosstie("explain", name, "--config", config, "--json").stdout)
    assert told["judged"]["identical"] is True
    assert told["settings"]["grace_days"] == 0


def test_why_nothing_is_found(config: Path) -> None:
    run_json(config, "--write")
    told = json.loads(crosstie("explain", "--not", "PAY-1", "point-to-point", "--config", config, "--json").stdout)
    assert (told["issue"], told["found"]) == ("jira:PAY-1", [])
    (answer,) = told["not_found"]
    assert answer["because"][0]["condition"] == "coverage"
    text = crosstie("explain", "--not", "jira:pay-1", "point-to-point", "--config", config).stdout
    assert "whether an agreement covers it is not known" in text


def test_why_nothing_is_found_fits_into_80_columns() -> None:
    reason = {"condition": "promised", "is": "x", "would_do": "y", "says": "it is promised for " + "a day " * 30}
    answer = {"consumer": "jira:PAY-1", "provider": "jira:PLAT-7", "because": [reason], "instead": [reason] * 2}
    account = {"rule": "overdue", "issue": "jira:PAY-1", "at": "2026-03-02T09:00:00+00:00", "found": [], "left_out": 3}
    hint = {
        "between": ["a", "b"],
        "says": "see " * 30,
        "by": "Mira",
        "why": "it does not say who waits",
        "url": "https://x",
    }
    out = io.StringIO()
    whole = {**account, "not_found": [{**answer, "from": "2026-12-12", "when": None}], "hints": [hint]}
    show_why_not(whole, Console(file=out, width=80))
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert sum("or else" in line for line in lines) == 1
    assert any("Sat 12 Dec 2026 on, as things stand" in line for line in lines)
    assert any("3 dependencies more" in line for line in lines)


def test_what_is_found_is_named_with_its_case(config: Path) -> None:
    run_json(config, "--write")
    (case,) = cases(config)
    text = crosstie("explain", "--not", "PLAT-7", "overdue", "--config", config).stdout
    assert f"it does find something: case {case['case']}" in text


def test_an_exemption_is_named(config: Path) -> None:
    config.write_text(
        config.read_text()
        + '[[exemptions]]\nrule = "overdue"\nissue = "jira:PAY-1"\nuntil = 2099-01-31\nreason = "a spike"\n'
    )
    run_json(config, "--write")
    text = crosstie("explain", "--not", "PAY-1", "overdue", "--config", config).stdout
    assert "is exempt until 2099-01-31: a spike" in text


def test_wrong_names_are_two_and_say_the_way_out(config: Path) -> None:
    run_json(config, "--write")
    name = str(cases(config)[0]["case"])
    for args, says in (
        (("--not", "PAY-99", "overdue"), 'no issue "PAY-99"'),
        (("--not", "PAY-1", "overdu"), 'Did you mean "overdue"?'),
        (("--not", "PAY-1"), "crosstie explain --not ISSUE RULE"),
        ((name, "--run", "r1999"), "No run that judged"),
    ):
        result = crosstie("explain", *args, "--config", config)
        assert (result.exit_code, says in result.stderr) == (2, True), result.stderr
