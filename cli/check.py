"""``crosstie check``: is the config sound, and with ``--online``, do the trackers let us do what it says?"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import history
from cli.base import PARTIAL, config_option, has_store, json_option, now, open_config, open_connectors, open_store
from cli.progress import progress

if TYPE_CHECKING:  # importing them costs half a second
    from model.facts import Facts, Scope
    from model.policy import Policy
    from sync.config import Config

NAMED = 3
"""Failed checks that the line about a tracker names."""


@click.command("check")
@config_option
@json_option
@click.option("--online", is_flag=True, help="Also try on every tracker all that the config names.")
@click.option("--history", "past", is_flag=True, help="List the configs that were run with: when first, and by whom.")
def command(config_path: Path, as_json: bool, online: bool, past: bool) -> None:
    """Read the config, name every mistake at once, and say what would be read and written."""
    config = open_config(config_path, need_tokens=online)
    if past:
        history.show(config, as_json=as_json)
        return
    report = _report(config)
    failures = _ask(config, report, quiet=as_json) if online else []
    report["ownership"], scopes, policy = _stored(config)
    report["readers"] = _readers(config, scopes, policy)
    if as_json:
        click.echo(json.dumps(report, indent=2))
    else:
        from cli.show import console, show_check

        show_check(report, console())
    for failure in failures:
        click.echo(failure, err=True)
    raise SystemExit(PARTIAL if failures else 0)


def _report(config: "Config") -> dict[str, Any]:
    policy = config.policy({})
    return {
        "config": str(config.path),
        "trackers": {t.name: {"kind": t.kind, "url": t.url, "reads": list(t.scopes)} for t in config.trackers},
        "teams": {team.name: [str(owns) for owns in team.owns] for team in policy.teams.values()},
        "audiences": {name: list(patterns) for name, patterns in policy.audiences.items()},
        "writes_to": list(config.notes.write_to),
        "rules": {name: settings.mode for name, settings in config.rules.items()},
    }


def _stored(config: "Config") -> tuple[dict[str, Any] | None, tuple["Scope", ...], "Policy"]:
    """What was read so far: who owns it, the projects and repositories, and the policy with what trackers add to it."""
    from sync.run import policy_of

    if not has_store(config):
        return None, (), config.policy({})
    with open_store(config) as store:
        facts, policy = store.facts(), policy_of(config, store)
    return _ownership(facts, policy), facts.scopes, policy


def _ownership(facts: "Facts", policy: "Policy") -> dict[str, Any]:
    """Issues that nobody owns, and those that two patterns give to different owners."""
    from model.ownership import Ownership, in_force

    owners = Ownership(in_force(policy, now()), facts.components)
    found = [(str(fact.ref), owners.owner(fact.ref, fact)) for fact in facts.issues.values()]
    return {
        "tied": {ref: list(owner.tied) for ref, owner in found if owner.tied},
        "unowned": [ref for ref, owner in found if not (owner.team or owner.party or owner.tied)],
    }


def _readers(config: "Config", read: tuple["Scope", ...], policy: "Policy") -> dict[str, Any]:
    """Who reads whose notes, before any is written; ``read``: what was pulled, empty before the first pull."""
    from model.facts import Scope
    from sync.readers import outlook

    named = [Scope(tracker=tracker.name, key=key) for tracker in config.trackers for key in tracker.scopes]
    found = outlook(read or named, policy, config.notes.write_to)
    return {
        "known": "pulled" if read else "config",
        "audiences": [
            {"audience": one.audience, "scopes": one.scopes, "notes_on": one.notes_on, "may_carry": one.carry}
            for one in found.readers
        ],
        "write_to_matches_nothing": found.write_to_nothing,
        "audiences_match_nothing": found.group_nothing,
    }


def _ask(config: "Config", report: dict[str, Any], *, quiet: bool) -> list[str]:
    """Puts what the trackers say into the report; returns, of each that failed a check, a sentence."""
    failures = []
    with progress(not quiet) as tell:
        for name, connector in open_connectors(config).items():
            connector.tell = tell.waiting
            checks = report["trackers"][name]["checks"] = []
            tell(f"{name}: who we are", 0)
            for check in connector.inspect(config.notes.write_to):
                checks.append(asdict(check))
                tell(f"{name}: {check.about}", len(checks))
            failed = [check["about"] for check in checks if check["ok"] is False]
            if failed:
                failures.append(f"{name}: {len(failed)} of {len(checks)} checks failed: {_first(failed)}")
    return failures


def _first(names: list[str]) -> str:
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more" if len(names) > NAMED else ", ".join(names)
