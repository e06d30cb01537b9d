"""Uids: an issue keeps its own through every rename, and nobody else ever gets it."""

from connectors.base import Page
from model.facts import IssueFact
from sync.store import Store
from tests.sync.stores import NOON, blocks, issue, later, page


def uids(store: Store) -> dict[str, str]:
    """Native id -> uid."""
    return {fact.native_id: uid for uid, fact in store.facts().issues.items()}


def test_every_name_leads_to_the_uid(store: Store) -> None:
    pull = IssueFact(tracker="github", native_id="PR_kwA", other_ids=("991",), key="acme/web#3")
    store.save_page("github", page(pull), NOON)
    assert store.facts().aliases == {
        ("github", "PR_kwA"): "github:acme/web#3",
        ("github", "991"): "github:acme/web#3",
        ("github", "acme/web#3"): "github:acme/web#3",
    }


def test_a_moved_issue_keeps_its_uid_and_its_old_key(store: Store) -> None:
    store.save_page("jira", page(issue(1)), NOON)
    store.save_page("jira", page(issue(1, key="PLAT-9")), later(1))
    facts = store.facts()
    assert facts.issues == {"jira:PAY-1": issue(1, key="PLAT-9")}
    assert facts.aliases["jira", "PAY-1"] == facts.aliases["jira", "PLAT-9"] == "jira:PAY-1"


def test_a_reused_key_is_another_issue_and_the_newest_holder_answers_to_it(store: Store) -> None:
    store.save_page("jira", page(issue(1)), NOON)
    store.save_page("jira", page(issue(1, key="PLAT-9")), later(1))
    store.save_page("jira", page(issue(2, key="PAY-1")), later(2))
    assert uids(store) == {"10001": "jira:PAY-1", "10002": "jira:PAY-1~2"}
    assert store.facts().aliases["jira", "PAY-1"] == "jira:PAY-1~2"
    store.save_page("jira", page(issue(2, key="PAY-1", title="Still itself")), later(3))
    assert store.facts().issues["jira:PAY-1~2"].title == "Still itself"


def test_a_key_reused_over_and_over_and_within_one_page(store: Store) -> None:
    store.save_page("jira", page(*(issue(number, key="PAY-1") for number in (1, 2, 3))), NOON)
    store.save_page("jira", page(issue(4, key="PAY-1")), later(1))
    assert sorted(uids(store).values()) == ["jira:PAY-1", "jira:PAY-1~2", "jira:PAY-1~3", "jira:PAY-1~4"]


def test_a_new_native_id_is_recognised_by_another_id(store: Store) -> None:
    before = IssueFact(tracker="github", native_id="I_old", other_ids=("991",), key="acme/web#3")
    after = IssueFact(tracker="github", native_id="I_new", other_ids=("991",), key="acme/api#8")
    store.save_page("github", page(before), NOON)
    store.save_page("github", page(after), later(1))
    assert store.facts().issues == {"github:acme/web#3": after}
    assert store.facts().aliases["github", "I_new"] == "github:acme/web#3"


def test_a_pointer_reserves_nothing_and_keeps_its_name_when_pulled(store: Store) -> None:
    store.save_page("jira", page(issue(1, links=(blocks(2),))), NOON)
    assert set(store.facts().aliases) == {("jira", "10001"), ("jira", "PAY-1")}
    store.save_page("jira", page(issue(2)), later(1))
    assert uids(store)["10002"] == "jira:PAY-2"


def test_two_trackers_do_not_mix(store: Store) -> None:
    store.save_page("jira", page(issue(1)), NOON)
    store.save_page("old", Page(issues=(IssueFact(tracker="old", native_id="10001", key="PAY-1"),)), NOON)
    assert set(store.facts().issues) == {"jira:PAY-1", "old:PAY-1"}
    assert store.facts().generations == {"jira": 1, "old": 1}
