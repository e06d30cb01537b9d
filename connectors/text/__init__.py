"""Tickets' text, read down to mentions: which issues it names and what it says of them. Syntax only.

Whether a project exists, whose issue it is and what a mention is worth is decided elsewhere.
Read ``connectors.text.base`` first.
"""

from connectors.text import adf, markdown, mentions, quick, references, wiki
from connectors.text.base import Block, Context, Span, block, clean
from connectors.text.commands import commands_in_adf, commands_in_markdown, commands_in_wiki, without_commands
from connectors.text.urls import Reference, reference_in_url
from model.facts import Mention

__all__ = [
    "Context",
    "Reference",
    "commands_in_adf",
    "commands_in_markdown",
    "commands_in_wiki",
    "mentions_in_adf",
    "mentions_in_branch",
    "mentions_in_markdown",
    "mentions_in_plain",
    "mentions_in_title",
    "mentions_in_wiki",
    "reference_in_url",
]

_MAX_TITLE = 1000


def mentions_in_markdown(text: str, context: Context) -> tuple[Mention, ...]:
    """Mentions in a GitHub body or comment. Only its first 200,000 characters are read. Raises nothing."""
    return mentions.read(without_commands(markdown.blocks(text)), context) if quick.in_markdown(text) else ()


def mentions_in_adf(tree: object, context: Context) -> tuple[Mention, ...]:
    """Mentions in a Jira Cloud document (REST v3). Its first 200,000 characters are read. Raises nothing."""
    return mentions.read(without_commands(adf.blocks(tree)), context) if quick.in_adf(tree) else ()


def mentions_in_wiki(text: str, context: Context) -> tuple[Mention, ...]:
    """Mentions in a Jira text of REST v2, wiki markup. Its first 200,000 characters are read. Raises nothing."""
    return mentions.read(without_commands(wiki.blocks(text)), context) if quick.in_wiki(text) else ()


mentions_in_plain = mentions_in_wiki
"""Its older name: plain text is wiki markup without markup."""


def mentions_in_title(text: str, context: Context) -> tuple[Mention, ...]:
    """Mentions in a title: a line without markup, except that backticks hold code. 1,000 characters are read."""
    if not quick.in_plain(text):
        return ()
    parts = text[:_MAX_TITLE].split("`")
    prose = " ".join(part for index, part in enumerate(parts) if index % 2 == 0 or index == len(parts) - 1)
    return mentions.read(_one_line(prose), context)


def mentions_in_branch(name: str, context: Context) -> tuple[Mention, ...]:
    """Bare mentions in a branch name. Keys count in lower case too: ``feature/pay-12-retry``."""
    name = clean(name[:_MAX_TITLE])
    return mentions.bare(references.in_branch(name, context.repository), name, context)


def _one_line(text: str) -> list[Block]:
    made = block([Span(text.replace("\n", " "))], "text", 0, checked=False)
    return [made] if made else []
