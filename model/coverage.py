"""Whether a dependency stands on an agreement: a forum that owns what both work towards, or a record on a ticket."""

import re
from collections.abc import Iterator, Mapping

from model.facts import Facts, IssueFact
from model.ownership import Ownership
from model.policy import PUBLIC, Policy
from model.snapshot import Coverage, Issue


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
        self._carried: dict[str, str] = {}

    def coverage(self, consumer: Issue, provider: Issue) -> Coverage:
        """Not covered only when both ends, and all their ancestors, were there to be looked at."""
        if not self._policy.judges_agreements:
            return Coverage(covered=None)
        by = self._by_forum(consumer, provider) or self._carries(consumer.uid) or self._carries(provider.uid)
        if by:
            return Coverage(covered=True, by=by)
        known = self._known(consumer) and self._known(provider)
        seen = (self._audiences.get(a, PUBLIC) for end in (consumer, provider) for a in self._line(end.uid))
        return Coverage(covered=False if known else None, inputs=frozenset(seen) - {PUBLIC})

    def shared_forums(self, consumer: Issue, provider: Issue) -> tuple[str, ...]:
        forums = self._policy.forums.values()
        return tuple(sorted(f.name for f in forums if consumer.team in f.teams and provider.team in f.teams))

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
        return f"forum {min(owning)}" if owning else ""

    def _known(self, issue: Issue) -> bool:
        return issue.end == "read" and issue.complete and all(a in self._facts.issues for a in self._line(issue.uid))

    def _carries(self, uid: str) -> str:
        if uid not in self._carried:
            fact = self._facts.issues.get(uid)
            self._carried[uid] = next(self._records(fact), "") if fact is not None else ""
        return self._carried[uid]

    def _records(self, fact: IssueFact) -> Iterator[str]:
        yield from (f"label {label}" for label in fact.labels if label.casefold() in self._labels)
        yield from (f"link {ln.type_name}" for ln in fact.links if ln.type_name.casefold() in self._link_types)
        texts = (fact.title, *fact.labels, *(m.key for m in fact.mentions), *(m.excerpt for m in fact.mentions))
        for pattern in self._references:
            yield from (f"reference {found.group()}" for text in texts if (found := pattern.search(text)))
