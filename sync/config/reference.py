"""docs/config.md, made from the JSON Schema: ``python -m sync.config.reference > docs/config.md``."""

import json
from collections.abc import Iterator

from rules.base import RuleSettings
from sync.config.shape import Schema, resolved, schema, variants

HEAD = """\
# Settings

Made by `python -m sync.config.reference`; change its settings, a tracker's or a rule's instead.

crosstie reads one TOML file, `crosstie.toml` unless `--config` names another; `config.example.toml` is a tour of it.
Every mistake is named at once, with its line, before anything is read or written. Paths in it are relative to the
file. Secrets have no place in it; they come from the environment, or from files that it names:

| variable | what |
|---|---|
| `CROSSTIE_TRACKERS__NAME__TOKEN` | The token of `[trackers.NAME]`; in capitals, with `_` for `-`. |
| `CROSSTIE_TRACKERS__NAME__WRITE_TOKEN` | A token of its own for writing, where reading and writing are kept apart. |
| `CROSSTIE_TRACKERS__NAME__PRIVATE_KEY` | The private key (PEM) of the GitHub App that `app_id` names. |
| `CROSSTIE_STORE__URL` | The store's URL, when it holds a password. |
| `CROSSTIE_DIGESTS__NAME__URL` | The URL of the webhook that the digest NAME goes to. |
| `CROSSTIE_MAIL__PASSWORD` | The password of the account that digests are mailed with. |

## At the top of the file
"""


def reference() -> str:
    """The whole page, in Markdown."""
    return "\n".join([HEAD, *_page()]).rstrip() + "\n"


def _page() -> Iterator[str]:
    tables = {name: resolved(node) for name, node in schema()["properties"].items()}
    plain = {name: node for name, node in tables.items() if name == "include"}
    yield from _rows({"properties": plain})
    for name, node in tables.items():
        if name == "rules":
            yield from _rules(node)
        elif name not in plain:
            yield from _section(name, node)


def _section(name: str, node: Schema) -> Iterator[str]:
    heading = f"[[{name}]]" if node.get("type") == "array" else f"[{name}]"
    inner = _items(node)
    if not inner:
        yield from ("", f"## {heading}", "", node["description"], "")
        yield from _rows(node if "properties" in node else {"properties": {"NAME": {**node, **_named(node)}}})
        return
    for table in inner:
        kind = table["properties"].get("kind", {}).get("const")
        title = f"[{name}.NAME]" if node.get("type") == "object" else heading
        yield from ("", f'## {title} with kind = "{kind}"' if kind else f"## {title}", "", node["description"], "")
        yield from _rows(table)


def _items(node: Schema) -> list[Schema]:
    """Tables that a list or a table of tables holds."""
    held = _named(node) if node.get("type") == "object" else node.get("items", {})
    return [table for table in variants(held) if "properties" in table]


def _named(node: Schema) -> Schema:
    """What stands under a name of the reader's own choice."""
    named = next(iter(node.get("patternProperties", {}).values()), node.get("additionalProperties"))
    return named if isinstance(named, dict) else {}


def _rules(node: Schema) -> Iterator[str]:
    yield from ("", "## [rules.ID]", "", node["description"], "")
    yield "Every rule takes these; the defaults of some differ and stand with the rule:"
    yield ""
    tables = {rule: resolved(table) for rule, table in node["properties"].items()}
    usual = _usual(next(iter(tables.values())))
    yield from _rows({"properties": usual})
    yield from ("", "### [rules.ID.teams.TEAM]", "")
    yield from _rows(_items(resolved(usual["teams"]))[0])
    for rule, table in tables.items():
        fields = table["properties"].items()
        own = {n: f for n, f in fields if n not in usual or usual[n].get("default") != f.get("default")}
        yield from ("", f"### [rules.{rule}]", "", f"Finds {table['description']}", "")
        if own:
            yield from _rows({"properties": own})


def _usual(table: Schema) -> Schema:
    """The settings that a rule takes because it is a rule, with the defaults that rules have by themselves."""
    plain = RuleSettings.model_json_schema()["properties"]
    return {name: {**table["properties"][name], **_without_ref(field)} for name, field in plain.items()}


def _without_ref(field: Schema) -> Schema:
    return {key: value for key, value in field.items() if key in ("default", "description")}


def _rows(table: Schema) -> Iterator[str]:
    yield "| setting | type | default | what |"
    yield "|---|---|---|---|"
    needed = table.get("required", ())
    for name, field in table["properties"].items():
        field = resolved(field)
        default = "needed" if name in needed else _default(field)
        yield f"| `{name}` | {_cell(_type(field))} | {_cell(default)} | {_cell(field.get('description', ''))} |"


def _default(field: Schema) -> str:
    value = field.get("default")
    if value in (None, "", {}):
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`"


def _type(field: Schema) -> str:
    types = (_one_type(variant) for variant in variants(field) if variant.get("type") != "null")
    return " or ".join(dict.fromkeys(types))


def _one_type(field: Schema) -> str:
    words = field.get("enum") or ([field["const"]] if "const" in field else [])
    if words:
        return ", ".join(f'`"{word}"`' for word in words)
    match field.get("type"):
        case "array":
            return f"list of {_type(field['items'])}"
        case "object":
            named = _named(field)
            return f"table of {_type(named)} by name" if named else "table"
        case "string" if field.get("format") == "date":
            return "date"
        case "integer":
            return "whole number"
        case "number":
            return "number"
        case "boolean":
            return "true or false"
    return "text"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    print(reference(), end="")
