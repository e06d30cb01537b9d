"""What a note says, form by form, as the people read it who get it."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace as altered

from model.document import Day, Quoted, Words, plain
from model.policy import PUBLIC
from model.statements import Statement
from rules.base import Finding, Place, RuleSettings, Subject
from sync.base import Case, Mute
from sync.notes import Desk, Wanted, wanted_notes
from tests.sync.build import NOW, PAY, PLAT, issue
from tests.sync.notes_world import (
    HERE,
    LINK,
    MONDAY,
    NOTED,
    SPOKEN,
    THERE,
    WORDS,
    dependency,
    desk,
    found,
    opened,
    said,
    text,
)

DAY = NOW.date()
LATE = opened("aaaaa", "overdue", "It was promised for 20 February.", "Agree with platform on a date.")
UNCOVERED = opened("bbbbb", "point-to-point", "No agreement covers this.", "Agree with platform on a date.")


def notes(*cases: Case, at: Desk | None = None, as_of: date = DAY) -> dict[str, Wanted]:
    return wanted_notes(cases, at or desk(), as_of)


def told(*cases: Case, at: Desk | None = None, on: str = PAY, as_of: date = DAY) -> list[str]:
    note = notes(*cases, at=at, as_of=as_of).get(on)
    return text(note.document) if note is not None else []


class TestOneDependency:
    def test_the_consumer_is_told_what_it_waits_for_and_since_when(self) -> None:
        assert told(LATE) == [
            "Waiting for",
            "jira:PLAT-2 “Ledger export” (platform), since Mon 23 Feb 2026",
            "  It was promised for 20 February. aaaaa",
            "  Seen in: the link “is blocked by”; Mira's comment on it of Mon 23 Feb 2026: “PAY-1 needs this”",
            "  Next: agree with platform on a date.",
        ]

    def test_the_provider_is_told_what_waits_for_it_and_by_when(self) -> None:
        assert told(LATE, on=PLAT) == [
            "Waited for by",
            "jira:PAY-1 “Pay by invoice” (payments), needed by Mon 9 Mar 2026",
            "  It was promised for 20 February. aaaaa",
            "  Seen in: its link “is blocked by”; Mira's comment of Mon 23 Feb 2026: “PAY-1 needs this”",
            "  Next: agree with platform on a date.",
        ]

    def test_both_ends_show_the_same_case(self) -> None:
        both = notes(LATE, UNCOVERED)
        assert both[PAY].cases == both[PLAT].cases == {"aaaaa": 1, "bbbbb": 1}

    def test_of_several_rules_each_has_its_verdict_and_all_share_the_evidence_and_the_same_step(self) -> None:
        assert told(LATE, UNCOVERED)[2:] == [
            "  It was promised for 20 February. aaaaa",
            "  No agreement covers this. bbbbb",
            "  Seen in: the link “is blocked by”; Mira's comment on it of Mon 23 Feb 2026: “PAY-1 needs this”",
            "  Next: agree with platform on a date.",
        ]

    def test_a_comment_is_linked_to_itself(self) -> None:
        document = notes(LATE)[PAY].document
        assert document is not None
        links = [getattr(piece, "url", "") for line in document.sections[0].items[0].below for piece in line]
        assert "https://jira.example/browse/PLAT-2?focusedCommentId=77" in links

    def test_what_the_verdict_says_is_not_said_again(self) -> None:
        quoting = found("overdue", "x")
        line = (Words("A comment says “"), Quoted("PAY-1 needs this"), Words("”, by "), Day(date(2026, 3, 9)))
        quoting = altered(quoting, places=tuple(altered(place, line=line) for place in quoting.places))
        assert "since" in told(opened("aaaaa", finding=quoting))[1]
        lines = told(opened("aaaaa", finding=quoting), on=PLAT)
        assert lines[1] == "jira:PAY-1 “Pay by invoice” (payments)"
        assert lines[-1] == "  Seen in: its link “is blocked by”; Mira's comment of Mon 23 Feb 2026."

    def test_nor_is_the_day_since_when(self) -> None:
        places = tuple(
            altered(place, line=(Words("Waits since "), Day(MONDAY.date()))) for place in LATE.finding.places
        )
        waiting = opened("aaaaa", finding=altered(LATE.finding, places=places))
        assert told(waiting)[1] == "jira:PLAT-2 “Ledger export” (platform)"

    def test_that_we_have_seen_it_is_told_only_of_what_was_there_before_the_case(self) -> None:
        silent = dependency(evidence=(LINK,), since=MONDAY)
        assert told(LATE, at=desk(silent))[1].endswith("(platform), seen since Mon 23 Feb 2026")
        first_seen = replace(silent, since=NOTED)
        assert told(LATE, at=desk(first_seen))[1].endswith("(platform)")
        assert told(opened("aaaaa", opened=NOW), at=desk(replace(silent, since=None)))[1].endswith("(platform)")

    def test_more_evidence_is_counted(self) -> None:
        more = tuple(replace(WORDS, place=place, phrase=f"“{place}”") for place in ("comment:78", "body", "title"))
        seen = told(LATE, at=desk(dependency(evidence=(LINK, WORDS, *more))))[3]
        assert seen.endswith("; and 3 more.")

    def test_words_on_a_description_and_a_web_link(self) -> None:
        body = replace(WORDS, place="body", at=PAY, written=None)
        web = replace(LINK, place="remote links", phrase="")
        assert told(LATE, at=desk(dependency(evidence=(body, web))))[3] == (
            "  Seen in: the description (Mira): “PAY-1 needs this”; the web link."
        )

    def test_an_end_that_nothing_leads_to_any_more_keeps_its_name(self) -> None:
        alone = replace(desk(), snapshot=replace(desk().snapshot, issues={PAY: HERE}, dependencies=()))
        unknown = replace(LATE, state="unknown")
        assert told(unknown, at=alone)[:2] == ["Waiting for", "jira:PLAT-2"]


class TestOtherMatters:
    def test_what_is_about_no_single_dependency_is_an_item_of_its_own(self) -> None:
        place = Place(uid=PAY, role="provider", line=(Words("Five teams wait for this."),), step=(Words("Split it."),))
        finding = Finding(
            rule="bottleneck", subject=Subject("issue", (PAY,)), level=1, message=(Words("x"),), places=(place,)
        )
        assert told(opened("ccccc", finding=finding), LATE)[-3:] == [
            "Waited for by",
            "Five teams wait for this. ccccc",
            "  Next: split it.",
        ]

    def test_a_long_list_is_cut_the_most_urgent_first_and_only_what_is_shown_counts_as_told(self) -> None:
        edges = [dependency(provider=issue(f"jira:PLAT-{n}", team="platform")) for n in range(30)]
        cases = [opened(f"c{n:02}", of=edge, opened=NOTED + timedelta(hours=n)) for n, edge in enumerate(edges)]
        note = notes(*cases, at=desk(*edges))[PAY]
        assert text(note.document)[-1] == "… and 10 more."
        assert set(note.cases) == {f"c{n:02}" for n in range(20)}


class TestReaders:
    """What does not belong to every reader of an issue is not on it."""

    def test_a_restricted_comment_is_no_evidence_for_other_readers(self) -> None:
        secret = replace(WORDS, audience=f"only {PLAT} comment:77", phrase="because of the merger")
        lines = told(LATE, at=desk(dependency(evidence=(LINK, secret))))
        assert lines[1] == "jira:PLAT-2 “Ledger export” (platform)", "nor does it tell when it was written"
        assert lines[3] == "  Seen in: the link “is blocked by”"

    def test_in_public_an_internal_dependency_leaves_nothing(self) -> None:
        public = dependency(consumer=replace(HERE, audience=PUBLIC))
        hidden = opened("aaaaa", of=public)
        open_to_all = dependency(
            replace(HERE, audience=PUBLIC), issue("jira:OPEN-1", audience=PUBLIC), evidence=(LINK,)
        )
        both = notes(hidden, opened("bbbbb", of=open_to_all), at=desk(public, open_to_all))
        alone = notes(opened("bbbbb", of=open_to_all), at=desk(public, open_to_all))
        assert both[PAY].document == alone[PAY].document
        assert set(both[PAY].cases) == {"bbbbb"}
        assert PAY not in notes(hidden, at=desk(public))

    def test_with_a_verdict_for_fewer_eyes_goes_its_own_next_step(self) -> None:
        place = Place(
            uid=PAY,
            role="consumer",
            line=(Words("A circle: SEC-1 and this."),),
            step=(Words("Agree with security."),),
            veiled=(Words("A circle of two."),),
            veiled_step=(Words("Agree with whoever runs crosstie."),),
        )
        circle = Finding(
            rule="cycle",
            subject=Subject("cycle", (PAY, "jira:SEC-1")),
            level=1,
            message=(Words("x"),),
            places=(place,),
            inputs=frozenset({"internal", "jira:SEC"}),
        )
        lines = told(opened("ccccc", finding=circle))
        assert lines == ["Waiting for", "A circle of two. ccccc", "  Next: agree with whoever runs crosstie."]

    def test_elsewhere_it_leaves_a_count(self) -> None:
        secret = dependency(provider=issue("jira:SEC-1", audience="jira:SEC", title="Layoffs"))
        lines = told(LATE, opened("bbbbb", of=secret), at=desk(dependency(), secret))
        assert lines[-1] == "1 more thing noted here rests on issues that not every reader of this one may see."
        assert not any("Layoffs" in line or "SEC" in line for line in lines)

    def test_the_document_says_for_whom_it_is(self) -> None:
        documents = [note.document for note in notes(LATE).values()]
        assert [document.reader for document in documents if document] == ["internal", "internal"]


class TestAnswers:
    def test_an_acknowledgement_shows_at_both_ends_and_leaves_the_case_as_a_quiet_item(self) -> None:
        at = desk(statements=[said("ack", words="in the next sprint")])
        for end in (PAY, PLAT):
            lines = told(LATE, at=at, on=end)
            assert lines[2:] == [
                "  It was promised for 20 February. aaaaa",
                "  Acknowledged by platform on Fri 27 Feb 2026: “in the next sprint”.",
            ]
            assert notes(LATE, at=at)[end].quiet_cases == {"aaaaa"}

    def test_among_others_it_says_which_case_it_answers(self) -> None:
        unlike = opened("bbbbb", "point-to-point", "No agreement covers this.", "Name one.")
        lines = told(LATE, unlike, at=desk(statements=[said("ack")]))
        assert lines[2:4] == ["  No agreement covers this. bbbbb", "  It was promised for 20 February. aaaaa"]
        assert lines[-2:] == ["  Next: name one.", "  Acknowledged by platform on Fri 27 Feb 2026. aaaaa"]

    def test_one_of_a_dependency_answers_all_its_cases(self) -> None:
        note = notes(LATE, UNCOVERED, at=desk(statements=[said("ack", "", edge=(PAY, PLAT))]))[PAY]
        assert note.quiet_cases == {"aaaaa", "bbbbb"}
        acks = [line for line in text(note.document) if "Acknowledged" in line]
        assert acks == ["  Acknowledged by platform on Fri 27 Feb 2026."]

    def test_of_several_it_says_which_got_worse_since(self) -> None:
        worse = replace(LATE, level=2, risen=(NOTED, NOW))
        note = notes(worse, UNCOVERED, at=desk(statements=[said("ack", "", edge=(PAY, PLAT))]))[PAY]
        assert note.quiet_cases == {"bbbbb"}
        assert text(note.document)[-1].endswith("on Fri 27 Feb 2026. bbbbb aaaaa has got worse since.")

    def test_once_it_is_worse_it_counts_as_unanswered(self) -> None:
        worse = replace(LATE, level=2, risen=(NOTED, NOW))
        note = notes(worse, at=desk(statements=[said("ack")]))[PAY]
        assert note.quiet_cases == set()
        assert text(note.document)[-1] == "  Acknowledged by platform on Fri 27 Feb 2026. It has got worse since."
        eased = replace(worse, level=1)
        assert notes(eased, at=desk(statements=[said("ack")]))[PAY].quiet_cases == {"aaaaa"}

    def test_it_can_be_taken_back(self) -> None:
        back = said("ack", at=SPOKEN + timedelta(hours=1), off=True)
        assert told(LATE, at=desk(statements=[said("ack"), back])) == told(LATE)
        assert told(LATE, at=desk(statements=[said("ack", state="refused")])) == told(LATE)

    def test_what_was_said_where_not_all_may_read_shows_there_neither_by_word_nor_by_silence(self) -> None:
        at = desk(statements=[said("ack", words="we lost Ann", restricted=True)])
        assert told(LATE, at=at, on=PAY) == told(LATE, on=PAY)
        assert notes(LATE, at=at)[PAY].quiet_cases == set()
        assert notes(LATE, at=at)[PLAT].quiet_cases == {"aaaaa"}
        assert not any("Ann" in line for line in told(LATE, at=at, on=PLAT))

    def test_a_snooze_folds_the_case_where_it_was_said_until_its_day(self) -> None:
        at = desk(statements=[said("snooze", day=date(2026, 3, 10), words="offsite")])
        assert told(LATE, at=at, on=PLAT) == ["[Snoozed]", "jira:PAY-1: overdue, until Tue 10 Mar 2026 aaaaa"]
        assert told(LATE, at=at, on=PAY)[-1] == "  Snoozed by platform until Tue 10 Mar 2026: “offsite”."
        assert notes(LATE, at=at)[PLAT].quiet_cases == {"aaaaa"}
        assert told(LATE, at=at, on=PLAT, as_of=date(2026, 3, 10)) == told(LATE, on=PLAT)

    def test_worse_ends_a_snooze(self) -> None:
        at = desk(statements=[said("snooze", day=date(2026, 3, 10))])
        worse = replace(LATE, level=2, risen=(NOTED, NOW))
        assert told(worse, at=at, on=PLAT) == told(worse, on=PLAT)

    def test_why_unfolds_what_the_case_was_judged_by(self) -> None:
        assert told(LATE, at=desk(statements=[said("why")]), on=PLAT)[-4:] == [
            "[Why aaaaa]",
            "overdue, level 1, open since Thu 26 Feb 2026",
            "promised: 2026-02-20 due",
            "provider: jira:PLAT-2",
        ]
        assert told(LATE, at=desk(statements=[said("why")]), on=PAY) == told(LATE, on=PAY)

    def test_a_refusal_is_answered_where_it_was_asked_and_goes_once_it_was_said_right(self) -> None:
        wrong = said("promise", said="promise tomorow", state="refused", answer="It takes a day such as 2026-12-01.")
        line = "To “promise tomorow” (Mira, Fri 27 Feb 2026): It takes a day such as 2026-12-01."
        assert told(LATE, at=desk(statements=[wrong]), on=PLAT)[-1] == f"  {line}"
        assert told(LATE, at=desk(statements=[wrong]), on=PAY) == told(LATE, on=PAY)
        general = replace(wrong, case="")
        assert told(LATE, at=desk(statements=[general]), on=PLAT)[-2:] == ["Answers", line]
        right = said("promise", at=SPOKEN + timedelta(hours=1), day=date(2026, 3, 20))
        assert told(LATE, at=desk(statements=[wrong, right]), on=PLAT) == told(LATE, on=PLAT)

    def test_a_muted_end_says_nothing(self) -> None:
        mute = Mute(uid=PLAT, case="aaaaa", why="muted by command", at=NOW)
        assert set(notes(LATE, at=replace(desk(), mutes={(PLAT, "aaaaa"): mute}))) == {PAY}


class TestSettled:
    def test_what_cleared_while_the_note_stood_is_folded_away_the_newest_first(self) -> None:
        over = [
            replace(opened(f"s{n:02}", "point-to-point"), state="cleared", cleared=MONDAY + timedelta(days=n))
            for n in range(12)
        ]
        note = notes(LATE, at=replace(desk(), settled={PAY: over}))[PAY]
        lines = text(note.document)
        assert lines[-12:-9] == [
            "[Settled]",
            "jira:PLAT-2: point-to-point, settled on Fri 6 Mar 2026 s11",
            "jira:PLAT-2: point-to-point, settled on Thu 5 Mar 2026 s10",
        ]
        assert lines[-1] == "… and 2 more."
        assert note.settled[:2] == ("s11", "s10")
        assert len(note.settled) == 12

    def test_what_went_together_is_one_line(self) -> None:
        over = [replace(each, state="cleared", cleared=NOW) for each in (LATE, UNCOVERED)]
        lines = told(opened("ccccc"), at=replace(desk(), settled={PAY: over}))
        assert lines[-1] == "jira:PLAT-2: overdue and point-to-point, settled on Tue 3 Mar 2026 aaaaa bbbbb"

    def test_what_is_gone_did_not_settle(self) -> None:
        over = replace(UNCOVERED, state="cleared", cleared=NOW)
        gone = dependency(provider=replace(THERE, end="gone"))
        assert told(LATE, at=desk(gone, settled={PAY: [over]})) == told(LATE, at=desk(gone))
        unheard = opened("ddddd", of=dependency(provider=issue("jira:PLAT-99")), state="cleared", cleared=NOW)
        assert told(LATE, at=desk(settled={PAY: [unheard]})) == told(LATE)
        without = replace(desk(settled={PAY: [over]}), rules={"overdue": RuleSettings()})
        assert told(LATE, at=without) == told(LATE), "nor where its rule is off"

    def test_it_alone_makes_no_note(self) -> None:
        over = replace(LATE, state="cleared", cleared=NOW)
        assert notes(over, at=replace(desk(), settled={PAY: [over]})) == {}


class TestFooter:
    def test_it_says_how_to_answer_unless_nobody_can(self) -> None:
        footers = [notes(LATE, at=at)[PAY].document for at in (desk(), desk(commands=False))]
        assert [plain(document.footer) for document in footers if document] == [
            "crosstie, from what the trackers said on Tue 3 Mar 2026. Answer in a comment: /crosstie ack, snooze 5d, "
            "mute or why, each with the id of a case.",
            "crosstie, from what the trackers said on Tue 3 Mar 2026.",
        ]


EDGES = [dependency(provider=replace(THERE, uid=f"jira:PLAT-{n}", title=f"Part {n}")) for n in range(4)]
CASES = [
    opened(f"{rule[0]}{n}", rule, opened=NOTED + timedelta(hours=n % 2), of=edge)
    for n, edge in enumerate(EDGES)
    for rule in ("overdue", "point-to-point")
]
SNOOZED = [said("snooze", "o1", uid=PAY, day=date(2026, 3, 10)), said("ack", "p2", uid=PAY)]


class TestLaws:
    @settings(max_examples=30, deadline=None)
    @given(st.permutations(CASES), st.permutations(SNOOZED))
    def test_the_order_in_which_things_were_read_does_not_matter(
        self, cases: list[Case], statements: list[Statement]
    ) -> None:
        at = desk(*EDGES, statements=statements)
        assert wanted_notes(cases, at, DAY) == wanted_notes(CASES, desk(*EDGES, statements=SNOOZED), DAY)

    @settings(max_examples=40, deadline=None)
    @given(st.integers(0, 400))
    def test_days_that_pass_change_nothing_but_for_a_snooze_that_ends(self, days: int) -> None:
        at = desk(*EDGES, statements=SNOOZED)
        today, later = (wanted_notes(CASES, at, day)[PAY].document for day in (DAY, DAY + timedelta(days=days)))
        assert today is not None
        assert later is not None
        assert (today.digest == later.digest) is (DAY + timedelta(days=days) < date(2026, 3, 10))

    def test_a_rule_that_only_labels_is_named_for_nobody(self) -> None:
        quiet = replace(desk(), rules={"overdue": RuleSettings(mode="label"), "point-to-point": RuleSettings()})
        note = notes(LATE, UNCOVERED, at=quiet)[PAY]
        assert note.quiet_cases == {"aaaaa"}
        assert note.team == "payments"
        assert not any("aaaaa" in line for line in text(note.document))
