"""silent-provider: nobody has written or done anything for long on what others wait for."""

from collections.abc import Iterable
from datetime import date

from pydantic import Field, model_validator

from model.calendar import Calendar
from model.document import Day
from model.snapshot import Dependency, Snapshot
from rules.base import Finding, Mode, RuleSettings, Severity
from rules.edges import EdgeRule, unowned
from rules.examples import Example, depends, issue, link, text
from rules.recent import start_of_last
from rules.wording import between, line, settle, standing

_LAST = "person last wrote or changed something"
_TELL = line("Leave a line here on how this issue stands.")


class SilentProviderSettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")
    inside_teams: bool = Field(
        default=False, description="Whether waits are judged too that are not known to cross from a team to another."
    )
    days: int = Field(default=15, ge=0, description="Working days of the provider's team that may pass in silence.")
    level_2_after: int = Field(default=30, ge=0, description="Working days of silence after which it is level 2.")

    @model_validator(mode="after")
    def _in_order(self) -> "SilentProviderSettings":
        if self.level_2_after < self.days:
            raise ValueError("level_2_after must not be below days")
        return self


class SilentProvider(EdgeRule[SilentProviderSettings]):
    """What it finds: an issue that another team waits for and on which no person has written or changed anything for
    more than `days` working days of its own team. What bots and crosstie do does not count. Where it is not known when
    a person was last active, nothing is found; inside one team only where `inside_teams` says so.

    Why it matters: silence looks the same whether the work goes well, has stopped, or was never taken up. Whoever waits
    can only guess, and mostly guesses kindly for too long.

    How to clear it: a line on the provider on how it stands is enough, and so is any change a person makes there. If
    nobody waits any more, remove the link.
    """

    id = "silent-provider"
    levels = (
        "no person was active on the provider for more than `days` working days",
        "nor for more than `level_2_after` working days",
    )
    settings = SilentProviderSettings

    def edges(self, snapshot: Snapshot) -> Iterable[Dependency]:
        """The open ones of which it is known when a person was last active."""
        return (d for d in snapshot.open if d.provider.active is not None)

    def judge_edge(
        self, snapshot: Snapshot, dependency: Dependency, settings: SilentProviderSettings
    ) -> Finding | None:
        consumer, provider = dependency.consumer, dependency.provider
        active = provider.active
        # Working days never outnumber days, but for one where clocks are put forward: most need no calendar.
        if active is None or (snapshot.now - active).days < settings.days - 1 or provider.end != "read":
            return None
        if dependency.reach not in ("cross_team", "external") and not settings.inside_teams:
            return None
        (calendar,) = snapshot.calendars(provider.team)
        if active >= start_of_last(calendar, snapshot.now, settings.days):
            return None
        day = Day(calendar.today(active))
        return self.finding(
            dependency,
            level=1 + (active < start_of_last(calendar, snapshot.now, settings.level_2_after)),
            message=between(consumer, " waits for ", provider, f", where a {_LAST} on ", day),
            to_consumer=(
                line(f"It is {standing(provider)}, and a {_LAST} there on ", day, "."),
                settle("Check", provider, consumer, "how it stands"),
            ),
            to_provider=(line(f"A {_LAST} on this issue on ", day, "."), _TELL),
            about={"last active": active.isoformat(), "setting days": str(settings.days)},
            audiences=(provider.active_in,) if provider.active_in else (),
        )

    def decided(self, snapshot: Snapshot, finding: Finding) -> bool:
        """As for other rules, and when a person has been active since, whatever else is unknown."""
        provider, about = snapshot.issues.get(finding.provider), dict(finding.about)
        if provider is not None and provider.active is not None:
            (calendar,) = snapshot.calendars(provider.team)
            if provider.active >= start_of_last(calendar, snapshot.now, int(about["setting days"])):
                return True
        return super().decided(snapshot, finding)

    def undecided(self, snapshot: Snapshot, dependency: Dependency) -> str:
        if dependency.provider.active is None:
            return f"when a person was last active on {dependency.provider.ref} is not known"
        return unowned(dependency)


def _quiet(active: str, key: str = "PLAT-7", team: str = "platform") -> Dependency:
    return depends(_PAY, issue(key, team, "started", title="Ledger export", active=active))


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_BERLIN = Calendar(timezone="Europe/Berlin")

SilentProvider.examples = (
    Example(
        name="More than three weeks of silence",
        edges=(_quiet("2026-11-10"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="sixteen working days have come since Tuesday 10 November, more than fifteen",
    ),
    Example(
        name="Exactly as long as may pass",
        edges=(_quiet("2026-11-11"),),
        because="fifteen working days have come, and the fifteenth is not over",
    ),
    Example(
        name="A weekend between",
        now="2026-12-07",
        edges=(_quiet("2026-12-03"),),
        settings={"days": 2},
        because="from Thursday to Monday two working days have come, for nobody is asked to write on a weekend",
    ),
    Example(
        name="More than six weeks of silence",
        edges=(_quiet("2026-10-20"),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="thirty-one working days have come, more than thirty",
    ),
    Example(
        name="The provider's holiday",
        edges=(_quiet("2026-11-10"),),
        calendars={"platform": Calendar(holidays=frozenset({date(2026, 11, 18)}))},
        because="platform had a holiday, and so fifteen working days of its own",
    ),
    Example(
        name="The other team's holiday",
        edges=(_quiet("2026-11-10"),),
        calendars={"payments": Calendar(holidays=frozenset({date(2026, 11, 18)}))},
        finds={("PAY-1", "PLAT-7"): 1},
        because="the days count on which the provider's team works, whoever else is off",
    ),
    Example(
        name="The evening of the day on which summer time ends",
        now="2026-11-16",
        edges=(_quiet("2026-10-25T22:30+00:00"),),
        calendars={"platform": _BERLIN},
        finds={("PAY-1", "PLAT-7"): 1},
        because="in Berlin it was Sunday 25 October, 23:30, and sixteen working days have come since",
    ),
    Example(
        name="An hour later it is Monday",
        now="2026-11-16",
        edges=(_quiet("2026-10-25T23:30+00:00"),),
        calendars={"platform": _BERLIN},
        because="in Berlin it was Monday 26 October, 00:30, and fifteen working days have come since",
    ),
    Example(
        name="Not known when a person was last active",
        edges=(_quiet(""),),
        because="bots may have moved it, or people; what is not known is not said",
    ),
    Example(
        name="A vendor's issue, linked and said",
        edges=(
            depends(
                _PAY,
                issue("VEND-1", party="CloudMail", active="2026-11-10"),
                link(_PAY),
                text(_PAY, "blocked by VEND-1"),
            ),
        ),
        finds={("PAY-1", "VEND-1"): 1},
        because="it is one wait, however often it is recorded; Monday to Friday count for a party",
    ),
    Example(
        name="Inside one team",
        edges=(_quiet("2026-11-10", "PAY-2", "payments"),),
        because="how a team talks about its own work is its own business",
    ),
    Example(
        name="Inside one team that wants to be told",
        edges=(_quiet("2026-11-10", "PAY-2", "payments"),),
        settings={"inside_teams": True},
        finds={("PAY-1", "PAY-2"): 1},
        because="`inside_teams` says so",
    ),
    Example(
        name="Nobody's issue",
        edges=(_quiet("2026-11-10", "OLD-2", ""),),
        because="whether two teams meet here cannot be told",
    ),
    Example(
        name="The provider is done",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "done", active="2026-10-01")),),
        because="there is nothing left to say",
    ),
    Example(
        name="Closed as not planned",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "dropped", active="2026-10-01")),),
        because="that was the last word on it",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(issue("PAY-3", "payments", active="2026-10-01"), issue("PAY-3", "payments")),),
        because="nobody else waits",
    ),
)
