"""The data of Acme, as ``data/*.toml`` holds it.

Moments without a zone are UTC. Jira has one file per project: ``blocked_by`` lists keys, ``links`` other types by
name, read outward from this issue; ``due`` is what was said first and ``moves`` what it was moved to; a comment that
only some may read ends with their role. GitHub has one per repository: ``pull`` makes a pull request, and a bare number
is a reference inside the repository. ``people.toml`` also holds projects, sprints and versions.
"""

import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

Row = dict[str, Any]


def read(name: str) -> Row:
    """One file of ``data/``."""
    return tomllib.loads((files(__package__) / "data" / f"{name}.toml").read_text(encoding="utf-8"))


def jira_issues() -> list[Row]:
    names = [name.lower() for name in read("people")["projects"]]
    return [row for name in names for row in read(f"jira_{name}")["issue"]]


def github_repositories() -> dict[str, Row]:
    """By name. Each issue has its own full ``name``, and full names of those it refers to."""
    return {f"acme/{name}": _named(read(f"github_{name}"), f"acme/{name}") for name in read("people")["repositories"]}


def _named(file: Row, repository: str) -> Row:
    for row in file["issue"]:
        row["repository"], row["name"] = repository, f"{repository}#{row['number']}"
        row["blocked_by"] = [_full(each, repository) for each in row.get("blocked_by", ())]
        row["parent"] = _full(row["parent"], repository) if "parent" in row else ""
    return file


def _full(reference: str | int, repository: str) -> str:
    return f"{repository}#{reference}" if isinstance(reference, int) else reference


def texts(row: Mapping[str, Any]) -> list[str]:
    """Everything that people wrote on an issue: title, description, comments."""
    return [row["title"], row.get("text") or row.get("body") or "", *(c[2] for c in row.get("comments", ()))]


def text(value: str | None) -> str:
    """Without the line breaks that long strings in TOML begin and end with."""
    return (value or "").strip("\n")


def moment(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
