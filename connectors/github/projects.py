"""Project boards: which dates they give, asked of their owners.

The names of date and iteration fields are looked up once per owner and refresh, ten owners to a
request. With them each page of issues brings the values for a point (``queries.on_boards``). A
classic token needs the scope ``read:project`` for it, a fine-grained one and an app "Projects: read"
of the organization; without, or on a server without projects, there are no dates of boards.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from connectors.base import Refused
from connectors.github.catalog import Boards
from connectors.github.client import Client, Reply
from connectors.github.queries import Query

Node = Mapping[str, Any]

TOGETHER = 10
MOST = 10
"""Names that are asked for on each board."""
DATED = frozenset({"DATE", "ITERATION"})
_FIELDS = "fields(first: 50) { nodes { ... on ProjectV2FieldCommon { name dataType } } }"
_BOARDS = (
    "... on ProjectV2Owner { projectsV2(first: 100, orderBy: {field: UPDATED_AT, direction: DESC}) "
    f"{{ nodes {{ closed {_FIELDS} }} }} }}"
)


def look_up(client: Client, owners: Sequence[str]) -> dict[str, Boards]:
    """By owner: the date and iteration fields of open boards, or why there are none to be read. Raises TryLater."""
    found: dict[str, Boards] = {}
    for start in range(0, len(owners), TOGETHER):
        batch = owners[start : start + TOGETHER]
        query = Query()
        for index, owner in enumerate(batch):
            login = query.value(f"o{index}", "String!", owner)
            query.parts.append(f"o{index}: repositoryOwner(login: {login}) {{ {_BOARDS} }}")
        try:
            reply = client.graphql(query.text(), query.values)
        except Refused as error:
            found |= dict.fromkeys(batch, Boards(why=str(error)))
            continue
        found |= {owner: _boards(reply, f"o{index}") for index, owner in enumerate(batch)}
    return found


def _boards(reply: Reply, alias: str) -> Boards:
    shown = (reply.data.get(alias) or {}).get("projectsV2")
    if shown is None:
        said = dict.fromkeys(str(problem) for problem in reply.problems if problem.path[:1] == (alias,))
        return Boards(why="; ".join(said) or "not visible to our account")
    names: Counter[str] = Counter()
    for board in shown.get("nodes") or ():
        if board and not board.get("closed"):
            names.update(set(_dated((board.get("fields") or {}).get("nodes") or ())))
    return Boards(fields=tuple(name for name, _ in names.most_common()))


def _dated(fields: Iterable[Node | None]) -> Iterator[str]:
    return (str(field["name"]) for field in fields if field and field.get("dataType") in DATED)


def names_of(boards: Iterable[Boards]) -> tuple[str, ...]:
    """The names to ask for: those that most owners have, then those on most boards of theirs. In a steady order."""
    ranked: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    for owner in boards:
        for place, name in enumerate(owner.fields):
            spelled.setdefault(name.casefold(), name)  # GitHub tells fields apart in any case
            ranked[name.casefold()] += 1000 - min(place, 900)
    return tuple(sorted(spelled[name] for name, _ in ranked.most_common(MOST)))
