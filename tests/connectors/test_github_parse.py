"""GitHub's nodes and rows into facts: odd shapes, and the two APIs agreeing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.github import catalog
from connectors.github.parse import Writer, parse_issue, person
from connectors.github.parse_rest import parse_rest_comment, parse_rest_issue, repository_of
from model.facts import IssueFact, Person

WRITER = Writer(login="crosstie[bot]")
REPOSITORY = {"nameWithOwner": "acme/web"}
API = "https://api.github.com/repos/acme/web"


def node(**fields: Any) -> dict[str, Any]:
    return {"id": "I_1", "number": 1, "repository": REPOSITORY, "state": "OPEN", **fields}


def listed(*nodes: Any) -> dict[str, Any]:
    return {"nodes": list(nodes), "pageInfo": {"hasNextPage": False, "endCursor": None}}


def other(id_: str = "I_2", **fields: Any) -> dict[str, Any]:
    return {"id": id_, "number": 2, "state": "OPEN", "repository": REPOSITORY, **fields}


def read(**fields: Any) -> IssueFact:
    return parse_issue(node(**fields), tracker="github", writer=WRITER)


def read_rest(**fields: Any) -> IssueFact:
    row = {"number": 1, "repository_url": API, "state": "open", **fields}
    return parse_rest_issue(row, tracker="github", writer=WRITER)


def test_an_issue_may_lack_everything_optional() -> None:
    bare = IssueFact(tracker="github", native_id="I_1", key="acme/web#1", status="open")
    assert read() == bare
    nulls = (
        "body",
        "author",
        "labels",
        "assignees",
        "milestone",
        "parent",
        "comments",
        "blockedBy",
        "issueType",
        "title",
    )
    assert read(**dict.fromkeys(nulls)) == bare
    assert read_rest(node_id="I_1") == bare
    assert read_rest(node_id="I_1", **dict.fromkeys(("body", "user", "labels", "milestone", "type", "title"))) == bare


def test_without_its_essentials_it_is_no_issue() -> None:
    with pytest.raises(KeyError):
        parse_issue({"id": "I_1"}, tracker="github", writer=WRITER)
    with pytest.raises(KeyError):
        parse_rest_issue({"id": 1}, tracker="github", writer=WRITER)


@pytest.mark.parametrize(
    ("actor", "who"),
    [
        (None, None),
        ({"login": "mira"}, Person(id="mira")),
        ({"login": "renovate", "__typename": "Bot"}, Person(id="renovate[bot]", bot=True)),
        ({"login": "renovate[bot]", "type": "Bot"}, Person(id="renovate[bot]", bot=True)),
        ({"login": ""}, None),
    ],
)
def test_an_app_has_one_name_in_both_apis(actor: dict[str, str] | None, who: Person | None) -> None:
    assert person(actor) == who


def test_what_a_bot_says_is_not_known_to_belong() -> None:
    bot = {"login": "renovate", "__typename": "Bot"}
    (mention,) = read(body="Depends on #2", author=bot, authorAssociation="MEMBER").mentions
    assert mention.belongs is None


@pytest.mark.parametrize(
    ("association", "belongs"),
    [("OWNER", True), ("MEMBER", True), ("COLLABORATOR", True), ("CONTRIBUTOR", False), ("NONE", False), (None, None)],
)
def test_who_belongs(association: str | None, belongs: bool | None) -> None:
    (mention,) = read(body="Blocked by #2", author={"login": "mira"}, authorAssociation=association).mentions
    assert mention.belongs is belongs


def test_an_edited_body_was_written_when_it_was_edited() -> None:
    fields = {"createdAt": "2026-01-01T00:00:00Z", "lastEditedAt": "2026-02-01T00:00:00Z"}
    fact = read(title="Blocked by #3", body="Blocked by #2", author={"login": "mira"}, **fields)
    written = {mention.place: mention.written for mention in fact.mentions}
    assert written == {"title": datetime(2026, 1, 1, tzinfo=UTC), "body": datetime(2026, 2, 1, tzinfo=UTC)}


def test_our_own_comments_are_ours_by_either_sign() -> None:
    ours = {"databaseId": "5", "author": {"login": "crosstie", "__typename": "Bot"}, "body": "Blocked by #9"}
    seen = {"databaseId": "6", "author": None, "viewerDidAuthor": True, "body": "Blocked by #9"}
    fact = read(comments=listed(ours, seen))
    assert [comment.ours for comment in fact.comments] == [True, True]
    assert fact.mentions == ()
    apart = parse_issue(node(comments=listed(seen)), tracker="github", writer=Writer(login="notes", reads=False))
    assert [comment.ours for comment in apart.comments] == [False]
    row = {"id": 5, "user": {"login": "crosstie[bot]", "type": "Bot"}, "body": "Blocked by #9"}
    remark = parse_rest_comment(row, "acme/web", WRITER)
    assert (remark.comment.id, remark.comment.ours, remark.mentions) == ("5", True, ())


def test_links_that_point_at_each_other_are_two() -> None:
    one = read(blockedBy=listed(other()))
    back = parse_issue(
        node(id="I_2", number=2, blockedBy=listed(other("I_1", number=1))), tracker="github", writer=WRITER
    )
    mirrored = parse_issue(
        node(id="I_2", number=2, blocking=listed(other("I_1", number=1))), tracker="github", writer=WRITER
    )
    assert one.links[0].native_id != back.links[0].native_id
    assert one.links[0].native_id == mirrored.links[0].native_id


def test_a_hidden_blocker_leaves_the_issue_incomplete() -> None:
    fact = read(blockedBy=listed(None, other()))
    assert [link.other.key for link in fact.links] == ["acme/web#2"]
    assert "is blocked by is not visible" in fact.partial


@pytest.mark.parametrize(
    ("fields", "phase", "resolution"),
    [
        ({"state": "open", "state_reason": "reopened"}, "open", "reopened"),
        ({"state": "closed", "state_reason": "not_planned"}, "done", "not_planned"),
        ({"state": "closed"}, "done", ""),
        ({"state": "open", "pull_request": {"merged_at": None}}, "started", ""),
        ({"state": "closed", "pull_request": {"merged_at": None}}, "done", "unmerged"),
        ({"state": "closed", "pull_request": {"merged_at": "2026-01-01T00:00:00Z"}}, "done", "merged"),
        ({"state": "closed", "head": {"ref": "x"}, "merged_at": "2026-01-01T00:00:00Z"}, "done", "merged"),
    ],
)
def test_outcomes_of_rest_rows(fields: dict[str, Any], phase: str, resolution: str) -> None:
    fact = read_rest(**fields)
    assert (fact.phase, fact.resolution) == (phase, resolution)


def test_a_parent_is_read_from_its_url() -> None:
    fact = read_rest(parent_issue_url="https://ghe.example/api/v3/repos/acme/plans/issues/40")
    assert fact.parent is not None
    assert fact.parent.key == "acme/plans#40"
    assert read_rest(parent_issue_url="nonsense").parent is None


@pytest.mark.parametrize(
    ("row", "name"),
    [
        ({"repository_url": API}, "acme/web"),
        ({"url": f"{API}/pulls/4"}, "acme/web"),
        ({"url": "https://ghe.example/api/v3/repos/a/b.c/issues/1"}, "a/b.c"),
        ({}, ""),
    ],
)
def test_the_repository_of_a_row(row: dict[str, str], name: str) -> None:
    assert repository_of(row) == name


def test_a_digest_sees_links_and_the_state_at_their_ends_only() -> None:
    lean = {"id": "I_1", "number": 1, "blockedBy": {"nodes": [{"id": "I_2", "state": "OPEN"}]}}
    assert catalog.digest(node(title="x", body="y")) == ""
    assert catalog.digest(node(blockedBy=listed(other(title="t")))) == catalog.digest(lean)
    assert catalog.digest(node(blockedBy=listed(other(state="CLOSED")))) != catalog.digest(lean)
    assert catalog.digest(node(blocking=listed(other()))) != catalog.digest(lean)


def test_a_catalog_survives_the_store() -> None:
    kept = catalog.load("")
    assert kept.note("acme/web", node(parent=other()))
    assert not kept.note("acme/web", node(parent=other()))
    again = catalog.load(kept.dump())
    assert not again.note("acme/web", node(parent=other()))
    assert again.note("acme/web", node())
    assert again.structure == {"acme/web": {}}
