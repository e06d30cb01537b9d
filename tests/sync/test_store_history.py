"""Whatever comes, in whatever order, however often: the store ends where the last reading says, and forgets no past."""

import tempfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.base import Page
from model.facts import Facts, IssueFact, Link, LinkType, Scope
from tests.sync.stores import blocked_by, blocks, copied, history_rows, issue, later

NUMBERS = st.integers(1, 4)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _links() -> st.SearchStrategy[tuple[Link, ...]]:
    return st.lists(st.builds(blocks, NUMBERS) | st.builds(blocked_by, NUMBERS), max_size=2, unique=True).map(tuple)


def _issues() -> st.SearchStrategy[IssueFact]:
    keys = st.sampled_from(["", "PAY-1", "PAY-2", "PLAT-1"])
    return st.builds(
        issue, NUMBERS, keys, links=_links(), title=st.sampled_from("ab"), partial=st.sampled_from(["", "x"])
    )


def _pages() -> st.SearchStrategy[Page]:
    scope = st.builds(Scope, tracker=st.just("jira"), key=st.just("PAY"), missing=st.sampled_from(["", "refused"]))
    kind = st.builds(
        LinkType,
        tracker=st.just("jira"),
        id=st.sampled_from("12"),
        name=st.just("Blocks"),
        outward=st.just("blocks"),
        inward=st.sampled_from("xy"),
    )
    natives = st.frozensets(NUMBERS.map(lambda number: str(10_000 + number)))
    return st.builds(
        Page,
        issues=st.lists(_issues(), max_size=3).map(tuple),
        scopes=st.lists(scope, max_size=1).map(tuple),
        link_types=st.none() | st.lists(kind, max_size=2, unique_by=lambda one: one.id).map(tuple),
        projects=st.none() | st.frozensets(st.sampled_from(["PAY", "PLAT"])),
        census=st.none() | st.fixed_dictionaries({"PAY": natives}),
    )


def _versioned(facts: Facts) -> Facts:
    """Without what has no version of its own: how fresh a scope is."""
    return replace(facts, scopes=tuple(replace(s, read_at=s.read_at and EPOCH) for s in facts.scopes))


def _outcome(facts: Facts, pages: list[Page]) -> Facts:
    """What does not depend on when a name came to mean whom: where keys move, a link's end is read by today's names."""
    moved = any(issue(int(found.native_id) - 10_000).key != found.key for each in pages for found in each.issues)
    return replace(facts, generations={}, retractions=() if moved else facts.retractions)


SEQUENCES = st.lists(_pages(), min_size=1, max_size=6)
CALM = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@CALM
@given(SEQUENCES)
def test_the_last_reading_stands_and_replaying_them_all_ends_there_too(empty_store: Path, pages: list[Page]) -> None:
    with tempfile.TemporaryDirectory() as folder, copied(empty_store, Path(folder)) as store:
        for minute, each in enumerate(pages):
            store.save_page("jira", each, later(minute))
        once = store.facts()
        last = {found.native_id: found for each in pages for found in each.issues}
        assert {found.native_id: found for found in once.issues.values()} == last
        assert all(once.aliases["jira", found.native_id] == uid for uid, found in once.issues.items())
        for minute, each in enumerate(pages):
            store.save_page("jira", each, later(minute))
        assert _outcome(store.facts(), pages) == _outcome(once, pages)


@CALM
@given(SEQUENCES)
def test_every_past_generation_can_be_rebuilt(empty_store: Path, pages: list[Page]) -> None:
    with tempfile.TemporaryDirectory() as folder, copied(empty_store, Path(folder)) as store:
        seen: list[Facts] = []
        for minute, each in enumerate(pages):
            store.save_page("jira", each, later(minute))
            seen.append(store.facts())
        for facts in seen:
            assert _versioned(store.facts(facts.generations)) == _versioned(facts)


@CALM
@given(SEQUENCES)
def test_saving_the_same_page_twice_is_as_saving_it_once(empty_store: Path, pages: list[Page]) -> None:
    with tempfile.TemporaryDirectory() as folder, copied(empty_store, Path(folder)) as store:
        for minute, each in enumerate(pages):
            store.save_page("jira", each, later(minute))
            once, rows = store.facts(), history_rows(store)
            again = store.save_page("jira", each, later(minute))
            assert again.new == 0
            assert store.facts() == once
            assert history_rows(store) == rows
