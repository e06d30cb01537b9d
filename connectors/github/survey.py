"""What a GitHub has to choose from: the repositories of the owners named, and their labels.

Where there is GraphQL, one request for each hundred repositories of an owner, and one for each ``TOGETHER`` of
the chosen ones; elsewhere one for each.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.base import Refused, TrackerSettings
from connectors.github import scopes
from connectors.github.catalog import Catalog
from connectors.github.client import Client
from connectors.github.inspect_repositories import look_at
from connectors.github.queries import Query
from connectors.survey import Choice, Survey, Usage

TOGETHER = 25
LABELS = "labels(first: 100) { nodes { name } }"


def survey(client: Client, settings: TrackerSettings, *, graphql: bool, near: bool) -> Survey:
    """Of the repositories in the settings. What is refused is missing, and the rest is told."""
    listing = scopes.by_graphql(client) if graphql else scopes.by_rest(client)
    chosen = scopes.choose(settings.name, settings.scopes, Catalog(), listing, refresh=True)
    shown = list(look_at(client, chosen.names, graphql=graphql))
    missing = [f"repository {scope.key}: {scope.missing}" for scope in chosen.scopes if scope.missing]
    missing += [
        f"repository {s.asked}: {s.why or 'not there, or not visible to our account'}" for s in shown if not s.name
    ]
    choices = tuple(Choice(key=s.name, public=not s.private, archived=s.archived) for s in shown if s.name)
    if not near:
        return Survey(choices=choices, missing=tuple(missing))
    usage, refused = _usages(client, [choice.key for choice in choices], graphql)
    return Survey(choices=choices, usage=usage, missing=(*missing, *refused))


def _usages(client: Client, names: Sequence[str], graphql: bool) -> tuple[dict[str, Usage], list[str]]:
    usage: dict[str, Usage] = {}
    missing = []
    read = _by_graphql if graphql else _by_rest
    for start in range(0, len(names), TOGETHER):
        batch = names[start : start + TOGETHER]
        try:
            usage |= {name: Usage(labels=labels) for name, labels in read(client, batch).items()}
        except Refused as error:
            missing.append(f"labels of {', '.join(batch)}: {error}")
    return usage, missing


def _by_graphql(client: Client, names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    query = Query()
    for index, full_name in enumerate(names):
        owner, _, name = full_name.partition("/")
        whose = query.value(f"o{index}", "String!", owner)
        called = query.value(f"n{index}", "String!", name)
        query.parts.append(f"r{index}: repository(owner: {whose}, name: {called}) {{ {LABELS} }}")
    rows = client.graphql(query.text(), query.values).data
    found = ((name, rows.get(f"r{index}")) for index, name in enumerate(names))
    return {name: _names((row.get("labels") or {}).get("nodes")) for name, row in found if row}


def _by_rest(client: Client, names: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    return {name: _names(next(client.rows(f"/repos/{name}/labels"), [])) for name in names}


def _names(rows: Any) -> tuple[str, ...]:
    return tuple(str(row["name"]) for row in rows or () if row and row.get("name"))
