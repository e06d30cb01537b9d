"""Cases, notes, mutes and baselines come back as they went in, and levels told never sink."""

from dataclasses import replace
from datetime import timedelta

from rules.base import Subject
from sync.base import Mute, NoteRow
from sync.store import Store
from sync.store.cases import ALPHABET, SHORTEST, letters_of
from tests.sync.stores import NOON, case, event, later

NOTE = NoteRow(uid="jira:PAY-1", tracker="jira", id="77", digest="d1", cases=("k3f9q",), labels=("crosstie",))
EDGE = Subject("edge", ("jira:PAY-1", "github:acme/web#2"))


def test_a_case_and_its_events_come_back_whole(store: Store) -> None:
    opened, worse = event(case()), event(case(level=2), "worsened")
    store.save_events("r1", NOON, [opened])
    store.save_events("r2", later(5), [worse])
    assert store.case("k3f9q") == worse.case
    assert store.cases() == [worse.case]
    assert store.case_events("k3f9q") == [("r1", NOON, opened), ("r2", later(5), worse)]
    assert store.case("zzzzz") is None
    assert store.case_events("zzzzz") == []


def test_a_case_cleared_long_ago_is_only_found_by_name(store: Store) -> None:
    old = replace(case("aaaaa"), state="cleared", cleared=NOON)
    new = replace(case("bbbbb"), state="cleared", cleared=NOON + timedelta(days=8))
    unknown = replace(case("ccccc"), state="unknown")
    store.save_events("r1", NOON, [event(old, "cleared"), event(new, "cleared"), event(unknown, "unknown")])
    assert store.cases() == [old, new, unknown]
    store.begin_run("r2", NOON + timedelta(days=10), "c")
    assert store.cases() == [new, unknown]
    assert store.cases(NOON) == [old, new, unknown]
    assert store.case("aaaaa") == old
    assert store.cases_of(["ccccc", "aaaaa", "zzzzz", "aaaaa"]) == [old, unknown]
    assert store.cases_of([]) == []


def test_levels_told_never_sink(store: Store) -> None:
    store.save_events("r1", NOON, [event(case("aaaaa", notified=2)), event(case("bbbbb"))])
    store.mark_notified({"aaaaa": 1, "bbbbb": 3, "unheard-of": 1})
    assert {one.id: one.notified for one in store.cases()} == {"aaaaa": 2, "bbbbb": 3}
    store.mark_notified({})


def test_a_case_id_is_short_and_the_same_for_the_same_case(store: Store) -> None:
    case_id = store.new_case_id("overdue", EDGE)
    assert len(case_id) == SHORTEST
    assert set(case_id) <= set(ALPHABET)
    with Store.open("sqlite://") as another:
        assert store.new_case_id("overdue", EDGE) == another.new_case_id("overdue", EDGE) == case_id
    others = [
        ("cycle", EDGE),
        ("overdue", Subject("edge", EDGE.members[::-1])),
        ("overdue", Subject("cycle", EDGE.members)),
    ]
    assert len({case_id, *(store.new_case_id(*other) for other in others)}) == 4


def test_a_case_id_that_a_different_case_has_grows_longer(store: Store) -> None:
    first = store.new_case_id("overdue", EDGE)
    squatter = replace(case(first), subject=Subject("issue", ("jira:PAY-9",)))
    store.save_events("r1", NOON, [event(squatter)])
    with Store.open(str(store.name)) as reopened:
        longer = reopened.new_case_id("overdue", EDGE)
    assert longer.startswith(first)
    assert len(longer) == SHORTEST + 1


def test_two_new_cases_that_collide_before_they_are_saved(store: Store) -> None:
    one, other = _colliding()
    ids = [store.new_case_id("overdue", one), store.new_case_id("overdue", other)]
    assert ids[1][:SHORTEST] == ids[0]
    assert len(ids[1]) > SHORTEST


def test_notes(store: Store) -> None:
    store.save_note(NOTE)
    store.save_note(replace(NOTE, read_back=True))
    assert store.notes() == {"jira:PAY-1": replace(NOTE, read_back=True)}
    assert store.note("jira:PAY-1") == replace(NOTE, read_back=True)
    assert store.note("jira:PAY-2") is None
    store.forget_note("jira:PAY-1")
    assert store.notes() == {}


def test_a_wish_keeps_its_first_moment(store: Store) -> None:
    wish = Mute(uid="jira:PAY-1", case="k3f9q", why="note deleted", at=NOON)
    store.save_mutes([wish])
    store.save_mutes([replace(wish, at=later(1)), replace(wish, case="aaaaa", why="label removed")])
    store.save_mutes([])
    assert store.mutes() == [replace(wish, case="aaaaa", why="label removed"), wish]


def test_baselines_only_grow(store: Store) -> None:
    store.save_baselines({("overdue", "jira:PAY")}, NOON)
    store.save_baselines({("overdue", "jira:PAY"), ("cycle", "jira:PAY")}, later(1))
    assert store.baselines() == {("overdue", "jira:PAY"), ("cycle", "jira:PAY")}


def _colliding() -> tuple[Subject, Subject]:
    """Two subjects whose ids begin alike: among 40,000 ids of 25 bits some 24 pairs do."""
    seen: dict[str, Subject] = {}
    for number in range(40_000):
        subject = Subject("issue", (f"jira:PAY-{number}",))
        first = letters_of("overdue", subject)[:SHORTEST]
        if first in seen:
            return seen[first], subject
        seen[first] = subject
    raise AssertionError("no two ids collide")
