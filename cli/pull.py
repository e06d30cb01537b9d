"""``crosstie pull``: read the trackers into the store and do nothing else."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from cli.base import (
    PARTIAL,
    complain,
    config_option,
    json_option,
    now,
    open_config,
    open_connectors,
    open_store,
)
from cli.progress import progress


@click.command("pull")
@config_option
@json_option
@click.option("--full", is_flag=True, help="Read everything again, not only what changed.")
def command(config_path: Path, as_json: bool, full: bool) -> None:
    """Read what changed in the trackers into the store."""
    from cli.show import console, show_trackers
    from sync.run import Runner

    config = open_config(config_path)
    with open_store(config) as store, progress(not as_json) as tell:
        trackers = Runner(config, store, open_connectors(config), now, tell).pull_only(full)
    if as_json:
        click.echo(json.dumps({name: asdict(counts) for name, counts in trackers.items()}, indent=2))
    else:
        show_trackers(trackers, console())
    missing = tuple(reason for counts in trackers.values() for reason in counts.missing)
    complain(missing)
    raise SystemExit(PARTIAL if missing else 0)
