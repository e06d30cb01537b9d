"""The past as a run saw it: its facts and its config, from the store alone."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from model.facts import Facts, Promise
from sync.config import Config, recall_config
from sync.store import PastRun, Store, StoreError


def facts_at(store: Store, past: PastRun) -> Facts:
    """The facts that the run judged, with what had been noted down of edges and promises before it did."""
    facts = store.facts(past.generations)
    return replace(
        facts,
        since={pair: at for pair, at in facts.since.items() if at < past.judged},
        promises={uid: kept for uid, rows in facts.promises.items() if (kept := _before(rows, past.judged))},
    )


def _before(promises: tuple[Promise, ...], moment: datetime) -> tuple[Promise, ...]:
    return tuple(promise for promise in promises if promise.at < moment)


def config_of(store: Store, digest: str, path: Path) -> Config:
    """The config of that digest as it was understood when it was run with; ``path``: where it stood.

    Raises StoreError when it was not kept, and ConfigError when this version of crosstie does not understand it.
    """
    for row in store.configs():
        if row.digest == digest and row.tree:
            return recall_config(row.tree, path)
    raise StoreError(f"the store has not kept the config {digest[:12]} in a form that can be read again")
