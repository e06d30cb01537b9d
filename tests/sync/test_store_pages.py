"""Pages: what counts as new, what makes a version, and where a pull goes on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.base import Account, Page
from model.facts import Comment, Component, LinkType, Person, Release, Scope, Sprint
from sync.store import Saved, Store
from tests.sync.stores import NOON, blocks, history_rows, issue, later, page

PAY = Scope(tracker="jira", key="PAY")


def test_counts_what_a_page_brought(store: Store) -> None:
    assert store.save_page("jira", page(issue(1, links=(blocks(2),)), issue(2)), NOON) == Saved(new=2, links=1)
    again = store.save_page("jira", page(issue(1), issue(2), issue(3)), later(1))
    assert again == Saved(new=1, changed=1, unchanged=1)


def test_a_row_that_comes_twice_is_one_issue_as_last_seen(store: Store) -> None:
    assert store.save_page("jira", page(issue(1), issue(1, title="Later")), NOON) == Saved(new=1)
    assert store.facts().issues["jira:PAY-1"].title == "Later"


def test_the_echo_of_our_own_note_is_stored_but_no_change(store: Store) -> None:
    store.save_page("jira", page(issue(1)), NOON)
    echo = replace(issue(1), updated=later(1), comments=(Comment(id="5", ours=True),))
    assert store.save_page("jira", page(echo), later(1)) == Saved(unchanged=1)
    assert store.facts().issues["jira:PAY-1"] == echo


def test_somebody_elses_comment_is_a_change(store: Store) -> None:
    store.save_page("jira", page(issue(1)), NOON)
    assert store.save_page("jira", page(replace(issue(1), comments=(Comment(id="5"),))), later(1)) == Saved(changed=1)


def test_saving_a_page_again_makes_no_version(store: Store) -> None:
    full = Page(
        issues=(issue(1, links=(blocks(2),)), issue(2)),
        scopes=(PAY,),
        cursors={"PAY": "c1"},
        link_types=(LinkType(tracker="jira", id="1", name="Blocks", outward="blocks", inward="is blocked by"),),
        projects=frozenset({"PAY", "PLAT"}),
        census={"PAY": frozenset({"10001", "10002"})},
        catalog="{}",
    )
    store.save_page("jira", full, NOON)
    facts, rows = store.facts(), history_rows(store)
    store.save_page("jira", full, NOON)
    assert store.facts() == facts
    assert history_rows(store) == rows


def test_reading_a_scope_again_freshens_it_without_a_version(store: Store) -> None:
    store.save_page("jira", Page(scopes=(PAY,)), NOON)
    generations = store.facts().generations
    store.save_page("jira", Page(scopes=(PAY,)), later(5))
    assert store.facts().scopes == (replace(PAY, read_at=later(5)),)
    assert store.facts().generations == generations


def test_a_scope_that_could_not_be_read_keeps_when_it_last_was(store: Store) -> None:
    store.save_page("jira", Page(scopes=(PAY,)), NOON)
    store.save_page("jira", Page(scopes=(replace(PAY, missing="two pages were refused"),)), later(5))
    assert store.facts().scopes == (replace(PAY, missing="two pages were refused", read_at=NOON),)


def test_link_types_and_projects_are_lists_that_things_can_leave(store: Store) -> None:
    types = tuple(LinkType(tracker="jira", id=id_, name=id_, outward="a", inward="b") for id_ in ("1", "2"))
    store.save_page("jira", Page(link_types=types, projects=frozenset({"PAY", "OLD"})), NOON)
    store.save_page("jira", Page(link_types=types[:1], projects=frozenset({"PAY"})), later(1))
    facts = store.facts()
    assert facts.link_types == types[:1]
    assert facts.known_projects == {("jira", "PAY")}
    assert store.facts({"jira": 1}).link_types == types


def test_the_next_request_goes_on_where_the_walks_ended(store: Store) -> None:
    store.save_page("github", Page(cursors={"acme/web": "w", "acme/api-1": "a", "other/x": "x"}, catalog="seen"), NOON)
    request = store.request("github", ["acme/Web", "acme/api-*"], full=False, structure=True)
    assert request.cursors == {"acme/web": "w", "acme/api-1": "a"}
    assert (request.catalog, request.structure) == ("seen", True)
    full = store.request("github", ["acme/*"], full=True, structure=False)
    assert (full.cursors, full.catalog, full.structure) == ({}, "seen", False)
    store.forget_cursors("github", "acme/web")
    assert "acme/web" not in store.request("github", ["acme/*"], full=False, structure=True).cursors


def test_a_tracker_never_heard_of_is_asked_for_everything(store: Store) -> None:
    request = store.request("jira", ["PAY"], full=False, structure=True)
    assert (request.cursors, request.catalog) == ({}, "")
    assert store.structure_age("jira", NOON) is None


def test_the_age_of_structure(store: Store) -> None:
    store.structure_read("jira", NOON)
    assert store.structure_age("jira", later(90)) == timedelta(minutes=90)


def test_accounts(store: Store) -> None:
    account = Account(person=Person(id="bot", bot=True), site="https://acme.atlassian.net", zone="Europe/Berlin")
    store.save_account("jira", account, NOON)
    assert store.accounts() == {"jira": account}


@pytest.mark.parametrize("text", ["half a pair: \ud83d", "nul: \x00", "line\u2028separator", "😀" * 3])
def test_any_text_can_be_stored(store: Store, text: str) -> None:
    store.save_page("jira", page(issue(1, title=text)), NOON)
    assert store.facts().issues["jira:PAY-1"].title == text.replace("\ud83d", "\ufffd")
    rows = history_rows(store)
    assert store.save_page("jira", page(issue(1, title=text)), later(1)) == Saved(unchanged=1)
    assert history_rows(store) == rows


def test_releases_and_components_are_those_of_their_project_as_last_listed(store: Store) -> None:
    first = Page(
        releases={"PAY": (Release(id="1", name="a"), Release(id="2", name="b")), "PLAT": (Release(id="3", name="c"),)},
        components={"PAY": (Component(id="7", name="Ledger", lead=Person(id="lee")),)},
        sprints=(Sprint(id="5", name="S5", state="active"),),
    )
    store.save_page("jira", first, NOON)
    second = Page(releases={"PAY": (Release(id="2", name="b", released=True),)}, components={"PAY": ()})
    store.save_page("jira", second, later(1))
    known = store.facts()
    assert {key: (r.name, r.released) for key, r in known.releases.items()} == {
        ("jira", "2"): ("b", True),
        ("jira", "3"): ("c", False),
    }
    assert known.components == {}
    assert known.sprints[("jira", "5")].name == "S5"
    before = store.facts(at={"jira": 1})
    assert before.components[("jira", "PAY/Ledger")].lead == Person(id="lee")
