"""Who reads whose notes, as ``check`` shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

FEW = 8
"""Projects and repositories that a line names; the rest is counted."""
_WHO = {"public": "Everybody"}


def show_readers(data: Mapping[str, Any], out: Console) -> None:
    """For each audience: what it reads, where it is written to, and what its notes may carry of others."""
    basis = "as read so far" if data["known"] == "pulled" else "as configured; public ones show with the first pull"
    out.print(Text.assemble(("Who reads whose notes", "bold"), (f"  {basis}", "dim")))
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for one in data["audiences"]:
        grid.add_row(Text(f"  {_name(one)}", style="bold"), ", ".join(_first(one["scopes"])))
        grid.add_row(Text("    notes on", style="dim"), ", ".join(_first(one["notes_on"])) or "none of them")
        if one["notes_on"]:
            grid.add_row(Text("    may carry", style="dim"), _carried(one))
    out.print(grid)
    out.print(Text("  A restricted issue or comment goes into notes of its own readers only.", style="dim"))
    for pattern in data["write_to_matches_nothing"]:
        _odd(out, "notes.write_to", pattern)
    for group, patterns in data["audiences_match_nothing"].items():
        for pattern in patterns:
            _odd(out, f"audiences.{group}", pattern)


def _name(one: Mapping[str, Any]) -> str:
    """A scope that stands alone is named beside it already."""
    return _WHO.get(one["audience"], "its own" if one["audience"] in one["scopes"] else one["audience"])


def _carried(one: Mapping[str, Any]) -> str:
    if len(one["scopes"]) == 1 and not one["may_carry"]:
        return "only what is on it"
    if one["audience"] == "public":
        return "only what is public"
    others = [name for name in one["may_carry"] if name not in one["scopes"]]
    own = "what is on any of them" if len(one["scopes"]) > 1 else "what is on it"
    return f"{own}, and on {', '.join(_first(others))}" if others else own


def _first(names: Sequence[str]) -> list[str]:
    return [*names[:FEW], *([f"{len(names) - FEW} more"] if len(names) > FEW else [])]


def _odd(out: Console, where: str, pattern: str) -> None:
    out.print(Text.assemble(("! ", "yellow"), f"{where}: nothing that is read fits {pattern}"))
