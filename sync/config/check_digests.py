"""Whether digests have names of their own, readers that exist, a URL and a server where they need one."""

from collections.abc import Iterator, Mapping
from typing import Any

from model.policy import PUBLIC
from sync.config.check import kinds_of
from sync.config.digests import DigestTable, is_this_machine
from sync.config.files import Tree
from sync.config.lines import Path
from sync.config.patterns import parse_scope
from sync.config.report import Report
from sync.config.words import Unfit, env_name


def digests_of(tree: Tree) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    """Every digest as written, mistakes included."""
    digests = tree.get("digests")
    for index, table in enumerate(digests if isinstance(digests, list) else ()):
        if isinstance(table, dict):
            yield ("digests", index), table


def target(table: Mapping[str, Any]) -> Mapping[str, Any]:
    to = table.get("to")
    return to if isinstance(to, dict) else {}


def check_digests(tree: Tree, report: Report) -> None:
    first: dict[str, Path] = {}
    for path, table in digests_of(tree):
        name = table.get("name")
        if isinstance(name, str):
            variable = env_name(name, "url", "digests")
            if variable in first:
                report.say(path, f"this name, or one that reads the same, is taken at {report.place(first[variable])}")
            first.setdefault(variable, path)
        _readers(path, table, tree, report)
    _mail(tree, report)


def _readers(path: Path, table: Mapping[str, Any], tree: Tree, report: Report) -> None:
    readers, to = table.get("readers", ""), target(table)
    if to.get("issue"):
        if readers:
            report.warn((*path, "readers"), "on an issue the readers are always the issue's own; remove this line")
        return
    if not isinstance(readers, str):
        return
    if not readers:
        said = "without readers only what is public is told; name a group of [audiences], or a project"
        report.warn(path, said)
    elif readers not in (groups := _groups(tree)):
        try:
            parse_scope(readers, kinds_of(tree))
        except Unfit as error:
            if ":" in readers:
                report.say((*path, "readers"), str(error), got=readers, near=error.near)
            else:
                report.unknown((*path, "readers"), "audience", readers, groups)


def _groups(tree: Tree) -> set[str]:
    audiences = tree.get("audiences")
    return {PUBLIC, *audiences} if isinstance(audiences, dict) else {PUBLIC}


def _mail(tree: Tree, report: Report) -> None:
    mailed = [path for path, table in digests_of(tree) if target(table).get("mail")]
    mail = tree.get("mail", {})
    if mailed and not (isinstance(mail, dict) and mail.get("host")):
        report.say((*mailed[0], "to", "mail"), "mail needs [mail] with the host of an SMTP server, and from")
    elif mailed and "from" not in mail and not is_this_machine(str(mail.get("host"))):
        report.say(("mail",), 'mail needs its sender: from = "crosstie <crosstie@acme.example>"')


__all__ = ["DigestTable", "check_digests", "digests_of", "target"]
