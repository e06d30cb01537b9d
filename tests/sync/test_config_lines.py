"""The line map finds what tomllib finds, on the line where a person would look."""

import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.config.lines import Path, line_map


def _paths(node: object, path: Path = ()) -> Iterator[Path]:
    if path:
        yield path
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _paths(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _paths(value, (*path, index))


TEXT = '''\
# a comment with [brackets] and "quotes
top = 1
[a.b]
"quoted key" = 'x # not a comment'
dotted.key."with.dot" = """
[not.a.table]
end\\""" of it""" # comment
list = [ "one", # first
  "two",
  [ "deep",
    3 ], { inline = true, more.dotted = 2 },
]
[[item]]
name = "first"
  [item.sub]
  x = 2027-01-31 10:00:00
[[item]]
name = \'\'\'second
line\'\'\'
  [[item.part]]
  y = 1
  [[item.part]]
  y = { z = [1,
        2] }
[a.c]
last = 1e5'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("a",), 3),
        (("a", "b"), 3),
        (("a", "b", "quoted key"), 4),
        (("a", "b", "dotted"), 5),
        (("a", "b", "dotted", "key", "with.dot"), 5),
        (("a", "b", "list"), 8),
        (("a", "b", "list", 0), 8),
        (("a", "b", "list", 1), 9),
        (("a", "b", "list", 2), 10),
        (("a", "b", "list", 2, 1), 11),
        (("a", "b", "list", 3, "inline"), 11),
        (("a", "b", "list", 3, "more", "dotted"), 11),
        (("item",), 13),
        (("item", 0), 13),
        (("item", 0, "name"), 14),
        (("item", 0, "sub", "x"), 16),
        (("item", 1), 17),
        (("item", 1, "name"), 18),
        (("item", 1, "part", 0, "y"), 21),
        (("item", 1, "part", 1), 22),
        (("item", 1, "part", 1, "y", "z", 1), 24),
        (("a", "c", "last"), 26),
    ],
)
def test_every_form_of_toml_has_its_line(path: Path, line: int) -> None:
    assert line_map(TEXT)[path] == line


def test_windows_line_ends_count_once() -> None:
    assert line_map(TEXT.replace("\n", "\r\n"))["a", "c", "last"] == 26


def test_nothing_that_tomllib_finds_is_missing_and_nothing_is_added() -> None:
    assert set(line_map(TEXT)) == set(_paths(tomllib.loads(TEXT)))


def test_an_empty_text_has_no_lines() -> None:
    assert line_map("") == {} == line_map("# only a comment")


_KEY = st.one_of(st.from_regex(r"[a-z]{1,3}", fullmatch=True), st.text(max_size=4))
_LEAF = st.one_of(st.integers(0, 99), st.booleans(), st.text(alphabet="a#[]{}=,'\"\\ \n.", max_size=8))
_VALUE = st.recursive(_LEAF, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEY, inner, max_size=3))


def _quoted(text: str) -> str:
    signs = {'"': '\\"', "\\": "\\\\"}
    return '"' + "".join(signs.get(c, c if " " <= c != "\x7f" else f"\\u{ord(c):04x}") for c in text) + '"'


def _toml(value: object, gap: str) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_quoted(k)} = {_toml(v, gap)}" for k, v in value.items()) + " }"
    if isinstance(value, list):
        return f"[{gap}" + f",{gap}".join(_toml(v, gap) for v in value) + f"{gap}]"
    return _quoted(value) if isinstance(value, str) else str(value).lower()


@given(st.dictionaries(_KEY, _VALUE, max_size=4), st.sampled_from([" ", "\n", ' # ] " comment\n\n']))
def test_any_tree_is_walked_in_full_and_lines_only_grow(tree: dict[str, object], gap: str) -> None:
    text = "".join(f"{_quoted(key)} = {_toml(value, gap)}\n" for key, value in tree.items())
    found = line_map(text)
    assert set(found) == set(_paths(tomllib.loads(text)))
    in_order = [found[path] for path in _paths(tree)]
    assert in_order == sorted(in_order)
    assert max(in_order, default=0) <= text.count("\n")
