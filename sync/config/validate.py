"""The tree as typed settings, and pydantic's errors as sentences that say what to write instead."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from connectors.registry import tables
from sync.config.files import Tree
from sync.config.lines import Path
from sync.config.report import Report
from sync.config.root import Settings, settings_model
from sync.config.shape import schema, settings_at, tables_at
from sync.config.words import Unfit, env_name, is_secret_name, listed, nearest

NEEDED = "this setting is needed"

SENTENCES: Mapping[str, str] = {
    "missing": NEEDED,
    "string_type": "must be text in quotes",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list: [...]",
    "list_type": "must be a list: [...]",
    "set_type": "must be a list: [...]",
    "frozen_set_type": "must be a list: [...]",
    "dict_type": "must be a table",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "date_type": "must be a date such as 2027-01-31",
    "date_parsing": "must be a date such as 2027-01-31",
    "date_from_datetime_parsing": "must be a date such as 2027-01-31",
    "date_from_datetime_inexact": "must be a date such as 2027-01-31, without a time",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "greater_than_equal": "must be {ge} or more",
    "less_than_equal": "must be {le} or less",
    "greater_than": "must be more than {gt}",
    "less_than": "must be less than {lt}",
}
"""By pydantic's error type, https://docs.pydantic.dev/latest/errors/validation_errors/"""


def validate(tree: Tree, report: Report) -> Settings | None:
    """None when anything is wrong; then the report says what.

    By way of JSON because pydantic is strict there in TOML's own sense: "3" is no number, a
    list is a list, and a date may be written as text.
    """
    try:
        return settings_model().model_validate_json(json.dumps(tree, default=str), strict=True)
    except ValidationError as errors:
        teller = _Teller(tree, report)
        for error in sorted(errors.errors(include_url=False), key=lambda e: e["type"] == "missing"):
            teller.tell(error)
    return None


class _Teller:
    """Puts pydantic's errors into the report. What is missing comes last: a misspelled setting explains it."""

    def __init__(self, tree: Tree, report: Report) -> None:
        self._tree, self._report = tree, report
        self._meant: set[Path] = set()

    def tell(self, error: ErrorDetails) -> None:
        path, value = self._located(error["loc"])
        match error["type"]:
            case "extra_forbidden":
                self._unknown(path)
            case "literal_error" | "enum":
                self._choice(path, value, error)
            case "union_tag_invalid" | "union_tag_not_found":
                self._kind(path, value)
            case "value_error":
                self._ours(path, value, error)
            case _ if error["loc"][-1:] == ("[key]",):
                self._name(path)
            case "missing" if path in self._meant:
                pass
            case "too_short" if value:
                pass  # pydantic counts only the items that were right, and the wrong ones have been told
            case _:
                self._report.say(path, _of_another_shape(path, value) or _sentence(error), got=value)

    def _located(self, loc: tuple[int | str, ...]) -> tuple[Path, object]:
        """The path in the file, and the value there. Pydantic's ``loc`` also names variants and ``[key]``."""
        node: Any = self._tree
        path: Path = ()
        for at, part in enumerate(loc):
            if part == "[key]":
                break
            if part in node if isinstance(node, dict) else isinstance(node, list) and isinstance(part, int):
                node = node[part]
                path = (*path, part)
            elif at == len(loc) - 1:
                return (*path, part), None
        return path, node

    def _unknown(self, path: Path) -> None:
        """Never says the value: a token under a misspelled name is still a token."""
        table, key = path[:-1], str(path[-1])
        tracker = str(table[1]) if len(table) == 2 and table[0] == "trackers" else ""
        kind = self._tree["trackers"][tracker].get("kind", "") if tracker else ""
        known = settings_at(table, kind)
        near = nearest(key, known)
        if tracker and is_secret_name(key) and not key.endswith("_file"):
            self._report.say(path, _no_secrets(tracker, key))
        elif table[:1] == ("digests",) and "url" in key.casefold() and not near:
            self._report.say(path, _no_url(self._tree["digests"][table[1]].get("name", "NAME")))
        elif table == ("rules",):
            self._report.unknown(path, "rule", key, known)
        elif tracker and key in settings_at(table):
            near = tables()[kind].scopes_setting if key in {t.scopes_setting for t in tables().values()} else ""
            self._report.say(path, f'a tracker of kind "{kind}" has no such setting', near=near)
        else:
            self._report.say(path, f"there is no such setting{'' if near else _elsewhere(key)}", near=near)
        self._meant.add((*table, near))

    def _choice(self, path: Path, value: object, error: ErrorDetails) -> None:
        words = [word for node in tables_at(path) for word in node.get("enum", [node.get("const")]) if word]
        message = f"must be one of {listed(words)}" if words else _sentence(error)
        self._report.say(path, message, got=value, near=nearest(value, words) if isinstance(value, str) else "")

    def _kind(self, path: Path, tracker: object) -> None:
        kind = tracker.get("kind") if isinstance(tracker, dict) else None
        message = f"{NEEDED}: " if kind is None else "must be one of "
        near = nearest(kind, tables()) if isinstance(kind, str) else ""
        self._report.say((*path, "kind"), message + listed(tables()), got=kind, near=near)

    def _ours(self, path: Path, value: object, error: ErrorDetails) -> None:
        """Raised by a validator of ours, or of a rule."""
        cause = error.get("ctx", {}).get("error")
        self._report.say(path, str(cause), got=value, near=cause.near if isinstance(cause, Unfit) else "")

    def _name(self, path: Path) -> None:
        if path[0] == "rules":
            self._report.say(path, "this name must be a number: that of one of the rule's levels")
            return
        signs = "small letters, digits, - and _" if path[0] == "trackers" else "letters, digits, - and _"
        self._report.say(path, f"this name must be made of {signs}, with a letter first")


def _of_another_shape(path: Path, value: object) -> str:
    """What to write where ``[x]`` stands in place of ``[[x]]``, or the other way round; empty for any other mistake."""
    name = ".".join(map(str, path))
    if isinstance(value, dict) and any("properties" in table for table in tables_at((*path, 0))):
        return f"there can be many of these: write [[{name}]]"
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        by_name = any("properties" not in table for table in tables_at(path))
        return f"each of these has a name: write [{name}.NAME]" if by_name else f"there is only one: write [{name}]"
    return ""


def _sentence(error: ErrorDetails) -> str:
    known = SENTENCES.get(error["type"])
    if known is None:
        return error["msg"][:1].lower() + error["msg"][1:]
    return known.format(**error.get("ctx", {}))


def _no_secrets(tracker: str, key: str) -> str:
    which = "write_token" if "write" in key.casefold() else "token"
    return (
        f"a secret does not belong in this file; set {env_name(tracker, which)} in the environment, or {which}_file to "
        "a file that holds it"
    )


def _no_url(digest: object) -> str:
    return (
        f"a webhook's URL is a secret and does not belong in this file; set {env_name(str(digest), 'url', 'digests')} "
        "in the environment, or url_file to a file that holds it"
    )


def _elsewhere(key: str) -> str:
    """Where a setting of that name does exist: most often a table header is missing above it."""
    homes = [name for name in schema()["properties"] if key in settings_at((name,))]
    return f"; it belongs in [{homes[0]}]" if len(homes) == 1 else ""
