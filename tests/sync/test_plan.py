"""The fewest writes that bring about the notes that should stand, and which of them call somebody."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from model.calendar import Calendar
from model.document import Mention, plain
from sync.base import Write
from sync.notes import SETTLED, Wanted
from tests.sync.build import NOW, PAY, PLAT
from tests.sync.quiet_world import LIMITS, OPENED, applied, bell, planned, standing_case, stands, told, wants

YESTERDAY = NOW - timedelta(days=1)
CASE = standing_case("k3f9q")
WORSE = standing_case("k3f9q", level=2, notified=1)
HEARD = [told(PAY, "k3f9q", at=YESTERDAY)]


def said(write: Write) -> str:
    assert write.document is not None
    return plain(write.document.call)


class TestWrites:
    def test_first_notes_and_their_labels(self) -> None:
        plan = planned([wants(PAY, CASE), wants(PLAT, CASE)], ring=bell([CASE]))
        assert [(w.uid, w.kind, w.reason) for w in plan.writes] == [
            (PAY, "note", "new"),
            (PAY, "labels", "changed"),
            (PLAT, "note", "new"),
            (PLAT, "labels", "changed"),
        ]

    def test_what_stands_as_wanted_costs_nothing(self) -> None:
        note = wants(PAY, CASE)
        plan = planned([note], [stands(PAY, note)], ring=bell([CASE], told=HEARD))
        assert (plan.writes, plan.unchanged, plan.held) == ((), 1, ())

    def test_other_text_is_a_quiet_edit_in_place(self) -> None:
        (write,) = planned([wants(PAY, CASE)], [stands(PAY, digest="old")], ring=bell([CASE], told=HEARD)).writes
        assert (write.reason, write.known, write.quiet, write.notifies, said(write)) == ("changed", "c1", True, (), "")

    def test_a_cleared_note_becomes_one_line_once(self) -> None:
        note, label = planned([], [stands(PAY, digest="old")], ring=bell()).writes
        assert (note.document, note.folded, note.reason) == (SETTLED, True, "cleared")
        assert (label.remove, label.reason) == (("crosstie",), "cleared")
        assert planned([], [stands(PAY, labels=())], ring=bell()).writes == ()

    def test_a_label_alone_calls_nobody(self) -> None:
        wanted = Wanted(uid=PAY, document=None, cases={"k3f9q": 1}, label=True, quiet_cases=frozenset({"k3f9q"}))
        plan = planned([wanted], ring=bell([CASE], budget=0))
        assert [(w.kind, w.notifies) for w in plan.writes] == [("labels", ())]
        assert plan.held == ()

    @pytest.mark.parametrize(("released", "writes"), [(False, 0), (True, 44)])
    def test_the_brake_stops_before_the_first_write(self, released: bool, writes: int) -> None:
        cases = [standing_case(f"c{n}") for n in range(22)]
        notes = [wants(f"jira:PAY-{n}", case) for n, case in enumerate(cases)]
        limits = replace(LIMITS, brake_percent=10, released=released)
        others = [f"jira:PAY-{n}" for n in range(100, 150)]
        plan = planned(notes, ring=bell(cases, budget=50), limits=limits, more=others)
        assert len(plan.writes) == writes
        assert bool(plan.braked) is not released
        if plan.braked:
            assert "22 of 72 issues" in plan.braked
            assert {held.why for held in plan.held} == {"cap"}
            assert len(plan.held) == 22


class TestTelling:
    def test_a_first_note_tells_all_it_shows_and_names_nobody(self) -> None:
        other = standing_case("m2x7p", severity="error")
        (write, _) = planned([wants(PAY, CASE, other)], ring=bell([CASE, other])).writes
        assert {(n.case, n.level, n.how, n.team, n.day) for n in write.notifies} == {
            ("k3f9q", 1, "created", "payments", NOW.date()),
            ("m2x7p", 1, "created", "payments", NOW.date()),
        }
        assert said(write) == ""

    def test_a_worse_case_calls_the_representative(self) -> None:
        (write,) = planned([wants(PAY, WORSE)], [stands(PAY, digest="old")], ring=bell([WORSE], told=HEARD)).writes
        assert (write.reason, write.quiet, write.repost) == ("worse", False, False)
        assert write.document is not None
        assert write.document.call[0] == Mention("5b10:mira", "payments representative")
        assert said(write).endswith(": worse as of Tue 3 Mar 2026: k3f9q.")
        assert [(n.case, n.level, n.how) for n in write.notifies] == [("k3f9q", 2, "mention")]

    def test_on_github_the_representative_is_called_by_login(self) -> None:
        uid = "github:acme/web#1"
        heard = [replace(HEARD[0], uid=uid)]
        row = stands(uid, tracker="github", digest="old")
        (write,) = planned([wants(uid, WORSE)], [row], ring=bell([WORSE], told=heard)).writes
        assert said(write) == "mira: worse as of Tue 3 Mar 2026: k3f9q."

    def test_a_call_says_what_is_new_and_what_is_worse(self) -> None:
        cases = [WORSE, *(standing_case(f"n{n}") for n in range(10))]
        (write,) = planned([wants(PAY, *cases)], [stands(PAY, digest="old")], ring=bell(cases, told=HEARD)).writes
        call = said(write).partition(": ")[2]
        assert call == "new as of Tue 3 Mar 2026: n0, n1, n2, n3, n4, n5, n6, n7 and 2 more; worse: k3f9q."

    def test_what_the_text_says_already_is_told_all_the_same(self) -> None:
        """A silent edit of yesterday has said it, when nobody could be called."""
        note = wants(PAY, WORSE)
        (write,) = planned([note], [stands(PAY, note)], ring=bell([WORSE], told=HEARD)).writes
        assert [n.level for n in write.notifies] == [2]

    def test_a_call_that_stands_goes_before_the_same_person_is_called_again(self) -> None:
        """GitHub tells those whom an edit newly names."""
        note = wants(PAY, WORSE)
        silent, loud = planned([note], [stands(PAY, note, called=True)], ring=bell([WORSE], told=HEARD)).writes
        assert (said(silent), silent.quiet, silent.notifies) == ("", True, ())
        assert "worse as of" in said(loud)

    def test_told_once_it_is_not_told_again(self) -> None:
        note = wants(PAY, WORSE)
        ring = bell([WORSE], told=HEARD)
        (write,) = planned([note], [stands(PAY, digest="old")], ring=ring).writes
        after = bell([WORSE], told=[*HEARD, *write.notifies])
        assert planned([note], [applied(stands(PAY), write)], ring=after).writes == ()

    def test_each_end_hears_for_itself(self) -> None:
        """That the consumer's note has told it is no reason to keep it from the provider."""
        heard = [*HEARD, told(PAY, "k3f9q", 2), told(PLAT, "k3f9q", 1, at=YESTERDAY)]
        case = replace(WORSE, notified=2)
        notes = [wants(PAY, case), wants(PLAT, case)]
        (write,) = planned(notes, [stands(PAY, notes[0]), stands(PLAT)], ring=bell([case], told=heard)).writes
        assert (write.uid, [n.level for n in write.notifies]) == (PLAT, [2])

    def test_what_was_told_before_there_were_records_counts_as_told_at_both_ends(self) -> None:
        case = standing_case("k3f9q", level=2, notified=2)
        (write,) = planned([wants(PAY, case)], [stands(PAY, digest="old")], ring=bell([case])).writes
        assert (write.reason, write.notifies) == ("changed", ())

    def test_a_case_that_comes_back_after_long_is_told_anew(self) -> None:
        again = standing_case("k3f9q", opened=YESTERDAY)
        heard = [told(PAY, "k3f9q", 3, at=OPENED)]
        (write,) = planned([wants(PAY, again)], [stands(PAY)], ring=bell([again], told=heard)).writes
        assert [n.level for n in write.notifies] == [1]

    def test_eased_and_worse_again_is_no_news(self) -> None:
        heard = [*HEARD, told(PAY, "k3f9q", 2, at=YESTERDAY)]
        case = replace(WORSE, notified=2)
        (write,) = planned([wants(PAY, case)], [stands(PAY, digest="old")], ring=bell([case], told=heard)).writes
        assert write.notifies == ()

    def test_where_there_is_nobody_to_call_the_edit_is_silent_and_the_step_untold(self) -> None:
        for team in ("platform", "", "unheard of"):
            plan = planned([wants(PAY, CASE)], [stands(PAY)], ring=bell([CASE]), teams={PAY: team})
            assert [(w.reason, w.quiet, w.notifies) for w in plan.writes] == [("changed", True, ())]
            assert plan.held == ()

    def test_a_repost_tells_with_and_without_a_representative(self) -> None:
        for team, call in (("payments", "payments rep"), ("platform", "")):
            ring = bell([CASE], repost=True)
            (write,) = planned([wants(PAY, CASE)], [stands(PAY, called=True)], ring=ring, teams={PAY: team}).writes
            assert (write.repost, write.known, write.reason) == (True, "c1", "worse")
            assert [n.how for n in write.notifies] == ["repost"]
            assert said(write).startswith(call)

    def test_what_was_answered_calls_nobody(self) -> None:
        note = wants(PAY, CASE, quiet=["k3f9q"])
        (write,) = planned([note], [stands(PAY)], ring=bell([CASE])).writes
        assert (write.reason, write.notifies) == ("changed", ())
        first = planned([note], ring=bell([CASE]))
        assert (first.writes, first.held) == ((), ()), "a first note would call everybody who watches"


class TestHeldBack:
    def test_the_most_urgent_have_the_budget(self) -> None:
        """By severity; then what got worse before first notes; then the oldest."""
        old = OPENED - timedelta(days=30)
        cases = [
            standing_case("error", severity="error"),
            standing_case("rises", level=2),
            standing_case("older", opened=old),
            standing_case("newer"),
        ]
        notes = {case.id: wants(f"jira:PAY-{n}", case) for n, case in enumerate(cases)}
        rows = [stands(notes["rises"].uid)]
        heard = [told(notes["rises"].uid, "rises", at=YESTERDAY)]
        given = []
        for budget in range(5):
            plan = planned(notes.values(), rows, ring=bell(cases, budget=budget, told=heard))
            told_now = {n.case for w in plan.writes for n in w.notifies}
            assert told_now.isdisjoint(held.case for held in plan.held)
            assert len(told_now) == budget
            given.append(told_now)
        assert [(after - before).pop() for before, after in pairwise(given)] == [
            "error",
            "rises",
            "older",
            "newer",
        ]

    def test_beyond_the_budget_an_edit_is_silent_and_a_first_note_is_not_made(self) -> None:
        fresh = standing_case("fresh")
        notes = [wants(PAY, WORSE), wants(PLAT, fresh)]
        ring = bell([WORSE, fresh], budget=0, told=HEARD)
        plan = planned(notes, [stands(PAY, digest="old")], ring=ring)
        assert [(w.uid, w.kind, w.reason, w.notifies) for w in plan.writes] == [(PAY, "note", "changed", ())]
        assert {(h.uid, h.case, h.level, h.why) for h in plan.held} == {
            (PAY, "k3f9q", 2, "budget"),
            (PLAT, "fresh", 1, "budget"),
        }
        assert plan.suppressed == 1

    def test_each_team_has_its_own_budget_and_so_has_nobody(self) -> None:
        cases = [standing_case(f"c{n}") for n in range(6)]
        notes = [wants(f"jira:PAY-{n}", case) for n, case in enumerate(cases)]
        teams = {note.uid: ("payments", "platform", "")[n % 3] for n, note in enumerate(notes)}
        plan = planned(notes, ring=bell(cases, budget=1), teams=teams)
        assert sorted(n.team for w in plan.writes for n in w.notifies) == ["", "payments", "platform"]
        assert len(plan.held) == 3

    def test_what_was_told_earlier_that_day_counts_and_a_write_counts_once(self) -> None:
        earlier = NOW - timedelta(hours=1)
        heard = [told("jira:PAY-8", "aaaaa", at=earlier), told("jira:PAY-8", "bbbbb", at=earlier)]
        plan = planned([wants(PAY, CASE)], ring=bell([CASE], budget=2, told=heard))
        assert plan.held == ()
        heard.append(told("jira:PAY-8", "bbbbb", 2, at=earlier + timedelta(minutes=30)))
        plan = planned([wants(PAY, CASE)], ring=bell([CASE], budget=2, told=heard))
        assert [held.why for held in plan.held] == ["budget"]
        tomorrow = bell([CASE], budget=2, told=heard, at=NOW + timedelta(days=1))
        assert planned([wants(PAY, CASE)], ring=tomorrow).held == ()

    def test_the_day_is_the_teams_own(self) -> None:
        """Eleven in the morning in UTC is Wednesday already on the Line Islands."""
        ring = bell([CASE], calendars={"payments": Calendar(timezone="Pacific/Kiritimati")})
        (write, _) = planned([wants(PAY, CASE)], ring=ring).writes
        assert {n.day for n in write.notifies} == {NOW.date() + timedelta(days=1)}

    @pytest.mark.parametrize("day", [NOW.date(), None])
    def test_nobody_is_called_where_nobody_works(self, day: object) -> None:
        off = Calendar(holidays=frozenset({NOW.date()})) if day else Calendar(weekend=frozenset({1}))
        plan = planned([wants(PAY, CASE)], ring=bell([CASE], calendars={"payments": off}))
        assert (plan.writes, [held.why for held in plan.held]) == ((), ["quiet hours"])

    def test_a_cap_lets_the_most_urgent_first_notes_through(self) -> None:
        urgent = standing_case("aaaaa", severity="error")
        uids = (PAY, PLAT, "jira:PAY-7", "jira:PLAT-8")
        notes = [wants(uid, case) for uid, case in zip(uids, [urgent, urgent, CASE, CASE], strict=True)]
        plan = planned(notes, ring=bell([urgent, CASE], most_new=2))
        assert {w.uid for w in plan.writes} == {PAY, PLAT}
        assert plan.suppressed == 2
        assert {held.why for held in plan.held} == {"cap"}

    def test_a_cap_is_not_used_up_by_what_a_budget_holds(self) -> None:
        cases = [standing_case(f"c{n}", opened=OPENED + timedelta(hours=n)) for n in range(4)]
        notes = [wants(f"jira:PAY-{n}", case) for n, case in enumerate(cases)]
        teams = {notes[3].uid: "platform"}
        plan = planned(notes, ring=bell(cases, budget=1, most_new=2), teams=teams)
        assert {w.uid for w in plan.writes} == {notes[0].uid, notes[3].uid}

    def test_a_look_ahead_may_leave_limits_out(self) -> None:
        cases = [standing_case(f"c{n}") for n in range(9)]
        notes = [wants(f"jira:PAY-{n}", case) for n, case in enumerate(cases)]
        closed = bell(cases, budget=2, most_new=1, calendars={"payments": Calendar(weekend=frozenset({1}))})
        left = [
            planned(notes, ring=replace(closed, within=frozenset(within))).suppressed
            for within in ((), ("budget",), ("budget", "cap"), ("quiet hours",))
        ]
        assert left == [0, 7, 8, 9]

    def test_what_would_be_turned_away_takes_nobodys_budget(self) -> None:
        """Or an archived repository with urgent cases would keep a team from hearing anything ever."""
        urgent, other = standing_case("aaaaa", severity="error"), standing_case("bbbbb")
        ring = bell([urgent, other], budget=1, barred=frozenset({PAY}))
        plan = planned([wants(PAY, urgent), wants(PLAT, other)], ring=ring)
        assert {n.case for w in plan.writes for n in w.notifies} == {"aaaaa", "bbbbb"}
        assert plan.held == ()
