"""What was said since the last time, as statements. Pure."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from model.facts import Facts
from model.interpret import interpret
from model.policy import Member, Policy
from model.resolve import Resolver
from model.statements import Statement
from sync.base import Case
from sync.commands.decide import decide
from sync.commands.people import People, candidates
from sync.commands.targets import Pair


def hear(
    facts: Facts, policy: Policy, cases: Callable[[], Iterable[Case]], now: datetime, admins: Sequence[Member] = ()
) -> list[Statement]:
    """Statements of all commands that were not heard before; ``cases``: as people know them.

    Commands are rare, so the cases and the snapshot that they are understood by are asked for only when there are any.
    """
    new = candidates(facts, People(policy, admins))
    if not new:
        return []
    resolver = Resolver(facts, policy)
    snapshot = interpret(facts, policy, now)
    return decide(new, snapshot, policy, cases(), lambda pair: _links(facts, resolver, pair), now)


def _links(facts: Facts, resolver: Resolver, pair: Pair) -> tuple[str, ...]:
    """Ids of all links that one of the two has to the other, named as ``model.evidence`` names them."""
    found: set[str] = set()
    for uid, other in (pair, pair[::-1]):
        fact = facts.issues.get(uid)
        for link in fact.links if fact is not None else ():
            found |= {link.native_id} if resolver.pointer(link.other) == other else set()
        for remote in fact.remote_links if fact is not None else ():
            ref = resolver.remote(remote)
            found |= {f"remote:{remote.native_id}"} if ref is not None and resolver.uid(ref) == other else set()
    return tuple(sorted(found))
