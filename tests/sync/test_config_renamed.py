"""Settings under an old name: understood with a warning, refused beside the new one, told with their own lines."""

import json
from pathlib import Path

import pytest

from sync.config import Config, ConfigError, load_config
from sync.config.renamed import RENAMED, Renamed
from sync.config.shape import tables_at
from tests.sync.configs import TOKENS, TRACKERS, write

TABLE = (
    Renamed(old=("notes", "most_new"), new=("notes", "max_new_per_run"), until="0.4"),
    Renamed(old=("rules", "*", "loudness"), new=("rules", "*", "mode"), until="0.4"),
    Renamed(old=("teams", "*", "people"), new=("teams", "*", "members"), until="0.5"),
    Renamed(old=("freshness",), new=("refresh",), until="0.5"),
    Renamed(old=("write_label",), new=("notes", "label"), until="0.5"),
)


def load(folder: Path, text: str) -> Config:
    return load_config(write(folder, text), environ=TOKENS, renamed=TABLE)


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(ConfigError) as error:
        load(folder, text)
    return [str(problem).replace(f"{folder}/", "") for problem in error.value.problems]


def test_old_names_are_understood_with_a_warning_that_names_both_and_the_end(tmp_path: Path) -> None:
    text = 'write_label = "seen"\n' + TRACKERS
    text += '[notes]\nmost_new = 7\n[rules.overdue]\nloudness = "off"\n[rules.cycle]\nloudness = "label"\n'
    text += (
        '[[teams]]\nname = "a"\n[[teams]]\nname = "b"\npeople = [{ github = "mira" }]\n[freshness]\nstructure = "2h"\n'
    )
    config = load(tmp_path, text)
    assert (config.notes.max_new_per_run, config.notes.label) == (7, "seen")
    assert (config.rules["overdue"].mode, config.rules["cycle"].mode) == ("off", "label")
    assert config.policy({}).teams["b"].members[0].ids == {"github": "mira"}
    assert config.refresh.structure.total_seconds() == 7200
    told = {warning.line: (warning.path, warning.message) for warning in config.warnings}
    assert told[10] == (
        "notes.most_new",
        "this is called notes.max_new_per_run now; crosstie 0.4 will no longer know the old name",
    )
    assert told[14][1].startswith("this is called rules.cycle.mode now;")
    assert told[19] == (
        "teams[1].people",
        "this is called teams[1].members now; crosstie 0.5 will no longer know the old name",
    )
    assert len(told) == 6


def test_the_new_name_alone_is_the_same_config(tmp_path: Path) -> None:
    old = load(tmp_path, TRACKERS + "[notes]\nmost_new = 7\n")
    new = load(tmp_path, TRACKERS + "[notes]\nmax_new_per_run = 7\n")
    assert old.digest == new.digest
    assert json.loads(old.tree) == json.loads(new.tree)
    assert new.warnings == ()


def test_both_names_are_a_mistake_at_the_old_one(tmp_path: Path) -> None:
    assert refused(tmp_path, TRACKERS + "[notes]\nmost_new = 7\nmax_new_per_run = 8\n") == [
        "crosstie.toml:9: notes.most_new: this is called notes.max_new_per_run now, which is set at crosstie.toml:10 "
        "already; remove this one"
    ]


def test_a_mistake_under_an_old_name_is_told_where_it_was_written(tmp_path: Path) -> None:
    text = (
        TRACKERS
        + '[rules.overdue]\nloudness = "of"\n[[teams]]\nname = "b"\npeople = [\n  { github = "a" },\n  {},\n]\n'
    )
    lines = refused(tmp_path, text)
    assert [line.split(": ")[:2] for line in lines] == [
        ["crosstie.toml:9", "rules.overdue.mode"],
        ["crosstie.toml:14", "teams[0].members[1]"],
    ]


def test_an_old_name_in_an_included_file_keeps_its_file(tmp_path: Path) -> None:
    write(tmp_path, "\n[notes]\nmost_new = 7\n", "notes.toml")
    (warning,) = load(tmp_path, 'include = ["notes.toml"]\n' + TRACKERS).warnings
    assert (Path(warning.file).name, warning.line) == ("notes.toml", 3)


@pytest.mark.parametrize(
    "text", ['notes = "x"\nwrite_label = "seen"\n', 'teams = [3, { people = 3 }]\nrules = "off"\n']
)
def test_a_broken_config_stays_a_list_of_mistakes(tmp_path: Path, text: str) -> None:
    assert all(line.startswith("crosstie.toml:") for line in refused(tmp_path, text + TRACKERS))


def test_what_the_product_renames_is_there_under_the_new_name_alone() -> None:
    for entry in RENAMED:
        assert entry.old.count("*") == entry.new.count("*")
        assert tables_at(tuple(0 if part == "*" else part for part in entry.new)), entry
