"""unplanned: a team plans with something that stands in nobody's plan."""

from collections.abc import Iterable

from pydantic import Field

from model.document import Line
from model.snapshot import Dependency, Snapshot
from rules.base import Finding, Mode, RuleSettings, Severity
from rules.edges import EdgeRule, said, unowned
from rules.examples import Example, depends, issue, link, text
from rules.wording import ask_for_a_date, between, dated, line, words

_NOWHERE = "stands in no sprint, iteration, release or milestone and has no date"


class UnplannedSettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")


class Unplanned(EdgeRule[UnplannedSettings]):
    """What it finds: an issue of another team or of a party that is waited for, stands in no sprint, iteration, release
    or milestone that is not over, and has no date, while the issue that waits for it is planned itself. It is worse
    when that one is in progress already or there is a day by which it needs the other.

    Why it matters: one half of the work is on a plan and the other is not, so the plan holds only by luck. It is seen
    when the sprint begins, which is when it costs most to change.

    How to clear it: put the provider into a sprint, iteration, release or milestone, or give it a date; or take the
    consumer out of the plan until the other has its place.
    """

    id = "unplanned"
    levels = (
        "the provider is in no plan, the consumer is",
        "and the consumer is in progress, or there is a day by which it needs the provider",
    )
    settings = UnplannedSettings

    def edges(self, snapshot: Snapshot) -> Iterable[Dependency]:
        """The open ones whose provider is in no plan, as far as is known."""
        return (d for d in snapshot.open if not d.provider.planned and d.promised is None)

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: UnplannedSettings) -> Finding | None:
        consumer, provider = dependency.consumer, dependency.provider
        pressing = consumer.progress == "started" or dependency.needed is not None
        if (
            provider.end != "read"
            or dependency.reach not in ("cross_team", "external")
            or not (pressing or consumer.planned)
        ):
            return None
        to_consumer, to_provider = ask_for_a_date(dependency)
        return self.finding(
            dependency,
            level=2 if pressing else 1,
            message=_message(dependency),
            to_consumer=(_to_consumer(dependency), to_consumer),
            to_provider=(_to_provider(dependency), to_provider),
            about={
                "needed": said(dependency.needed),
                "promised": said(dependency.promised),
                "consumer planned": "yes" if consumer.planned else "no",
                "provider planned": "no",
            },
        )

    def undecided(self, snapshot: Snapshot, dependency: Dependency) -> str:
        return unowned(dependency)


def _message(dependency: Dependency) -> Line:
    ends = (dependency.provider, f" {_NOWHERE}, while ", dependency.consumer)
    if dependency.needed:
        return between(*ends, " needs it by ", *dated(dependency.needed))
    return between(*ends, f", which waits for it, is {_how(dependency)}")


def _to_consumer(dependency: Dependency) -> Line:
    needed = dependency.needed
    if needed:
        return line(f"It {_NOWHERE}, while this issue needs it by ", *dated(needed, dependency.consumer.uid), ".")
    return words(f"It {_NOWHERE}, while this issue, which waits for it, is {_how(dependency)}.")


def _to_provider(dependency: Dependency) -> Line:
    needed = dependency.needed
    if needed:
        return line("It needs this issue by ", *dated(needed, dependency.provider.uid), f", and this issue {_NOWHERE}.")
    return words(f"It waits for this issue and is {_how(dependency)}, while this issue {_NOWHERE}.")


def _how(dependency: Dependency) -> str:
    """What the consumer does with it meanwhile."""
    return "in progress" if dependency.consumer.progress == "started" else "planned"


_PAY = issue("PAY-1", "payments", title="Pay by invoice", sprint="Aurora 12")
_PLAT = issue("PLAT-7", "platform", title="Ledger export")

Unplanned.examples = (
    Example(
        name="The consumer is in a sprint, the provider in none",
        edges=(depends(_PAY, _PLAT),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="payments plans with it, and platform does not have it on a plan",
    ),
    Example(
        name="The consumer is in progress",
        edges=(depends(issue("acme/web#3", "web", "started", title="Show the balance"), _PLAT),),
        finds={("acme/web#3", "PLAT-7"): 2},
        because="work on it goes on, planned or not, and will stop where it needs the other",
    ),
    Example(
        name="There is a day by which it is needed",
        edges=(depends(issue("PAY-2", "payments", due="2026-12-18"), _PLAT, needed="2026-12-18 due"),),
        finds={("PAY-2", "PLAT-7"): 2},
        because="the consumer's own due date says by when",
    ),
    Example(
        name="Needed today",
        edges=(depends(_PAY, _PLAT, needed="2026-12-02 text"),),
        finds={("PAY-1", "PLAT-7"): 2},
        because="whether the day lies ahead or not makes no difference to the plan it lacks",
    ),
    Example(
        name="A vendor's issue",
        edges=(depends(_PAY, issue("VEND-1", party="CloudMail", title="New mail gateway")),),
        finds={("PAY-1", "VEND-1"): 1},
        because="what a party delivers needs a place in time as well",
    ),
    Example(
        name="Linked and said, from both ends",
        edges=(depends(_PAY, _PLAT, link(_PLAT, "blocks"), text(_PAY, "blocked by PLAT-7")),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="it is one dependency, however often it is recorded",
    ),
    Example(
        name="The provider is in a release",
        edges=(depends(_PAY, issue("PLAT-7", "platform", planned=True)),),
        because="it has its place, even without a day; that it lacks one is another matter",
    ),
    Example(
        name="The provider promised a day by a command",
        edges=(depends(_PAY, _PLAT, promised="2026-12-18 command"),),
        because="a day that somebody gave is a plan",
    ),
    Example(
        name="Neither is planned",
        edges=(depends(issue("PAY-3", "payments"), _PLAT),),
        because="nobody counts on it yet",
    ),
    Example(
        name="Inside one team",
        edges=(depends(_PAY, issue("PAY-4", "payments")),),
        because="how a team orders its own work is its own business",
    ),
    Example(
        name="Not known whose issue it is",
        edges=(depends(_PAY, issue("OLD-2")),),
        because="whether two teams meet here cannot be told",
    ),
    Example(
        name="Only embedded in a link",
        edges=(depends(_PAY, issue("PLAT-9", "platform", end="stub")),),
        because="a link does not show whether the issue stands in a plan",
    ),
    Example(
        name="Its project could not be read in full",
        edges=(depends(_PAY, issue("PLAT-9", "platform", complete=False)),),
        because="its sprint may stand where we could not look",
    ),
    Example(
        name="Closed as not planned",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "dropped")),),
        because="it will not come, and needs no plan",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_PAY, _PAY),),
        because="there is no second team",
    ),
)
