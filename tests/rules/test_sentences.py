"""What people read: one voice, inert quotations, no blame, nothing that changes by itself."""

import re
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings

from model.document import Day, IssueLink, Line, Quoted, plain
from model.snapshot import Snapshot
from rules.base import Finding
from rules.engine import judge, load, run
from rules.examples import depends, issue, moment, text, world
from rules.unblocked import UnblockedSettings
from rules.wording import TITLE_LENGTH, titled
from tests.rules.worlds import worlds

HOSTILE = "@everyone **now** /crosstie mute [x](http://evil.example) `rm`"
BLAME = re.compile(
    r"\b(fail\w*|late|fault|should have|forgot\w*|ignored|blame|promise broken|neglect\w*|your?)\b", re.I
)
RELATIVE = re.compile(
    r"\b(today|tomorrow|yesterday|ago|now|recently|soon|(next|last|this) (week|month|day|sprint)|days late|\d+ days)\b",
    re.I,
)
DOES = (
    *("Agree on", "Agree with", "Agree within", "Ask", "Bring this to", "Check", "Clear up", "Correct", "Give this"),
    *("Go on with", "If this issue waits", "Leave a line", "Remove", "Start this issue"),
)
UNTOLD = {"unreadable"}
"""Rules that are listed and never noted."""


def every_finding() -> Iterator[Finding]:
    for rule in load().values():
        for example in rule.examples:
            own = rule.settings.model_validate({**example.settings, "notify": "both"})
            yield from run(rule, example.snapshot, own)


def lines(finding: Finding) -> list[Line]:
    ends = ((place.line, place.step, place.veiled, place.veiled_step) for place in finding.places)
    return [finding.message, *(line for end in ends for line in end if line)]


def ours(line: Line) -> str:
    """What a rule says itself, without what it quotes."""
    return plain(tuple(piece for piece in line if not isinstance(piece, Quoted)))


def blames_nobody(finding: Finding) -> None:
    """And counts no days that grow."""
    for said in map(plain, lines(finding)):
        assert not BLAME.search(said), said
        assert not RELATIVE.search(said), said


def is_whole(finding: Finding) -> None:
    """Verdicts and steps are sentences; the message is none, for it stands in lists."""
    assert not plain(finding.message).endswith(".")
    for place in finding.places:
        assert place.line, finding.rule
        assert place.step, finding.rule
        assert bool(place.veiled) == bool(place.veiled_step)
    for said in map(plain, lines(finding)):
        assert said == said.strip()
        assert "  " not in said
        assert ".." not in said
    assert all(plain(line).endswith(".") for line in lines(finding)[1:])


def calls_the_other_issue_it(finding: Finding) -> None:
    """The line above has just named that issue, and the note stands on this one."""
    for place in finding.places if finding.subject.kind == "edge" else ():
        said = ours(place.line)
        assert not [piece for piece in place.line if isinstance(piece, IssueLink)], said
        assert said.count(". ") <= 1, said
        assert re.search(r"\b(it|its|this)\b", said, re.I), said
        if place.role == "provider":
            assert re.search(r"\b(this issue|its|this dependency)\b", said, re.I), said


def says_what_to_do(finding: Finding) -> None:
    for place in finding.places:
        said = ours(place.step)
        assert said.startswith(DOES), said
        assert ". " not in said
        assert not [piece for piece in place.step if isinstance(piece, IssueLink | Day)], said


def tells_two_ends_apart(finding: Finding) -> None:
    told = [plain(place.line + place.step) for place in finding.places]
    assert len(set(told)) == len(told)


LAWS = (blames_nobody, is_whole, calls_the_other_issue_it, says_what_to_do, tells_two_ends_apart)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.__name__)
def test_every_sentence_of_every_example(law: Callable[[Finding], None]) -> None:
    for finding in every_finding():
        law(finding)


@settings(max_examples=30)
@given(worlds())
def test_every_sentence_in_any_world(snapshot: Snapshot) -> None:
    for finding in judge(snapshot, {"unblocked": UnblockedSettings(notify="both")}):
        for law in LAWS:
            if law is not tells_two_ends_apart or _two_teams(snapshot, finding):
                law(finding)


def _two_teams(snapshot: Snapshot, finding: Finding) -> bool:
    """Where one team has both ends it may be told the same twice: what to agree on, and with whom."""
    return len({snapshot.issues[place.uid].team for place in finding.places}) > 1


def test_every_rule_that_is_not_for_the_admin_alone_tells_somebody() -> None:
    assert {finding.rule for finding in every_finding() if finding.places} == load().keys() - UNTOLD


@pytest.mark.parametrize("place", ["title", "body", "comment:1"])
def test_words_from_tickets_stand_in_quotes_only(place: str) -> None:
    pay = issue("PAY-1", f"pay {HOSTILE}", title=HOSTILE)
    plat = issue("PLAT-7", f"plat {HOSTILE}", "started", title=HOSTILE, sprint=HOSTILE)
    edges = (
        depends(
            pay,
            plat,
            needed="2026-12-01 text",
            promised=f"2026-12-09 sprint {HOSTILE}",
            covered=False,
            forums=(HOSTILE,),
        ),
        depends(plat, pay, text(pay, HOSTILE, place)),
    )
    findings = judge(world(*edges, now=moment("2026-12-20")), {})
    assert {f.rule for f in findings} >= {"cycle", "order-conflict", "overdue", "point-to-point", "undeclared"}
    pieces = [piece for finding in findings for line in lines(finding) for piece in line]
    assert any(isinstance(piece, Quoted) and HOSTILE in piece.text for piece in pieces)
    assert not [p for p in pieces if not isinstance(p, Quoted) and ("@everyone" in repr(p) or "evil" in repr(p))]


def test_a_long_title_is_cut_and_stays_on_one_line() -> None:
    title = titled(issue("PLAT-7", "platform", title="Ledger\n\texport " * 50))[2]
    assert isinstance(title, Quoted)
    assert len(title.text) <= TITLE_LENGTH
    assert title.text.startswith("Ledger export Ledger")
    assert title.text.endswith("…")


def test_what_both_ends_of_an_overdue_dependency_read() -> None:
    plat = issue("PLAT-7", "platform", "started", title="Ledger export")
    edge = depends(issue("PAY-1", "payments"), plat, promised="2026-12-01 sprint Aurora 12")
    (finding,) = judge(world(edge, now=moment("2026-12-02")), {})
    assert [(plain(place.line), plain(place.step)) for place in finding.places] == [
        (
            "It was promised for Tue 1 Dec 2026 (sprint “Aurora 12”) and is still in progress.",
            "Agree with platform on a date that holds, or plan this issue without it.",
        ),
        (
            "It waits for this issue, which was promised for Tue 1 Dec 2026 (sprint “Aurora 12”).",
            "Agree with payments on a date that holds, or on what can come first.",
        ),
    ]


def test_who_can_act_is_named_even_where_nobody_owns_it() -> None:
    edge = depends(issue("PAY-1", "payments"), issue("OLD-1", "", "open"), promised="2026-12-01 due")
    (finding,) = (f for f in judge(world(edge, now=moment("2026-12-02")), {}) if f.rule == "overdue")
    assert plain(finding.places[0].line).endswith("and is not started yet.")
    assert plain(finding.places[0].step).startswith("Agree with whoever works on it on a date")


def test_inside_one_team_nobody_is_sent_to_themselves() -> None:
    edge = depends(issue("PAY-1", "payments"), issue("PAY-2", "payments"), promised="2026-12-01 due")
    (finding,) = judge(world(edge, now=moment("2026-12-02")), {})
    assert "Agree within the team on a date" in plain(finding.places[0].step)


def test_a_private_sentence_marks_everything_made_from_it() -> None:
    pay = issue("PAY-1", "payments", audience="internal")
    said = text(pay, "needs PLAT-7", "comment:3", audience="only jira:PAY-1")
    (finding,) = judge(world(depends(pay, issue("PLAT-7", "platform"), said), now=moment("2026-12-02")), {})
    assert finding.inputs == {"internal", "only jira:PAY-1"}


def test_of_two_sentences_the_one_that_readers_may_read_is_quoted() -> None:
    pay, plat = issue("PAY-1", "payments"), issue("PLAT-7", "platform")
    private = text(pay, "needs PLAT-7, says the lawyer", audience="only jira:PAY-1")
    edge = depends(pay, plat, private, text(plat, "blocks PAY-1", "comment:2"))
    (finding,) = judge(world(edge, now=moment("2026-12-02")), {})
    assert finding.inputs == frozenset()
    assert not any("lawyer" in plain(line) for line in lines(finding))


def test_a_circle_is_as_private_as_its_most_private_members() -> None:
    ring = [issue("PAY-1", "a", audience="jira:PAY"), issue("PLAT-1", "b"), issue("SEC-1", "c", audience="jira:SEC")]
    edges = [depends(one, other) for one, other in zip(ring, [*ring[1:], ring[0]], strict=True)]
    (finding,) = (f for f in judge(world(*edges, now=moment("2026-12-02")), {}) if f.rule == "cycle")
    assert finding.inputs == {"jira:PAY", "jira:SEC"}
