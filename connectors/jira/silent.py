"""What changes without touching an issue: dates of releases and sprints, leads of components, who is there at all."""

from collections.abc import Iterator, Sequence

from connectors.base import Page, Refused, TryLater
from connectors.crew import read_ahead
from connectors.jira.client import JiraClient
from connectors.jira.plans import components, releases, sprints
from connectors.jira.search import Ask, quoted, search
from connectors.jira.values import table
from model.facts import Component, Release, Sprint

Listed = tuple[Release, ...] | tuple[Component, ...] | tuple[Sprint, ...]
Job = tuple[str, str]
"""(``releases``, ``components`` or ``sprints``; project or board)."""


def plans(clients: Sequence[JiraClient], projects: Sequence[str], boards: Sequence[str]) -> tuple[Page, bool]:
    """All plans on one page, and whether boards could be asked. What is refused keeps what was known of it."""
    jobs = [(kind, key) for key in projects for kind in ("releases", "components")]
    jobs += [("sprints", board) for board in boards]
    found: dict[Job, Listed] = {}
    refused = set[str]()
    for step in read_ahead(clients, jobs, _listed):
        if isinstance(step.error, Refused):
            refused.add(step.job[0])
        elif step.error is not None:
            raise step.error
        elif step.item is not None:
            found[step.job] = step.item
    page = Page(
        releases={key: rows for (kind, key), rows in found.items() if kind == "releases"},  # type: ignore[misc]  # by kind
        components={key: rows for (kind, key), rows in found.items() if kind == "components"},  # type: ignore[misc]  # by kind
        sprints=tuple(sprint for (kind, _), rows in found.items() if kind == "sprints" for sprint in rows),  # type: ignore[misc]  # by kind
    )
    return page, "sprints" not in refused


def _listed(client: JiraClient, job: Job) -> Iterator[Listed]:
    kind, key = job
    if kind == "releases":
        yield releases(client, key)
    elif kind == "components":
        yield components(client, key)
    else:
        yield tuple(sprints(client, key))


def census(client: JiraClient, projects: Sequence[str]) -> Page:
    """Who is there. One request for 5,000 issues on Cloud, for 1,000 on Data Center.

    Raises TryLater for a row that does not say which issue it is: a count with holes is no count.
    """
    found: dict[str, set[str]] = {key: set() for key in projects}
    ask = Ask(where=f"project in ({quoted(projects)})", projects=tuple(projects), fields=["key"])
    for rows in search(client, ask):
        for row in map(table, rows):
            if not row.get("key") or not row.get("id"):
                raise TryLater(client.tracker, "a list of issues came with rows that name none")
            found.setdefault(str(row["key"]).rpartition("-")[0], set()).add(str(row["id"]))
    return Page(census={key: frozenset(found[key]) for key in projects})
