"""Boards and their sprints, which have dates of their own: moving them touches no issue.

https://developer.atlassian.com/cloud/jira/software/rest/api-group-board/
"""

from collections.abc import Iterator

from sandbox.jira.call import Call, Reply, Route
from sandbox.jira.errors import Refusal
from sandbox.jira.field_table import SPRINT
from sandbox.jira.records import Json
from sandbox.jira.state import State

STATES = frozenset({"active", "future", "closed"})


def sprints(state: State) -> dict[int, Json]:
    """By id: those that were made, and those that only issues tell of."""
    known = dict(state.sprints)
    for row in _embedded(state):
        known.setdefault(int(row["id"]), row)
    return known


def _embedded(state: State) -> Iterator[Json]:
    for issue in state.issues.values():
        rows = issue.fields.get(SPRINT)
        yield from (row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, dict) and row.get("id"))


def change_sprint(state: State, sprint: int, changes: Json) -> None:
    """Wherever it shows, and without touching any issue."""
    for row in (*state.sprints.values(), *_embedded(state)):
        if int(row["id"]) == sprint:
            row.update(changes)
    state.version += 1


def change_version(state: State, version: str, changes: Json) -> None:
    """Wherever it shows, and without touching any issue."""
    listed = (row for project in state.projects.values() for row in project.versions)
    shown = (row for issue in state.issues.values() for row in issue.fields.get("fixVersions") or ())
    for row in (*listed, *shown):
        if row.get("id") == version:
            row.update(changes)
    state.version += 1


def _boards(call: Call) -> list[int]:
    return sorted({int(row.get("boardId") or 1) for row in sprints(call.state).values()})


def boards(call: Call) -> Reply:
    rows = [{"id": n, "self": f"{_base(call)}/board/{n}", "name": f"Board {n}", "type": "scrum"} for n in _boards(call)]
    return Reply(call.page(rows, most=50))


def board_sprints(call: Call) -> Reply:
    board, wanted = call.args["board"], set(call.texts("state"))
    if board not in _boards(call):
        raise Refusal(404, "Board does not exist or you do not have permission to view it.")
    if not wanted <= STATES:
        raise Refusal(400, f"The state must be one of {', '.join(sorted(STATES))}.")
    found = sorted(sprints(call.state).items())
    rows = [_shown(call, n, row) for n, row in found if int(row.get("boardId") or 1) == board]
    return Reply(call.page([row for row in rows if not wanted or row["state"] in wanted], most=50))


def one_sprint(call: Call) -> Reply:
    found = sprints(call.state).get(call.args["sprint"])
    if found is None:
        raise Refusal(404, "Sprint does not exist or you do not have permission to view it.")
    return Reply(_shown(call, call.args["sprint"], found))


def _shown(call: Call, number: int, row: Json) -> Json:
    """The board is called otherwise here than in an issue's field, and what is empty is left out."""
    rest = {name: value for name, value in row.items() if name not in ("id", "boardId") and value not in (None, "")}
    board = int(row.get("boardId") or 1)
    return {"id": number, "self": f"{_base(call)}/sprint/{number}", **rest, "originBoardId": board}


def _base(call: Call) -> str:
    return f"{call.view.base_url}/rest/agile/1.0"


ROUTES: tuple[Route, ...] = (
    ("GET", "/board", boards),
    ("GET", "/board/<int:board>/sprint", board_sprints),
    ("GET", "/sprint/<int:sprint>", one_sprint),
)
"""Below /rest/agile/1.0."""
