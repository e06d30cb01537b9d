"""Where a case is noted, or what keeps it from being noted there: as data. Pure."""

from collections.abc import Mapping
from typing import Any

from model.audience import may_read
from model.snapshot import Issue
from rules.engine import ends_told, mode_for
from sync.base import Case, NoteRow
from sync.notes import Desk
from sync.places import place_url


def telling(case: Case, desk: Desk, standing: Mapping[str, NoteRow]) -> list[dict[str, Any]]:
    """For each end of the case that a note could stand on. ``standing``: our notes by uid."""
    places = {place.uid: place.role for place in case.finding.places}
    ends = {uid: places.get(uid) or role for uid, role in _ends(case).items()}
    return [
        _end(case, issue, role, desk, standing.get(uid))
        for uid, role in ends.items()
        if (issue := desk.snapshot.issues.get(uid)) is not None
    ]


def _ends(case: Case) -> dict[str, str]:
    """Uid -> the part it plays, of those that the finding names."""
    named = {case.finding.consumer: "consumer", case.finding.provider: "provider"}
    named.update({place.uid: place.role for place in case.finding.places})
    return {uid: role for uid, role in named.items() if uid}


def _end(case: Case, issue: Issue, role: str, desk: Desk, row: NoteRow | None) -> dict[str, Any]:
    why = why_silent(case, issue, role, desk)
    shown = row is not None and bool(row.id) and not row.folded and case.id in row.cases
    labelled = row is not None and bool(row.labels) and case.id in row.cases
    if case.state == "cleared":
        why = "the case is cleared, so nothing is said of it any more"
    elif not why and not (shown or labelled):
        why = "it is not written yet: the next run writes it, within its limits"
    return {
        "issue": str(issue.ref),
        "role": role,
        "noted": shown,
        "labelled": labelled,
        "note": place_url(issue, f"comment:{row.id}") if row is not None and shown else None,
        "why_not": why or None,
    }


def why_silent(case: Case, issue: Issue, role: str, desk: Desk) -> str:
    """What keeps the case from being noted on this issue, as a sentence; "" when nothing does."""
    mode = desk.mode(case, issue)
    return (
        _not_writable(issue, desk)
        or _not_asked(case, issue, role, desk)
        or _muted(case, issue, desk)
        or (f'[rules.{case.rule}] says mode = "{mode}" here' if mode in ("off", "observe") else "")
        or _withheld(case, issue)
        or (f'[rules.{case.rule}] says mode = "label" here: it is labelled only' if mode == "label" else "")
    )


def _not_writable(issue: Issue, desk: Desk) -> str:
    if issue.end != "read":
        return f"nothing is written to an issue that is not read in full ({issue.end})"
    if desk.writable(issue):
        return ""
    scope = f"{issue.ref.tracker}:{issue.ref.scope}"
    return f"notes.write_to does not name {scope}" if desk.write_to else "notes.write_to is empty"


def _not_asked(case: Case, issue: Issue, role: str, desk: Desk) -> str:
    settings = desk.rules.get(case.rule)
    if settings is None:
        return f"there is no rule {case.rule}"
    if mode_for(settings, issue.team) == "off":
        return f'[rules.{case.rule}] says mode = "off" for this end'
    if role not in ends_told(settings, issue.team):
        own = settings.teams[issue.team].notify if issue.team in settings.teams else None
        return f'[rules.{case.rule}] says notify = "{own or settings.notify}" for this end'
    if any(place.uid == issue.uid for place in case.finding.places):
        return ""
    return f"{case.rule} notes it at the other end only"


def _muted(case: Case, issue: Issue, desk: Desk) -> str:
    if not desk.muted(case, issue.uid):
        return ""
    mute = desk.mutes[issue.uid, case.id]
    day = mute.at.date().isoformat()
    if mute.why == "baseline":
        return (
            f"it stood when this could first be written to, on {day}: silent until it is worse than level {mute.level}"
        )
    return f"a person's hand is final: {mute.why} on {day}"


def _withheld(case: Case, issue: Issue) -> str:
    if may_read(issue.audience, case.finding.inputs):
        return ""
    others = ", ".join(sorted(case.finding.inputs - {issue.audience}))
    return f"its readers ({issue.audience}) may not all read what the case rests on ({others})"
