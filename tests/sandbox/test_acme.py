"""The company of the demo, looked at by itself: is it whole, and is it what it says it is?"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.github.site import GitHubSite
from sandbox.jira.site import JiraSite
from sandbox.scenarios import acme
from sandbox.scenarios.acme import reading
from sandbox.world import World
from sync.config import Config, load_config

JIRA = {row["key"]: row for row in reading.jira_issues()}
GITHUB = {row["name"]: row for repository in reading.github_repositories().values() for row in repository["issue"]}
VISIBLE = {key for key in JIRA if key.partition("-")[0] not in ("SEC", "HR")}


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    acme.build(world)
    return world


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("acme")
    path = folder / "crosstie.toml"
    path.write_text(acme.config("http://127.0.0.1:1", "http://127.0.0.1:2", folder / "crosstie.db"), encoding="utf-8")
    secrets = {"JIRA": acme.JIRA_TOKEN, "GITHUB": acme.GITHUB_TOKEN}
    environ = {f"CROSSTIE_TRACKERS__{name}__TOKEN": secret for name, secret in secrets.items()}
    return load_config(path, environ=environ, today=acme.TODAY)


def test_it_has_the_size_of_a_small_company(config: Config) -> None:
    assert len(VISIBLE) >= 60
    assert len(GITHUB) >= 60
    assert len(list(_native_links())) >= 40
    assert len(config.offline_policy.teams) >= 8
    assert {forum.kind for forum in config.offline_policy.forums.values()} == {"scrum_of_scrums", "team_of_teams"}


def test_everything_is_on_the_trackers(world: World) -> None:
    jira, github = _jira(world).state, _github(world).state
    assert {issue.key for issue in jira.issues.values()} == set(JIRA)
    assert {f"{github.full_name(github.home(i))}#{i.number}" for i in github.tables.issues.values()} == set(GITHUB)


def test_every_link_is_seen_from_both_ends(world: World) -> None:
    jira = _jira(world).state
    names = {issue.id: issue.key for issue in jira.issues.values()}
    linked = {(names[link.source], names[link.target]) for link in jira.links.values()}
    linked |= {(there, here) for here, there in linked}
    assert linked.issuperset(pair for pair in _native_links() if pair[0] in JIRA)
    github = _github(world)
    for consumer, provider in (pair for pair in _native_links() if pair[0] in GITHUB):
        waiting, waited_for = github.writer().find(consumer), github.writer().find(provider)
        assert waited_for.id in waiting.blocked_by_ids
        assert waiting.id in waited_for.blocking_ids


def test_everybody_writes_something() -> None:
    for name, row in (JIRA | GITHUB).items():
        assert all(text.strip() for text in reading.texts(row)), name
        assert len(row["title"]) > 5, name


def test_nothing_happens_after_the_demo_begins() -> None:
    for name, row in (JIRA | GITHUB).items():
        moments = [row[field] for field in ("created", "updated", "at", "closed", "merged") if field in row]
        moments += [entry[1] for entry in (*row.get("comments", ()), *row.get("moves", ()))]
        assert all(moment.date() < acme.TODAY for moment in moments), name


def test_a_date_that_moved_has_a_history(world: World) -> None:
    issue = _jira(world).state.issue(acme.FINISHED)
    assert issue is not None
    moved = [item["toString"] for change in issue.changes for item in change["items"] if item["field"] == "duedate"]
    assert [str(day)[:10] for day in moved] == ["2026-02-17", "2026-02-24"]
    assert issue.fields["duedate"] == "2026-02-24"
    assert issue.fields["updated"].startswith("2026-02-27")
    assert world.clock.now().date() == acme.TODAY


def test_what_is_expected_is_there() -> None:
    named = [ref for found in acme.PLANTED.values() for members in found for ref in members if ref != "jira:PLAT"]
    named += [ref for consumer, provider, _ in acme.HEALTHY for ref in (consumer, provider)]
    named += [acme.SHOWN, acme.CLEARED, f"jira:{acme.FINISHED}"]
    for ref in named:
        tracker, _, key = ref.partition(":")
        assert key in {"jira": JIRA, "github": GITHUB}[tracker], ref
    assert len(acme.HEALTHY) >= 30
    assert len({edge[:2] for edge in acme.HEALTHY}) == len(acme.HEALTHY)


def test_no_edge_of_a_rule_is_listed_twice() -> None:
    for rule, found in acme.PLANTED.items():
        assert len(set(found)) == len(found), rule


def test_the_config_loads_without_a_warning(config: Config) -> None:
    assert config.warnings == ()
    assert config.store_url.endswith("/crosstie.db")


def test_the_config_names_people_who_work_there(config: Config) -> None:
    known = {(person.get("jira", ""), person.get("github", "")) for person in reading.read("people")["person"]}
    members = {(m.ids["jira"], m.ids["github"]) for team in config.offline_policy.teams.values() for m in team.members}
    assert members <= known
    assert acme.FINISHER in {person["name"] for person in reading.read("people")["person"]}


def test_building_it_twice_gives_the_same(world: World) -> None:
    again = World()
    acme.build(again)
    assert [i.key for i in _jira(again).state.issues.values()] == [i.key for i in _jira(world).state.issues.values()]
    assert _bodies(again) == _bodies(world)


def test_paths_with_quotes_do_not_break_the_config(tmp_path: Path) -> None:
    folder = tmp_path / 'a "good" place'
    folder.mkdir()
    path = folder / "crosstie.toml"
    path.write_text(acme.config("http://127.0.0.1:1", "http://127.0.0.1:2", folder / "crosstie.db"), encoding="utf-8")
    environ = {"CROSSTIE_TRACKERS__JIRA__TOKEN": "a", "CROSSTIE_TRACKERS__GITHUB__TOKEN": "b"}
    assert load_config(path, environ=environ, today=acme.TODAY).store_url == f"sqlite:///{folder}/crosstie.db"


def _native_links() -> Iterator[tuple[str, str]]:
    """Links that mean waiting whose two ends our account can see."""
    for name, row in JIRA.items():
        others = [*row.get("blocked_by", ()), *(other for to in row.get("links", {}).values() for other in to)]
        yield from ((name, other) for other in others if other in VISIBLE)
    for name, row in GITHUB.items():
        yield from ((name, other) for other in row["blocked_by"])


def _jira(world: World) -> JiraSite:
    site = world.sites["jira"]
    assert isinstance(site, JiraSite)
    return site


def _github(world: World) -> GitHubSite:
    site = world.sites["github"]
    assert isinstance(site, GitHubSite)
    return site


def _bodies(world: World) -> list[str | None]:
    return [issue.body for issue in _github(world).state.tables.issues.values()]
