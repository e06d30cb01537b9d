"""The tour, the schema and the reference say what the code does."""

import json
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from model.policy import Policy
from rules.engine import load
from sync.config import Config, load_config
from sync.config.reference import reference
from sync.config.schema import rendered
from sync.config.shape import resolved, schema, settings_at

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config.example.toml"


@pytest.fixture(scope="module")
def example() -> Config:
    return load_config(EXAMPLE, environ={}, need_tokens=False, today=date(2026, 1, 1))


def test_the_example_loads_and_writes_nothing(example: Config) -> None:
    assert example.notes.write_to == ()
    assert example.warnings == ()
    policy = example.policy({})
    assert isinstance(policy, Policy)
    assert {team.calendar for team in policy.teams.values()} >= set(policy.calendars)


def test_the_example_tours_every_table_and_most_settings() -> None:
    tree = tomllib.loads(EXAMPLE.read_text())
    assert set(tree) == set(schema()["properties"])
    text = EXAMPLE.read_text()
    for table in ("teams", "parties", "forums", "link_types", "exemptions"):
        assert [name for name in settings_at((table, 0)) if name not in text] == []
    for table in ("store", "resolutions", "agreements", "dates", "notes", "refresh"):
        assert set(tree[table]) == set(settings_at((table,)))


def test_the_example_is_what_it_says_about_defaults(example: Config) -> None:
    tree = tomllib.loads(EXAMPLE.read_text())
    for table in ("store", "resolutions", "dates", "notes", "refresh"):
        for name, value in tree[table].items():
            assert schema()["$defs"][_definition(table)]["properties"][name]["default"] == value


def _definition(table: str) -> str:
    return str(schema()["properties"][table]["$ref"]).rpartition("/")[2]


def test_the_example_names_the_schema_for_editors_and_agrees_with_it() -> None:
    assert EXAMPLE.read_text().startswith("#:schema docs/config.schema.json\n")
    jsonschema.Draft202012Validator.check_schema(schema())
    validator = jsonschema.Draft202012Validator(schema())
    tree = json.loads(json.dumps(tomllib.loads(EXAMPLE.read_text()), default=str))
    assert list(validator.iter_errors(tree)) == []
    tree["trackers"]["jira"]["projcts"] = []
    assert list(validator.iter_errors(tree))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("note",), {}),
        (("notes", "write_too"), []),
        (("notes", "write_to"), "jira:PAY"),
        (("notes", "max_new_per_run"), -1),
        (("rules", "ovredue"), {}),
        (("rules", "overdue", "mode"), "coment"),
        (("rules", "overdue", "grace_days"), "3"),
        (("rules", "overdue", "severity_from", "2"), "eror"),
        (("rules", "overdue", "teams", "payments", "severty"), "error"),
        (("rules", "overdue", "teams", "payments", "notify"), "all"),
        (("trackers", "jira", "kind"), "jria"),
        (("trackers", "jira", "repositories"), ["acme/web"]),
        (("trackers", "jira", "token"), "x"),
        (("teams", 0, "members", 0, "jria"), "x"),
        (("forums", 0, "cadence"), "weekly:tus"),
        (("exemptions", 0, "reason"), 3),
        (("refresh", "structure"), "6 hours"),
    ],
)
def test_an_editor_shows_a_mistake_by_the_schema_alone(path: tuple[str | int, ...], value: object) -> None:
    tree = json.loads(json.dumps(tomllib.loads(EXAMPLE.read_text()), default=str))
    node = tree
    for part in path[:-1]:
        node = node[part]
    node[path[-1]] = value
    assert list(jsonschema.Draft202012Validator(schema()).iter_errors(tree))


@pytest.mark.parametrize(
    ("file", "module", "made"),
    [("config.schema.json", "schema", rendered), ("config.md", "reference", reference)],
)
def test_generated_files_are_current(file: str, module: str, made: Any) -> None:
    assert (ROOT / "docs" / file).read_text() == made(), f"make it anew: python -m sync.config.{module} > docs/{file}"


def _settings(node: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, field in node.get("properties", {}).items():
        yield f"{path}.{name}", field
    for definition in node.get("$defs", {}).items():
        yield from _settings(definition[1], definition[0])


def test_every_setting_says_what_it_is() -> None:
    silent = [path for path, field in _settings(schema(), "") if len(resolved(field).get("description", "")) < 12]
    assert silent == []


def test_the_reference_has_every_table_and_every_rule() -> None:
    page = reference()
    assert [name for name in schema()["properties"] if name not in page] == []
    assert [rule for rule in load() if f"### [rules.{rule}]" not in page] == []


def test_no_secret_has_a_place_in_the_schema() -> None:
    names = {path.rpartition(".")[2] for path, _ in _settings(schema(), "")}
    assert {name for name in names if "token" in name} == {"token_file", "write_token_file"}
