"""What ``check --online`` found, as people read it: what is well in few lines, what is wrong with its remedy."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table
from rich.text import Text

from connectors.base import Check

SIGNS: Mapping[bool | None, tuple[str, str]] = {True: ("ok", "green"), None: ("!", "yellow"), False: ("x", "bold red")}
FEW = 5
"""Things that are well in the same way, up to which each has its line."""
MOST = 20
"""Things that are not well and are listed; the rest is counted."""
_ONE_OF_MANY = re.compile(r"(?P<kind>\w+) (?P<name>\S+?)(?P<rest>, .+)?")
"""``repository acme/web``, ``project PAY, writing``."""


def show_checks(checks: Sequence[Check], out: Console) -> None:
    """A line for each thing that was looked at, under its tracker's."""
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True, min_width=4)
    grid.add_column(ratio=1, overflow="fold")
    for check in shortened(checks):
        sign, style = SIGNS[check.ok]
        grid.add_row(Text(f"  {sign}", style=style), Text.assemble((check.about, "bold"), ": ", check.found))
        if check.remedy and not check.ok:
            grid.add_row("", Text.assemble(("→ ", style), check.remedy))
    out.print(grid)


def shortened(checks: Iterable[Check]) -> Iterator[Check]:
    """In their order: many that are well in the same way made one, and of those that are not well the first."""
    shown = Counter[bool | None]()
    for check in _gathered(tuple(checks)):
        shown[check.ok] += 1
        if check.ok or shown[check.ok] <= MOST:
            yield check
    for ok in (False, None):
        if shown[ok] > MOST:
            yield Check(about=f"{shown[ok] - MOST} more", ok=ok, found="not listed here", remedy="see --json")


def _gathered(checks: Sequence[Check]) -> Iterator[Check]:
    counts = Counter(key for check in checks if (key := _kind(check)))
    said = set[tuple[str, str, str]]()
    for check in checks:
        key = _kind(check)
        if key is None or counts[key] <= FEW:
            yield check
        elif key not in said:
            said.add(key)
            kind, rest, _ = key
            yield replace(check, about=f"{counts[key]} {_plural(kind)}{rest}")


def _kind(check: Check) -> tuple[str, str, str] | None:
    """What is alike of checks that are well; None for one that stands for itself."""
    found = _ONE_OF_MANY.fullmatch(check.about) if check.ok else None
    return (found["kind"], found["rest"] or "", check.found) if found else None


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"
