"""What a tracker says of itself to whoever writes the first config, over real sockets."""

from collections.abc import Iterator

import pytest

from connectors.base import Connector, TrackerSettings
from connectors.github import GithubConnector
from connectors.jira import JiraConnector
from sandbox.github.site import GitHubSite
from sandbox.jira.site import JiraSite
from sandbox.server import Running, serve
from sandbox.world import World


@pytest.fixture
def running() -> Iterator[Running]:
    running = serve(World())
    jira, github = running.world.sites["jira"], running.world.sites["github"]
    assert isinstance(jira, JiraSite)
    assert isinstance(github, GitHubSite)
    write = jira.writer()
    write.person("Devi Rao", "devi-id")
    write.project("PLAT", "Platform", lead="Devi Rao")
    write.project("PAY", "Payments")
    write.project("HR", "People", hidden_from_bot=True)
    write.component("PLAT", "Ledger", lead="Devi Rao")
    write.issue("PLAT-1", "Export", components=["Ledger"], labels=["team/ledger"], team="Bookkeepers")
    github.writer().repository("acme/web", visibility="private")
    github.writer().repository("acme/sdk")
    github.writer().person("mira", acme="MEMBER")
    github.writer().issue("acme/web", "Round the corners", by="mira", labels=["squad:web"])
    yield running
    running.close()


def connector(running: Running, kind: str, *scopes: str, token: str = "") -> Connector:
    make = {"jira": JiraConnector, "github": GithubConnector}[kind]
    user = "bot@acme.example" if kind == "jira" else ""
    settings = TrackerSettings(
        name=kind, kind=kind, url=running.urls[kind], user=user, scopes=scopes, token=token or f"sandbox-{kind}-token"
    )
    return make(settings)


def test_jira_tells_projects_with_their_leads_and_what_their_issues_carry(running: Running) -> None:
    survey = connector(running, "jira", "*").survey(near=True)
    assert [(c.key, c.title, c.lead.id if c.lead else "") for c in survey.choices] == [
        ("PAY", "Payments", ""),
        ("PLAT", "Platform", "devi-id"),
    ]
    (component,) = survey.usage["PLAT"].components
    assert (component.name, component.lead.id if component.lead else "") == ("Ledger", "devi-id")
    (issue,) = survey.usage["PLAT"].issues
    assert (issue.components, issue.labels, issue.team) == (("Ledger",), ("team/ledger",), "Bookkeepers")
    assert "Blocks" in [link_type.name for link_type in survey.link_types]


def test_github_tells_repositories_with_their_labels(running: Running) -> None:
    survey = connector(running, "github", "acme/*").survey(near=True)
    assert [(c.key, c.public) for c in survey.choices] == [("acme/sdk", True), ("acme/web", False)]
    assert survey.usage["acme/web"].labels == ("squad:web",)
    assert survey.missing == ()


def test_an_old_enterprise_server_and_a_data_center_tell_as_much(running: Running) -> None:
    for site, option in (("github", {"no_graphql": True}), ("jira", {"deployment": "Server"})):
        running.world.sites[site].set_options(option)
    github = connector(running, "github", "acme/*").survey(near=True)
    assert [(c.key, c.public) for c in github.choices] == [("acme/sdk", True), ("acme/web", False)]
    assert github.usage["acme/web"].labels == ("squad:web",)
    jira = connector(running, "jira", "P*").survey(near=True)
    assert [choice.key for choice in jira.choices] == ["PAY", "PLAT"]
    assert [issue.components for issue in jira.usage["PLAT"].issues] == [("Ledger",)]
    assert jira.missing == ()


def test_from_afar_only_names_are_asked_for(running: Running) -> None:
    for kind, scopes, most in (("jira", "*", 3), ("github", "acme/*", 3)):
        survey = connector(running, kind, scopes).survey(near=False)
        assert survey.choices
        assert survey.usage == {}
        assert len(running.world.log(kind)) <= most


def test_what_is_not_there_is_missing_and_the_rest_is_told(running: Running) -> None:
    jira = connector(running, "jira", "PAY", "NOPE").survey(near=True)
    assert [choice.key for choice in jira.choices] == ["PAY"]
    assert "project NOPE: no such project" in jira.missing[0]
    github = connector(running, "github", "acme/web", "acme/nope", "nobody/*").survey(near=True)
    assert [choice.key for choice in github.choices] == ["acme/web"]
    assert {line.partition(":")[0] for line in github.missing} == {"repository acme/nope", "repository nobody/*"}


def test_nothing_is_written(running: Running) -> None:
    connector(running, "jira", "*").survey(near=True)
    connector(running, "github", "acme/*").survey(near=True)
    asked = {(entry.method, entry.path) for entry in running.world.log()}
    assert {path for method, path in asked if method != "GET"} <= {"/graphql", "/rest/api/3/search/jql"}
