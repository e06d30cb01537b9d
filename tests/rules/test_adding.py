"""The rule of docs/adding.md, taken from that page: one file is all it takes."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import rules
from rules import engine
from rules.base import AnyRule
from rules.examples import uid
from rules.manual import page
from sync.config import ConfigError, load_config
from sync.config.root import settings_model
from sync.config.shape import schema

PAGE = Path(__file__).parents[2] / "docs" / "adding.md"
CONFIG = """
[trackers.jira]
kind = "jira"
url = "https://acme.example"
projects = ["PAY"]
[rules.idle-day]
{setting}
"""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyRule]:
    """The file of the page, put where rules are looked for."""
    (text,) = (t for t in re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL) if "EdgeRule" in t)
    folder = tmp_path_factory.mktemp("room")
    (folder / "idle_day.py").write_text(text, encoding="utf-8")
    caches = (engine._loaded, settings_model, schema)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "__path__", [*rules.__path__, str(folder)])
        for cached in caches:
            cached.cache_clear()
        yield engine.load()["idle-day"]
    sys.modules.pop("rules.idle_day", None)
    for cached in caches:
        cached.cache_clear()


def test_its_examples_find_what_they_say(trial: AnyRule) -> None:
    for example in trial.examples:
        found = engine.run(trial, example.snapshot, trial.settings.model_validate(example.settings))
        expected = {tuple(map(uid, members)): level for members, level in example.finds.items()}
        assert {finding.subject.members: finding.level for finding in found} == expected, example.name


def test_the_config_knows_it(trial: AnyRule, tmp_path: Path) -> None:
    path = tmp_path / "crosstie.toml"
    path.write_text(CONFIG.format(setting='mode = "observe"'), encoding="utf-8")
    assert load_config(path, environ={}, need_tokens=False).rules["idle-day"].mode == "observe"
    path.write_text(CONFIG.format(setting='severty = "error"'), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"crosstie.toml:7: rules\.idle-day\.severty: .*severity"):
        load_config(path, environ={}, need_tokens=False)


def test_its_manual_is_whole(trial: AnyRule) -> None:
    text = page(trial)
    assert text.startswith("## idle-day")
    assert all(lead in text for lead in ("What it finds", "Why it matters", "How to clear it", "A Friday where"))
