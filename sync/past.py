"""The past as a run saw it: its facts and its config, from the store alone."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from model.facts import Facts
from model.statements import Statement
from sync.config import Config, recall_config
from sync.store import Heard, PastRun, Store, StoreError


class Noted:
    """Which of the store's notes on edges and promises a run could know: those of earlier runs.

    By the order of runs and not by time alone: runs of a day given by ``--as-of`` judge at one moment, and not
    always at a later one.
    """

    def __init__(self, runs: Iterable[PastRun]) -> None:
        runs = tuple(runs)
        self._order = {run.id: number for number, run in enumerate(runs)}
        self._noted = {run.judged: number for number, run in enumerate(runs)}
        """By the moment of a note: the last run that may have made it."""

    def before(self, run: PastRun) -> Callable[[datetime], bool]:
        """Whether what was noted at a moment was noted before that run; where no run is known to have, time tells."""
        mine = self._order[run.id]
        return lambda at: self._noted[at] < mine if at in self._noted else at < run.judged

    def heard(self, run: PastRun, read: Iterable[Heard]) -> tuple[Statement, ...]:
        """What had been said as far as that run knew: what it read itself counted at once."""
        mine = self._order[run.id]
        known = (
            one for one in read if (self._order[one.run] <= mine if one.run in self._order else one.at <= run.judged)
        )
        return tuple(one.statement for one in known)


def facts_at(store: Store, past: PastRun) -> Facts:
    """The facts that the run judged, with what had been noted down of edges and promises before it did."""
    facts, noted = store.facts(past.generations), Noted(store.past_runs())
    known = noted.before(past)
    return replace(
        facts,
        statements=noted.heard(past, store.heard()),
        since={pair: at for pair, at in facts.since.items() if known(at)},
        promises={uid: kept for uid, rows in facts.promises.items() if (kept := tuple(p for p in rows if known(p.at)))},
    )


def config_of(store: Store, digest: str, path: Path) -> Config:
    """The config of that digest as it was understood when it was run with; ``path``: where it stood.

    Raises StoreError when it was not kept, and ConfigError when this version of crosstie does not understand it.
    """
    for row in store.configs():
        if row.digest == digest and row.tree:
            return recall_config(row.tree, path)
    raise StoreError(f"the store has not kept the config {digest[:12]} in a form that can be read again")
