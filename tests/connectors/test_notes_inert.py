"""Whatever stands in a ticket, a note shows it and does nothing of it: seen by reading back what was written."""

import re
from html.parser import HTMLParser

from adf_bridge import validate_adf
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from connectors.github import page as github_page
from connectors.github.markdown import render
from connectors.http import Json
from connectors.jira import page as jira_page
from connectors.jira import wiki_page
from connectors.jira.adf import render_adf
from connectors.jira.marks import Mark, from_anchor, with_anchor
from connectors.jira.wiki import render_wiki
from connectors.text import Context, mentions_in_markdown, mentions_in_wiki
from connectors.text.commands import commands_in_markdown, commands_in_wiki
from model.document import Document, IssueLink, Link, Mention, Quoted
from tests.connectors.hostile import BAD, documents, every_piece, in_words, shown, words

GFM = MarkdownIt("gfm-like", {"linkify": False, "html": True})
BLOCKS = {"paragraph", "bullet_list", "list_item", "inline", "html_block"}
INLINE = {"text", "strong_open", "strong_close", "link_open", "link_close", "code_inline", "html_inline"}
HTML = {"<sub>", "</sub>"}
ALIVE = re.compile(
    r"""@[A-Za-z0-9] | \#[0-9] | [A-Za-z]-[0-9] | :// | (?i:\bwww\.\w) | (?i:mailto:\w)
      | (?<![0-9A-Za-z])[0-9a-f]{7,40}(?![0-9A-Za-z]) | :[\w+-]+: | (?:^|\s)/\w""",
    re.VERBOSE | re.MULTILINE,
)
"""What GitHub looks for in rendered text (docs.github.com, "Autolinked references and URLs")."""
QUICK = settings(max_examples=50, deadline=None)


class Reading(HTMLParser):
    """HTML, taken apart as a browser would: what is text, what is active."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.said, self.tags, self.links, self.open = "", set[str](), list[str](), list[str]()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.open += [tag] if tag != "br" else []
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href", "class"}

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


def inline(source: str) -> list[Token]:
    return [child for token in GFM.parse(source) for child in token.children or ()]


def pages(document: Document) -> set[str]:
    """Where a document's own links lead."""
    return {p.url for p in every_piece(document) if isinstance(p, IssueLink | Link) and p.url.startswith("https://")}


@QUICK
@given(documents())
def test_github_shows_what_was_said_and_only_our_own_pieces_are_active(document: Document) -> None:
    source = render(document)
    tokens = GFM.parse(source)
    assert {re.sub(r"_(open|close)$", "", token.type) for token in tokens} <= BLOCKS
    assert {child.type for child in inline(source)} <= INLINE
    assert {child.content for child in inline(source) if child.type == "html_inline"} <= HTML
    for token in tokens:
        assert token.type != "html_block" or re.fullmatch(
            r"<details>\n<summary>[^<>\n]*</summary>\n?|</details>\n?", token.content
        )
    folds = "".join(token.content for token in tokens if token.type == "html_block")
    assert folds.count("<details>") == folds.count("</details>")
    assert sum(child.type == "link_open" for child in inline(source)) <= len(
        [p for p in every_piece(document) if isinstance(p, IssueLink | Link) and p.url.startswith("https://")]
    )
    assert not BAD.search(source.replace("\n", ""))


@QUICK
@given(documents(words))
def test_nothing_comes_alive_in_words_on_github(document: Document) -> None:
    source = render(document)
    for block in GFM.parse(source):
        texts = (child.content if child.type == "text" else "\uffff" for child in block.children or ())
        assert not ALIVE.search("".join(texts))
    for summary in re.findall("<summary>(.*)</summary>", source):
        assert not ALIVE.search(Reading(summary).said)
    context = Context(place="comment", repository="acme/web")
    assert mentions_in_markdown(source, context) == ()
    assert commands_in_markdown(source) == ()


@QUICK
@given(documents())
def test_every_tracker_shows_the_same_words(document: Document) -> None:
    asked = in_words("".join(shown(piece) for piece in every_piece(document)))
    markdown = Reading(github_page.as_html(render(document)))
    assert in_words(markdown.said) == (asked or "–")
    assert markdown.tags <= {"p", "ul", "li", "strong", "code", "a", "span", "details", "summary", "sub"}
    names = in_words("".join(_named(piece) for piece in every_piece(document)))
    adf = Reading(jira_page.as_html(render_adf(document)))
    assert in_words(adf.said) == (names or "–")
    assert adf.tags <= {"p", "ul", "li", "strong", "em", "code", "a", "span", "details", "summary"}


def _named(piece: object) -> str:
    return f"@{shown(Quoted(piece.name)) or piece.id}" if isinstance(piece, Mention) else shown(piece)  # type: ignore[arg-type]  # every other piece


@QUICK
@given(documents())
def test_adf_is_valid_and_holds_only_our_own_pieces(document: Document) -> None:
    tree = render_adf(document)
    validate_adf(tree)
    nodes = list(_nodes(tree))
    kinds = {"doc", "paragraph", "bulletList", "listItem", "expand", "text", "mention"}
    assert {node["type"] for node in nodes} <= kinds
    people = [piece.id for piece in every_piece(document) if isinstance(piece, Mention)]
    assert [node["attrs"]["id"] for node in nodes if node["type"] == "mention"] == people
    for node in nodes:
        assert not BAD.search(node.get("text", "") + str(node.get("attrs", {}).get("title", "")))


def _nodes(tree: Json) -> list[Json]:
    return [tree, *(node for child in tree.get("content", ()) for node in _nodes(child))]


@QUICK
@given(documents(words))
def test_wiki_markup_holds_no_macro_link_or_person_that_is_not_ours(document: Document) -> None:
    source = render_wiki(document)
    bare = re.sub(r"\\[{}\[\]*_^~+\-?!#]|&#\d+;", ".", source)
    for line in bare.split("\n"):
        words_only = re.sub(r"^\*{1,2} |\{\*\}|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w)|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)", "", line)
        assert not set(words_only) & set("\\|{}[]*^~+!#")
        assert "://" not in words_only
    assert not BAD.search(source.replace("\n", ""))
    assert mentions_in_wiki(source, Context(place="comment")) == ()
    assert commands_in_wiki(source) == ()
    assert from_anchor(source) is None
    mark = Mark("ours", "00ff")
    assert from_anchor(with_anchor(source, mark)) == mark


@QUICK
@given(documents())
def test_wiki_markup_reads_back_as_what_was_said(document: Document) -> None:
    folded_last = sorted(document.sections, key=lambda section: section.folded)
    ordered = Document(tuple(folded_last), document.footer, document.call)
    reading = Reading(wiki_page.as_html(render_wiki(ordered)))
    asked = "".join(p.id if isinstance(p, Mention) else shown(p) for p in every_piece(ordered))
    assert in_words(reading.said) == (in_words(asked) or "–")
    assert reading.tags <= {"p", "ul", "li", "strong", "em", "code", "a", "span", "br"}
