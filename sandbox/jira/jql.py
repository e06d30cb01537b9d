"""JQL as far as it is sensible here: a real grammar, Jira's complaints, and predicates over issues.

Dates without a zone are read in the zone of the account's profile, to the minute; whole numbers
are epoch milliseconds. https://support.atlassian.com/jira-software-cloud/docs/jql-fields/
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lark import Lark, Token, Tree, UnexpectedInput

from sandbox.jira.errors import Refusal
from sandbox.jira.field_table import PRIORITIES, TYPES
from sandbox.jira.jql_dates import read_moment
from sandbox.jira.jql_reach import KEY, Reach, meet, names, reach_of
from sandbox.jira.jql_words import CHOICES, DATES, DAYS, FIELDS, FUNCTIONS, GROUPS, NAMING
from sandbox.jira.records import Issue
from sandbox.jira.state import CATEGORIES, STATUSES, moment
from sandbox.jira.view import View
from sandbox.jira.wiki import login

GRAMMAR = r"""
start: [either] [order]
?either: both ("OR"i both)*
?both: neither ("AND"i neither)*
?neither: ("NOT"i | "!") neither -> negated
        | "(" either ")"
        | clause
clause: field OP value -> compare
      | field [NOT] "IN"i "(" value ("," value)* ")" -> among
      | field [NOT] "IN"i WORD -> called
      | field "IS"i [NOT] EMPTY -> empty
order: "ORDER"i "BY"i sort ("," sort)*
sort: field [DIRECTION]
field: WORD | QUOTED
value: WORD | QUOTED
NOT: "NOT"i
EMPTY: "EMPTY"i | "NULL"i
DIRECTION: "ASC"i | "DESC"i
OP: "!=" | ">=" | "<=" | "!~" | "=" | ">" | "<" | "~"
WORD: /(?!(?:and|or|not|in|is|order|by|asc|desc|empty|null)(?![\w\-:.\[\]]))[\w\-:.\[\]\/@+]+(\(\))?/i
QUOTED: /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/
%ignore /\s+/
"""
_PARSER = Lark(GRAMMAR, parser="lalr", lexer="contextual")
Test = Callable[[Issue], bool]


@dataclass(frozen=True, slots=True)
class Query:
    test: Test
    order: tuple[tuple[str, bool], ...]
    """(field, descending)."""
    reach: Reach
    """Where to look."""


def parse(jql: str, view: View, indexed: Callable[[Issue], str], *, lenient: bool = False) -> Query:
    """``indexed``: what the index thinks an issue's ``updated`` is. Raises Refusal(400) as Jira words it.

    ``lenient``: nothing is equal to a value that the site does not have, instead of a refusal.
    """
    try:
        tree: Any = _PARSER.parse(jql)
    except UnexpectedInput as error:
        at = f"(line {error.line}, character {error.column})"
        raise Refusal(400, f"Error in the JQL Query: the query could not be understood. {at}") from None
    where, order = tree.children
    if where is None and not view.state.server:
        raise Refusal(400, "Unbounded JQL queries are not allowed here. Please add a search restriction to your query.")
    sorts = tuple(_sort(sort) for sort in order.children) if order is not None else ()
    if len(sorts) > 7:
        raise Refusal(400, "The ORDER BY clause takes at most 7 fields.")
    compiler = _Compiler(view, indexed, lenient)
    if where is None:
        return Query(_any, sorts, None)
    return Query(compiler.compile(where), sorts, compiler.reach(where))


def _any(issue: Issue) -> bool:
    return True


def _sort(tree: Any) -> tuple[str, bool]:
    field, direction = tree.children
    name = _text(field).lower()
    if name not in FIELDS:
        raise Refusal(400, f"Not able to sort using field '{_text(field)}'.")
    return FIELDS[name], direction is not None and str(direction).upper() == "DESC"


def _text(tree: Any) -> str:
    token = str(tree.children[0]) if isinstance(tree, Tree) else str(tree)
    token = token.strip()
    if token[:1] in ("'", '"'):
        return re.sub(r"\\(.)", r"\1", token[1:-1])
    return token


def _quoted(tree: Any) -> bool:
    return isinstance(tree.children[0], Token) and str(tree.children[0])[:1] in ("'", '"')


class _Compiler:
    def __init__(self, view: View, indexed: Callable[[Issue], str], lenient: bool) -> None:
        self._view, self._state, self._indexed, self._lenient = view, view.state, indexed, lenient
        self._zone = ZoneInfo(view.person.zone)

    def compile(self, tree: Any) -> Test:
        parts = tree.children
        match tree.data:
            case "either":
                tests = [self.compile(p) for p in parts]
                return lambda issue: any(t(issue) for t in tests)
            case "both":
                tests = [self.compile(p) for p in parts]
                return lambda issue: all(t(issue) for t in tests)
            case "negated":
                inner = self.compile(parts[0])
                return lambda issue: not inner(issue)
            case "compare":
                return self._compare(_field(parts[0]), str(parts[1]), parts[2])
            case "among":
                field, negated, *values = parts
                tests = [self._compare(_field(field), "=" if negated is None else "!=", v) for v in values]
                together = any if negated is None else all
                return lambda issue: together(t(issue) for t in tests)
            case "called":
                return self._called(_field(parts[0]), _text(parts[2]), wanted=parts[1] is None)
        field, negated = _field(parts[0]), parts[1]
        return lambda issue: bool(self._values(field, issue)) is (negated is not None)

    def reach(self, tree: Any) -> Reach:
        """Of a clause, and of several of which all must hold; of anything else: anywhere."""
        parts = tree.children
        if tree.data == "both":
            return meet(self.reach(part) for part in parts)
        if tree.data == "compare":
            return reach_of(self._state, _field(parts[0]), str(parts[1]), [_text(parts[2])])
        if tree.data == "among" and parts[1] is None:
            return reach_of(self._state, _field(parts[0]), "=", [_text(value) for value in parts[2:]])
        return None

    def _called(self, field: str, name: str, *, wanted: bool) -> Test:
        """An issue without any value of the field is neither in nor not in."""
        of, chosen = GROUPS.get(name.lower(), ("", bool))
        if not of:
            raise Refusal(400, f"Unable to find JQL function '{name}'.")
        if of != field:
            raise Refusal(400, f"The function '{name}' is not supported by the '{field}' field.")

        def test(issue: Issue) -> bool:
            rows = issue.fields.get(field) or ()
            return bool(rows) and any(chosen(row) for row in rows) is wanted

        return test

    def _compare(self, field: str, op: str, value: Any) -> Test:
        if not _quoted(value) and _text(value).endswith("()") and _text(value).lower() not in FUNCTIONS:
            raise Refusal(400, f"Unable to find JQL function '{_text(value)}'.")
        if field in DATES:
            return self._dated(field, op, value)
        if field == "key":
            return self._keyed(op, _text(value))
        if op not in (("~", "!~") if field == "summary" else ("=", "!=")):
            raise _unsupported(op, field)
        if field == "summary":
            text = _text(value).lower()
            return lambda issue: any(text in v for v in self._values(field, issue)) is (op == "~")
        return self._equal(field, op == "=", _text(value))

    def _equal(self, field: str, wanted: bool, value: str) -> Test:
        text = value.lower()
        if field == "resolution" and text == "unresolved":
            return lambda issue: (not issue.fields.get("resolution")) is wanted
        if field in CHOICES and text not in self._choices(field) and not self._lenient:
            raise Refusal(400, f"The value '{value}' does not exist for the field '{field}'.")
        if text == "currentuser()":
            text = self._view.account.person.lower()
        if field == "project":
            keys = {project.key for project in self._state.projects.values() if text in names(project)}
            return lambda issue: (issue.project in keys) is wanted
        # an issue without any value of the field is not unequal to any either
        return lambda issue: bool(own := self._values(field, issue)) and (text in own) is wanted

    def _choices(self, field: str) -> set[str]:
        """What the account may name in this field: a project that it may not browse does not exist for it."""
        if field == "project":
            seen = filter(self._view.browses, self._state.projects.values())
            return {name for project in seen for name in names(project)}
        if field == "statusCategory":
            return {str(c[k]).lower() for c in CATEGORIES.values() for k in ("id", "key", "name")} | {"undefined"}
        site = {"status": STATUSES, "issuetype": TYPES, "priority": PRIORITIES}[field]
        in_use = {value for issue in self._state.issues.values() for value in self._values(field, issue)}
        return {name.lower() for name in site} | in_use

    def _keyed(self, op: str, text: str) -> Test:
        if op in ("~", "!~"):
            raise _unsupported(op, "key")
        found, key = self._state.issue(text), KEY.fullmatch(text)
        if not text.isdecimal() and key is None:
            raise Refusal(400, f"The issue key '{text}' for field 'key' is invalid.")
        if found is not None and self._view.sees(found):
            project, number = found.project, found.number
        elif self._lenient and op in ("=", "!="):
            return lambda issue: op == "!="
        elif key is not None and op not in ("=", "!=") and (self._lenient or not self._state.options.strict_keys):
            project, number = key[1].upper(), int(key[2])
        else:
            raise Refusal(400, f"An issue with key '{text}' does not exist for field 'key'.")
        if op in ("=", "!="):
            return lambda issue: (issue is found) is (op == "=")
        return lambda issue: issue.project == project and _ordered(issue.number, op, number)

    def _dated(self, field: str, op: str, value: Any) -> Test:
        if op in ("~", "!~"):
            raise _unsupported(op, field)
        limit = read_moment(
            _text(value),
            field,
            zone=self._zone,
            now=self._state.clock.now(),
            epoch=self._state.options.epoch_jql and not _quoted(value),
        )

        def test(issue: Issue) -> bool:
            text = self._indexed(issue) if field == "updated" else issue.fields.get(field)
            if not text:
                return False
            at = datetime.fromisoformat(text).replace(tzinfo=self._zone) if field in DAYS else moment(text)
            return _ordered(at, op, limit)

        return test

    def _values(self, field: str, issue: Issue) -> Sequence[str]:
        """What the issue has in this field, as the texts one may compare it with, in lower case."""
        own = issue.fields.get(field)
        match field:
            case "project":
                return names(self._state.projects[issue.project])
            case "key":
                return (issue.key.lower(), str(issue.id))
            case "parent":
                parent = self._state.issues.get(issue.parent or -1)
                return (parent.key.lower(), str(parent.id)) if parent else ()
            case "labels":
                return [label.lower() for label in own or ()]
            case "assignee" | "reporter" if self._state.server and own:
                return tuple(name.lower() for name in (own["accountId"], login(own["accountId"]), own["displayName"]))
            case "statusCategory":
                category = (issue.fields.get("status") or {}).get("statusCategory") or {}
                return [str(category.get(k, "")).lower() for k in ("name", "key", "id")]
        many = own if isinstance(own, list) else [own] if own else []
        return [str(one.get(k, "")).lower() for one in many if isinstance(one, dict) for k in NAMING if one.get(k)] or [
            str(one).lower() for one in many if isinstance(one, str)
        ]


def _unsupported(op: str, field: str) -> Refusal:
    return Refusal(400, f"The operator '{op}' is not supported by the '{field}' field.")


def _field(tree: Any) -> str:
    name = _text(tree)
    if name.lower() not in FIELDS:
        raise Refusal(400, f"Field '{name}' does not exist or you do not have permission to view it.")
    return FIELDS[name.lower()]


def _ordered(left: Any, op: str, right: Any) -> bool:
    match op:
        case ">=":
            return bool(left >= right)
        case "<=":
            return bool(left <= right)
        case ">":
            return bool(left > right)
        case "<":
            return bool(left < right)
        case "=":
            return bool(left == right)
    return bool(left != right)
