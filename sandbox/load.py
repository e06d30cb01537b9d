"""Raw issues from files behind both sites, so that what real trackers sent can be tried."""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.world import World

SUFFIXES = (".json", ".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """Rows by what became of them."""

    jira: int
    github: int
    other: int
    """Neither a Jira nor a GitHub issue, not JSON, or not understood by its site."""


def load(world: World, path: Path) -> Loaded:
    """Read every JSON file under ``path`` (or that one file), and say on stderr what was taken in.

    A row is a raw REST issue, or an object that has one under ``raw``; a ``.json`` file may hold one, a list, or a
    page of a search. Raises OSError for a path that cannot be read.
    """
    rows = list(_rows(path))
    jira = world.sites["jira"].load_rows(row for row in rows if _is_jira(row))
    github = world.sites["github"].load_rows(row for row in rows if _is_github(row))
    loaded = Loaded(jira=jira, github=github, other=len(rows) - jira - github)
    print(f"sandbox: {jira} Jira issues, {github} GitHub issues, {loaded.other} other rows", file=sys.stderr)
    return loaded


def _is_jira(row: dict[str, Any]) -> bool:
    return "fields" in row and "key" in row


def _is_github(row: dict[str, Any]) -> bool:
    return "number" in row and ("repository_url" in row or "url" in row) and not _is_jira(row)


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    """Every row; ``{}`` for one that is no object."""
    files = sorted(p for p in path.rglob("*") if p.suffix in SUFFIXES) if path.is_dir() else [path]
    for file in files:
        text = file.read_text(encoding="utf-8", errors="replace")
        # not splitlines(): that also breaks at U+2028, which JSON allows inside a string
        pieces = [text] if file.suffix == ".json" else [line for line in text.split("\n") if line.strip()]
        for piece in pieces:
            yield from (_unwrapped(value) for value in _values(piece))


def _values(text: str) -> list[Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return [None]
    if isinstance(value, dict) and isinstance(value.get("issues"), list):
        return list(value["issues"])
    return value if isinstance(value, list) else [value]


def _unwrapped(value: Any) -> dict[str, Any]:
    row = value.get("raw", value) if isinstance(value, dict) else None
    return row if isinstance(row, dict) else {}
