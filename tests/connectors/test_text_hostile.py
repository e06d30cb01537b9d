"""Whatever stands in a ticket: it ends, it raises nothing, it invents nothing."""

import re
import sys
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.text import (
    Context,
    mentions_in_adf,
    mentions_in_branch,
    mentions_in_markdown,
    mentions_in_title,
    mentions_in_wiki,
)
from model.facts import Mention

CONTEXT = Context("body", "acme/web")
READERS = [mentions_in_markdown, mentions_in_wiki, mentions_in_title, mentions_in_branch]

PIECES = [
    "Depends on",
    "blocked by",
    "blocks",
    "no longer",
    "needs",
    "#12",
    "PAY-7",
    "acme/api#3",
    "GH-4",
    ":",
    ",",
    " and ",
]
PIECES += [
    "`",
    "```\n",
    "> ",
    "- ",
    "* ",
    "[",
    "](",
    ")",
    "|",
    "~~",
    "~",
    "**",
    "_",
    "<!--",
    "-->",
    "<code>",
    "</code>",
    "<",
    ">",
]
PIECES += [
    "{code}",
    "{quote}",
    "{{",
    "}}",
    "\n",
    "\n\n",
    " ",
    ".",
    "?",
    "https://a.example/browse/PAY-7",
    "needed by 2026-12-01",
]
PIECES += ["\x00", "\ue000", "\ue001", "\u200b", "\ud800", "é", "依赖", "\\", "[x] ", "h1. ", "!", "-", "#", "/"]
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))

LEAVES = st.one_of(st.none(), st.integers(), st.booleans(), TEXTS)
KINDS = [
    "doc",
    "paragraph",
    "text",
    "bulletList",
    "listItem",
    "taskItem",
    "table",
    "tableRow",
    "tableCell",
    "inlineCard",
    "date",
]
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.fixed_dictionaries(
            {"type": st.sampled_from(KINDS)},
            optional={"content": st.lists(inner, max_size=4) | inner, "text": LEAVES, "attrs": inner, "marks": inner},
        ),
    ),
    max_leaves=20,
)


def as_read(text: str) -> str:
    """About what a reader sees: tags and signs of emphasis gone, and what they held apart run together."""
    return re.sub(r"<[^>]*>|[*_~`{}+]|\\|\[|\]", "", text)


@pytest.mark.parametrize("reader", READERS)
@given(text=TEXTS)
@example(text="0<A>/0#1")
def test_no_text_raises_and_no_key_is_invented(
    reader: Callable[[str, Context], tuple[Mention, ...]], text: str
) -> None:
    for one in reader(text, CONTEXT):
        name, number = re.split(r"[#-](?=[0-9]+$)", one.key)
        assert number in text
        assert name == "acme/web" or name.upper() in text.upper() or name.upper() in as_read(text).upper()
        assert len(one.excerpt) <= 200
        assert one.excerpt.isprintable() or "\ud800" in text or not text.isprintable()
        assert not {"\ue000", "\ue001", "\n", "\x00"} & set(one.excerpt)


@given(tree=TREES)
def test_no_tree_raises(tree: object) -> None:
    mentions_in_adf(tree, CONTEXT)


@given(text=TEXTS)
def test_code_yields_nothing(text: str) -> None:
    indented = "".join(f"    {line}\n" for line in text.splitlines() if line.strip())
    assert mentions_in_markdown(f"Hello\n\n{indented}", CONTEXT) == ()
    assert mentions_in_wiki("{noformat}" + text.replace("{noformat}", "") + "{noformat}", CONTEXT) == ()
    code = {"type": "codeBlock", "content": [{"type": "text", "text": text}]}
    assert mentions_in_adf({"type": "doc", "content": [code]}, CONTEXT) == ()


@given(words=st.lists(st.sampled_from(["Depends on", "#12", "PAY-7", "acme/api#3", "see", "*", "and"]), max_size=20))
def test_quotes_yield_nothing(words: list[str]) -> None:
    text = " ".join(words)
    assert mentions_in_markdown(f"> {text}", CONTEXT) == ()
    assert mentions_in_wiki(f"{{quote}}{text}{{quote}}\nbq. {text}", CONTEXT) == ()


def test_only_the_head_of_a_huge_text_is_read() -> None:
    text = "Depends on PAY-7\n\n" + "all work and no play\n" * 500_000 + "\nDepends on PAY-8"
    assert len(text) > 10_000_000
    for reader in (mentions_in_markdown, mentions_in_wiki):
        assert [one.key for one in reader(text, CONTEXT)] == ["PAY-7"]


HOSTILE = [
    "[",
    "[a](",
    "![",
    "*a_",
    "~a~ ",
    "<b ",
    "x <!-- ",
    "> ",
    "- ",
    "|a",
    "#1 ",
    "AB-1 ",
    "blocked by #1, ",
    "(",
    "_A",
    ".",
]
HOSTILE += [
    "{code",
    "{{",
    "[a|https://",
    " -a",
    "depends on:\n",
    "don't ",
    "<code></s>",
    "https://a/)",
    "&amp;",
    "`",
    "a\n",
    "/issues/1",
    "once #1 a a a, ",
    "Blocked by:\n#1\n",
    "PAY-7 which is now ",
    "{color}-7 ",
]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("reader", [mentions_in_markdown, mentions_in_wiki])
def test_work_grows_no_faster_than_the_text(reader: Callable[[str, Context], Any], piece: str) -> None:
    def calls(size: int) -> int:
        count = 0

        def step(*_: object) -> None:
            nonlocal count
            count += 1

        text = (piece * size)[:size]
        before = sys.getprofile()
        sys.setprofile(step)
        try:
            reader(text, CONTEXT)
        finally:
            sys.setprofile(before)
        return count

    assert calls(4000) < 5 * calls(1000) + 1000


@pytest.mark.parametrize("reader", [mentions_in_markdown, mentions_in_wiki])
def test_of_many_references_the_first_2000_are_read(reader: Callable[[str, Context], tuple[Mention, ...]]) -> None:
    text = "Blocked by #1\n\n" + " ".join(f"PAY-{number}" for number in range(1, 100_001))
    found = reader(text, CONTEXT)
    assert found[0].lean == "depends"
    assert [one.key for one in found[1:]] == [f"PAY-{number}" for number in range(1, 2000)]


def test_of_a_tree_with_many_references_the_first_2000_are_read() -> None:
    words = [{"type": "text", "text": f"PAY-{number} "} for number in range(1, 100_001)]
    assert len(mentions_in_adf({"type": "doc", "content": [{"type": "paragraph", "content": words}]}, CONTEXT)) == 2000
