"""What changes without touching an issue: dates of releases and sprints, leads of components, who is there at all."""

from collections.abc import Iterator, Sequence

from connectors.base import Page, Refused, TryLater
from connectors.crew import read_ahead
from connectors.jira.client import JiraClient
from connectors.jira.plans import components, releases, sprints
from connectors.jira.ranges import Piece, read
from connectors.jira.search import place_of
from connectors.jira.values import id_of, table
from model.facts import Component, Release, Sprint

Job = tuple[str, str]
"""(``releases``, ``components`` or ``sprints``; project or board)."""


def plans(clients: Sequence[JiraClient], projects: Sequence[str], boards: Sequence[str]) -> tuple[Page, frozenset[str]]:
    """All plans on one page, and the boards that were refused. What could not be read keeps what was known of it.

    One request for each list. Raises TryLater when none of them can be read.
    """
    jobs = [(kind, key) for key in projects for kind in ("releases", "components")]
    jobs += [("sprints", board) for board in boards]
    found_releases: dict[str, tuple[Release, ...]] = {}
    found_components: dict[str, tuple[Component, ...]] = {}
    found_sprints: list[Sprint] = []
    refused, lost = set[str](), list[Exception]()
    for step in read_ahead(clients, jobs, _listed):
        if step.item is not None:
            found_releases |= step.item.releases or {}
            found_components |= step.item.components or {}
            found_sprints += step.item.sprints
        elif isinstance(step.error, Refused):
            refused |= {step.job[1]} if step.job[0] == "sprints" else set()
        elif isinstance(step.error, TryLater):
            lost.append(step.error)
        elif step.error is not None:
            raise step.error
    if lost and len(lost) == len(jobs):
        raise lost[0]
    page = Page(releases=found_releases, components=found_components, sprints=tuple(found_sprints))
    return page, frozenset(refused)


def _listed(client: JiraClient, job: Job) -> Iterator[Page]:
    kind, key = job
    if kind == "releases":
        yield Page(releases={key: releases(client, key)})
    elif kind == "components":
        yield Page(components={key: components(client, key)})
    else:
        yield Page(sprints=tuple(sprints(client, key)))


def census(client: JiraClient, projects: Sequence[str]) -> Page:
    """Who is there. One request for 5,000 issues on Cloud, for 1,000 on Data Center.

    A row that does not say which issue it is makes the census void: a count with holes is no count.
    """
    found: dict[str, set[str]] = {key: set() for key in projects}
    for part in read(client, Piece(projects=tuple(projects)), ["key"]):
        for row in map(table, part.rows):
            (project, number), native_id = place_of(row), id_of(row)
            if not number or not native_id:
                return Page()
            found.setdefault(project, set()).add(native_id)
    return Page(census={key: frozenset(found[key]) for key in projects})
