"""Whether the expressions and messages in the config can be used: each mistake with its column and near miss."""

from collections.abc import Callable
from typing import Any

from rules.base import SubjectKind
from rules.engine import load
from rules.expression_faults import Refused
from rules.expressions import condition
from rules.templates import template
from sync.config.files import Tree
from sync.config.lines import Path
from sync.config.report import Report


def check_expressions(tree: Tree, report: Report) -> None:
    """Works on the tree as written; what is not text has been reported as such."""
    rules = tree.get("rules")
    known = load()
    for name, table in rules.items() if isinstance(rules, dict) else ():
        if name in known:
            _check(table, ("rules", name), "when", condition, known[name].subject, report)
    for index, table in enumerate(_tables(tree.get("custom_rules"))):
        path: Path = ("custom_rules", index)
        _check(table, path, "when", condition, "edge", report)
        _check(table, path, "message", template, "edge", report)
        _check(table, path, "advice", template, "edge", report)


def _tables(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _check(
    table: object,
    path: Path,
    setting: str,
    parse: Callable[[str, SubjectKind], object],
    kind: SubjectKind,
    report: Report,
) -> None:
    text = table.get(setting) if isinstance(table, dict) else None
    if not isinstance(text, str) or not text:
        return
    try:
        parse(text, kind)
    except Refused as refused:
        for fault in refused.faults:
            at = f"line {fault.line}, column {fault.column} of it" if "\n" in text else f"column {fault.column}"
            at = f" (at {at})" if fault.column else ""
            report.say((*path, setting), fault.message + at, near=fault.near)


def check_rule_names(tree: Tree, report: Report) -> None:
    """A rule of the config has a name of its own, and takes none from the rules there are."""
    first: dict[str, Path] = {}
    for index, table in enumerate(_tables(tree.get("custom_rules"))):
        name = table.get("name") if isinstance(table, dict) else None
        path: Path = ("custom_rules", index, "name")
        if isinstance(name, str) and name in load():
            report.say(path, f'"{name}" is a rule of crosstie; give yours another name')
        elif isinstance(name, str):
            if name in first:
                report.say(path, f'"{name}" is already the name at {report.place(first[name])}')
            first.setdefault(name, path)
