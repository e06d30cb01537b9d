"""Our documents as the wiki markup of Jira Data Center.

What came from a ticket is kept inert: every character that begins markup is escaped, so that no
macro, mention or image grows out of it, and neither a URL nor an issue key becomes a link.
A backslash escapes the usual ones; a backslash itself, and what has no such escape, is written
as a character reference. https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

import re
from urllib.parse import quote

from connectors.room import Part, Room, fit
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
    Strong,
    Words,
    long_day,
)
from model.words import clean, cut

LONGEST_NOTE = 30_000
"""Jira takes 32,767 characters, the anchor included. https://jira.atlassian.com/browse/JRASERVER-64351"""
_ROOM = Room(longest=LONGEST_NOTE, around=1000, folded=5)
_NOTHING = "–"
_ESCAPED = frozenset("{}[]*_^~+-?!#")
_ACTIVE = re.compile(
    r"[\\|{}\[\]*_^~+!#]"
    r"|(?<!\w)-|-(?!\w)|-(?=\d)"  # struck text and dashes; the hyphen that makes a key a link
    r"|\?(?=\?)|(?<=\?)\?"
    r"|&(?=#?\w{1,30};)"
    r"|:(?=//)|(?<=mailto):"  # addresses become links
    r"|\((?=[^\s()]{1,4}\))|[:;](?=[()PpD])",  # these become smileys
    re.IGNORECASE,
)
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
    return "\n\n".join(blocks) or _NOTHING


class _Writer:
    """Each item is a list entry, and what there is to say of it a list below."""

    def line(self, line: Line) -> str | None:
        return _line(line) or None

    def item(self, item: Item) -> str | None:
        below = [line for line in map(_line, item.below) if line]
        lead = _lead(item.lead) if below else _line(item.lead)
        lines = [lead, *below] if lead else below
        return "\n".join([f"* {lines[0]}", *(f"** {line}" for line in lines[1:])]) if lines else None

    def size(self, rendered: str) -> int:
        return len(rendered) + 4


def _lead(line: Line) -> str:
    """The issue that an item is about stands out."""
    lead = _line(line)
    opening = _line(line[:1]) if line and isinstance(line[0], IssueLink) else ""
    return f"*{opening}*{lead.removeprefix(opening)}" if opening else lead


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
    text = "".join(_piece(piece, plain) for piece in line)
    return _BLOCK.sub(lambda start: f"{start[1]}&#46;", text.strip())


def _piece(piece: Piece, plain: str) -> str:
    match piece:
        case Mention(identity, name):
            return _marked("", name or identity) if _NO_USER.search(identity) or not identity else f"[~{identity}]"
        case IssueLink(_, text, url) | Link(text, url):
            return _link(clean(text), url)
        case Strong(text):
            return _marked("*", clean(text))
        case Code(text):
            return f"{{{{{escaped(clean(text))}}}}}" if clean(text) else ""
        case Day(day):
            return _marked(plain, long_day(day))
        case Quoted(text):
            return _marked(plain, cut(clean(text)))
        case Words(text):
            return _marked(plain, clean(text))


def _marked(mark: str, text: str) -> str:
    """Marks count only beside a word: blanks stay outside of them."""
    words = text.strip()
    if not mark or not words:
        return escaped(text)
    before, _, after = text.partition(words)
    return f"{before}{mark}{escaped(words)}{mark}{after}"


def _link(text: str, url: str) -> str:
    """Only pages: any other scheme is shown as text."""
    if not text or not url.startswith(("https://", "http://")):
        return escaped(text)
    return f"[{escaped(text)}|{quote(url, safe=_SAFE_IN_URL)}]"
