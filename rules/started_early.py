"""started-early: the consumer is in progress, or even done, while what it waits for is not delivered."""

from collections.abc import Iterable, Iterator
from itertools import chain

from pydantic import Field

from model.snapshot import Dependency, Issue, Snapshot, Strength
from rules.base import Finding, Mode, RuleSettings, Severity
from rules.edges import EdgeRule, Told, at_least
from rules.examples import Example, depends, issue, link, text
from rules.known import settled
from rules.wording import between, let_go, line, settle, standing, words

_SO_IS_THIS = line("It is still in progress, and so is this issue, which waits for it.")
_NOT_BEGUN = line("It is not started yet, while this issue, which waits for it, is in progress.")
_BUSY_ALREADY = line("It waits for this issue and is in progress already.")
_DONE_WITHOUT = line("It waited for this issue and is done without it.")


class StartedEarlySettings(RuleSettings):
    mode: Mode = Field(
        default="observe", description="off: not judged. observe: listed only. label: also labels. comment: also noted."
    )
    severity: Severity = Field(default="info", description="How it is ranked and what `--fail-on` compares with.")
    strength: Strength = Field(default="declared", description="The weakest evidence of a dependency that is judged.")


class StartedEarly(EdgeRule[StartedEarlySettings]):
    """What it finds: a dependency whose consumer is in progress, or done, while its provider is certainly not
    delivered. A pull request is written from its first day on and waits by not being merged, so one that is still open
    is left alone; one that is merged counts as done.

    Why it matters: either work was begun on something that may still change, or the dependency on record is not what
    really holds the work up. In the first case the two teams should talk before more is built on a guess; in the second
    the map shows a wait that is none, and real ones are harder to see.

    How to clear it: deliver or close the provider, or remove the link if it turned out not to be needed. Where only a
    part of the provider was needed first, split that part off and link it instead.
    """

    id = "started-early"
    levels = (
        "the consumer is in progress while its provider is open",
        "the consumer is done while its provider is open",
    )
    settings = StartedEarlySettings
    settled_by = ("provider",)

    def edges(self, snapshot: Snapshot) -> Iterable[Dependency]:
        begun = (d for d in snapshot.open if d.consumer.progress == "started" and _is_issue(d.consumer))
        return chain(begun, _done(snapshot))

    def judge_edge(self, snapshot: Snapshot, dependency: Dependency, settings: StartedEarlySettings) -> Finding | None:
        if not at_least(dependency.strength, settings.strength):
            return None
        done = dependency.consumer.progress == "done"
        to_consumer, to_provider = _after(dependency) if done else _before(dependency)
        waits = "waited" if done else "waits"
        return self.finding(
            dependency,
            level=2 if done else 1,
            message=between(
                *(dependency.consumer, f" is {'done' if done else 'in progress'} while ", dependency.provider),
                f", which it {waits} for, is {standing(dependency.provider)}",
            ),
            to_consumer=to_consumer,
            to_provider=to_provider,
            about={"consumer kind": dependency.consumer.kind},
        )


def _is_issue(consumer: Issue) -> bool:
    """Certainly: what a link embeds of an issue does not tell whether it is a pull request."""
    return consumer.kind == "issue" and consumer.end == "read"


def _done(snapshot: Snapshot) -> Iterator[Dependency]:
    for dependency in snapshot.dependencies:
        consumer = dependency.consumer
        if dependency.state != "moot" or consumer.progress != "done" or consumer.end == "gone":
            continue
        if settled(consumer) and dependency.provider.certainly_open:
            yield dependency


def _before(dependency: Dependency) -> tuple[Told, Told]:
    consumer, provider = dependency.consumer, dependency.provider
    check = f"what can be built on already; if this issue does not wait, {let_go(dependency)}"
    return (
        (_SO_IS_THIS if provider.progress == "started" else _NOT_BEGUN, settle("Check", provider, consumer, check)),
        (
            _BUSY_ALREADY,
            settle("Agree", consumer, provider, "on what can be built on before this issue is done"),
        ),
    )


def _after(dependency: Dependency) -> tuple[Told, Told]:
    consumer, provider = dependency.consumer, dependency.provider
    return (
        (
            words(f"It is {standing(provider)}, while this issue, which waited for it, is done."),
            words(f"Check what was delivered without it; if it was not needed, {let_go(dependency)}."),
        ),
        (_DONE_WITHOUT, settle("Check", consumer, provider, "whether this issue is still needed")),
    )


_PAY = issue("PAY-1", "payments", "started", title="Pay by invoice")
_PAID = issue("PAY-2", "payments", "done", title="Refund by invoice")
_PLAT = issue("PLAT-7", "platform", title="Ledger export")
_BUSY = issue("PLAT-8", "platform", "started", title="Ledger import")
_PULL = issue("acme/web#3", "web", "started", title="Show the balance", kind="pull_request")
_MERGED = issue("acme/web#4", "web", "done", title="Show the limit", kind="pull_request")

StartedEarly.examples = (
    Example(
        name="In progress before its provider is begun",
        edges=(depends(_PAY, _PLAT),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="it is built on something that is not there",
    ),
    Example(
        name="Both in progress",
        edges=(depends(_PAY, _BUSY),),
        finds={("PAY-1", "PLAT-8"): 1},
        because="what is in progress is not delivered, and may still change",
    ),
    Example(
        name="Done while its provider is open",
        edges=(depends(_PAID, _BUSY),),
        finds={("PAY-2", "PLAT-8"): 2},
        because="either the link was not needed, or something was delivered without it",
    ),
    Example(
        name="An open pull request",
        edges=(depends(_PULL, _PLAT, text(_PULL, "Depends on: PLAT-7", "body", "declared")),),
        because="a pull request that waits is one that is not merged; writing it ahead is how people work",
    ),
    Example(
        name="A merged pull request",
        edges=(depends(_MERGED, _PLAT, text(_MERGED, "Depends on: PLAT-7", "body", "declared")),),
        finds={("acme/web#4", "PLAT-7"): 2},
        because="it was merged while what it depends on is open",
    ),
    Example(
        name="Recorded on both ends",
        edges=(depends(_PAY, _PLAT, link(_PAY), link(_PLAT, "blocks"), text(_PAY, "blocked by PLAT-7")),),
        finds={("PAY-1", "PLAT-7"): 1},
        because="it is one dependency, however often it is recorded",
    ),
    Example(
        name="Inside one team",
        edges=(depends(_PAY, issue("PAY-3", "payments")),),
        finds={("PAY-1", "PAY-3"): 1},
        because="within a team it is quickly settled, and just as true",
    ),
    Example(
        name="The provider is known by a link only",
        edges=(depends(_PAY, issue("OPS-9", "ops", end="stub")),),
        finds={("PAY-1", "OPS-9"): 1},
        because="the link itself says that it is not started; only the consumer can be told",
    ),
    Example(
        name="Not begun",
        edges=(depends(issue("PAY-4", "payments"), _PLAT),),
        because="it waits, as the link says",
    ),
    Example(
        name="The provider is done",
        edges=(depends(_PAY, issue("PLAT-9", "platform", "done")),),
        because="this is the order that the link asks for",
    ),
    Example(
        name="The provider was closed as not planned",
        edges=(depends(_PAID, issue("PLAT-9", "platform", "dropped")),),
        because="nothing is outstanding any more",
    ),
    Example(
        name="The consumer was closed as not planned",
        edges=(depends(issue("PAY-5", "payments", "dropped"), _PLAT),),
        because="nothing was built on it",
    ),
    Example(
        name="Not known how far the provider is",
        edges=(
            depends(_PAY, issue("SEC-4", "security", "unknown", end="unreadable")),
            depends(_PAID, issue("SEC-5", "security", "started", complete=False)),
        ),
        because="it may be done",
    ),
    Example(
        name="The consumer is gone",
        edges=(depends(issue("PAY-6", "payments", "done", end="gone"), _PLAT),),
        because="there is no one left to ask",
    ),
    Example(
        name="Only said in a text",
        edges=(depends(_PAY, _PLAT, text(_PAY, "blocked by PLAT-7")),),
        because="a sentence grows old while the work goes on; `strength` can widen it",
    ),
    Example(
        name="An issue that waits for itself",
        edges=(depends(_PAY, _PAY),),
        because="there is no one to wait for",
    ),
)
