"""unanswered: a team was asked, and nothing says that it will come."""

from datetime import date, datetime, timedelta

from pydantic import Field, model_validator

from model.calendar import Calendar
from model.document import Day
from model.snapshot import Dependency, Snapshot, Strength
from rules.base import Finding, Mode, RuleSettings, Severity
from rules.edges import EdgeRule, at_least, unowned
from rules.examples import Example, depends, issue, link, text
from rules.wording import ask_for_a_date, between, line

_SO_FAR = ", with neither a date nor an acknowledgement so far"


class UnansweredSettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")
    days: int = Field(default=10, ge=0, description="Days on which both teams work that a request may stand.")
    level_2_after: int = Field(default=20, ge=0, description="Working days after the request from which on level 2.")

    @model_validator(mode="after")
    def _in_order(self) -> "UnansweredSettings":
        if self.level_2_after < self.days:
            raise ValueError("level_2_after must not be below days")
        return self


class Unanswered(EdgeRule[UnansweredSettings]):
    """What it finds: a dependency on another team, or on a party outside, that has been on record for more than `days`
    working days of both teams while its provider is not started, gives no day and has not acknowledged it. The count
    begins on the day on which the dependency was first written or first seen; where that is not known, nothing is
    found. Work that has begun is an answer, and only providers that we read in full count.

    Why it matters: a link asks, it does not agree. The team that waits takes the link for a plan, the team that is
    waited for may never have seen it, and both learn that on the day it was needed.

    How to clear it: give the provider a day, acknowledge the request on it, or start it. If it will not be done, say so
    and close it or remove the link, so that the other team can plan without it: a no is an answer too.
    """

    id = "unanswered"
    levels = (
        "no answer for more than `days` working days",
        "no answer for more than `level_2_after` working days",
    )
    settings = UnansweredSettings

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: UnansweredSettings) -> Finding | None:
        since, provider = dependency.since, dependency.provider
        if dependency.state != "requested" or since is None or provider.progress != "open" or provider.end != "read":
            return None
        if dependency.reach not in ("cross_team", "external") or not at_least(dependency.strength, settings.strength):
            return None
        # Today may be a day on for one zone and the request a day back, never more.
        if snapshot.now - since < timedelta(days=settings.days - 2):
            return None
        asked = _asked(snapshot, dependency, since)
        waited = snapshot.working_days(dependency, asked, snapshot.today(dependency))
        limits = [days for days in (settings.days, settings.level_2_after) if waited > days]
        return self._found(dependency, asked, len(limits), settings) if limits else None

    def _found(self, dependency: Dependency, asked: date, level: int, settings: UnansweredSettings) -> Finding:
        consumer, provider = dependency.consumer, dependency.provider
        day = Day(asked)
        to_consumer, to_provider = ask_for_a_date(dependency)
        return self.finding(
            dependency,
            level=level,
            message=between(consumer, " waits for ", provider, ", on record since ", day, _SO_FAR),
            to_consumer=(line("This issue has waited for it since ", day, _SO_FAR, "."), to_consumer),
            to_provider=(line("It has waited for this issue since ", day, _SO_FAR, "."), to_provider),
            about={
                "requested": asked.isoformat(),
                "setting days": str(settings.days),
                "setting level_2_after": str(settings.level_2_after),
            },
            audiences=dependency.since_inputs,
        )

    def undecided(self, snapshot: Snapshot, dependency: Dependency) -> str:
        if dependency.state == "committed":
            return ""
        since = "" if dependency.since else f"when {dependency.consumer.ref} began to wait is not known"
        return unowned(dependency) or since


def _asked(snapshot: Snapshot, dependency: Dependency, since: datetime) -> date:
    """The day of the request; where the two teams had different days, the one that began later."""
    both = snapshot.calendars(dependency.consumer.team, dependency.provider.team)
    return max(calendar.today(since) for calendar in both)


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", title="Ledger export")
_BERLIN = Calendar(timezone="Europe/Berlin")

Unanswered.examples = (
    Example(
        name="Asked four weeks ago",
        edges=(depends(_PAY, _PLAT, since="2026-11-04"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="twenty working days have gone by; level 2 begins after twenty",
    ),
    Example(
        name="Asked longer ago",
        edges=(depends(issue("acme/web#3", "web"), _PLAT, since="2026-11-03"),),
        finds={("acme/web#3", "PLAT-7"): 2},
        because="twenty-one working days have gone by, more than twenty",
    ),
    Example(
        name="Two weeks ago to the day",
        edges=(depends(_PAY, _PLAT, since="2026-11-18"),),
        because="the weekends do not count, so this is the tenth working day, and it is not over",
    ),
    Example(
        name="The other team's holidays between",
        edges=(depends(_PAY, _PLAT, since="2026-11-16"),),
        calendars={"platform": Calendar(holidays=frozenset({date(2026, 11, 26), date(2026, 11, 27)}))},
        because="of twelve working days platform was away for two, and ten may pass",
    ),
    Example(
        name="Asked in the night after the clocks changed",
        now="2026-11-09",
        edges=(depends(_PAY, _PLAT, since="2026-10-25T22:30+00:00"),),
        calendars={"payments": _BERLIN, "platform": _BERLIN},
        finds={("PAY-1", "PLAT-7"): 1},
        because="summer time had ended, so it was still Sunday the 25th in Berlin; eleven working days have gone by",
    ),
    Example(
        name="A vendor",
        edges=(depends(_PAY, issue("VEND-1", party="CloudMail"), link(_PAY), link(_PAY), since="2026-11-04"),),
        finds={("PAY-1", "VEND-1"): 1},
        because="a party outside was asked as well; linked twice, it was asked once",
    ),
    Example(
        name="Promised",
        edges=(depends(_PAY, _PLAT, since="2026-11-02", promised="2026-12-18 due"),),
        because="a date is an answer",
    ),
    Example(
        name="The provider is in progress",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "started"), since="2026-11-02"),),
        because="work that has begun is an answer; that it has no date is the business of `undated`",
    ),
    Example(
        name="Not known since when",
        edges=(depends(_PAY, _PLAT),),
        because="trackers do not say when a link was made, and it was not seen before",
    ),
    Example(
        name="Inside one team",
        edges=(depends(_PAY, issue("PAY-2", "payments"), since="2026-11-02"),),
        because="a team need not ask itself",
    ),
    Example(
        name="Not known whose issue it is",
        edges=(depends(_PAY, issue("OLD-2"), since="2026-11-02"),),
        because="whether another team was asked cannot be told",
    ),
    Example(
        name="Only embedded in a link",
        edges=(depends(_PAY, issue("OPS-9", "ops", end="stub"), since="2026-11-02"),),
        because="the other end was not read, and the answer may stand there",
    ),
    Example(
        name="Closed as not planned",
        edges=(depends(_PAY, issue("PLAT-9", "platform", "dropped"), since="2026-11-02"),),
        because="that is an answer",
    ),
    Example(
        name="Only said in a text",
        edges=(depends(_PAY, _PLAT, text(_PAY, "blocked by PLAT-7"), since="2026-11-02"),),
        because="nobody was asked by a link; `strength` can widen it, and `undeclared` asks for the link",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_PAY, _PAY, since="2026-11-02"),),
        because="there is no second team",
    ),
)
