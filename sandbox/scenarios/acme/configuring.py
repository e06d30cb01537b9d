"""The crosstie.toml of Acme."""

import json
from importlib.resources import files
from pathlib import Path


def config(jira_url: str, github_url: str, store: Path) -> str:
    """``crosstie.toml`` as Acme keeps it, for trackers at these addresses and a store in this file."""
    text = (files(__package__) / "data" / "crosstie.toml").read_text(encoding="utf-8")
    given = {"JIRA-URL": jira_url, "GITHUB-URL": github_url, "STORE-URL": f"sqlite:///{store.absolute().as_posix()}"}
    for place, value in given.items():
        text = text.replace(f'"{place}"', json.dumps(value))
    return text
