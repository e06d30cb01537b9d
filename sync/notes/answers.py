"""What people said about cases by command, and what that does at one end of each. Pure.

An answer given at one end counts at the other as far as its readers may read it, and no answer
counts for a case that has got worse since.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from model.said import said_in_order
from model.snapshot import Issue, Snapshot
from model.statements import Statement
from sync import fragments
from sync.base import Case
from sync.gate import Fragment, Gate

ANSWERED = ("ack", "snooze")
MOST_TOLD = 3
"""Answers to commands about no case of the note, the newest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """What was said of one case, as it stands at one end of it."""

    acks: tuple[Statement, ...] = ()
    snoozes: tuple[Statement, ...] = ()
    """Those whose day has not come."""
    standing: frozenset[str] = frozenset()
    """Ids of those that count: the case is no worse than it was when they were said."""
    folded_by: Statement | None = None
    """It was snoozed at this very end, and that counts."""

    @property
    def quiet(self) -> bool:
        """Nobody is called for the case."""
        return bool(self.standing)


UNANSWERED = Answers()


@dataclass(slots=True)
class _Given:
    """One statement, and the cases of a dependency that it is about."""

    statement: Statement
    standing: list[Case] = field(default_factory=list)
    worse: list[Case] = field(default_factory=list)

    def told(self, snapshot: Snapshot, of: int) -> Fragment | None:
        """Which cases are meant is said where these are not all ``of`` them."""
        named = max(len(self.standing), len(self.worse)) < of
        if self.statement.verb == "ack":
            return fragments.of_ack(self.statement, snapshot, self.standing, self.worse, named=named)
        return fragments.of_snooze(self.statement, snapshot, self.standing, named=named) if self.standing else None


def lines(answered: Collection[tuple[Case, Answers]], snapshot: Snapshot) -> Iterator[Fragment]:
    """What was said of the cases of one dependency: each statement once, of cases that the same people may read."""
    given: dict[tuple[str, frozenset[str]], _Given] = {}
    for case, answers in answered:
        for statement in (*answers.acks, *answers.snoozes):
            one = given.setdefault((statement.id, case.finding.inputs), _Given(statement))
            (one.standing if statement.id in answers.standing else one.worse).append(case)
    yield from filter(None, (one.told(snapshot, len(answered)) for one in given.values()))


class Said:
    """Every statement, by what it is about."""

    def __init__(self, statements: Iterable[Statement], snapshot: Snapshot, as_of: date) -> None:
        self._snapshot, self._as_of = snapshot, as_of
        self._of_case: dict[str, list[Statement]] = defaultdict(list)
        self._of_edge: dict[tuple[str, ...], list[Statement]] = defaultdict(list)
        self._at: dict[str, list[Statement]] = defaultdict(list)
        for statement in sorted(statements, key=said_in_order):
            self._at[statement.uid].append(statement)
            if statement.case:
                self._of_case[statement.case].append(statement)
            elif statement.edge is not None:
                self._of_edge[statement.edge].append(statement)

    @property
    def anything(self) -> bool:
        return bool(self._at)

    def of(self, case: Case, here: Issue) -> Answers:
        if not (about := self._about(case)):
            return UNANSWERED
        said = [s for s in about if s.state == "done" and s.verb in ANSWERED and self._counts(s, here)]
        last = {(s.uid, s.verb): s for s in said}
        live = [s for s in last.values() if not s.off]
        snoozes = tuple(s for s in live if s.verb == "snooze" and s.day is not None and self._as_of < s.day)
        acks = tuple(s for s in live if s.verb == "ack")
        standing = frozenset(s.id for s in (*acks, *snoozes) if case.level <= _level_then(case, s))
        return Answers(
            acks=acks,
            snoozes=snoozes,
            standing=standing,
            folded_by=next((s for s in snoozes if s.uid == here.uid and s.id in standing), None),
        )

    def asked_why(self, case: Case, here: Issue) -> bool:
        """Whether somebody wants to know here what the case was judged by."""
        return any(s.verb == "why" and s.uid == here.uid and s.state != "refused" for s in self._about(case))

    def told(self, cases: Iterable[Case], here: Issue) -> Iterator[Statement]:
        """Commands on ``here`` about these cases that were answered in words."""
        mine = {s.id: s for case in cases for s in self._about(case) if s.uid == here.uid}
        yield from (s for s in self._answered(here) if s.id in mine)

    def told_of_none(self, here: Issue) -> list[Statement]:
        """Commands on ``here`` about no case and no dependency that were answered in words: the newest few."""
        return [s for s in self._answered(here) if not s.case and s.edge is None][-MOST_TOLD:]

    def _answered(self, here: Issue) -> list[Statement]:
        """The same said again, and understood or answered anew, puts an old answer away."""
        last = {(s.verb, s.case, s.edge): s for s in self._at.get(here.uid, ())}
        done = {s.verb: s.at for s in self._at.get(here.uid, ()) if s.state != "refused"}
        return [s for s in last.values() if s.answer and (s.state != "refused" or done.get(s.verb, s.at) <= s.at)]

    def _about(self, case: Case) -> list[Statement]:
        of_edge = self._of_edge.get(case.subject.members, ()) if case.subject.kind == "edge" else ()
        of_case = self._of_case.get(case.id, ())
        return sorted((*of_case, *of_edge), key=said_in_order) if of_case or of_edge else []

    def _counts(self, statement: Statement, here: Issue) -> bool:
        """Said here, or told here."""
        audience = fragments.audience_of(statement, self._snapshot)
        return statement.uid == here.uid or Gate(here.audience).reads({audience})


def _level_then(case: Case, statement: Statement) -> int:
    """The highest level that the case had reached when it was spoken of."""
    return sum(at <= statement.at for at in case.risen) if case.risen else statement.level
