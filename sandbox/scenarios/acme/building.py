"""From the data of Acme to people, plans and words on two sandbox trackers."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from sandbox.github.scenario import Writer as GitHubWriter
from sandbox.github.site import GitHubSite
from sandbox.jira.scenario import Writer as JiraWriter
from sandbox.jira.site import JiraSite
from sandbox.scenarios.acme.reading import Row, github_repositories, jira_issues, moment, read, text
from sandbox.world import World

TODAY = date(2026, 3, 3)


def build(world: World) -> None:
    """Set the clock to nine in the morning (UTC) of ``TODAY`` and fill both trackers."""
    world.clock.set(TODAY)
    jira, github = world.sites["jira"], world.sites["github"]
    if not (isinstance(jira, JiraSite) and isinstance(github, GitHubSite)):
        raise TypeError("Acme needs a world with the sandbox's own Jira and GitHub")
    # Acme's Jira shows of a linked issue that it exists, even to those who may not open it.
    jira.set_options({"show_hidden_links": True})
    _write_jira(jira.writer())
    _move_dates(world, jira)
    _write_github(github.writer())


# Jira


def _write_jira(write: JiraWriter) -> None:
    _write_surroundings(write, read("people"))
    rows = jira_issues()
    for row in _parents_first(rows):
        _write_jira_issue(write, row)
    for row in rows:
        _write_jira_links(write, row)


def _write_surroundings(write: JiraWriter, people: Row) -> None:
    for person in (person for person in people["person"] if "jira" in person):
        write.person(person["name"], person["jira"], person.get("zone", "Europe/Berlin"))
    for key, project in people["projects"].items():
        write.project(key, project["name"], hidden_from_bot=project.get("hidden", False))
    for link_type in people["link_type"]:
        write.link_type(**link_type)
    for sprint in people["sprint"]:
        write.sprint(**sprint)
    for version in people["version"]:
        write.version(**version)


def _write_jira_issue(write: JiraWriter, row: Row) -> None:
    own = ("key", "title", "text", "by", "blocked_by", "links", "comments", "moves")
    fields = {name: value for name, value in row.items() if name not in own}
    write.issue(row["key"], row["title"], text(row.get("text")), reporter=row["by"], **fields)
    for author, at, words, *role in row.get("comments", ()):
        visibility = {"type": "role", "value": role[0]} if role else None
        write.comment(row["key"], author, text(words), moment(at), visibility)


def _write_jira_links(write: JiraWriter, row: Row) -> None:
    for provider in row.get("blocked_by", ()):
        write.link("Blocks", provider, row["key"])
    for type_name, others in row.get("links", {}).items():
        for other in others:
            write.link(type_name, row["key"], other)


def _move_dates(world: World, jira: JiraSite) -> None:
    """Due dates that were moved, each on the day somebody did it, so that the issue's history shows it."""
    for row in jira_issues():
        for by, at, day in row.get("moves", ()):
            world.clock.set(moment(at))
            jira.act("edit", {"issue": row["key"], "due": day.isoformat(), "by": by})
        issue = jira.state.issue(row["key"])
        if issue is not None and "updated" in row:
            issue.fields["updated"] = moment(row["updated"]).isoformat()
    world.clock.set(TODAY)


def _parents_first(rows: Iterable[Row]) -> Iterator[Row]:
    waiting, made = list(rows), {""}
    while waiting:
        ready = [row for row in waiting if row.get("parent", "") in made]
        if not ready:
            raise ValueError(f"no parent is there for {', '.join(row['key'] for row in waiting)}")
        yield from ready
        made |= {row["key"] for row in ready}
        waiting = [row for row in waiting if row["key"] not in made]


# GitHub


def _write_github(write: GitHubWriter) -> None:
    repositories = github_repositories()
    for name, repository in repositories.items():
        write.repository(name, visibility=repository["visibility"], at=moment(repository["created"]))
        for milestone in repository.get("milestone", ()):
            _write_milestone(write, name, milestone)
    for person in (person for person in read("people")["person"] if "github" in person):
        write.person(person["github"], name=person["name"], acme=person.get("association", "MEMBER"))
    rows = [row for repository in repositories.values() for row in repository["issue"]]
    for row in sorted(rows, key=lambda row: moment(row["at"])):
        _write_github_issue(write, row)
    for row in rows:
        _write_github_links(write, row)


def _write_milestone(write: GitHubWriter, repository: str, row: Row) -> None:
    """A date is a day picked in the browser; a moment was set by a script, at whatever hour that took."""
    due: date | datetime = row["due"]
    write.milestone(repository, row["title"], due=due.date() if isinstance(due, datetime) else due)
    made = write.state.milestone(write.find_repository(repository), row["title"])
    if made is not None and isinstance(due, datetime):
        made.due_on = moment(due)


def _write_github_issue(write: GitHubWriter, row: Row) -> None:
    own = ("repository", "name", "title", "body", "at", "pull", "blocked_by", "parent", "comments")
    fields: Row = {n: moment(v) if isinstance(v, datetime) else v for n, v in row.items() if n not in own}
    add = write.pull if row.get("pull") else write.issue
    add(row["repository"], row["title"], body=text(row.get("body")) or None, at=moment(row["at"]), **fields)
    for author, at, words in row.get("comments", ()):
        write.comment(row["name"], text(words), by=author, at=moment(at))


def _write_github_links(write: GitHubWriter, row: Row) -> None:
    for provider in row["blocked_by"]:
        write.block(row["name"], provider, by=row["by"], at=moment(row["at"]))
    if row["parent"]:
        write.parent(row["name"], row["parent"], by=row["by"], at=moment(row["at"]))
