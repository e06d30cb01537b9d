"""What every connector must do, tested against a tracker that a person has their hands on.

A connector's own test inherits ``ConnectorContract`` and gives it a ``world``: a small tracker
over real sockets, with at least two scopes and a few issues in each.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Literal

import pytest

import connectors
from connectors.base import Address, Connector, Denied, Gone, Page, Request, Stop, TryLater
from model.document import Code, Day, Document, IssueLink, Quoted, Section, Words
from model.facts import IssueFact

MARKER = "crosstie/test"
Trouble = Literal["down", "limited", "web page", "lost answer"]
"""``down``: every answer is a 503; ``limited``: the next one is a 429 that names a second; ``web page``: the
next one is HTML with 200; ``lost answer``: the next write is carried out and its answer never arrives."""


class World(ABC):
    """A tracker under test, and what a person or its admin would do there."""

    scope: str
    other_scope: str
    absent_scope: str
    """Named as a scope of this tracker would be, and not there."""
    issue: Address
    """Readable, in ``scope``, without a note of ours."""
    absent_issue: Address
    """In ``scope``, and never was."""

    @abstractmethod
    def connector(self, *scopes: str, token: str = "", patient: bool = False) -> Connector:
        """A new connector. It never really sleeps; unless ``patient``, it gives up after two attempts."""

    @abstractmethod
    def comments(self, address: Address) -> Sequence[tuple[str, str]]:
        """(id, text as a reader sees it) of each comment, oldest first."""

    @abstractmethod
    def labels(self, address: Address) -> frozenset[str]: ...

    @abstractmethod
    def add_comment(self, address: Address, text: str) -> str:
        """As somebody else than us; gives its id."""

    @abstractmethod
    def copy_comment(self, address: Address, comment_id: str) -> str:
        """Somebody else posts all that they can see of that comment as their own; gives the copy's id."""

    @abstractmethod
    def edit_comment(self, address: Address, comment_id: str, text: str) -> None:
        """As somebody else than us."""

    @abstractmethod
    def delete_comment(self, address: Address, comment_id: str) -> None: ...

    @abstractmethod
    def add_label(self, address: Address, label: str) -> None: ...

    @abstractmethod
    def trouble(self, kind: Trouble) -> AbstractContextManager[None]: ...

    @abstractmethod
    def requests_seen(self) -> int:
        """Requests that the tracker itself has counted."""


def note(*, title: str = "Provide the ledger", day: date = date(2026, 12, 1)) -> Document:
    line = (
        IssueLink("jira", "PLAT-7", "https://acme.example/browse/PLAT-7"),
        Words(" "),
        Quoted(title),
        Words(", needed by "),
        Day(day),
        Words(" · "),
        Code("k3f9q"),
    )
    return Document(sections=(Section("Waiting for", (line,)),))


def walk(connector: Connector, request: Request | None = None) -> list[Page]:
    return list(connector.pull(request or Request()))


def issues(pages: Sequence[Page]) -> dict[str, IssueFact]:
    return {issue.native_id: issue for page in pages for issue in page.issues}


def after(pages: Sequence[Page], *, structure: bool = False) -> Request:
    """What a caller that stored ``pages`` asks for next."""
    cursors = {key: cursor for page in pages for key, cursor in page.cursors.items()}
    catalog = next((page.catalog for page in reversed(pages) if page.catalog is not None), "")
    return Request(cursors=cursors, catalog=catalog, structure=structure)


class ConnectorContract:
    """Inherit as ``TestSomething`` and provide the fixture ``world``."""

    @pytest.fixture
    def connector(self, world: World) -> Connector:
        return world.connector(world.scope, world.other_scope)

    # Who we are

    def test_is_found_by_its_kind(self, connector: Connector) -> None:
        assert connectors.load()[connector.kind] is type(connector)
        assert connector.kind == connector.settings.kind

    def test_account_is_asked_once(self, connector: Connector) -> None:
        account = connector.account()
        assert account.person.id
        assert account.site.startswith("http")
        asked = connector.traffic.requests
        assert asked <= 2
        assert connector.account() == account
        assert connector.traffic.requests == asked

    def test_a_wrong_token_stops_and_is_not_shown(self, world: World) -> None:
        connector = world.connector(world.scope, token="wr0ng-t0ken")
        with pytest.raises(Stop) as caught:
            connector.account()
        assert str(caught.value).startswith(f"{connector.settings.name}: ")
        assert "wr0ng-t0ken" not in str(caught.value) + repr(caught.value) + repr(connector.settings)

    # Reading

    def test_a_full_pull_reads_every_issue_and_ends_with_cursors(self, world: World, connector: Connector) -> None:
        pages = walk(connector)
        found = issues(pages)
        assert found[world.issue.native_id].key == world.issue.key
        assert {issue.ref.scope for issue in found.values()} == {world.scope, world.other_scope}
        assert all(issue.title and issue.url and issue.created and issue.updated for issue in found.values())
        ended = {s.key: s for page in pages for s in page.scopes}
        assert {key: s.missing for key, s in ended.items()} == {world.scope: "", world.other_scope: ""}
        assert all(s.read_at for s in ended.values())
        assert set(after(pages).cursors) == {world.scope, world.other_scope}

    def test_a_cursor_never_comes_before_the_issues_it_covers(self, connector: Connector) -> None:
        ended: set[str] = set()
        for page in connector.pull(Request()):
            assert not {issue.ref.scope for issue in page.issues} & ended
            ended |= set(page.cursors)

    def test_a_second_full_pull_says_the_same(self, world: World, connector: Connector) -> None:
        first, second = walk(connector), walk(world.connector(world.scope, world.other_scope))
        assert issues(first) == issues(second)

    def test_an_unchanged_delta_asks_almost_nothing(self, world: World, connector: Connector) -> None:
        before = walk(connector)
        again = world.connector(world.scope, world.other_scope)
        again.account()
        pages = walk(again, after(before))
        assert again.traffic.requests <= 5
        assert again.traffic.writes == 0
        assert {s.key: s.missing for p in pages for s in p.scopes} == {world.scope: "", world.other_scope: ""}
        known = issues(before)
        assert all(issue == known[native_id] for native_id, issue in issues(pages).items())

    def test_a_delta_brings_what_changed(self, world: World, connector: Connector) -> None:
        before = walk(connector)
        identity = world.add_comment(world.issue, "any news?")
        pages = walk(world.connector(world.scope, world.other_scope), after(before))
        comments = issues(pages)[world.issue.native_id].comments
        assert [(c.ours, c.author is not None) for c in comments if c.id == identity] == [(False, True)]

    def test_structure_counts_every_issue(self, world: World, connector: Connector) -> None:
        before = walk(connector)
        pages = walk(world.connector(world.scope, world.other_scope), after(before, structure=True))
        census = {key: ids for page in pages for key, ids in (page.census or {}).items()}
        assert set(census) == {world.scope, world.other_scope}
        assert frozenset().union(*census.values()) == issues(before).keys()

    def test_a_scope_that_is_not_there_leaves_the_others_alone(self, world: World) -> None:
        pages = walk(world.connector(world.absent_scope, world.scope))
        missing = {s.key: s.missing for page in pages for s in page.scopes}
        assert missing[world.absent_scope]
        assert missing[world.scope] == ""
        assert world.issue.native_id in issues(pages)
        assert set(after(pages).cursors) == {world.scope}

    def test_a_look_sees_what_a_pull_sees(self, world: World, connector: Connector) -> None:
        assert connector.look(world.issue) == issues(walk(connector))[world.issue.native_id]

    def test_a_look_at_nothing_finds_nothing(self, world: World, connector: Connector) -> None:
        try:
            assert connector.look(world.absent_issue) is None
        except Denied:
            pytest.fail("an issue that never was, in a scope that we can read, is gone and not denied")

    # Notes

    def test_the_life_of_a_note(self, world: World, connector: Connector) -> None:
        others = world.comments(world.issue)
        made = connector.ensure_note(world.issue, note(), marker=MARKER)
        assert made.done == "created"
        (standing,) = connector.notes(world.issue)
        assert (standing.id, standing.marker, standing.digest) == (made.id, MARKER, note().digest)
        assert not standing.edited_by_hand

        later = note(day=date(2026, 12, 8))
        assert connector.ensure_note(world.issue, later, marker=MARKER, known=made.id).done == "edited"
        (standing,) = connector.notes(world.issue)
        assert (standing.id, standing.digest) == (made.id, later.digest)
        (text,) = (text for identity, text in world.comments(world.issue) if identity == made.id)
        assert "Tue 8 Dec 2026" in text
        assert "PLAT-7" in text

        connector.ensure_no_note(world.issue, known=made.id)
        connector.ensure_no_note(world.issue, known=made.id)
        assert world.comments(world.issue) == others
        assert connector.notes(world.issue) == []

    def test_a_note_without_a_known_id_is_adopted(self, world: World, connector: Connector) -> None:
        made = connector.ensure_note(world.issue, note(), marker=MARKER)
        again = world.connector(world.scope)
        assert again.ensure_note(world.issue, note(), marker=MARKER).id == made.id
        assert again.traffic.writes == 0
        assert again.ensure_note(world.issue, note(title="Other"), marker=MARKER).id == made.id
        assert len(again.notes(world.issue)) == 1

    def test_notes_with_different_markers_are_different_notes(self, world: World, connector: Connector) -> None:
        one = connector.ensure_note(world.issue, note(), marker=MARKER)
        two = connector.ensure_note(world.issue, note(), marker=MARKER + "/2")
        assert [(n.id, n.marker) for n in connector.notes(world.issue)] == [(one.id, MARKER), (two.id, MARKER + "/2")]

    def test_a_note_that_a_person_deleted_is_gone_and_not_made_again(self, world: World, connector: Connector) -> None:
        made = connector.ensure_note(world.issue, note(), marker=MARKER)
        world.delete_comment(world.issue, made.id)
        with pytest.raises(Gone):
            connector.ensure_note(world.issue, note(title="Other"), marker=MARKER, known=made.id)
        assert connector.notes(world.issue) == []

    def test_somebody_elses_copy_of_a_note_is_not_ours(self, world: World, connector: Connector) -> None:
        made = connector.ensure_note(world.issue, note(), marker=MARKER)
        world.copy_comment(world.issue, made.id)
        assert [n.id for n in connector.notes(world.issue)] == [made.id]

    def test_an_edit_by_hand_is_noticed(self, world: World, connector: Connector) -> None:
        made = connector.ensure_note(world.issue, note(), marker=MARKER)
        text = dict(world.comments(world.issue))[made.id]
        world.edit_comment(world.issue, made.id, text.replace("Waiting", "NOT waiting"))
        assert [n.edited_by_hand for n in connector.notes(world.issue)] in ([True], [])

    def test_a_note_on_nothing_is_gone(self, world: World, connector: Connector) -> None:
        with pytest.raises(Gone):
            connector.notes(world.absent_issue)
        with pytest.raises(Gone):
            connector.ensure_note(world.absent_issue, note(), marker=MARKER)

    def test_a_lost_answer_never_makes_a_second_note(self, world: World, connector: Connector) -> None:
        before = len(world.comments(world.issue))
        connector.account()
        with world.trouble("lost answer"), pytest.raises(TryLater) as caught:
            connector.ensure_note(world.issue, note(), marker=MARKER)
        assert caught.value.sent
        again = world.connector(world.scope).ensure_note(world.issue, note(), marker=MARKER)
        assert again.done == "adopted"
        assert len(world.comments(world.issue)) == before + 1

    def test_our_own_notes_are_read_as_ours_and_mention_nothing(self, world: World, connector: Connector) -> None:
        before = issues(walk(connector))[world.issue.native_id]
        made = connector.ensure_note(
            world.issue, note(title=f"blocked by {world.issue.key} and @everyone"), marker=MARKER
        )
        found = issues(walk(world.connector(world.scope)))[world.issue.native_id]
        assert found.mentions == before.mentions
        assert [c.id for c in found.comments if c.ours] == [made.id]

    def test_words_from_tickets_are_shown_as_they_are(self, world: World, connector: Connector) -> None:
        hostile = "*b* _i_ `c` <!-- x --> <img src=x> [l](https://evil.example) {panel} @everyone #1 \u202etxt"
        made = connector.ensure_note(world.issue, note(title=hostile), marker=MARKER)
        (standing,) = connector.notes(world.issue)
        assert (standing.id, standing.digest) == (made.id, note(title=hostile).digest)
        shown = dict(world.comments(world.issue))[made.id]
        assert "everyone" in shown
        assert "\u202e" not in shown

    # Labels

    def test_labels_touch_no_other(self, world: World, connector: Connector) -> None:
        world.add_label(world.issue, "theirs")
        before = world.labels(world.issue)
        for _ in range(2):
            connector.ensure_labels(world.issue, add=["crosstie"], remove=["crosstie-gone"])
            assert world.labels(world.issue) == before | {"crosstie"}
        for _ in range(2):
            connector.ensure_labels(world.issue, add=[], remove=["crosstie"])
            assert world.labels(world.issue) == before

    # Trouble

    def test_what_passes_is_waited_out(self, world: World) -> None:
        for kind in ("limited", "web page"):
            connector = world.connector(world.scope, patient=True)
            connector.account()
            with world.trouble(kind):
                assert world.issue.native_id in issues(walk(connector))
            assert connector.traffic.retries == 1

    def test_a_tracker_that_is_down_is_tried_later(self, world: World, connector: Connector) -> None:
        with world.trouble("down"), pytest.raises(TryLater) as caught:
            walk(connector)
        assert not caught.value.sent

    def test_traffic_is_what_the_tracker_counted(self, world: World) -> None:
        before = world.requests_seen()
        connector = world.connector(world.scope, patient=True)
        with world.trouble("limited"):
            walk(connector)
        connector.ensure_note(world.issue, note(), marker=MARKER)
        connector.ensure_labels(world.issue, add=["crosstie"], remove=[])
        assert connector.traffic.requests == world.requests_seen() - before
        assert connector.traffic.writes == 2
        assert connector.traffic.bytes_read > 0
