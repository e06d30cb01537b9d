"""What a rule's settings may say beyond their types: levels that the rule has, and overrides that change anything.

Works on the tree as written, so that a mistake elsewhere hides nothing here.
"""

from collections.abc import Iterator
from typing import Any

from rules.engine import MODES, load
from sync.config.files import Tree
from sync.config.report import Report
from sync.config.words import shown


def check_limits(tree: Tree, report: Report) -> None:
    """Levels that do not exist are mistakes; a team's override that the central setting outdoes is a warning."""
    for rule_id, settings in _tables(tree.get("rules")):
        if rule_id in load():
            _levels(rule_id, settings, report)
            for team, own in _tables(settings.get("teams")):
                _mode(rule_id, team, own, settings, report)
                _notify(rule_id, team, own, settings, report)


def _levels(rule_id: str, settings: Tree, report: Report) -> None:
    shift, most = settings.get("severity_from"), len(load()[rule_id].levels)
    for level in shift if isinstance(shift, dict) else ():
        if level.isdecimal() and not 1 <= int(level) <= most:
            has = "only level 1" if most == 1 else f"levels 1 to {most}"
            report.say(("rules", rule_id, "severity_from", level), f"{rule_id} has {has}", got=int(level))


def _mode(rule_id: str, team: str, own: Tree, settings: Tree, report: Report) -> None:
    """A team can ask for less than the rule's mode, never for more."""
    central = settings.get("mode", load()[rule_id].settings().mode)
    wish = own.get("mode")
    if wish in MODES and central in MODES and MODES.index(wish) > MODES.index(central):
        said = f"{shown(wish)} is more than the rule's own mode, {shown(central)}, which goes on counting for {team}"
        report.warn(("rules", rule_id, "teams", team, "mode"), said)


def _notify(rule_id: str, team: str, own: Tree, settings: Tree, report: Report) -> None:
    """A team can be told at fewer ends than the rule tells, never at more."""
    central = settings.get("notify", load()[rule_id].settings().notify)
    wish = own.get("notify")
    if isinstance(wish, str) and isinstance(central, str) and "both" not in (wish, central) and wish != central:
        said = f"{shown(wish)} leaves {team} with no line at all, as the rule tells only the {central}"
        report.warn(("rules", rule_id, "teams", team, "notify"), said)


def _tables(node: Any) -> Iterator[tuple[str, Tree]]:
    for name, table in node.items() if isinstance(node, dict) else ():
        if isinstance(table, dict):
            yield name, table
