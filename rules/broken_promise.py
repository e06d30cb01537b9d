"""broken-promise: what was waited for was closed without being delivered, or is open again after it was."""

from collections.abc import Iterable

from pydantic import Field

from model.document import Day, Line
from model.snapshot import Dependency, Snapshot, Strength
from rules.base import Finding, RuleSettings
from rules.edges import EdgeRule, Told, at_least
from rules.examples import Example, depends, issue, link, text
from rules.known import settled
from rules.wording import between, let_go, line, settle, standing, words


class BrokenPromiseSettings(RuleSettings):
    strength: Strength = Field(default="stated", description="The weakest evidence of a dependency that is judged.")


class BrokenPromise(EdgeRule[BrokenPromiseSettings]):
    """What it finds: an open issue that waits for one that was closed without being delivered (as not planned, as a
    duplicate, or with whatever else the config lists under `resolutions.dropped`), or for one that had been closed and
    is open again.

    Why it matters: a closed issue looks settled, so whoever waits for it may not notice that nothing will come of it,
    or that what came was not enough. The plan goes on as if it had.

    How to clear it: agree what takes its place and link to that, or remove the link when nothing is needed any more.
    For one that is open again: deliver and close it.
    """

    id = "broken-promise"
    levels = ("the provider is open again after it was closed", "the provider was closed without being delivered")
    settings = BrokenPromiseSettings
    settled_by = ("consumer",)

    def edges(self, snapshot: Snapshot) -> Iterable[Dependency]:
        """Those whose provider was dropped, and of the open ones those whose provider was closed before."""
        for dependency in snapshot.dependencies:
            if dependency.state == "dropped":
                if dependency.consumer.certainly_open and settled(dependency.provider):
                    yield dependency
            elif dependency.provider.reopened and dependency.is_open:
                yield dependency

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: BrokenPromiseSettings) -> Finding | None:
        if not at_least(dependency.strength, settings.strength):
            return None
        dropped = dependency.state == "dropped"
        message, to_consumer, to_provider = _dropped(snapshot, dependency) if dropped else _reopened(dependency)
        return self.finding(
            dependency,
            level=2 if dropped else 1,
            message=message,
            to_consumer=to_consumer,
            to_provider=to_provider,
            about={
                "provider status": dependency.provider.status or "none",
                "provider reopened": "yes" if dependency.provider.reopened else "no",
            },
        )

    def decided(self, snapshot: Snapshot, finding: Finding) -> bool:
        """As for other rules, but that a provider which was dropped does not end it; one that is done does."""
        provider = snapshot.issues.get(finding.provider)
        delivered = provider is not None and provider.progress == "done" and settled(provider)
        return delivered or super().decided(snapshot, finding)


def _dropped(snapshot: Snapshot, dependency: Dependency) -> tuple[Line, Told, Told]:
    consumer, provider = dependency.consumer, dependency.provider
    when: Line = ()
    if provider.resolved:
        (calendar,) = snapshot.calendars(provider.team)
        when = line(" on ", Day(calendar.today(provider.resolved)))
    closed = line(" was closed", *when, " without being delivered")
    return (
        between(consumer, " waits for ", provider, ", which", *closed),
        (
            line("It", *closed, ", and this issue still waits for it."),
            settle("Agree", provider, consumer, f"on what takes its place, or {let_go(dependency)}"),
        ),
        (
            line("It still waits for this issue, which", *closed, "."),
            settle("Agree", consumer, provider, "on what takes the place of this issue, or that nothing does"),
        ),
    )


def _reopened(dependency: Dependency) -> tuple[Line, Told, Told]:
    consumer, provider = dependency.consumer, dependency.provider
    again, come = f" had been closed, is open again and {standing(provider)}", "on what is still to come, and by when"
    return (
        between(consumer, " waits for ", provider, f", which{again}"),
        (words(f"It{again}."), settle("Agree", provider, consumer, come)),
        (words(f"It waits for this issue, which{again}."), settle("Agree", consumer, provider, come)),
    )


_PAY = issue("PAY-1", "payments", "started", title="Pay by invoice")
_DROPPED = issue("PLAT-8", "platform", "dropped", title="Ledger export", resolved="2026-12-01")
_AGAIN = issue("PLAT-7", "platform", "started", title="Ledger export", reopened=True)

BrokenPromise.examples = (
    Example(
        name="Closed as not planned",
        edges=(depends(_PAY, _DROPPED),),
        finds={("PAY-1", "PLAT-8"): 2},
        because="payments waits for something that will not come",
    ),
    Example(
        name="Open again",
        edges=(depends(_PAY, _AGAIN, promised="2026-12-18 due"),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="payments may have counted on it as delivered",
    ),
    Example(
        name="Closed as a duplicate, known by the link only",
        edges=(depends(_PAY, issue("OPS-9", "", "dropped", end="stub")),),
        finds={("PAY-1", "OPS-9"): 2},
        because="the link itself says so; only the issue that waits can be told, and linked to the one that stays",
    ),
    Example(
        name="A pull request that was closed without a merge",
        edges=(depends(_PAY, issue("acme/web#7", "web", "dropped", kind="pull_request")),),
        finds={("PAY-1", "acme/web#7"): 2},
        because="its change will not come by it",
    ),
    Example(
        name="Linked from both ends and said in a text",
        edges=(depends(_PAY, _DROPPED, link(_PAY), link(_DROPPED, "blocks"), text(_PAY, "needs PLAT-8")),),
        finds={("PAY-1", "PLAT-8"): 2},
        because="it is one dependency, however often it is recorded",
    ),
    Example(
        name="Only said in a text, and only declared ones wanted",
        edges=(depends(_PAY, _DROPPED, text(_PAY, "needs PLAT-8")),),
        settings={"strength": "declared"},
        because="`strength` leaves out what no link records",
    ),
    Example(
        name="Delivered",
        edges=(depends(_PAY, issue("PLAT-6", "platform", "done", resolved="2026-12-01")),),
        because="what was waited for is there",
    ),
    Example(
        name="Open again, and then delivered",
        edges=(depends(_PAY, issue("PLAT-6", "platform", "done", reopened=True)),),
        because="it has been delivered after all",
    ),
    Example(
        name="The consumer is done as well",
        edges=(depends(issue("PAY-2", "payments", "done"), _DROPPED),),
        because="it went without, and nobody waits any more",
    ),
    Example(
        name="The consumer was dropped as well",
        edges=(depends(issue("PAY-3", "payments", "dropped"), _DROPPED),),
        because="nobody waits any more",
    ),
    Example(
        name="Not known how far the consumer is",
        edges=(depends(issue("SEC-4", "security", "unknown", end="unreadable"), _DROPPED),),
        because="it may be done; what cannot be read is not judged",
    ),
    Example(
        name="The provider's project could not be read in full",
        edges=(depends(_PAY, issue("PLAT-8", "platform", "dropped", complete=False)),),
        because="it may be open again where we could not look",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_AGAIN, _AGAIN),),
        because="there is no one to wait for",
    ),
)
