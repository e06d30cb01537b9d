"""``crosstie rules`` beside a config and a store."""

import json
from pathlib import Path
from typing import Any

from tests.cli.test_commands import config, crosstie, run_json, trackers

__all__ = ["config", "trackers"]


def entries(config: Path) -> dict[str, dict[str, Any]]:
    printed = crosstie("rules", "--config", config, "--json").stdout
    return {entry["rule"]: entry for entry in json.loads(printed)}


def test_without_a_store_nothing_is_said_of_usefulness(config: Path) -> None:
    assert entries(config)["overdue"]["usefulness"] is None
    assert "acted on" not in crosstie("rules", "--config", config).stdout


def test_what_became_of_noted_cases_is_counted(config: Path) -> None:
    run_json(config, "--write")
    found = entries(config)["overdue"]["usefulness"]
    assert (found["opened"], found["noted"], found["proposal"]) == (1, 1, None)
    assert found["acted_on"] + found["ignored"] + found["young"] + found["excused"] == 1
    assert "acted on" in crosstie("rules", "--config", config).stdout


def test_the_config_decides_what_is_listed(config: Path) -> None:
    own = 'name = "watched"\nwhen = "has(provider.party)"\nmessage = "Watch it"\n'
    config.write_text(config.read_text() + f'[rules.overdue]\nmode = "label"\n[[custom_rules]]\n{own}')
    listed = entries(config)
    assert (listed["overdue"]["mode"], listed["watched"]["mode"]) == ("label", "observe")
    assert "Why it matters" in crosstie("rules", "watched", "--config", config).stdout


def test_a_config_with_mistakes_does_not_hide_the_manual(config: Path) -> None:
    config.write_text(config.read_text() + "[rules.nope]\n")
    result = crosstie("rules", "overdue", "--config", config)
    assert (result.exit_code, "Why it matters" in result.stdout) == (0, True)
    assert "has mistakes" in result.stderr
