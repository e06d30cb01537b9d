"""The rules as people read them in a terminal: what each finds, and what became of its notes."""

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from rules.base import AnyRule
from rules.manual import summary
from sync.usefulness import Usefulness


def show_rules(rules: Sequence[AnyRule], useful: Mapping[str, Usefulness] | None, within: int, out: Console) -> None:
    """``useful`` None: there is no store that could tell."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("rule", no_wrap=True)
    table.add_column("finds", ratio=1)
    if useful is not None:
        for column in ("noted", "acted on", "ignored"):
            table.add_column(column, justify="right", no_wrap=True)
    for rule in rules:
        table.add_row(
            rule.id, summary(rule), *(_counts(useful.get(rule.id, Usefulness())) if useful is not None else ())
        )
    out.print(table)
    if useful is not None:
        _show_remarks(useful, within, out)


def _counts(found: Usefulness) -> tuple[str, ...]:
    percent = f" ({found.percent} %)" if found.percent is not None else ""
    return (f"{found.noted:,}", f"{found.acted_on:,}{percent}", f"{found.ignored:,}")


def _show_remarks(useful: Mapping[str, Usefulness], within: int, out: Console) -> None:
    if not any(found.noted for found in useful.values()):
        return
    young = sum(found.young for found in useful.values())
    later = f"; {young} are too young to say" if young else ""
    out.print(
        Text(f"Acted on: cleared or eased within {within} working days after the first note{later}.", style="dim")
    )
    for rule, found in useful.items():
        if found.quick:
            out.print(f"{rule}: {found.quick} of {found.opened} cases cleared by themselves within two working days.")
        if found.proposal:
            out.print(Text(f"{rule}: {found.proposal}.", style="yellow"))
