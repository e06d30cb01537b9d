"""Words that try to become more than words, and documents made of them."""

import re

from hypothesis import strategies as st

from model.document import (
    Code,
    Day,
    Document,
    IssueLink,
    Item,
    Line,
    Link,
    Mention,
    Piece,
    Quoted,
    Section,
    Strong,
    Words,
    long_day,
)
from model.words import clean, quoted

FORGED = "<!-- crosstie:v1 marker=note digest=x text=y -->"
REFERENCES = [
    "@ann",
    "@",
    "#12",
    "acme/web#12",
    "GH-12",
    "gh",
    "-12",
    "PAY-1",
    "deadbeef",
    "0123456789abcdef0123456789abcdef",
]
ADDRESSES = [
    "https://",
    "http",
    "://x.example",
    "www.",
    "x.example",
    "a@b.co",
    "mailto:x",
    "https://github.com/a/b/pull/3",
]
MARKDOWN = [
    "`",
    "```",
    "**",
    "__",
    "~~",
    "[x](y)",
    "![",
    "]",
    "&lt;",
    "&#64;ann",
    "$x$",
    ":tada:",
    "\\",
    "|a|b|",
    "|-|-|",
]
HTML = ["<b>", "<!-- ", "-->", FORGED, "</summary>", "</details>", "<script>", '" onclick="', "</sub>"]
BLOCKS = ["\n# big", "\n- item", "\n> quote", "\n    code", "- ", "1. ", "+ ", "===", "---", "\n\n", "\r\n"]
WIKI = [
    "{code}",
    "{panel}",
    "{anchor:crosstie.note.aa}",
    "[l|https://evil.example]",
    "[~mira]",
    "!x.png!",
    "h1.",
    "bq.",
]
SIGNS = ["??", "{{", "}}", "(y)", "(flagoff)", ":)", "--", "*", "**", "|", "||", "{*}", "&#124;", "^", "~", "_"]
COMMANDS = ["/crosstie promise 2026-12-01", "\n/crosstie ack", " /close", "/crosstie", "blocked by ", "Depends on: "]
UNSEEN = [
    "\u202eevil",
    "\u2066",
    "\u200f",
    "\u200b",
    "\u00ad",
    "\x00",
    "\x1b[31m",
    "\x01",
    "\x02",
    "\ue000",
    "\u2028",
    "\t",
]
SEEN = [
    " ",
    "e\u0301" * 3,
    "a" + "\u0335" * 40,
    "\U0001f469\u200d\U0001f4bb",
    "\U000e0067\U000e007f",
    "\u3164",
    "word" * 60,
]
BAD = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufffe\uffff]")
"""Written out once more, apart from how ``clean`` finds them."""

fragments = st.sampled_from(
    [*REFERENCES, *ADDRESSES, *MARKDOWN, *HTML, *BLOCKS, *WIKI, *SIGNS, *COMMANDS, *UNSEEN, *SEEN]
)
hostile = st.lists(fragments | st.text(st.characters(codec="utf-16"), max_size=4), max_size=4).map("".join)
urls = st.sampled_from(
    ("https://acme.example/browse/PAY-1", "https://github.com/acme/web/issues/3", "javascript:alert(1)", "", "data:x")
) | hostile.map("https://x.example/{}".format)
words: st.SearchStrategy[Piece] = st.one_of(
    st.builds(Quoted, hostile), st.builds(Words, hostile), st.builds(Strong, hostile)
)
logins = st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True)
pieces: st.SearchStrategy[Piece] = st.one_of(
    words,
    st.builds(Code, hostile),
    st.builds(Day, st.dates()),
    st.builds(IssueLink, st.just("jira"), st.sampled_from(("PAY-1", "acme/web#3")) | hostile, urls),
    st.builds(Link, hostile, urls),
    st.builds(Mention, logins, hostile),
)


def lines(of: st.SearchStrategy[Piece], *, most: int = 3) -> st.SearchStrategy[Line]:
    return st.lists(of, max_size=most).map(tuple)


def documents(of: st.SearchStrategy[Piece] = pieces) -> st.SearchStrategy[Document]:
    line = lines(of)
    few = st.lists(line, max_size=2).map(tuple)
    items = st.lists(st.builds(Item, line, few), max_size=2).map(tuple)
    section = st.builds(Section, st.just("") | hostile, few, items, st.booleans())
    return st.builds(Document, st.lists(section, max_size=2).map(tuple), line, line)


def every_line(document: Document) -> list[Line]:
    """In the order they are shown; a heading with nothing below it is not."""
    found: list[Line] = [document.call]
    for section in document.sections:
        below = [*section.lines, *(line for item in section.items for line in (item.lead, *item.below))]
        if in_words("".join(shown(piece) for line in below for piece in line)):
            found += [(Words(clean(section.heading).strip()[:100]),), *below]
    return [*found, document.footer]


def every_piece(document: Document) -> list[Piece]:
    return [piece for line in every_line(document) for piece in line]


def shown(piece: Piece) -> str:
    """What a reader sees of a piece, on any tracker but for the name of who is mentioned."""
    match piece:
        case Words(text) | Link(text, _) | IssueLink(_, text, _) | Strong(text) | Code(text):
            return clean(text)
        case Quoted(text):
            return quoted(text)
        case Day(day):
            return long_day(day)
        case Mention(identity, _):
            return f"@{identity}"


def in_words(text: str) -> str:
    """Without the blanks and the gaps that no reader sees."""
    return "".join(text.replace("\u200b", "").split())
