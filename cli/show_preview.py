"""Previews as data and as people read them."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.document import plain
from sync.base import EventKind
from sync.config import Config
from sync.preview import Preview
from sync.tally import SOON, Tally

SHOWN: tuple[tuple[EventKind, str], ...] = (("opened", "opens"), ("worsened", "worsens"), ("cleared", "clears"))
KINDS: tuple[EventKind, ...] = ("opened", "worsened", "eased", "cleared", "unknown")
MOST = 5
"""Cases that are shown of each kind; the rest are counted."""


def preview_data(found: Preview, config: Config, refs: Mapping[str, str]) -> dict[str, Any]:
    """``preview --json``; stable and documented in docs/cli.md."""
    plan, rules = found.plan, sorted(found.before.keys() | found.after.keys() | {e.case.rule for e in found.events})
    return {
        "rules": {
            rule: {
                "before": found.before.get(rule, 0),
                "after": found.after.get(rule, 0),
                **{kind: found.count(kind, rule) for kind in KINDS},
            }
            for rule in rules
        },
        "cases": [
            {
                "case": event.case.id,
                "rule": event.case.rule,
                "event": "opened" if event.kind == "reopened" else event.kind,
                "level": event.case.level,
                "about": [refs.get(member, member) for member in event.case.subject.members],
                "message": plain(event.case.finding.message),
                "why": event.why,
            }
            for event in found.events
        ],
        "notifications": {team: {"new": n.new, "worse": n.worse} for team, n in found.teams.items()},
        "writes": {
            "notes": sum(write.kind == "note" for write in plan.writes),
            "labels": sum(write.kind == "labels" for write in plan.writes),
            "unchanged": plan.unchanged,
            "suppressed": plan.suppressed,
            "braked": plan.braked,
        },
        "begins": list(found.begins),
        "baseline": {"mode": config.notes.baseline, "silent": found.silent},
        "writes_to": list(config.notes.write_to),
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
    if writes["braked"]:
        out.print(Text(f"The brake would hold it: {writes['braked']}.", style="bold red"))
        return
    out.print(f"The next run would write {writes['notes']} notes and change {writes['labels']} labels.")
    if writes["suppressed"]:
        out.print(f"{writes['suppressed']} more new notes would wait for later runs (notes.max_new_per_run).")
    if data["notifications"]:
        table = _table("notifications of", "new", "worse", "in all")
        for team, row in data["notifications"].items():
            table.add_row(team, str(row["new"]), str(row["worse"]), str(row["new"] + row["worse"]))
        out.print(table)


def tally_data(tally: Tally) -> dict[str, Any]:
    """``preview --since --json``; stable and documented in docs/cli.md."""
    return {
        "from": tally.days[0].isoformat(),
        "to": tally.days[-1].isoformat(),
        "runs": tally.runs,
        "working_days": tally.working_days,
        "rules": {
            rule: {"opened": fired.opened, "cleared_by_itself": fired.by_itself, "standing": fired.standing}
            for rule, fired in sorted(tally.rules.items())
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
    rules = _table("rule", "opened", f"gone in {SOON} days", "still there")
    for rule, row in data["rules"].items():
        rules.add_row(rule, str(row["opened"]), str(row["cleared_by_itself"]), str(row["standing"]))
    out.print(rules)
    if not data["writes_to"]:
        out.print("Notifications, as if every issue might be written to (notes.write_to is empty):")
    if data["baseline"]["mode"] == "silent":
        out.print(f"The first day is the baseline: {data['baseline']['silent']} lines stay unsaid until they worsen.")
    if not data["notifications"]:
        out.print("Nobody would have been notified.")
        return
    teams = _table("notifications of", "in all", "a working day", "most on one day", "which")
    for team, row in data["notifications"].items():
        teams.add_row(team, str(row["total"]), f"{row['per_working_day']:.2f}", str(row["on_it"]), row["worst_day"])
    out.print(teams)
