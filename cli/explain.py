"""``crosstie explain``: why a case stands."""

import json
from pathlib import Path

import click

from cli.base import USAGE, Fail, config_option, json_option, now, open_config, open_store


@click.command("explain")
@config_option
@json_option
@click.argument("case_id", metavar="CASE")
def command(config_path: Path, as_json: bool, case_id: str) -> None:
    """Show what CASE rests on: its rule, inputs, evidence, dates, and what happened to it so far."""
    from sync.explain import explain
    from sync.run import snapshot_of

    config = open_config(config_path, need_tokens=False)
    with open_store(config) as store:
        case = store.case(case_id.strip().lower())
        if case is None:
            raise Fail(f'There is no case "{case_id}". `crosstie findings` lists those that stand.', USAGE)
        account = explain(case, store.case_events(case.id), snapshot_of(config, store, now()), store.refs())
    if as_json:
        click.echo(json.dumps(account, indent=2))
    else:
        from cli.show import console, show_explanation

        show_explanation(account, console())
