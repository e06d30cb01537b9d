"""The shape of the config as JSON Schema, made from the typed tables and the rules.

Editors complete by it, docs/config.md is made from it, and near misses are looked for in it.
Tokens are not in it: they have no place in the file.
"""

from functools import cache
from typing import Any

from sync.config.lines import Path
from sync.config.root import settings_model

Schema = dict[str, Any]


@cache
def schema() -> Schema:
    made = settings_model().model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "crosstie.toml",
        "description": "How crosstie reads trackers, judges dependencies and writes notes.",
        **{key: value for key, value in made.items() if key not in ("title", "description")},
    }


def tables_at(path: Path, node: Schema | None = None) -> list[Schema]:
    """Schemas of what may stand at a path; two for a tracker whose kind is not known."""
    nodes = variants(schema() if node is None else node)
    for part in path:
        nodes = [variant for node in nodes for variant in _into(node, part)]
    return nodes


def settings_at(path: Path, kind: str = "") -> list[str]:
    """Names of the settings of the table at a path; ``kind`` picks one of the tracker tables."""
    tables = [t for t in tables_at(path) if kind in ("", _kind(t))]
    return sorted({name for table in tables for name in table.get("properties", {})})


def resolved(node: Schema) -> Schema:
    """The node itself in place of a reference; what stands beside the reference goes first."""
    if "$ref" not in node:
        return node
    target = schema()["$defs"][node["$ref"].rpartition("/")[2]]
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def variants(node: Schema) -> list[Schema]:
    node = resolved(node)
    choices = node.get("oneOf") or node.get("anyOf")
    return [v for choice in choices for v in variants(choice)] if choices else [node]


def _into(node: Schema, part: str | int) -> list[Schema]:
    if isinstance(part, int):
        return variants(node["items"]) if "items" in node else []
    for inner in (node.get("properties", {}).get(part), node.get("additionalProperties")):
        if isinstance(inner, dict):
            return variants(inner)
    return [v for pattern in node.get("patternProperties", {}).values() for v in variants(pattern)]


def _kind(table: Schema) -> str:
    kind = table.get("properties", {}).get("kind", {}).get("const", "")
    return str(kind)
