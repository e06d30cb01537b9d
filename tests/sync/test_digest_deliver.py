"""Which digests are due, who their readers are, and what is kept of them."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from model.facts import Scope
from model.policy import PUBLIC, Policy, TrackerPolicy
from sync.base import CaseEvent, Held, Notification, Write
from sync.config.digests import DestinationTable
from sync.digest.deliver import Post, where_of
from sync.digest.world import NOBODY, reader_of, untold_in
from sync.plan import Plan
from sync.store import Store
from sync.store.digests import DigestRow
from tests.sync.build import NOW, case, issue, snapshot
from tests.sync.configs import loaded
from tests.sync.digest_world import digest

TEAM = '[[teams]]\nname = "payments"\n[audiences]\ninternal = ["jira:*"]\n'
WEEKLY = TEAM + '[[digests]]\nname = "pay"\nteam = "payments"\nreaders = "internal"\nto = { file = "x.md" }\n'
TUESDAY, WEDNESDAY, NEXT_TUESDAY = (datetime(2026, 3, day, 11, tzinfo=UTC) for day in (3, 4, 10))


def post(folder: Path, store: Store, more: str = 'when = "weekly:tue"\n') -> Post:
    return Post(loaded(folder, WEEKLY + more), store, {}, lambda: NOW)


def row(day: date, state: str = "sent", **fields: object) -> DigestRow:
    return DigestRow(name="pay", day=day, state=state, at=NOW, **fields)  # type: ignore[arg-type]  # of mixed types


def days(found: Iterable[tuple[object, date]]) -> list[date]:
    return [day for _, day in found]


def test_a_new_weekly_digest_begins_on_its_day_and_a_late_one_is_made_up_for(tmp_path: Path, store: Store) -> None:
    made = post(tmp_path, store)
    assert days(made.due(WEDNESDAY)) == [], "nobody who sets it up on a Wednesday waits for Tuesday's"
    assert days(made.due(TUESDAY)) == [TUESDAY.date()]
    store.save_digest(row(date(2026, 2, 24)))
    assert days(made.due(WEDNESDAY)) == [TUESDAY.date()]


@pytest.mark.parametrize(("state", "again"), [("sent", 0), ("empty", 0), ("lost", 0), ("failed", 1), ("sending", 1)])
def test_one_that_is_done_is_done(tmp_path: Path, store: Store, state: str, again: int) -> None:
    made = post(tmp_path, store)
    store.save_digest(row(TUESDAY.date(), state))
    assert len(made.due(TUESDAY)) == again
    assert days(made.due(NEXT_TUESDAY)) == [NEXT_TUESDAY.date()]
    assert made.due(NEXT_TUESDAY, ["another"]) == []


def test_rows_come_back_as_they_were_the_newest_day_first(store: Store) -> None:
    rows = [row(date(2026, 3, 3), seen=7, said="abc", place="c1"), row(date(2026, 3, 4), "failed", error="no")]
    for one in rows:
        store.save_digest(one)
    assert store.digests("pay") == rows[::-1]
    assert store.digests("other") == []


def test_what_happened_since_is_counted_by_events_and_not_by_clocks(store: Store) -> None:
    assert store.newest_event() == 0
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    store.save_events("r1", NOW, [CaseEvent(case=case("aaaaa"), kind="opened")])
    seen = store.newest_event()
    store.save_events("r2", long_ago, [CaseEvent(case=case("bbbbb"), kind="opened")])
    assert [event.case.id for _, event in store.events_after(seen)] == ["bbbbb"]
    assert [event.case.id for _, event in store.events_since(NOW)] == ["aaaaa"]


def test_what_was_held_back_and_what_the_next_run_would_tell_are_both_untold() -> None:
    step = Notification(at=NOW, team="payments", day=NOW.date(), uid="jira:PAY-2", case="b", level=1, how="created")
    made = Write(uid="jira:PAY-2", tracker="jira", native_id="2", key="PAY-2", kind="note", reason="new")
    held = Held(team="payments", uid="jira:PAY-1", case="a", level=1, why="quiet hours")
    found = untold_in(Plan(writes=(replace(made, notifies=(step,)), made), held=(held,)))
    assert [(one.case, one.why) for one in found] == [("a", "quiet hours"), ("b", "next run")]


class TestReaders:
    policy = Policy(
        audiences={"internal": ("jira:*",)},
        trackers={"jira": TrackerPolicy(name="jira", kind="jira", shape="jira", host="")},
    )
    scopes = (
        Scope(tracker="jira", key="PAY"),
        Scope(tracker="jira", key="OPEN", public=True),
        Scope(tracker="github", key="acme/a"),
        Scope(tracker="github", key="acme/b"),
    )

    @pytest.mark.parametrize(
        ("readers", "audience"),
        [
            ("", PUBLIC),
            ("public", PUBLIC),
            ("internal", "internal"),
            ("jira:PAY", "internal"),
            ("jira:OPEN", PUBLIC),
            ("github:acme/a", "github:acme/a"),
            ("github:acme/*", PUBLIC),
            ("jira:NOWHERE", PUBLIC),
        ],
    )
    def test_they_are_never_taken_for_more_than_is_certain(self, readers: str, audience: str) -> None:
        """Readers of several repositories that may not read each other's have only in common what is public."""
        assert reader_of(digest(readers=readers), snapshot(), self.policy, self.scopes) == audience

    def test_on_an_issue_they_are_its_own(self) -> None:
        there = snapshot(issue("jira:SEC-1", audience="only jira:SEC-1"))
        for ref, audience in (("jira:sec-1", "only jira:SEC-1"), ("jira:SEC-2", NOBODY)):
            made = digest(to=DestinationTable(issue=ref), readers="internal")
            assert reader_of(made, there, self.policy, ()) == audience


@pytest.mark.parametrize(
    ("to", "where"),
    [
        ({"file": "d/{name}-{day}.html"}, "d/pay-2026-03-03.html"),
        ({"issue": "jira:PAY-1"}, "a comment on jira:PAY-1"),
        ({"webhook": "teams"}, "Teams"),
        ({"mail": ["a@b.example"]}, "mail to a@b.example"),
        ({"mail": ["a@b.example", "c@d.example", "e@f.example"]}, "mail to a@b.example and 2 more"),
    ],
)
def test_where_it_goes_is_said_for_people(to: dict[str, object], where: str) -> None:
    made = digest(to=DestinationTable.model_validate(to))
    assert where_of(made, TUESDAY.date()) == where
