"""What the overlap of a delta brings once more, told by id and ``updated``: known already, so it is left alone."""

from collections.abc import Iterable, Mapping

from connectors.http import Json
from connectors.jira.jql import OVERLAP
from connectors.jira.values import id_of, moment, table
from connectors.jira.walked import milliseconds
from model.facts import IssueFact

MOST = 500
"""Issues of a project that are remembered; after a mass edit, the rest is read once more."""
Known = Mapping[str, Mapping[str, int]]
"""Project -> id -> ``updated``, epoch milliseconds."""


class Recent:
    """Issues read in full that lie near their project's newest change: of the last walk, and of this one."""

    def __init__(self, known: Known) -> None:
        self._known = {native_id: at for ids in known.values() for native_id, at in ids.items()}
        self._seen = {project: dict(ids) for project, ids in known.items()}

    def fresh(self, rows: Iterable[Json]) -> list[Json]:
        """Rows that are not exactly what was read lately."""
        return [row for row in rows if not self._is_known(row)]

    def _is_known(self, row: Json) -> bool:
        at = self._known.get(id_of(table(row)))
        updated = moment(table(table(row).get("fields")).get("updated")) if at is not None else None
        return updated is not None and milliseconds(updated) == at

    def saw(self, fact: IssueFact) -> None:
        ids = self._seen.setdefault(fact.ref.scope, {})
        if fact.updated is None or fact.partial:
            ids.pop(fact.native_id, None)
            return
        ids[fact.native_id] = milliseconds(fact.updated)
        if len(ids) > 4 * MOST:
            self._seen[fact.ref.scope] = _newest(ids)

    def kept(self) -> dict[str, dict[str, int]]:
        """What the next overlap can bring."""
        return {project: _newest(ids) for project, ids in sorted(self._seen.items()) if ids}


def _newest(ids: Mapping[str, int]) -> dict[str, int]:
    least = max(ids.values(), default=0) - int(OVERLAP.total_seconds() * 1000)
    near = sorted(((at, native_id) for native_id, at in ids.items() if at >= least), reverse=True)[:MOST]
    return {native_id: at for at, native_id in sorted(near, key=lambda item: item[1])}
