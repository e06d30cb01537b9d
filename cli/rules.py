"""``crosstie rules``: what is judged, each rule's manual, and whether its notes are acted on."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.base import USAGE, Fail, config_option, has_store, json_option, now, open_config, open_store

if TYPE_CHECKING:  # importing these costs half a second
    from rules.base import AnyRule
    from sync.config import Config
    from sync.usefulness import Usefulness


@click.command("rules")
@config_option
@json_option
@click.option("--within", type=click.IntRange(1, 250), default=10, show_default=True, help="Working days to act in.")
@click.argument("name", required=False)
def command(config_path: Path, as_json: bool, within: int, name: str | None) -> None:
    """List the rules, or print the manual of rule NAME.

    With a config and a store: by the config's settings, and how many noted cases were acted on.
    """
    from rules.engine import load, rules_of

    config = _config(config_path)
    rules = rules_of(config.rules) if config else load()
    if name is not None and name not in rules:
        raise Fail(_unknown(name, rules), USAGE)
    if name and not as_json:
        _manual(rules[name])
        return
    useful = _useful(config, within) if config and has_store(config) else None
    chosen = [rules[key] for key in ([name] if name else rules)]
    if as_json:
        click.echo(json.dumps([_entry(rule, config, useful) for rule in chosen], indent=2))
    else:
        from cli.show import console
        from cli.show_rules import show_rules

        show_rules(chosen, useful, within, console())


def _config(path: Path) -> "Config | None":
    """None where there is none, and, with a word on stderr, where it has mistakes: the manual is there all the same."""
    if not path.exists():
        return None
    try:
        return open_config(path, need_tokens=False)
    except Fail:
        click.echo(f"warning: {path} has mistakes, so this is without it; `crosstie check` names them", err=True)
        return None


def _unknown(name: str, rules: Mapping[str, "AnyRule"]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, rules, n=1)
    hint = f' Did you mean "{near[0]}"?' if near else ""
    return f'There is no rule "{name}".{hint} They are: {", ".join(rules)}.'


def _useful(config: "Config", within: int) -> "Mapping[str, Usefulness]":
    from sync.usefulness import changed_configs, usefulness

    with open_store(config) as store:
        changed = changed_configs(store.past_runs())
        return usefulness(store.happenings(), store.first_noted(), now(), within=within, reconfigured=changed)


def _entry(rule: "AnyRule", config: "Config | None", useful: "Mapping[str, Usefulness] | None") -> dict[str, Any]:
    from sync.usefulness import Usefulness

    settings = (config.rules.get(rule.id) if config else None) or rule.settings()
    found = None if useful is None else useful.get(rule.id, Usefulness())
    told = {**asdict(found), "percent": found.percent, "proposal": found.proposal or None} if found else None
    return {
        "rule": rule.id,
        "subject": rule.subject,
        "mode": settings.mode,
        "severity": settings.severity,
        "levels": list(rule.levels),
        "usefulness": told,
    }


def _manual(rule: "AnyRule") -> None:
    from rich.markdown import Markdown

    from cli.show import console
    from rules.manual import page

    console().print(Markdown(page(rule)))
