"""One run: recover, pull, judge, plan, apply. The scheduled job, and everything else that writes, goes through here."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.base import Connector
from model.facts import Facts
from model.interpret import interpret
from model.ledger import news
from model.policy import Member, Policy
from model.snapshot import Snapshot
from sync.apply import Written
from sync.base import Case, Mute, Notification, TrackerCounts, Write
from sync.commands.hear import hear
from sync.commands.links import plan_links
from sync.commands.mutes import mutes_of
from sync.config import Config
from sync.hands import read_back
from sync.judge import Judgement, as_told, conclude
from sync.outcome import Outcome, basis, summary
from sync.plan import Plan
from sync.planning import Opened, baseline, desk_of, gated, newly_open, plan_notes
from sync.pull import Progress, Pulling, pull, silent
from sync.recover import recover
from sync.store import RunRow, Store
from sync.writing import Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What argv asks of one run."""

    dry_run: bool = False
    full: bool = False
    release_brake: bool = False
    day: datetime | None = None
    """The moment to judge at, when it is not now."""
    who: str = ""
    """Who started it: kept with a config that is run with for the first time."""


@dataclass(frozen=True, slots=True)
class _Renewing:
    """Progress that also renews the lease; a pause does not, for it is told from other threads than the store's."""

    shown: Progress
    renew: Callable[[], None]

    def __call__(self, doing: str, done: int, total: int | None = None) -> None:
        self.renew()
        self.shown(doing, done, total)

    def waiting(self, reason: str) -> None:
        self.shown.waiting(reason)


class Runner:
    """Holds what every step needs; ``now`` is the only clock."""

    def __init__(
        self,
        config: Config,
        store: Store,
        connectors: Mapping[str, Connector],
        now: Callable[[], datetime],
        progress: Progress = silent,
    ) -> None:
        self._config, self._store, self._connectors, self._now = config, store, connectors, now
        self._progress = progress

    def run(self, options: Options) -> Outcome:
        """Raises ``sync.store.Busy`` when another run holds the lease."""
        run = f"r{self._now():%Y%m%d%H%M%S%f}"
        with self._leased(run):
            self._store.record_config(
                self._config.digest, self._config.text, self._now(), options.who, self._config.tree
            )
            last = self._store.last_run(ended=False)
            self._store.begin_run(run, self._now(), self._config.digest)
            asked = {name: connector.traffic.requests for name, connector in self._connectors.items()}
            unsettled = {} if options.dry_run else self._recover()
            trackers = self.pull(options.full)
            for name, reason in unsettled.items():
                trackers[name] = replace(trackers[name], missing=(*trackers[name].missing, reason))
            at = options.day or self._now()
            standing = self._basis(at)
            if last is not None and last.basis == standing and not options.full:
                outcome = self._once_more(run, trackers, last)
            else:
                outcome = self._judge_and_write(run, trackers, at, options)
            observed = frozenset(rule for rule, own in self._config.rules.items() if own.mode == "observe")
            outcome = replace(outcome, trackers=self._counted(outcome.trackers, asked), observed=observed)
            at_rest = outcome.at_rest and not self._store.unfinished()
            self._store.end_run(run, self._now(), summary(outcome), standing if at_rest else "")
        return outcome

    def pull_only(self, full: bool) -> dict[str, TrackerCounts]:
        """Read and keep, under the lease; judge and write nothing."""
        with self._leased(f"p{self._now():%Y%m%d%H%M%S%f}"):
            return self.pull(full)

    @contextmanager
    def _leased(self, holder: str) -> Iterator[None]:
        """Hold the lease, and renew it with every step of progress, for as long as the work takes."""
        shown = self._progress
        with self._store.lease(holder, now=self._now()) as lease:
            self._progress = _Renewing(shown, lambda: lease.renew(self._now()))
            try:
                yield
            finally:
                self._progress = shown

    def pull(self, full: bool) -> dict[str, TrackerCounts]:
        """Every tracker; one that fails leaves the others complete."""
        for name in self._store.accounts().keys() - {tracker.name for tracker in self._config.trackers}:
            self._store.keep_only(name, frozenset(), self._now())
        return {
            tracker.name: pull(
                tracker.name,
                self._connectors[tracker.name],
                self._store,
                Pulling(scopes=tracker.scopes, full=full, refresh=self._config.refresh.structure),
                self._now,
                self._progress,
            )
            for tracker in self._config.trackers
        }

    def judge(self, facts: Facts, at: datetime) -> Judgement:
        policy = policy_of(self._config, self._store)
        return conclude(facts, self._config, policy, self._store.cases(), at, self._store.new_case_id)

    def _counted(self, trackers: Mapping[str, TrackerCounts], asked: Mapping[str, int]) -> dict[str, TrackerCounts]:
        """With every request of the run, writes and direct looks included."""
        return {
            name: replace(counts, requests=self._connectors[name].traffic.requests - asked[name])
            for name, counts in trackers.items()
        }

    def _recover(self) -> dict[str, str]:
        """What a killed run left and could not be looked after now, by tracker."""
        return recover(self._store, self._connectors)

    def _basis(self, at: datetime) -> str:
        config = self._config
        return basis(config.digest, self._store.generations(), policy_of(config, self._store), at)

    def _once_more(self, run: str, trackers: Mapping[str, TrackerCounts], last: RunRow) -> Outcome:
        """The last run's outcome: all that it judged is as it was, and it left nothing to do."""
        before = last.outcome or {}
        return Outcome(
            run=run,
            trackers=trackers,
            cases=tuple(case for case in self._store.cases() if case.state != "cleared"),
            dependencies=before["dependencies"],
            plan=Plan(writes=(), unchanged=before["writes"]["unchanged"]),
            written=Written(refused=self._writing.refused()),
        )

    def _judge_and_write(
        self, run: str, trackers: Mapping[str, TrackerCounts], at: datetime, options: Options
    ) -> Outcome:
        self._progress("judging", 0)
        facts = self._listen(run, self._store.facts(), at, options)
        judgement = self.judge(facts, at)
        opened, silent_now = self._first_writable(judgement)
        settled = not options.dry_run and self._keep(run, judgement, facts, at)
        if not options.dry_run:
            self._begin(opened, silent_now)
        links, facts = self._links(judgement, facts, options)
        planned = self._plan(judgement, facts, at, options, silent_now)
        if not planned.braked:
            planned = replace(planned, writes=(*planned.writes, *links))
        outcome = Outcome(
            run=run,
            trackers=trackers,
            cases=judgement.cases,
            dependencies=len(judgement.snapshot.dependencies),
            plan=planned,
            judgement=judgement,
            settled=settled,
            silenced=self._lines_of(silent_now, judgement),
        )
        if options.dry_run:
            return outcome
        planned, refused = gated(planned, self._config, judgement.snapshot)
        plan, written = self._writing.carry_out(
            run, planned, facts, writable=self._writable(judgement.snapshot), retry=options.full
        )
        written.failed += len(refused)
        written.errors += refused
        return replace(outcome, plan=plan, written=written)

    @property
    def _writing(self) -> Writing:
        return Writing(store=self._store, connectors=self._connectors, now=self._now, progress=self._progress)

    def _writable(self, snapshot: Snapshot) -> Callable[[str], bool]:
        desk = desk_of(self._config, snapshot)
        return lambda uid: uid in snapshot.issues and desk.writable(snapshot.issues[uid])

    def _listen(self, run: str, facts: Facts, at: datetime, options: Options) -> Facts:
        """With what people said by command since the last run."""
        commands = self._config.commands
        admins = tuple(Member(ids=person.ids) for person in commands.admins)
        policy = policy_of(self._config, self._store)
        said = hear(facts, policy, self._store.cases, at, admins) if commands.enabled else []
        if said and not options.dry_run:
            self._store.save_statements(said, run, at)
        return replace(facts, statements=(*facts.statements, *said)) if said else facts

    def _links(self, judgement: Judgement, facts: Facts, options: Options) -> tuple[Sequence[Write], Facts]:
        """The links that people asked for, and facts that tell why some cannot be."""
        if not self._config.commands.enabled:
            return (), facts
        holders = {name for name, connector in self._connectors.items() if connector.links_pages}
        links = plan_links(facts, judgement.snapshot, desk_of(self._config, judgement.snapshot).writable, holders)
        for refused in () if options.dry_run else links.refused:
            self._store.settle_statement(refused.id, refused.state, refused.answer)
        settled = {statement.id: statement for statement in links.refused}
        return links.writes, replace(facts, statements=tuple(settled.get(s.id, s) for s in facts.statements))

    def _keep(self, run: str, judgement: Judgement, facts: Facts, at: datetime) -> bool:
        """What was concluded, and what people did to our notes; False when a look at one of them has to wait."""
        # The ledger first: a run killed between the two has then judged nothing that a replay would know more of.
        self._store.save_ledger(*news(judgement.snapshot.dependencies, facts, at), at)
        self._store.save_events(run, at, judgement.events, facts.generations)
        said = facts.statements if self._config.commands.enabled else ()
        self._store.keep_muted(*mutes_of(said, judgement.cases))
        return read_back(self._store, facts, self._connectors, self._now())

    def _plan(
        self, judgement: Judgement, facts: Facts, at: datetime, options: Options, silent_now: Sequence[Mute]
    ) -> Plan:
        # What stands in the store goes first: a person's hand is more than a baseline.
        mutes, notes = [*silent_now, *self._store.mutes()], self._store.notes()
        told = told_so_far(self._store)
        cleared = named_as_settled(self._store)
        return plan_notes(
            judgement,
            self._config,
            facts,
            mutes,
            notes,
            at,
            options.release_brake,
            told=told,
            cleared=cleared,
            retry=options.full,
        )

    def _first_writable(self, judgement: Judgement) -> tuple[Opened, list[Mute]]:
        """Rules and scopes that may be written of from now on, and what stands there: silent until it worsens."""
        whole = {f"{s.tracker}:{s.key}" for s in self._store.scopes() if not s.missing}
        new = newly_open(desk_of(self._config, judgement.snapshot), whole, self._store.baselines())
        mutes = baseline(self._config, judgement.snapshot, judgement.cases, new, self._now()) if new else []
        return new, mutes

    def _begin(self, opened: Opened, silent_now: Sequence[Mute]) -> None:
        """Remember what stood when writing began: killed in between, the next run takes the same baseline."""
        self._store.save_mutes(silent_now)
        self._store.save_baselines(opened, self._now())

    def _lines_of(self, mutes: Sequence[Mute], judgement: Judgement) -> int:
        told = {case.id for case in judgement.cases if self._config.rules[case.rule].mode == "comment"}
        return sum(mute.case in told for mute in mutes)


def told_so_far(store: Store) -> list[Notification]:
    """Every step that somebody was notified of, and those of writes that were sent and whose answer is not known."""
    open_rows = (row for row in store.unfinished() if row.status == "sent")
    return [*store.notifications(), *(step for row in open_rows for step in row.write.notifies)]


def named_as_settled(store: Store) -> list[Case]:
    """Cases that cleared and that the notes still name."""
    return store.cases_of(case for row in store.notes().values() for case in row.settled)


def policy_of(config: Config, store: Store) -> Policy:
    """The config's policy, with each tracker's site as the tracker itself named it."""
    return config.policy({name: account.site for name, account in store.accounts().items()})


def snapshot_of(config: Config, store: Store, at: datetime) -> Snapshot:
    """What is known now, from the store alone."""
    return interpret(as_told(store.facts(), config), policy_of(config, store), at)
