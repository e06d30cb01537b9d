"""What the store's tests share: short ways to say issues, links and pages."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select

from connectors.base import Page
from model.document import Document, Section, Words
from model.facts import IssueFact, Link, Pointer
from rules.base import Finding, Subject
from sync.base import Case, CaseEvent, EventKind, Notification, Write
from sync.store import Store
from sync.store.tables import history

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def later(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def issue(number: int, key: str = "", *, links: tuple[Link, ...] = (), title: str = "", partial: str = "") -> IssueFact:
    """Jira's issue with this numeric id; its key follows from the number unless one is given."""
    return IssueFact(
        tracker="jira",
        native_id=str(10_000 + number),
        key=key or f"PAY-{number}",
        title=title,
        updated=NOON,
        links=links,
        partial=partial,
    )


def blocks(number: int, type_id: str = "1") -> Link:
    return _link(number, type_id, forward=True)


def blocked_by(number: int, type_id: str = "1") -> Link:
    return _link(number, type_id, forward=False)


def _link(number: int, type_id: str, *, forward: bool) -> Link:
    return Link(
        native_id="7",
        type_id=type_id,
        type_name="Blocks",
        phrase="blocks" if forward else "is blocked by",
        forward=forward,
        other=Pointer(tracker="jira", key=f"PAY-{number}", native_id=str(10_000 + number)),
    )


def page(*issues: IssueFact) -> Page:
    return Page(issues=issues)


def copied(template: Path, folder: Path) -> Store:
    """A store of its own, on a copy of an empty one that is migrated already."""
    path = folder / "copy.db"
    shutil.copyfile(template, path)
    return Store.open(f"sqlite:///{path}")


def history_rows(store: Store) -> int:
    with store.reading() as conn:
        return conn.execute(select(func.count()).select_from(history)).scalar_one()


def case(case_id: str = "k3f9q", *, level: int = 1, notified: int = 0) -> Case:
    subject = Subject("edge", ("jira:PAY-1", "github:acme/web#2"))
    finding = Finding(
        rule="overdue",
        subject=subject,
        level=level,
        message=(Words("Needed by then."),),
        inputs=frozenset({"internal", "jira:PAY", "github:acme/web"}),
        about=(("needed", "2026-03-01"),),
    )
    return Case(
        id=case_id,
        rule="overdue",
        subject=subject,
        state="open",
        level=level,
        notified=notified,
        opened=NOON,
        changed=NOON,
        finding=finding,
    )


def event(of: Case, kind: EventKind = "opened") -> CaseEvent:
    return CaseEvent(case=of, kind=kind, why="The day has passed.")


def write(uid: str = "jira:PAY-1") -> Write:
    return Write(
        uid=uid,
        tracker="jira",
        native_id="10001",
        key="PAY-1",
        kind="note",
        reason="new",
        document=Document((Section("Waiting for", ((Words("One thing."),),)),)),
        cases=("k3f9q",),
    )


def told(level: int = 1, case_id: str = "k3f9q") -> Notification:
    return Notification(
        at=NOON, team="payments", day=NOON.date(), uid="jira:PAY-1", case=case_id, level=level, how="mention"
    )
