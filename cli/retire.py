"""``crosstie retire``: takes our notes and labels away where crosstie, or a rule of it, is switched off."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.base import (
    COMPLETE,
    PARTIAL,
    USAGE,
    Fail,
    complain,
    config_option,
    json_option,
    now,
    open_config,
    open_connectors,
    open_store,
)
from cli.progress import progress

if TYPE_CHECKING:
    from sync.apply import Written
    from sync.retire import Retirement, Retiring

MOST = 20
"""Issues that are listed by name; --json has them all."""


@click.command("retire")
@config_option
@json_option
@click.option("--scope", "scopes", multiple=True, metavar="SCOPE", help="In these only: jira:PAY, github:acme/*.")
@click.option("--rule", default="", metavar="NAME", help="Only notes that show nothing but cases of this rule.")
@click.option("--all", "everything", is_flag=True, help="Everywhere.")
@click.option("--dry-run", is_flag=True, help="Show what would be removed, remove nothing.")
@click.option("--release-brake", is_flag=True, help="Let through, this once, more writes than the brake allows.")
def command(
    config_path: Path,
    as_json: bool,
    scopes: tuple[str, ...],
    rule: str,
    everything: bool,
    dry_run: bool,
    release_brake: bool,
) -> None:
    """Remove crosstie's notes and labels where it no longer writes.

    First take the scope out of notes.write_to, or set the rule's mode to "off": nothing is removed that the next run
    would write again.
    """
    from sync.apply import Written
    from sync.retire import Retirer, Retiring

    if bool(scopes) + bool(rule) + everything != 1:
        raise Fail("Say what is to go: --scope SCOPE (as often as needed), --rule NAME, or --all.", USAGE)
    what = Retiring(scopes=scopes, rule=rule, everything=everything)
    config = open_config(config_path, need_tokens=not dry_run)
    with open_store(config) as store, progress(not as_json) as tell:
        retirer = Retirer(
            config=config, store=store, connectors={} if dry_run else open_connectors(config), now=now, progress=tell
        )
        if dry_run:
            plan, written = retirer.plan(what, released=release_brake), Written()
        else:
            retired = retirer.retire(what, released=release_brake)
            plan, written = retired.plan, retired.written
    if plan.refused:
        raise Fail(f"Nothing was removed: {plan.refused}.", USAGE)
    if as_json:
        click.echo(json.dumps(_as_json(plan, written), indent=2))
    else:
        _show(what, plan, written, dry_run)
    complain(tuple(written.errors) + tuple(written.waits))
    undone = written.failed or written.left or (plan.braked and not dry_run)
    raise SystemExit(PARTIAL if undone else COMPLETE)


def _as_json(plan: "Retirement", written: "Written") -> dict[str, Any]:
    return {
        "notes": plan.notes,
        "labels": plan.labels,
        "removed": {"notes": written.removed, "labels": written.labels},
        "left": [{"issue": f"{one.place.tracker}:{one.place.key}", "why": one.why} for one in plan.left],
        "failed": written.failed + written.left,
        "braked": plan.braked,
    }


def _show(what: "Retiring", plan: "Retirement", written: "Written", dry_run: bool) -> None:
    from cli.show import console

    out = console()
    if not plan.writes and not plan.left:
        out.print(f"No note or label of ours stands {what}.", markup=False)
    elif plan.braked:
        out.print(f"Braked: {plan.braked}.", style="bold red", markup=False)
    elif dry_run:
        out.print(f"{plan.notes} notes and {plan.labels} labels would be removed:")
        issues = list(dict.fromkeys(f"{write.tracker}:{write.key}" for write in plan.writes))
        for issue in issues[:MOST]:
            out.print(f"  {issue}", markup=False)
        if len(issues) > MOST:
            out.print(f"  and {len(issues) - MOST} more (--json counts them)")
    elif plan.writes:
        out.print(f"Removed {written.removed} notes and {written.labels} labels.")
    for one in plan.left:
        out.print(f"Left on {one.place.tracker}:{one.place.key}: {one.why}.", markup=False)
