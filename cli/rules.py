"""``crosstie rules``: what is judged, and each rule's manual."""

import json

import click

from cli.base import USAGE, Fail, json_option


@click.command("rules")
@json_option
@click.argument("name", required=False)
def command(as_json: bool, name: str | None) -> None:
    """List the rules, or print the manual of rule NAME."""
    from difflib import get_close_matches

    from rules.engine import load

    rules = load()
    if name is not None and name not in rules:
        near = get_close_matches(name, rules, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        raise Fail(f'There is no rule "{name}".{hint} They are: {", ".join(rules)}.', USAGE)
    if as_json:
        click.echo(json.dumps([_entry(rules[key]) for key in ([name] if name else rules)], indent=2))
    elif name:
        _manual(name)
    else:
        _list()


def _entry(rule: object) -> dict[str, object]:
    from rules.base import Rule

    assert isinstance(rule, Rule)  # noqa: S101 - narrows what load() gives
    settings = rule.settings()
    return {
        "rule": rule.id,
        "subject": rule.subject,
        "mode": settings.mode,
        "severity": settings.severity,
        "levels": list(rule.levels),
    }


def _list() -> None:
    from rich.table import Table

    from cli.show import console
    from rules.engine import load
    from rules.manual import summary

    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("rule", no_wrap=True)
    table.add_column("finds")
    for name, rule in load().items():
        table.add_row(name, summary(rule))
    console().print(table)


def _manual(name: str) -> None:
    from rich.markdown import Markdown

    from cli.show import console
    from rules.engine import load
    from rules.manual import page

    console().print(Markdown(page(load()[name])))
