"""``crosstie explain``: why a case stands."""

import json
from pathlib import Path

import click

from cli.base import USAGE, Fail, config_option, json_option, now, open_config, open_store


@click.command("explain")
@config_option
@json_option
@click.option("--run", "run", metavar="RUN", default="", help="As this run judged it; by default the last that did.")
@click.argument("case_id", metavar="CASE")
def command(config_path: Path, as_json: bool, run: str, case_id: str) -> None:
    """Show what CASE rests on: its rule, inputs, evidence, dates, and what happened to it so far."""
    from sync.explain import NoSuchRun, account_of

    config = open_config(config_path, need_tokens=False)
    with open_store(config) as store:
        try:
            account = account_of(store, config, case_id.strip().lower(), run=run.strip(), now=now())
        except NoSuchRun as error:
            raise Fail(str(error), USAGE) from error
    if account is None:
        raise Fail(f'There is no case "{case_id}". `crosstie findings` lists those that stand.', USAGE)
    if as_json:
        click.echo(json.dumps(account, indent=2))
    else:
        from cli.show import console
        from cli.show_explain import show_explanation

        show_explanation(account, console())
