"""The crowds: the same for the same seed, and shaped as real trackers are."""

import statistics
from collections import Counter
from collections.abc import Sequence

import pytest

from bench.crowd import build
from bench.figures import COMMENTS_MOST, Dice
from bench.terms import Terms, terms_of
from sandbox.github.site import GitHubSite
from sandbox.github.state import State as GitHubState
from sandbox.jira.site import JiraSite
from sandbox.jira.state import State as JiraState
from sandbox.world import World

ISSUES = 800


def crowd(issues: int, seed: int = 1) -> World:
    world = World()
    build(world, issues, seed)
    return world


@pytest.fixture(scope="module")
def world() -> World:
    return crowd(ISSUES)


@pytest.fixture(scope="module")
def jira(world: World) -> JiraState:
    site = world.sites["jira"]
    assert isinstance(site, JiraSite)
    return site.state


@pytest.fixture(scope="module")
def github(world: World) -> GitHubState:
    site = world.sites["github"]
    assert isinstance(site, GitHubSite)
    return site.state


def share(of: Sequence[object]) -> float:
    return sum(map(bool, of)) / len(of)


def test_a_seed_gives_the_same_crowd_and_another_seed_another() -> None:
    first, again, other = crowd(60), crowd(60), crowd(60, seed=2)
    for name in first.sites:
        assert first.sites[name].dump() == again.sites[name].dump()
        assert first.sites[name].dump() != other.sites[name].dump()


def test_comments_have_a_low_median_and_a_long_tail() -> None:
    dice = Dice(1)
    counts = sorted(dice.comments() for _ in range(20_000))
    assert statistics.median(counts) == 2
    assert 7 <= counts[18_000] <= 9
    assert 3.3 <= statistics.mean(counts) <= 3.9
    assert 60 < counts[-1] <= COMMENTS_MOST


def test_most_issues_have_no_link_and_few_have_many(jira: JiraState) -> None:
    links = [len(issue.links) for issue in jira.issues.values()]
    assert 0.62 <= 1 - share(links) <= 0.76
    assert 0.01 <= share([n > 2 for n in links]) <= 0.08
    types = Counter(jira.link_types[link.type].name for link in jira.links.values())
    assert types.most_common(1)[0][0] == "Relates"
    assert {"Depends", "Blocks", "Gantt"} & types.keys()


def test_a_share_of_links_crosses_projects_of_very_unequal_size(jira: JiraState) -> None:
    across = [jira.issues[x.source].project != jira.issues[x.target].project for x in jira.links.values()]
    assert 0.15 <= share(across) <= 0.45
    sizes = Counter(issue.project for issue in jira.issues.values()).most_common()
    assert sizes[0][1] > 2 * sizes[-1][1]


def test_dependencies_form_no_cycle(jira: JiraState, github: GitHubState) -> None:
    """They lead from later issues to earlier ones."""
    for link in jira.links.values():
        name = jira.link_types[link.type].name
        assert link.source > link.target if name == "Depends" else link.source < link.target
    for issue in github.tables.issues.values():
        assert all(blocker < issue.id for blocker in issue.blocked_by_ids)


def test_dates_are_kept_and_missed_as_in_the_wild(jira: JiraState) -> None:
    versions = [(i.fields["fixVersions"], i.fields["resolutiondate"]) for i in jira.issues.values()]
    assert 0.4 <= share([v for v, _ in versions]) <= 0.56
    resolved = [(v[0]["releaseDate"], done) for v, done in versions if v and done]
    assert 0.15 <= share([done[:10] > day for day, done in resolved]) <= 0.3
    assert any(i.fields["duedate"] for i in jira.issues.values())
    assert any(change["items"][0]["field"] == "duedate" for i in jira.issues.values() for change in i.changes)


def test_a_github_has_pulls_that_close_issues_and_issues_in_order(github: GitHubState) -> None:
    issues = list(github.tables.issues.values())
    assert 0.22 <= share([i.pull for i in issues]) <= 0.38
    assert sum(len(i.pull.closes) for i in issues if i.pull) > ISSUES / 20
    assert share([i.parent_id for i in issues]) > 0.02
    assert any(i.blocked_by_ids for i in issues)
    assert any(i.milestone_id for i in issues)
    assert any(event.kind == "cross-referenced" for event in github.tables.events)
    assert all(i.created_at <= i.updated_at for i in issues)


def test_bodies_are_a_kilobyte_or_two_with_a_tail() -> None:
    dice = Dice(1)
    sizes = sorted(dice.body_size() for _ in range(20_000))
    assert 900 <= statistics.median(sizes) <= 1700
    assert sizes[-1] == 32_000


def test_the_formula_knows_its_crowd(world: World) -> None:
    jira, github = (terms_of(site) for site in world.sites.values())
    assert (jira.total, github.total) == (ISSUES, ISSUES)
    assert (len(jira.places), len(github.places), github.idle) == (3, 4, 1)
    assert jira.full() == 4 + 2 * 3 + 8 + len(jira.long)
    assert set(jira.long) <= set(jira.issues)


@pytest.mark.parametrize(
    ("tracker", "long", "full", "unchanged", "changed"),
    [
        ("jira", {}, 4 + 24 + 3, 1 + 1, 1 + 2),
        ("jira", {"1": 21, "2": 121}, 4 + 24 + 3 + 1 + 2, 1 + 1, 1 + 2 + 1 + 2),
        ("github", {}, 3 + 3 + 1, 1 + 2, 1 + 2),
        ("github", {"1": 101, "2": 301}, 3 + 3 + 1 + 1, 1 + 2, 1 + 2 + 1),
    ],
)
def test_the_formula_adds_up(tracker: str, long: dict[str, int], full: int, unchanged: int, changed: int) -> None:
    """250 issues, and on GitHub 50 pull requests, in twelve places; 150 of them change."""
    issues = [str(n) for n in range(250)]
    pulls = [str(n) for n in range(250, 300)] if tracker == "github" else []
    terms = Terms(tracker=tracker, places=["x"] * 12, idle=0, issues=issues, pulls=pulls, long=long)
    assert (terms.full(), terms.changed(()), terms.changed(issues[:150])) == (full, unchanged, changed)
