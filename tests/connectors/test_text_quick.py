"""The scan that spares most texts their parser never takes a reference from them."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from connectors.text import Context, adf, markdown, mentions, quick, wiki
from connectors.text.base import Span, block
from tests.connectors.test_text_hostile import TEXTS, TREES

CONTEXT = Context("body", "acme/web")
PARTS = ["PAY", "pay", "gh", "G", "H", "acme/web", "/issues", "/pull", "https://a.b/c/d", "//a.b/x?issue=a", "/browse/"]
PARTS += ["-", "#", "/", "|", "7", "0", "12", "%7C", "%2d", "%31", "?selectedIssue=", "&issue=a%7cb%7c", "\\"]
PARTS += ["*", "**", "_", "~~", "~", "~~x~~", "`", "<b>", "</b>", "<!-- x -->", "<del>x</del>", "[](u)", "[", "]", "]("]
PARTS += [
    ")",
    "![](u)",
    "&#45;",
    "&num;",
    "&sol;",
    "&#x31;",
    "&#55;",
    "{color:#f00}",
    "{color}",
    "{*}",
    "{{",
    "}}",
    "-x-",
]
PARTS += [" ", "\n", "\t", "\u200b", "\x00", ".", "é", "[r]: ", "[][r]", "<https://", ">", "!x!", "+", "{quote}"]
MIXED = st.one_of(TEXTS, st.lists(st.sampled_from(PARTS), max_size=14).map("".join))


@given(text=MIXED)
@settings(max_examples=400)
@example("PAY-**7**")
@example("PAY-<i></i>7")
@example("PAY[](u)-7")
@example("PAY-~~x~~7")
@example("PAY&#45;7")
@example("acme/web&num;7")
@example("[x](/acme/web/issues\\/7)")
@example("[x](//a.b/?issue=a%7Cb%7C%31)")
@example("[x](https://a.b/browse/pay-7)")
@example("x -&num;7")
def test_markdown_that_is_not_parsed_holds_nothing(text: str) -> None:
    assert quick.in_markdown(text) or mentions.read(markdown.blocks(text), CONTEXT) == ()


@given(text=MIXED)
@settings(max_examples=400)
@example("PAY-{color:red}7{color}")
@example("PAY{color}-7")
@example("*PAY*-*7*")
@example("[x|https://a.b/?issue=a%7Cb%7C7]")
def test_wiki_text_that_is_not_parsed_holds_nothing(text: str) -> None:
    assert quick.in_wiki(text) or mentions.read(wiki.blocks(text), CONTEXT) == ()


@given(text=MIXED)
def test_titles_that_are_not_read_hold_nothing(text: str) -> None:
    made = block([Span(text)], "text", 0, checked=False)
    assert quick.in_plain(text) or mentions.read([made] if made else [], CONTEXT) == ()


def _nodes(texts: list[tuple[str, str]]) -> dict[str, Any]:
    marks = {"link": "href", "strong": "x"}
    content = [
        {"type": "text", "text": words, "marks": [{"type": mark, "attrs": {marks[mark]: words}}] if mark else []}
        for words, mark in texts
    ]
    return {"type": "doc", "content": [{"type": "paragraph", "content": content}]}


@given(tree=st.lists(st.tuples(MIXED, st.sampled_from(["", "strong", "link"])), max_size=5).map(_nodes) | TREES)
@settings(max_examples=300)
@example(_nodes([("PAY-", ""), ("7", "strong")]))
@example(_nodes([("PAY", ""), ("-7", "strong")]))
@example(_nodes([("x", ""), ("https://a.b/browse/pay-\n7", "link")]))
def test_documents_that_are_not_read_hold_nothing(tree: object) -> None:
    assert quick.in_adf(tree) or mentions.read(adf.blocks(tree), CONTEXT) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, merged on 2026-12-01 at 10:30, took 3-4 days; see the log from 10/12.",
        "- [ ] I have read the well-known rules\n- [x] Tests pass\n\n## Steps\n\n1. Start it",
        "<!-- Please say what happens -->\n\n`a-1` is **bold**, R & D",
    ],
)
def test_everyday_text_is_not_parsed(text: str) -> None:
    assert not quick.in_wiki(text)
    assert not quick.in_markdown(text) or "<!--" in text


def test_what_is_past_the_part_that_is_read_does_not_count() -> None:
    assert not quick.in_markdown("- " * 100_000 + "PAY-7")
    assert not quick.in_wiki("- " * 100_000 + "PAY-7")
    assert quick.in_markdown("- " * 99_990 + "PAY-7")
