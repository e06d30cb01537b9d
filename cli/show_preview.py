"""Previews as data and as people read them."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.document import plain
from sync.base import EventKind
from sync.config import Config
from sync.preview import Preview, opened_or
from sync.tally import SOON, Tally

SHOWN: tuple[tuple[EventKind, str], ...] = (
    ("opened", "opens"),
    ("worsened", "worsens"),
    ("eased", "eases"),
    ("cleared", "clears"),
    ("unknown", "loses sight of"),
)
KINDS: tuple[EventKind, ...] = ("opened", "worsened", "eased", "cleared", "unknown")
MOST = 5
"""Cases that are shown of each kind; the rest are counted."""


def preview_data(found: Preview, config: Config, refs: Mapping[str, str]) -> dict[str, Any]:
    """``preview --json``; stable and documented in docs/cli.md."""
    counts = found.counts
    rules = sorted(found.before.keys() | found.after.keys() | {rule for rule, _ in counts})
    return {
        "rules": {
            rule: {
                "before": found.before.get(rule, 0),
                "after": found.after.get(rule, 0),
                **{kind: counts.get((rule, kind), 0) for kind in KINDS},
            }
            for rule in rules
        },
        "cases": [
            {
                "case": event.case.id,
                "rule": event.case.rule,
                "event": opened_or(event.kind),
                "severity": event.case.severity,
                "level": event.case.level,
                "about": [refs.get(member, member) for member in event.case.subject.members],
                "message": plain(event.case.finding.message),
                "why": event.why,
            }
            for event in found.events
        ],
        "notifications": {
            team: {"new": n.new, "worse": n.worse, "silent": n.silent} for team, n in found.teams.items()
        },
        "writes": _writes(found),
        "begins": list(found.begins),
        "baseline": {"mode": config.notes.baseline, "silent": found.silent},
        "writes_to": list(config.notes.write_to),
    }


def _writes(found: Preview) -> dict[str, Any]:
    """In all, and what of the new notes the limits would hold back at first."""
    reasons = Counter("labels" if write.kind == "labels" else write.reason for write in found.whole.writes)
    return {
        "new": reasons["new"],
        "edited": reasons["changed"] + reasons["worse"],
        "cleared": reasons["cleared"],
        "labels": reasons["labels"],
        "unchanged": found.whole.unchanged,
        "suppressed": found.left,
        "braked": found.plan.braked,
    }


def show_preview(data: Mapping[str, Any], out: Console) -> None:
    _show_rules(data["rules"], out)
    for kind, says in SHOWN:
        _show_cases([case for case in data["cases"] if case["event"] == kind], says, out)
    if not data["writes_to"]:
        out.print("Nothing would be written: notes.write_to is empty.")
        return
    _show_beginning(data, out)
    _show_writes(data, out)


def _show_rules(rules: Mapping[str, Mapping[str, int]], out: Console) -> None:
    changing = {rule: row for rule, row in rules.items() if any(row[kind] for kind in KINDS)}
    if not changing:
        out.print(f"No case would change; {_standing(rules)} stand.")
        return
    table = _table("rule", "now", "opens", "worsens", "eases", "clears", "then")
    for rule, row in changing.items():
        cells = (row[kind] for kind in ("before", "opened", "worsened", "eased", "cleared", "after"))
        table.add_row(rule, *(str(n) if n else "-" for n in cells))
    out.print(table)
    if left := _standing({rule: row for rule, row in rules.items() if rule not in changing}):
        out.print(Text(f"{left} cases of other rules stay as they are.", style="dim"))


def _standing(rules: Mapping[str, Mapping[str, int]]) -> int:
    return sum(row["after"] for row in rules.values())


def _table(first: str, *numbers: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(first, no_wrap=True)
    for column in numbers:
        table.add_column(column, justify="right")
    return table


def _show_cases(cases: list[Mapping[str, Any]], says: str, out: Console) -> None:
    for case in cases[:MOST]:
        out.print(Text.assemble((f"{says} ", "dim"), f"{case['rule']}: {case['message']}"))
    if len(cases) > MOST:
        out.print(
            Text(f"and {len(cases) - MOST} more that {says.removesuffix('s')} (--json has them all)", style="dim")
        )


def _show_beginning(data: Mapping[str, Any], out: Console) -> None:
    if not data["begins"]:
        return
    begins = ", ".join(data["begins"][:MOST]) + (", ..." if len(data["begins"]) > MOST else "")
    out.print(f"Writing would begin, or begin for further rules, on {begins}.")
    if data["baseline"]["mode"] == "silent":
        silent = data["baseline"]["silent"]
        out.print(f"What stands there is the baseline: {silent} lines stay unsaid until they worsen (notes.baseline).")
    else:
        out.print('What stands there would be said at once: notes.baseline is "none".')


def _show_writes(data: Mapping[str, Any], out: Console) -> None:
    writes = data["writes"]
    notes = f"{writes['new']} new, {writes['edited']} edited, {writes['cleared']} cleared"
    out.print(f"Notes: {notes}, {writes['unchanged']} unchanged; {writes['labels']} label changes.")
    if writes["suppressed"]:
        out.print(
            f"{writes['suppressed']} of the new notes would wait for later runs: notes.budget_per_team_per_day, "
            "notes.max_new_per_run."
        )
    if writes["braked"]:
        out.print(Text(f"The brake would hold it: {writes['braked']}.", style="bold red"))
    if data["notifications"]:
        table = _table("notifications of", "new notes", "new or worse lines", "in all", "kept silent")
        for team, row in data["notifications"].items():
            cells = (row["new"], row["worse"], row["new"] + row["worse"], row["silent"])
            table.add_row(team, *map(str, cells))
        out.print(table)


def tally_data(tally: Tally) -> dict[str, Any]:
    """``preview --since --json``; stable and documented in docs/cli.md."""
    return {
        "from": tally.days[0].isoformat(),
        "to": tally.days[-1].isoformat(),
        "runs": tally.runs,
        "working_days": tally.working_days,
        "rules": {
            rule: {
                "at_start": fired.at_start,
                "opened": fired.opened,
                "cleared_by_itself": fired.by_itself,
                "too_new": fired.too_new,
                "share": None if fired.share is None else round(fired.share, 2),
                "standing": fired.standing,
            }
            for rule, fired in tally.rules.items()
        },
        "notifications": {
            team: {"total": total, "per_working_day": round(mean, 2), "worst_day": day.isoformat(), "on_it": most}
            for team, (total, mean, day, most) in tally.per_team().items()
        },
        "baseline": {"mode": tally.config.notes.baseline, "silent": tally.silent},
        "writes_to": list(tally.config.notes.write_to),
    }


def show_tally(data: Mapping[str, Any], out: Console) -> None:
    out.print(f"{data['runs']} runs from {data['from']} to {data['to']}, judged by this config:")
    rules = _table("rule", "at start", "came up", "passed soon", "share", "still there")
    for rule, row in data["rules"].items():
        share = "-" if row["share"] is None else f"{row['share']:.0%}"
        cells = (row["at_start"], row["opened"], row["cleared_by_itself"], share, row["standing"])
        rules.add_row(rule, *map(str, cells))
    out.print(rules)
    out.print(
        Text(
            f"Passed soon: cleared by itself within {SOON} working days; share: of what came up longer ago than that.",
            style="dim",
        )
    )
    _show_told(data, out)


def _show_told(data: Mapping[str, Any], out: Console) -> None:
    if not data["writes_to"]:
        out.print("Notifications, as if every issue might be written to (notes.write_to is empty):")
    if data["baseline"]["mode"] == "silent":
        silent = data["baseline"]["silent"]
        out.print(f"What stood at the start is the baseline: {silent} lines stay unsaid until they worsen.")
    if not data["notifications"]:
        out.print("Nobody would have been notified.")
        return
    teams = _table("notifications of", "in all", "a working day", "most on one day", "which")
    for team, row in data["notifications"].items():
        teams.add_row(team, str(row["total"]), f"{row['per_working_day']:.2f}", str(row["on_it"]), row["worst_day"])
    out.print(teams)
