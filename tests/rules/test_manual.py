"""docs/rules.md says what the rules say."""

from pathlib import Path

import pytest

from rules.base import RuleSettings
from rules.engine import load, manual
from rules.manual import page, render, summary

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_manual_is_up_to_date() -> None:
    assert DOCS.read_text(encoding="utf-8") == render(), "run: python -m rules.manual > docs/rules.md"


@pytest.mark.parametrize("rule_id", sorted(load()))
def test_a_page_holds_manual_levels_settings_and_examples(rule_id: str) -> None:
    rule = load()[rule_id]
    shown = page(rule)
    for text in (*manual(rule), *rule.levels, *(example.name for example in rule.examples)):
        assert text[1:] in shown
    own = set(rule.settings.model_fields) - set(RuleSettings.model_fields)
    assert all(f"| `{name}` |" in shown for name in own)


@pytest.mark.parametrize("rule_id", sorted(load()))
def test_every_setting_says_what_it_does(rule_id: str) -> None:
    assert all(field.description for field in load()[rule_id].settings.model_fields.values())


@pytest.mark.parametrize("rule_id", sorted(load()))
def test_a_rule_is_told_in_one_line(rule_id: str) -> None:
    told = summary(load()[rule_id])
    assert 20 <= len(told) <= 110
    assert told[0].isupper()
    assert "`" not in told
