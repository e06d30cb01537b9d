"""undated: one team waits for another, and no day says when it will come."""

from pydantic import Field

from model.document import Line
from model.snapshot import DateClaim, Dependency, Issue, Snapshot, Strength
from rules.base import Finding, Mode, RuleSettings, Severity
from rules.edges import EdgeRule, at_least, said, unowned
from rules.examples import Example, depends, issue, link, text
from rules.wording import TITLE_LENGTH, ask_for_a_date, between, dated, line, quoted, words


class UndatedSettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")


class Undated(EdgeRule[UndatedSettings]):
    """What it finds: a dependency on another team, or on a party outside, whose provider gives no day: no due date, no
    sprint, release or milestone that has an end, none of the dates that the config counts as a promise. It is louder
    when there is a day by which the consumer needs it. Only providers that we read in full count.

    Why it matters: without a day there is nothing to plan around, nothing to be early or late against, and no moment at
    which anyone would notice that the two teams expect different things.

    How to clear it: give the provider a date of its own, or plan it in a sprint, release or milestone that has an end.
    A rough day that is moved later is worth more than none. If the consumer does not wait, remove the link.
    """

    id = "undated"
    levels = (
        "the provider gives no day",
        "the provider gives no day, and there is one by which it is needed",
    )
    settings = UndatedSettings

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: UndatedSettings) -> Finding | None:
        if dependency.promised is not None or dependency.reach not in ("cross_team", "external"):
            return None
        consumer, provider, needed = dependency.consumer, dependency.provider, dependency.needed
        if provider.end != "read" or not at_least(dependency.strength, settings.strength):
            return None
        to_consumer, to_provider = ask_for_a_date(dependency)
        plan = _plan(provider)
        return self.finding(
            dependency,
            level=2 if needed else 1,
            message=_message(dependency),
            to_consumer=(_to_consumer(consumer, needed, plan), to_consumer),
            to_provider=(_to_provider(provider, needed, plan), to_provider),
            about={"needed": said(needed), "promised": "none", "provider sprint": provider.sprint or "none"},
        )

    def undecided(self, snapshot: Snapshot, dependency: Dependency) -> str:
        return "" if dependency.promised else unowned(dependency)


def _message(dependency: Dependency) -> Line:
    consumer, provider, needed = dependency.consumer, dependency.provider, dependency.needed
    if needed:
        return between(consumer, " needs ", provider, " by ", *dated(needed), ", and it has no date")
    return between(consumer, " waits for ", provider, ", and no date says when it comes")


def _to_consumer(consumer: Issue, needed: DateClaim | None, plan: Line) -> Line:
    if needed:
        return line("This issue needs it by ", *dated(needed, consumer.uid), ", and it has no date", *plan, ".")
    return line("No date says when it comes", *plan, ".") if plan else words("No date says when it comes.")


def _to_provider(provider: Issue, needed: DateClaim | None, plan: Line) -> Line:
    if needed:
        return line("It needs this issue by ", *dated(needed, provider.uid), ", and this issue has no date", *plan, ".")
    return line("It waits for this issue, which has no date", *plan, ".")


def _plan(provider: Issue) -> Line:
    """The sprint it stands in, which is a plan and yet no day."""
    return line("; the sprint ", *quoted(provider.sprint, TITLE_LENGTH), " gives none") if provider.sprint else ()


_PAY = issue("PAY-1", "payments", title="Pay by invoice")
_PLAT = issue("PLAT-7", "platform", "started", title="Ledger export")
_WEB = issue("acme/web#3", "web", title="Show the balance")

Undated.examples = (
    Example(
        name="No day anywhere",
        edges=(depends(_PAY, _PLAT),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="the link says that one waits for the other, and nothing says until when",
    ),
    Example(
        name="The consumer said a day",
        edges=(depends(_WEB, _PLAT, needed="2026-12-18 text"),),
        finds={("acme/web#3", "PLAT-7"): 2},
        because="it is known when it is needed, and not when it comes",
    ),
    Example(
        name="A need that follows from the consumer's due date",
        edges=(depends(_PAY, _PLAT, needed="2026-12-02 due"),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="the consumer's own plan tells a day, be it today",
    ),
    Example(
        name="In a sprint that has no end yet",
        edges=(depends(_PAY, issue("PLAT-8", "platform", sprint="Aurora 14")),),
        finds={("PAY-1", "PLAT-8"): 1},
        because="a sprint that is not scheduled is a plan without a day",
    ),
    Example(
        name="A vendor",
        edges=(depends(_PAY, issue("VEND-1", party="CloudMail"), link(_PAY), text(_PAY, "blocked by VEND-1")),),
        finds={("PAY-1", "VEND-1"): 1},
        because="a party outside owes a day as well; linked and said, it is one dependency",
    ),
    Example(
        name="The provider's day has passed",
        edges=(depends(_PAY, _PLAT, promised="2026-12-01 due"),),
        because="it has a day; that it has passed is the business of `overdue`",
    ),
    Example(
        name="Promised by a milestone of uncertain day",
        edges=(depends(_PAY, _WEB, promised="2026-12-01 milestone Spring +1"),),
        because="a day, give or take one, is a day",
    ),
    Example(
        name="Inside one team",
        edges=(depends(_PAY, issue("PAY-2", "payments")),),
        because="how a team orders its own work is its own business",
    ),
    Example(
        name="Not known whose issue it is",
        edges=(depends(_PAY, issue("OLD-2")),),
        because="whether two teams meet here cannot be told",
    ),
    Example(
        name="Only embedded in a link",
        edges=(depends(_PAY, issue("OPS-9", "ops", end="stub"), needed="2026-12-18 text"),),
        because="a link tells status and title of its other end, never its dates",
    ),
    Example(
        name="The provider's project could not be read in full",
        edges=(depends(_PAY, issue("PLAT-9", "platform", complete=False)),),
        because="its date may stand where we could not look",
    ),
    Example(
        name="Closed as not planned",
        edges=(depends(_PAY, issue("PLAT-9", "platform", "dropped")),),
        because="it needs no day any more",
    ),
    Example(
        name="Only said in a text",
        edges=(depends(_PAY, _PLAT, text(_PAY, "blocked by PLAT-7")),),
        because="dates are asked of declared dependencies, unless `strength` says otherwise",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_PAY, _PAY),),
        because="there is no second team",
    ),
)
