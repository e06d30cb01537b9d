"""A digest as a page of HTML, for mail and for files. Pure.

Mail programs know little of CSS: what matters is in the elements themselves, and no colour is
set, so that each program's own light and dark hold. Nothing is loaded from anywhere.
"""

from html import escape

from connectors.room import Room
from model.document import Document, IssueLink, Item, Line
from sync.digest.base import Letter
from sync.digest.bits import Bit, bits
from sync.digest.fitting import fit_page

_ROOM = Room(longest=200_000, around=200)
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body style="margin:0;padding:16px;font:15px/1.5 -apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif">
<div style="max-width:680px;margin:0 auto;overflow-wrap:anywhere">
<h1 style="font-size:20px;line-height:1.3;margin:0">{whom}</h1>
<p style="margin:2px 0 0;opacity:.75">{rest}</p>
{body}
</div>
</body>
</html>
"""


def render_html(letter: Letter, document: Document) -> str:
    fitted = fit_page(document, _Html(), _ROOM)
    blocks: list[str] = []
    for part in fitted.parts:
        if part.heading:
            blocks.append(f'<h2 style="font-size:16px;line-height:1.3;margin:24px 0 0">{escape(part.heading)}</h2>')
        blocks += [f'<p style="margin:12px 0 0">{line}</p>' for line in part.lines]
        items = [*part.items, *([_entry(part.more)] if part.more else [])]
        if items:
            blocks.append('<ul style="margin:4px 0 0;padding-left:20px">\n' + "\n".join(items) + "\n</ul>")
    if fitted.footer:
        blocks.append(f'<p style="margin:24px 0 0;font-size:13px;opacity:.75">{fitted.footer}</p>')
    rest = letter.title.removeprefix(f"{letter.whom}, ")
    return _PAGE.format(title=escape(letter.title), whom=escape(letter.whom), rest=escape(rest), body="\n".join(blocks))


class _Html:
    def line(self, line: Line) -> str | None:
        return "".join(map(_bit, bits(line))).strip() or None

    def item(self, item: Item) -> str | None:
        lead, *below = (self.line(line) for line in (item.lead, *item.below))
        if lead is None:
            return None
        lead = f"<b>{lead}</b>" if below and isinstance(item.lead[0], IssueLink) else lead
        return _entry(lead, *(line for line in below if line))

    def size(self, rendered: str) -> int:
        return len(rendered)


def _entry(lead: str, *below: str) -> str:
    said = "".join(f'\n<div style="margin:2px 0 0">{line}</div>' for line in below)
    return f'<li style="margin:8px 0 0">{lead}{said}</li>'


def _bit(bit: Bit) -> str:
    text = escape(bit.text)
    if bit.look == "strong":
        text = f"<b>{text}</b>"
    elif bit.look == "code":
        text = f'<code style="font-size:13px;opacity:.75">{text}</code>'
    return f'<a href="{escape(bit.url)}">{text}</a>' if bit.url else text
