"""``crosstie run``: the scheduled job."""

import json
import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cli.base import (
    COMPLETE,
    FOUND,
    PARTIAL,
    USAGE,
    Fail,
    as_of_option,
    complain,
    config_option,
    json_option,
    now,
    open_config,
    open_connectors,
    open_store,
    who,
)
from cli.progress import progress

if TYPE_CHECKING:
    from sync.outcome import Outcome


@click.command("run")
@config_option
@json_option
@click.option("--dry-run", is_flag=True, help="Read and judge, show what would be written, write nothing.")
@click.option("--full", is_flag=True, help="Read everything again, not only what changed.")
@as_of_option("Judge as on this day; implies --dry-run unless --write stands beside it.")
@click.option("--write", is_flag=True, help="Write although --as-of is given.")
@click.option("--release-brake", is_flag=True, help="Let through, this once, more writes than the brake allows.")
@click.option(
    "--fail-on",
    type=click.Choice(["info", "warning", "error"]),
    help="Exit with 4 when findings this severe, or more, are open.",
)
def command(
    config_path: Path,
    as_json: bool,
    dry_run: bool,
    full: bool,
    as_of: datetime | None,
    write: bool,
    release_brake: bool,
    fail_on: str | None,
) -> None:
    """Pull what changed, judge it, and bring the notes on the tickets up to date."""
    from sync.run import Options, Runner

    if write and as_of is None:
        raise Fail("--write goes with --as-of; without it a run writes anyway.", USAGE)
    options = Options(
        dry_run=dry_run or (as_of is not None and not write),
        full=full,
        release_brake=release_brake,
        day=as_of,
        who=who(os.environ),
    )
    config = open_config(config_path)
    with open_store(config) as store, progress(not as_json) as tell:
        outcome = Runner(config, store, open_connectors(config), now, tell).run(options)
    report(outcome, as_json, options.dry_run)
    raise SystemExit(_exit_code(outcome, fail_on))


def report(outcome: "Outcome", as_json: bool, dry_run: bool) -> None:
    from cli.show import console, show_outcome, show_writes
    from sync.outcome import summary

    if as_json:
        click.echo(json.dumps(summary(outcome), indent=2))
    else:
        out = console()
        show_outcome(outcome, out)
        show_writes(outcome, dry_run, out)
    complain(outcome.missing)
    if as_json:
        complain(tuple(outcome.written.errors) + ((outcome.plan.braked,) if outcome.plan.braked else ()))


def _exit_code(outcome: "Outcome", fail_on: str | None) -> int:
    from rules.base import SEVERITIES

    if not outcome.complete:
        return PARTIAL
    ranks = [SEVERITIES.index(case.severity) for case in outcome.cases]
    if fail_on is not None and any(rank >= [*SEVERITIES].index(fail_on) for rank in ranks):  # type: ignore[arg-type]  # click checked the choice
        return FOUND
    return COMPLETE
