"""Findings and runs as people read them in a terminal, at 80 columns and without one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cli.show_checks import show_checks
from cli.show_readers import show_readers
from connectors.base import Check
from model.document import plain
from rules.base import Severity
from sync.base import Case, Held, TrackerCounts
from sync.outcome import Outcome
from sync.quiet import Why

STYLES: Mapping[Severity, str] = {"error": "bold red", "warning": "yellow", "info": "cyan"}


SAMPLE = 5
"""Issues that a list names before it only counts."""


def console() -> Console:
    """stdout; plain text, 100 columns wide, where there is no terminal."""
    out = Console(highlight=False, soft_wrap=False)
    return out if out.is_terminal else Console(highlight=False, width=100)


def show_cases(cases: Sequence[Case], out: Console, *, most: int | None = None) -> None:
    """Grouped by rule, the most severe first; every message wrapped under its case id. ``most``: of each rule."""
    if not cases:
        out.print("Nothing stands between the teams, as far as what was read tells.")
        return
    for rule in sorted({case.rule for case in cases}, key=lambda r: (_worst(cases, r), r)):
        of_rule = [case for case in cases if case.rule == rule]
        out.print(Text(f"{rule} ({len(of_rule)})", style="bold"))
        for case in of_rule[:most]:
            out.print(Padding(_case(case), (0, 0, 0, 2)))
        if most is not None and len(of_rule) > most:
            out.print(Text(f"  and {len(of_rule) - most} more", style="dim"))


def _worst(cases: Iterable[Case], rule: str) -> int:
    ranks = {"error": 0, "warning": 1, "info": 2}
    return min(ranks[case.severity] for case in cases if case.rule == rule)


def _case(case: Case) -> Table:
    grid = Table.grid(padding=(0, 2))
    grid.add_column(no_wrap=True, style="dim")
    grid.add_column(ratio=1)
    text = Text(plain(case.finding.message), style="" if case.state == "open" else "dim")
    if case.severity != "warning":
        text = Text.assemble((f"{case.severity}: ", STYLES[case.severity]), text)
    if case.state == "unknown":
        text.append(" (cannot be judged now)")
    grid.add_row(case.id, text)
    return grid


def show_trackers(trackers: Mapping[str, TrackerCounts], out: Console) -> None:
    """What was read, a line per tracker."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("tracker")
    for column in ("requests", "issues", "changed", "links"):
        table.add_column(column, justify="right")
    for name, counts in sorted(trackers.items()):
        table.add_row(name, *(f"{n:,}" for n in (counts.requests, counts.issues, counts.changed, counts.links)))
    out.print(table)


def show_outcome(outcome: Outcome, out: Console) -> None:
    """What a run read and found."""
    show_trackers(outcome.trackers, out)
    if outcome.judgement is None:
        out.print("Nothing has changed since the last run, so its findings stand.")
    told = {rule: count for rule, count in outcome.by_rule.items() if rule not in outcome.observed}
    out.print(f"{outcome.dependencies} dependencies. Findings: {_counts(told) or 'none'}.")
    if listed := _counts({rule: count for rule, count in outcome.by_rule.items() if rule in outcome.observed}):
        out.print(Text(f"Listed only: {listed}.", style="dim"))


def _counts(by_rule: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {rule}" for rule, count in by_rule.items())


def show_writes(outcome: Outcome, dry_run: bool, out: Console) -> None:
    planned, written = outcome.plan, outcome.written
    if outcome.silenced:
        out.print(f"Baseline: {outcome.silenced} lines that stood already stay unsaid until they worsen.")
    if planned.braked:
        out.print(Text(f"Braked: {planned.braked}.", style="bold red"))
    elif dry_run:
        _show_plan(outcome, out)
    else:
        out.print(
            f"Notes: {written.created} new, {written.edited} edited, {written.cleared} cleared, "
            f"{planned.unchanged} unchanged; {written.labels} label changes."
        )
    if planned.held and not planned.braked:
        out.print(f"Held back until later: {_held(planned.held)}.")
    if written.merged:
        out.print(f"Notes of ours that stood twice on an issue were made one: {written.merged}.")
    for line in (*written.waits, *written.refused):
        out.print(Text(f"{line}."))
    for error in written.errors:
        out.print(Text(f"Not written: {error}", style="red"))


HELD: Mapping[Why, str] = {
    "budget": "beyond a team's budget of the day",
    "quiet hours": "in quiet hours",
    "cap": "at the cap of a run",
}


def _held(steps: Iterable[Held]) -> str:
    """``3 beyond a team's budget of the day, 1 in quiet hours``: issues, by why nobody is called now."""
    reasons = Counter(why for _, why in {(step.uid, step.why) for step in steps})
    return ", ".join(f"{reasons[why]} {says}" for why, says in HELD.items() if reasons[why])


def _show_plan(outcome: Outcome, out: Console) -> None:
    notes = [write for write in outcome.plan.writes if write.kind == "note"]
    if not notes:
        out.print("Nothing would be written.")
        return
    out.print(f"{len(notes)} notes would be written:")
    for write in notes:
        out.print(f"  {write.tracker}:{write.key} ({write.reason})")


def case_json(case: Case, refs: Mapping[str, str]) -> dict[str, Any]:
    """One entry of ``findings --json``."""
    finding = case.finding
    return {
        "case": case.id,
        "rule": case.rule,
        "severity": case.severity,
        "level": case.level,
        "state": case.state,
        "consumer": refs.get(finding.consumer, finding.consumer) or None,
        "provider": refs.get(finding.provider, finding.provider) or None,
        "about": [refs.get(member, member) for member in case.subject.members],
        "message": plain(finding.message),
        "since": case.opened.date().isoformat(),
    }


def show_check(report: Mapping[str, Any], out: Console) -> None:
    """What ``check`` found: who reads what, who owns what, where notes may go."""
    for name, tracker in report["trackers"].items():
        out.print(Text.assemble((name, "bold"), f"  {tracker['kind']} at {tracker['url']}"))
        out.print(f"  reads {', '.join(tracker['reads'])}", markup=False)
        show_checks([Check(**check) for check in tracker.get("checks", ())], out)
    for team, owns in report["teams"].items():
        out.print(Text.assemble(("team ", "dim"), team, ("  owns ", "dim"), ", ".join(owns) or "nothing"))
    show_readers(report["readers"], out)
    _show_ownership(report["ownership"], out)
    modes = ", ".join(f"{rule} {mode}" for rule, mode in report["rules"].items())
    out.print(Text.assemble(("rules  ", "dim"), modes))
    where = ", ".join(report["writes_to"])
    out.print(f"Notes go to {where}." if where else "Nothing is written: notes.write_to is empty.")
    out.print(f"{report['config']} is sound.", markup=False)


def _show_ownership(ownership: Mapping[str, Any] | None, out: Console) -> None:
    """What the patterns of ``owns`` leave open among the issues read so far."""
    if ownership is None:
        return
    for ref, names in sorted(ownership["tied"].items())[:SAMPLE]:
        out.print(Text.assemble(("nobody owns ", "dim"), ref, (", as it fits both ", "dim"), " and ".join(names)))
    if len(ownership["tied"]) > SAMPLE:
        out.print(Text(f"  and {len(ownership['tied']) - SAMPLE} more fit two owners", style="dim"))
    unowned = ownership["unowned"]
    if unowned:
        more = f" and {len(unowned) - SAMPLE} more" if len(unowned) > SAMPLE else ""
        out.print(Text.assemble(("no team owns ", "dim"), ", ".join(sorted(unowned)[:SAMPLE]), more))
