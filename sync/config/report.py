"""Collects problems, each with its file, line and near miss, until all have been found."""

import json
import re
from collections.abc import Iterable

from sync.config.files import Merged
from sync.config.lines import Path
from sync.config.problem import Problem
from sync.config.words import nearest, no_such, shown

_BARE = re.compile(r"[A-Za-z0-9_*-]+")


class Report:
    def __init__(self, merged: Merged) -> None:
        self._merged = merged
        self.problems: list[Problem] = [
            Problem(file=file, line=line, path=path, message=message) for (file, line), path, message in merged.faults
        ]
        self.warnings: list[Problem] = []

    def say(self, path: Path, message: str, *, got: object = None, near: str = "") -> None:
        """``got`` is left out where it could be a secret."""
        self.problems.append(self._problem(path, message, got, near))

    def warn(self, path: Path, message: str) -> None:
        self.warnings.append(self._problem(path, message, None, ""))

    def unknown(self, path: Path, what: str, name: str, known: Iterable[str]) -> None:
        """A name that points at nothing: ``there is no team "paymnts"``."""
        self.say(path, no_such(what, name), near=nearest(name, known))

    @property
    def trackers(self) -> list[str]:
        trackers = self._merged.tree.get("trackers")
        return list(trackers) if isinstance(trackers, dict) else []

    def place(self, path: Path) -> str:
        """``crosstie.toml:12``"""
        file, line = self._merged.place(path)
        return f"{file}:{line}"

    def _problem(self, path: Path, message: str, got: object, near: str) -> Problem:
        file, line = self._merged.place(path)
        name = str(path[-1]) if path else ""
        return Problem(file=file, line=line, path=dotted(path), message=message, got=shown(got, name), near=near)


def dotted(path: Path) -> str:
    """``teams[0].owns[1]``; a name that TOML would have in quotes has them here."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{_quoted(part)}"
    return text.removeprefix(".")


def _quoted(name: str) -> str:
    return name if _BARE.fullmatch(name) else json.dumps(name, ensure_ascii=False)
