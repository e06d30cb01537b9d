"""overdue: a date on a dependency has passed and the consumer still waits."""

from datetime import date, timedelta

from pydantic import Field, model_validator

from model.calendar import Calendar
from model.document import Line
from model.snapshot import DateClaim, Dependency, Snapshot, Strength
from rules.base import Finding, RuleSettings
from rules.edges import EdgeRule, at_least, claims, latest, said
from rules.examples import Example, depends, issue, text
from rules.wording import between, dated, line, settle_the_date, standing


class OverdueSettings(RuleSettings):
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")
    grace_days: int = Field(default=0, ge=0, description="Days on which both teams work that may pass after a date.")
    level_2_after: int = Field(default=5, ge=0, description="Working days past the date after which it is level 2.")
    level_3_after: int = Field(default=15, ge=0, description="Working days past the date after which it is level 3.")

    @model_validator(mode="after")
    def _in_order(self) -> "OverdueSettings":
        if self.level_3_after < self.level_2_after:
            raise ValueError("level_3_after must not be below level_2_after")
        return self


class Overdue(EdgeRule[OverdueSettings]):
    """What it finds: a dependency whose date has passed while the consumer is open and the provider has not
    delivered. Three dates count, the strongest first: the day the consumer asked for, the day the provider
    promised, the day that follows from the consumer's own start or due date. Any of them is enough, and the strongest
    that has passed is the one that is said. A date has passed when it has for both teams, wherever they work.

    Why it matters: a date that nobody moved is read as a date that holds. The waiting team plans around it and learns
    in a hallway that it does not; every day it learns earlier is a day in which the plan can still change.

    How to clear it: give the provider a date that holds, finish or close it, or agree that the consumer no longer
    waits and remove the link. Moving the day by which the consumer needs it counts as well.
    """

    id = "overdue"
    levels = (
        "a date has passed",
        "it passed more than `level_2_after` working days ago",
        "it passed more than `level_3_after` working days ago",
    )
    settings = OverdueSettings

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: OverdueSettings) -> Finding | None:
        if not at_least(dependency.strength, settings.strength):
            return None
        today = snapshot.today(dependency)
        past = [c for c in claims(dependency) if _is_past(snapshot, dependency, c, settings.grace_days, today)]
        if not past:
            return None
        # The level counts from the date that has been past for longest, so that it never falls as days go by.
        since = snapshot.working_days(dependency, min(map(latest, past)), today)
        limits = [days for days in (settings.level_2_after, settings.level_3_after) if since > days]
        long = f". It has been overdue for more than {limits[-1]} working days." if limits else "."
        to_consumer, to_provider = settle_the_date(dependency)
        return self.finding(
            dependency,
            level=1 + len(limits),
            message=_message(dependency, past[0]),
            to_consumer=(_to_consumer(dependency, past[0], long), to_consumer),
            to_provider=(_to_provider(dependency, past[0], long), to_provider),
            about={
                "needed": said(dependency.needed),
                "needed explicitly": "yes" if dependency.needed_explicit else "no",
                "promised": said(dependency.promised),
                "setting grace_days": str(settings.grace_days),
            },
        )


def _is_past(snapshot: Snapshot, dependency: Dependency, claim: DateClaim, grace_days: int, today: date) -> bool:
    """Whether the day, its own uncertainty and the grace are over for both teams."""
    last = latest(claim)
    if grace_days == 0 or today <= last:
        return today > last
    return snapshot.working_days(dependency, last, today - timedelta(days=1)) >= grace_days


def _message(dependency: Dependency, claim: DateClaim) -> Line:
    was = "promised for" if claim is dependency.promised else "needed by"
    consumer, provider = dependency.consumer, dependency.provider
    rest = (f", which was {was} ", *dated(claim), f" and is {standing(provider)}")
    return between(consumer, " waits for ", provider, *rest)


def _to_consumer(dependency: Dependency, claim: DateClaim, long: str) -> Line:
    here, promised = dependency.consumer.uid, dependency.promised
    now = f" and is {standing(dependency.provider)}{long}"
    if claim is promised:
        return line("It was promised for ", *dated(claim), now)
    if promised and promised.day > claim.day:
        plan = (", is promised for ", *dated(promised))
        return line("It was needed by ", *dated(claim, here), *plan, now)
    return line("It was needed by ", *dated(claim, here), now)


def _to_provider(dependency: Dependency, claim: DateClaim, long: str) -> Line:
    # "It" is the other issue here, and that is not the one that is overdue.
    end = long.replace("It has", "This issue has")
    if claim is dependency.promised:
        return line("It waits for this issue, which was promised for ", *dated(claim), end)
    return line("It needed this issue by ", *dated(claim, dependency.provider.uid), end)


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_WEB = issue("acme/web#3", "web", title="Show the balance")

Overdue.examples = (
    Example(
        name="The day that was asked for has passed",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text", promised="2026-11-27 due"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="need and promise have both passed, and the need that someone wrote down is the stronger word",
    ),
    Example(
        name="Across trackers, past the end of the sprint",
        edges=(depends(_WEB, _PLAT, promised="2026-12-01 sprint Aurora 12"),),
        finds={("acme/web#3", "PLAT-7"): 1},
        because="the sprint that the provider is planned in has ended",
    ),
    Example(
        name="A need that follows from the consumer's start",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 start", promised="2026-12-10 due"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="the consumer was to start by now; the promise that still lies ahead is said beside it",
    ),
    Example(
        name="The date is today",
        edges=(depends(_PAY, _PLAT, promised="2026-12-02 due"),),
        because="the day is not over",
    ),
    Example(
        name="The date is today, a Saturday",
        now="2026-12-05",
        edges=(depends(_PAY, _PLAT, promised="2026-12-05 due"),),
        because="the day is not over, worked or not",
    ),
    Example(
        name="Five working days past",
        now="2026-12-11",
        edges=(depends(_PAY, _PLAT, promised="2026-12-04 due"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="from Friday to Friday five working days have gone by, and level 2 begins after five",
    ),
    Example(
        name="A weekend between",
        now="2026-12-14",
        edges=(depends(_PAY, _PLAT, promised="2026-12-04 due"),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="from Friday to the Monday after next six working days have gone by, more than five",
    ),
    Example(
        name="A day of grace and the other team's holiday",
        now="2026-12-03",
        edges=(depends(_PAY, _PLAT, promised="2026-12-01 due"),),
        calendars={"platform": Calendar(holidays=frozenset({date(2026, 12, 2)}))},
        settings={"grace_days": 1},
        because="Wednesday is a holiday for platform, so the one day of grace on which both work is Thursday",
    ),
    Example(
        name="Still the first of December where one of them works",
        now="2026-12-02T09:00+00:00",
        edges=(depends(_PAY, _PLAT, promised="2026-12-01 due"),),
        calendars={
            "payments": Calendar(timezone="Pacific/Kiritimati"),
            "platform": Calendar(timezone="Pacific/Pago_Pago"),
        },
        because="payments (UTC+14) already has 2 December, platform (UTC-11) still 1 December; late is late for both",
    ),
    Example(
        name="More than three weeks past",
        now="2026-12-24",
        edges=(depends(_PAY, _PLAT, promised="2026-12-01 due"),),
        finds={("PAY-1", "PLAT-7"): 3},
        because="seventeen working days have gone by, more than fifteen",
    ),
    Example(
        name="A milestone of uncertain day",
        edges=(depends(_PAY, _WEB, promised="2026-12-01 milestone Spring +1"),),
        because="GitHub keeps a moment, not a day, and this one may mean 2 December",
    ),
    Example(
        name="Not known how far the provider is",
        edges=(depends(_PAY, issue("SEC-4", "security", "unknown", end="unreadable"), needed="2026-12-01 text"),),
        because="it may be done; what cannot be read is not accused",
    ),
    Example(
        name="Only embedded in a link",
        edges=(depends(_PAY, issue("OPS-9", "", "started", end="stub"), needed="2026-12-01 text"),),
        finds={("PAY-1", "OPS-9"): 1},
        because="the link itself says that it is in progress; only the consumer can be told",
    ),
    Example(
        name="Closed as not planned",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "dropped"), promised="2026-12-01 due"),),
        because="it will not come, so its date means nothing; that it was dropped is another matter",
    ),
    Example(
        name="Only said in a text",
        edges=(depends(_PAY, _PLAT, text(_PAY, "blocked by PLAT-7"), promised="2026-12-01 due"),),
        because="dates are judged on declared dependencies, unless `strength` says otherwise",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_PAY, _PAY, promised="2026-12-01 due"),),
        because="there is no one to wait for",
    ),
)
