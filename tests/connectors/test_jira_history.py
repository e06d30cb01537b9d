"""History items as changes, on both faces; and what a delta keeps of it."""

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.jira.catalog import Catalog
from connectors.jira.history import changes
from tests.connectors.contract import after, issues, walk
from tests.connectors.jira_world import Jira, JiraServer


@pytest.fixture(params=[Jira, JiraServer], ids=["cloud", "server"])
def jira(request: pytest.FixtureRequest) -> Iterator[Jira]:
    world = request.param.start()
    try:
        yield world
    finally:
        world.running.close()


def test_a_delta_keeps_the_remote_links_of_what_changed(jira: Jira) -> None:
    jira.act("add_remote_link", issue="PAY-1", url="https://github.com/acme/web/issues/3", title="Show the balance")
    before = walk(jira.connector("PAY", "PLAT"))
    jira.act("edit", issue="PAY-1", title="Pay by invoice, soon")
    pages = walk(jira.connector("PAY", "PLAT"), after(before))
    (fact,) = issues(pages).values()
    assert [link.key for link in fact.remote_links] == ["acme/web#3"]


def item(field: str, was: str, now: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "from": was, "fromString": was, "to": now, "toString": now, **more}


def entry(day: int, *items: dict[str, Any], created: object = None) -> dict[str, Any]:
    at = created if created is not None else f"2026-11-{day:02}T10:00:00.000+0000"
    return {"id": str(day), "created": at, "author": {"accountId": "mira"}, "items": list(items)}


CATALOG = Catalog(custom={"sprint": ("cf_1",), "target_end": ("cf_2",)}, names={"cf_1": "Sprint", "cf_2": "Ziel"})


def told(*entries: dict[str, Any]) -> list[tuple[str, str, str]]:
    row = {"id": "1", "key": "PAY-1", "changelog": {"histories": list(entries), "total": len(entries)}}
    return [(c.field, c.before, c.after) for c in changes(row, CATALOG) or ()]


def test_fields_are_known_by_id_and_where_there_is_none_by_this_sites_name() -> None:
    assert told(
        entry(2, item("Ziel", "2026-12-01", "2026-12-02")),
        entry(1, item("whatever", "", "2026-12-01", fieldId="cf_2"), item("Rank", "", "higher")),
    ) == [("target_end", "", "2026-12-01"), ("target_end", "2026-12-01", "2026-12-02")]


def test_of_several_sprints_the_last_one_counts_and_a_name_may_hold_commas() -> None:
    several = {"field": "Sprint", "from": "", "fromString": "", "to": "3, 4", "toString": "A, Aurora 12"}
    one = {"field": "Sprint", "from": "3, 4", "fromString": "A, Aurora 12", "to": "5", "toString": "North, South"}
    assert told(entry(1, several), entry(2, one)) == [
        ("sprint", "", "Aurora 12"),
        ("sprint", "Aurora 12", "North, South"),
    ]


@pytest.mark.parametrize("created", [1764151200, 1764151200000])
def test_moments_may_be_numbers(created: int) -> None:
    row = {"changelog": {"histories": [entry(1, item("duedate", "", "2026-12-01"), created=created)], "total": 1}}
    (change,) = changes(row, CATALOG) or ()
    assert change.at.isoformat() == "2025-11-26T10:00:00+00:00"


def test_no_history_told_is_not_an_empty_one() -> None:
    assert changes({"id": "1", "key": "PAY-1"}, CATALOG) is None
    assert changes({"id": "1", "key": "PAY-1", "changelog": {"histories": [], "total": 0}}, CATALOG) == ()
