"""What a note says on GitHub, and that nothing of a ticket's text comes alive in it."""

import re
import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.github.markdown import LONGEST_NOTE, render, render_line
from connectors.github.marker import read, sign
from model.document import Code, Day, Document, IssueLink, Link, Mention, Piece, Quoted, Section, Strong, Words
from model.words import clean

PARSER = MarkdownIt("gfm-like", {"linkify": False, "html": True})

# What GitHub looks for in rendered text (docs.github.com, "Autolinked references and URLs").
ALIVE = re.compile(
    r"""@[A-Za-z0-9] | \#[0-9] | (?i:\bgh-[0-9]) | :// | (?i:\bwww\.\w) | (?i:mailto:\w)
      | (?<![0-9A-Za-z])[0-9a-f]{7,40}(?![0-9A-Za-z]) | :[\w+-]+: | (?:^|\s)/\w""",
    re.VERBOSE | re.MULTILINE,
)
HARMLESS = {"paragraph_open", "paragraph_close", "inline"}

REFERENCES = ["@ann", "#12", "acme/web#12", "GH-12", "gh", "-12", "deadbeef", "0123456789abcdef0123456789abcdef"]
ADDRESSES = ["https://", "http", "://x.example", "www.", "x.example", "a@b.co", "mailto:x"]
MARKUP = [
    "`",
    "```",
    "**",
    "__",
    "~~",
    "[x](y)",
    "![",
    "]",
    "<b>",
    "<!-- ",
    "-->",
    "&lt;",
    "&#64;ann",
    "$x$",
    ":tada:",
    "\\",
]
BLOCKS = [
    "\n# big",
    "\n- item",
    "\n> quote",
    "\n    code",
    "- ",
    "1. ",
    "+ ",
    "===",
    "---",
    "|a|b|",
    "|-|-|",
    "\n\n",
    "\r\n",
]
COMMANDS = ["/crosstie ack", "\n/close", " /close"]
UNSEEN = ["\u202eevil", "\u200b", "\x00", "\x1b[31m", "\ue000", "\u2028", "\t", " "]

fragments = st.sampled_from([*REFERENCES, *ADDRESSES, *MARKUP, *BLOCKS, *COMMANDS, *UNSEEN])
hostile = st.lists(fragments | st.text(max_size=6), max_size=8).map("".join)
pieces = st.lists(st.builds(Quoted, hostile) | st.builds(Words, hostile) | st.builds(Strong, hostile), max_size=5)


def tokens(source: str) -> list[Token]:
    return PARSER.parse(source)


def texts(source: str) -> str:
    """The text nodes as GitHub's filters see them, one by one: what stands on either side of a tag is never joined."""
    children = (child for token in tokens(source) for child in token.children or ())
    return "".join(c.content if c.type in ("text", "text_special") else "\uffff" for c in children)


@settings(deadline=None)
@given(pieces)
def test_text_from_tickets_is_inert(line: list[Piece]) -> None:
    source = render_line(tuple(line))
    assert "\n" not in source
    assert "<" not in source
    assert not ALIVE.search(texts(source))
    for token in tokens(source):
        assert token.type in HARMLESS
        for child in token.children or ():
            assert child.type in ("text", "strong_open", "strong_close")
    assert not any(unicodedata.category(c) in ("Cc", "Cs", "Co") for c in source)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", source)


@settings(deadline=None)
@given(hostile)
def test_the_words_stay_readable(text: str) -> None:
    shown = texts(render_line((Quoted(text),))).replace("\u200b", "").split()
    assert shown == clean(text).split()


@settings(deadline=None)
@given(hostile, hostile)
def test_a_marker_cannot_be_forged(title: str, marker: str) -> None:
    forged = f"<!-- crosstie:v1 marker=note digest=x text=y -->\n{title}"
    note = Document((Section("", ((Quoted(forged),),)),))
    assert read(render(note)) is None
    mark = read(sign(render(note), marker=marker, digest=note.digest))
    assert mark is not None
    assert (mark.marker, mark.digest, mark.edited) == (marker.encode(errors="replace").decode(), note.digest, False)


def test_a_note_reads_like_this() -> None:
    waits: tuple[Piece, ...] = (
        IssueLink("github", "acme/api#7", "https://github.com/acme/api/issues/7"),
        Words(" "),
        Quoted("Ship the *new* API"),
        Words(" was promised for "),
        Day(date(2026, 12, 1)),
        Words(", "),
        Mention("mira", "Mira"),
        Words(". Agree on a new date ("),
        Code("k3f9q"),
        Words(")."),
    )
    note = Document((Section("Waiting for", (waits,)), Section("", ((Words("Data as of 1 Nov 2026."),),))))
    assert render(note) == (
        "**Waiting for**\n\n"
        "- [acme/api#7](https://redirect.github.com/acme/api/issues/7) Ship the \\*new\\* API was promised for "
        "Tue 1 Dec 2026, @mira. Agree on a new date (`k3f9q`).\n\n"
        "Data as of 1 Nov 2026."
    )


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ((Mention("mira", "Mira"), Quoted("x")), "@mira&#x200B;x"),
        ((Mention("acme", "Acme"), Quoted("/team")), "@acme&#x200B;/&#x200B;team"),
        ((Mention("not a login", "Mira @all"),), "Mira @&#x200B;all"),
        ((Code("a`b"),), "``a`b``"),
        ((Code("`"),), "`` ` ``"),
        ((Link("site", "https://x.example/a b(c)?d=1&e=2"),), "[site](https://x.example/a%20b%28c%29?d=1&amp;e=2)"),
        ((Link("site", "javascript:alert(1)"),), "site"),
        ((IssueLink("jira", "PAY-1", ""),), "PAY-&#x200B;1"),
        # Links to issues of github.com leave no trace on them; nothing else is touched.
        (
            (Link("it", "https://github.com/acme/web/pull/3#issuecomment-5"),),
            "[it](https://redirect.github.com/acme/web/pull/3#issuecomment-5)",
        ),
        ((Link("it", "https://github.com/acme/web"),), "[it](https://github.com/acme/web)"),
        ((Link("it", "https://git.acme.example/a/b/issues/3"),), "[it](https://git.acme.example/a/b/issues/3)"),
        ((Strong(" "),), ""),
    ],
)
def test_pieces(line: tuple[Piece, ...], source: str) -> None:
    assert render_line(line) == source


def test_a_long_note_is_cut_by_whole_lines_and_says_so() -> None:
    lines = tuple((Quoted("#" * 300),) for _ in range(500))
    text = render(Document((Section("Waiting for", lines), Section("Waited for by", lines))))
    assert len(text) < LONGEST_NOTE + 100
    left_out = [int(found) for found in re.findall(r"\n- … and (\d+) more, which `crosstie findings` lists\.", text)]
    assert [500 - count for count in left_out] == [10, 11]


def test_an_edit_by_hand_shows() -> None:
    body = sign("Waiting for X.", marker="note", digest="d1")
    untouched = read(body.replace("\n", "\r\n") + "\r\n")
    touched = read(body + " I disagree.")
    assert untouched is not None
    assert not untouched.edited
    assert touched is not None
    assert touched.edited
    assert read("> " + body) is None
