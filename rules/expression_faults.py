"""The compiler's complaints about an expression, in our words: what is wrong, where, and what was probably meant."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from rules.base import SubjectKind
from rules.expression_tree import DURATION, NO_NULL, PATTERN, TIMESTAMP, Fault, nearest
from rules.fields import DEPENDENCY, ISSUE, KINDS, PARTY, SCOPE, TODAY, VARIABLES, Field

PACKAGE = "crosstie"
MESSAGES: Mapping[str, Mapping[str, Field[Any]]] = {
    "Issue": ISSUE,
    "Dependency": DEPENDENCY,
    "Scope": SCOPE,
    "Party": PARTY,
}
"""Records by the name that the compiler knows their type by."""
FUNCTIONS = ("has", "size", "days", "workdays", DURATION, TIMESTAMP, PATTERN, "startsWith", "endsWith", "contains")
"""Those that the manual names and near misses are looked for in."""

_TYPES = {
    "string": KINDS["text"],
    "bool": KINDS["flag"],
    "int": KINDS["number"],
    "double": "number with a fraction",
    "google.protobuf.Timestamp": KINDS["day"],
    "timestamp": KINDS["day"],
    "google.protobuf.Duration": "span of time",
    "duration": "span of time",
    "list(string)": KINDS["texts"],
}

_FOLLOWS = "'*error*'"
"""In complaints that only follow from another one."""
_FAULT = re.compile(r"ERROR: <input>:(-?\d+):(-?\d+): ([^\n]*)")
_NO_FIELD = re.compile(r"undefined field '([^']*)' not found in struct '(?:\w+\.)?(\w+)'")
_NO_NAME = re.compile(r"undeclared reference to '([^']*)'")
_NO_OVERLOAD = re.compile(r"found no matching overload for '([^']*)' applied to '(?:[^']*\.)?\((.*)\)'")


class Refused(ValueError):
    """An expression or template that cannot be used, and why."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(fault.message for fault in faults))


def spoken(error: str, text: str, kind: SubjectKind) -> Iterator[Fault]:
    """The compiler's words in ours, each with its place; of a text that cannot even be parsed the first."""
    if "recursion" in error:
        yield Fault(message="is nested too deeply")
        return
    found = dict.fromkeys((int(line), int(column), said) for line, column, said in _FAULT.findall(error))
    if not found:
        yield Fault(message=error.partition(": ")[2].removesuffix(" [INVALID_ARGUMENT]") or error)
    for line, column, said in found:
        if _FOLLOWS in said:
            continue
        message, near, name = _said(said, kind)
        yield Fault(message=message, near=near, line=max(line, 1), column=_column(text, line, column, name))
        if said.startswith("Syntax error"):
            return


def _column(text: str, line: int, column: int, name: str) -> int:
    """Of the name itself; the compiler points at the sign before or after it."""
    lines = text.split("\n")
    here = lines[line - 1] if 1 <= line <= len(lines) else ""
    places = (here.rfind(name, 0, column + len(name)), here.find(name, column)) if name and column > 0 else ()
    return next((place + 1 for place in places if place >= 0), max(column, 0))


def _said(said: str, kind: SubjectKind) -> tuple[str, str, str]:
    """(message, what was probably meant, the name it is about)."""
    if match := _NO_FIELD.search(said):
        name, message = match.groups()
        return f'there is no field "{name}"', nearest(name, list(MESSAGES[message])), name
    if match := _NO_NAME.search(said):
        name = match[1].partition(".")[0]
        names = [*VARIABLES[kind], TODAY]
        near = nearest(name, [*names, *FUNCTIONS])
        return f'there is no "{name}" here; there are {", ".join(names)}', near, name
    if match := _NO_OVERLOAD.search(said):
        operator, kinds = match[1].replace("_", " ").replace("@", "").strip(), match[2].split(", ")
        if "null_type" in kinds:
            return NO_NULL, "", ""
        return f"{operator} cannot be applied to {' and '.join(map(called, kinds))}", "", ""
    return _parsed(said.removeprefix("Syntax error: ")), "", ""


def _parsed(said: str) -> str:
    if "input '<EOF>'" in said:
        return "ends too early"
    sign = re.search(r"(?:at:|input|alternative at input) '(.*?)'(?= expecting|$)", said)
    equals = "; to compare, write ==" if sign and sign[1].startswith("=") else ""
    return f"{sign[1].strip()} is not expected here{equals}" if sign else said


def called(kind: str) -> str:
    return "record" if kind.startswith(f"{PACKAGE}.") else _TYPES.get(kind, _TYPES.get(kind.casefold(), kind))
