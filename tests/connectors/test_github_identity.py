"""What a server has, found out whether or not it describes itself."""

from collections.abc import Iterator

import pytest
import responses

from connectors.base import Stop, TrackerSettings
from connectors.github.client import Client
from connectors.github.identity import identify, try_fields
from connectors.limits import Clock, Limits
from tests.connectors.contract import issues, walk
from tests.connectors.github_world import GitHub

HOST = "https://github.acme.example:443"
API, GRAPHQL = f"{HOST}/api/v3", f"{HOST}/api/graphql"
VIEWER = {"viewer": {"login": "robot", "databaseId": 5, "url": "https://github.acme.example/robot"}}
HIDDEN = {"errors": [{"message": "GraphQL introspection is not allowed"}]}


@pytest.fixture
def mock() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


@pytest.fixture
def client() -> Client:
    settings = TrackerSettings(
        name="ghes", kind="github", url="https://github.acme.example/api/v3", scopes=(), token="t"
    )
    return Client(settings, "t", limits=Limits(attempts=1), clock=Clock(sleep=lambda _: None))


def unknown(type_name: str, field: str) -> dict[str, object]:
    where = {"code": "undefinedField", "typeName": type_name, "fieldName": field}
    return {"message": f"Field '{field}' doesn't exist on type '{type_name}'", "extensions": where}


def test_a_server_that_hides_its_schema_is_tried(mock: responses.RequestsMock, client: Client) -> None:
    mock.post(GRAPHQL, json=HIDDEN)
    mock.post(GRAPHQL, json={"data": VIEWER})
    mock.post(GRAPHQL, json={"errors": [unknown("Issue", "blockedBy"), unknown("IssueComment", "fullDatabaseId")]})
    # Of a message alone, as an older server words it, the field is taken just the same.
    mock.post(GRAPHQL, json={"errors": [{"message": "Field 'parent' doesn't exist on type 'Issue'"}]})
    mock.post(GRAPHQL, json={"data": {"nodes": []}})
    found = identify(client)
    assert found.account.person.id == "robot"
    assert found.account.site == "https://github.acme.example"
    assert found.schema is not None
    lacking = {
        (of, name)
        for of in ("Issue", "PullRequest", "IssueComment")
        for name in ("blockedBy", "blocking", "parent", "projectItems", "comments", "fullDatabaseId", "timelineItems")
        if not found.schema.has(of, name)
    }
    assert lacking == {("Issue", "blockedBy"), ("Issue", "parent"), ("IssueComment", "fullDatabaseId")}
    assert found.schema.boards == ()


def test_types_that_introspection_leaves_empty_are_tried_too(mock: responses.RequestsMock, client: Client) -> None:
    mock.post(GRAPHQL, json={"data": {**VIEWER, "Issue": None, "PullRequest": None, "IssueComment": None}})
    mock.post(GRAPHQL, json={"data": {"nodes": []}})
    found = identify(client).schema
    assert found is not None
    assert found.has("Issue", "blockedBy")


def test_a_server_that_finds_fault_with_everything_is_asked_by_rest(
    mock: responses.RequestsMock, client: Client
) -> None:
    mock.post(GRAPHQL, json={"data": VIEWER})
    mock.post(GRAPHQL, json={"errors": [{"message": "No."}]})
    assert identify(client).schema is None


def test_without_graphql_rest_says_who_we_are(mock: responses.RequestsMock, client: Client) -> None:
    mock.post(GRAPHQL, status=404, json={})
    mock.get(f"{API}/user", json={"login": "robot", "html_url": "https://github.acme.example/robot"})
    found = identify(client)
    assert (found.account.person.id, found.schema) == ("robot", None)
    assert client.gate.traffic.requests == 2


def test_a_wrong_url_stops_with_the_right_one(mock: responses.RequestsMock, client: Client) -> None:
    mock.post(GRAPHQL, status=404, json={})
    mock.get(f"{API}/user", status=404, json={})
    with pytest.raises(Stop, match="https://HOST/api/v3"):
        identify(client)


@pytest.mark.parametrize("older", [False, True])
def test_trying_finds_what_introspection_shows(older: bool) -> None:
    world = GitHub.start()
    world.site.set_options({"hide_new_fields": older})
    shown = identify(world.connector("acme/web")._reader).schema
    tried = try_fields(world.connector("acme/web")._reader)
    world.running.close()
    assert shown is not None
    assert tried is not None
    names = (
        "blockedBy",
        "blocking",
        "parent",
        "issueType",
        "fullDatabaseId",
        "projectItems",
        "timelineItems",
        "labels",
    )
    assert [tried.has("Issue", name) for name in names] == [shown.has("Issue", name) for name in names]
    assert shown.has("Issue", "blockedBy") is not older


def test_a_whole_pull_without_introspection() -> None:
    world = GitHub.start()
    shown = issues(walk(world.connector("acme/web", "acme/api")))
    world.site.set_options({"no_introspection": True})
    hidden = issues(walk(world.connector("acme/web", "acme/api")))
    world.running.close()
    assert hidden == shown
