"""A comment's wiki markup as Jira Data Center would show it, for people who want to see our notes without a tracker.

Knows the markup that our notes are made of; any other is shown as the text it is.
https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

import re
from collections.abc import Iterable
from html import escape, unescape
from itertools import groupby

_TOKEN = re.compile(
    r"\\(?P<plain>[{}\[\]*_^~+?!#-])"
    r"|(?P<reference>&\#\d{1,7};)"
    r"|\{\{(?P<code>(?:\\.|[^\\{}\n])+)\}\}"
    r"|\[~(?P<user>[^\[\]{}|\\~\s]+)\]"
    r"|\[(?P<label>(?:\\.|[^\\\[\]|\n])+)\|(?P<url>https?://[^\[\]|\s{}]+)\]"
    r"|(?P<anchor>\{anchor:[^{}\s]*\})"
    r"|(?P<strong>\{\*\}|(?<!\w)\*(?=\S)|(?<=\S)\*(?!\w))"
    r"|(?P<em>(?<!\w)_(?=\S)|(?<=\S)_(?!\w))",
)
_ITEM = re.compile(r"(\*{1,9}) (.*)")


def as_html(markup: str) -> str:
    """HTML that may stand in any page: no script, no style, no image grows out of any markup."""
    return "".join(_block(block.split("\n")) for block in markup.split("\n\n") if block.strip())


def _block(lines: list[str]) -> str:
    shown = ""
    for is_list, rows in groupby(lines, key=lambda line: bool(_ITEM.fullmatch(line))):
        group = tuple(rows)
        shown += _list(group) if is_list else f"<p>{'<br>'.join(map(_inline, group))}</p>"
    return shown


def _list(lines: Iterable[str]) -> str:
    shown, depth = "", 0
    for line in lines:
        stars, _, words = line.partition(" ")
        deeper = len(stars) - depth
        shown += "<ul><li>" * deeper if deeper > 0 else "</li></ul>" * -deeper + "</li><li>"
        shown += _inline(words)
        depth = len(stars)
    return shown + "</li></ul>" * depth


def _inline(line: str) -> str:
    shown, done = "", 0
    opened: list[str] = []
    for token in _TOKEN.finditer(line):
        shown += escape(line[done : token.start()]) + _token(token, opened)
        done = token.end()
    return shown + escape(line[done:]) + "".join(f"</{tag}>" for tag in reversed(opened))


def _token(token: re.Match[str], opened: list[str]) -> str:
    match token.lastgroup:
        case "strong" | "em" as tag:
            if opened and opened[-1] == tag:
                return f"</{opened.pop()}>"
            opened.append(tag)
            return f"<{tag}>"
        case "code":
            return f"<code>{_inline(token['code'])}</code>"
        case "user":
            return f'<span class="mention">{escape(token["user"])}</span>'
        case "url":
            return f'<a href="{escape(token["url"])}">{_inline(token["label"])}</a>'
        case "anchor":
            return ""
    return escape(unescape(token[0])) if token["reference"] else escape(token["plain"])
