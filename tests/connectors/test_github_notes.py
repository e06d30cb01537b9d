"""Our notes and labels on GitHub, where they differ from what every connector does."""

from collections.abc import Iterator
from datetime import date

import pytest

from connectors.base import Denied, Gone, Stop, TryLater
from sandbox.github.records import Comment
from tests.connectors.contract import MARKER, issues, note, walk
from tests.connectors.github_world import TOKEN, GitHub


@pytest.fixture
def world() -> Iterator[GitHub]:
    world = GitHub.start()
    yield world
    world.running.close()


def comment(world: GitHub, id: str) -> Comment:
    return world.site.state.tables.comments[int(id)]


def test_a_settled_note_is_minimized_and_comes_back(world: GitHub) -> None:
    connector = world.connector("acme/web")
    made = connector.ensure_note(world.issue, note(), marker=MARKER)
    settled = note(title="Settled")
    assert connector.ensure_note(world.issue, settled, marker=MARKER, known=made.id, folded=True).done == "edited"
    assert comment(world, made.id).minimized == "resolved"
    assert connector.ensure_note(world.issue, settled, marker=MARKER, known=made.id, folded=True).done == "unchanged"
    assert connector.ensure_note(world.issue, note(), marker=MARKER, known=made.id).done == "edited"
    assert comment(world, made.id).minimized is None


def test_the_same_note_again_writes_nothing(world: GitHub) -> None:
    connector = world.connector("acme/web")
    made = connector.ensure_note(world.issue, note(), marker=MARKER)
    before = connector.traffic.writes
    assert connector.ensure_note(world.issue, note(), marker=MARKER, known=made.id).done == "unchanged"
    assert connector.traffic.writes == before


def test_of_duplicates_the_oldest_stays(world: GitHub) -> None:
    connector = world.connector("acme/web")
    made = connector.ensure_note(world.issue, note(), marker=MARKER)
    body = dict(world.comments(world.issue))[made.id]
    for _ in range(2):
        world.act("comment", issue="acme/web#1", body=body, by="crosstie-bot")
    assert len(connector.notes(world.issue)) == 3
    later = note(day=date(2027, 1, 4))
    assert connector.ensure_note(world.issue, later, marker=MARKER) == type(made)(id=made.id, done="edited")
    assert [standing.id for standing in connector.notes(world.issue)] == [made.id]


def test_a_note_is_found_behind_a_hundred_comments(world: GitHub) -> None:
    for n in range(130):
        world.write.comment("acme/web#2", f"remark {n}", by="jonas")
    address = world.address("acme/web#2")
    connector = world.connector("acme/web")
    made = connector.ensure_note(address, note(), marker=MARKER)
    assert world.connector("acme/web").ensure_note(address, note(), marker=MARKER).id == made.id


def test_a_locked_issue_takes_no_note(world: GitHub) -> None:
    key = world.write.issue("acme/web", "Enough said", by="mira", locked=True)
    with pytest.raises(Denied, match="locked") as caught:
        world.connector("acme/web").ensure_note(world.address(key), note(), marker=MARKER)
    assert caught.value.why == "the issue is locked"


def test_a_note_by_another_account_is_left_alone(world: GitHub) -> None:
    theirs = world.add_comment(world.issue, "mine")
    with pytest.raises(Denied, match="another account"):
        world.connector("acme/web").ensure_note(world.issue, note(), marker=MARKER, known=theirs)
    with pytest.raises(Denied, match="another account"):
        world.connector("acme/web").ensure_no_note(world.issue, known=theirs)
    assert theirs in dict(world.comments(world.issue))


def test_writing_has_its_own_account(world: GitHub) -> None:
    world.add_token("writers-token", "notes-bot")
    connector = world.connector("acme/web", write_token="writers-token")
    made = connector.ensure_note(world.issue, note(), marker=MARKER)
    found = issues(walk(connector))[world.issue.native_id]
    assert connector.account().person.id == "crosstie-bot"
    assert [(c.author.id, c.id) for c in found.comments if c.ours and c.author] == [("notes-bot", made.id)]
    assert [standing.id for standing in connector.notes(world.issue)] == [made.id]
    assert world.connector("acme/web").notes(world.issue) == []


def test_a_former_accounts_notes_still_mention_nothing(world: GitHub) -> None:
    before = issues(walk(world.connector("acme/web")))[world.issue.native_id].mentions
    world.add_token("old-token", "old-bot")
    world.connector("acme/web", token="old-token").ensure_note(world.issue, note(), marker=MARKER)
    assert issues(walk(world.connector("acme/web")))[world.issue.native_id].mentions == before


def test_a_note_follows_its_repository(world: GitHub) -> None:
    old = world.issue
    connector = world.connector("acme/web")
    made = connector.ensure_note(old, note(), marker=MARKER)
    world.act("rename_repository", repository="acme/web", name="site")
    later = note(day=date(2027, 1, 4))
    assert connector.ensure_note(old, later, marker=MARKER, known=made.id).id == made.id
    assert [standing.digest for standing in connector.notes(old)] == [later.digest]


def test_without_graphql_a_note_is_not_folded(world: GitHub) -> None:
    world.site.set_options({"no_graphql": True})
    connector = world.connector("acme/web")
    made = connector.ensure_note(world.issue, note(), marker=MARKER, folded=True)
    assert made.done == "created"
    assert comment(world, made.id).minimized is None


def test_a_label_with_odd_characters_is_removed(world: GitHub) -> None:
    connector = world.connector("acme/web")
    connector.ensure_labels(world.issue, add=["team/a b?", "kept"], remove=[])
    connector.ensure_labels(world.issue, add=[], remove=["team/a b?"])
    assert world.labels(world.issue) == {"auth", "kept"}


def test_a_label_that_is_only_spelled_anew_stays(world: GitHub) -> None:
    connector = world.connector("acme/web")
    connector.ensure_labels(world.issue, add=["crosstie"], remove=[])
    connector.ensure_labels(world.issue, add=["Crosstie"], remove=["crosstie"])
    assert world.labels(world.issue) == {"auth", "crosstie"}


def test_labels_on_nothing_are_gone(world: GitHub) -> None:
    with pytest.raises(Gone):
        world.connector("acme/web").ensure_labels(world.absent_issue, add=["crosstie"], remove=[])


def test_an_edit_with_a_lost_answer_may_be_repeated(world: GitHub) -> None:
    connector = world.connector("acme/web")
    made = connector.ensure_note(world.issue, note(), marker=MARKER)
    later = note(day=date(2027, 1, 4))
    world.fault(kind="drop_after", method="PATCH")
    with pytest.raises(TryLater) as caught:
        connector.ensure_note(world.issue, later, marker=MARKER, known=made.id)
    assert caught.value.sent
    assert connector.ensure_note(world.issue, later, marker=MARKER, known=made.id).done == "unchanged"


def test_a_create_is_sent_once_however_it_fails(world: GitHub) -> None:
    connector = world.connector("acme/web", patient=True)
    connector.account()
    world.fault(kind="status", status=502, method="POST", path="/comments$")
    with pytest.raises(TryLater) as caught:
        connector.ensure_note(world.issue, note(), marker=MARKER)
    assert caught.value.sent
    assert connector.traffic.writes == 1


def test_a_page_where_an_api_should_be_stops_with_advice(world: GitHub) -> None:
    with pytest.raises(Stop, match="https://HOST/api/v3"):
        world.connector("acme/web", path="/nowhere").account()


def test_the_token_is_shown_nowhere(world: GitHub) -> None:
    connector = world.connector("acme/web")
    assert TOKEN not in repr(connector.settings) + repr(vars(connector))


def test_a_long_wait_is_told_to_whoever_listens_by_then(world: GitHub) -> None:
    connector = world.connector("acme/web", patient=True)
    told: list[str] = []
    connector.tell = told.append
    world.fault(kind="status", status=429, headers={"Retry-After": "30"})
    connector.notes(world.issue)
    assert {line.partition(", until")[0] for line in told} == {"github: waiting 30 s"}
