"""What a Jira has to choose from: its projects, and what issues of the chosen ones carry.

One request for each hundred projects; then two for each chosen one, up to ``MOST``: its components, and a
page of the issues that changed lately.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from connectors.base import ConnectorError, TrackerSettings
from connectors.http import Json
from connectors.jira.catalog import Catalog
from connectors.jira.client import JiraClient
from connectors.jira.parse import Malformed, parse_issue
from connectors.jira.plans import components
from connectors.jira.search import Ask, search
from connectors.jira.site import projects, resolve_scopes
from connectors.jira.values import name_of, person, table
from connectors.survey import Choice, Survey, Usage
from model.facts import IssueFact

MOST = 50
"""Chosen projects that are looked at from near; the first by key."""
LATELY = "updated >= -26w"


def survey(client: JiraClient, catalog: Callable[[], Catalog], settings: TrackerSettings, *, near: bool) -> Survey:
    """Of the projects in the settings. What is refused is missing, and the rest is told."""
    rows = {str(row["key"]): row for row in projects(client, leads=True)}
    found, unmatched = resolve_scopes(settings.scopes, sorted(rows))
    missing = tuple(f"project {key}: {why}" for key, why in unmatched.items())
    choices = tuple(_choice(key, rows[key]) for key in found)
    if not near:
        return Survey(choices=choices, missing=missing)
    known = catalog()
    usage, refused = _usages(client, known, found)
    types = known.types(settings.name)
    return Survey(choices=choices, usage=usage, link_types=types, missing=(*missing, *refused))


def _choice(key: str, row: Mapping[str, Json]) -> Choice:
    count = table(row.get("insight")).get("totalIssueCount")
    return Choice(
        key=key,
        title=name_of(row),
        lead=person(row.get("lead")),
        archived=row.get("archived") is True,
        issues=count if isinstance(count, int) else None,
    )


def _usages(client: JiraClient, catalog: Catalog, found: Sequence[str]) -> tuple[dict[str, Usage], list[str]]:
    usage: dict[str, Usage] = {}
    missing = []
    if len(found) > MOST:
        missing.append(f"components and labels of {len(found) - MOST} projects: only {MOST} were looked at")
    for key in found[:MOST]:
        try:
            usage[key] = _usage(client, catalog, key)
        except ConnectorError as error:
            missing.append(f"project {key}: {error}")
    return usage, missing


def _usage(client: JiraClient, catalog: Catalog, key: str) -> Usage:
    fields = ["labels", "components", "assignee", *catalog.custom.get("team", ())]
    rows = next(search(client, Ask(where=f'project = "{key}" AND {LATELY}', fields=fields)), [])
    return Usage(components=components(client, key), issues=tuple(_facts(rows, catalog)))


def _facts(rows: Iterable[Json], catalog: Catalog) -> Iterator[IssueFact]:
    for row in rows:
        try:
            yield parse_issue(row, catalog=catalog, account="", site="", tracker="")
        except Malformed:
            continue  # a row without its key says nothing of its project
