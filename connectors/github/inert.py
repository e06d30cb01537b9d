"""Words made inert for GitHub: shown as they are, and doing nothing.

Three layers could make something of them. Markdown is stopped by backslashes and entities.
GitHub then looks through the *rendered* text for mentions, issue references, commit hashes,
URLs and emoji, which no backslash stops: a zero-width space inside does, written as an entity so
that the source shows it. (Renovate and Dependabot do the same to the release notes they quote.)
And bots look for ``/commands`` at the start of lines.
"""

import re

from model.words import clean

GAP = "&#x200B;"

_RISKY = re.compile(
    r"""
      (?P<hash>(?<![0-9A-Za-z])[0-9A-Fa-f]{7,}(?![0-9A-Za-z]))   # a commit
    | (?P<key>(?<=[0-9A-Za-z_])-)(?=[0-9])                       # GH-12, and PAY-12 where autolinks are set up
    | (?P<scheme>:)(?=//)                                        # https://
    | (?P<www>[Ww]{3}\.)
    | (?P<mail>(?i:mailto|xmpp):)
    | (?P<emoji>:)(?=[\w+-]+:)
    | (?P<command>(?:(?<=\s)|\A)/)(?=\w)
    | (?P<sigil>[@\#])                                           # @login, #12, owner/repo#12
    | (?P<angle>[<>&])
    | (?P<markup>[\\`*_~\[\]|$!])
    """,
    re.VERBOSE,
)
_MARKUP = re.compile(r"(?P<angle>[<>&])|(?P<markup>[\\`*_~\[\]|$!])")
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
_BLOCK_START = re.compile(r"\A(?:[-+=](?=\s|[-+=]|\Z)|\d{1,9}[.)](?=\s|\Z))")


def inert(words: str) -> str:
    """``words`` as Markdown source that renders to the same words, on one line."""
    return _RISKY.sub(_defused, clean(words))


def escaped(words: str) -> str:
    """Markdown source of ``words`` for inside a link, where GitHub looks for nothing more."""
    return _MARKUP.sub(_defused, clean(words))


def inert_html(words: str) -> str:
    """``words`` for between two HTML tags, where Markdown is not read, but mentions and references are."""
    return _RISKY.sub(_defused_in_html, clean(words))


def guarded(line: str) -> str:
    """A rendered line that cannot begin a list, a heading or a rule."""
    line = line.strip()
    start = _BLOCK_START.match(line)
    if start is None:
        return line
    return f"{line[: start.end() - 1]}\\{line[start.end() - 1 :]}"


def _defused(found: re.Match[str]) -> str:
    piece = found[0]
    match found.lastgroup:
        case "hash":
            return GAP.join(piece[i : i + 6] for i in range(0, len(piece), 6))
        case "angle":
            return _ENTITIES[piece]
        case "markup":
            return f"\\{piece}"
        case "www":  # GitHub's parser looks for it in the source, where an entity after it would be part of the address
            return f"{piece[:2]}{GAP}{piece[2:]}"
        case _:
            return f"{piece}{GAP}"


def _defused_in_html(found: re.Match[str]) -> str:
    return f"&#{ord(found[0])};" if found.lastgroup == "markup" else _defused(found)
