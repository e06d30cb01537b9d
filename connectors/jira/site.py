"""What a Jira site defines once for all issues, as calls: fields, link types, projects and their sizes."""

from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase

from connectors.base import Gone
from connectors.http import Json
from connectors.jira.catalog import Catalog, parse_catalog
from connectors.jira.client import JiraClient
from connectors.jira.search import total_of
from connectors.jira.values import table

PAGE = 100


def read_catalog(client: JiraClient, before: Catalog | None) -> Catalog:
    """Three requests, and one for each further hundred projects; what was learnt since ``before`` is kept."""
    return parse_catalog(
        client.checked("field", client.read("field"), list),
        client.get("issueLinkType"),
        list(projects(client)),
        before=before,
    )


def projects(client: JiraClient, *, leads: bool = False) -> Iterator[dict[str, Json]]:
    """Every project our account can see, each once; ``leads``: with who leads it."""
    seen = set[str]()
    for rows in _cloud_projects(client, leads) if client.face == "cloud" else _server_projects(client, leads):
        fresh = [row for row in map(table, rows) if row.get("key") and row["key"] not in seen]
        if not fresh:
            return  # also where the same page comes for ever
        seen |= {str(row["key"]) for row in fresh}
        yield from fresh


def _cloud_projects(client: JiraClient, leads: bool) -> Iterator[list[Json]]:
    """With the number of issues of each, where the site tells it (``insight``, which Atlassian calls experimental)."""
    start, expand = 0, "insight,lead" if leads else "insight"
    while True:
        page = client.get("project/search", startAt=start, maxResults=PAGE, orderBy="key", expand=expand)
        rows = client.rows("project/search", page, "values")
        yield rows
        start += len(rows)
        if not rows or page.get("isLast") is True or start >= total_of(page):
            return


def _server_projects(client: JiraClient, leads: bool) -> Iterator[list[Json]]:
    """All on one page; ``expand`` is documented there, its words are Cloud's.

    https://docs.atlassian.com/software/jira/docs/api/REST/latest/#api/2/project-getAllProjects
    """
    rows = client.read("project", expand="lead") if leads else client.read("project")
    yield client.checked("project", rows, list)


def sees_project(client: JiraClient, key: str) -> bool:
    try:
        client.get(f"project/{key}")
    except Gone:
        return False
    return True


def resolve_scopes(wanted: Iterable[str], visible: Sequence[str]) -> tuple[list[str], dict[str, str]]:
    """Project keys to pull, and why the others of ``wanted`` cannot be. Patterns match as file names do."""
    found: list[str] = []
    missing: dict[str, str] = {}
    for key in wanted:
        matches = [v for v in visible if fnmatchcase(v, key.upper())]
        found += matches
        if not matches:
            missing[key] = "no such project, or it is not visible to our account"
    return list(dict.fromkeys(found)), missing
