"""Texts in and out of Atlassian Document Format."""

from typing import Any

import adf_bridge

from sandbox.jira.records import Json

LONGEST = 32_767
"""Characters of text that Jira takes in a comment or description."""


def from_markdown(text: str) -> Json:
    """What Jira's editor would have kept; paragraphs where the converter refuses something."""
    try:
        return dict(adf_bridge.markdown_to_adf(text).value)
    except adf_bridge.AdfBridgeError:
        return from_plain(text)


def from_plain(text: str) -> Json:
    """Paragraphs and line breaks, nothing else: how v3 shows what v2 was given."""
    paragraphs = [_paragraph(part) for part in text.replace("\r\n", "\n").split("\n\n") if part.strip()]
    return {"version": 1, "type": "doc", "content": paragraphs or [{"type": "paragraph", "content": []}]}


def _paragraph(text: str) -> Json:
    content: list[Json] = []
    for line in text.strip("\n").split("\n"):
        if content:
            content.append({"type": "hardBreak"})
        if line:
            content.append({"type": "text", "text": line})
    return {"type": "paragraph", "content": content}


def to_plain(node: Any) -> str:
    """The text of a document: what v2 answers with, and what length is counted on. Text stays as it is."""
    if isinstance(node, str):
        return node
    blocks: list[str] = []
    stack: list[Any] = [node]
    while stack:
        at = stack.pop()
        if not isinstance(at, dict):
            continue
        attrs = at.get("attrs") or {}
        blocks.append(str(at.get("text") or attrs.get("text") or attrs.get("url") or ""))
        if at.get("type") in ("paragraph", "heading", "listItem", "hardBreak", "codeBlock"):
            blocks.append("\n")
        stack.extend(reversed(at.get("content") or []))
    return "".join(blocks).strip()


def mentions(node: Any) -> list[str]:
    """accountIds that a document names."""
    found, stack = [], [node]
    while stack:
        at = stack.pop()
        if isinstance(at, dict):
            if at.get("type") == "mention":
                found.append(str((at.get("attrs") or {}).get("id", "")))
            stack.extend(reversed(at.get("content") or []))
    return found


def to_markdown(document: Json | str) -> str:
    if isinstance(document, str):
        return document
    try:
        return str(adf_bridge.adf_to_markdown(document).value)
    except adf_bridge.AdfBridgeError:
        return to_plain(document)


def problem(body: object, longest: int = LONGEST) -> str:
    """Why Jira refuses this document; empty when it takes it."""
    if not isinstance(body, dict):
        return "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
    try:
        adf_bridge.validate_adf(body)
    except adf_bridge.AdfBridgeError as error:
        return f"INVALID_INPUT: {str(error)[:200]}"
    return "CONTENT_LIMIT_EXCEEDED" if len(to_plain(body)) > longest else ""
