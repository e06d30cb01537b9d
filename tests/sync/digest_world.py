"""A team with things to be told, as values; and a letter to send."""

from datetime import UTC, date, datetime, timedelta

from model.calendar import Calendar
from model.document import Code, Document, IssueLink, Item, Link, Quoted, Section, Strong, Words
from model.snapshot import Dependency, Evidence, Issue, Snapshot
from rules.base import RuleSettings
from sync.base import Case, CaseEvent, Mute
from sync.config.digests import DestinationTable, DigestTable
from sync.digest.base import Counts, Letter
from sync.digest.build import Brief, build
from sync.digest.matter import Matter, Untold
from tests.sync.build import NOW, case, finding, issue

TODAY = NOW.date()
MONDAY = TODAY - timedelta(days=1)
FILE = DestinationTable(file="x.md")


def digest(**fields: object) -> DigestTable:
    made: dict[str, object] = {"name": "pay", "team": "payments", "to": FILE, "readers": "internal", **fields}
    return DigestTable.model_validate(made)


def brief(**fields: object) -> Brief:
    made: dict[str, object] = {
        "digest": digest(),
        "teams": frozenset({"payments"}),
        "calendar": Calendar(),
        "reader": "internal",
        "day": TODAY,
        "since": MONDAY,
        **fields,
    }
    return Brief(**made)  # type: ignore[arg-type]  # of mixed types


def ours(number: int, **fields: object) -> Issue:
    return issue(f"jira:PAY-{number}", team="payments", title=f"Ours {number}", **fields)


def theirs(number: int, **fields: object) -> Issue:
    return issue(f"jira:PLAT-{number}", team="platform", title=f"Theirs {number}", **fields)


def on(number: int, **fields: object) -> Case:
    """A case of PAY-``number`` that waits for PLAT-``number``."""
    ends = (f"jira:PAY-{number}", f"jira:PLAT-{number}")
    inputs = fields.pop("inputs", frozenset({"internal"}))
    found = finding(str(fields.pop("rule", "overdue")), ends=ends, inputs=inputs, level=fields.pop("level", 1))  # type: ignore[arg-type]  # of mixed types
    return case(str(fields.pop("id", f"c{number:04}")), finding=found, **fields)


def matter(
    *cases: Case,
    issues: tuple[Issue, ...] = (),
    dependencies: tuple[Dependency, ...] = (),
    held: dict[str, str] | None = None,
    mutes: tuple[Mute, ...] = (),
    rules: dict[str, RuleSettings] | None = None,
) -> Matter:
    """``held``: why, by case id, at the consumer's end."""
    numbers = sorted({int(uid.rpartition("-")[2]) for one in cases for uid in one.subject.members})
    plain = [end for number in numbers for end in (ours(number), theirs(number))]
    known = {one.uid: one for one in (*plain, *issues)}
    by_id = {one.id: one for one in cases}
    return Matter(
        snapshot=Snapshot(now=NOW, issues=known, dependencies=dependencies),
        cases=by_id,
        rules=rules or {name: RuleSettings() for name in ("overdue", "slipped", "undated")},
        untold=[Untold(uid=by_id[id_].finding.consumer, case=id_, why=why) for id_, why in (held or {}).items()],
        mutes={(mute.uid, mute.case): mute for mute in mutes},
        read=TODAY,
    )


def happened(kind: str, one: Case, at: datetime = NOW) -> tuple[datetime, CaseEvent]:
    return at, CaseEvent(case=one, kind=kind)  # type: ignore[arg-type]  # one of the kinds


def requested(number: int, since: datetime, **fields: object) -> Dependency:
    fields.setdefault("inputs", frozenset({"internal"}))
    return Dependency(
        consumer=fields.pop("consumer", ours(number)),  # type: ignore[arg-type]  # of mixed types
        provider=fields.pop("provider", theirs(number)),  # type: ignore[arg-type]  # of mixed types
        evidence=(Evidence(strength="declared", kind="link", at=f"jira:PAY-{number}", phrase="is blocked by"),),
        state="requested",
        reach="cross_team",
        since=since,
        **fields,  # type: ignore[arg-type]  # of mixed types
    )


def written(made: Matter, *events: tuple[datetime, CaseEvent], **fields: object) -> Letter:
    return build(brief(**fields), made, list(events))


def letter(document: Document | None = None, **fields: object) -> Letter:
    made: dict[str, object] = {
        "name": "pay",
        "day": date(2026, 3, 3),
        "whom": "payments",
        "title": "payments, Tue 3 Mar 2026: 2 not said on the tickets",
        "counts": Counts(untold=2),
        "document": document or PAGE,
        **fields,
    }
    return Letter(**made)  # type: ignore[arg-type]  # of mixed types


def page(*titles: str) -> Document:
    """A page with each title in each place where words of a ticket may stand."""
    items = [
        Item(
            (IssueLink("jira", "PAY-1", "https://acme.example/browse/PAY-1"), Words(" “"), Quoted(title), Words("”")),
            (
                (Quoted(title), Words(" waits "), Code("k3f9q")),
                (Words("Next: "), Link(title, "https://acme.example/x")),
            ),
        )
        for title in titles
    ]
    return Document(
        (Section("Not said on the tickets: 2", items=tuple(items)),), (Words("crosstie, from "), Strong("us"))
    )


PAGE = page("Pay by invoice", "Refunds")
LONG_AGO = datetime(2026, 1, 12, 9, tzinfo=UTC)
