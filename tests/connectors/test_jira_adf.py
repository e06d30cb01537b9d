"""Our documents as ADF: valid by the official schema whatever they hold, and inert where tickets' words stand."""

import json
from collections.abc import Iterator
from datetime import date

from adf_bridge import validate_adf
from hypothesis import given
from hypothesis import strategies as st

from connectors.http import Json
from connectors.jira.adf import render_adf
from connectors.room import MOST_ITEMS
from model.document import (
    Code,
    Day,
    Document,
    IssueLink,
    Line,
    Link,
    Mention,
    Piece,
    Quoted,
    Section,
    Strong,
    Words,
    plain,
)
from model.words import clean

NOTE = Document(
    sections=(
        Section(
            heading="Waiting for",
            lines=(
                (
                    IssueLink("jira", "PLAT-7", "https://acme.example/browse/PLAT-7"),
                    Quoted(" Ledger @api {panel} [x|https://evil.example]"),
                    Words(", needed by "),
                    Day(date(2026, 12, 1)),
                    Words(" · case "),
                    Code("k3f9q"),
                ),
                (Mention("5b10", "Mira"), Words(" can say when"), Strong("!")),
            ),
        ),
        Section(heading="", lines=((Words("Data as of "), Day(date(2026, 11, 20))),)),
    )
)

texts = st.text(alphabet=st.characters(), max_size=30)
pieces: st.SearchStrategy[Piece] = st.one_of(
    st.builds(Words, texts),
    st.builds(Strong, texts),
    st.builds(Code, texts),
    st.builds(Quoted, texts),
    st.builds(Day, st.dates()),
    st.builds(IssueLink, texts, texts, st.one_of(texts, st.just("https://acme.example/browse/PAY-1"))),
    st.builds(Link, texts, st.sampled_from(["https://acme.example/", "javascript:alert(1)", "", "data:x"])),
    st.builds(Mention, st.text(min_size=1, max_size=9), texts),
)
lines: st.SearchStrategy[Line] = st.lists(pieces, max_size=4).map(tuple)
documents = st.lists(st.builds(Section, texts, st.lists(lines, max_size=3).map(tuple)), max_size=3).map(
    lambda sections: Document(sections=tuple(sections))
)


def nodes(tree: Json) -> Iterator[Json]:
    yield tree
    for child in tree.get("content", ()):
        yield from nodes(child)


def text_of(tree: Json) -> str:
    return "".join(node.get("text", "") for node in nodes(tree) if node["type"] == "text")


def test_a_note_reads_as_written() -> None:
    tree = render_adf(NOTE)
    validate_adf(tree)
    heading, items, closing = tree["content"]
    assert (heading["type"], items["type"], closing["type"]) == ("paragraph", "bulletList", "paragraph")
    assert heading["content"] == [{"type": "text", "text": "Waiting for", "marks": [{"type": "strong"}]}]
    first, second = (item["content"][0]["content"] for item in items["content"])
    href = {"href": "https://acme.example/browse/PLAT-7"}
    assert first[0] == {"type": "text", "text": "PLAT-7", "marks": [{"type": "link", "attrs": href}]}
    words = " Ledger @api {panel} [x|https://evil.example], needed by Tue 1 Dec 2026 · case "
    assert first[1] == {"type": "text", "text": words}
    assert second[0] == {"type": "mention", "attrs": {"id": "5b10", "text": "@Mira"}}
    assert text_of(closing) == plain(NOTE.sections[1].lines[0])


@given(documents)
def test_any_document_is_valid(document: Document) -> None:
    validate_adf(render_adf(document))


@given(documents)
def test_only_our_own_pieces_become_active(document: Document) -> None:
    tree = render_adf(document)
    wanted = [piece for section in document.sections for line in section.lines for piece in line]
    mentioned = [node["attrs"]["id"] for node in nodes(tree) if node["type"] == "mention"]
    assert mentioned == [piece.id for piece in wanted if isinstance(piece, Mention)]
    links = {mark["attrs"]["href"] for n in nodes(tree) for mark in n.get("marks", ()) if mark["type"] == "link"}
    assert links <= {piece.url for piece in wanted if isinstance(piece, IssueLink | Link)}
    assert all(href.startswith(("https://", "http://")) for href in links)
    assert {node["type"] for node in nodes(tree)} <= {"doc", "paragraph", "bulletList", "listItem", "text", "mention"}


@given(texts)
def test_quoted_words_are_shown_and_cannot_reorder_the_line(text: str) -> None:
    shown = text_of(render_adf(Document(sections=(Section("", ((Words(">"), Quoted(text)),)),))))
    assert shown == ">" + clean(text)
    assert not set(shown) & set("\u202e\u2066\u200f\x00\x07\n\r\t\x7f\x85")


def test_marks_that_reorder_text_are_taken_out() -> None:
    assert clean("pay \u202egnp.exe\u202c\x1b[31m\n\u2067now") == "pay gnp.exe[31m now"


def test_a_note_too_long_for_jira_counts_what_it_leaves_out_and_keeps_its_end() -> None:
    line = NOTE.sections[0].lines[0]
    tree = render_adf(Document(sections=(Section("Waiting for", (line,) * 325), NOTE.sections[1])))
    validate_adf(tree)
    assert len(json.dumps(tree)) < 32_767 + 10_000
    assert len(text_of(tree)) < 32_767
    _heading, items, closing = tree["content"]
    *shown, more = items["content"]
    assert len(shown) == MOST_ITEMS
    assert text_of(more) == f"… and {325 - MOST_ITEMS} more, which crosstie findings lists."
    assert text_of(closing) == "Data as of Fri 20 Nov 2026"


def test_a_title_of_any_length_is_cut() -> None:
    shown = text_of(render_adf(Document(sections=(Section("", ((Quoted("x" * 10_000_000),),)),))))
    assert len(shown) == 300


def test_an_empty_document_is_still_a_comment_that_jira_takes() -> None:
    tree = render_adf(Document(sections=(Section("", ()), Section(" ", ((Words(""),),)))))
    validate_adf(tree)
    assert text_of(tree)
