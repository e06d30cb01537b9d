"""Why a rule finds nothing, as people read it in a terminal."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from rich.console import Console
from rich.text import Text

from cli.show_explain import rows
from model.document import long_day

Data = Mapping[str, Any]


def show_why_not(account: Data, out: Console) -> None:
    """What the rule does find on the issue, then each dependency with what keeps it from that."""
    out.print(Text.assemble((account["rule"], "bold"), f" on {account['issue']}, as of {account['at'][:16]} UTC"))
    for found in account["found"]:
        rows(out, "found", list(_found(found)))
    for answer in account["not_found"]:
        if answer["consumer"]:
            out.print(Text(f"{answer['consumer']} waits for {answer['provider']}: not found, because", style="bold"))
        else:
            out.print(Text("not found, because", style="bold"))
        rows(out, "because", [reason["says"] for reason in answer["because"]])
        rows(out, "or else", [reason["says"] for reason in answer["instead"]])
        rows(
            out,
            "from",
            [f"{long_day(date.fromisoformat(answer['from']))} on, as things stand"] if answer["from"] else [],
        )
    if account["left_out"]:
        out.print(Text(f"and {account['left_out']} dependencies more, which were not looked at", style="dim"))
    rows(out, "hints", [_hint(hint) for hint in account["hints"]])


def _found(found: Data) -> Iterator[str]:
    case = f"it does find something: case {found['case']}" if found["case"] else "it would be found by the next run"
    exempt = found["exempt"]
    if exempt:
        case = f"it would be found, and is exempt until {exempt['until']}: {exempt['reason']}"
    yield f"{case}, level {found['level']}"
    yield str(found["message"])


def _hint(hint: Data) -> str:
    by = f", {hint['by']}" if hint["by"] else ""
    return f"{' and '.join(hint['between'])}: “{hint['says']}”{by} ({hint['why']}) {hint['url']}".rstrip()
