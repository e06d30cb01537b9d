"""Nothing is removed on incomplete knowledge: links need both ends, issues two censuses and a look."""

from datetime import datetime

import pytest

from connectors.base import Address, Page
from model.facts import Link, Retraction
from sync.store import Store
from tests.sync.stores import NOON, blocked_by, blocks, issue, later, page

BOTH = page(issue(1, links=(blocks(2),)), issue(2, links=(blocked_by(1),)))


def census(*numbers: int) -> Page:
    return Page(census={"PAY": frozenset(str(10_000 + number) for number in numbers)})


def retracted(at: datetime) -> tuple[Retraction, ...]:
    return (Retraction(one="jira:PAY-1", other="jira:PAY-2", at=at, type_id="1"),)


def test_a_link_is_removed_once_both_ends_were_read_without_it(store: Store) -> None:
    store.save_page("jira", BOTH, NOON)
    store.save_page("jira", page(issue(1)), later(1))
    assert store.facts().retractions == ()
    store.save_page("jira", page(issue(2)), later(2))
    assert store.facts().retractions == retracted(later(1))


def test_both_ends_in_one_page(store: Store) -> None:
    store.save_page("jira", BOTH, NOON)
    store.save_page("jira", page(issue(2), issue(1)), later(1))
    assert store.facts().retractions == retracted(later(1))


def test_an_end_that_was_never_pulled_has_no_say(store: Store) -> None:
    store.save_page("jira", page(issue(1, links=(blocks(2),))), NOON)
    store.save_page("jira", page(issue(1)), later(1))
    assert store.facts().retractions == retracted(later(1))


def test_a_link_that_comes_back_voids_its_removal(store: Store) -> None:
    store.save_page("jira", BOTH, NOON)
    store.save_page("jira", page(issue(1), issue(2)), later(1))
    store.save_page("jira", page(issue(2, links=(blocked_by(1),))), later(2))
    assert store.facts().retractions == ()
    store.save_page("jira", page(issue(2)), later(3))
    assert store.facts().retractions == retracted(later(3))


def test_the_other_end_may_show_it_first_after_the_removal_was_seen(store: Store) -> None:
    store.save_page("jira", page(issue(1, links=(blocks(2),))), NOON)
    store.save_page("jira", page(issue(1)), later(1))
    store.save_page("jira", page(issue(2, links=(blocked_by(1),))), later(2))
    assert store.facts().retractions == ()


@pytest.mark.parametrize("instead", [blocks(2, type_id="9"), blocked_by(2)], ids=["type", "direction"])
def test_a_link_of_another_type_or_direction_is_another_link(store: Store, instead: Link) -> None:
    store.save_page("jira", page(issue(1, links=(blocks(2),))), NOON)
    store.save_page("jira", page(issue(1, links=(instead,))), later(1))
    assert store.facts().retractions == retracted(later(1))


def test_a_partial_read_removes_nothing_until_it_is_complete(store: Store) -> None:
    store.save_page("jira", page(issue(1, links=(blocks(2),))), NOON)
    store.save_page("jira", page(issue(1, partial="its links were cut short")), later(1))
    assert store.facts().retractions == ()
    store.save_page("jira", page(issue(1)), later(2))
    assert store.facts().retractions == retracted(later(2))


def test_a_partial_read_of_one_end_does_not_confirm_the_other(store: Store) -> None:
    store.save_page("jira", BOTH, NOON)
    store.save_page("jira", page(issue(1), issue(2, partial="its links were cut short")), later(1))
    assert store.facts().retractions == ()
    store.save_page("jira", page(issue(2)), later(2))
    assert store.facts().retractions == retracted(later(1))


def test_a_partial_read_that_was_wrong_is_forgotten(store: Store) -> None:
    store.save_page("jira", page(issue(1, links=(blocks(2),))), NOON)
    store.save_page("jira", page(issue(1, partial="cut short")), later(1))
    store.save_page("jira", page(issue(1, links=(blocks(2),))), later(2))
    assert store.facts().retractions == ()


def test_a_renamed_other_end_is_no_removal(store: Store) -> None:
    store.save_page("jira", BOTH, NOON)
    store.save_page("jira", page(issue(2, key="PLAT-9", links=(blocked_by(1),))), later(1))
    store.save_page("jira", page(issue(1, links=(blocks(2),), title="Touched")), later(2))
    assert store.facts().retractions == ()


def test_a_gone_end_has_no_say_and_an_unreadable_one_keeps_it(store: Store) -> None:
    store.save_page("jira", BOTH, NOON)
    store.save_page("jira", page(issue(1)), later(1))
    store.mark_absent("jira:PAY-2", "unreadable", later(2))
    assert store.facts().retractions == ()
    store.mark_absent("jira:PAY-2", "gone", later(3))
    assert store.facts().retractions == retracted(later(1))
    store.save_page("jira", page(issue(2, links=(blocked_by(1),))), later(4))
    assert store.facts().retractions == ()


def test_an_end_that_a_census_names_again_has_its_say_again(store: Store) -> None:
    store.save_page("jira", BOTH, NOON)
    for minute in (1, 2):
        store.save_page("jira", census(1), later(minute))
    store.mark_absent("jira:PAY-2", "gone", later(3))
    store.save_page("jira", page(issue(1)), later(4))
    assert store.facts().retractions == retracted(later(4))
    store.save_page("jira", census(1, 2), later(5))
    assert store.facts().retractions == ()


def test_the_past_knows_no_later_removal(store: Store) -> None:
    store.save_page("jira", page(issue(1, links=(blocks(2),))), NOON)
    before = store.facts()
    store.save_page("jira", page(issue(1)), later(1))
    assert store.facts(before.generations) == before


def test_missing_from_two_censuses_asks_for_a_look(store: Store) -> None:
    store.save_page("jira", page(issue(1), issue(2)), NOON)
    store.save_page("jira", census(1), later(1))
    assert store.absent_twice("jira") == []
    store.save_page("jira", census(1), later(2))
    assert store.absent_twice("jira") == [("jira:PAY-2", Address(native_id="10002", key="PAY-2"))]


def test_a_census_counts_once_and_a_good_one_starts_anew(store: Store) -> None:
    store.save_page("jira", page(issue(1)), NOON)
    store.save_page("jira", census(), later(1))
    store.save_page("jira", census(), later(1))
    store.save_page("jira", census(1), later(2))
    store.save_page("jira", census(), later(3))
    assert store.absent_twice("jira") == []


def test_a_census_of_another_scope_says_nothing(store: Store) -> None:
    store.save_page("jira", page(issue(1), issue(2, key="PLAT-2")), NOON)
    for minute in (1, 2):
        store.save_page("jira", census(1), later(minute))
    assert store.absent_twice("jira") == []


def test_what_a_look_found_stands_until_the_issue_is_seen_again(store: Store) -> None:
    store.save_page("jira", page(issue(1)), NOON)
    for minute in (1, 2):
        store.save_page("jira", census(), later(minute))
    store.mark_absent("jira:PAY-1", "gone", later(3))
    gone = store.facts()
    assert gone.absent == {"jira:PAY-1": "gone"}
    assert gone.issues == {"jira:PAY-1": issue(1)}
    assert store.absent_twice("jira") == []
    store.save_page("jira", page(issue(1)), later(4))
    assert store.facts().absent == {}
    assert store.absent_twice("jira") == []
    assert store.facts(gone.generations) == gone


def test_a_census_that_names_it_again_is_seeing_it(store: Store) -> None:
    store.save_page("jira", page(issue(1)), NOON)
    for minute in (1, 2):
        store.save_page("jira", census(), later(minute))
    store.mark_absent("jira:PAY-1", "unreadable", later(3))
    store.save_page("jira", census(1), later(4))
    assert store.facts().absent == {}
