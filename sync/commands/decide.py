"""From commands to statements: what is asked, about what, and whether this person may. Pure.

Somebody who belongs to some team gets an answer whatever he asks; strangers were left out before.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

from model.facts import Comment
from model.policy import Policy
from model.snapshot import Snapshot
from model.statements import Statement
from sync.base import Case
from sync.commands.grammar import Argument, Unclear, argument, over_on, target_first
from sync.commands.people import Candidate
from sync.commands.targets import Pair, Target, Targets
from sync.commands.verbs import Command

Links = Callable[[Pair], tuple[str, ...]]
"""Ids of the native links that stand between the two issues of a dependency."""
WAITING = frozenset({"declare"})
"""Verbs that ask for a write."""


def decide(
    candidates: Sequence[Candidate],
    snapshot: Snapshot,
    policy: Policy,
    cases: Iterable[Case],
    links: Links,
    read_at: datetime,
) -> list[Statement]:
    """A statement for each candidate, done, waiting for its write, or refused with an answer; in the order they came.

    ``snapshot`` and ``cases``: as they were before. ``read_at`` stands in for a moment that the tracker does not tell.
    """
    targets = Targets(snapshot, cases, {candidate.uid for candidate in candidates})
    desk = _Desk(snapshot, policy, targets, links, read_at)
    return [desk.statement(candidate) for candidate in candidates]


class _Desk:
    def __init__(self, snapshot: Snapshot, policy: Policy, targets: Targets, links: Links, read_at: datetime) -> None:
        self._snapshot, self._policy, self._targets, self._links = snapshot, policy, targets, links
        self._read_at = read_at

    def statement(self, candidate: Candidate) -> Statement:
        command = candidate.said.command
        said = self._as_said(candidate)
        try:
            target, words = self._targets.find(candidate.uid, command, target_first(candidate.said))
            said = replace(said, case=target.case, edge=target.edge, role=_role(candidate.uid, target.edge))
            self._authorise(candidate, target)
            return self._made(said, command, target, argument(command, words))
        except Unclear as unclear:
            return replace(said, state="refused", answer=str(unclear))

    def _as_said(self, candidate: Candidate) -> Statement:
        comment = candidate.comment
        assert comment.author is not None  # noqa: S101 - a candidate has one
        return Statement(
            id=candidate.id,
            uid=candidate.uid,
            at=candidate.since or _moment(comment) or self._read_at,
            person=comment.author,
            restricted=comment.restricted,
            verb=candidate.said.command.verb,
            said=candidate.line.words,
        )

    def _authorise(self, candidate: Candidate, target: Target) -> None:
        """Raises Unclear for somebody who belongs to another team than those whose word counts for this."""
        if candidate.everywhere:
            return
        command = candidate.said.command
        here = self._teams(candidate.uid)
        allowed = self._allowed(command, target, here)
        role = _role(candidate.uid, target.edge)
        owns = candidate.owner and (command.who == "here" or (role and command.who in ("either", role)))
        if owns or candidate.teams & allowed:
            return
        if not allowed:
            raise Unclear("No team owns this issue yet, so only admins can say that here.")
        raise Unclear(_only_members(command, allowed, here))

    def _allowed(self, command: Command, target: Target, here: frozenset[str]) -> frozenset[str]:
        if command.who == "here" or target.edge is None:
            return here
        consumer, provider = map(self._teams, target.edge)
        return {"consumer": consumer, "provider": provider, "either": consumer | provider}[command.who]

    def _teams(self, uid: str) -> frozenset[str]:
        """The team that speaks for an issue; for a vendor's, the team that looks after the vendor."""
        issue = self._snapshot.issues.get(uid)
        party = self._policy.parties.get(issue.party) if issue is not None else None
        names = (issue.team if issue is not None else "", party.contact if party is not None else "")
        return frozenset(name for name in names if name)

    def _made(self, said: Statement, command: Command, target: Target, given: Argument) -> Statement:
        day = self._over_on(said, given) if given.span is not None else given.day
        if command.takes == "day" and day is not None and day < said.at.date() - timedelta(days=1):
            raise Unclear(f"{day} was over when this was written.")
        rejected = command.verb == "reject" and target.edge is not None and not given.off
        return replace(
            said,
            level=self._targets.level(target),
            off=given.off,
            day=day,
            words=given.words,
            links=self._links(target.edge) if rejected and target.edge is not None else (),
            state="waiting" if command.verb in WAITING else "done",
        )

    def _over_on(self, said: Statement, given: Argument) -> date | None:
        issue = self._snapshot.issues.get(said.uid)
        (calendar,) = self._snapshot.calendars(issue.team if issue is not None else "")
        return over_on(given.span, calendar.today(said.at), calendar) if given.span is not None else None


def _moment(comment: Comment) -> datetime | None:
    """Of an edited comment, the edit: its words may be new."""
    return comment.updated or comment.created


def _role(uid: str, edge: Pair | None) -> Literal["consumer", "provider", ""]:
    """Empty on a third issue, too: a circle's case names one of its dependencies, and stands on all of its issues."""
    if edge is None or uid not in edge:
        return ""
    return "consumer" if edge[0] == uid else "provider"


def _only_members(command: Command, allowed: frozenset[str], here: frozenset[str]) -> str:
    """Names a team only on its own issue: another's name may not be for its readers."""
    if allowed <= here:
        return f"Only members of {' and '.join(sorted(allowed))} can {command.doing} here."
    side = {"consumer": "the team that waits", "provider": "the team that is waited for"}
    return f"Only members of {side.get(command.who, 'the two teams')} can {command.doing}."
