"""Small configs for tests, written as TOML and loaded from a real file."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from sync.config import Config, ConfigError, load_config

TOKENS = {"CROSSTIE_TRACKERS__JIRA__TOKEN": "jira-t0ken", "CROSSTIE_TRACKERS__GITHUB__TOKEN": "github-t0ken"}
TRACKERS = """\
[trackers.jira]
kind = "jira"
url = "https://acme.atlassian.net"
projects = ["PAY", "PLAT"]
[trackers.github]
kind = "github"
repositories = ["acme/web"]
"""
"""Seven lines, so that what a test adds begins on line 8."""


def write(folder: Path, text: str, name: str = "crosstie.toml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def loaded(folder: Path, more: str = "", environ: Mapping[str, str] = TOKENS) -> Config:
    return load_config(write(folder, TRACKERS + more), environ=environ)


def problems(folder: Path, text: str, environ: Mapping[str, str] = TOKENS) -> list[str]:
    """Every line of the refusal, without the folder."""
    path = write(folder, text)
    with pytest.raises(ConfigError) as refused:
        load_config(path, environ=environ)
    return str(refused.value).replace(f"{folder}/", "").splitlines()
