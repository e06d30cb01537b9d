"""Long work as people see it: a line that moves on a terminal, and the reasons for pauses everywhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from cli.base import on_terminal

if TYPE_CHECKING:
    from rich.status import Status

    from sync.pull import Progress


class _Logged:
    """Where nobody watches, only what explains a long silence is said."""

    def __call__(self, doing: str, done: int, total: int | None = None) -> None: ...

    def waiting(self, reason: str) -> None:
        click.echo(reason, err=True)


class _Moving:
    """A line that moves; it leaves nothing behind."""

    def __init__(self, status: "Status") -> None:
        self._status = status

    def __call__(self, doing: str, done: int, total: int | None = None) -> None:
        count = f"{done:,} of {total:,}" if total is not None else f"{done:,}"
        self._status.update(f"{doing}: {count}" if done or total else doing)

    def waiting(self, reason: str) -> None:
        self._status.update(reason)


@contextmanager
def progress(wanted: bool) -> Iterator["Progress"]:
    """``wanted`` is False where only the result counts; then pauses are still told, on the error stream."""
    if not (wanted and on_terminal()):
        yield _Logged()
        return
    from rich.console import Console

    with Console(stderr=True).status("starting") as status:
        yield _Moving(status)
