"""An explanation as people read it in a terminal: the verdict first, then what it rests on."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from model.document import long_day

Data = Mapping[str, Any]
LABEL = 10
"""Columns of the words at the left edge."""


def show_explanation(account: Data, out: Console) -> None:
    """A case taken apart, top down: verdict, by what it was judged, dependency, where it is told, history."""
    head = f"  {account['rule']}, {account['severity']}, {account['state']} since {_day(account['since'])}"
    out.print(Text.assemble((account["case"], "bold"), head))
    out.print(Text(account["message"]))
    means = f": {account['level_means']}" if account["level_means"] else ""
    rows(out, "level", [f"{account['level']}{means}"])
    rows(out, "judged", _judged(account["judged"]))
    rows(out, "inputs", [f"{name}: {value}" for name, value in account["judged_by"].items()])
    rows(out, "settings", [", ".join(_settings(account["settings"]))])
    rows(out, "about", [line for issue in account["issues"] for line in _end(issue)])
    for edge in filter(None, (account["dependency"], *account["rests_on"])):
        show_edge(edge, out)
    rows(out, "told", [_told(end) for end in account["told"]])
    rows(out, "said", [_said(statement) for statement in account["said"]])
    rows(out, "history", [_event(event) for event in account["history"]])


def _said(said: Data) -> str:
    answer = {"refused": " (refused)", "waiting": " (waits for its write)"}.get(said["state"], "")
    came = f": {said['answer']}" if said["answer"] else ""
    return f"{_day(said['at'])} {said['by']} on {said['on']}: {said['command']}{answer}{came}"


def rows(out: Console, label: str, lines: Iterable[str]) -> None:
    """Lines under one label, wrapped beside it."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim", width=LABEL, no_wrap=True)
    grid.add_column(ratio=1, overflow="fold")
    for number, text in enumerate(lines):
        grid.add_row(label if number == 0 else "", Text(text))
    if grid.row_count:
        out.print(grid)


def _judged(judged: Data) -> list[str]:
    config = judged["config"]
    by = f" by {config['who']}" if config["who"] else ""
    who = f", first run with on {_day(config['since'])}{by}" if config["since"] else ""
    lines = [f"{_moment(judged['at'])}" + (f" by run {judged['run']}" if judged["run"] else "")]
    lines.append(f"config {config['digest'][:12]}{who}")
    if judged["identical"]:
        lines.append("judged once more from the store: the identical verdict")
    elif judged["rebuilt"]:
        lines.append(f"this version of crosstie judges otherwise: {judged['why']}")
    else:
        lines.append(f"not judged once more: {judged['why']}")
    return lines


def _settings(settings: Data) -> list[str]:
    """Without overrides that nobody made."""
    return [f"{name} = {value}" for name, value in settings.items() if value not in ({}, [], "", None)]


def show_edge(edge: Data, out: Console) -> None:
    out.print(Text(f"{edge['consumer']['issue']} waits for {edge['provider']['issue']}", style="bold"))
    for role in ("consumer", "provider"):
        rows(out, role, _end(edge[role]))
    known = f", known since {_day(edge['since'])}" if edge["since"] else ""
    rows(out, "state", [f"{edge['state']}, {edge['reach'].replace('_', '-')}{known}"])
    for name in ("needed", "promised"):
        rows(out, name, [_date(edge[name]), looked_for(edge["looked_for"][name])])
    rows(out, "moves", [f"{_day(m['at'])}: {_day(m['before'])} -> {_day(m['after'])}" for m in edge["moves"]])
    rows(out, "today", [today(edge["days"])])
    rows(out, "counted", [counted(span, edge) for span in edge["days"]["counted"]])
    rows(out, "agreement", _agreement(edge["agreement"], edge["agreement_search"]))
    rows(out, "evidence", [line for piece in edge["evidence"] for line in _evidence(piece)])


def _end(end: Data) -> list[str]:
    owner = end["team"] or end["party"] or "no team"
    read = "" if end["read"] == "read" else f", {end['read']}"
    head = f"{end['issue']} ({owner}, {end['status'] or end['progress']}{read})"
    return [line for line in (head, end["title"], end["url"]) if line]


def _date(claim: Data | None) -> str:
    if claim is None:
        return "no date"
    return f"{_day(claim['day'])} ({claim['source']} {claim['name']}".rstrip() + f" of {claim['of']})"


def looked_for(places: Sequence[Data]) -> str:
    """``looked for: command, due (found 2026-12-01), target_end``."""
    if not places:
        return "looked for nowhere: that end was not read"
    return "looked for: " + ", ".join(_place(place) for place in places)


def _place(place: Data) -> str:
    if place["day"] is None:
        return str(place["source"])
    return f"{place['source']} ({'found' if place['counts'] else 'not used:'} {place['day']})"


def today(days: Data) -> str:
    each = ", ".join(f"{day} for {team}" for team, day in days["today"].items())
    return f"{days['today_for_both']} for both ({each})"


def counted(span: Data, edge: Data) -> str:
    """``the promised day: from Fri 4 Dec 2026 to Mon 14 Dec 2026: 6 working days (without …)``."""
    number = span["working_days"]
    words = f"{number} working day{'' if number == 1 else 's'}"
    off = _off(span)
    who = " of both" if len(edge["days"]["today"]) > 1 else ""
    return f"{span['what']}: from {_day(span['from'])} to {_day(span['to'])}: {words}{who}{f' ({off})' if off else ''}"


def _off(span: Data) -> str:
    if not span["listed"]:
        return "too long to list"
    parts = [f"weekends {_days(span['weekend'])}"] if span["weekend"] else []
    parts += [f"holiday of {' and '.join(entry['of'])} {_short(entry['day'])}" for entry in span["holidays"]]
    return "; ".join(parts)


def _days(days: Sequence[str]) -> str:
    """Neighbouring days as one: ``5-6, 12-13 Dec``."""
    runs: list[list[date]] = []
    for day in map(date.fromisoformat, days):
        if runs and (day - runs[-1][-1]).days == 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_run(run[0], run[-1]) for run in runs)


def _run(first: date, last: date) -> str:
    if first == last:
        return _short(first.isoformat())
    begins = str(first.day) if first.month == last.month else _short(first.isoformat())
    return f"{begins}-{_short(last.isoformat())}"


def _agreement(verdict: str, search: Data) -> list[str]:
    if not search["configured"]:
        return ["unknown: the config names no forum and no agreement"]
    lines = [verdict, f"looked at {_line(search, 'consumer')}; {_line(search, 'provider')}"]
    lines += [_forum(forum) for forum in search["forums"]] or ["no forum of either team, and none that owns these"]
    for what in ("labels", "link_types", "references"):
        if search[what]:
            found = [f"{e['record']} on {e['on']}" for e in search["found"] if e["record"].startswith(_KINDS[what])]
            lines.append(f"{what.replace('_', ' ')} {', '.join(search[what])}: {', '.join(found) or 'none'}")
    lines += [f"not read: {', '.join(search['not_read'])}"] if search["not_read"] else []
    return lines


_KINDS = {"labels": "label ", "link_types": "link ", "references": "reference "}


def _line(search: Data, role: str) -> str:
    return " under ".join(search[f"{role}_and_ancestors"])


def _forum(forum: Data) -> str:
    absent = forum["not_sitting_in_it"]
    sits = f"{' and '.join(absent)} not in it; " if absent else "both teams sit in it; "
    owned = [*forum["owns_of_consumer"], *forum["owns_of_provider"]]
    both = forum["owns_of_consumer"] and forum["owns_of_provider"]
    return (
        f"forum {forum['forum']}: {sits}owns {', '.join(owned) or 'neither end'}{'' if both or not owned else ' only'}"
    )


def _evidence(piece: Data) -> list[str]:
    by = f", {piece['by']}" if piece["by"] else ""
    written = f", {_day(piece['written'])}" if piece["written"] else ""
    where = f"{piece['strength']}, {piece['place']} of {piece['on']}{by}{written}: {piece['says']}"
    return [where, piece["url"]] if piece["url"] else [where]


def _told(end: Data) -> str:
    if end["noted"]:
        return f"{end['issue']}: noted, {end['note']}"
    return f"{end['issue']}: labelled only" if end["labelled"] else f"{end['issue']}: {end['why_not']}"


def _event(event: Data) -> str:
    why = f": {event['why']}" if event["why"] else ""
    return f"{event['at'][:16].replace('T', ' ')}  {event['event']}, level {event['level']}{why} ({event['run']})"


def _moment(text: str) -> str:
    return f"{_day(text)}, {text[11:16]} UTC"


def _day(text: str) -> str:
    return long_day(date.fromisoformat(text[:10]))


def _short(text: str) -> str:
    return " ".join(long_day(date.fromisoformat(text)).split()[1:3])
