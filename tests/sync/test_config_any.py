"""Whatever stands in a config, the answer is a config or a list of mistakes, and never a traceback."""

import copy
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sync.config import Config, ConfigError
from sync.config.load import recall_config

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
TREE: dict[str, Any] = json.loads(json.dumps(tomllib.loads(EXAMPLE.read_text()), default=str))
WORDS = [0, -1, 3, 1.5, True, "", " ", "x", "jira:PAY", "comment", "2027-13-45", "\x00", "["]
SHAPES = [[], [1], ["x"], [[]], {}, {"x": 1}, {"": {}}, [{}], [{"name": 3}], {"name": "x"}, {"*": "x"}, {"99": "error"}]
ODD = st.sampled_from([*WORDS, *SHAPES, {"mode": []}])


def paths(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(node, dict):
        for key, value in node.items():
            yield from paths(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from paths(value, (*path, index))


PATHS = st.sampled_from(sorted(paths(TREE), key=str))


def put(tree: Any, path: tuple[str | int, ...], value: object) -> None:
    """Where the way there has been changed before, nothing is put."""
    for part in path[:-1]:
        if not has(tree, part):
            return
        tree = tree[part]
    if isinstance(tree, dict) or has(tree, path[-1]):
        tree[path[-1]] = copy.deepcopy(value)


def has(node: Any, part: str | int) -> bool:
    return part in (node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ())


def understood(tree: dict[str, Any]) -> Config | ConfigError:
    try:
        return recall_config(json.dumps(tree), EXAMPLE)
    except ConfigError as error:
        return error


@given(changes=st.lists(st.tuples(PATHS, ODD), min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_odd_values_are_mistakes_that_are_named(changes: list[tuple[tuple[str | int, ...], object]]) -> None:
    tree = copy.deepcopy(TREE)
    for path, value in changes:
        put(tree, path, value)
    found = understood(tree)
    if isinstance(found, ConfigError):
        assert found.problems
        assert all(problem.message for problem in found.problems)


@given(path=PATHS, name=st.text(st.characters(exclude_categories=()), max_size=12))
@settings(max_examples=100, deadline=None)
def test_an_unknown_name_is_named_wherever_it_stands(path: tuple[str | int, ...], name: str) -> None:
    """Where names are free, as those of teams and groups are, it may be fine."""
    tree = copy.deepcopy(TREE)
    put(tree, (*path[:-1], name) if isinstance(path[-1], str) else path, 1)
    understood(tree)


def test_the_example_itself_is_understood() -> None:
    assert isinstance(understood(TREE), Config)
