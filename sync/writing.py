"""From a plan to what stands on the trackers: what is worth trying, put down in the outbox and carried out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connectors.base import Connector
from model.facts import Facts
from sync.apply import Applier, Written
from sync.hands import merges
from sync.plan import Plan
from sync.refused import marks, sift, standing_lines
from sync.store import Store

COUNTED = timedelta(hours=1)
"""For how long trackers remember what we made; GitHub counts new content by the hour."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """All that writing takes."""

    store: Store
    connectors: Mapping[str, Connector]
    now: Callable[[], datetime]
    progress: Callable[[str, int, int], None]

    def carry_out(
        self, run: str, planned: Plan, facts: Facts, *, writable: Callable[[str], bool], retry: bool = False
    ) -> tuple[Plan, Written]:
        """The plan without what would only be turned away again, and what came of it.

        ``writable``: whether anything may be written on the issue of a uid. ``retry``: try what was refused.
        """
        self._remember(planned.shown)
        notes = self.store.notes()
        more = () if planned.braked else merges(notes, facts, writable)
        wanted = (*planned.writes, *more)
        seen = marks(facts, (write.uid for write in wanted))
        kept = wanted if retry else sift(wanted, notes, seen, self.now())
        if not planned.braked:
            self._forget_refusals({write.uid for write in wanted} | {held.uid for held in planned.held})
        if kept:
            self._recall()
        applier = Applier(self.store, self.connectors, self.now, seen)
        written = applier.apply(self.store.enqueue(run, kept), self.progress)
        written.refused = self.refused({write.uid for write in wanted} - {write.uid for write in kept})
        return replace(planned, writes=kept), written

    def refused(self, uids: set[str] | None = None) -> list[str]:
        """What is not written because trackers turned it away before; of these issues, or of all."""
        return standing_lines(row for uid, row in self.store.notes().items() if uids is None or uid in uids)

    def _remember(self, shown: Mapping[str, tuple[str, ...]]) -> None:
        """What a label stands for may change while it stays: a hand that takes it away means all of it."""
        for uid, row in self.store.notes().items():
            if row.cases != shown.get(uid, row.cases):
                self.store.save_note(replace(row, cases=shown[uid]))

    def _forget_refusals(self, wanted: set[str]) -> None:
        """Of what nobody wants to write any more."""
        for uid, row in self.store.notes().items():
            if row.refusal is not None and uid not in wanted:
                self.store.save_note(replace(row, refusal=None))

    def _recall(self) -> None:
        """Let each connector know what this credential made of late, in this process or another."""
        now = self.now()
        made = self.store.made_since(now - COUNTED, now)
        for name, connector in self.connectors.items():
            connector.recall_writes(made.get(name, ()))
