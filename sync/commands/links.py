"""``declare``: the link that a person asked for, as a write of the outbox, and what came of it.

A native link stands on both of its issues, so both must be writable; a web link stands on one.
Making a link that stands already changes nothing, so a write whose answer was lost is simply planned again.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace

from connectors.base import Address, Connector, Denied, Refused, Target
from model.audience import may_read
from model.facts import Facts, Lean
from model.said import in_force
from model.snapshot import Issue, Snapshot
from model.statements import Statement
from sync.base import LinkWish, OutboxRow, Write
from sync.store import Store

BY_HAND = "Write it into the issue yourself: a line `Depends on: KEY`, or `Blocks: KEY` on the other side."


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    writes: tuple[Write, ...] = ()
    refused: tuple[Statement, ...] = ()
    """Statements whose link cannot be made, with the answer why."""


class _Refused(Exception):
    """``str()`` is a sentence that names no issue."""


def plan_links(
    facts: Facts, snapshot: Snapshot, writable: Callable[[Issue], bool], page_holders: Collection[str]
) -> Links:
    """Writes for all that was declared and waits. ``page_holders``: trackers whose issues can hold a link to a page."""
    waiting = [s for s in in_force(facts.statements) if s.verb == "declare" and s.state == "waiting"]
    desk = _Desk(facts, snapshot, writable, page_holders)
    writes, refused = [], []
    for statement in waiting:
        try:
            writes.append(desk.write(statement))
        except _Refused as why:
            refused.append(replace(statement, state="refused", answer=str(why)))
    return Links(writes=tuple(writes), refused=tuple(refused))


@dataclass(frozen=True, slots=True)
class _Desk:
    facts: Facts
    snapshot: Snapshot
    writable: Callable[[Issue], bool]
    page_holders: Collection[str]

    def write(self, statement: Statement) -> Write:
        pair = statement.edge or ("", "")
        rejected = self.snapshot.rejected.get(pair)
        if pair not in self.snapshot.by_key and (rejected is None or rejected.at > statement.at):
            raise _Refused("It is no dependency any more.")
        consumer, provider = (self.snapshot.issues.get(uid) for uid in pair)
        if consumer is None or provider is None or not {*pair} <= self.facts.issues.keys():
            raise _Refused(f"crosstie does not read both of the issues, so it cannot link them. {BY_HAND}")
        if consumer.ref.tracker == provider.ref.tracker:
            if not (self.writable(consumer) and self.writable(provider)):
                raise _Refused(f"crosstie may not write to both of the issues. {BY_HAND}")
            return self._write(statement, consumer, provider, "depends", native=True)
        return self._across(statement, consumer, provider)

    def _across(self, statement: Statement, consumer: Issue, provider: Issue) -> Write:
        ways = list(self._ways(consumer, provider))
        if not ways:
            raise _Refused(f"Neither tracker holds a link that could say so where crosstie may write. {BY_HAND}")
        here = [way for way in ways if way[0].uid == statement.uid]
        holder, other, lean = (here or ways)[0]
        return self._write(statement, holder, other, lean, native=False)

    def _ways(self, consumer: Issue, provider: Issue) -> Iterator[tuple[Issue, Issue, Lean]]:
        sides: tuple[tuple[Issue, Issue, Lean], ...] = (
            (consumer, provider, "depends"),
            (provider, consumer, "provides"),
        )
        for holder, other, lean in sides:
            # A web link shows its title and address to all who read the issue that holds it.
            shows = may_read(holder.audience, (other.audience,))
            if holder.ref.tracker in self.page_holders and self.writable(holder) and shows:
                yield holder, other, lean

    def _write(self, statement: Statement, holder: Issue, other: Issue, lean: Lean, *, native: bool) -> Write:
        far = self.facts.issues[other.uid]
        address = Address(native_id=far.native_id, key=far.key) if native else None
        return Write(
            uid=holder.uid,
            tracker=holder.ref.tracker,
            native_id=self.facts.issues[holder.uid].native_id,
            key=holder.ref.key,
            kind="link",
            reason="changed",
            link=LinkWish(
                statement=statement.id,
                lean=lean,
                other=Target(url=other.url, title=other.title, address=address, name=str(other.ref)),
            ),
        )


def make_link(store: Store, connector: Connector, row: OutboxRow) -> None:
    """Make it, and keep with its statement what came of it. Raises TryLater and Stop, then it is planned again; and
    Refused, which is final."""
    write, wish = row.write, row.write.link
    if wish is None:
        raise ValueError("a write of a link without one")
    try:
        receipt = connector.ensure_link(Address(native_id=write.native_id, key=write.key), wish.other, lean=wish.lean)
    except Refused as error:
        why = (
            "crosstie's account may not do that here." if isinstance(error, Denied) else "The tracker does not take it."
        )
        store.settle_statement(wish.statement, "refused", f"The link could not be made. {why} {BY_HAND}")
        # As what it is for a link; that it is gone would be told of a note.
        raise Refused(error.tracker, str(error).removeprefix(f"{error.tracker}: ")) from error
    made = "The link stood already." if receipt.done == "unchanged" else "The link is made."
    store.settle_statement(wish.statement, "done", made)
    store.finish(row.id, note=None)
