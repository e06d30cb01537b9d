"""What the overlap of a delta brings once more, told by id and ``updated``: known already, so it is left alone."""

from collections.abc import Iterable, Mapping

from connectors.http import Json
from connectors.jira.jql import OVERLAP
from connectors.jira.values import id_of, moment, table
from connectors.jira.walked import milliseconds
from model.facts import IssueFact

MOST = 1000
"""As many are remembered; after a mass edit, the rest is read once more."""


class Recent:
    """Issues read in full near the end of the last walk, and those of this one."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = dict(known)
        self._seen: dict[str, int] = {native_id: int(at) for native_id, at in known.items()}

    def fresh(self, rows: Iterable[Json]) -> list[Json]:
        """Rows that are not exactly what was read lately."""
        return [row for row in rows if not self._is_known(row)]

    def _is_known(self, row: Json) -> bool:
        at = self._known.get(id_of(table(row)))
        if at is None:
            return False
        updated = moment(table(table(row).get("fields")).get("updated"))
        return updated is not None and str(milliseconds(updated)) == at

    def saw(self, fact: IssueFact) -> None:
        if fact.updated is None or fact.partial:
            self._seen.pop(fact.native_id, None)
        else:
            self._seen[fact.native_id] = milliseconds(fact.updated)
        if len(self._seen) > 4 * MOST:
            self._seen = dict(self._newest())

    def kept(self) -> dict[str, str]:
        """What the next overlap can bring: changed within it before the newest change."""
        rows = self._newest()
        least = rows[0][1] - int(OVERLAP.total_seconds() * 1000) if rows else 0
        return {native_id: str(at) for native_id, at in sorted(rows) if at >= least}

    def _newest(self) -> list[tuple[str, int]]:
        return sorted(self._seen.items(), key=lambda item: -item[1])[:MOST]
