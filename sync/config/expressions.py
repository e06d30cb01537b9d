"""Whether the expressions and messages in the config can be used: each mistake with its column and near miss."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from rules.base import SubjectKind
from rules.engine import load
from rules.expression_faults import Refused
from rules.expression_tree import Fault
from rules.expressions import condition
from rules.templates import template
from sync.config.files import Tree
from sync.config.lines import Path
from sync.config.report import Report
from sync.config.words import nearest, no_such


def check_expressions(tree: Tree, report: Report) -> None:
    """Works on the tree as written; what is not text has been reported as such."""
    rules = tree.get("rules")
    known = load()
    for name, table in rules.items() if isinstance(rules, dict) else ():
        if name in known:
            _check(table, ("rules", name), "when", condition, known[name].subject, report)
            _names(tree, table, ("rules", name), known[name].subject, report)
    for index, table in enumerate(_tables(tree.get("custom_rules"))):
        path: Path = ("custom_rules", index)
        _check(table, path, "when", condition, "edge", report)
        _names(tree, table, path, "edge", report)
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
            report.say((*path, setting), fault.message + _at(fault, text), near=fault.near)


def _at(fault: Fault, text: str) -> str:
    line = f"line {fault.line}, " if "\n" in text else ""
    return f" (at {line}column {fault.column} of the text)" if fault.column else ""


def _names(tree: Tree, table: object, path: Path, kind: SubjectKind, report: Report) -> None:
    """Warns of a name that the config has not but nearly has; one that it has not at all may be meant."""
    text = table.get("when") if isinstance(table, dict) else None
    with suppress(Refused):
        for field, name, place in condition(text, kind).compared if isinstance(text, str) and text else ():
            known = _named(tree, field)
            near = nearest(name, known)
            if near and name not in known:
                said = f'{no_such(field.removesuffix("s"), name)}; did you mean "{near}"?'
                report.warn((*path, "when"), f"{said}{_at(place, text or '')}")


def _named(tree: Tree, field: str) -> set[str]:
    """Names of the config that a field can have."""
    if field == "tracker":
        trackers = tree.get("trackers")
        return set(trackers) if isinstance(trackers, dict) else set()
    table = {"team": "teams", "party": "parties", "forum": "forums", "forums": "forums"}.get(field)
    rows = _tables(tree.get(table)) if table else []
    return {str(row["name"]) for row in rows if isinstance(row, dict) and "name" in row}


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
