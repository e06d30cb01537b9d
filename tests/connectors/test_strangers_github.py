"""GitHubs that differ from the sandbox and are still right, or nearly: the connector reads them all."""

from collections.abc import Iterator
from typing import Any, get_args

import pytest

from connectors.base import Address, Page, Request, TrackerSettings
from connectors.github import GithubConnector
from connectors.limits import Clock, Limits
from model.facts import IssueFact
from tests.connectors.contract import issues, note
from tests.connectors.stranger import Asked, Reply, Stranger, Wire, serving

NONE = {"nodes": [], "pageInfo": {"hasNextPage": False, "endCursor": None}}
WEB = Address(native_id="I_1", key="acme/web#1")
USER = {"login": "crosstie", "id": 3, "type": "User", "html_url": "https://github.com/crosstie"}


@pytest.fixture
def github() -> Iterator[Stranger]:
    with serving(Stranger()) as stranger:
        yield stranger


def speaks_rest(stranger: Stranger, prefix: str = "") -> None:
    """Nothing but REST, and 501 for GraphQL."""
    api = stranger.url + prefix
    rows = [rest_row(1, api), rest_row(2, api)]
    stranger.says(f"GET {prefix}/user", USER)
    stranger.says(f"GET {prefix}/repos/acme/web", {"full_name": "acme/web", "node_id": "R_1", "private": False})
    stranger.says(f"GET {prefix}/repos/acme/web/issues/comments", [])
    stranger.says(f"GET {prefix}/repos/acme/web/issues", rows)


def rest_row(number: int, api: str, **fields: Any) -> dict[str, Any]:
    row = {"number": number, "node_id": f"I_{number}", "id": number, "state": "open", "title": f"Sign in {number}"}
    return row | {"repository_url": f"{api}/repos/acme/web", "updated_at": "2026-11-20T10:00:00Z"} | fields


def node(number: int, **fields: Any) -> dict[str, Any]:
    row: dict[str, Any] = {"id": f"I_{number}", "number": number, "state": "OPEN", "title": "Sign in"}
    return row | {"repository": {"nameWithOwner": "acme/web"}, "updatedAt": "2026-11-20T10:00:00Z"} | fields


def speaks_graphql(
    stranger: Stranger, *rows: dict[str, Any], path: str = "/graphql", login: str = "crosstie", **probes: Any
) -> None:
    def answer(asked: Asked) -> Reply:
        if "viewer {" in asked.body["query"]:
            viewer = {"login": login, "databaseId": 3, "url": "https://github.com/crosstie"}
            return Reply({"data": {"viewer": viewer, **probes}})
        found = {"nodes": list(rows), "pageInfo": NONE["pageInfo"]}
        repository = {"id": "R_1", "nameWithOwner": "acme/web", "isPrivate": False, "issues": found}
        return Reply({"data": {"r0": repository | {"pullRequests": NONE}}, "extensions": {"unheard": 1}})

    stranger.routes[f"POST {path}"] = answer


def connector(stranger: Stranger, path: str = "") -> GithubConnector:
    settings = TrackerSettings(
        name="github", kind="github", url=stranger.url + path, scopes=("acme/web",), token="t0ken"
    )
    return GithubConnector(settings, limits=Limits(attempts=2), clock=Clock(sleep=lambda _: None))


def pull(stranger: Stranger, path: str = "") -> list[Page]:
    pages = list(connector(stranger, path).pull(Request()))
    assert not [scope for page in pages for scope in page.scopes if scope.missing]
    return pages


def read(stranger: Stranger, **fields: Any) -> IssueFact:
    speaks_graphql(stranger, node(1, **fields))
    return issues(pull(stranger))["I_1"]


@pytest.mark.parametrize("wire", get_args(Wire))
def test_whatever_way_the_bytes_come(wire: Wire) -> None:
    with serving(Stranger(wire=wire)) as stranger:
        speaks_graphql(stranger, node(1))
        assert list(issues(pull(stranger))) == ["I_1"]


@pytest.mark.parametrize("status", [400, 403, 404, 405, 406, 501])
def test_where_there_is_no_graphql_rest_does_it_all(github: Stranger, status: int) -> None:
    speaks_rest(github)
    github.says("POST /graphql", {"message": "no"}, status)
    assert list(issues(pull(github))) == ["I_1", "I_2"]
    assert github.paths().count("POST /graphql") == 1


@pytest.mark.parametrize(("path", "graphql"), [("", "/graphql"), ("/api/v3", "/api/graphql"), ("/hub", "/hub/graphql")])
@pytest.mark.parametrize("slash", ["", "/"])
def test_the_url_may_have_a_path(github: Stranger, path: str, graphql: str, slash: str) -> None:
    speaks_graphql(github, node(1), path=graphql)
    assert issues(pull(github, path + slash))
    github.routes.clear()
    speaks_rest(github, path)
    assert issues(pull(github, path + slash))


@pytest.mark.parametrize(
    "link", ["?page=2", "/api/v3/repos/acme/web/issues?page=2", "{url}/api/v3/repositories/1?page=2"]
)
def test_links_to_the_next_page(github: Stranger, link: str) -> None:
    speaks_rest(github, "/api/v3")
    api = github.url + "/api/v3"

    def listing(asked: Asked) -> Reply:
        if asked.query.get("page") == "2":
            return Reply([rest_row(3, api)])
        following = link.replace("{url}", github.url)
        return Reply([rest_row(1, api), rest_row(2, api)], 200, {"Link": f'<{following}>; rel="next"'})

    github.routes["GET /api/v3/repos/acme/web/issues"] = github.routes["GET /api/v3/repositories/1"] = listing
    assert list(issues(pull(github, "/api/v3"))) == ["I_1", "I_2", "I_3"]


def test_a_list_that_goes_round_in_a_circle_ends_as_incomplete(github: Stranger) -> None:
    speaks_rest(github)
    github.says("GET /repos/acme/web/issues", [], Link='<?page=2>; rel="next"')
    with pytest.raises(Exception, match="circle"):
        pull(github)


@pytest.mark.parametrize("probe", [None, {"fields": None}, {"fields": [{"name": "id"}]}])
def test_whatever_introspection_shows(github: Stranger, probe: Any) -> None:
    """Hidden: all fields are asked for. Shown without a field: that one is not."""
    speaks_graphql(github, node(1), Issue=probe, PullRequest=probe, IssueComment=probe)
    assert issues(pull(github))
    assert ("blockedBy" in github.asked[-1].body["query"]) is (not (probe or {}).get("fields"))


def test_an_app_is_its_bot(github: Stranger) -> None:
    speaks_graphql(github, login="crosstie[bot]")
    person = connector(github).account().person
    assert (person.id, person.bot) == ("crosstie[bot]", True)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        dict.fromkeys(("author", "body", "milestone", "assignees", "labels", "comments", "blockedBy", "parent")),
        {"assignees": NONE, "milestone": {"number": 1, "title": None, "dueOn": None}, "unheard": {"of": [1]}},
        {"comments": {"nodes": [{"id": "C_1", "author": None, "body": None}, None], "totalCount": 2}},
    ],
)
def test_what_may_be_absent_or_null(github: Stranger, fields: dict[str, Any]) -> None:
    fact = read(github, **fields)
    assert (fact.key, fact.phase, fact.reporter, fact.assignees) == ("acme/web#1", "open", None, ())


def test_a_reason_that_is_new_is_taken_as_it_stands(github: Stranger) -> None:
    fact = read(github, state="CLOSED", stateReason="SUPERSEDED")
    assert (fact.phase, fact.resolution) == ("done", "superseded")


@pytest.mark.parametrize("text", ["2026-11-20T10:00:00Z", "2026-11-20T10:00:00.000Z", "2026-11-20T10:00:00+00:00"])
def test_moments_in_every_hand(github: Stranger, text: str) -> None:
    updated = read(github, updatedAt=text).updated
    assert updated is not None
    assert updated.timestamp() == 1_795_168_800


def test_a_note_where_there_is_only_rest(github: Stranger) -> None:
    """A new comment comes back as its id and nothing else; the list says nothing of folding."""
    speaks_rest(github)
    written: list[str] = []

    def create(asked: Asked) -> Reply:
        written.append(asked.body["body"])
        return Reply({"id": 70}, 201)

    def listing(_: Asked) -> Reply:
        ghost = {"id": 69, "user": None, "body": None}
        return Reply([ghost, *({"id": 70, "user": USER, "body": body.replace("\n", "\r\n")} for body in written)])

    github.routes["POST /repos/acme/web/issues/1/comments"] = create
    github.routes["GET /repos/acme/web/issues/1/comments"] = listing
    github.says("DELETE /repos/acme/web/issues/1/labels/late", None, 200)
    ours = connector(github)
    assert ours.ensure_note(WEB, note(), marker="crosstie/x", folded=True).done == "created"
    assert ours.ensure_note(WEB, note(), marker="crosstie/x").done == "adopted"
    ours.ensure_labels(WEB, add=[], remove=["late"])
    assert len(written) == 1
