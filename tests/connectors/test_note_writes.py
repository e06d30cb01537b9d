"""Reposting, merging, and what trackers do not take: on GitHub, Jira Cloud and Jira Data Center alike."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from connectors.base import Denied, Gone, Refused, TooLong, TryLater
from sandbox.base import Fault
from sandbox.github.access import DEFAULT_LOGIN
from sandbox.jira.state import BOT
from tests.connectors.contract import MARKER, note
from tests.connectors.github_world import GitHub
from tests.connectors.jira_world import Jira, JiraServer

Tracker = GitHub | Jira
BOTH = note(title="Gone from bad to worse")


@pytest.fixture(params=[GitHub, Jira, JiraServer])
def world(request: pytest.FixtureRequest) -> Iterator[Tracker]:
    world: Tracker = request.param.start()
    yield world
    world.running.close()


def name_of(world: Tracker) -> str:
    return "github" if isinstance(world, GitHub) else "jira"


def fault(world: Tracker, kind: Any, method: str, **more: Any) -> None:
    world.running.world.add_fault(
        Fault(kind=kind, site=name_of(world), method=method, path=r"/comments?(/\d+)?$", **more)
    )


def created(world: Tracker) -> int:
    """By our account."""
    return sum(one.how == "created" and one.by in (DEFAULT_LOGIN, BOT) for one in world.site.notices)


def standing(world: Tracker) -> list[str]:
    return [one.id for one in world.connector(world.scope).notes(world.issue)]


# --- reposting


def test_a_repost_is_a_new_comment_and_the_old_one_goes(world: Tracker) -> None:
    connector = world.connector(world.scope)
    old = connector.ensure_note(world.issue, note(), marker=MARKER).id
    receipt = connector.ensure_note(world.issue, BOTH, marker=MARKER, known=old, repost=True)
    assert receipt.done == "created"
    assert receipt.id != old
    assert standing(world) == [receipt.id]
    assert created(world) == 2


@pytest.mark.parametrize(
    ("method", "kind"), [("POST", "drop_after"), ("POST", "drop_before"), ("DELETE", "drop_after")]
)
def test_a_repost_that_breaks_off_goes_on_where_it_was(world: Tracker, method: str, kind: str) -> None:
    connector = world.connector(world.scope)
    old = connector.ensure_note(world.issue, note(), marker=MARKER).id
    fault(world, kind, method)
    with pytest.raises(TryLater) as caught:
        connector.ensure_note(world.issue, BOTH, marker=MARKER, known=old, repost=True)
    assert caught.value.sent
    again = world.connector(world.scope).ensure_note(world.issue, BOTH, marker=MARKER, known=old, repost=True)
    assert again.done == ("created" if kind == "drop_before" else "adopted")
    assert standing(world) == [again.id]
    assert again.id != old
    assert created(world) == 2


def test_what_a_person_deleted_is_not_reposted(world: Tracker) -> None:
    connector = world.connector(world.scope)
    old = connector.ensure_note(world.issue, note(), marker=MARKER).id
    world.delete_comment(world.issue, old)
    with pytest.raises(Gone):
        connector.ensure_note(world.issue, BOTH, marker=MARKER, known=old, repost=True)
    assert standing(world) == []


def test_a_repost_that_may_not_delete_says_so_and_is_done_once(world: Tracker) -> None:
    connector = world.connector(world.scope)
    old = connector.ensure_note(world.issue, note(), marker=MARKER).id
    fault(world, "status", "DELETE", status=403, count=-1, text='{"message": "Resource not accessible"}')
    receipt = connector.ensure_note(world.issue, BOTH, marker=MARKER, known=old, repost=True)
    assert world.issue.key in receipt.left
    assert standing(world) == [old, receipt.id]
    again = connector.ensure_note(world.issue, BOTH, marker=MARKER, known=old, repost=True)
    assert (again.id, again.done) == (receipt.id, "adopted")


# --- several, and other accounts


def test_several_become_the_one_that_is_kept(world: Tracker) -> None:
    connector = world.connector(world.scope)
    old = connector.ensure_note(world.issue, note(), marker=MARKER).id
    fault(world, "status", "DELETE", status=403, count=1)
    new = connector.ensure_note(world.issue, BOTH, marker=MARKER, known=old, repost=True).id
    theirs = world.copy_comment(world.issue, old)
    connector.merge_notes(world.issue, marker=MARKER, keep="12345")
    assert standing(world) == [old, new], "without the one to keep nothing is removed"
    connector.merge_notes(world.issue, marker=MARKER, keep=old)
    assert standing(world) == [old]
    assert theirs in dict(world.comments(world.issue))


def other_account(world: Tracker) -> str:
    """A token of another account that may write just as well."""
    if isinstance(world, GitHub):
        world.add_token("other-token", "other-bot")
    else:
        world.site.state.add_account("bot@acme.example", "other-token", "557058:other", "Other bot")
    return "other-token"


@pytest.mark.parametrize("repost", [False, True])
def test_another_account_leaves_the_note_and_makes_no_second(world: Tracker, repost: bool) -> None:
    made = world.connector(world.scope).ensure_note(world.issue, note(), marker=MARKER)
    before = world.comments(world.issue)
    exchanged = world.connector(world.scope, token=other_account(world))
    with pytest.raises(Denied, match="another account") as caught:
        exchanged.ensure_note(world.issue, BOTH, marker=MARKER, known=made.id, repost=repost)
    assert "give crosstie its token again" in caught.value.why
    assert world.issue.key not in caught.value.why
    assert world.comments(world.issue) == before


def test_a_renamed_account_finds_its_notes() -> None:
    world = GitHub.start()
    try:
        made = world.connector("acme/web").ensure_note(world.issue, note(), marker=MARKER)
        world.act("rename_owner", owner="crosstie-bot", login="harbour-bot")
        renamed = world.connector("acme/web")
        assert renamed.account().person.id == "harbour-bot"
        assert [one.id for one in renamed.notes(world.issue)] == [made.id]
        assert renamed.ensure_note(world.issue, BOTH, marker=MARKER).id == made.id
    finally:
        world.running.close()


# --- what is not taken


@pytest.fixture
def github() -> Iterator[GitHub]:
    world = GitHub.start()
    yield world
    world.running.close()


@pytest.fixture(params=[Jira, JiraServer])
def jira(request: pytest.FixtureRequest) -> Iterator[Jira]:
    world: Jira = request.param.start()
    yield world
    world.running.close()


@pytest.mark.parametrize(
    ("act", "kind", "why"),
    [
        ({"do": "archive", "repository": "acme/web"}, Denied, "acme/web is archived"),
        ({"do": "lock", "issue": "acme/web#1"}, Denied, "the issue is locked"),
        (
            {"do": "set_issues", "repository": "acme/web", "enabled": False},
            Refused,
            "issues are switched off in acme/web",
        ),
        ({"do": "options", "spam": "Provide"}, Refused, "GitHub takes it for spam"),
        ({"do": "options", "longest_body": 100}, TooLong, "the text is too long"),
    ],
    ids=lambda value: value["do"] if isinstance(value, dict) else "",
)
def test_what_github_does_not_take(github: GitHub, act: dict[str, Any], kind: type[Refused], why: str) -> None:
    github.act(**act)
    with pytest.raises(kind) as caught:
        github.connector("acme/web").ensure_note(github.issue, note(), marker=MARKER)
    assert (type(caught.value), caught.value.why) == (kind, why)


def test_a_token_that_may_not_write_is_told_where(github: GitHub) -> None:
    github.write.repository("acme/quiet", token="read")
    github.write.issue("acme/quiet", "Enough said", by="mira")
    connector, at = github.connector("acme/quiet"), github.address("acme/quiet#1")
    for write in (
        partial(connector.ensure_note, at, note(), marker=MARKER),
        partial(connector.ensure_labels, at, add=["crosstie"], remove=[]),
    ):
        with pytest.raises(Denied) as caught:
            write()
        assert caught.value.why == "our account may not write in acme/quiet"


@pytest.mark.parametrize(
    ("do", "kind", "why"),
    [
        ("archive", Denied, "project PAY is archived"),
        ("mute", Denied, "our account may not comment in PAY"),
        ("full", Denied, "the issue takes no more comments"),
        ("short", TooLong, "the text is too long"),
        ("not understood", Refused, "Jira refuses to comment"),
    ],
)
def test_what_jira_does_not_take(jira: Jira, do: str, kind: type[Refused], why: str) -> None:
    connector = jira.connector("PAY")
    connector.account()
    match do:
        case "archive":
            jira.site.state.projects["PAY"].status = "archived"
        case "mute":
            jira.site.state.accounts["sandbox-jira-token"].mute.append("PAY")
        case "full":
            jira.site.set_options({"most_comments": 1})
        case "short":
            jira.site.set_options({"longest_text": 40})
        case _:
            said = '{"errorMessages": [], "errors": {"comment": "INVALID_INPUT"}}'
            jira.fault(Fault(kind="status", method="POST", path="/comment$", status=400, text=said))
    with pytest.raises(kind) as caught:
        connector.ensure_note(jira.issue, note(), marker=MARKER)
    assert (type(caught.value), caught.value.why) == (kind, why)


def test_labels_that_stand_on_no_screen(jira: Jira) -> None:
    jira.site.set_options({"fixed_labels": True})
    with pytest.raises(Refused) as caught:
        jira.connector("PAY").ensure_labels(jira.issue, add=["crosstie"], remove=[])
    assert caught.value.why == "Jira refuses to change labels"


def test_a_clash_with_somebodys_edit_is_tried_once_more(jira: Jira) -> None:
    clash = Fault(kind="status", method="PUT", status=409)
    jira.fault(clash)
    jira.connector("PAY").ensure_labels(jira.issue, add=["crosstie"], remove=[])
    assert jira.labels(jira.issue) == {"crosstie"}
    jira.fault(replace(clash, count=2))
    with pytest.raises(Refused):
        jira.connector("PAY").ensure_labels(jira.issue, add=[], remove=["crosstie"])
    assert jira.labels(jira.issue) == {"crosstie"}
