"""Reads from the store what an explanation needs; the accounts themselves are pure."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from rules.engine import rules_of
from sync.config import Config
from sync.explain.account import explain
from sync.explain.view import Event, View, event_at, find_run, look, look_back
from sync.explain.why_not import why_not
from sync.notes import Desk
from sync.store import PastRun, Store, StoreError


class NoSuchIssue(LookupError):
    """An issue that nothing is known of, or several that the name fits."""


class NoSuchRule(LookupError):
    """A rule that is not there."""


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
    view, problem = _view(store, config, past, now, event.case.rule)
    return explain(
        event,
        events,
        view,
        store.refs(),
        config=next((row for row in store.configs() if row.digest == view.config.digest), None),
        desk=desk_of(store, config, view),
        notes=store.notes(),
        statements=store.statements(),
        problem=problem,
    )


def why_not_of(store: Store, config: Config, name: str, rule_id: str, now: datetime) -> dict[str, Any]:
    """Why a rule finds nothing on an issue, by what is known now. Raises NoSuchIssue and NoSuchRule."""
    rules = rules_of(config.rules)
    if rule_id not in rules:
        near = get_close_matches(rule_id, rules, n=1)
        hint = f' Did you mean "{near[0]}"?' if near else ""
        raise NoSuchRule(f'There is no rule "{rule_id}".{hint} They are: {", ".join(rules)}.')
    view = look(store, config, now, rule_id)
    standing = {(case.rule, case.subject): case.id for case in store.cases() if case.state != "cleared"}
    return why_not(view, rules[rule_id], find_issue(view, name), store.refs(), standing)


def find_issue(view: View, name: str) -> str:
    """The uid of ``jira:PAY-12``, or of ``PAY-12`` where one tracker has it; old names are known too."""
    tracker, _, key = name.partition(":") if ":" in name else ("", "", name)
    known = {uid for (where, alias), uid in view.facts.aliases.items() if _fits(where, alias, tracker, key)}
    known |= {uid for uid, i in view.snapshot.issues.items() if _fits(i.ref.tracker, i.ref.key, tracker, key)}
    known &= view.snapshot.issues.keys()
    if len(known) == 1:
        return known.pop()
    if known:
        names = ", ".join(sorted(str(view.snapshot.issues[uid].ref) for uid in known))
        raise NoSuchIssue(f'"{name}" could be {names}. Name its tracker as well.')
    raise NoSuchIssue(
        f'The store knows no issue "{name}", and no dependency names it. `crosstie pull` reads what is new.'
    )


def _fits(tracker: str, key: str, wanted_tracker: str, wanted: str) -> bool:
    return wanted_tracker.casefold() in ("", tracker.casefold()) and key.casefold() == wanted.casefold()


def _last(events: Sequence[Event], runs: Sequence[PastRun]) -> PastRun | None:
    return next((past for past in reversed(runs) if past.id == events[-1][0]), None)


def _view(store: Store, config: Config, past: PastRun | None, now: datetime, rule: str) -> tuple[View, str]:
    if past is None:
        return look(
            store, config, now, rule
        ), "the store has not kept what its last run judged; this is what is known now"
    try:
        return look_back(store, config, past, rule), ""
    except StoreError as error:
        return look(store, config, now, rule), f"{error}; this is what is known now"


def desk_of(store: Store, config: Config, view: View) -> Desk:
    """What may be noted where, by the config of now."""
    mutes = {(mute.uid, mute.case): mute for mute in store.mutes()}
    return Desk(snapshot=view.snapshot, rules=config.rules, write_to=tuple(config.notes.write_to), mutes=mutes)
