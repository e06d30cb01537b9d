"""A Jira and a GitHub with as many issues each as one likes, linked and commented on about as real ones are.

Public trackers show 0.36 links and 3.3 comments per issue, and one issue in three with a link
(Montgomery et al., "An Alternative Issue Tracking Dataset of Public Jira Repositories", MSR 2022).
"""

import random
from datetime import UTC, date, datetime, timedelta

from sandbox.github.scenario import Writer as GitHubWriter
from sandbox.github.site import GitHubSite
from sandbox.jira.scenario import Writer as JiraWriter
from sandbox.jira.site import JiraSite
from sandbox.world import World

MORNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = datetime(2025, 1, 6, 9, tzinfo=UTC)
PROJECTS = {"PAY": "Payments", "PLAT": "Platform"}
REPOSITORIES = {"acme/web": 6, "acme/api": 3, "acme/mono": 1}
"""With their shares of all issues."""
PULLS = 0.3
"""Share of pull requests among a repository's issues."""
LINKED = 1 / 3
COMMENTS_MOST = 20
"""On one issue: a Jira search embeds no more, and each further one would cost a request."""


def build(world: World, issues: int) -> None:
    """``issues`` on each tracker, the same ones every time."""
    world.clock.set(MORNING)
    jira, github = world.sites["jira"], world.sites["github"]
    if not (isinstance(jira, JiraSite) and isinstance(github, GitHubSite)):
        raise TypeError("a world has a Jira and a GitHub")
    _fill_jira(jira.writer(), issues, random.Random(issues))
    _fill_github(github.writer(), issues, random.Random(issues))


def _fill_jira(write: JiraWriter, issues: int, dice: random.Random) -> None:
    for key, name in PROJECTS.items():
        write.project(key, name)
    keys: list[str] = []
    for number in range(1, issues + 1):
        key = f"{dice.choice([*PROJECTS])}-{number}"
        at = _moment(number, issues)
        text = f"Depends on: acme/web#{dice.randint(1, issues)}" if dice.random() < 0.05 else "As agreed on Tuesday."
        due = date(2026, 4, 1) + timedelta(days=dice.randint(0, 90)) if dice.random() < 0.3 else None
        status = dice.choice(["To Do", "In Progress", "Done", "Done"])
        write.issue(key, f"Story {number}", text, status=status, reporter="Mira", due=due, created=at)
        if keys and dice.random() < LINKED:
            write.link(dice.choice(["Blocks", "Relates"]), dice.choice(keys), key)
        for _ in range(_comments(dice)):
            write.comment(key, "Devi", "Looked at it; more on Thursday.", at)
        keys.append(key)


def _fill_github(write: GitHubWriter, issues: int, dice: random.Random) -> None:
    for name in REPOSITORIES:
        write.repository(name, visibility="private", at=LONG_AGO)
    write.person("mira", acme="MEMBER")
    names: list[str] = []
    for number in range(1, issues + 1):
        repository = dice.choices([*REPOSITORIES], [*REPOSITORIES.values()])[0]
        at = _moment(number, issues)
        if dice.random() < PULLS:
            name = write.pull(repository, f"Change {number}", by="mira", body="Tidies up.", at=at)
        else:
            text = f"Depends on: PLAT-{dice.randint(1, issues)}" if dice.random() < 0.05 else "As agreed on Tuesday."
            name = write.issue(repository, f"Task {number}", by="mira", body=text, at=at)
            if names and dice.random() < LINKED:
                write.block(name, dice.choice(names), by="mira")
            names.append(name)
        for _ in range(_comments(dice)):
            write.comment(name, "Looked at it; more on Thursday.", by="mira", at=at)


def _moment(number: int, of: int) -> datetime:
    """The issues lie evenly over the time until this morning."""
    return LONG_AGO + (MORNING - timedelta(days=1) - LONG_AGO) * number / of


def _comments(dice: random.Random) -> int:
    return min(COMMENTS_MOST, int(dice.expovariate(1 / 3.3)))
