"""Whether the names in the config point at something.

Works on the tree as written, so that one mistyped value does not hide a wrong name elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

from model.policy import PUBLIC, Owns
from rules.engine import load
from sync.config.expressions import check_expressions, check_rule_names
from sync.config.files import Tree
from sync.config.lines import Path
from sync.config.patterns import parse_issue, parse_owns, parse_scope
from sync.config.report import Report
from sync.config.words import Unfit, shown

ANY = "*"

REFERENCES: tuple[tuple[Path, str], ...] = (
    (("teams", ANY, "calendar"), "calendar"),
    (("parties", ANY, "contact"), "team"),
    (("forums", ANY, "teams", ANY), "team"),
    (("forums", ANY, "parent"), "forum"),
    (("link_types", ANY, "tracker"), "tracker"),
    (("trackers", ANY, "audience"), "audience"),
    (("exemptions", ANY, "rule"), "rule"),
    (("digests", ANY, "team"), "team"),
    (("digests", ANY, "forum"), "forum"),
)
"""Settings that hold a name, and what it must be the name of."""

PATTERNS: tuple[tuple[Path, Callable[[str, Mapping[str, str]], object]], ...] = (
    (("teams", ANY, "owns", ANY), parse_owns),
    (("parties", ANY, "owns", ANY), parse_owns),
    (("forums", ANY, "owns", ANY), parse_owns),
    (("audiences", ANY, ANY), parse_scope),
    (("notes", "write_to", ANY), parse_scope),
    (("exemptions", ANY, "issue"), parse_issue),
    (("digests", ANY, "to", "issue"), parse_issue),
)


def check(tree: Tree, report: Report, today: date | None = None) -> None:
    """``today`` tells which exemptions are over; None leaves that open."""
    _references(tree, report)
    _team_overrides(tree, report)
    _patterns(tree, report)
    check_expressions(tree, report)
    check_rule_names(tree, report)
    _names(tree, report)
    _audiences(tree, report)
    _parents(tree, report)
    _link_types(tree, report)
    _shared_patterns(tree, report)
    _unread_scopes(tree, report)
    if today is not None:
        _over(tree, report, today)


def texts_at(tree: Any, pattern: Path) -> Iterator[tuple[Path, str]]:
    """Every text where ``pattern`` leads; what is not there or not text has been, or will be, reported as such."""
    for path, value in _at(tree, pattern):
        if isinstance(value, str) and value:
            yield path, value


def _at(node: Any, pattern: Path, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if not pattern:
        yield path, node
        return
    children: Mapping[str | int, Any] = {}
    if isinstance(node, dict):
        children = node
    elif isinstance(node, list):
        children = dict(enumerate(node))
    first, rest = pattern[0], pattern[1:]
    for key in list(children) if first == ANY else [first]:
        if key in children:
            yield from _at(children[key], rest, (*path, key))


def kinds_of(tree: Tree) -> dict[str, str]:
    """Tracker name -> kind; empty for a tracker whose kind is missing, so that its name still counts."""
    return {str(path[1]): str(value.get("kind", "")) for path, value in _at(tree, ("trackers", ANY)) if _table(value)}


def _table(value: object) -> bool:
    return isinstance(value, dict)


def _known(tree: Tree, what: str) -> set[str]:
    match what:
        case "rule":
            return {*load(), *(name for _, name in texts_at(tree, ("custom_rules", ANY, "name")))}
        case "team" | "forum":
            return {name for _, name in texts_at(tree, (f"{what}s", ANY, "name"))}
        case "audience":
            return {PUBLIC, *(str(path[1]) for path, _ in _at(tree, ("audiences", ANY)))}
    return {str(path[1]) for path, _ in _at(tree, (f"{what}s", ANY))}


def _references(tree: Tree, report: Report) -> None:
    for pattern, what in REFERENCES:
        known = _known(tree, what)
        for path, name in texts_at(tree, pattern):
            if name not in known:
                report.unknown(path, what, name, known)


def _team_overrides(tree: Tree, report: Report) -> None:
    teams = _known(tree, "team")
    for table in ("rules", "custom_rules"):
        for path, _ in _at(tree, (table, ANY, "teams", ANY)):
            if str(path[-1]) not in teams:
                report.unknown(path, "team", str(path[-1]), teams)


def _patterns(tree: Tree, report: Report) -> None:
    kinds = kinds_of(tree)
    for pattern, parse in PATTERNS:
        for path, text in texts_at(tree, pattern):
            try:
                parse(text, kinds)
            except Unfit as error:
                report.say(path, str(error), got=text, near=error.near)


def _names(tree: Tree, report: Report) -> None:
    """A name is given once. Teams and parties share their names: both own issues."""
    for tables in (("teams", "parties"), ("forums",)):
        first: dict[str, Path] = {}
        for table in tables:
            for path, name in texts_at(tree, (table, ANY, "name")):
                if name in first:
                    report.say(path, f'"{name}" is already the name at {report.place(first[name])}')
                first.setdefault(name, path)


def _audiences(tree: Tree, report: Report) -> None:
    for path, _ in _at(tree, ("audiences", PUBLIC)):
        report.say(path, f'"{PUBLIC}" means everybody and cannot be a group; give it another name')


def _parents(tree: Tree, report: Report) -> None:
    """No forum is above itself. Each circle is told once, at its first forum in the file."""
    parents = {
        item["name"]: (path, item["parent"])
        for path, item in _at(tree, ("forums", ANY))
        if _table(item) and isinstance(item.get("name"), str) and isinstance(item.get("parent"), str)
    }
    told: set[str] = set()
    for name in parents:
        chain = [name]
        while (above := parents.get(chain[-1], ((), ""))[1]) and above not in chain:
            chain.append(above)
        if above == name and not told & set(chain):
            told |= set(chain)
            report.say((*parents[name][0], "parent"), f"forums are above each other: {' -> '.join([*chain, name])}")


def _link_types(tree: Tree, report: Report) -> None:
    first: dict[tuple[str, str], Path] = {}
    for path, item in _at(tree, ("link_types", ANY)):
        if _table(item):
            key = (str(item.get("tracker")), str(item.get("name") or item.get("id")).casefold())
            if key in first:
                report.say(path, f"{key[0]} has this link type already at {report.place(first[key])}")
            first.setdefault(key, path)


def _shared_patterns(tree: Tree, report: Report) -> None:
    """The same pattern under two owners on the same day is a tie that no issue can decide."""
    kinds = kinds_of(tree)
    met: dict[str, list[tuple[Path, Owns]]] = {}
    for table in ("teams", "parties"):
        for path, text in texts_at(tree, (table, ANY, "owns", ANY)):
            with suppress(Unfit):
                owns = parse_owns(text, kinds)
                others = met.setdefault(str(replace(owns, first=None, last=None)).casefold(), [])
                for other in (at for at, before in others if at[:2] != path[:2] and _meet(before, owns)):
                    report.warn(path, f"{shown(text)} is also owned at {report.place(other)}: such issues are nobody's")
                others.append((path, owns))


def _meet(one: Owns, other: Owns) -> bool:
    """Whether there is a day on which both hold."""
    first = max(one.first or date.min, other.first or date.min)
    return first <= min(one.last or date.max, other.last or date.max)


def _unread_scopes(tree: Tree, report: Report) -> None:
    """A scope that may be written to and is never read is most often misspelled."""
    read: dict[str, list[str]] = {name: [] for name in kinds_of(tree)}
    for setting in ("projects", "repositories"):
        for path, scope in texts_at(tree, ("trackers", ANY, setting, ANY)):
            read.setdefault(str(path[1]), []).append(scope)
    for path, text in texts_at(tree, ("notes", "write_to", ANY)):
        tracker, _, pattern = text.casefold().partition(":")
        scopes = [scope.casefold() for scope in read.get(tracker, ())]
        if scopes and not any(fnmatchcase(s, pattern) or fnmatchcase(pattern, s) for s in scopes):
            report.warn(path, f"{shown(text)} is nothing that trackers.{tracker} reads, so nothing is written there")


def _over(tree: Tree, report: Report, today: date) -> None:
    """An exemption ends by itself, and a job must not stop working at midnight: a warning."""
    for path, until in _at(tree, ("exemptions", ANY, "until")):
        if type(until) is date and until < today:
            report.warn(path, f"this exemption was over on {until}; remove it, or renew it with its reason")
