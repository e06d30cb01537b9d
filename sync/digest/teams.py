"""A digest for a workflow of Microsoft Teams: an Adaptive Card of rich text, in which no sign has a meaning. Pure.

A TextBlock would read Markdown; a RichTextBlock does not:
https://learn.microsoft.com/en-us/adaptive-cards/authoring-cards/text-features
"""

import json
import re
from typing import Any

from connectors.room import Room
from model.document import Document, Item, Line, long_day
from sync.digest.base import Letter
from sync.digest.bits import Bit, bits
from sync.digest.fitting import fit_page

LONGEST_MESSAGE = 28 * 1024
"""Bytes; https://learn.microsoft.com/en-us/microsoftteams/limits-specifications-teams"""
CARD = "application/vnd.microsoft.card.adaptive"
INDENT = "\u2003"
_MEANS = re.compile(r"[{$](?=\{)")
_ROOM = Room(longest=LONGEST_MESSAGE - 4096, around=200)

Json = dict[str, Any]


def render_teams(letter: Letter, document: Document) -> Json:
    """The body of the request: a message with one card.

    https://learn.microsoft.com/en-us/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
    """
    fitted = fit_page(document, _Runs(), _ROOM)
    body = [
        _block([_run(Bit(f"{letter.whom}, {long_day(letter.day)}", "strong"), size="Large")]),
        _block([_run(Bit(f"{letter.counts}."), isSubtle=True)], spacing="None"),
    ]
    for part in fitted.parts:
        body += [_block([_run(Bit(part.heading, "strong"))], spacing="Large")] if part.heading else []
        items = [*part.lines, *part.items, *([part.more] if part.more else [])]
        body += [block for item in items for block in item]
    for block in fitted.footer or ():
        body.append({**block, "spacing": "Large", "inlines": [{**run, "isSubtle": True} for run in block["inlines"]]})
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.3",
        "msteams": {"width": "Full"},
        "fallbackText": _inert(letter.title),
        "body": body,
    }
    return {"type": "message", "attachments": [{"contentType": CARD, "contentUrl": None, "content": card}]}


class _Runs:
    """A line is a block of runs."""

    def line(self, line: Line) -> list[Json] | None:
        runs = [_run(bit) for bit in bits(line)]
        return [_block(runs, spacing="Small")] if runs else None

    def item(self, item: Item) -> list[Json] | None:
        lead, *below = ([_run(bit) for bit in bits(line)] for line in (item.lead, *item.below))
        if not lead:
            return None
        lines = [_block([_run(Bit(f"{INDENT}– ")), *runs], spacing="None") for runs in below if runs]
        return [_block([_run(Bit("• ")), *lead], spacing="Small"), *lines]

    def size(self, rendered: list[Json]) -> int:
        return len(json.dumps(rendered).encode())


def _block(runs: list[Json], spacing: str = "Default") -> Json:
    return {"type": "RichTextBlock", "spacing": spacing, "inlines": runs}


def _run(bit: Bit, **look: object) -> Json:
    run: Json = {"type": "TextRun", "text": _inert(bit.text), **look}
    if bit.look == "strong":
        run["weight"] = "Bolder"
    elif bit.look == "code":
        run |= {"fontType": "Monospace", "isSubtle": True}
    if bit.url:
        run |= {"color": "Accent", "selectAction": {"type": "Action.OpenUrl", "url": bit.url}}
    return run


def _inert(text: str) -> str:
    """Without the ``{{DATE(...)}}`` that a card would put a day in place of; a sign between the braces stops it."""
    return _MEANS.sub("\\g<0>\u200b", text)
