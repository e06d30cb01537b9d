"""One mistake in a config, and all of them together."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One mistake: where it stands, what is wrong, what was probably meant. Never holds a secret."""

    file: str
    line: int = 0
    """0: the file as a whole."""
    path: str = ""
    """The setting: ``trackers.jira.projects[0]``; empty for what is not about one setting."""
    message: str
    got: str = ""
    near: str = ""

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        about = f"{where}: {self.path}: " if self.path else f"{where}: "
        got = f"; got {self.got}" if self.got else ""
        near = f'; did you mean "{self.near}"?' if self.near else ""
        return f"{about}{self.message}{got}{near}"


class ConfigError(Exception):
    """The config cannot be used. ``str()`` is one line per problem, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda p: (p.file, p.line, p.path)))
        super().__init__("\n".join(map(str, self.problems)))
