"""Accounts of cases: days, agreements, where a case is told, and what is said when it cannot be judged again."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from msgspec import structs

from model.calendar import Calendar
from model.facts import ProjectDate
from model.interpret import interpret
from model.policy import Agreements, Forum, Owns
from model.snapshot import Issue
from rules.base import RuleSettings, TeamSettings
from rules.overdue import OverdueSettings
from sync.base import Case, CaseEvent, Mute
from sync.explain.edges import edge_data
from sync.explain.telling import why_silent
from sync.explain.view import NoSuchRun as Unknown
from sync.explain.view import View, event_at, find_run, verdict
from sync.explain.why_not import hints
from sync.notes import Desk, wanted_notes
from sync.places import place_url
from sync.store import PastRun, Store
from tests.model.build import blocked_by, fact, facts, policy, says, team
from tests.sync.build import NOW, PAY, PLAT, case, finding, issue, snapshot

TEAMS = (team("payments", "jira:PAY"), replace(team("platform", "jira:PLAT"), calendar="de"))
GERMAN = Calendar(timezone="Europe/Berlin", holidays=frozenset({date(2026, 3, 2)}))


def edge(**more: Any) -> dict[str, Any]:
    """PAY-1 waits for PLAT-2, which is due on Friday 20 February; it is Tuesday 3 March."""
    fields = {"due": date(2026, 2, 20), "target_end": date(2026, 2, 27)} | more.pop("provider", {})
    known = facts(fact("PAY-1", links=(blocked_by("PLAT-2", on="PAY-1"),), phase="open"), _provider(**fields))
    by = policy(*TEAMS, calendars={"de": GERMAN}, **more)
    world = interpret(known, by, NOW)
    view = View(at=NOW, facts=known, policy=by, config=None, snapshot=world, findings=())  # type: ignore[arg-type]  # not looked at
    return edge_data(world.dependencies[0], view, {})


def _provider(**fields: Any) -> Any:
    return fact("PLAT-2", phase="open", **fields)


def test_every_place_where_a_promise_is_looked_for_is_told_in_order() -> None:
    places = edge()["looked_for"]["promised"]
    assert [(p["source"], p["day"], p["counts"]) for p in places[:4]] == [
        ("command", None, False),
        ("due", "2026-02-20", True),
        ("target_end", "2026-02-27", False),
        ("project_field", None, False),
    ]
    swapped = edge(promised_order=("target_end", "due"))
    assert [(p["source"], p["counts"]) for p in swapped["looked_for"]["promised"]] == [
        ("target_end", True),
        ("due", False),
    ]
    assert swapped["promised"]["day"] == "2026-02-27"


def test_a_date_of_a_board_is_told_with_its_field() -> None:
    day = ProjectDate(project="Roadmap", field="Target date", day=date(2026, 3, 6))
    told = edge(provider={"due": None, "target_end": None, "project_dates": (day,)})
    assert told["promised"] == {
        "day": "2026-03-06",
        "source": "project_field",
        "name": "Target date in Roadmap",
        "of": PLAT,
    }


def test_working_days_are_told_with_the_days_left_out_and_whose_they_are() -> None:
    (span,) = edge()["days"]["counted"]
    assert (span["from"], span["to"], span["working_days"]) == ("2026-02-20", "2026-03-03", 6)
    assert span["weekend"] == ["2026-02-21", "2026-02-22", "2026-02-28", "2026-03-01"]
    assert span["holidays"] == [{"day": "2026-03-02", "of": ["platform"]}]


def test_days_of_a_placeholder_are_counted_and_not_listed() -> None:
    (span,) = edge(provider={"due": date(9999, 12, 31)})["days"]["counted"]
    assert (span["listed"], span["weekend"]) == (False, [])
    assert span["working_days"] > 2_000_000


def test_where_an_agreement_was_looked_for() -> None:
    forum = Forum(name="sos", teams=("payments", "platform"), owns=(Owns(tracker="jira", scope="PLAT-2"),))
    other = Forum(name="data", teams=("platform",))
    told = edge(forums={"sos": forum, "data": other}, agreements=Agreements(labels=("agreed",)))
    search = told["agreement_search"]
    assert told["agreement"] == "none found"
    assert search["forums"] == [
        {"forum": "data", "not_sitting_in_it": ["payments"], "owns_of_consumer": [], "owns_of_provider": []},
        {"forum": "sos", "not_sitting_in_it": [], "owns_of_consumer": [], "owns_of_provider": [PLAT]},
    ]
    assert (search["labels"], search["found"], search["not_read"]) == (["agreed"], [], [])
    found = edge(agreements=Agreements(labels=("agreed",)), provider={"labels": ("Agreed",)})
    assert found["agreement_search"]["found"] == [{"on": PLAT, "record": "label Agreed"}]
    assert found["agreement"] == "label Agreed"


def test_evidence_leads_to_the_comment_it_was_read_in() -> None:
    jira = issue(PAY, url="https://acme.atlassian.net/browse/PAY-1")
    github = issue("github:acme/web#3", url="https://github.com/acme/web/pull/3")
    assert place_url(jira, "comment:10001") == "https://acme.atlassian.net/browse/PAY-1?focusedCommentId=10001"
    assert place_url(github, "comment:77") == "https://github.com/acme/web/pull/3#issuecomment-77"
    assert place_url(github, "body") == github.url
    assert place_url(None, "body") == ""


def test_words_that_make_no_dependency_are_told_with_the_reason() -> None:
    bare, stranger = says("PLAT-2", None), says("PLAT-2", belongs=False)
    known = facts(fact("acme/web#1", mentions=(bare,)), fact("acme/web#2", mentions=(stranger,)), fact("PLAT-2"))
    by = policy()
    world = interpret(known, by, NOW)
    view = View(at=NOW, facts=known, policy=by, config=None, snapshot=world, findings=())  # type: ignore[arg-type]  # not looked at
    told = {hint["between"][0]: hint["why"] for hint in hints(view, PLAT, {})}
    assert told == {
        "github:acme/web#1": "it does not say who waits",
        "github:acme/web#2": "who wrote it does not belong to a team",
    }
    assert [hint["says"] for hint in hints(view, "github:acme/web#1", {})] == ["about PLAT-2"]


def desk(
    *ends: Issue,
    settings: RuleSettings | None = None,
    write_to: tuple[str, ...] = ("jira:*",),
    mutes: tuple[Mute, ...] = (),
) -> Desk:
    return Desk(
        snapshot=snapshot(*(ends or (issue(PAY, team="payments"), issue(PLAT, team="platform")))),
        rules={"overdue": settings or OverdueSettings()},
        write_to=write_to,
        mutes={(mute.uid, mute.case): mute for mute in mutes},
    )


def mute(why: Any, level: int = 0) -> Mute:
    return Mute(uid=PAY, case="k3f9q", why=why, at=NOW, level=level)


@pytest.mark.parametrize(
    ("at", "says"),
    [
        (desk(), ""),
        (desk(write_to=()), "notes.write_to is empty"),
        (desk(write_to=("jira:PLAT",)), "notes.write_to does not name jira:PAY"),
        (desk(issue(PAY, end="stub")), "not read in full (stub)"),
        (desk(settings=OverdueSettings(mode="observe")), 'says mode = "observe" here'),
        (desk(settings=OverdueSettings(mode="label")), "it is labelled only"),
        (desk(settings=OverdueSettings(notify="provider")), 'says notify = "provider"'),
        (desk(settings=OverdueSettings(teams={"payments": TeamSettings(mode="off")})), 'says mode = "off"'),
        (desk(mutes=(mute("note deleted"),)), "a person's hand is final: note deleted on 2026-03-03"),
        (desk(mutes=(mute("baseline", level=1),)), "silent until it is worse than level 1"),
        (desk(mutes=(mute("baseline"),)), ""),
        (desk(issue(PAY, audience="public")), "its readers (public) may not all read"),
    ],
)
def test_what_keeps_a_case_from_being_noted(at: Desk, says: str) -> None:
    """And it agrees with what the notes would say."""
    standing = case(finding=finding(inputs=frozenset({"internal"})))
    why = why_silent(standing, at.snapshot.issues[PAY], "consumer", at)
    assert says in why
    assert bool(says) == bool(why)
    told = wanted_notes([_told(standing, at)], at, NOW.date()).get(PAY)
    assert (told is not None and told.document is not None) == (not why)


def _told(standing: Case, at: Desk) -> Case:
    """As the engine would have it: without the places that nobody is to be told at."""
    settings = at.rules["overdue"]
    kept = tuple(p for p in standing.finding.places if settings.notify in ("both", p.role))
    return replace(standing, finding=structs.replace(standing.finding, places=kept))


@pytest.fixture
def runs(store: Store) -> list[PastRun]:
    """Three, a day each."""
    for day in (1, 2, 3):
        store.begin_run(f"r2026030{day}", NOW.replace(day=day), "c")
        store.save_events(f"r2026030{day}", NOW.replace(day=day), [], {})
    return store.past_runs()


def test_a_run_is_found_by_the_beginning_of_its_id(runs: list[PastRun]) -> None:
    assert find_run(runs, "r20260302") is runs[1]
    assert find_run(runs[:1], "r2") is runs[0]
    with pytest.raises(Unknown, match="Several runs"):
        find_run(runs, "r2026")
    with pytest.raises(Unknown, match="No run that judged"):
        find_run(runs, "r1999")


def test_a_run_shows_what_had_happened_until_then(runs: list[PastRun]) -> None:
    first, second = CaseEvent(case=case(), kind="opened"), CaseEvent(case=case(level=2), kind="worsened")
    events = [(runs[1].id, NOW, first), (runs[2].id, NOW, second)]
    assert event_at(events, runs, runs[1].id) is first
    assert event_at(events, runs, runs[2].id) is second
    with pytest.raises(Unknown, match="first found by run r20260302"):
        event_at(events, runs, runs[0].id)


def test_another_verdict_than_the_recorded_one_is_said_plainly() -> None:
    recorded = finding()
    view = View(at=NOW, facts=facts(), policy=policy(), config=None, snapshot=snapshot(), findings=(recorded,))  # type: ignore[arg-type]  # not looked at
    opened = CaseEvent(case=case(finding=recorded), kind="opened")
    assert verdict(view, opened) == ""
    other = replace(view, findings=(structs.replace(recorded, level=2, about=(("needed", "none"),)),))
    assert verdict(other, opened) == "these differ: level, about"
    assert verdict(replace(view, findings=()), opened) == "it is not found"
    cleared = CaseEvent(case=case(finding=recorded, state="cleared", cleared=NOW), kind="cleared")
    assert verdict(view, cleared) == "it is found, at level 1"
    assert verdict(replace(view, findings=()), cleared) == ""
