"""Our notes through cmark-gfm, the parser that GitHub itself uses, with its extensions: autolinks above all."""

import cmarkgfm  # type: ignore[import-untyped]  # it has no types
import pytest
from cmarkgfm.cmark import Options  # type: ignore[import-untyped]  # it has no types
from hypothesis import given, settings

from connectors.github.markdown import render, render_line
from model.document import Document, IssueLink, Line, Link, Quoted, Strong, Words
from tests.connectors.hostile import documents, every_piece, in_words, shown
from tests.connectors.test_notes_inert import Reading


def as_github_would(source: str) -> str:
    return str(cmarkgfm.github_flavored_markdown_to_html(source, options=Options.CMARK_OPT_UNSAFE))


@settings(max_examples=80, deadline=None)
@given(documents())
def test_githubs_own_parser_shows_what_was_said_and_makes_nothing_more_of_it(document: Document) -> None:
    reading = Reading(as_github_would(render(document)))
    asked = in_words("".join(shown(piece) for piece in every_piece(document)))
    assert in_words(reading.said) == (asked or "–")
    assert reading.tags <= {"p", "ul", "li", "strong", "code", "a", "details", "summary", "sub"}
    assert len(reading.links) <= sum(isinstance(piece, IssueLink | Link) for piece in every_piece(document))


@pytest.mark.parametrize(
    "line",
    [
        (Quoted("www.example.com WWW.example.com (www.a.b) *www.a.b*"),),
        (Quoted("https://a.example http://a.example ftp://a.example <https://a.example>"),),
        (Quoted("a@b.example, mailto:a@b.example, xmpp:a@b.example/c"),),
        (Words("ww"), Quoted("w.a.example, http"), Words(":"), Quoted("//a.example")),
        (Quoted("| a | b |"), Words("\n"), Quoted("|---|---|")),
        (Quoted("[ ] task ~~struck~~ ~one~ [^1] [^1]: note"),),
    ],
)
def test_no_extension_of_githubs_takes_hold_of_words(line: Line) -> None:
    for source in (render_line(line), f"- {render_line(line)}", render_line((Strong("x"), *line))):
        assert Reading(as_github_would(source)).tags <= {"p", "ul", "li", "strong"}
