"""Short ways to say what notes should stand, what stands, and what came of a plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from msgspec import structs

from model.calendar import Calendar
from model.document import Code, Document, Section, Words
from model.policy import Member, Team
from rules.base import SEVERITIES, Severity
from sync.base import Case, NoteRow, Notification, Write
from sync.notes import SETTLED, Wanted
from sync.plan import Limits, Plan, plan
from sync.quiet import Bell
from tests.sync.build import NOW, case, finding, issue

LIMITS = Limits(brake_percent=100, label="crosstie")
MIRA = Member(ids={"jira": "5b10:mira", "github": "mira"})
TEAMS = {
    "payments": Team(name="payments", representative=MIRA),
    "platform": Team(name="platform", representative=Member(ids={"github": "tom"})),
}
"""The second has nobody on Jira."""
OPENED = datetime(2026, 2, 2, 9, tzinfo=UTC)


def standing_case(id_: str, level: int = 1, severity: Severity = "warning", **fields: Any) -> Case:
    return case(id_, finding=structs.replace(finding(level=level), severity=severity), **{"opened": OPENED, **fields})


def wants(uid: str, *cases: Case, quiet: Iterable[str] = ()) -> Wanted:
    """A note that shows these."""
    lines = tuple((Words(f"Level {c.level}. "), Code(c.id)) for c in cases)
    return Wanted(
        uid=uid,
        document=Document((Section("Waiting for", lines),)),
        cases={c.id: c.level for c in cases},
        label=True,
        quiet_cases=frozenset(quiet),
        urgency=min((-SEVERITIES.index(c.severity), c.opened.isoformat()) for c in cases),
    )


def stands(uid: str, wanted: Wanted | None = None, **fields: Any) -> NoteRow:
    digest = (wanted.document if wanted and wanted.document else SETTLED).digest
    return replace(NoteRow(uid=uid, tracker="jira", id="c1", digest=digest, labels=("crosstie",)), **fields)


def bell(cases: Iterable[Case] = (), **fields: Any) -> Bell:
    base = Bell(
        at=NOW,
        cases={c.id: c for c in cases},
        teams=TEAMS,
        kinds={"jira": "jira", "github": "github"},
        calendars={"payments": Calendar()},
        budget=5,
        most_new=50,
    )
    return replace(base, **fields)


def planned(
    notes: Iterable[Wanted],
    rows: Iterable[NoteRow] = (),
    *,
    ring: Bell,
    limits: Limits = LIMITS,
    teams: Mapping[str, str] | None = None,
    more: Sequence[str] = (),
) -> Plan:
    """``teams``: by uid, payments where it says nothing; ``more``: issues without a note."""
    wanted, standing = {w.uid: w for w in notes}, {row.uid: row for row in rows}
    uids = [*wanted.keys() | standing.keys(), *more]
    issues = {uid: issue(uid, team=(teams or {}).get(uid, "payments")) for uid in uids}
    return plan(wanted, standing, issues, dict.fromkeys(uids, "1"), frozenset(issues), limits, ring)


def applied(row: NoteRow | None, write: Write) -> NoteRow:
    """What stands once a write has worked."""
    row = row or NoteRow(uid=write.uid, tracker=write.tracker, id="", digest="")
    if write.kind == "labels":
        return replace(row, labels=tuple(sorted({*row.labels, *write.add} - {*write.remove})))
    assert write.document is not None
    return replace(row, id="c1", digest=write.document.digest, cases=write.cases, called=bool(write.document.call))


def told(uid: str, case_id: str, level: int = 1, team: str = "payments", at: datetime = NOW) -> Notification:
    return Notification(at=at, team=team, day=at.date(), uid=uid, case=case_id, level=level, how="mention")
