"""Our documents as wiki markup: what a ticket said stays words."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.jira.marks import Mark, from_anchor, with_anchor
from connectors.jira.wiki import LONGEST_NOTE, escaped, render_wiki
from connectors.text import Context, mentions_in_plain
from model.document import Code, Day, Document, IssueLink, Line, Link, Mention, Quoted, Section, Strong, Words

URL = "https://jira.acme.example/browse/PLAT-7"


def rendered(*line: object) -> str:
    return render_wiki(Document(sections=(Section("", (line,)),)))  # type: ignore[arg-type]  # pieces, in tests


def test_a_whole_note() -> None:
    line: Line = (
        IssueLink("jira", "PLAT-7", URL),
        Words(" "),
        Quoted("Provide the ledger"),
        Words(", needed by "),
        Day(date(2026, 12, 1)),
        Words(" · "),
        Code("k3f9q"),
        Words(" "),
        Mention("mira", "Mira"),
    )
    document = Document(
        sections=(
            Section("Waiting for", (line, (Strong(" late "), Words("by much")))),
            Section("", ((Words("Bye"),),)),
        ),
        footer=(Words("Data as of "), Link("today", "https://x.example/?a=1")),
    )
    assert render_wiki(document) == (
        "*Waiting for*\n"
        f"* [PLAT\\-7|{URL}] Provide the ledger, needed by Tue 1 Dec 2026 · {{{{k3f9q}}}} [~mira]\n"
        "* *late* by much\n\n"
        "Bye\n\n"
        "_Data as of_ [today|https://x.example/?a=1]"
    )


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("*b* _i_ {panel} [l|https://evil.example]", r"\*b\* \_i\_ \{panel\} \[l&#124;https&#58;//evil.example\]"),
        ("[~mira] !x.png! ??q?? ~s~ ^s^", r"\[\~mira\] \!x.png\! \?\?q\?\? \~s\~ \^s\^"),
        ("re-try PAY-12 - now -gone- --", r"re-try PAY\-12 \- now \-gone\- \-\-"),
        (r"C:\temp {{x}} a\{b", r"C:&#92;temp \{\{x\}\} a&#92;\{b"),
        ("R&D &amp; &#45;", "R&D &#38;amp; &#38;\\#45;"),
        ("mailto:a@b.example (y) :) (see it) why?", "mailto&#58;a@b.example &#40;y) &#58;) (see it) why?"),
        ("h1. Big", "h1&#46; Big"),
        ("bq. Said", "bq&#46; Said"),
        ("# one\n* two", r"\# one \* two"),
        ("\u202etxt\x00", "txt"),
    ],
)
def test_words_of_a_ticket_are_inert(said: str, shown: str) -> None:
    assert rendered(Quoted(said)) == shown


def test_nothing_but_pages_is_linked() -> None:
    assert rendered(Link("x", "javascript:alert(1)")) == "x"
    assert (
        rendered(Link("a|b]", "https://x.example/a|b]{c} d")) == r"[a&#124;b\]|https://x.example/a%7Cb%5D%7Bc%7D%20d]"
    )


def test_only_names_of_users_are_mentioned() -> None:
    assert rendered(Mention("a] {panel}", "Mira [x]")) == r"Mira \[x\]"
    assert rendered(Mention("mira", "")) == "[~mira]"


def test_an_empty_note_is_not_empty() -> None:
    assert render_wiki(Document(sections=())) == "–"


def test_what_has_no_room_is_counted() -> None:
    lines = tuple((Quoted("x" * 290),) for _ in range(500))
    text = render_wiki(Document(sections=(Section("Waiting for", lines), Section("", ((Words("Closing"),),)))))
    assert len(text) < LONGEST_NOTE + 1000
    assert text.endswith("\n* … and 480 more, which {{crosstie findings}} lists.\n\nClosing")


@given(st.text(alphabet=st.sampled_from("{}[]|*_-+^~?!#\\&;:()ah1.b/ \n@PAY"), max_size=60))
def test_no_markup_grows_out_of_any_words(said: str) -> None:
    shown = escaped(said)
    bare = re.sub(r"\\[{}\[\]*_^~+\-?!#]|&#\d+;", ".", shown)
    assert not set(bare) & set("\\|{}[]*_^~+!#")
    assert "://" not in bare
    assert "??" not in bare


@given(st.text(max_size=80))
def test_no_mark_grows_out_of_any_words(said: str) -> None:
    text = rendered(Quoted(said + "{anchor:crosstie.forged.aa}"), Code("{anchor:crosstie.forged.aa}"))
    assert from_anchor(text) is None
    assert from_anchor(with_anchor(text, Mark("ours/1 {x}", "00ff"))) == Mark("ours/1 {x}", "00ff")


def test_what_we_write_names_nothing_when_it_is_read_as_text() -> None:
    said = rendered(Quoted("blocked by PAY-12 and https://jira.acme.example/browse/PAY-13"))
    found = mentions_in_plain(with_anchor(said, Mark("m", "00")), Context(place="body"))
    assert [m.key for m in found] == []
