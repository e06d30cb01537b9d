"""unblocked: good news, the last thing that an issue waited for has been delivered."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from msgspec.structs import replace
from pydantic import Field

from model.calendar import Calendar
from model.document import Day
from model.snapshot import Dependency, Issue, Snapshot
from rules.base import Finding, Notify, RuleSettings, Severity
from rules.edges import EdgeRule, inputs
from rules.examples import Example, depends, issue, link, text
from rules.known import settled
from rules.recent import start_of_last
from rules.wording import between, line, settle, words

_NEVER = datetime.min.replace(tzinfo=UTC)


class UnblockedSettings(RuleSettings):
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")
    notify: Notify = Field(default="consumer", description="Which end of the dependency carries the line.")
    days: int = Field(default=5, ge=0, description="Working days of the consumer's team for which it is news.")


class Unblocked(EdgeRule[UnblockedSettings]):
    """What it finds: good news, that the last of the issues that an open issue waited for has been delivered, within
    the last `days` working days of the team that waited. While anything else it waits for is open, was dropped or is
    not known, there is no such news. It stands at the dependency that was delivered last.

    Why it matters: people hear at once of what stops them and by chance of what no longer does. Work that could go on
    then rests for days.

    How to clear it: go on with the issue. The line goes by itself when the days have passed, or when the issue is done.
    """

    id = "unblocked"
    # One level, for a case belongs to one dependency. With a first one for "one wait is over, others remain", the last
    # delivery would make every case of the issue worse at once: as many notifications for one piece of news.
    levels = ("nothing that the issue waited for is open any more",)
    settings = UnblockedSettings
    settled_by = ("consumer",)

    def judge(self, snapshot: Snapshot, settings: UnblockedSettings) -> Iterator[Finding]:
        for waits in _waits_of(snapshot, {d.consumer.uid for d in _fresh(snapshot, settings.days)}):
            if all(wait.state == "delivered" and settled(wait.provider) for wait in waits):
                finding = self.judge_edge(snapshot, max(waits, key=_delivery), settings)
                # That nothing else is open may be read only by those who may read all else.
                yield from [replace(finding, inputs=finding.inputs.union(*map(inputs, waits)))] if finding else []

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: UnblockedSettings) -> Finding | None:
        """The news, where this is the last delivery of several and nothing else is waited for."""
        consumer, provider = dependency.consumer, dependency.provider
        (calendar,) = snapshot.calendars(consumer.team)
        resolved = provider.resolved
        if resolved is None or resolved < start_of_last(calendar, snapshot.now, settings.days):
            return None
        day = Day(calendar.today(resolved))
        return self.finding(
            dependency,
            level=1,
            message=between(
                *(consumer, " can go on: ", provider, " was delivered on ", day),
                ", and nothing else it waits for is open",
            ),
            to_consumer=(
                line("It was delivered on ", day, ", and nothing else that this issue waits for is open."),
                settle("Go on with this issue, or clear up", provider, consumer, "what is still missing"),
            ),
            to_provider=(
                words("It waited for this issue, and for nothing else that is open."),
                settle("Clear up", consumer, provider, "whether anything is still to come"),
            ),
            about={"delivered": resolved.isoformat(), "setting days": str(settings.days)},
        )

    def decided(self, snapshot: Snapshot, finding: Finding) -> bool:
        """When the consumer is over, and when the days of the news are."""
        about = dict(finding.about)
        calendar = snapshot.teams.get(about["consumer team"], Calendar())
        first = start_of_last(calendar, snapshot.now, int(about["setting days"]))
        return datetime.fromisoformat(about["delivered"]) < first or super().decided(snapshot, finding)

    def undecided(self, snapshot: Snapshot, dependency: Dependency) -> str:
        consumer, provider = dependency.consumer, dependency.provider
        if dependency.state == "delivered" and provider.resolved is None:
            return f"when {provider.ref} was delivered is not known"
        if any(wait.state == "unknown" for wait in _waits(snapshot, consumer.uid)):
            return f"whether {consumer.ref} waits for anything else cannot be told"
        return ""


def _fresh(snapshot: Snapshot, days: int) -> Iterator[Dependency]:
    """Deliveries of late to somebody who certainly waits. Most of a store may be delivered, so days come first."""
    calendars = {Calendar(), *snapshot.teams.values()}
    first = min(start_of_last(calendar, snapshot.now, days) for calendar in calendars)
    for dependency in snapshot.dependencies:
        if dependency.state == "delivered":
            at, consumer = dependency.provider.resolved, dependency.consumer
            # A stub's links are not all known, so it may wait for more.
            if at is not None and at >= first and consumer.end == "read" and consumer.certainly_open:
                yield dependency


def _waits_of(snapshot: Snapshot, consumers: set[str]) -> Iterable[list[Dependency]]:
    """All that each of these waits for."""
    waits: dict[str, list[Dependency]] = {}
    for dependency in snapshot.dependencies if consumers else ():
        consumer = dependency.consumer.uid
        if consumer in consumers and dependency.provider.uid != consumer:
            waits.setdefault(consumer, []).append(dependency)
    return waits.values()


def _waits(snapshot: Snapshot, consumer: str) -> Iterator[Dependency]:
    """What it waits for, found without a walk over all: cases are many on a day on which a scope cannot be read."""
    dependencies = snapshot.dependencies
    for at in range(bisect_left(dependencies, (consumer, ""), key=lambda d: d.key), len(dependencies)):
        if dependencies[at].consumer.uid != consumer:
            return
        if dependencies[at].provider.uid != consumer:
            yield dependencies[at]


def _delivery(dependency: Dependency) -> tuple[datetime, str]:
    return (dependency.provider.resolved or _NEVER, dependency.provider.uid)


def _done(key: str, resolved: str, team: str = "platform") -> Issue:
    return issue(key, team, "done", title="Ledger export", resolved=resolved)


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_WEB = issue("acme/web#3", "web", "started", title="Show the balance")
_PLAT = _done("PLAT-6", "2026-12-01")
_BERLIN = Calendar(timezone="Europe/Berlin")

Unblocked.examples = (
    Example(
        name="Delivered, and nothing else is waited for",
        edges=(depends(_PAY, _PLAT),),
        finds={("PAY-1", "PLAT-6"): 1},
        because="payments can go on",
    ),
    Example(
        name="The last of three, across trackers",
        edges=(
            depends(_WEB, _PLAT),
            depends(_WEB, _done("PLAT-5", "2026-11-30")),
            depends(_WEB, _done("acme/api#9", "2026-06-01", "api")),
        ),
        finds={("acme/web#3", "PLAT-6"): 1},
        because="it is one piece of news, told at what came last",
    ),
    Example(
        name="Something else is still open",
        edges=(depends(_PAY, _PLAT), depends(_PAY, issue("PLAT-7", "platform", "started"))),
        because="payments still waits",
    ),
    Example(
        name="Something else is not known",
        edges=(depends(_PAY, _PLAT), depends(_PAY, issue("SEC-4", "security", "unknown", end="unreadable"))),
        because="it may still be open",
    ),
    Example(
        name="Something else was closed as not planned",
        edges=(depends(_PAY, _PLAT), depends(_PAY, issue("PLAT-8", "platform", "dropped"))),
        because="what takes its place is not agreed, so this is no time for good news",
    ),
    Example(
        name="The last day on which it is told, with a weekend between",
        edges=(depends(_PAY, _done("PLAT-6", "2026-11-25")),),
        finds={("PAY-1", "PLAT-6"): 1},
        because="from Wednesday to Wednesday five working days have come",
    ),
    Example(
        name="A day later it is news no more",
        edges=(depends(_PAY, _done("PLAT-6", "2026-11-24")),),
        because="six working days have come since Tuesday 24 November",
    ),
    Example(
        name="The consumer's holiday",
        edges=(depends(_PAY, _done("PLAT-6", "2026-11-24")),),
        calendars={"payments": Calendar(holidays=frozenset({date(2026, 11, 30)}))},
        finds={("PAY-1", "PLAT-6"): 1},
        because="payments was off on Monday, and has had five working days to see it",
    ),
    Example(
        name="The other team's holiday",
        edges=(depends(_PAY, _done("PLAT-6", "2026-11-24")),),
        calendars={"platform": Calendar(holidays=frozenset({date(2026, 11, 30)}))},
        because="the days count on which those work who are to read it",
    ),
    Example(
        name="Late on the day on which summer time begins",
        now="2027-04-05",
        edges=(depends(_PAY, _done("PLAT-6", "2027-03-28T21:30+00:00")),),
        calendars={"payments": _BERLIN},
        because="in Berlin it was Sunday 28 March, 23:30, and six working days have come since",
    ),
    Example(
        name="An hour later it is Monday",
        now="2027-04-05",
        edges=(depends(_PAY, _done("PLAT-6", "2027-03-28T22:30+00:00")),),
        calendars={"payments": _BERLIN},
        finds={("PAY-1", "PLAT-6"): 1},
        because="in Berlin it was Monday 29 March, 00:30, and five working days have come since",
    ),
    Example(
        name="Not known when it was delivered",
        edges=(depends(_PAY, _done("PLAT-6", "")),),
        because="it may be old news",
    ),
    Example(
        name="Linked from both ends and said in a text",
        edges=(depends(_PAY, _PLAT, link(_PAY), link(_PLAT, "blocks"), text(_PAY, "needs PLAT-6")),),
        finds={("PAY-1", "PLAT-6"): 1},
        because="it is one dependency, however often it is recorded",
    ),
    Example(
        name="The consumer is done",
        edges=(depends(issue("PAY-2", "payments", "done"), _PLAT),),
        because="nobody is left to go on",
    ),
    Example(
        name="The consumer is known by a link only",
        edges=(depends(issue("OPS-9", "", "open", end="stub"), _PLAT),),
        because="what else it waits for is not known",
    ),
    Example(
        name="A link to itself beside it",
        edges=(depends(_PAY, _PLAT), depends(_PAY, _PAY)),
        finds={("PAY-1", "PLAT-6"): 1},
        because="an issue that waits for itself waits for nobody",
    ),
)
