"""docs/custom-rules.md says what is so: its tables are the fields, and all of its examples load."""

import re
from pathlib import Path

import pytest

from model.snapshot import Dependency
from rules.examples import depends, issue, moment, world
from rules.expressions import condition
from rules.expressions_manual import renewed
from rules.fields import RECORDS, VARIABLES, edge_view
from tests.sync.configs import loaded

PAGE = Path(__file__).parents[2] / "docs" / "custom-rules.md"
TEXT = PAGE.read_text()
EXAMPLES = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)


def test_its_tables_are_the_fields() -> None:
    assert renewed(TEXT) == TEXT, "make it anew: python -m rules.expressions_manual docs/custom-rules.md"
    for fields in RECORDS.values():
        for name, field in fields.items():
            assert f"| `{name}` | " in TEXT
            assert field.about.endswith(".")


def test_it_names_every_record() -> None:
    assert {record for records in VARIABLES.values() for record in records} == set(RECORDS)
    assert [record for record in RECORDS if f"`{record}`" not in TEXT] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_its_examples_are_configs(tmp_path: Path, example: str) -> None:
    config = loaded(tmp_path, example)
    assert [name for name in re.findall(r'^name = "(.*)"', example, re.MULTILINE) if name not in config.rules] == []


def _edge(team: str) -> Dependency:
    return depends(issue("PAY-1", team), issue("PLAT-7", "platform"))


@pytest.mark.parametrize("row", re.findall(r"^\| `(.*provider\.due.*?)` \| (.*?) \|$", TEXT, re.MULTILINE))
def test_its_table_of_what_is_unknown_is_so(row: tuple[str, str]) -> None:
    words = {"unknown": None, "false": False, "true": True}
    asked, said = condition(row[0].replace("\\|", "|"), "edge"), re.match(r"(\w+)(?: .*, else (\w+))?", row[1])
    assert said
    for team, expected in (("web", said[1]), ("payments", said[2] or said[1])):
        edge = _edge(team)
        view = edge_view(world(edge, now=moment("2026-12-02")), edge)
        assert asked.ask(view).holds is words[expected]
