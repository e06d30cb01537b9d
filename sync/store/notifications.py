"""Who was notified of what: kept together with the write that told it."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Connection, insert, select

from sync.base import Notification
from sync.store.base import Database
from sync.store.tables import notifications


class NotificationStore(Database):
    def notifications(self, since: date | None = None) -> list[Notification]:
        """Every step that was ever told, or from a working day on, oldest first."""
        query = select(notifications).order_by(notifications.c.seq)
        if since is not None:
            query = query.where(notifications.c.day >= since)
        with self.reading() as conn:
            return [
                Notification(
                    at=row.at, team=row.team, day=row.day, uid=row.uid, case=row.case_id, level=row.level, how=row.how
                )
                for row in conn.execute(query)
            ]


def put_notifications(conn: Connection, run: str, told: Iterable[Notification]) -> None:
    rows = [
        {
            "at": step.at,
            "run": run,
            "team": step.team,
            "day": step.day,
            "uid": step.uid,
            "case_id": step.case,
            "level": step.level,
            "how": step.how,
        }
        for step in told
    ]
    if rows:
        conn.execute(insert(notifications), rows)


def levels_of(told: Sequence[Notification]) -> dict[str, int]:
    """By case: the highest level among them."""
    return {step.case: max(s.level for s in told if s.case == step.case) for step in told}
