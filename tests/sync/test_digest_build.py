"""What stands in a digest, for whom, and how much of it."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from model.audience import may_read
from model.document import Document, Line
from model.policy import PUBLIC
from model.snapshot import DateClaim, Evidence, Issue
from rules.base import RuleSettings, TeamSettings
from sync.base import Mute
from sync.digest.base import Letter
from sync.digest.bits import plain
from tests.sync.build import NOW
from tests.sync.digest_world import LONG_AGO, digest, happened, matter, on, ours, requested, theirs, written


def sections(letter: Letter) -> dict[str, list[str]]:
    """By heading: its leads and what stands below, in order."""
    document = letter.document
    return {s.heading: [*map(plain, s.lines), *_items(s.items)] for s in (document.sections if document else ())}


def _items(items: Any) -> list[str]:
    return [plain(line) for item in items for line in (item.lead, *item.below)]


def every_word(document: Document | None) -> str:
    lines: list[Line] = [document.footer, document.call] if document else []
    for section in document.sections if document else ():
        lines += [*section.lines, *(line for item in section.items for line in (item.lead, *item.below))]
    return " ".join([*(s.heading for s in (document.sections if document else ())), *map(plain, lines)])


def test_what_was_held_back_stands_first_with_the_reasons_in_its_heading() -> None:
    cases = [on(1), on(2), on(3, id="worse", level=2)]
    made = matter(*cases, held={"c0001": "budget", "c0002": "budget", "worse": "quiet hours"})
    page = written(made, happened("opened", cases[0]), happened("worsened", cases[2]))
    (heading, lines), *rest = sections(page).items()
    assert heading == "Not said on the tickets: 3 (2 beyond the day's budget, 1 in quiet hours)"
    assert lines[0] == "PAY-1 “Ours 1”"
    assert rest == [], "what is told there is not told again as new"
    assert page.title == "payments, Tue 3 Mar 2026: 3 not said on the tickets"


def test_five_hundred_are_counted_and_the_first_ten_listed() -> None:
    cases = [on(n) for n in range(1, 501)]
    page = written(matter(*cases, held={one.id: "budget" for one in cases}))
    ((heading, lines),) = sections(page).items()
    assert heading == "Not said on the tickets: 500 (beyond the day's budget)"
    assert len([line for line in lines if "“Ours" in line]) == 10
    assert lines[-1] == "… and 490 more."
    assert page.counts.untold == 500


def test_new_and_worse_and_back_are_told_apart_and_what_only_changed_is_not_told() -> None:
    new, worse, back, same = on(1), on(2, level=2), on(3), on(4)
    events = [happened("opened", new), happened("worsened", worse), happened("reopened", back)]
    page = written(matter(new, worse, back, same), *events, happened("changed", same))
    ((heading, lines),) = sections(page).items()
    assert heading == "New or worse since Mon 2 Mar 2026: 3"
    assert any(line.endswith("c0002 (worse since Tue 3 Mar 2026)") for line in lines)
    assert any(line.endswith("c0003 (back since Tue 3 Mar 2026)") for line in lines)
    assert "PAY-4" not in " ".join(lines)


def test_several_rules_on_one_dependency_are_one_sentence_and_names() -> None:
    cases = [on(1), on(1, id="other", rule="slipped")]
    page = written(matter(*cases, held={"c0001": "budget", "other": "budget"}))
    ((_, lines),) = sections(page).items()
    assert lines == [
        "PAY-1 “Ours 1”",
        "jira:PAY-1 waits for jira:PLAT-1 c0001",
        "Also slipped other",
    ]


def test_what_cleared_is_good_news_unless_it_is_back() -> None:
    over, back = on(1, state="cleared", cleared=NOW), on(2)
    events = [happened("cleared", over), happened("cleared", back), happened("reopened", back)]
    page = sections(written(matter(over, back), *events))
    assert [heading for heading in page if heading.startswith("Settled since Mon 2 Mar 2026: 1")]
    assert "PAY-2" not in str([lines for heading, lines in page.items() if heading.startswith("Settled")])


def test_what_moved_to_where_its_readers_are_fewer_since_it_cleared_is_not_named() -> None:
    gone = on(1, state="cleared", cleared=NOW, inputs=frozenset())
    made = matter(gone, issues=(ours(1, audience=PUBLIC), theirs(1, audience="jira:PLAT")))
    public = {"digest": digest(readers="public"), "reader": PUBLIC}
    assert written(made, happened("cleared", gone), **public).document is None
    open_ = matter(gone, issues=(ours(1, audience=PUBLIC), theirs(1, audience=PUBLIC)))
    assert written(open_, happened("cleared", gone), **public).counts.settled == 1


class TestWaiting:
    def test_both_sides_are_told_by_the_issue_that_is_waited_for(self) -> None:
        need = DateClaim(day=date(2026, 4, 1), source="due", of="jira:PAY-1")
        asks = [requested(1, LONG_AGO, needed=need), requested(2, LONG_AGO)]
        asked = requested(3, LONG_AGO, consumer=theirs(3), provider=ours(3))
        ends = tuple(end for dep in (*asks, asked) for end in (dep.consumer, dep.provider))
        page = sections(written(matter(issues=ends, dependencies=(*asks, asked))))
        assert page["You wait for an answer: 2"] == [
            "PLAT-1 “Theirs 1” (platform)",
            "PAY-1 has waited since Mon 12 Jan 2026, needed by Wed 1 Apr 2026",
            "PLAT-2 “Theirs 2” (platform)",
            "PAY-2 has waited since Mon 12 Jan 2026",
        ]
        assert page["Waiting for your answer: 1"][1] == "PLAT-3 (platform) has waited since Mon 12 Jan 2026"
        assert any("/crosstie promise DATE" in line for line in page[""])

    def test_what_was_asked_lately_answered_or_within_the_team_is_not_waiting(self) -> None:
        lately = requested(1, NOW - timedelta(days=5))
        within = requested(2, LONG_AGO, provider=ours(9))
        made = matter(
            issues=(lately.consumer, lately.provider, within.provider, ours(2)), dependencies=(lately, within)
        )
        assert written(made).document is None
        assert written(made, digest=digest(waiting_days=3)).counts.waiting == 1

    def test_since_when_is_told_to_those_who_may_read_where_that_was_said(self) -> None:
        hushed = Evidence(
            strength="stated",
            kind="text",
            at="jira:PAY-1",
            phrase="waits",
            written=LONG_AGO,
            audience="only jira:PAY-1 9",
        )
        dep = requested(1, LONG_AGO)
        dep = replace(dep, evidence=(*dep.evidence, hushed))
        made = matter(issues=(dep.consumer, dep.provider), dependencies=(dep,))
        assert "Jan 2026" not in every_word(written(made).document)
        assert written(made).counts.withheld == 1

    def test_a_forum_has_what_lies_between_its_teams_and_around_them(self) -> None:
        other = replace(theirs(7), team="web")
        deps = (requested(1, LONG_AGO), requested(7, LONG_AGO, provider=other))
        ends = tuple(end for dep in deps for end in (dep.consumer, dep.provider))
        page = sections(
            written(
                matter(issues=ends, dependencies=deps),
                digest=digest(team="", forum="sos"),
                teams=frozenset({"payments", "platform"}),
            )
        )
        assert page["Waiting for an answer among these teams: 1"][1] == (
            "PAY-1 (payments) has waited since Mon 12 Jan 2026"
        )
        assert "They wait for others: 1" in page


def test_other_teams_rules_that_only_observe_and_what_a_person_muted_stay_out() -> None:
    fresh = [happened("opened", on(1))]
    assert written(matter(on(1)), *fresh, teams=frozenset({"web"})).document is None
    observed = {"overdue": RuleSettings(mode="observe")}
    assert written(matter(on(1), rules=observed), *fresh).document is None
    own = {"overdue": RuleSettings(teams={"payments": TeamSettings(mode="observe")})}
    assert written(matter(on(1), rules=own), *fresh).document is None
    muted = Mute(uid="jira:PAY-1", case="c0001", why="note deleted", at=NOW)
    assert written(matter(on(1), mutes=(muted,)), *fresh).document is None


def test_nothing_to_say_is_nothing_to_send_unless_it_is_wished_for() -> None:
    assert written(matter()).document is None
    letter = written(matter(), digest=digest(empty="send"))
    assert "nothing new to say" in every_word(letter.document)
    assert letter.title == "payments, Tue 3 Mar 2026: nothing new"


def test_the_same_is_the_same_page_whatever_order_it_came_in() -> None:
    cases = [on(n) for n in range(1, 8)]
    events = [happened("opened", one) for one in cases]
    held = {one.id: "budget" for one in cases[:3]}
    one = written(matter(*cases, held=held), *events)
    other = written(matter(*reversed(cases), held=dict(reversed(held.items()))), *reversed(events))
    assert one.document == other.document


AUDIENCES = ("public", "internal", "jira:SEC", "only jira:PAY-1")


@given(
    reader=st.sampled_from(["public", "internal", "jira:SEC"]),
    worlds=st.lists(
        st.tuples(
            st.sampled_from(AUDIENCES),  # who reads our end
            st.sampled_from(AUDIENCES),  # who reads theirs
            st.sampled_from(AUDIENCES),  # what else the finding rests on
            st.sampled_from(["held", "opened", "worsened", "cleared", "waits"]),
        ),
        max_size=8,
    ),
)
def test_no_word_of_what_its_readers_may_not_read(reader: str, worlds: list[tuple[str, str, str, str]]) -> None:
    """Keys, titles, days and case ids carry the number of their world: none of a restricted one may be seen."""
    issues: list[Issue] = []
    cases, deps, events, held = [], [], [], {}
    for number, (here, there, more, what) in enumerate(worlds, start=101):
        ends = (ours(number, audience=here), theirs(number, audience=there))
        issues += ends
        inputs = frozenset({here, there, more})
        if what == "waits":
            deps.append(requested(number, LONG_AGO, consumer=ends[0], provider=ends[1], inputs=inputs))
            continue
        # What has settled names our end in its lead alone, so that one must hold by itself.
        inputs -= {here} - {there, more} if what == "cleared" else frozenset()
        over = {"state": "cleared", "cleared": NOW} if what == "cleared" else {}
        one = on(number, inputs=inputs, **over)
        cases.append(one)
        held.update({one.id: "budget"} if what == "held" else {})
        events += [] if what == "held" else [happened(what, one)]
    made = matter(*cases, issues=tuple(issues), dependencies=tuple(deps), held=held)
    page = written(made, *events, reader=reader)
    words = f"{every_word(page.document)} {page.title}"
    readable = 0
    for number, (here, there, more, _) in enumerate(worlds, start=101):
        told = may_read(reader, (here, there, more))
        readable += told
        assert (str(number) in words) == told, (number, words)
    assert page.counts.total == readable
    if reader == PUBLIC:
        assert page.counts.withheld == 0
        assert "not every reader" not in words
    elif page.document is not None:
        assert ("not every reader" in words) == (readable < len(worlds))
