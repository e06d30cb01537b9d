"""order-conflict: the provider's promise lies after the day the consumer needs it."""

from datetime import date
from typing import Literal

from pydantic import Field

from model.calendar import Calendar
from model.snapshot import DateClaim, Dependency, Snapshot, Strength
from rules.base import Finding, RuleSettings
from rules.edges import EdgeRule, at_least, earliest, latest, said
from rules.examples import Example, depends, issue, text
from rules.wording import between, dated, line, settle_the_date


class OrderConflictSettings(RuleSettings):
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")
    tolerance_days: int = Field(default=0, ge=0, description="Working days by which a promise may lie after the need.")
    same_iteration: Literal["allow", "flag"] = Field(
        default="allow",
        description="Whether a promise that is the end of the very sprint the consumer is planned in may lie after the"
        " need: inside one sprint the teams order their work day by day.",
    )
    level_2_after: int = Field(
        default=5, ge=0, description="Working days between need and promise after which it is level 2."
    )


class OrderConflict(EdgeRule[OrderConflictSettings]):
    """What it finds: a dependency that is promised for a day after the day it is needed, by at least one day on which
    both teams work. A promise that is merely the end of a sprint does not count against a consumer planned in the
    same sprint, unless `same_iteration` says so.

    Why it matters: two plans that each look fine cannot both come true, and neither team sees it in its own plan. It
    shows while there is time to move one of the dates. It says nothing of today: where the need has passed as well,
    `overdue` says that beside it, because the clash would otherwise seem settled on the day it begins to hurt.

    How to clear it: agree which of the two dates moves, and move it on its ticket; or split off the part that is
    needed first and link that instead.
    """

    id = "order-conflict"
    levels = (
        "promised after the day it is needed",
        "promised more than `level_2_after` working days after it",
    )
    settings = OrderConflictSettings

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: OrderConflictSettings) -> Finding | None:
        needed, promised = dependency.needed, dependency.promised
        if needed is None or promised is None or not at_least(dependency.strength, settings.strength):
            return None
        first, last = earliest(promised), latest(needed)
        gap = snapshot.working_days(dependency, last, first) if first > last else 0
        if gap <= settings.tolerance_days or (settings.same_iteration == "allow" and _same_sprint(dependency)):
            return None
        consumer, provider = dependency.consumer, dependency.provider
        to_consumer, to_provider = settle_the_date(dependency)
        return self.finding(
            dependency,
            level=2 if gap > max(settings.level_2_after, settings.tolerance_days) else 1,
            message=between(
                *(consumer, " needs ", provider),
                *(" by ", *dated(needed), ", and it is promised for ", *dated(promised)),
            ),
            to_consumer=(
                line(
                    *("It is promised for ", *dated(promised)),
                    *(", and this issue needs it by ", *dated(needed, consumer.uid), "."),
                ),
                to_consumer,
            ),
            to_provider=(
                line(
                    *("It needs this issue by ", *dated(needed, provider.uid)),
                    *(", and this issue is promised for ", *dated(promised), "."),
                ),
                to_provider,
            ),
            about=_about(needed, promised, consumer.sprint, settings),
        )


def _same_sprint(dependency: Dependency) -> bool:
    promised = dependency.promised
    return promised is not None and promised.source == "sprint" and promised.name == dependency.consumer.sprint != ""


def _about(
    needed: DateClaim, promised: DateClaim, consumer_sprint: str, settings: OrderConflictSettings
) -> dict[str, str]:
    return {
        "needed": said(needed),
        "promised": said(promised),
        "consumer sprint": consumer_sprint or "none",
        "setting tolerance_days": str(settings.tolerance_days),
        "setting same_iteration": settings.same_iteration,
    }


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_IN_12 = issue("PAY-2", "payments", sprint="Aurora 12")

OrderConflict.examples = (
    Example(
        name="Promised after the day that was asked for",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text", promised="2026-12-04 sprint Aurora 12"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="three working days lie between what is needed and what is promised",
    ),
    Example(
        name="Promised long after the consumer's own due date",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 due", promised="2026-12-11 release 2.4"),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="eight working days lie between, more than five",
    ),
    Example(
        name="Needed and promised on the same day",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text", promised="2026-12-01 due"),),
        because="a day serves both",
    ),
    Example(
        name="Only a weekend between",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-04 text", promised="2026-12-06 sprint Aurora 12"),),
        because="from Friday to Sunday nobody waits",
    ),
    Example(
        name="Only the other team's holiday between",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-11-30 text", promised="2026-12-01 due"),),
        calendars={"payments": Calendar(holidays=frozenset({date(2026, 12, 1)}))},
        because="Tuesday is no day on which both work",
    ),
    Example(
        name="A milestone of uncertain day",
        now="2026-11-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text", promised="2026-12-02 milestone Spring +1"),),
        because="GitHub keeps a moment, not a day, and this one may mean 1 December",
    ),
    Example(
        name="The need has passed as well",
        now="2026-12-02",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text", promised="2026-12-04 due"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="the dates still clash; `overdue` says beside it that one of them has passed",
    ),
    Example(
        name="Inside one sprint",
        now="2026-11-30",
        edges=(depends(_IN_12, _PLAT, needed="2026-12-01 due", promised="2026-12-04 sprint Aurora 12"),),
        because="the promise is only that the sprint both are planned in will end",
    ),
    Example(
        name="Inside one sprint, flagged",
        now="2026-11-30",
        edges=(depends(_IN_12, _PLAT, needed="2026-12-01 due", promised="2026-12-04 sprint Aurora 12"),),
        settings={"same_iteration": "flag"},
        finds={("PAY-2", "PLAT-7"): 1},
        because="`same_iteration` asks for it",
    ),
    Example(
        name="No promise on record",
        edges=(depends(_PAY, _PLAT, needed="2026-12-01 text"),),
        because="an absent date clashes with nothing",
    ),
    Example(
        name="The provider is done",
        edges=(
            depends(_PAY, issue("PLAT-8", "platform", "done"), needed="2026-12-01 text", promised="2026-12-04 due"),
        ),
        because="it was delivered, whatever its dates say",
    ),
    Example(
        name="The consumer's project could not be read in full",
        edges=(
            depends(
                issue("PAY-3", "payments", complete=False),
                _PLAT,
                needed="2026-12-01 text",
                promised="2026-12-04 due",
            ),
        ),
        because="the need may have moved where we could not look",
    ),
    Example(
        name="Only said in a text",
        edges=(
            depends(
                _PAY,
                _PLAT,
                text(_PAY, "blocked by PLAT-7"),
                needed="2026-12-01 text",
                promised="2026-12-04 due",
            ),
        ),
        because="dates are judged on declared dependencies, unless `strength` says otherwise",
    ),
)
