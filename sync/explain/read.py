"""Reads from the store what an explanation needs; the accounts themselves are pure."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sync.config import Config
from sync.explain.account import explain
from sync.explain.view import Event, View, event_at, find_run, look, look_back
from sync.notes import Desk
from sync.store import PastRun, Store, StoreError


def account_of(store: Store, config: Config, case_id: str, *, run: str = "", now: datetime) -> dict[str, Any] | None:
    """A case as a run judged it, by default the run of its last event; None when there is no such case.

    Where what that run judged is not kept any more, the case is explained by what is known now, and the account says
    so. Raises NoSuchRun for a ``run`` that did not judge, or came before the case.
    """
    events, runs = store.case_events(case_id), store.past_runs()
    if not events:
        return None
    past = find_run(runs, run) if run else _last(events, runs)
    event = event_at(events, runs, past.id) if past is not None else events[-1][2]
    view, problem = _view(store, config, past, now)
    return explain(
        event,
        events,
        view,
        store.refs(),
        config=next((row for row in store.configs() if row.digest == view.config.digest), None),
        desk=desk_of(store, config, view),
        notes=store.notes(),
        problem=problem,
    )


def _last(events: Sequence[Event], runs: Sequence[PastRun]) -> PastRun | None:
    return next((past for past in reversed(runs) if past.id == events[-1][0]), None)


def _view(store: Store, config: Config, past: PastRun | None, now: datetime) -> tuple[View, str]:
    if past is None:
        return look(store, config, now), "the store has not kept what its last run judged; this is what is known now"
    try:
        return look_back(store, config, past), ""
    except StoreError as error:
        return look(store, config, now), f"{error}; this is what is known now"


def desk_of(store: Store, config: Config, view: View) -> Desk:
    """What may be noted where, by the config of now."""
    mutes = {(mute.uid, mute.case): mute for mute in store.mutes()}
    return Desk(snapshot=view.snapshot, rules=config.rules, write_to=tuple(config.notes.write_to), mutes=mutes)
