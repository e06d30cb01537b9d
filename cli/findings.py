"""``crosstie findings``: the cases that stand."""

import json
from pathlib import Path

import click

from cli.base import config_option, json_option, open_config, open_store


@click.command("findings")
@config_option
@json_option
@click.option("--rule", metavar="NAME", help="Only this rule's.")
def command(config_path: Path, as_json: bool, rule: str | None) -> None:
    """List what stood at the end of the last run."""
    from cli.show import case_json, console, show_cases

    config = open_config(config_path, need_tokens=False)
    with open_store(config) as store:
        cases = [c for c in store.cases() if c.state != "cleared" and rule in (None, c.rule)]
        refs = store.refs()
    cases.sort(key=lambda case: (case.rule, case.opened, case.id))
    if as_json:
        click.echo(json.dumps([case_json(case, refs) for case in cases], indent=2))
    else:
        show_cases(cases, console())
