"""Whether a dependency stands on an agreement: a forum that owns what both work towards, or a record on a ticket."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from model.facts import Facts, IssueFact, Pointer
from model.ownership import Ownership
from model.policy import PUBLIC, Policy
from model.snapshot import Coverage, Issue
from model.statements import Statement

Found = tuple[str, frozenset[str]]
"""What covers an edge (``label agreed``), and the audiences of what it was read from."""
NO_RECORD: Found = ("", frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class ForumSearch:
    """One forum that could cover an edge: what is missing for that, if anything."""

    forum: str
    absent: tuple[str, ...]
    """Teams of the edge that do not sit in it."""
    owns: tuple[str, ...]
    """Uids that it owns among the consumer and its ancestors."""
    owns_of_provider: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Where an agreement was looked for, and what was there."""

    lines: tuple[tuple[str, ...], tuple[str, ...]]
    """Uids of the consumer and its ancestors, nearest first; the same for the provider."""
    forums: tuple[ForumSearch, ...]
    """Every forum in which one of the two teams sits, or that owns something on the way."""
    records: tuple[tuple[str, str], ...]
    """(uid, ``label agreed``) of every record of an agreement on either end."""
    not_read: tuple[str, ...]
    """Uids of ends and ancestors that were not there to be looked at."""


class Agreed:
    """Looks for what covers the edge between two issues."""

    def __init__(
        self,
        facts: Facts,
        policy: Policy,
        ownership: Ownership,
        parents: Mapping[str, str],
        audiences: Mapping[str, str],
    ) -> None:
        self._facts, self._policy, self._ownership, self._parents = facts, policy, ownership, parents
        self._audiences = audiences
        self._labels = {label.casefold() for label in policy.agreements.labels}
        self._link_types = {name.casefold() for name in policy.agreements.link_types}
        self._references = [re.compile(pattern) for pattern in policy.agreements.references]
        self._carried: dict[str, Found] = {}
        self._shared: dict[tuple[str, str], tuple[str, ...]] = {}

    def coverage(
        self, consumer: Issue, provider: Issue, said: Statement | None = None, said_to: str = PUBLIC
    ) -> Coverage:
        """Not covered only when both ends, and all their ancestors, were there to be looked at.

        ``said``: an agreement that a command recorded, for the readers ``said_to``.
        """
        if said is not None and not (self._policy.judges_agreements and self._on_record(consumer, provider)[0]):
            return Coverage(covered=True, by=f"agreement {said.words}", inputs=frozenset((said_to,)) - {PUBLIC})
        if not self._policy.judges_agreements:
            return Coverage(covered=None)
        by, read_from = self._on_record(consumer, provider)
        if by:
            return Coverage(covered=True, by=by, inputs=read_from - {PUBLIC})
        known = self._known(consumer) and self._known(provider)
        seen = (self._audiences.get(a, PUBLIC) for end in (consumer, provider) for a in self._line(end.uid))
        return Coverage(covered=False if known else None, inputs=frozenset(seen) - {PUBLIC})

    def _on_record(self, consumer: Issue, provider: Issue) -> Found:
        """What covers it, and the audiences of what tells so; of several records one that more people may read."""
        forum = self._by_forum(consumer, provider)
        if forum:
            ups = (up for end in (consumer, provider) for up in self._up_to(end.uid, forum))
            return f"forum {forum}", frozenset(self._audiences.get(up, PUBLIC) for up in ups)
        found = [record for record in (self._carries(consumer.uid), self._carries(provider.uid)) if record[0]]
        return min(found, key=lambda record: len(record[1] - {PUBLIC}), default=NO_RECORD)

    def shared_forums(self, consumer: Issue, provider: Issue) -> tuple[str, ...]:
        teams = (consumer.team, provider.team)
        if teams not in self._shared:
            forums = self._policy.forums.values()
            self._shared[teams] = tuple(sorted(f.name for f in forums if all(team in f.teams for team in teams)))
        return self._shared[teams]

    def search(self, consumer: Issue, provider: Issue) -> Search:
        """How ``coverage`` comes to its verdict: everything that is looked at, found or not."""
        lines = tuple(self._line(consumer.uid)), tuple(self._line(provider.uid))
        records = ((end.uid, record) for end in (consumer, provider) for record in self._all_records(end.uid))
        return Search(
            lines=lines,
            forums=tuple(self._searched(consumer, provider, lines)),
            records=tuple(dict.fromkeys(records)),
            not_read=tuple(self._not_read((consumer, provider), lines)),
        )

    def _searched(self, consumer: Issue, provider: Issue, lines: Iterable[Iterable[str]]) -> Iterator[ForumSearch]:
        teams = tuple(dict.fromkeys(end.team for end in (consumer, provider) if end.team))
        for name, forum in sorted(self._policy.forums.items()):
            owned = [tuple(a for a in line if name in self._forums_of(a)) for line in lines]
            if any(owned) or set(teams) & set(forum.teams):
                absent = tuple(team for team in teams if team not in forum.teams)
                yield ForumSearch(forum=name, absent=absent, owns=owned[0], owns_of_provider=owned[1])

    def _not_read(self, ends: Iterable[Issue], lines: Iterable[Iterable[str]]) -> Iterator[str]:
        yield from (end.uid for end in ends if not (end.end == "read" and end.complete))
        yield from (uid for line in lines for uid in list(line)[1:] if uid not in self._facts.issues)

    def _all_records(self, uid: str) -> Iterator[str]:
        return (record for record, _ in self._records(uid))

    def _forums_of(self, uid: str) -> tuple[str, ...]:
        fact = self._facts.issues.get(uid)
        return self._ownership.forums(fact.ref, fact) if fact is not None else ()

    def owning_forums(self, uid: str) -> tuple[str, ...]:
        """Of the issue or its nearest ancestor that any forum owns."""
        for ancestor in self._line(uid):
            fact = self._facts.issues.get(ancestor)
            found = self._ownership.forums(fact.ref, fact) if fact is not None else ()
            if found:
                return found
        return ()

    def _line(self, uid: str) -> Iterator[str]:
        """The issue and its ancestors, nearest first; a loop of parents ends where it closes."""
        seen: set[str] = set()
        at: str | None = uid
        while at is not None and at not in seen:
            seen.add(at)
            yield at
            at = self._parents.get(at)

    def _all_forums(self, uid: str) -> set[str]:
        facts = ((a, self._facts.issues.get(a)) for a in self._line(uid))
        return {name for _, fact in facts if fact is not None for name in self._ownership.forums(fact.ref, fact)}

    def _by_forum(self, consumer: Issue, provider: Issue) -> str:
        both = set(self.shared_forums(consumer, provider))
        owning = both & self._all_forums(consumer.uid) & self._all_forums(provider.uid) if both else set()
        return min(owning, default="")

    def _up_to(self, uid: str, forum: str) -> Iterator[str]:
        """The issue and its ancestors up to the nearest that the forum owns."""
        for ancestor in self._line(uid):
            yield ancestor
            if forum in self._forums_of(ancestor):
                return

    def _known(self, issue: Issue) -> bool:
        return issue.end == "read" and issue.complete and all(a in self._facts.issues for a in self._line(issue.uid))

    def _carries(self, uid: str) -> Found:
        if uid not in self._carried:
            by_readers = sorted(self._records(uid), key=lambda record: len(record[1] - {PUBLIC}))
            self._carried[uid] = next(iter(by_readers), NO_RECORD)
        return self._carried[uid]

    def _records(self, uid: str) -> Iterator[Found]:
        fact = self._facts.issues.get(uid)
        if fact is None:
            return
        here = frozenset((self._audiences.get(uid, PUBLIC),))
        yield from ((f"label {label}", here) for label in fact.labels if label.casefold() in self._labels)
        for link in fact.links:
            if link.type_name.casefold() in self._link_types:
                yield f"link {link.type_name}", here | {self._audience_of(link.other)}
        for pattern in self._references:
            for text, audience in _texts(uid, fact):
                if found := pattern.search(text):
                    yield f"reference {found.group()}", here | {audience}

    def _audience_of(self, pointer: Pointer) -> str:
        """Of the other end of a link; of one that was not read, it alone."""
        uid = self._facts.aliases.get((pointer.tracker, pointer.key), "")
        return self._audiences.get(uid, f"only {pointer.tracker}:{pointer.key}")


def _texts(uid: str, fact: IssueFact) -> Iterator[tuple[str, str]]:
    """What is written on an issue, and who may read that besides the issue's own readers."""
    yield from ((text, PUBLIC) for text in (fact.title, *fact.labels))
    told = [(m, f"only {uid} {m.place}" if m.restricted else PUBLIC) for m in fact.mentions]
    yield from ((m.key, audience) for m, audience in told)
    yield from ((m.excerpt, audience) for m, audience in told)
