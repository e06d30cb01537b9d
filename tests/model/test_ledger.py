"""How promises moved, who was last active, when a forum met."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from model.activity import is_planned, last_active, was_reopened
from model.facts import Change, Comment, Milestone, Person, Promise, Release, Sprint
from model.interpret import interpret
from model.ledger import moves, news
from model.meetings import last_meetings
from model.policy import Forum
from tests.model.build import NOW, blocked_by, fact, facts, policy, says

BOT, ANN = Person(id="b", bot=True), Person(id="ann")
D1, D2, D3 = date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 16)


def at(day: int) -> datetime:
    return datetime(2026, 2, day, 9, tzinfo=UTC)


def due(day: int, before: date | None, after: date | None) -> Change:
    return Change(at=at(day), field="due", before=str(before or ""), after=str(after or ""), author=ANN)


def test_moves_come_from_the_trackers_history() -> None:
    provider = fact("PLAT-2", due=D3, history=(due(1, None, D1), due(3, D1, D2), due(5, D2, D3)))
    found = moves("jira:PLAT-2", provider, facts(provider), "due")
    assert [(m.before, m.after) for m in found] == [(D1, D2), (D2, D3)]


def test_the_day_before_the_first_change_counts() -> None:
    provider = fact("PLAT-2", due=D2, history=(due(3, D1, D2),))
    assert [(m.before, m.after) for m in moves("jira:PLAT-2", provider, facts(provider), "due")] == [(D1, D2)]


def test_what_we_saw_ourselves_continues_it_and_says_nothing_twice() -> None:
    provider = fact("PLAT-2", due=D2, history=(due(3, D1, D2),))
    seen = (Promise(at=at(4), day=D2, source="due"), Promise(at=at(6), day=D3, source="due"))
    known = replace(facts(provider), promises={"jira:PLAT-2": seen})
    assert [(m.before, m.after) for m in moves("jira:PLAT-2", provider, known, "due")] == [(D1, D2), (D2, D3)]


def test_a_day_taken_away_and_given_again_is_one_move() -> None:
    seen = tuple(Promise(at=at(n), day=day, source="milestone") for n, day in ((1, D1), (2, None), (3, D2)))
    known = replace(facts(), promises={"u": seen})
    assert [(m.before, m.after) for m in moves("u", None, known, "milestone")] == [(D1, D2)]


def test_another_source_is_another_promise() -> None:
    seen = (Promise(at=at(1), day=D1, source="sprint"), Promise(at=at(2), day=D2, source="due"))
    assert moves("u", None, replace(facts(), promises={"u": seen}), "due") == ()


def test_a_release_by_name_has_the_day_that_its_project_gives() -> None:
    history = (Change(at=at(2), field="release", before="May", after="June"),)
    provider = fact("PLAT-2", releases=(Release(id="2", name="June", day=D2),), history=history)
    known = replace(facts(provider), releases={("jira", "1"): Release(id="1", name="May", day=D1)})
    assert [(m.before, m.after) for m in moves("jira:PLAT-2", provider, known, "release")] == [(D1, D2)]


@given(st.lists(st.sampled_from([None, D1, D2, D3]), max_size=8))
def test_noting_down_what_is_new_settles(days: list[date | None]) -> None:
    """Whatever a provider promises from run to run: each change is noted once, and the moves are what was seen."""
    known = facts()
    for run, day in enumerate(days, start=1):
        held = facts(fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),)), fact("PLAT-2", due=day))
        known = replace(held, since=known.since, promises=known.promises)
        for again in (False, True):
            edges, moved = news(interpret(known, policy(), NOW).dependencies, known, at(run))
            assert not (again and (edges or moved))
            rows = {uid: (*known.promises.get(uid, ()), promise) for uid, promise in moved.items()}
            known = replace(
                known, since={**known.since, **dict.fromkeys(edges, at(run))}, promises={**known.promises, **rows}
            )
    given_days = [day for day in days if day is not None]
    wanted = sum(one != other for one, other in pairwise(given_days))
    assert len(moves("jira:PLAT-2", None, known, "due")) == wanted


def test_a_dependency_is_as_old_as_the_first_word_of_it() -> None:
    pair = ("jira:PAY-1", "jira:PLAT-2")
    known = facts(
        fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),), mentions=(says("PLAT-2", written=at(3)),)),
        fact("PLAT-2"),
    )
    (seen_later,) = interpret(replace(known, since={pair: at(9)}), policy(), NOW).dependencies
    (seen_before,) = interpret(replace(known, since={pair: at(1)}), policy(), NOW).dependencies
    assert (seen_later.since, seen_before.since) == (at(3), at(1))


def test_a_link_seen_for_the_first_time_has_no_age() -> None:
    known = facts(fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),)), fact("PLAT-2"))
    (edge,) = interpret(known, policy(), NOW).dependencies
    assert edge.since is None


def test_bots_and_we_are_nobody() -> None:
    base = fact("PAY-1", created=at(1), updated=at(9))
    ours = replace(base, comments=(Comment(id="1", ours=True, created=at(9)),))
    bots = replace(base, comments=(Comment(id="1", author=BOT, created=at(9)),))
    anns = replace(
        base, comments=(Comment(id="1", author=ANN, created=at(5)), Comment(id="2", author=BOT, created=at(9)))
    )
    assert [last_active(f) for f in (ours, bots, anns)] == [at(1), at(1), at(5)]


def test_without_a_history_an_update_may_have_been_anybodys() -> None:
    assert last_active(fact("PAY-1", created=at(1), updated=at(9))) == at(9)
    assert last_active(fact("PAY-1", created=at(1), updated=at(9), history=())) == at(1)
    assert last_active(fact("PAY-1", created=at(1), updated=at(9), history=(due(4, None, D1),))) == at(4)


def test_reopened_by_either_tracker() -> None:
    back = Change(at=at(4), field="resolution", before="Done", after="")
    assert was_reopened(fact("PAY-1", history=(back,)))
    assert was_reopened(fact("acme/web#1", resolution="reopened"))
    assert not was_reopened(fact("PAY-1", phase="done", history=(back,)))
    assert not was_reopened(fact("PAY-1"))


def test_planned() -> None:
    sprint = Sprint(id="1", name="S", state="active")
    assert is_planned(fact("PAY-1", sprints=(sprint,)))
    assert not is_planned(fact("PAY-1", sprints=(replace(sprint, state="closed"),)))
    assert is_planned(fact("PAY-1", releases=(Release(id="1", name="r"),)))
    assert not is_planned(fact("PAY-1", releases=(Release(id="1", name="r", released=True),)))
    assert is_planned(fact("PAY-1", due=D1))
    assert is_planned(fact("PAY-1", milestone=Milestone(number=1, title="m")))
    assert not is_planned(fact("PAY-1"))


def test_the_last_meeting_lies_before_today() -> None:
    forums = {
        name: Forum(name=name, cadence=cadence)
        for name, cadence in (("a", "weekly:tue"), ("b", "weekly:mon,thu"), ("c", "daily"), ("d", ""))
    }
    tuesday = date(2026, 3, 3)
    assert last_meetings(forums, tuesday) == {
        "a": date(2026, 2, 24),
        "b": date(2026, 3, 2),
        "c": date(2026, 3, 2),
    }
