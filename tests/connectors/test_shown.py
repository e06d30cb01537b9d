"""Notes on a page, as their trackers would show them."""

from html.parser import HTMLParser

import pytest
from hypothesis import given, settings

from connectors.github import page as github
from connectors.github.markdown import render
from connectors.github.marker import sign
from connectors.jira import page as jira
from connectors.jira import wiki_page as wiki
from connectors.jira.adf import render_adf
from connectors.jira.wiki import render_wiki
from connectors.shown import ShownNote, page
from model.document import Document, Item, Mention, Quoted, Section, Words
from tests.connectors.hostile import hostile

NOTE = Document(
    (
        Section("Waiting for", items=(Item((Words("Ledger & co"),), ((Quoted("<b>late</b>"),),)),)),
        Section("Settled", ((Words("Done."),),), folded=True),
    ),
    call=(Mention("mira", "Mira"), Words(": look.")),
)
SAID = (
    "<p>{mention}: look.</p><p><strong>Waiting for</strong></p>"
    "<ul><li>Ledger &amp; co<ul><li>&lt;b&gt;late&lt;/b&gt;</li></ul></li></ul>{settled}"
)
FOLDED = "<details><summary>Settled</summary><ul><li>Done.</li></ul></details>"
ALLOWED = {"p", "ul", "li", "strong", "em", "code", "a", "span", "details", "summary", "sub", "br", "h1", "h2", "h3"}
ALLOWED |= {"ol", "hr", "blockquote", "pre", "table", "thead", "tbody", "tr", "th", "td", "s", "h4", "h5", "h6"}


class Tags(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def flat(html: str) -> str:
    """Without what only spaces a list out."""
    return (
        html.replace("\n", "")
        .replace("<li><p>", "<li>")
        .replace("</p></li>", "</li>")
        .replace("</p><ul><li>&", "<ul><li>&")
    )


def test_each_trackers_format_reads_the_same() -> None:
    body = sign(render(NOTE), marker="m", digest=NOTE.digest)
    mention = '<span class="mention">@mira</span>'
    assert flat(github.as_html(body)) == SAID.format(mention=mention, settled=FOLDED)
    assert flat(jira.as_html(render_adf(NOTE))) == SAID.format(mention=mention.replace("mira", "Mira"), settled=FOLDED)
    last = "<p><strong>Settled</strong></p><ul><li>Done.</li></ul>"
    assert flat(wiki.as_html(render_wiki(NOTE))) == SAID.format(mention=mention.replace("@", ""), settled=last)


@settings(max_examples=60, deadline=None)
@given(hostile)
def test_nothing_runs_in_the_page_whatever_a_comment_holds(said: str) -> None:
    """The page shows what stands on a tracker, and there anybody may have edited it."""
    for html in (github.as_html(said), wiki.as_html(said)):
        for tag, attrs in Tags(html).found:
            assert tag in ALLOWED
            assert set(attrs) <= {"href", "class", "title", "start"}
            assert not (attrs.get("href") or "").lower().startswith(("javascript:", "data:", "vbscript:"))


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>\n",
        "x <script>alert(1)</script>",
        '<details open onclick="x">',
        "<details>\n<summary><img src=x onerror=y></summary>\n\n</details>",
        "[x](javascript:alert(1))",
    ],
)
def test_html_of_others_is_shown_as_text(body: str) -> None:
    assert not {tag for tag, _ in Tags(github.as_html(body)).found} & {"script", "img", "a"}
    assert all(not attrs for _, attrs in Tags(github.as_html(body)).found)


def test_adf_that_is_not_ours_is_shown_as_its_text() -> None:
    link = {"type": "link", "attrs": {"href": "javascript:alert(1)"}}
    tree = {
        "type": "doc",
        "content": [{"type": "panel", "content": [{"type": "text", "text": "<x>", "marks": [link]}]}],
    }
    assert jira.as_html(tree) == "&lt;x&gt;"


def test_the_page_is_complete_in_itself() -> None:
    notes = [
        ShownNote(
            kind="github",
            issue="acme/web#3",
            title="<i>Pay</i>",
            author="a<b",
            body=render(NOTE),
            url="https://x.example/",
        ),
        ShownNote(
            kind="jira",
            issue="PAY-1",
            title="Pay",
            author="us",
            body=render_adf(NOTE),
            labels=["<l>"],
            url="javascript:x",
        ),
        ShownNote(kind="jira", issue="PAY-2", title="Pay", author="us", body=render_wiki(NOTE), folded=True),
    ]
    html = page(notes)
    assert html == page(notes)
    assert [html.count(text) for text in ("3 notes", "<i>", "a<b", "javascript:", "<l>")] == [1, 0, 0, 0, 0]
    assert not {tag for tag, _ in Tags(html).found} & {"script", "img", "iframe", "i", "l"}
    assert html.count("prefers-color-scheme: dark") >= 1
    assert html.count("<article") == html.count("</article>") == 3
    assert "url(" not in html
    assert "1 note," in page(notes[:1])
