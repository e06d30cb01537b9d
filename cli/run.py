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
    tell_sent,
    who,
)
from cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from connectors.base import Connector
    from sync.config import Config
    from sync.digest.base import Sent
    from sync.outcome import Outcome
    from sync.store import Store


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
    sent: list[Sent] = []
    with open_store(config) as store:
        connectors = open_connectors(config)
        with progress(not as_json) as tell:
            outcome = Runner(config, store, connectors, now, tell).run(options)
        try:
            standing = bool(config.digests or store.standing_digests())
            if standing and not (options.dry_run or outcome.plan.braked):
                sent = _digests(config, store, connectors, as_of or now())
        finally:
            report(outcome, as_json, options.dry_run, sent)
    raise SystemExit(_exit_code(outcome, fail_on, sent))


def _digests(config: "Config", store: "Store", connectors: "Mapping[str, Connector]", at: datetime) -> "list[Sent]":
    """Those that are due. The run has come to its end and is kept, whatever becomes of them."""
    from sync.digest.deliver import Post
    from sync.store import Busy

    try:
        return Post(config, store, connectors, now).send_due(at)
    except Busy:
        return []  # the run that is at work now ends with them


def report(outcome: "Outcome", as_json: bool, dry_run: bool, sent: "Sequence[Sent]" = ()) -> None:
    from cli.show import console, show_outcome, show_writes
    from sync.outcome import summary

    if as_json:
        click.echo(json.dumps({**summary(outcome), "digests": [one.summary() for one in sent]}, indent=2))
    else:
        out = console()
        show_outcome(outcome, out)
        show_writes(outcome, dry_run, out)
    tell_sent(sent, lines=not as_json)
    complain(outcome.missing)
    if as_json:
        written = outcome.written
        braked = (outcome.plan.braked,) if outcome.plan.braked else ()
        complain((*written.errors, *written.waits, *written.refused, *braked))


def _exit_code(outcome: "Outcome", fail_on: str | None, sent: "Sequence[Sent]" = ()) -> int:
    from rules.base import SEVERITIES

    if not outcome.complete or any(one.error for one in sent):
        return PARTIAL
    ranks = [SEVERITIES.index(case.severity) for case in outcome.cases]
    if fail_on is not None and any(rank >= [*SEVERITIES].index(fail_on) for rank in ranks):  # type: ignore[arg-type]  # click checked the choice
        return FOUND
    return COMPLETE
