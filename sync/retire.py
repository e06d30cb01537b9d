"""Taking our notes and labels away where crosstie, or one rule of it, is switched off.

What is to go is planned purely, from what the store knows to stand, and goes through the outbox
like every other write. While ``notes.write_to`` still names a scope, or the rule still writes, nothing
is taken away: the next run would put it back. Where it is switched on again later, that is a first time: what stands
then is the baseline.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase

from connectors.base import Connector
from sync.apply import Written
from sync.base import NoteRow, Write, WriteKind
from sync.config import Config
from sync.plan import BRAKE_FLOOR, Plan
from sync.pull import Progress
from sync.recover import recover
from sync.store import Store
from sync.store.notes import Place
from sync.writing import Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class Retiring:
    """What is to go; one of the three."""

    scopes: tuple[str, ...] = ()
    """Patterns of ``tracker:scope``."""
    rule: str = ""
    everything: bool = False

    def covers(self, scope: str) -> bool:
        """Whether it is about this ``tracker:scope``; of a rule, all are."""
        return not self.scopes or _names(self.scopes, scope) != ""

    def __str__(self) -> str:
        return f"of {self.rule}" if self.rule else f"in {', '.join(self.scopes)}" if self.scopes else "anywhere"


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """Something of ours that stays, and why."""

    place: Place
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirement:
    writes: tuple[Write, ...] = ()
    left: tuple[Left, ...] = ()
    refused: str = ""
    """Why nothing may go, and what to change first."""
    braked: str = ""

    @property
    def notes(self) -> int:
        return len({write.uid for write in self.writes if write.kind == "remove"})

    @property
    def labels(self) -> int:
        return sum(write.kind == "labels" for write in self.writes)


def plan_retirement(
    what: Retiring, config: Config, notes: Mapping[str, NoteRow], places: Mapping[str, Place], rules: Mapping[str, str]
) -> Retirement:
    """``places``: by uid, where each issue lives. ``rules``: by id of a case, its rule. Pure."""
    refused = _still_on(what, config, {places[uid].name for uid in notes if uid in places})
    if refused:
        return Retirement(refused=refused)
    writes: list[Write] = []
    left: list[Left] = []
    trackers = {tracker.name for tracker in config.trackers}
    for uid, row in sorted(notes.items()):
        place = places[uid]
        if not what.covers(place.name) or not (row.id or row.doubles or row.labels):
            continue
        shows = {rules.get(case, "") for case in (*row.cases, *row.settled)}
        if what.rule and what.rule not in shows:
            continue
        why = _stays(what, shows, place.tracker in trackers, place)
        if why:
            left.append(Left(place=place, why=why))
        else:
            writes.extend(_writes(row, place))
    return Retirement(writes=tuple(writes), left=tuple(left))


def _still_on(what: Retiring, config: Config, standing: Iterable[str]) -> str:
    if what.rule:
        own = config.rules.get(what.rule)
        if own is None or own.mode in ("off", "observe"):
            return ""
        return (
            f'rules.{what.rule}.mode is "{own.mode}" in {config.path.name}: set it to "off" or "observe" first, or the '
            "next run writes its notes again"
        )
    write_to = config.notes.write_to
    named = {pattern for scope in standing if what.covers(scope) and (pattern := _names(write_to, scope))}
    named |= {pattern for pattern in what.scopes if _names(write_to, pattern)}
    if not named:
        return ""
    lines = ", ".join(f'"{pattern}"' for pattern in sorted(named))
    file = config.path.name
    return f"notes.write_to in {file} still names {lines}: take it out first, or the next run writes there again"


def _names(patterns: Sequence[str], scope: str) -> str:
    """The first pattern that names the scope; empty when none does."""
    return next((p for p in patterns if fnmatchcase(scope.casefold(), p.casefold())), "")


def _stays(what: Retiring, shows: set[str], reachable: bool, place: Place) -> str:
    if not reachable:
        return f"{place.tracker} is not among the trackers of the config, so nothing can be written there"
    if what.rule and shows != {what.rule}:
        others = ", ".join(sorted(shows - {what.rule, ""})) or "a rule that is no more"
        return f"the note also shows cases of {others}: a run takes only the lines of {what.rule} out of it"
    return ""


def _writes(row: NoteRow, place: Place) -> Iterator[Write]:
    def write(kind: WriteKind, known: str = "", remove: tuple[str, ...] = ()) -> Write:
        return Write(
            uid=row.uid,
            tracker=row.tracker,
            native_id=place.native_id,
            key=place.key,
            kind=kind,
            reason="retired",
            known=known,
            remove=remove,
        )

    yield from (write("remove", known=number) for number in (row.id, *row.doubles) if number)
    if row.labels:
        yield write("labels", remove=row.labels)


def brake(plan: Retirement, percent: int, read: int) -> str:
    """Why so many issues are not touched without a word; empty when they are few enough."""
    touched, allowed = len({write.uid for write in plan.writes}), max(BRAKE_FLOOR, read * percent // 100)
    if touched <= allowed:
        return ""
    return (
        f"this would take what is ours from {touched} of {read} issues, more than the {allowed} that "
        f"notes.brake_percent = {percent} allows; nothing was removed. Look at it with --dry-run, then let it through "
        "with --release-brake"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """What was to go, and what came of it."""

    plan: Retirement
    written: Written


@dataclass(frozen=True, slots=True, kw_only=True)
class Retirer:
    """All that retiring takes; ``now`` is the only clock."""

    config: Config
    store: Store
    connectors: Mapping[str, Connector]
    now: Callable[[], datetime]
    progress: Progress

    def retire(self, what: Retiring, *, released: bool = False) -> Retired:
        """Raises ``sync.store.Busy`` while a run is under way."""
        name = f"t{self.now():%Y%m%d%H%M%S%f}"
        with self.store.lease(name, now=self.now()) as lease:

            def shown(doing: str, done: int, total: int) -> None:
                lease.renew(self.now())
                self.progress(doing, done, total)

            for connector in self.connectors.values():
                connector.tell = self.progress.waiting
            recover(self.store, self.connectors)
            plan = self.plan(what, released=released)
            if plan.refused or plan.braked:
                return Retired(plan=plan, written=Written())
            writing = Writing(store=self.store, connectors=self.connectors, now=self.now, progress=shown)
            facts = self.store.facts()
            _, written = writing.carry_out(name, Plan(writes=plan.writes), facts, writable=lambda _: False, retry=True)
            self._forget(what)
        return Retired(plan=plan, written=written)

    def plan(self, what: Retiring, *, released: bool = False) -> Retirement:
        """From the store alone; ``released``: the brake is, for this once."""
        notes, store = self.store.notes(), self.store
        shown = {case for row in notes.values() for case in (*row.cases, *row.settled)} if what.rule else set()
        rules = {id_: case.rule for id_ in sorted(shown) if (case := store.case(id_)) is not None}
        plan = plan_retirement(what, self.config, notes, store.note_places(), rules)
        braked = "" if released else brake(plan, self.config.notes.brake_percent, len(store.refs()))
        return Retirement(writes=plan.writes, left=plan.left, refused=plan.refused, braked=braked)

    def _forget(self, what: Retiring) -> None:
        """Nothing stands where all is gone; and the next time that it may be written there is a first time again."""
        places = self.store.note_places()
        standing = set()
        for uid, row in self.store.notes().items():
            if row.id or row.doubles or row.labels:
                standing.add(places[uid].name)
            elif what.covers(places[uid].name) and not what.rule:
                self.store.forget_note(uid)
        opened = {
            (rule, scope)
            for rule, scope in self.store.baselines()
            if (rule == what.rule if what.rule else what.covers(scope) and scope not in standing)
        }
        self.store.forget_baselines(opened)
