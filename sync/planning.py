"""From a judgement to a plan of writes: where may be written, what stays silent, within which limits. Pure."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from model.facts import Facts
from model.said import current
from model.snapshot import Snapshot
from model.statements import Statement
from sync.base import Case, Mute, NoteRow, Notification
from sync.config import Config
from sync.gate import objection
from sync.judge import Judgement
from sync.notes import Desk, Wanted, wanted_notes
from sync.plan import Limits, Plan, plan
from sync.quiet import EVERY, Bell, Why
from sync.refused import marks, stands

Opened = frozenset[tuple[str, str]]
"""(rule, ``tracker:scope``) of which notes have been possible."""


def desk_of(
    config: Config,
    snapshot: Snapshot,
    mutes: Iterable[Mute] = (),
    statements: Iterable[Statement] = (),
    settled: Mapping[str, Sequence[Case]] | None = None,
) -> Desk:
    return Desk(
        snapshot=snapshot,
        rules=config.rules,
        write_to=tuple(config.notes.write_to),
        mutes={(mute.uid, mute.case): mute for mute in mutes},
        statements=current(statements) if config.commands.enabled else (),
        settled=settled or {},
        commands=config.commands.enabled,
    )


def settled_of(
    judgement: Judgement, notes: Mapping[str, NoteRow], cleared: Iterable[Case]
) -> dict[str, tuple[Case, ...]]:
    """By uid: what each standing note showed, or names as settled, and is cleared now. ``cleared``: by earlier runs."""
    over = {case.id: case for case in (*cleared, *(event.case for event in judgement.events))}
    known = {
        uid: [over[case] for case in dict.fromkeys((*row.cases, *row.settled)) if case in over]
        for uid, row in notes.items()
    }
    return {uid: tuple(case for case in cases if case.state == "cleared") for uid, cases in known.items() if cases}


def gated(planned: Plan, config: Config, snapshot: Snapshot) -> tuple[Plan, list[str]]:
    """The last look before the outbox: the plan without what must not be written, and why it must not."""
    desk, kept, refused = desk_of(config, snapshot), [], []
    for write in planned.writes:
        issue = snapshot.issues.get(write.uid)
        why = objection(write, issue, issue is not None and desk.writable(issue))
        kept += [] if why else [write]
        refused += [why] if why else []
    return replace(planned, writes=tuple(kept)), refused


def plan_notes(
    judgement: Judgement,
    config: Config,
    facts: Facts,
    mutes: Iterable[Mute],
    notes: Mapping[str, NoteRow],
    at: datetime,
    released: bool = False,
    told: Sequence[Notification] = (),
    within: Collection[Why] = EVERY,
    cleared: Iterable[Case] = (),
    retry: bool = False,
) -> Plan:
    """``notes``: what stands on the tickets, by uid. ``released``: the brake is, for this once. ``told``: every step so
    far. ``within``: what may hold a step back. ``cleared``: cases that those notes name as settled. ``retry``: what was
    turned away is tried again, within the same limits."""
    settled, issues = settled_of(judgement, notes, cleared), judgement.snapshot.issues
    desk = desk_of(config, judgement.snapshot, mutes, facts.statements, settled)
    wanted = wanted_notes(judgement.cases, desk, at.date())
    bell = bell_of(judgement, config, at, told, within)
    return plan(
        wanted,
        notes,
        issues,
        {uid: fact.native_id for uid, fact in facts.issues.items()},
        frozenset(uid for uid, issue in issues.items() if desk.writable(issue)),
        Limits(brake_percent=config.notes.brake_percent, label=config.notes.label, released=released),
        replace(bell, barred=frozenset() if retry else barred(wanted, notes, facts, at)),
    )


def bell_of(
    judgement: Judgement, config: Config, at: datetime, told: Sequence[Notification], within: Collection[Why] = EVERY
) -> Bell:
    return Bell(
        at=at,
        cases={case.id: case for case in judgement.cases},
        told=told,
        teams=config.offline_policy.teams,
        kinds={tracker.name: tracker.kind for tracker in config.trackers},
        calendars=judgement.snapshot.teams,
        budget=config.notes.budget_per_team_per_day,
        most_new=config.notes.max_new_per_run,
        repost=config.notes.notify == "repost",
        within=frozenset(within),
    )


def barred(wanted: Mapping[str, Wanted], notes: Mapping[str, NoteRow], facts: Facts, at: datetime) -> frozenset[str]:
    """Issues whose note would only be turned away again, as far as can be told."""
    refused = {uid: row.refusal for uid, row in notes.items() if row.refusal is not None and uid in wanted}
    seen = marks(facts, refused)
    return frozenset(
        uid
        for uid, refusal in refused.items()
        if refusal.kind == "note"
        and stands(refusal, seen.get(uid, ""), at)
        and ((document := wanted[uid].document) is None or refusal.digest in ("", document.digest))
    )


def newly_open(desk: Desk, whole: Iterable[str], known: Opened) -> Opened:
    """Rules and scopes that become writable: a rule that only observes is not. ``whole``: scopes read to their end."""
    writing = [rule for rule, settings in desk.rules.items() if settings.mode in ("label", "comment")]
    return frozenset((rule, scope) for rule in writing for scope in desk.scopes(whole)) - known


def baseline(config: Config, snapshot: Snapshot, cases: Sequence[Case], new: Opened, now: datetime) -> list[Mute]:
    """Mutes of what stands when a rule and scope first become writable: it is silent until it worsens."""
    if config.notes.baseline != "silent":
        return []
    return [
        Mute(uid=place.uid, case=case.id, why="baseline", at=now, level=case.level)
        for case in cases
        for place in case.finding.places
        if (issue := snapshot.issues.get(place.uid)) is not None
        and (case.rule, f"{issue.ref.tracker}:{issue.ref.scope}") in new
    ]
