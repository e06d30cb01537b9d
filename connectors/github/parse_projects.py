"""What project boards say of an issue, out of its GraphQL node. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from model.facts import ProjectDate

Node = Mapping[str, Any]


def parse_dates(node: Node, names: Sequence[str]) -> Iterator[ProjectDate]:
    """What open boards say of an issue; ``names`` as they were asked for."""
    for item in (node.get("projectItems") or {}).get("nodes") or ():
        board = (item or {}).get("project")
        if not board or board.get("closed") or item.get("isArchived"):
            continue
        for index, name in enumerate(names):
            value = item.get(f"a{index}")
            if value and (found := _date(str(board.get("title") or ""), name, value)):
                yield found


def _date(board: str, name: str, value: Node) -> ProjectDate | None:
    """An iteration lasts ``duration`` days, the first being ``startDate``."""
    try:
        if "startDate" not in value:
            return ProjectDate(project=board, field=name, day=date.fromisoformat(value["date"]))
        start = date.fromisoformat(value["startDate"])
        end = start + timedelta(days=max(1, int(value["duration"])) - 1)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None
    return ProjectDate(project=board, field=name, day=end, start=start, iteration=str(value.get("title") or ""))
