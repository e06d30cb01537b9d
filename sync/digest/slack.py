"""A digest for an incoming webhook of Slack: rich text, in which no sign has a meaning. Pure.

Slack prefers it to mrkdwn, and only so a title such as ``<!channel>`` or ``*now*`` stays a title:
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import json
from itertools import groupby
from typing import Any

from connectors.room import Part, Room
from model.document import Document, Item, Line, long_day
from model.words import clean
from sync.digest.base import Letter
from sync.digest.bits import Bit, bits
from sync.digest.fitting import fit_page

LONGEST_HEADER = 150
"""Characters; https://docs.slack.dev/reference/block-kit/blocks/header-block"""
MOST_BLOCKS = 50
"""Of one message; https://docs.slack.dev/reference/block-kit/blocks"""
LONGEST_TEXT = 3000
"""Characters of one text object; https://docs.slack.dev/reference/block-kit/composition-objects/text-object"""
LONGEST_MESSAGE = 12_000
"""Characters of all blocks; from about 13,200 on Slack answers msg_blocks_too_long
(https://github.com/slackapi/bolt-js/issues/2509)."""
_ROOM = Room(longest=LONGEST_MESSAGE - 1000, around=300)

Json = dict[str, Any]


def render_slack(letter: Letter, document: Document) -> Json:
    """The body of the request. ``text`` is what a notification shows, and programs that know no blocks."""
    fitted = fit_page(document, _Rich(), _ROOM)
    parts = [_part(part) for part in fitted.parts][: MOST_BLOCKS - 3]
    footer = [_block([_section(fitted.footer[0])])] if fitted.footer else []
    header = {"type": "plain_text", "text": f"{letter.whom}, {long_day(letter.day)}"[:LONGEST_HEADER], "emoji": False}
    summary = _block([_section([_text(Bit(f"{letter.counts}."))])])
    return {
        "text": escaped(letter.title)[:LONGEST_TEXT],
        "unfurl_links": False,
        "unfurl_media": False,
        "blocks": [{"type": "header", "text": header}, summary, *parts, *footer],
    }


def escaped(words: str) -> str:
    """Words for mrkdwn, where these three signs, and only they, begin mentions and links."""
    return clean(words).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


class _Rich:
    """A line is the elements of a section; an item those of its lead, and of each line below it."""

    def line(self, line: Line) -> list[list[Json]] | None:
        elements = [_text(bit) for bit in bits(line)]
        return [elements] if elements else None

    def item(self, item: Item) -> list[list[Json]] | None:
        lines = [found[0] for line in (item.lead, *item.below) if (found := self.line(line)) is not None]
        return lines or None

    def size(self, rendered: list[list[Json]]) -> int:
        return len(json.dumps(rendered)) + 100 * len(rendered)


def _part(part: Part[list[list[Json]]]) -> Json:
    elements = [_section([_text(Bit(part.heading, "strong"))])] if part.heading else []
    elements += [_section(line[0]) for line in part.lines]
    items = [*part.items, *([part.more] if part.more else [])]
    indented = [(min(depth, 1), line) for item in items for depth, line in enumerate(item)]
    for indent, lines in groupby(indented, key=lambda pair: pair[0]):
        listed = [_section(line) for _, line in lines]
        elements.append({"type": "rich_text_list", "style": "bullet", "indent": indent, "elements": listed})
    return _block(elements)


def _block(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": elements}


def _section(elements: list[Json]) -> Json:
    return {"type": "rich_text_section", "elements": elements}


def _text(bit: Bit) -> Json:
    style: Json = {"style": {"bold" if bit.look == "strong" else "code": True}} if bit.look else {}
    if bit.url:
        return {"type": "link", "url": bit.url, "text": bit.text, **style}
    return {"type": "text", "text": bit.text[:LONGEST_TEXT], **style}
