"""Our documents as the wiki markup of Jira Data Center.

What came from a ticket is kept inert: every character that begins markup is escaped, so that no
macro, mention or image grows out of it, and neither a URL nor an issue key becomes a link.
A backslash escapes the usual ones; a backslash itself, and what has no such escape, is written
as a character reference. https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

import re
from urllib.parse import quote

from connectors.jira.adf import clean, cut
from connectors.jira.room import fit
from model.document import Code, Day, Document, IssueLink, Line, Link, Mention, Piece, Quoted, Strong, Words, long_day

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
    """Markup that Jira takes; lines that do not fit are counted instead. Same document, same text."""
    fitted = fit(document, _line, len)
    blocks = [block for heading, lines in fitted.sections for block in _section(heading, lines)]
    if fitted.left_out:
        blocks.append(f"… and {fitted.left_out} more.")
    if footer := _line(document.footer, plain="_"):
        blocks.append(footer)
    return "\n\n".join(blocks) or _NOTHING


def escaped(text: str) -> str:
    """Text that is shown as it stands."""
    return _ACTIVE.sub(_inert, text)


def _inert(found: re.Match[str]) -> str:
    return f"\\{found[0]}" if found[0] in _ESCAPED else f"&#{ord(found[0])};"


def _section(heading: str, lines: list[str]) -> list[str]:
    heading = clean(heading).strip()
    if not heading:
        return lines
    return ["\n".join([_marked("*", heading), *(f"* {line}" for line in lines)])]


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
