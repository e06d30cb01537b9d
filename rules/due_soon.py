"""due-soon: a date on a dependency lies close ahead and the provider is not started."""

from datetime import date

from pydantic import Field, model_validator

from model.calendar import Calendar
from model.document import Line, Piece
from model.snapshot import DateClaim, Dependency, Snapshot, Strength
from rules.base import Finding, RuleSettings, Severity
from rules.edges import EdgeRule, at_least, claims, latest, said
from rules.examples import Example, depends, issue, link, text
from rules.wording import between, dated, line, settle

_NOT_STARTED = " and is not started yet"


class DueSoonSettings(RuleSettings):
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")
    days: int = Field(default=5, ge=0, description="Days on which both teams work that a date may lie ahead.")
    level_2_within: int = Field(default=2, ge=0, description="Working days ahead within which it is level 2.")

    @model_validator(mode="after")
    def _in_order(self) -> "DueSoonSettings":
        if self.level_2_within > self.days:
            raise ValueError("level_2_within must not be above days")
        return self


class DueSoon(EdgeRule[DueSoonSettings]):
    """What it finds: a dependency whose date lies at most `days` working days ahead, or is the day itself, while the
    provider is not started. The same three dates count as for `overdue`, the strongest first: the day the consumer
    asked for, the day the provider promised, the day that follows from the consumer's own start or due date. Only days
    on which both teams work are counted. A date that has passed is the business of `overdue`.

    Why it matters: work that nobody has begun a few days before its date seldom comes on that date. Said now, the two
    teams can still choose what to do; said on the day after, they can only explain.

    How to clear it: start the provider and let its ticket say so, give it a date that holds, or move the day by which
    the consumer needs it. If the consumer no longer waits, remove the link.
    """

    id = "due-soon"
    levels = (
        "a date is at most `days` working days ahead and the provider is not started",
        "it is at most `level_2_within` working days ahead",
    )
    settings = DueSoonSettings

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: DueSoonSettings) -> Finding | None:
        if dependency.provider.progress != "open" or not (dependency.promised or dependency.needed):
            return None
        today = snapshot.today(dependency)
        near = [
            claim
            for claim in claims(dependency)
            if latest(claim) >= today and snapshot.working_days(dependency, today, latest(claim)) <= settings.days
        ]
        if not near or not at_least(dependency.strength, settings.strength):
            return None
        left = snapshot.working_days(dependency, today, min(map(latest, near)))
        claim, consumer, provider = near[0], dependency.consumer, dependency.provider
        return self.finding(
            dependency,
            level=2 if left <= settings.level_2_within else 1,
            message=_message(dependency, claim),
            to_consumer=(
                _to_consumer(dependency, claim),
                settle("Check", provider, consumer, "whether that day holds"),
            ),
            to_provider=(
                _to_provider(dependency, claim),
                settle("Start this issue, or agree", consumer, provider, "on a date that holds"),
            ),
            about={
                "needed": said(dependency.needed),
                "needed explicitly": "yes" if dependency.needed_explicit else "no",
                "promised": said(dependency.promised),
                "setting days": str(settings.days),
                "setting level_2_within": str(settings.level_2_within),
            },
        )


def _message(dependency: Dependency, claim: DateClaim) -> Line:
    consumer, provider = dependency.consumer, dependency.provider
    if claim is dependency.promised:
        return between(consumer, " waits for ", provider, ", which is promised for ", *dated(claim), _NOT_STARTED)
    return between(consumer, " needs ", provider, " by ", *dated(claim), *_plan(dependency, "it"))


def _plan(dependency: Dependency, provider: str) -> tuple[str | Piece, ...]:
    """The promise beside the need, worded so that it is true before and after its day."""
    if dependency.promised is None:
        return (f", and {provider}{_NOT_STARTED.removeprefix(' and')}",)
    return (f"; {provider} is promised for ", *dated(dependency.promised), _NOT_STARTED)


def _to_consumer(dependency: Dependency, claim: DateClaim) -> Line:
    here = dependency.consumer.uid
    if claim is dependency.promised:
        return line("It is promised for ", *dated(claim), _NOT_STARTED, ".")
    return line("This issue needs it by ", *dated(claim, here), *_plan(dependency, "it"), ".")


def _to_provider(dependency: Dependency, claim: DateClaim) -> Line:
    here = dependency.provider.uid
    if claim is dependency.promised:
        return line("It waits for this issue, which is promised for ", *dated(claim), _NOT_STARTED, ".")
    return line("It needs this issue by ", *dated(claim, here), *_plan(dependency, "this issue"), ".")


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", title="Ledger export")
_BERLIN = Calendar(timezone="Europe/Berlin")

DueSoon.examples = (
    Example(
        name="A week ahead",
        edges=(depends(_PAY, _PLAT, promised="2026-12-09 due"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="from Wednesday to Wednesday five working days lie ahead, and the weekend between is not counted",
    ),
    Example(
        name="A week and a day ahead",
        edges=(depends(_PAY, _PLAT, promised="2026-12-10 due"),),
        because="six working days lie ahead, more than five",
    ),
    Example(
        name="The date is today",
        edges=(depends(_PAY, _PLAT, needed="2026-12-02 text"),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="the day is not over; from tomorrow on it is overdue",
    ),
    Example(
        name="The date was yesterday",
        edges=(depends(_PAY, _PLAT, promised="2026-12-01 due"),),
        because="it has passed, and `overdue` says so",
    ),
    Example(
        name="A need ahead, a promise that has passed",
        edges=(depends(_PAY, _PLAT, needed="2026-12-08 text", promised="2026-12-01 sprint Aurora 12"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="the day that was asked for still lies ahead; `overdue` speaks of the other one",
    ),
    Example(
        name="Promised before it is needed, both soon",
        edges=(depends(_PAY, _PLAT, needed="2026-12-08 text", promised="2026-12-04 due"),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="the day that someone asked for is said, and the level follows the date that comes first",
    ),
    Example(
        name="A need that follows from the consumer's start",
        edges=(depends(issue("acme/web#3", "web"), _PLAT, needed="2026-12-07 start"),),
        finds={("acme/web#3", "PLAT-7"): 1},
        because="the consumer is to start three working days from now, in another tracker",
    ),
    Example(
        name="A weekend and the other team's holiday between",
        now="2026-12-04",
        edges=(depends(_PAY, _PLAT, promised="2026-12-09 due"),),
        calendars={"platform": Calendar(holidays=frozenset({date(2026, 12, 8)}))},
        finds={("PAY-1", "PLAT-7"): 2},
        because="from Friday to Wednesday only Monday and Wednesday are days on which both work",
    ),
    Example(
        name="The night after the clocks changed",
        now="2026-10-25T22:30+00:00",
        edges=(depends(_PAY, _PLAT, promised="2026-10-25 due"),),
        calendars={"payments": _BERLIN, "platform": _BERLIN},
        finds={("PAY-1", "PLAT-7"): 2},
        because="summer time has ended, so it is half past eleven in Berlin and still the 25th",
    ),
    Example(
        name="A milestone of uncertain day",
        edges=(depends(_PAY, _PLAT, promised="2026-12-01 milestone Spring +1"),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="GitHub keeps a moment, not a day, and this one may mean 2 December, which is not over",
    ),
    Example(
        name="The provider is in progress",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "started"), promised="2026-12-03 due"),),
        because="someone works on it",
    ),
    Example(
        name="No date anywhere",
        edges=(depends(_PAY, _PLAT),),
        because="nothing is known to be near",
    ),
    Example(
        name="Not known how far the provider is",
        edges=(depends(_PAY, issue("SEC-4", "security", "unknown", end="unreadable"), needed="2026-12-03 text"),),
        because="it may be in progress or done",
    ),
    Example(
        name="Closed as not planned",
        edges=(depends(_PAY, issue("PLAT-9", "platform", "dropped"), promised="2026-12-03 due"),),
        because="it will not come on any day",
    ),
    Example(
        name="Recorded on both ends",
        edges=(depends(_PAY, _PLAT, link(_PAY), link(_PLAT, "blocks"), promised="2026-12-04 due"),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="it is one dependency, however often it is recorded",
    ),
    Example(
        name="Only said in a text",
        edges=(depends(_PAY, _PLAT, text(_PAY, "blocked by PLAT-7"), promised="2026-12-03 due"),),
        because="dates are judged on declared dependencies, unless `strength` says otherwise",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_PAY, _PAY, promised="2026-12-03 due"),),
        because="there is no one to wait for",
    ),
)
