"""Releases, sprints and components as their project or board lists them: their dates move without touching any issue.

One request for the releases of a project, one for its components, one for each fifty sprints of a board.
https://developer.atlassian.com/cloud/jira/software/rest/api-group-board/
"""

import re
from collections.abc import Iterator, Mapping
from typing import Literal, cast

from connectors.http import Json
from connectors.jira.client import JiraClient
from connectors.jira.search import total_of
from connectors.jira.values import day, id_of, moment, name_of, person, table, text
from model.facts import Component, Release, Sprint

STATES = ("active", "future", "closed")
_KEYS = "id|rapidViewId|state|name|startDate|endDate|completeDate|activatedDate|sequence|goal|synced|autoStartStop"
_PART = re.compile(rf"(?:^|,)({_KEYS})=(.*?)(?=,(?:{_KEYS})=|$)", re.DOTALL)
"""Names and goals may hold commas and brackets: a part ends only where another known one begins."""
_WRITTEN = re.compile(r"[\w.]*Sprint@[0-9a-f]+\[(.*)\]", re.DOTALL)


def releases(client: JiraClient, project: str) -> tuple[Release, ...]:
    """Raises Refused."""
    path = f"project/{project}/versions"
    return tuple(filter(None, map(release, client.checked(path, client.read(path), list))))


def components(client: JiraClient, project: str) -> tuple[Component, ...]:
    """Raises Refused."""
    path = f"project/{project}/components"
    rows = map(table, client.checked(path, client.read(path), list))
    return tuple(Component(id=id_of(r), name=name_of(r), lead=person(r.get("lead"))) for r in rows if name_of(r))


def sprints(client: JiraClient, board: str) -> Iterator[Sprint]:
    """Those of a board that are not over. Raises Refused where there is no such board, or no Jira Software."""
    path, start = f"/rest/agile/1.0/board/{board}/sprint", 0
    while True:
        page = client.get(path, state="active,future", startAt=start, maxResults=50)
        rows = client.rows(path, page, "values")
        yield from filter(None, map(sprint, rows))
        start += len(rows)
        if not rows or page.get("isLast") is not False or start >= total_of(page):
            return


def sprint(value: Json) -> Sprint | None:
    """Of Cloud's table, or of Data Center's text: ``...Sprint@1a2b[id=5,state=ACTIVE,name=...]``."""
    row = _parts(value) if isinstance(value, str) else table(value)
    state = text(row.get("state")).lower()
    if state not in STATES:
        return None
    return Sprint(
        id=id_of(row),
        name=name_of(row),
        state=cast(Literal["active", "future", "closed"], state),
        start=moment(row.get("startDate")),
        end=moment(row.get("endDate")),
    )


def board_of(value: Json) -> str:
    """The id of the board that a sprint belongs to; empty when it does not say."""
    row = _parts(value) if isinstance(value, str) else table(value)
    found = row.get("boardId") or row.get("rapidViewId") or row.get("originBoardId")
    return str(found) if str(found).isdecimal() else ""


def release(value: Json) -> Release | None:
    row = table(value)
    if not row:
        return None
    return Release(
        id=id_of(row),
        name=name_of(row),
        day=day(row.get("releaseDate")),
        released=row.get("released") is True,
    )


def _parts(written: str) -> Mapping[str, Json]:
    inside = _WRITTEN.search(written)
    found = _PART.findall(inside[1]) if inside else ()
    return {name: "" if value == "<null>" else value for name, value in found}
