"""What a rule's settings may say beyond their types: levels that the rule has, and overrides that change anything.

Works on the tree as written, so that a mistake elsewhere hides nothing here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rules.base import RuleSettings
from rules.custom import CustomRule
from rules.engine import MODES, load
from sync.config.files import Tree
from sync.config.lines import Path
from sync.config.report import Report
from sync.config.words import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    path: Path
    name: str
    table: Tree
    kind: type[RuleSettings]
    levels: int

    def central(self, setting: str) -> object:
        return self.table.get(setting, self.kind.model_fields[setting].default)


def check_limits(tree: Tree, report: Report) -> None:
    """Levels that do not exist are mistakes; a team's override that the central setting outdoes is a warning."""
    for rule in _rules(tree):
        _levels(rule, report)
        for team, own in _tables(rule.table.get("teams")):
            _mode(rule, team, own, report)
            _notify(rule, team, own, report)


def _rules(tree: Tree) -> Iterator[_Rule]:
    known = load()
    for name, table in _tables(tree.get("rules")):
        if name in known:
            kind, levels = known[name].settings, len(known[name].levels)
            yield _Rule(path=("rules", name), name=name, table=table, kind=kind, levels=levels)
    custom, (kind, levels) = tree.get("custom_rules"), (CustomRule.settings, len(CustomRule.levels))
    for index, table in enumerate(custom if isinstance(custom, list) else ()):
        if isinstance(table, dict):
            name = str(table.get("name"))
            yield _Rule(path=("custom_rules", index), name=name, table=table, kind=kind, levels=levels)


def _levels(rule: _Rule, report: Report) -> None:
    for level in shift if isinstance(shift := rule.table.get("severity_from"), dict) else ():
        if level.isdecimal() and not 1 <= int(level) <= rule.levels:
            has = "only level 1" if rule.levels == 1 else f"levels 1 to {rule.levels}"
            report.say((*rule.path, "severity_from", level), f"{rule.name} has {has}", got=int(level))


def _mode(rule: _Rule, team: str, own: Tree, report: Report) -> None:
    """A team can ask for less than the rule's mode, never for more."""
    central, wish = rule.central("mode"), own.get("mode")
    if wish in MODES and central in MODES and MODES.index(wish) > MODES.index(central):
        said = f"{shown(wish)} is more than the rule's own mode, {shown(central)}, which goes on counting for {team}"
        report.warn((*rule.path, "teams", team, "mode"), said)


def _notify(rule: _Rule, team: str, own: Tree, report: Report) -> None:
    """A team can be told at fewer ends than the rule tells, never at more."""
    central, wish = rule.central("notify"), own.get("notify")
    if (central, wish) in (("consumer", "provider"), ("provider", "consumer")):
        said = f"{shown(wish)} leaves {team} with no line at all, as the rule tells only the {central}"
        report.warn((*rule.path, "teams", team, "notify"), said)


def _tables(node: Any) -> Iterator[tuple[str, Tree]]:
    for name, table in node.items() if isinstance(node, dict) else ():
        if isinstance(table, dict):
            yield name, table
