"""What Jira knows beside the fields of an issue: histories, remote links, plans; and what it keeps to itself."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from connectors.base import Page, Request
from connectors.jira.catalog import Catalog, load_catalog
from connectors.jira.jql import in_open_sprints
from model.facts import IssueFact
from sandbox.base import Fault
from tests.connectors.contract import after, issues, walk
from tests.connectors.jira_world import PAST, Jira, JiraServer

PULL = "https://github.com/acme/pay/pull/7"


@pytest.fixture(params=[Jira, JiraServer], ids=["cloud", "server"])
def jira(request: pytest.FixtureRequest) -> Iterator[Jira]:
    world: Jira = request.param.start()
    write = world.site.writer()
    write.version("PAY", "2026.3", date(2026, 3, 31))
    write.sprint("Aurora, 12]", "active", date(2026, 11, 9), date(2026, 11, 27), board=3)
    write.issue("PAY-3", "Invoices", created=PAST, sprints=["Aurora, 12]"], versions=["2026.3"])
    yield world
    world.running.close()


@pytest.fixture
def cloud() -> Iterator[Jira]:
    world = Jira.start()
    yield world
    world.running.close()


def pull(jira: Jira, request: Request | None = None) -> list[Page]:
    return walk(jira.connector("PAY", "PLAT"), request)


def by_key(pages: list[Page]) -> dict[str, IssueFact]:
    return {issue.key: issue for issue in issues(pages).values()}


def asked(jira: Jira, part: str) -> int:
    return sum(part in path for path in jira.paths)


def moves(fact: IssueFact) -> list[tuple[str, str, str]]:
    return [(change.field, change.before, change.after) for change in fact.history or ()]


# History


def test_moves_of_dates_sprints_releases_and_status_are_told_oldest_first(jira: Jira) -> None:
    jira.act("edit", issue="PAY-3", due="2026-05-01", title="Invoices, all")
    jira.act("edit", issue="PAY-3", due="2026-06-01", versions=[])
    jira.act("edit", issue="PAY-3", due=None, sprints=[])
    jira.act("transition", issue="PAY-3", status="Done")
    fact = by_key(pull(jira))["PAY-3"]
    told = moves(fact)
    assert [move for move in told if move[0] == "due"] == [
        ("due", "", "2026-05-01"),
        ("due", "2026-05-01", "2026-06-01"),
        ("due", "2026-06-01", ""),
    ]
    assert ("release", "2026.3", "") in told
    assert ("sprint", "Aurora, 12]", "") in told
    assert ("status", "To Do", "Done") in told
    assert [move[2] for move in told if move[0] == "resolution"] == ["Done"]
    assert list(fact.history or ()) == sorted(fact.history or (), key=lambda change: change.at)
    assert {change.author.name for change in fact.history or () if change.author} == {"Jonas"}


def test_an_issue_without_moves_has_an_empty_history(jira: Jira) -> None:
    assert by_key(pull(jira))["PAY-2"].history == ()


def move_often(jira: Jira, *keys: str, times: int = 60) -> None:
    for key in keys:
        for n in range(times):
            jira.act("edit", issue=key, due=str(date(2026, 5, 1) + timedelta(days=n)))


def test_histories_that_a_search_cuts_are_completed_together(jira: Jira) -> None:
    """Cloud embeds 40 of them, Data Center all."""
    move_often(jira, "PAY-1", "PAY-2")
    facts = by_key(pull(jira))
    assert [len(facts[key].history or ()) for key in ("PAY-1", "PAY-2")] == [60, 60]
    assert moves(facts["PAY-1"])[0] == ("due", "2026-12-01", "2026-05-01")
    assert asked(jira, "changelog/bulkfetch") == (0 if isinstance(jira, JiraServer) else 1)
    found = jira.connector("PAY").look(jira.address("PAY-1"))
    assert found is not None
    assert found.history == facts["PAY-1"].history


@pytest.mark.parametrize(("status", "partial"), [(403, ""), (404, ""), (500, "its older history could not be read")])
def test_a_history_that_cannot_be_completed_costs_its_beginning_only(cloud: Jira, status: int, partial: str) -> None:
    move_often(cloud, "PAY-1")
    cloud.fault(Fault(kind="status", status=status, count=-1, path="bulkfetch"))
    fact = by_key(pull(cloud))["PAY-1"]
    assert (len(fact.history or ()), fact.partial) == (40, partial)
    assert moves(fact)[-1][2] == "2026-06-29"


# Remote links


def test_remote_links_cost_one_request_for_each_issue_that_has_any(jira: Jira) -> None:
    jira.act("add_remote_link", issue="PAY-3", url=PULL, title="Refund in parts")
    jira.act("add_remote_link", issue="PAY-3", url="https://wiki.acme.example/refunds", title="Refunds")
    pages = pull(jira)
    (first, second) = by_key(pages)["PAY-3"].remote_links
    assert (first.url, first.title, first.key, first.shape, first.host) == (
        PULL,
        "Refund in parts",
        "acme/pay#7",
        "github",
        "github.com",
    )
    assert (second.key, second.shape, second.title) == ("", None, "Refunds")
    assert asked(jira, "/remotelink") == 1
    pull(jira, after(pages))
    assert asked(jira, "/remotelink") == 1, "what has not changed is not asked for again"
    jira.act("add_remote_link", issue="PLAT-1", url=PULL, title="Refund in parts")
    changed = by_key(pull(jira, after(pages)))
    assert [len(changed[key].remote_links) for key in changed if key == "PLAT-1"] == [1]


@pytest.mark.parametrize(("status", "why"), [(403, "are refused"), (500, "could not be read")])
def test_remote_links_that_cannot_be_read_cost_their_issue_a_part(jira: Jira, status: int, why: str) -> None:
    jira.act("add_remote_link", issue="PAY-3", url=PULL, title="Refund in parts")
    jira.fault(Fault(kind="status", status=status, count=-1, path="/remotelink"))
    pages = pull(jira)
    assert by_key(pages)["PAY-3"].partial == f"its remote links {why}"
    assert len(issues(pages)) == 5
    jira.running.world.clear_faults()
    again = by_key(pull(jira, after(pages)))
    assert status == 403 or len(again["PAY-3"].remote_links) == 1, "what was not refused is read the next time"


# Plans


def test_dates_that_move_without_touching_an_issue_are_read_again(jira: Jira) -> None:
    pages = pull(jira)
    assert [r.name for page in pages for r in (page.releases or {}).get("PAY", ())] == ["2026.3"]
    jira.act("move_version", project="PAY", version="2026.3", day="2026-04-30")
    jira.act("move_sprint", sprint="Aurora, 12]", end="2026-12-04")
    again = pull(jira, after(pages, structure=True))
    (release,) = next(page.releases for page in again if page.releases)["PAY"]
    assert (release.day, release.released) == (date(2026, 4, 30), False)
    (sprint,) = next(page.sprints for page in again if page.sprints)
    assert (sprint.name, sprint.state, sprint.end and sprint.end.date()) == ("Aurora, 12]", "active", date(2026, 12, 4))
    known = by_key(pages)["PAY-3"].sprints
    assert [s.id for s in known] == [sprint.id]
    assert asked(jira, "/board/3/sprint") == 1
    assert "PAY-3" not in by_key(again), "no issue was read for it"


def test_components_come_with_their_leads(jira: Jira) -> None:
    jira.site.writer().issue("PAY-9", "Ledger", components=["Core"], created=PAST)
    core = jira.site.state.projects["PAY"].components[0]
    core["lead"] = jira.site.state.user(jira.site.state.person("Mira"))
    (found,) = next(page.components for page in pull(jira) if page.components)["PAY"]
    assert (found.name, found.lead and found.lead.name) == ("Core", "Mira")


@pytest.mark.parametrize("known", [True, False], ids=["by sprint", "all open"])
def test_where_boards_tell_nothing_issues_in_open_sprints_are_read_again(jira: Jira, known: bool) -> None:
    pages = pull(jira)
    if not known:
        said = '{"errorMessages": ["Unable to find JQL function \'openSprints()\'."]}'
        jira.fault(Fault(kind="status", status=400, count=-1, path="/search", body="openSprints", text=said))
    jira.fault(Fault(kind="status", status=403, count=-1, path="/rest/agile/"))
    jira.act("move_sprint", sprint="Aurora, 12]", end="2026-12-04")
    again = pull(jira, after(pages, structure=True))
    (sprint,) = by_key(again)["PAY-3"].sprints
    assert str(sprint.end).startswith("2026-12-04")
    assert not missing(again)
    catalog = load_catalog(after([*pages, *again]).catalog)
    assert catalog is not None
    assert (catalog.agile, catalog.sprint_jql) == (False, known)


def test_open_sprints_are_named_by_the_id_of_their_field() -> None:
    """What the field is called depends on the site's language."""
    known = Catalog(custom={"sprint": ("customfield_10020",)})
    assert in_open_sprints(known) == "cf[10020] in openSprints() OR cf[10020] in futureSprints()"


def missing(pages: list[Page]) -> list[str]:
    return [scope.missing for page in pages for scope in page.scopes if scope.missing]


@pytest.mark.parametrize("path", ["/versions", "/components", "/board/"])
@pytest.mark.parametrize("status", [403, 500])
def test_a_plan_that_cannot_be_read_leaves_the_others_and_all_issues(jira: Jira, path: str, status: int) -> None:
    pages = pull(jira)
    jira.fault(Fault(kind="status", status=status, count=-1, path=path))
    again = pull(jira, after(pages, structure=True))
    assert any(page.census for page in again)
    read = next(page for page in again if page.releases is not None)
    assert bool(read.releases) is (path != "/versions")
    assert bool(read.components) is (path != "/components")
    assert bool(read.sprints) is (path != "/board/")


# What only some may see


def test_restricted_issues_and_comments_say_so(jira: Jira) -> None:
    me = jira.site.state.person("crosstie").name
    jira.site.writer().issue("PAY-8", "Secret", created=PAST, readers=[me])
    jira.site.writer().comment("PAY-2", "Mira", "Blocked by PLAT-1", PAST, {"type": "role", "value": "Developers"})
    facts = by_key(pull(jira))
    assert [key for key, fact in facts.items() if fact.restricted] == ["PAY-8"]
    (comment,) = facts["PAY-2"].comments
    assert comment.restricted
    assert [m.restricted for m in facts["PAY-2"].mentions] == [True]
