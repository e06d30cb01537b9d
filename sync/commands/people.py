"""Who speaks: a member of which teams, or somebody whose word counts everywhere. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from model.facts import Comment, Facts, IssueFact
from model.policy import Member, Policy
from model.said import current
from model.statements import CommandLine, Statement
from sync.commands.grammar import Said, parse

Heard = Mapping[str, tuple[Statement, bool]]
"""By the name of a command: what it was heard as last, and whether the issue that it was said on is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A command that was not heard before, by somebody who may say something to somebody."""

    uid: str
    """The issue it stands on."""
    id: str
    """Of the statement that it becomes."""
    comment: Comment
    line: CommandLine
    said: Said
    teams: frozenset[str]
    """Those that the person belongs to, or represents."""
    everywhere: bool = False
    """An admin of the config: the word counts for any team."""
    owner: bool = False
    """Of the repository that the issue is in: the word counts for whoever owns the issue."""
    since: datetime | None = None
    """When these very words were said in this comment, where only their place in it is new."""


class People:
    """The members of all teams, by who they are on each kind of tracker."""

    def __init__(self, policy: Policy, admins: Sequence[Member]) -> None:
        self._kinds = {name: tracker.kind for name, tracker in policy.trackers.items()}
        self._admins = _ids(admins)
        self._teams: dict[tuple[str, str], set[str]] = {}
        for team in policy.teams.values():
            people = (*team.members, *((team.representative,) if team.representative else ()))
            for name in _ids(people):
                self._teams.setdefault(name, set()).add(team.name)

    def teams(self, tracker: str, person: str) -> frozenset[str]:
        return frozenset(self._teams.get(self._name(tracker, person), ()))

    def is_admin(self, tracker: str, person: str) -> bool:
        return self._name(tracker, person) in self._admins

    def _name(self, tracker: str, person: str) -> tuple[str, str]:
        return self._kinds.get(tracker, ""), person.casefold()


def _ids(people: Iterable[Member]) -> set[tuple[str, str]]:
    return {(kind, person.casefold()) for member in people for kind, person in member.ids.items() if person}


def candidates(facts: Facts, people: People) -> list[Candidate]:
    """Commands that nobody has decided on yet. Of strangers, bots and unknown verbs there are none."""
    heard = {
        statement.id.partition("~")[0]: (statement, facts.absent.get(statement.uid) == "gone")
        for statement in current(facts.statements)
    }
    words = {(name.rpartition(":")[0], before.said): before.at for name, (before, _) in heard.items()}
    found = (
        replace(candidate, since=words.get((candidate.id.rpartition(":")[0], candidate.line.words)))
        for uid, fact in facts.issues.items()
        for comment in fact.comments
        if comment.commands and not comment.ours
        for candidate in _of(uid, fact, comment, people, heard)
    )
    return sorted(found, key=lambda one: one.id)


def _of(uid: str, fact: IssueFact, comment: Comment, people: People, heard: Heard) -> Iterator[Candidate]:
    person = comment.author
    if person is None or person.bot:
        return
    teams = people.teams(fact.tracker, person.id)
    everywhere = people.is_admin(fact.tracker, person.id)
    if not (teams or everywhere or comment.owner):
        return
    for line in comment.commands:
        said, id_ = parse(line.words), _id(f"{fact.tracker}:{comment.id}:{line.number}", uid, line, heard)
        if said is not None and id_:
            yield Candidate(
                uid=uid,
                id=id_,
                comment=comment,
                line=line,
                said=said,
                teams=teams,
                everywhere=everywhere,
                owner=comment.owner,
            )


def _id(name: str, uid: str, line: CommandLine, heard: Heard) -> str:
    """What the statement will be called; empty when these very words were heard already.

    They are heard again where the comment came along with an issue that goes on as another (GitHub's transfers).
    """
    before, gone = heard.get(name, (None, False))
    if before is None:
        return name
    version = int(before.id.partition("~")[2] or 1)
    moved = gone and before.uid != uid
    return f"{name}~{version + 1}" if before.said != line.words or moved else ""
