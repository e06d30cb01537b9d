"""``crosstie explain``: why a case stands, and why something is not found."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from cli.base import USAGE, Fail, config_option, json_option, now, open_config, open_store


@click.command("explain")
@config_option
@json_option
@click.option("--run", "run", metavar="RUN", default="", help="As this run judged it; by default the last that did.")
@click.option("--not", "missed", is_flag=True, help="Instead: why RULE finds nothing on ISSUE.")
@click.argument("names", nargs=-1, metavar="CASE | --not ISSUE RULE")
def command(config_path: Path, as_json: bool, run: str, missed: bool, names: Sequence[str]) -> None:
    """Show what CASE rests on: its rule, inputs, evidence, dates, and what happened to it so far.

    With --not, say which condition keeps RULE from finding something on ISSUE (jira:PAY-12, or PAY-12).
    """
    if len(names) != (2 if missed else 1) or (missed and run):
        raise Fail("Say `crosstie explain CASE [--run RUN]` or `crosstie explain --not ISSUE RULE`.", USAGE)
    from cli.show import console
    from cli.show_explain import show_explanation
    from cli.show_why_not import show_why_not

    account = _why_not(config_path, *names) if missed else _account(config_path, names[0], run.strip())
    if as_json:
        click.echo(json.dumps(account, indent=2))
    elif missed:
        show_why_not(account, console())
    else:
        show_explanation(account, console())


def _account(config_path: Path, case_id: str, run: str) -> Mapping[str, Any]:
    from sync.explain import NoSuchRun, account_of

    config = open_config(config_path, need_tokens=False)
    with open_store(config) as store:
        try:
            account = account_of(store, config, case_id.strip().lower(), run=run, now=now())
        except NoSuchRun as error:
            raise Fail(str(error), USAGE) from error
    if account is None:
        raise Fail(f'There is no case "{case_id}". `crosstie findings` lists those that stand.', USAGE)
    return account


def _why_not(config_path: Path, issue: str, rule: str) -> Mapping[str, Any]:
    from sync.explain import NoSuchIssue, NoSuchRule, why_not_of

    config = open_config(config_path, need_tokens=False)
    with open_store(config) as store:
        try:
            return why_not_of(store, config, issue.strip(), rule.strip(), now())
        except (NoSuchIssue, NoSuchRule) as error:
            raise Fail(str(error), USAGE) from error
