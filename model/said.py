"""What people's words come to. Pure, and the same in whatever order they were read: the last that was said counts.

Refused statements say nothing, nor does a command that was changed by a later edit of its comment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from model.evidence import Gathered, Pair
from model.facts import Facts
from model.policy import PUBLIC, DateSource
from model.snapshot import DateClaim, Move
from model.statements import Statement, Verb

COMMAND: DateSource = "command"


def current(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Those whose words stand as they were read last, in the order in which they were said."""
    latest: dict[str, tuple[int, Statement]] = {}
    for statement in statements:
        first, _, version = statement.id.partition("~")
        known = latest.get(first)
        if known is None or int(version or 1) > known[0]:
            latest[first] = int(version or 1), statement
    return tuple(sorted((statement for _, statement in latest.values()), key=said_in_order))


def in_force(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The same without those that were refused; with those that take something back."""
    return tuple(statement for statement in current(statements) if statement.state != "refused")


def said_in_order(statement: Statement) -> tuple[datetime, str, int, int]:
    """Sorts by when it was said; of one comment, as it stands there."""
    first, _, version = statement.id.partition("~")
    comment, _, number = first.rpartition(":")
    return statement.at, comment, int(number) if number.isdecimal() else 0, int(version or 1)


def audience_of(statement: Statement, issue_audience: str) -> str:
    """Who may read it: the readers of the issue it was said on, or of that comment alone."""
    return f"only {statement.uid} {statement.id}" if statement.restricted else issue_audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What counts of one dependency, and who may read it."""

    need: Statement | None = None
    promise: Statement | None = None
    agree: Statement | None = None
    acknowledged: Statement | None = None
    """By the provider's side."""
    promises: tuple[Statement, ...] = ()
    """Every promise by command, oldest first, those included that were edited or taken back."""
    audiences: Mapping[str, str] = field(default_factory=dict)
    """By id of a statement."""

    def told(self, said: Statement | None) -> str:
        """Who may read one of these."""
        return self.audiences.get(said.id, PUBLIC) if said is not None else PUBLIC

    def inputs(self, promise: DateClaim | None) -> frozenset[str]:
        """Audiences of what has a say in the dependency's state, and in what is promised where ``promise`` counts."""
        counted = self.promises if promise is not None and promise.source == COMMAND else ()
        return frozenset(map(self.told, (*counted, self.acknowledged))) - {PUBLIC}

    def moves(self) -> tuple[Move, ...]:
        """How the day promised by command moved. A day that was said for the first time, or taken back, is no move."""
        found, standing = [], None
        for said in self.promises:
            if not said.off and said.day is not None:
                if standing is not None and said.day != standing:
                    found.append(Move(at=said.at, before=standing, after=said.day))
                standing = said.day
        return tuple(found)

    def promised(self) -> DateClaim | None:
        said = self.promise
        return DateClaim(day=said.day, source=COMMAND, of=said.uid) if said is not None and said.day else None


SILENCE = Words()


class Spoken:
    """All statements in force, by the dependency that they are about."""

    def __init__(self, facts: Facts, audiences: Mapping[str, str]) -> None:
        self._audiences = audiences
        self._about: dict[Pair, list[Statement]] = {}
        self._promises: dict[Pair, list[Statement]] = {}
        for statement in in_force(facts.statements):
            if statement.edge is not None:
                self._about.setdefault(statement.edge, []).append(statement)
        for statement in sorted(facts.statements, key=said_in_order):
            if statement.edge is not None and statement.verb == "promise" and statement.state != "refused":
                self._promises.setdefault(statement.edge, []).append(statement)

    def of(self, pair: Pair) -> Words:
        """What counts of the dependency between the two."""
        said = self._about.get(pair)
        if said is None:
            return SILENCE
        return Words(
            need=_last(said, "need"),
            promise=_last(said, "promise"),
            agree=_last(said, "agree"),
            acknowledged=_last([s for s in said if s.role == "provider"], "ack"),
            promises=(promises := tuple(self._promises.get(pair, ()))),
            audiences={s.id: audience_of(s, self._audiences.get(s.uid, PUBLIC)) for s in (*said, *promises)},
        )

    def take_away(self, gathered: Gathered, facts: Facts) -> dict[Pair, Statement]:
        """Take out of ``gathered`` what people said is no dependency; returns what was taken out, and by whom.

        A native link that was made since brings it back.
        """
        removed: dict[Pair, Statement] = {}
        for pair, said in self._about.items():
            rejected = _last(said, "reject")
            if rejected is not None and pair in gathered.edges and not _linked_since(rejected, pair, gathered, facts):
                del gathered.edges[pair]
                removed[pair] = rejected
        return dict(sorted(removed.items()))


def _last(said: Iterable[Statement], verb: Verb) -> Statement | None:
    found = [s for s in said if s.verb == verb]
    return found[-1] if found and not found[-1].off else None


def _linked_since(rejected: Statement, pair: Pair, gathered: Gathered, facts: Facts) -> bool:
    """A link of an id that did not stand then; or one that did, was removed, and stands again."""
    links = {w.link for w in gathered.edges[pair] if w.link and w.evidence.strength == "declared"}
    if not links <= set(rejected.links):
        return True
    removals = (r.at for r in facts.retractions if {r.one, r.other} == set(pair))
    return bool(links) and any(at > rejected.at for at in removals)
