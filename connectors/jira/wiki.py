"""Our documents as the wiki markup of Jira Data Center.

What came from a ticket is kept inert: every character that begins markup is escaped, so that no
macro, mention or image grows out of it, and neither a URL nor an issue key becomes a link.
A backslash escapes the usual ones; a backslash itself, and what has no such escape, is written
as a character reference. https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

import re
from urllib.parse import quote

from connectors.pieces import NOTHING, lines_of, page_of, runs
from connectors.room import Part, Room, fit
from model.document import (
    Code,
    Document,
    IssueLink,
    Item,
    Line,
    Link,
    Mention,
    Piece,
    Strong,
)
from model.words import bared, clean

LONGEST_NOTE = 30_000
"""Jira takes 32,767 characters, the anchor included. https://jira.atlassian.com/browse/JRASERVER-64351"""
_ROOM = Room(longest=LONGEST_NOTE, around=1000, folded=5)
_ESCAPED = frozenset("{}[]*_^~+-?!#")
_ACTIVE = re.compile(
    r"[\\|{}\[\]*_^~+!#]"
    r"|(?<!\w)-|-(?!\w)|-(?=\d)"  # struck text and dashes; the hyphen that makes a key a link
    r"|\?(?=\?)|(?<=\?)\?"
    r"|&(?=#?\w{1,30};)"
    r"|:(?=//)|(?<=mailto):"  # addresses become links
    r"|(?<!\S)/(?=\w)"  # bots take it for a command
    r"|\((?=(?:[!/+?*ynixcr-]|\*[rgby]|tm|on|off|flag|flagoff)\))|[:;](?=[()PD])",  # these become pictures and signs
    re.IGNORECASE,
)
_OPEN, _CLOSE = "\x01", "\x02"
"""Stand for the marks of strong words until their neighbours are known; no text holds control characters."""
_TOUCHING = re.compile(r"(?<=[\w\x02])\x01([^\x02]*)\x02|\x01([^\x02]*)\x02(?=[\w\x01])")
_BLOCK = re.compile(r"^(h[1-6]|bq)\.", re.IGNORECASE)
_NO_USER = re.compile(r"[\s\[\]{}|\\~]")
_SAFE_IN_URL = ":/?#@!$&'()*+,;=%~"


def render_wiki(document: Document) -> str:
    """Markup that Jira takes; what does not fit is counted instead. Same document, same text.

    Its core has no macro that folds: what would be folded stands last, and short.
    """
    fitted = fit(document, _Writer(), _ROOM)
    blocks = [fitted.call] if fitted.call else []
    for part in sorted(fitted.parts, key=lambda part: part.folded):
        blocks += _section(part)
    if fitted.footer:
        blocks.append(_line(document.footer, plain="_"))
    return "\n\n".join(blocks) or NOTHING


class _Writer:
    """Each item is a list entry, and what there is to say of it a list below."""

    def line(self, line: Line) -> str | None:
        return _line(line) or None

    def item(self, item: Item) -> str | None:
        lines = lines_of(item, _line, _lead)
        return "\n".join([f"* {lines[0]}", *(f"** {line}" for line in lines[1:])]) if lines else None

    def size(self, rendered: str) -> int:
        return len(rendered) + 4


def _lead(line: Line) -> str:
    """The issue that an item is about stands out."""
    issue = _pieces(line[:1]) if line and isinstance(line[0], IssueLink) else ""
    return _finished(f"{_OPEN}{issue}{_CLOSE}{_pieces(line[1:])}") if issue.strip() else _line(line)


def escaped(text: str) -> str:
    """Text that is shown as it stands."""
    return _ACTIVE.sub(_inert, text)


def _inert(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[0] in _ESCAPED else f"&#{ord(found[0])};"


def _section(part: Part[str]) -> list[str]:
    heading = _marked("*", clean(part.heading).strip())
    more = [part.more] if part.more else []
    entries = [*part.items, *(f"* {line}" for line in more)] if part.items else []
    under = "\n".join([heading, *entries] if heading else entries)
    return [*part.lines, *([under] if under else []), *(more if not part.items else [])]


def _line(line: Line, *, plain: str = "") -> str:
    """``plain`` is the mark around pieces that have none of their own."""
    return _finished(_pieces(line, plain))


def _pieces(line: Line, plain: str = "") -> str:
    return "".join(_marked(plain, run) if isinstance(run, str) else _active(run) for run in runs(line))


def _finished(text: str) -> str:
    """Marks for strong words that touch others stand in braces, or Jira would show them as asterisks."""
    text = _TOUCHING.sub(r"{*}\1\2{*}", text).replace(_OPEN, "*").replace(_CLOSE, "*")
    return _BLOCK.sub(lambda start: f"{start[1]}&#46;", text.strip())


def _active(piece: Piece) -> str:
    match piece:
        case Mention(identity, name):
            return escaped(clean(name) or identity) if _NO_USER.search(identity) or not identity else f"[~{identity}]"
        case IssueLink(_, text, url) | Link(text, url):
            return _link(clean(text), url)
        case Strong(text):
            before, words, after = bared(clean(text))
            return f"{before}{_OPEN}{escaped(words)}{_CLOSE}{after}"
        case Code(text):
            return f"{{{{{escaped(clean(text).strip())}}}}}"
    raise TypeError(f"not an active piece: {type(piece).__name__}")


def _marked(mark: str, text: str) -> str:
    """Marks count only beside a word: blanks stay outside of them."""
    before, words, after = bared(text)
    return f"{before}{mark}{escaped(words)}{mark}{after}" if mark and words else escaped(text)


def _link(text: str, url: str) -> str:
    return f"[{escaped(text)}|{quote(page_of(url), safe=_SAFE_IN_URL)}]"
