"""``crosstie check --history``: the configs that were run with; when first, by whom, and how much they changed."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.base import has_store, open_store

if TYPE_CHECKING:  # importing it costs half a second
    from sync.config import Config
    from sync.versions import Version


def show(config: "Config", *, as_json: bool) -> None:
    """The newest first; the one that the file holds now is marked."""
    from sync.versions import versions

    found: list[Version] = []
    if has_store(config):
        with open_store(config) as store:
            found = versions(store.configs())
    if as_json:
        rows = ({**asdict(v), "at": v.at.isoformat(), "current": v.digest == config.digest} for v in found)
        click.echo(json.dumps(list(rows), indent=2))
    else:
        _table(found, config.digest)


def _table(found: "list[Version]", current: str) -> None:
    from rich.table import Table
    from rich.text import Text

    from cli.show import console

    if current not in {version.digest for version in found}:
        click.echo("The config as it stands has not been run with yet.")
    if not found:
        return
    table = Table(box=None, pad_edge=False, header_style="dim")
    for name in ("config", "first run", "by", "lines"):
        table.add_column(name, no_wrap=name != "by")
    for version in found:
        at = f"{version.at:%Y-%m-%d %H:%M} UTC"
        mark = " (now)" if version.digest == current else ""
        changed = f"+{version.added} -{version.removed}"
        table.add_row(f"{version.digest[:12]}{mark}", at, Text(version.who), changed)
    console().print(table)
