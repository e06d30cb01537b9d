"""A failed condition in words, with the actual values. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from model.document import long_day
from model.snapshot import DateClaim, Dependency, Evidence, Issue, Move
from rules.base import AnyRule
from rules.custom import CustomSettings
from rules.expressions import condition as parse
from rules.fields import edge_view, reader
from sync.explain.frame import ENDS, Frame
from sync.explain.search import Change
from sync.explain.values import value

AROUND = ("added", "beside", "dependency", "relative")


def condition(change: Change, rule: AnyRule, frame: Frame) -> dict[str, Any]:
    """``condition``: its name; ``is`` and ``would_do``: what stands there, and one value with which it would hold."""
    part = change.part
    name = f"{part.where} {part.what}" if part.where in (*ENDS, "setting") else part.what
    return {
        "condition": name.replace("_", " ") if part.where != "setting" else name,
        "is": value(change.actual),
        "would_do": value(change.wanted),
        "says": _says(change, rule, frame),
    }


def _says(change: Change, rule: AnyRule, frame: Frame) -> str:
    part = change.part
    if part.where == "setting":
        return _setting(change, rule, frame)
    if part.where in ENDS:
        return _of_end(change, frame)
    if part.where in AROUND:
        return _beside(change, frame)
    if part.what in _SENTENCES:
        return _SENTENCES[part.what](change, frame)
    return f"{part.what.replace('_', ' ')} is {value(change.actual)}; it would be found with {value(change.wanted)}"


def _setting(change: Change, rule: AnyRule, frame: Frame) -> str:
    name, actual = change.part.what, change.actual
    table = f"[[custom_rules]] {rule.id}" if isinstance(frame.settings, CustomSettings) else f"[rules.{rule.id}]"
    if name == "mode":
        return f'{table} says mode = "{actual}"'
    if name == "when":
        asked = expression(rule, frame)
        return (
            does_not_hold(asked) if asked is not None else f"{table} says when = {actual!r}, which does not hold here"
        )
    return f"{table} says {name} = {_toml(actual)}; it would be found with {_toml(change.wanted)}"


def expression(rule: AnyRule, frame: Frame) -> dict[str, Any] | None:
    """The rule's ``when``, whether it holds on the dependency (null: it cannot be told), and what it reads there."""
    if not frame.settings.when or frame.edge is None or rule.subject != "edge":
        return None
    asked, view = parse(frame.settings.when, "edge"), edge_view(frame.snapshot, frame.edge)
    reads = {f"{record}.{field}".rstrip("."): _read(reader(record, field)(view)) for record, field in asked.reads}
    return {"text": asked.text, "holds": asked.ask(view).holds, "reads": reads}


def _read(read: Any) -> str:
    return "unknown" if read is None else value(read)


def does_not_hold(asked: Mapping[str, Any]) -> str:
    how = "does not hold here" if asked["holds"] is False else "cannot be told here"
    reads = ", ".join(f"{name} is {found}" for name, found in asked["reads"].items())
    return f"when = {asked['text']!r} {how}{f': {reads}' if reads else ''}"


def _toml(setting: Any) -> str:
    if isinstance(setting, bool):
        return str(setting).lower()
    return f'"{setting}"' if isinstance(setting, str) else str(setting)


def _of_end(change: Change, frame: Frame) -> str:
    role, what = change.part
    issue = frame.ends[role]
    who = str(issue.ref) if role == "issue" else f"{issue.ref}, the {role},"
    match what:
        case "progress":
            return f"{who} is {_progress(change.actual)}; it would be found if it was {_progress(change.wanted)}"
        case "end":
            return f"{who} {_end(issue)}; it would be found if it {_wanted_end(change.wanted)}"
        case "owner":
            return _owner(who, change, frame)
        case "parent":
            return f"{who} {'has another parent' if issue.parent else 'has no parent'}"
    if what in _YES:
        return f"{who} {_YES[what][0 if change.actual else 1]}"
    said = _FIELDS.get(what, f"has {what.replace('_', ' ')}")
    if change.actual is None:
        return f"{who} {said}: not known; it would be found with {value(change.wanted)}"
    return f"{who} {said} {value(change.actual)}; it would be found with {value(change.wanted)}"


_YES = {
    "assigned": ("is assigned to a person", "is assigned to nobody"),
    "planned": ("is planned", "is not planned"),
    "reopened": ("was closed and opened again", "was never opened again"),
}
_FIELDS = {
    "active": "was last worked on by a person on",
    "created": "was written on",
    "due": "is due on",
    "kind": "is a",
    "resolved": "was closed on",
    "sprint": "is planned in the sprint",
    "type_name": "is of the type",
}


def _progress(progress: str) -> str:
    words = {"started": "in progress", "dropped": "closed without being done", "unknown": "of unknown progress"}
    return words.get(progress, progress)


def _end(issue: Issue) -> str:
    match issue.end:
        case "stub":
            return "is outside of what is read, and known only by what a link shows of it"
        case "unreadable":
            return "cannot be read by our account"
        case "gone":
            return "is gone"
    return "was read in full" if issue.complete else "could not be read in full, so what is not there proves nothing"


def _wanted_end(wanted: tuple[str, bool]) -> str:
    if wanted[0] == "read":
        return "was read in full" if wanted[1] else "could not be read in full"
    return {"stub": "was outside of what is read", "unreadable": "could not be read", "gone": "was gone"}[wanted[0]]


def _owner(who: str, change: Change, frame: Frame) -> str:
    team, party = change.actual
    wants = change.wanted[0] or change.wanted[1]
    mine = f"belongs to {team or party}" if team or party else "belongs to nobody, by the patterns of the teams"
    return f"{who} {mine}{_reach(frame.edge)}; it would be found if it belonged to {wants or 'nobody'}"


def _reach(edge: Dependency | None) -> str:
    if edge is None:
        return ""
    if edge.reach == "unknown":
        return ", so whether two teams are concerned is not known"
    return f", so the dependency is {edge.reach.replace('_', '-')}"


def _evidence(change: Change, frame: Frame) -> str:
    one: Evidence = change.actual[0]
    other: Evidence = change.wanted[0]
    said = f" (“{one.phrase}”, {one.place})" if one.phrase else ""
    if one.strength == other.strength:
        ends = {end.uid: str(end.ref) for end in frame.ends.values()}
        there = ends.get(other.at, other.at)
        return f"it is said on {ends.get(one.at, one.at)}{said}; it would be found if {there} said it"
    least = getattr(frame.settings, "strength", None)
    setting = f', and strength = "{least}"' if least else ""
    return f"the strongest evidence is {one.strength}{said}{setting}; it would be found if it was {other.strength}"


def _coverage(change: Change, frame: Frame) -> str:
    actual = change.actual
    if actual.covered is None:
        return "whether an agreement covers it is not known: none is configured, or not all was read that may hold one"
    return f"it is covered by {actual.by or 'an agreement'}" if actual.covered else "no agreement covers it"


def _needed(change: Change, frame: Frame) -> str:
    return _date("needed by", change.actual[0], change.wanted[0], frame)


def _promised(change: Change, frame: Frame) -> str:
    return _date("promised for", change.actual, change.wanted, frame)


def _date(how: str, actual: DateClaim | None, wanted: DateClaim | None, frame: Frame) -> str:
    would = f"it would be found with {long_day(wanted.day)}" if wanted else "it would be found if there was none"
    if actual is None:
        return f"there is no day that it is {how}; {would}"
    today = f", and today is {_today(frame)}" if wanted else ""
    grace = f", uncertain by {actual.grace_days} day" if actual.grace_days else ""
    return f"it is {how} {long_day(actual.day)} ({actual.source}{grace}){today}; {would}"


def _today(frame: Frame) -> str:
    """Each team's own day, where they differ."""
    edge: Dependency | None = frame.edge
    teams = [edge.consumer.team, edge.provider.team] if edge else [end.team for end in frame.ends.values()]
    days = {team: frame.snapshot.calendars(team)[0].today(frame.snapshot.now) for team in teams}
    if len(set(days.values())) == 1:
        return long_day(next(iter(days.values())))
    return " and ".join(f"{long_day(day)} for {team or 'no team'}" for team, day in days.items())


def _since(change: Change, frame: Frame) -> str:
    if change.actual is None:
        return "since when it is known cannot be told"
    wants = f"; it would be found if it was since {long_day(change.wanted.date())}" if change.wanted else ""
    return f"it is known since {long_day(change.actual.date())}{wants}"


def _moves(change: Change, frame: Frame) -> str:
    moves: tuple[Move, ...] = change.actual
    if not moves:
        return "no move of its promised day is known"
    days = "; ".join(f"{long_day(m.before)} -> {long_day(m.after)}" for m in moves)
    return f"its promised day has moved so: {days}; it would be found with: {value(change.wanted)}"


def _forums(change: Change, frame: Frame) -> str:
    shared = ", ".join(change.actual)
    return f"the teams share the forum {shared}" if shared else "the two teams share no forum"


def _unreadable(change: Change, frame: Frame) -> str:
    return "our account can read every issue that is linked to there"


def _missing(change: Change, frame: Frame) -> str:
    holes = [f"{hole.tracker}:{hole.scope} ({hole.reason})" for hole in change.actual]
    return f"what could not be read in full may hold something else: {', '.join(holes)}"


_SENTENCES: Mapping[str, Callable[[Change, Frame], str]] = {
    "evidence": _evidence,
    "coverage": _coverage,
    "needed": _needed,
    "promised": _promised,
    "since": _since,
    "moves": _moves,
    "shared_forums": _forums,
    "unreadable": _unreadable,
    "missing": _missing,
}


def _beside(change: Change, frame: Frame) -> str:
    """What a finding would need around it and is not there."""
    wanted, actual = change.wanted, change.actual
    if isinstance(actual, Dependency):
        return f"it would be found if {actual.consumer.ref} did not wait for {actual.provider.ref}"
    if isinstance(actual, Issue):
        return f"it would be found if {actual.ref}, which is {_progress(actual.progress)}, was not there"
    if isinstance(wanted, Dependency):
        return f"it would be found if also {_name(wanted.consumer, frame)} waited for {_name(wanted.provider, frame)}"
    return f"it would be found if there was also {_name(wanted, frame)}{_under(wanted, frame)}"


def _name(issue: Issue, frame: Frame) -> str:
    """An issue that is there by its name, one that would have to be there by its kind."""
    if issue.uid in frame.uids:
        return str(frame.issues[issue.uid].ref)
    teams = {end.team for end in frame.ends.values()}
    owner = f" of {issue.team}" if issue.team in teams and issue.team else " of another team" if issue.team else ""
    return f"an issue{' of a vendor' if issue.party else owner}{_stage(issue)}"


def _stage(issue: Issue) -> str:
    if issue.end != "read":
        return f" that is {issue.end}"
    return "" if issue.progress == "open" else f" that is {_progress(issue.progress)}"


def _under(issue: Issue, frame: Frame) -> str:
    parent = next((end for end in frame.ends.values() if end.uid == issue.parent), None)
    return f" under {parent.ref}" if parent is not None else ""
