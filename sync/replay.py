"""The past once more: runs of the store judged by a config of today, or each by its own.

Facts are taken as they stood at each run, so a replay of every run by the configs that were active
comes to the very cases that were recorded. One snapshot is held at a time, and nothing is kept.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from model.facts import Facts, Promise
from model.ledger import news
from rules.base import Subject
from sync.base import Case
from sync.config import Config
from sync.judge import Judgement, conclude
from sync.past import Noted
from sync.run import policy_of
from sync.store import Heard, PastRun, Store
from sync.store.cases import REOPENS_FOR, name_of, shortest_free


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    run: PastRun
    facts: Facts
    judgement: Judgement


def replay(store: Store, runs: Iterable[PastRun], config_of: Callable[[PastRun], Config]) -> Iterator[Replayed]:
    """Judge these runs again, oldest first, from no cases at all."""
    known: dict[str, Case] = {}
    ledger, heard = _Ledger(store.past_runs(), store.edges_since(), store.promises()), store.heard()
    for run in runs:
        config = config_of(run)
        facts = ledger.before(run, store.facts(run.generations), heard)
        standing = [case for _, case in sorted(known.items()) if _may_matter(case, run)]
        judged = conclude(facts, config, policy_of(config, store), standing, run.judged, _Ids(known))
        known |= {event.case.id: event.case for event in judged.events}
        ledger.note(*news(judged.snapshot.dependencies, facts, run.judged), run.judged)
        yield Replayed(run=run, judgement=judged, facts=facts)


def last_of_each_day(runs: Sequence[PastRun]) -> list[PastRun]:
    """One run a day is enough to see what would have been said."""
    return list({run.judged.date(): run for run in runs}.values())


def _may_matter(case: Case, run: PastRun) -> bool:
    """As ``Store.cases`` had it for that run."""
    return case.cleared is None or case.cleared >= run.started - REOPENS_FOR


class _Ids:
    """Ids as the store gave them in one run, when it knew these cases only."""

    def __init__(self, known: Mapping[str, Case]) -> None:
        self._known = known
        self._given: dict[str, str] = {}

    def __call__(self, rule: str, subject: Subject) -> str:
        case_id = shortest_free(rule, subject, self._holder)
        self._given[case_id] = name_of(rule, subject)
        return case_id

    def _holder(self, case_id: str) -> str:
        case = self._known.get(case_id)
        return self._given.get(case_id) or (name_of(case.rule, case.subject) if case else "")


class _Ledger:
    """What had been noted down of edges and promises: by the store in earlier runs, and by the replay itself.

    The replay's own notes are those of edges and dates that only its config sees, and those that the store has
    written over.
    """

    def __init__(
        self,
        runs: Iterable[PastRun],
        since: Mapping[tuple[str, str], datetime],
        promises: Mapping[str, tuple[Promise, ...]],
    ) -> None:
        self._noted = Noted(runs)
        self._recorded, self._promised = since, promises
        self._since: dict[tuple[str, str], datetime] = {}
        self._promises: dict[str, dict[datetime, Promise]] = {}

    def before(self, run: PastRun, facts: Facts, heard: Iterable[Heard]) -> Facts:
        """As that run found it. Of edges the store's word goes first, of dates the replay's own."""
        known = self._noted.before(run)
        since = self._since | {pair: at for pair, at in self._recorded.items() if known(at)}
        promises = {uid: line for uid in self._promised.keys() | self._promises if (line := self._line(uid, known))}
        return replace(facts, since=since, promises=promises, statements=self._noted.heard(run, heard))

    def _line(self, uid: str, known: Callable[[datetime], bool]) -> tuple[Promise, ...]:
        recorded = {promise.at: promise for promise in self._promised.get(uid, ()) if known(promise.at)}
        own = self._promises.get(uid)
        return tuple(promise for _, promise in sorted((recorded | own).items())) if own else tuple(recorded.values())

    def note(self, edges: Iterable[tuple[str, str]], moved: Mapping[str, Promise], moment: datetime) -> None:
        self._since = dict.fromkeys(edges, moment) | self._since
        for uid, promise in moved.items():
            self._promises.setdefault(uid, {})[promise.at] = promise
